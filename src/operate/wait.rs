//! When a started container counts as up: pure, from its facts before the call and now.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    DockerStatus, InstanceFacts, InstanceId, InstanceState, OperationKind, Snapshot, StepWait,
    Timestamp,
};

/// How long a container may take to be up.
const LIMIT: Duration = Duration::from_secs(120);
/// How long a job may take.
const JOB_LIMIT: Duration = Duration::from_secs(30 * 60);

/// What is awaited, with the facts before the call.
#[derive(Clone, Debug)]
pub(super) struct Awaited {
    kind: OperationKind,
    instance: InstanceId,
    /// Start of the run before the call.
    started_at: Option<Timestamp>,
    /// Whether the engine checks its health.
    checked: bool,
    /// Whether it is a job, of which the end is awaited.
    is_job: bool,
    limit: Duration,
}

/// Where a container stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Healthy by its healthcheck, or a one-shot that ended well.
    Up,
    /// Runs and has no healthcheck: up when it stays so.
    Runs,
    /// Not yet; one clause why.
    NotYet(String),
    /// It will not be; one clause why.
    Failed(String),
}

impl Awaited {
    /// What to wait for after `kind` was called on the container that `before` describes.
    pub fn new(kind: OperationKind, wait: StepWait, before: &InstanceFacts) -> Self {
        let own = before.healthcheck.as_ref();
        let start_period = own.and_then(|check| check.start_period).unwrap_or_default();
        Self {
            kind,
            instance: before.id.clone(),
            started_at: before.started_at,
            checked: own.is_some() || before.docker.status != DockerStatus::None,
            is_job: wait == StepWait::Exit,
            limit: match wait {
                StepWait::Exit => JOB_LIMIT,
                // A start period longer than the limit is the authors' word that it takes longer.
                _ => LIMIT.max(start_period.saturating_mul(2)),
            },
        }
    }

    /// How long to wait.
    pub const fn limit(&self) -> Duration {
        self.limit
    }

    /// Where the container stands in `snapshot`.
    pub fn standing(&self, snapshot: &Snapshot) -> Standing {
        let Some(facts) = find(snapshot, &self.instance) else {
            return Standing::Failed("the container was removed".into());
        };
        // A snapshot from before the call does not show the run that follows it.
        let new_run = facts.started_at.is_some() && facts.started_at != self.started_at;
        // Where inspection is not permitted nothing distinguishes one run from the next.
        let has_start = facts.started_at.is_some() || self.started_at.is_some();
        match facts.state {
            InstanceState::Running
                if has_start && !new_run && self.kind == OperationKind::Restart =>
            {
                Standing::NotYet("no restart observed".into())
            }
            InstanceState::Running if self.is_job => Standing::NotYet("it is still running".into()),
            InstanceState::Running => self.running(facts),
            InstanceState::Exited if new_run && facts.exit_code == Some(0) => Standing::Up,
            InstanceState::Exited | InstanceState::Dead if new_run => {
                Standing::Failed(ended(facts))
            }
            InstanceState::Restarting => {
                Standing::NotYet(format!("{}; its restart policy restarts it", ended(facts)))
            }
            state => Standing::NotYet(format!("it is {}", state.id())),
        }
    }

    /// What is awaited, as the rest of a sentence that begins with its name.
    pub const fn what(&self) -> &'static str {
        if self.is_job {
            "ended"
        } else {
            "became healthy"
        }
    }

    /// The sentence for `name` where it will not be what is awaited.
    pub fn failed(&self, name: &str, why: &str) -> String {
        if self.is_job {
            format!("{name} failed: {why}")
        } else {
            format!("{name} is not healthy: {why}")
        }
    }

    /// The sentence for `name` where the time is up.
    pub fn late(&self, name: &str, standing: &Standing) -> String {
        let seconds = self.limit.as_secs();
        let not = if self.is_job {
            format!("{name} has not ended after {} min", seconds / 60)
        } else {
            format!("{name} is not healthy after {seconds} s")
        };
        match standing {
            Standing::NotYet(why) | Standing::Failed(why) => format!("{not}: {why}"),
            Standing::Runs | Standing::Up => not,
        }
    }

    fn running(&self, facts: &InstanceFacts) -> Standing {
        match facts.docker.status {
            DockerStatus::Healthy => Standing::Up,
            // The list alone does not show whether there is a healthcheck: before its first result
            // an engine may report "none".
            DockerStatus::None if !self.checked => Standing::Runs,
            DockerStatus::None | DockerStatus::Starting => {
                Standing::NotYet("its healthcheck has not passed yet".into())
            }
            DockerStatus::Unhealthy if facts.docker.output.is_empty() => {
                Standing::NotYet("its healthcheck fails".into())
            }
            DockerStatus::Unhealthy => {
                Standing::NotYet(format!("its healthcheck fails: {}", facts.docker.output))
            }
        }
    }
}

/// The facts of container `id`.
pub(super) fn find<'a>(snapshot: &'a Snapshot, id: &InstanceId) -> Option<&'a Arc<InstanceFacts>> {
    let instances = snapshot
        .services
        .iter()
        .flat_map(|service| &service.instances);
    instances
        .map(|instance| &instance.facts)
        .find(|facts| facts.id == *id)
}

fn ended(facts: &InstanceFacts) -> String {
    match (facts.oom_killed, facts.exit_code) {
        (true, None | Some(137)) => "it was OOM-killed".into(),
        (_, Some(code)) => format!("it ended with exit code {code}"),
        (false, None) => "it ended".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::Sensitive;
    use crate::model::{Healthcheck, SignedDuration};
    use crate::plan::testing::{facts, world};

    /// Where `api-1` stands after `kind`, from what differs from the facts before the call.
    fn standing(
        kind: OperationKind,
        wait: StepWait,
        checked: bool,
        change: impl Fn(&mut InstanceFacts),
    ) -> Standing {
        let check = || Healthcheck {
            test: Sensitive::default(),
            interval: None,
            start_period: None,
            retries: None,
        };
        let mut now = facts("api", 1, InstanceState::Running);
        now.healthcheck = checked.then(check);
        let awaited = Awaited::new(kind, wait, &now);
        change(&mut now);
        let mut snapshot = world("api+", "");
        let mut service = (*snapshot.services[0]).clone();
        service.instances[0].facts = Arc::new(now);
        snapshot.services[0] = Arc::new(service);
        awaited.standing(&snapshot)
    }

    fn again(facts: &mut InstanceFacts) {
        facts.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(5));
    }

    fn with(status: DockerStatus) -> impl Fn(&mut InstanceFacts) {
        move |facts| {
            again(facts);
            facts.docker.status = status;
        }
    }

    fn ended_with(code: i64) -> impl Fn(&mut InstanceFacts) {
        move |facts| {
            again(facts);
            (facts.state, facts.exit_code) = (InstanceState::Exited, Some(code));
        }
    }

    /// What changes a container after its call.
    type Change = Box<dyn Fn(&mut InstanceFacts)>;

    fn unchanged() -> Change {
        Box::new(|_| ())
    }

    fn not_yet(text: &str) -> Standing {
        Standing::NotYet(text.into())
    }

    fn failed(text: &str) -> Standing {
        Standing::Failed(text.into())
    }

    #[test]
    fn a_restarted_container_is_up_when_its_healthcheck_passes_or_it_runs_without_one() {
        let unchecked: [(Change, Standing); 4] = [
            (Box::new(again), Standing::Runs),
            (unchanged(), not_yet("no restart observed")),
            (Box::new(ended_with(0)), Standing::Up),
            (Box::new(ended_with(1)), failed("it ended with exit code 1")),
        ];
        for (change, expected) in unchecked {
            let standing = standing(OperationKind::Restart, StepWait::Healthy, false, change);
            assert_eq!(standing, expected);
        }
        for (status, expected) in [
            (DockerStatus::Healthy, Standing::Up),
            (
                DockerStatus::Starting,
                not_yet("its healthcheck has not passed yet"),
            ),
            (
                DockerStatus::None,
                not_yet("its healthcheck has not passed yet"),
            ),
            (DockerStatus::Unhealthy, not_yet("its healthcheck fails")),
        ] {
            let standing = standing(
                OperationKind::Restart,
                StepWait::Healthy,
                true,
                with(status),
            );
            assert_eq!(standing, expected, "{status:?}");
        }
    }

    #[test]
    fn a_started_container_is_up_when_it_runs() {
        let in_state = |state| -> Change { Box::new(move |facts| facts.state = state) };
        let changes: [(Change, Standing); 4] = [
            (unchanged(), Standing::Runs),
            (in_state(InstanceState::Exited), not_yet("it is exited")),
            (
                in_state(InstanceState::Restarting),
                not_yet("it ended; its restart policy restarts it"),
            ),
            (
                Box::new(|facts| facts.id = "x".into()),
                failed("the container was removed"),
            ),
        ];
        for (change, expected) in changes {
            let standing = standing(OperationKind::Start, StepWait::Healthy, false, change);
            assert_eq!(standing, expected);
        }
    }

    #[test]
    fn a_job_is_done_when_it_has_ended_with_exit_code_0() {
        let changes: [(Change, Standing); 5] = [
            // The end of the run before is not that of this one.
            (
                Box::new(|facts| {
                    (facts.state, facts.exit_code) = (InstanceState::Exited, Some(0));
                }),
                not_yet("it is exited"),
            ),
            (Box::new(again), not_yet("it is still running")),
            (Box::new(ended_with(0)), Standing::Up),
            (Box::new(ended_with(3)), failed("it ended with exit code 3")),
            (
                Box::new(with(DockerStatus::Healthy)),
                not_yet("it is still running"),
            ),
        ];
        for (change, expected) in changes {
            let standing = standing(OperationKind::Restart, StepWait::Exit, false, change);
            assert_eq!(standing, expected);
        }
        let before = facts("job", 1, InstanceState::Exited);
        let awaited = Awaited::new(OperationKind::Restart, StepWait::Exit, &before);
        assert_eq!(
            awaited.late("job-1", &not_yet("it is still running")),
            "job-1 has not ended after 30 min: it is still running"
        );
        assert_eq!(
            awaited.failed("job-1", "it ended with exit code 3"),
            "job-1 failed: it ended with exit code 3"
        );
    }

    #[test]
    fn a_long_start_period_is_respected() {
        let mut before = facts("api", 1, InstanceState::Running);
        assert_eq!(
            Awaited::new(OperationKind::Start, StepWait::Healthy, &before).limit(),
            LIMIT
        );
        before.healthcheck = Some(Healthcheck {
            test: Sensitive::default(),
            interval: None,
            start_period: Some(Duration::from_secs(300)),
            retries: None,
        });
        assert_eq!(
            Awaited::new(OperationKind::Start, StepWait::Healthy, &before).limit(),
            Duration::from_secs(600)
        );
    }
}

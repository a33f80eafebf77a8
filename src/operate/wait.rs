//! When a started container counts as up: pure, from its facts before the call and now.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    DockerStatus, InstanceFacts, InstanceId, InstanceState, OperationKind, Snapshot, Timestamp,
};

/// How long a container may take to be up.
const LIMIT: Duration = Duration::from_secs(120);

/// What is awaited, with the facts before the call.
#[derive(Clone, Debug)]
pub(super) struct Awaited {
    kind: OperationKind,
    instance: InstanceId,
    /// Start of the run before the call.
    started_at: Option<Timestamp>,
    /// Whether the engine checks its health.
    checked: bool,
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
    pub fn new(kind: OperationKind, before: &InstanceFacts) -> Self {
        let own = before.healthcheck.as_ref();
        let start_period = own.and_then(|check| check.start_period).unwrap_or_default();
        Self {
            kind,
            instance: before.id.clone(),
            started_at: before.started_at,
            checked: own.is_some() || before.docker.status != DockerStatus::None,
            // A start period longer than the limit is the authors' word that it takes longer.
            limit: LIMIT.max(start_period.saturating_mul(2)),
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
            InstanceState::Running => self.running(facts),
            InstanceState::Exited if new_run && facts.exit_code == Some(0) => Standing::Up,
            InstanceState::Exited | InstanceState::Dead if new_run => {
                Standing::Failed(ended(facts))
            }
            InstanceState::Restarting => Standing::NotYet(format!("crash loop: {}", ended(facts))),
            state => Standing::NotYet(format!("it is {}", state.id())),
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
        let awaited = Awaited::new(kind, &now);
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
            let standing = standing(OperationKind::Restart, false, change);
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
            let standing = standing(OperationKind::Restart, true, with(status));
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
                not_yet("crash loop: it ended"),
            ),
            (
                Box::new(|facts| facts.id = "x".into()),
                failed("the container was removed"),
            ),
        ];
        for (change, expected) in changes {
            assert_eq!(standing(OperationKind::Start, false, change), expected);
        }
    }

    #[test]
    fn a_long_start_period_is_respected() {
        let mut before = facts("api", 1, InstanceState::Running);
        assert_eq!(Awaited::new(OperationKind::Start, &before).limit(), LIMIT);
        before.healthcheck = Some(Healthcheck {
            test: Sensitive::default(),
            interval: None,
            start_period: Some(Duration::from_secs(300)),
            retries: None,
        });
        assert_eq!(
            Awaited::new(OperationKind::Start, &before).limit(),
            Duration::from_secs(600)
        );
    }
}

//! When a started container counts as up: pure, from its facts before the call and now.

use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    DockerStatus, Instance, InstanceFacts, InstanceId, InstanceProbe, InstanceState, OperationKind,
    Service, Snapshot, StepWait, Timestamp,
};

/// How long a container may take to be up.
const LIMIT: Duration = Duration::from_secs(120);
/// How long a job may take.
const JOB_LIMIT: Duration = Duration::from_secs(30 * 60);

/// How often a restart policy may restart a container that has replaced another one.
const CRASHES: u64 = 2;

/// What is awaited, with the facts before the call.
#[derive(Clone, Debug)]
pub(super) struct Awaited {
    kind: OperationKind,
    instance: InstanceId,
    /// Start of the run before the call.
    started_at: Option<Timestamp>,
    /// Whether the engine checks its health.
    checked: bool,
    /// Whether our probe does.
    probed: bool,
    /// Whether snapshots may not have it yet.
    appears: bool,
    /// Whether it has replaced another one, which waits to come back: what fails is not waited for.
    is_new: bool,
    /// Whether it is a job, of which the end is awaited.
    is_job: bool,
    limit: Duration,
}

/// Where a container stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Standing {
    /// Healthy by its healthcheck and our probe, as far as it has them, or a one-shot that ended
    /// well.
    Up,
    /// Runs and has neither: up when it stays so.
    Runs,
    /// Up or runs, but for the first result of our probe, which is expected soon.
    Unprobed,
    /// Not yet; one clause why.
    NotYet(String),
    /// It will not be; one clause why.
    Failed(String),
}

impl Awaited {
    /// What to wait for after `kind` was called on the container that `before` describes; `probed`:
    /// whether our probe has a say on it.
    pub fn new(kind: OperationKind, wait: StepWait, before: &InstanceFacts, probed: bool) -> Self {
        let own = before.healthcheck.as_ref();
        let start_period = own.and_then(|check| check.start_period).unwrap_or_default();
        Self {
            kind,
            instance: before.id.clone(),
            started_at: before.started_at,
            checked: own.is_some() || before.docker.status != DockerStatus::None,
            probed,
            appears: false,
            is_new: false,
            is_job: wait == StepWait::Exit,
            limit: match wait {
                StepWait::Exit => JOB_LIMIT,
                // A start period longer than the limit is the authors' word that it takes longer.
                _ => LIMIT.max(start_period.saturating_mul(2)),
            },
        }
    }

    /// The same of a container that was just created in place of another one.
    pub fn of_new(self) -> Self {
        Self {
            appears: true,
            is_new: true,
            // Every run is one after the call.
            started_at: None,
            ..self
        }
    }

    /// The same of a container that gets its name and its place back.
    pub fn of_returning(self) -> Self {
        let appears = true;
        Self { appears, ..self }
    }

    /// Whether the container is in `snapshot`.
    pub fn is_listed(&self, snapshot: &Snapshot) -> bool {
        locate(snapshot, &self.instance).is_some()
    }

    /// How long to wait.
    pub const fn limit(&self) -> Duration {
        self.limit
    }

    /// Where the container stands in `snapshot`.
    pub fn standing(&self, snapshot: &Snapshot) -> Standing {
        let Some((service, instance)) = locate(snapshot, &self.instance) else {
            return if self.appears {
                Standing::NotYet("it is not listed yet".into())
            } else {
                Standing::Failed("the container was removed".into())
            };
        };
        self.of_facts(&instance.facts, service.probe_of(instance))
    }

    /// Where the container of `facts` stands, with the last result of our `probe`.
    pub fn of_facts(&self, facts: &InstanceFacts, probe: Option<InstanceProbe>) -> Standing {
        let standing = self.by_state(facts, probe);
        if !self.is_new {
            return standing;
        }
        let is_failing = facts.docker.status == DockerStatus::Unhealthy;
        match (standing, facts.state) {
            (Standing::NotYet(why), InstanceState::Running) if is_failing => Standing::Failed(why),
            (Standing::Up, InstanceState::Exited) if !self.is_job => Standing::Failed(ended(facts)),
            (Standing::Failed(why), _) => Standing::Failed(why),
            _ if facts.restarts >= CRASHES => Standing::Failed(format!(
                "{}, and its restart policy restarted it {} times",
                ended(facts),
                facts.restarts
            )),
            (standing, _) => standing,
        }
    }

    fn by_state(&self, facts: &InstanceFacts, probe: Option<InstanceProbe>) -> Standing {
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
            InstanceState::Running => self.by_both(facts, probe),
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
            Standing::Runs | Standing::Unprobed | Standing::Up => not,
        }
    }

    /// Where a container that runs stands by its healthcheck and by our `probe`.
    fn by_both(&self, facts: &InstanceFacts, probe: Option<InstanceProbe>) -> Standing {
        let by_engine = self.running(facts);
        if !matches!(by_engine, Standing::Up | Standing::Runs) {
            return by_engine;
        }
        // An earlier result is about the run before.
        let is_new =
            |probe: &InstanceProbe| facts.started_at.is_none_or(|at| probe.checked_at >= at);
        match probe.filter(is_new) {
            Some(probe) if probe.works => Standing::Up,
            Some(probe) if probe.counts => Standing::NotYet("hubdeck's probe of it fails".into()),
            None if self.probed => Standing::Unprobed,
            _ => by_engine,
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
    locate(snapshot, id).map(|(_, instance)| &instance.facts)
}

/// Whether the settings or a label ask for a probe of the container `id`, or one of it counts.
pub(super) fn is_probed(snapshot: &Snapshot, id: &InstanceId) -> bool {
    locate(snapshot, id).is_some_and(|(service, instance)| {
        let has_counted = service.probe_of(instance).is_some_and(|probe| probe.counts);
        has_counted || service.probe_rule.is_some()
    })
}

/// The container `id` and its service.
fn locate<'a>(snapshot: &'a Snapshot, id: &InstanceId) -> Option<(&'a Service, &'a Instance)> {
    snapshot.services.iter().find_map(|service| {
        let mut instances = service.instances.iter();
        let instance = instances.find(|instance| instance.facts.id == *id)?;
        Some((&**service, instance))
    })
}

fn ended(facts: &InstanceFacts) -> String {
    match (facts.oom_killed, facts.exit_code) {
        (true, None | Some(137)) => "it was OOM-killed".into(),
        (_, Some(code)) => format!("it ended with exit code {code}"),
        (false, None) => "it ended".into(),
    }
}

#[cfg(test)]
mod tests;

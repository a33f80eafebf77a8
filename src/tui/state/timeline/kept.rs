//! Of which events the black box has the last lines.

use crate::model::{Change, HealthState, RecordedRun, SignedDuration, Snapshot, TimelineEvent};

/// How far the end of a run and the event of it may lie apart: the one has the engine's time, the
/// other may have that at which the end was seen.
const APART: SignedDuration = SignedDuration::from_secs(5);

/// Whether the last lines of the run that ended with `event` are kept.
#[must_use]
pub fn has_kept_lines(event: &TimelineEvent, snapshot: &Snapshot) -> bool {
    let is_end = match &event.change {
        Change::Ended(_)
        | Change::Finished
        | Change::OutOfMemory
        | Change::Stopped { .. }
        | Change::Restarted
        | Change::Removed { .. }
        | Change::Recreated { .. } => true,
        Change::Health { to, .. } => *to == HealthState::Unhealthy,
        _ => false,
    };
    let is_of_it = |run: &RecordedRun| {
        let instance = event.instance.as_ref();
        event.service.as_ref() == Some(&run.service)
            && instance.is_none_or(|id| *id == run.instance)
            && event.at.duration_since(run.at).abs() <= APART
    };
    is_end && snapshot.recorded_runs.iter().any(is_of_it)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InstanceId, ProcessEnd, RecordingCause, ServiceId};
    use crate::tui::fixture;

    #[test]
    fn the_end_of_a_run_has_its_lines() {
        let mut snapshot = fixture::nine().snapshot();
        let run = |ago| RecordedRun {
            service: ServiceId::from("hub/db"),
            stack: None,
            instance: InstanceId::from("a"),
            name: "hub-db-1".to_owned(),
            at: fixture::ago(ago),
            cause: RecordingCause::Exited,
            lines: 3,
            gone: false,
        };
        snapshot.recorded_runs = [run(100), run(30)].into();
        let end = Change::Ended(ProcessEnd {
            code: Some(1),
            out_of_memory: false,
        });
        let event = |ago, instance: Option<&str>, change: &Change| TimelineEvent {
            sequence: 1,
            at: fixture::ago(ago),
            service: Some(ServiceId::from("hub/db")),
            instance: instance.map(InstanceId::from),
            change: change.clone(),
        };
        for (event, kept) in [
            (event(32, None, &end), true),
            (event(28, Some("a"), &end), true),
            (event(28, Some("b"), &end), false),
            (event(60, None, &end), false),
            (event(30, None, &Change::Unpaused), false),
        ] {
            assert_eq!(has_kept_lines(&event, &snapshot), kept, "{event:?}");
        }
    }
}

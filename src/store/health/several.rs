//! One judgement of a service from those of its containers.

use crate::model::HealthState;

use super::Judgement;

/// Combines the judgements of a service's containers: worst where all fail, degraded where some do.
///
/// Containers that were stopped on purpose or have completed do not count beside others.
pub(in crate::store) fn combine(mut judgements: Vec<Judgement>) -> Judgement {
    if judgements.len() == 1
        && let Some(only) = judgements.pop()
    {
        return only;
    }
    let until = judgements.iter().filter_map(|judgement| judgement.until).min();
    let count = |state: HealthState| judgements.iter().filter(|each| each.state == state).count();
    let first = |state: HealthState| judgements.iter().find(|each| each.state == state);
    let all = judgements.len();
    let works = count(HealthState::Healthy) + count(HealthState::Degraded);
    let failing = count(HealthState::Unhealthy);
    let mut combined = match first(HealthState::Unhealthy) {
        Some(worst) if works > 0 => {
            Judgement { state: HealthState::Degraded, ..told(worst, failing, all, "fails", "fail") }
        }
        Some(worst) => told(worst, failing, all, "fails", "fail"),
        None => [
            (HealthState::Degraded, "warns", "warn"),
            (HealthState::Healthy, "works", "work"),
            (HealthState::Starting, "starts", "start"),
            (HealthState::Unknown, "is unknown", "are unknown"),
            (HealthState::Stopped, "is stopped", "are stopped"),
            (HealthState::Completed, "has finished", "have finished"),
        ]
        .into_iter()
        .find_map(|(state, one, many)| Some(told(first(state)?, count(state), all, one, many)))
        .unwrap_or_else(|| Judgement::new(HealthState::Unknown, "no instances")),
    };
    combined.until = until;
    combined.overlay = combined.overlay.or_else(|| {
        // A restart loop of one replica is worth seeing beside those that work.
        judgements.iter().filter(|each| each.state == HealthState::Unhealthy).find_map(|each| each.overlay)
    });
    combined
}

fn told(example: &Judgement, count: usize, all: usize, one: &str, many: &str) -> Judgement {
    let verb = if count == 1 { one } else { many };
    Judgement { reason: format!("{count} of {all} instances {verb}: {}", example.reason), ..example.clone() }
}

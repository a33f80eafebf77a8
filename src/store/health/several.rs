//! One judgement of a service from those of its containers.

use crate::model::HealthState;

use super::Judgement;

/// Most containers that are named.
const NAMED: usize = 3;

/// A container's judgement with its name.
pub(in crate::store) struct Judged<'a> {
    /// Name of the container.
    pub name: &'a str,
    /// What a look at it gave.
    pub judgement: Judgement,
}

/// Combines the judgements of a service's containers: worst where all fail, degraded where some do,
/// which are named then.
///
/// Containers that were stopped on purpose or have completed do not count beside others.
pub(in crate::store) fn combine(mut all: Vec<Judged<'_>>) -> Judgement {
    if all.len() == 1
        && let Some(only) = all.pop()
    {
        return only.judgement;
    }
    let until = all.iter().filter_map(|each| each.judgement.until).min();
    let of = |state: HealthState| all.iter().filter(move |each| each.judgement.state == state);
    let works = all
        .iter()
        .any(|each| each.judgement.state.works() && !is_over(each.judgement.state));
    let failing = of(HealthState::Unhealthy).count();
    let mut combined = match of(HealthState::Unhealthy).next() {
        Some(worst) if failing < all.len() => Judgement {
            state: if works {
                HealthState::Degraded
            } else {
                HealthState::Unhealthy
            },
            // Since the first of them failed.
            since: of(HealthState::Unhealthy)
                .filter_map(|each| each.judgement.since)
                .min(),
            ..named(worst, of(HealthState::Unhealthy), failing, "fails", "fail")
        },
        Some(worst) => Judgement {
            // Since the last of them failed.
            since: of(HealthState::Unhealthy)
                .filter_map(|each| each.judgement.since)
                .max(),
            ..counted(worst, failing, failing, "fails", "fail")
        },
        None => [
            (HealthState::Degraded, "warns", "warn"),
            (HealthState::Healthy, "works", "work"),
            (HealthState::Running, "runs", "run"),
            (HealthState::Starting, "starts", "start"),
            (HealthState::Unknown, "is unknown", "are unknown"),
            (HealthState::Stopped, "is stopped", "are stopped"),
            (HealthState::Completed, "has finished", "have finished"),
        ]
        .into_iter()
        .find_map(|(state, one, many)| {
            let (first, count) = (of(state).next()?, of(state).count());
            Some(match state {
                HealthState::Degraded if count < all.len() => {
                    named(first, of(state), count, one, many)
                }
                _ => counted(first, count, all.len(), one, many),
            })
        })
        .unwrap_or_else(|| Judgement::new(HealthState::Unknown, "no instances")),
    };
    combined.until = until;
    combined.overlay = combined.overlay.or_else(|| {
        // A restart loop of one replica is worth seeing beside those that work.
        of(HealthState::Unhealthy).find_map(|each| each.judgement.overlay)
    });
    combined
}

/// Whether it runs no more, so that it does nothing beside others.
const fn is_over(state: HealthState) -> bool {
    matches!(state, HealthState::Completed)
}

/// "hub-web-10 fails: …", "hub-web-3 and hub-web-10 fail: …", "hub-web-3 and 4 more fail: …".
fn named<'a>(
    example: &Judged<'_>,
    which: impl Iterator<Item = &'a Judged<'a>>,
    count: usize,
    one: &str,
    many: &str,
) -> Judgement {
    let names: Vec<&str> = which.take(NAMED).map(|each| each.name).collect();
    let verb = if count == 1 { one } else { many };
    let who = match &names[..] {
        _ if count > NAMED => format!("{} and {} more", example.name, count - 1),
        [head @ .., last] if !head.is_empty() => format!("{} and {last}", head.join(", ")),
        _ => example.name.to_owned(),
    };
    let reason = format!("{who} {verb}: {}", example.judgement.reason);
    Judgement {
        reason,
        ..example.judgement.clone()
    }
}

/// "3 of 3 instances fail: …".
fn counted(example: &Judged<'_>, count: usize, all: usize, one: &str, many: &str) -> Judgement {
    let verb = if count == 1 { one } else { many };
    let reason = format!(
        "{count} of {all} instances {verb}: {}",
        example.judgement.reason
    );
    Judgement {
        reason,
        ..example.judgement.clone()
    }
}

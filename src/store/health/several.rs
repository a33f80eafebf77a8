//! One judgement of a service from those of its containers.

use crate::model::{HealthState, Reason};

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
            ..named(worst, of(HealthState::Unhealthy), failing)
        },
        Some(worst) => Judgement {
            // Since the last of them failed.
            since: of(HealthState::Unhealthy)
                .filter_map(|each| each.judgement.since)
                .max(),
            ..counted(worst, failing, failing)
        },
        None => [
            HealthState::Degraded,
            HealthState::Healthy,
            HealthState::Running,
            HealthState::Starting,
            HealthState::Unknown,
            HealthState::Stopped,
            HealthState::Completed,
        ]
        .into_iter()
        .find_map(|state| {
            let (first, count) = (of(state).next()?, of(state).count());
            Some(match state {
                HealthState::Degraded if count < all.len() => named(first, of(state), count),
                _ => counted(first, count, all.len()),
            })
        })
        .unwrap_or_else(|| Judgement::new(HealthState::Unknown, Reason::NoInstances)),
    };
    combined.until = until;
    combined.overlay = combined.overlay.or_else(|| {
        // A crash loop of one replica is worth seeing beside those that work.
        of(HealthState::Unhealthy).find_map(|each| each.judgement.overlay)
    });
    combined
}

/// Whether it runs no more, so that it does nothing beside others.
const fn is_over(state: HealthState) -> bool {
    matches!(state, HealthState::Completed)
}

/// The reason of `example`, with the names of those that stand as it does.
fn named<'a>(
    example: &Judged<'_>,
    which: impl Iterator<Item = &'a Judged<'a>>,
    count: usize,
) -> Judgement {
    Judgement {
        reason: Reason::NamedInstances {
            names: which.take(NAMED).map(|each| each.name.to_owned()).collect(),
            count,
            state: example.judgement.state,
            reason: Box::new(example.judgement.reason.clone()),
        },
        ..example.judgement.clone()
    }
}

/// The reason of `example`, with how many stand as it does.
fn counted(example: &Judged<'_>, count: usize, of: usize) -> Judgement {
    Judgement {
        reason: Reason::Instances {
            count,
            of,
            state: example.judgement.state,
            reason: Box::new(example.judgement.reason.clone()),
        },
        ..example.judgement.clone()
    }
}

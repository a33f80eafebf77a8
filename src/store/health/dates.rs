//! Since when Docker's own checks fail or succeed, as far as its log and its failing streak show.

use std::time::Duration;

use crate::model::{HealthcheckLog, InstanceFacts, SignedDuration, Timestamp};

/// Docker's own time between two checks where none is set.
const INTERVAL: Duration = Duration::from_secs(30);

/// The first of the failed checks in a row that Docker counts now; `None` when none failed or
/// nothing is known of it.
///
/// The log holds the last few results only. What came before is reckoned back by the time between
/// checks.
pub(super) fn failing_since(facts: &InstanceFacts) -> Option<Timestamp> {
    let streak = usize::try_from(facts.docker.failing_streak).unwrap_or(usize::MAX);
    let log = &facts.health_log;
    let failures = log.iter().rev().take_while(|check| check.exit_code != 0);
    let failed = failures.take(streak).count();
    let oldest = log
        .get(log.len().checked_sub(failed)?)
        .filter(|_| streak > 0)?;
    // A check that succeeded stands before it, or it is the first of all: the time is known.
    let earlier = if failed < log.len() {
        0
    } else {
        streak - failed
    };
    let back = between(log, facts).saturating_mul(u32::try_from(earlier).unwrap_or(u32::MAX));
    let reckoned = oldest
        .at
        .checked_sub(SignedDuration::try_from(back).ok()?)
        .ok()?;
    Some(
        reckoned
            .max(facts.started_at.unwrap_or(reckoned))
            .min(oldest.at),
    )
}

/// Since when Docker's checks succeed; its start where no failure since is known.
pub(super) fn working_since(facts: &InstanceFacts) -> Option<Timestamp> {
    let mut later_ones = facts
        .health_log
        .iter()
        .rev()
        .take_while(|check| check.exit_code == 0);
    let all = facts.health_log.len();
    let passed = later_ones.by_ref().count();
    if passed < all {
        facts.health_log.get(all - passed).map(|check| check.at)
    } else {
        facts.started_at
    }
}

/// The time from one check to the next: as the log shows it, else as it is set.
fn between(log: &[HealthcheckLog], facts: &InstanceFacts) -> Duration {
    let shown = match log {
        [first, .., last] => u32::try_from(log.len() - 1).ok().and_then(|gaps| {
            Duration::try_from(last.at.duration_since(first.at))
                .ok()?
                .checked_div(gaps)
        }),
        _ => None,
    };
    shown
        .filter(|shown| !shown.is_zero())
        .unwrap_or_else(|| check_interval(facts))
}

/// The time between two checks as it is set.
pub(super) fn check_interval(facts: &InstanceFacts) -> Duration {
    let check = facts.healthcheck.as_ref();
    check
        .and_then(|check| check.interval)
        .filter(|set| !set.is_zero())
        .unwrap_or(INTERVAL)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::secrets::Sensitive;
    use crate::topology::testing::facts;

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_second(seconds).unwrap()
    }

    /// A container started at 0 with checks at these seconds; a negative one failed.
    fn checked(streak: u32, checks: &[i64]) -> InstanceFacts {
        let mut facts = facts("hub/api");
        facts.started_at = Some(at(1));
        facts.docker.failing_streak = streak;
        let result = |second: &i64| HealthcheckLog {
            at: at(second.abs()),
            exit_code: i64::from(*second < 0),
            output: String::new(),
        };
        facts.health_log = checks.iter().map(result).collect();
        facts
    }

    #[test]
    fn the_first_failure_in_a_row_is_known_or_reckoned() {
        for (streak, checks, expected) in [
            (0, &[10, 20][..], None),
            (1, &[10, -20], Some(20)),
            (2, &[10, -20, -30], Some(20)),
            // Failures inside the start period are in the log but not in the streak.
            (1, &[-10, -20, -30], Some(30)),
            // Older than the log: ten seconds lie between two checks.
            (8, &[-100, -110, -120, -130, -140], Some(70)),
            (1_000, &[-100, -110, -120, -130, -140], Some(1)),
            // Nothing but a count.
            (3, &[], None),
            // The last check succeeded: the engine's count is about to end.
            (2, &[-10, 20], None),
        ] {
            let found = failing_since(&checked(streak, checks));
            assert_eq!(found, expected.map(at), "{streak} failures of {checks:?}");
        }
        let mut single = checked(3, &[-100]);
        assert_eq!(
            failing_since(&single),
            Some(at(40)),
            "Docker checks every 30 s"
        );
        single.healthcheck = Some(crate::model::Healthcheck {
            test: Sensitive::default(),
            interval: Some(Duration::from_secs(5)),
            start_period: None,
            retries: None,
        });
        assert_eq!(failing_since(&single), Some(at(90)));
    }

    #[test]
    fn it_works_since_the_first_success_after_a_failure() {
        for (checks, expected) in [
            (&[10, 20][..], Some(1)),
            (&[], Some(1)),
            (&[-10, 20, 30], Some(20)),
            (&[-10, 20, -30], None),
        ] {
            assert_eq!(
                working_since(&checked(0, checks)),
                expected.map(at),
                "{checks:?}"
            );
        }
    }
}

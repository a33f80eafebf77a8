//! Requests over a sliding time: rates and percentiles of the duration.

use std::collections::VecDeque;

use hdrhistogram::Histogram;

use super::request::LoggedRequest;
use crate::model::{RequestFigures, Timestamp};

/// Durations are counted in tenths of a millisecond.
const PER_MS: f64 = 10.0;
/// Longest duration told apart: an hour.
const LONGEST: f64 = 3_600_000.0 * PER_MS;
/// Significant decimal digits of a duration: an error of at most 1 %.
const DIGITS: u8 = 2;

/// Requests in slots of equal length, the oldest of which go.
#[derive(Debug)]
pub struct RequestWindow {
    slot_seconds: i64,
    keep: usize,
    slots: VecDeque<Slot>,
}

#[derive(Debug)]
struct Slot {
    /// Seconds since the epoch, divided by the length of a slot.
    number: i64,
    requests: f64,
    client_errors: f64,
    server_errors: f64,
    /// `None` before the first record with a duration: most memory is here.
    durations: Option<Histogram<u32>>,
}

impl RequestWindow {
    /// A window of `keep` full slots of `slot_seconds`, and of the one that is under way.
    pub const fn new(slot_seconds: i64, keep: usize) -> Self {
        Self {
            slot_seconds,
            keep,
            slots: VecDeque::new(),
        }
    }

    /// Counts a request `weight` times; one older than the window is left out.
    pub fn add(&mut self, at: Timestamp, request: &LoggedRequest<'_>, weight: f64) {
        let number = at.as_second().div_euclid(self.slot_seconds);
        let Some(slot) = self.slot(number) else {
            return;
        };
        slot.requests += weight;
        match request.status {
            400..500 => slot.client_errors += weight,
            500..600 => slot.server_errors += weight,
            _ => {}
        }
        if let Some(duration) = request.duration_ms {
            slot.record(duration);
        }
    }

    fn slot(&mut self, number: i64) -> Option<&mut Slot> {
        let at = self.slots.partition_point(|slot| slot.number < number);
        if self.slots.get(at).is_none_or(|slot| slot.number != number) {
            self.slots.insert(at, Slot::new(number));
        }
        let newest = self.slots.back()?.number;
        let keep = i64::try_from(self.keep).unwrap_or(i64::MAX);
        self.slots.retain(|slot| slot.number + keep >= newest);
        self.slots.iter_mut().find(|slot| slot.number == number)
    }

    /// Requests counted.
    pub fn requests(&self) -> f64 {
        self.slots.iter().map(|slot| slot.requests).sum()
    }

    /// The figures of the window that ends at `end`, read from `covered` on; `None` where it has no
    /// request.
    pub fn figures(&self, end: Timestamp, covered: Timestamp) -> Option<RequestFigures> {
        let keep = i64::try_from(self.keep).unwrap_or(i64::MAX);
        let first = end.as_second().div_euclid(self.slot_seconds) - keep;
        let begin = (first * self.slot_seconds).max(covered.as_second());
        let seconds = super::seconds(begin, end);
        let slots = || self.slots.iter().filter(|slot| slot.number >= first);
        let rate = |count: fn(&Slot) -> f64| slots().map(count).sum::<f64>() / seconds;
        let requests_per_s = rate(|slot| slot.requests);
        if requests_per_s <= 0.0 {
            return None;
        }
        let durations = merged(slots().filter_map(|slot| slot.durations.as_ref()));
        let percentile = |share: f64| {
            let durations = durations.as_ref()?;
            #[expect(clippy::cast_precision_loss, reason = "at most an hour")]
            let tenths = durations.value_at_quantile(share) as f64;
            Some(tenths / PER_MS)
        };
        Some(RequestFigures {
            requests_per_s,
            client_errors_per_s: rate(|slot| slot.client_errors),
            server_errors_per_s: rate(|slot| slot.server_errors),
            p50_ms: percentile(0.5),
            p95_ms: percentile(0.95),
            p99_ms: percentile(0.99),
        })
    }
}

impl Slot {
    const fn new(number: i64) -> Self {
        Self {
            number,
            requests: 0.0,
            client_errors: 0.0,
            server_errors: 0.0,
            durations: None,
        }
    }

    fn record(&mut self, duration_ms: f64) {
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "between 0 and an hour"
        )]
        let tenths = (duration_ms * PER_MS).clamp(0.0, LONGEST).round() as u64;
        if self.durations.is_none() {
            self.durations = histogram();
        }
        if let Some(durations) = &mut self.durations {
            // A histogram that grows takes every value.
            durations.record(tenths).ok();
        }
    }
}

/// An empty histogram that grows with what it holds.
fn histogram() -> Option<Histogram<u32>> {
    let mut histogram = Histogram::new(DIGITS).ok()?;
    histogram.auto(true);
    Some(histogram)
}

/// All in one; `None` where there are none.
fn merged<'a>(all: impl Iterator<Item = &'a Histogram<u32>>) -> Option<Histogram<u32>> {
    let mut sum: Option<Histogram<u32>> = None;
    for each in all {
        match &mut sum {
            None => sum = Some(each.clone()),
            Some(sum) => {
                sum.add(each).ok();
            }
        }
    }
    sum
}

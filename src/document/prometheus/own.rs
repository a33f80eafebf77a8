//! Metrics of hubdeck itself and of the engine.

use super::families::{MetricFamily, MetricType};
use super::text::MetricsText;
use crate::model::{OperationKind, OperationResult, Snapshot, Timestamp};

const UP: MetricFamily =
    MetricFamily::gauge("hubdeck_up", "Whether every part of hubdeck itself runs.");
const BUILD: MetricFamily = MetricFamily::new(
    "hubdeck_build",
    MetricType::Info,
    "The version of hubdeck, always 1.",
);
const START: MetricFamily = MetricFamily::gauge(
    "hubdeck_start_time_seconds",
    "When hubdeck was started, in Unix time.",
)
.of("seconds");
const CPU: MetricFamily = MetricFamily::gauge(
    "hubdeck_own_cpu_ratio",
    "CPU that hubdeck itself uses, as a share of one core.",
)
.of("ratio");
const MEMORY: MetricFamily = MetricFamily::gauge(
    "hubdeck_own_resident_memory_bytes",
    "Resident memory of hubdeck itself.",
)
.of("bytes");
const ENGINE: MetricFamily =
    MetricFamily::gauge("hubdeck_engine_up", "Whether the container engine answers.");
const POLL_TOOK: MetricFamily = MetricFamily::gauge(
    "hubdeck_poll_duration_seconds",
    "How long the last complete list of containers took.",
)
.of("seconds");
const POLLED: MetricFamily = MetricFamily::gauge(
    "hubdeck_last_poll_timestamp_seconds",
    "When the last complete list of containers arrived, in Unix time.",
)
.of("seconds");
const INCIDENTS: MetricFamily = MetricFamily::gauge("hubdeck_incidents", "Open incidents.");
const ACTIONS: MetricFamily = MetricFamily::counter(
    "hubdeck_actions",
    "Operations that ended, by verb and result.",
);

/// Verbs that are shown before one of their operations has ended: a rate needs a zero to begin at.
const USUAL: [OperationKind; 5] = [
    OperationKind::Start,
    OperationKind::Stop,
    OperationKind::Restart,
    OperationKind::Pause,
    OperationKind::Unpause,
];

/// Writes them.
#[allow(clippy::cast_precision_loss)] // bytes and counts are far below 2^53
pub(super) fn write(snapshot: &Snapshot, text: &mut MetricsText) {
    let (engine, cost) = (&snapshot.engine, &snapshot.cost);
    text.condition(&UP, &[], snapshot.parts_down.is_empty());
    text.series(&BUILD, &[("version", env!("CARGO_PKG_VERSION"))], 1.0);
    text.series(&START, &[], unix_seconds(snapshot.started_at));
    text.series(&CPU, &[], cost.cpu_percent.map(|percent| percent / 100.0));
    text.series(&MEMORY, &[], cost.rss_bytes.map(|bytes| bytes as f64));
    text.condition(&ENGINE, &[], engine.status.is_connected());
    text.series(&POLL_TOOK, &[], engine.poll_ms.map(|ms| ms / 1_000.0));
    text.series(&POLLED, &[], engine.last_poll.map(unix_seconds));
    text.series(&INCIDENTS, &[], snapshot.open_incidents().count() as f64);
    write_actions(snapshot, text);
}

#[allow(clippy::cast_precision_loss)]
fn write_actions(snapshot: &Snapshot, text: &mut MetricsText) {
    let counts = &snapshot.operation_counts;
    let mut verbs: Vec<&str> = USUAL.map(OperationKind::id).into();
    verbs.extend(counts.verbs());
    verbs.sort_unstable();
    verbs.dedup();
    for verb in verbs {
        for result in OperationResult::ALL {
            let labels = [("action", verb), ("result", result.id())];
            text.series(&ACTIONS, &labels, counts.get(verb, result) as f64);
        }
    }
}

/// A time in Unix seconds, to the millisecond.
#[allow(clippy::cast_precision_loss)] // milliseconds since 1970 are exact in f64
pub(super) fn unix_seconds(at: Timestamp) -> f64 {
    at.as_millisecond() as f64 / 1_000.0
}

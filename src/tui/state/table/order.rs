//! The order of the table.

use std::borrow::Cow;
use std::cmp::Ordering;
use std::sync::Arc;

use crate::explain;
use crate::model::SortShared as _;
use crate::model::{LogFigures, Metric, Overlay, Service, Snapshot};
use crate::tui::input::column::Column;

/// What a row is sorted by; made once per row, not once per comparison.
#[derive(Debug, PartialEq)]
enum Key<'a> {
    Text(Cow<'a, str>),
    /// Bigger first, absent last.
    Number(Option<f64>),
}

impl Key<'_> {
    fn compare(&self, other: &Self) -> Ordering {
        match (self, other) {
            (Self::Text(a), Self::Text(b)) => a.cmp(b),
            (Self::Number(a), Self::Number(b)) => match (a, b) {
                (Some(a), Some(b)) => b.total_cmp(a),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (None, None) => Ordering::Equal,
            },
            (Self::Text(_), Self::Number(_)) => Ordering::Less,
            (Self::Number(_), Self::Text(_)) => Ordering::Greater,
        }
    }
}

/// Sorts by `column`: worst, biggest or alphabetically first; equal rows keep their order.
pub fn sort(services: &mut Vec<&Arc<Service>>, snapshot: &Snapshot, column: Column, reverse: bool) {
    let mut keyed: Vec<_> = services
        .iter()
        .map(|service| (key(column, service, snapshot), *service))
        .collect();
    keyed.sort_shared_by(|(a, _), (b, _)| if reverse { b.compare(a) } else { a.compare(b) });
    services.clear();
    services.extend(keyed.into_iter().map(|(_, service)| service));
}

#[allow(clippy::cast_precision_loss)] // counts and seconds, far below 2^53
fn key<'a>(column: Column, service: &'a Service, snapshot: &Snapshot) -> Key<'a> {
    let two = |a, b| match (service.total(a), service.total(b)) {
        (None, None) => None,
        (a, b) => Some(a.unwrap_or(0.0) + b.unwrap_or(0.0)),
    };
    let facts = service.primary().map(|instance| &instance.facts);
    match column {
        Column::State => Key::Number(Some(badness(service))),
        Column::Stack => Key::Text(Cow::Borrowed(
            service.stack.as_ref().map_or("", |stack| stack.as_str()),
        )),
        Column::Name => Key::Text(Cow::Borrowed(service.title())),
        Column::Newer => Key::Number(
            (snapshot.image_checks.of(service)).map(|check| f64::from(u8::from(check.is_newer()))),
        ),
        Column::Layer => Key::Number(Some(
            -(snapshot.layers.position(service.layer.layer) as f64),
        )),
        Column::Image => Key::Text(Cow::Borrowed(service.image())),
        Column::Replicas => Key::Number(Some(service.replicas().0 as f64)),
        Column::Ports => Key::Number(
            facts
                .and_then(|facts| facts.ports.iter().filter_map(|port| port.published).min())
                .map(|port| -f64::from(port)),
        ),
        Column::Cpu => Key::Number(service.total(Metric::Cpu)),
        Column::Memory => Key::Number(service.total(Metric::Memory)),
        Column::Network => Key::Number(two(Metric::NetworkRx, Metric::NetworkTx)),
        Column::Block => Key::Number(two(Metric::BlockRead, Metric::BlockWrite)),
        Column::Latency => Key::Number(
            service
                .health
                .probe
                .as_ref()
                .and_then(|probe| probe.latency_ms),
        ),
        Column::Lines => Key::Number(of_log(service, |log| {
            Some(log.last_minute.rates.lines_per_s)
        })),
        Column::Errors => Key::Number(of_log(service, |log| {
            Some(log.last_minute.rates.errors_per_s)
        })),
        Column::Requests => {
            Key::Number(of_log(service, |log| Some(log.requests()?.requests_per_s)))
        }
        Column::ServerErrors => Key::Number(of_log(service, |log| {
            Some(log.requests()?.server_errors_per_s)
        })),
        Column::P95 => Key::Number(of_log(service, |log| log.requests()?.p95_ms)),
        Column::Restarts => Key::Number(Some(
            service
                .instances
                .iter()
                .map(|each| each.facts.restarts as f64)
                .sum(),
        )),
        Column::Uptime => Key::Number(up_since(service)),
        Column::Note => Key::Text(Cow::Owned(explain::short(service))),
    }
}

/// When it was started, later first; `None` for what does not run.
#[allow(clippy::cast_precision_loss)] // seconds, far below 2^53
fn up_since(service: &Service) -> Option<f64> {
    let facts = service.primary().map(|instance| &instance.facts);
    let started_at = facts.filter(|facts| facts.is_running())?.started_at?;
    Some(-started_at.as_second() as f64)
}

/// A figure of the log of a service that runs.
fn of_log(service: &Service, figure: fn(&LogFigures) -> Option<f64>) -> Option<f64> {
    service.running_log().and_then(figure)
}

/// Bigger is worse; roots before what they block.
fn badness(service: &Service) -> f64 {
    let blocked = service.health.has(Overlay::Blocked);
    f64::from(service.health.state as u8) * 2.0 + if blocked { 0.0 } else { 1.0 }
}

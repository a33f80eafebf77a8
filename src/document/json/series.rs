//! The document of what was measured of a service over time.

use std::time::Duration;

use serde::Serialize;

use crate::model::{Instance, Metric, Service, ServiceId, Snapshot, Timestamp};

/// `GET /api/services/{id}/metrics`: columns of one length, oldest first; `null` where nothing was
/// measured. The newest 90 points are kept as they came, older ones one in 30 s.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SeriesDocument<'a> {
    /// The service.
    pub service: &'a ServiceId,
    /// Points from here on; `null` where all that are kept are given.
    pub from: Option<Timestamp>,
    /// Each container.
    pub instances: Vec<InstanceSeriesDocument<'a>>,
    /// The probe.
    pub probe: ProbeSeriesDocument,
    /// When the snapshot was taken.
    pub generated_at: Timestamp,
}

/// What was measured of a container.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the metrics, a column each
pub struct InstanceSeriesDocument<'a> {
    /// Id of the container.
    pub id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// When it was measured.
    pub at: Vec<Timestamp>,
    pub cpu_percent: Vec<Option<f64>>,
    pub memory_bytes: Vec<Option<f64>>,
    pub network_rx_bytes_per_s: Vec<Option<f64>>,
    pub network_tx_bytes_per_s: Vec<Option<f64>>,
    pub block_read_bytes_per_s: Vec<Option<f64>>,
    pub block_write_bytes_per_s: Vec<Option<f64>>,
}

/// How long the probe of a service took.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct ProbeSeriesDocument {
    /// When it was probed.
    pub at: Vec<Timestamp>,
    /// How long the answer took; `null` where the probe failed.
    pub latency_ms: Vec<Option<f64>>,
}

impl<'a> SeriesDocument<'a> {
    /// What was measured of `service` in the last `window`, or as far back as it is kept.
    #[must_use]
    pub fn of(service: &'a Service, snapshot: &Snapshot, window: Option<Duration>) -> Self {
        let from = window.map(|window| {
            snapshot
                .taken_at
                .saturating_sub(window)
                .unwrap_or(Timestamp::MIN)
        });
        let is_in = |at: &Timestamp| from.is_none_or(|from| *at >= from);
        let probes = service.latency.column(0);
        let (at, latency_ms) = probes.filter(|(at, _)| is_in(at)).unzip();
        Self {
            service: &service.id,
            from,
            instances: service
                .instances
                .iter()
                .map(|instance| InstanceSeriesDocument::of(instance, from))
                .collect(),
            probe: ProbeSeriesDocument { at, latency_ms },
            generated_at: snapshot.taken_at,
        }
    }
}

impl<'a> InstanceSeriesDocument<'a> {
    fn of(instance: &'a Instance, from: Option<Timestamp>) -> Self {
        let points = |metric| {
            let points = instance.series.metric(metric);
            points.filter(move |(at, _)| from.is_none_or(|from| *at >= from))
        };
        let column = |metric| points(metric).map(|(_, value)| value).collect();
        Self {
            id: instance.facts.id.as_str(),
            name: &instance.facts.name,
            at: points(Metric::Cpu).map(|(at, _)| at).collect(),
            cpu_percent: column(Metric::Cpu),
            memory_bytes: column(Metric::Memory),
            network_rx_bytes_per_s: column(Metric::NetworkRx),
            network_tx_bytes_per_s: column(Metric::NetworkTx),
            block_read_bytes_per_s: column(Metric::BlockRead),
            block_write_bytes_per_s: column(Metric::BlockWrite),
        }
    }
}

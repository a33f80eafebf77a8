//! What a family of metrics is.

/// The type of a family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum MetricType {
    /// A value that goes up and down.
    Gauge,
    /// A count that only grows; its series end with `_total`.
    Counter,
    /// Counts by bucket.
    Histogram,
    /// A constant whose labels matter; its series end with `_info`.
    Info,
}

/// A family of series of one name.
#[derive(Clone, Copy, Debug)]
pub(super) struct MetricFamily {
    /// Its name without `_total` or `_info`.
    pub name: &'static str,
    /// Its type.
    pub metric_type: MetricType,
    /// Its base unit, with which the name ends; empty where it counts things.
    pub unit: &'static str,
    /// One sentence.
    pub help: &'static str,
}

impl MetricFamily {
    /// A gauge without a unit.
    pub const fn gauge(name: &'static str, help: &'static str) -> Self {
        Self::new(name, MetricType::Gauge, help)
    }

    /// A counter of things.
    pub const fn counter(name: &'static str, help: &'static str) -> Self {
        Self::new(name, MetricType::Counter, help)
    }

    /// A family without a unit.
    pub const fn new(name: &'static str, metric_type: MetricType, help: &'static str) -> Self {
        Self {
            name,
            metric_type,
            unit: "",
            help,
        }
    }

    /// The same with a base unit.
    pub const fn of(self, unit: &'static str) -> Self {
        Self { unit, ..self }
    }

    /// What the names of its series end with.
    pub const fn suffix(&self) -> &'static str {
        match self.metric_type {
            MetricType::Counter => "_total",
            MetricType::Info => "_info",
            MetricType::Gauge | MetricType::Histogram => "",
        }
    }
}

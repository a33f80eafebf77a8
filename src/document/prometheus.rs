//! A snapshot as metrics: the text format of Prometheus, or `OpenMetrics`.
//!
//! Base units; no ids of containers and no addresses in labels. A series ends with the snapshot that
//! does not have its service any more.

mod families;
mod labels;
mod own;
mod services;
mod text;

use crate::model::Snapshot;

use text::MetricsText;

/// In which format metrics are written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum MetricsFormat {
    /// Prometheus text format 0.0.4.
    Prometheus,
    /// `OpenMetrics` 1.0.0.
    OpenMetrics,
}

impl MetricsFormat {
    /// Its media type with version and character set.
    #[must_use]
    pub const fn media_type(self) -> &'static str {
        match self {
            Self::Prometheus => "text/plain; version=0.0.4; charset=utf-8",
            Self::OpenMetrics => "application/openmetrics-text; version=1.0.0; charset=utf-8",
        }
    }
}

/// The metrics of `snapshot`.
#[must_use]
pub fn metrics(snapshot: &Snapshot, format: MetricsFormat) -> String {
    let mut text = MetricsText::new(format);
    own::write(snapshot, &mut text);
    services::write(snapshot, &mut text);
    text.finish()
}

#[cfg(test)]
mod tests;

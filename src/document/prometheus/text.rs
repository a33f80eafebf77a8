//! The text of families and their series.

use std::fmt::Write as _;

use super::MetricsFormat;
use super::families::{MetricFamily, MetricType};
use super::labels::write_labels;
use crate::model::ProbeDurations;

/// Metrics that are being written.
pub(super) struct MetricsText {
    format: MetricsFormat,
    out: String,
    /// The family that was begun last.
    family: &'static str,
}

impl MetricsText {
    pub fn new(format: MetricsFormat) -> Self {
        Self {
            format,
            out: String::new(),
            family: "",
        }
    }

    /// Writes a series; nothing where its value is not known. The series of a family follow each
    /// other.
    pub fn series(
        &mut self,
        family: &MetricFamily,
        labels: &[(&str, &str)],
        value: impl Into<Option<f64>>,
    ) {
        let Some(value) = value.into() else { return };
        self.begin(family);
        self.line(family.name, family.suffix(), labels, value);
    }

    /// Writes a series that is a condition: 1 or 0.
    pub fn condition(&mut self, family: &MetricFamily, labels: &[(&str, &str)], holds: bool) {
        self.series(family, labels, f64::from(u8::from(holds)));
    }

    /// Writes the series of a histogram.
    #[allow(clippy::cast_precision_loss)] // counts of probes are far below 2^53
    pub fn histogram(
        &mut self,
        family: &MetricFamily,
        labels: &[(&str, &str)],
        durations: &ProbeDurations,
    ) {
        self.begin(family);
        let mut labelled = labels.to_vec();
        for (bound, count) in durations.cumulative() {
            // `1.0`, as `OpenMetrics` wants it and Prometheus takes it.
            let bound = format!("{bound:?}");
            labelled.push(("le", &bound));
            self.line(family.name, "_bucket", &labelled, count as f64);
            labelled = labels.to_vec();
        }
        labelled.push(("le", "+Inf"));
        let count = durations.count() as f64;
        self.line(family.name, "_bucket", &labelled, count);
        self.line(family.name, "_sum", labels, durations.sum());
        self.line(family.name, "_count", labels, count);
    }

    /// All of it.
    pub fn finish(mut self) -> String {
        if self.format == MetricsFormat::OpenMetrics {
            self.out.push_str("# EOF\n");
        }
        self.out
    }

    /// Describes `family` before its first series.
    fn begin(&mut self, family: &MetricFamily) {
        if self.family == family.name {
            return;
        }
        self.family = family.name;
        let (name, help) = (family.name, family.help);
        let _infallible = match self.format {
            MetricsFormat::Prometheus => {
                let suffix = family.suffix();
                let word = match family.metric_type {
                    MetricType::Counter => "counter",
                    MetricType::Histogram => "histogram",
                    MetricType::Gauge | MetricType::Info => "gauge",
                };
                write!(
                    self.out,
                    "# HELP {name}{suffix} {help}\n# TYPE {name}{suffix} {word}\n"
                )
            }
            MetricsFormat::OpenMetrics => {
                let word = match family.metric_type {
                    MetricType::Counter => "counter",
                    MetricType::Histogram => "histogram",
                    MetricType::Gauge => "gauge",
                    MetricType::Info => "info",
                };
                let unit = match family.unit {
                    "" => String::new(),
                    unit => format!("# UNIT {name} {unit}\n"),
                };
                write!(
                    self.out,
                    "# TYPE {name} {word}\n{unit}# HELP {name} {help}\n"
                )
            }
        };
    }

    fn line(&mut self, name: &str, suffix: &str, labels: &[(&str, &str)], value: f64) {
        self.out.push_str(name);
        self.out.push_str(suffix);
        write_labels(labels, &mut self.out);
        let _infallible = writeln!(self.out, " {value}");
    }
}

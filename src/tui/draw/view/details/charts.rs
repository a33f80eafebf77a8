//! Resources, probe latency and log lines over time, and the requests that the log tells of.

mod requests;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use crate::model::SortShared as _;
use crate::model::words;
use crate::model::{
    LOG_BUCKET_SECONDS, LogFigures, LogRates, Metric, Service, SignedDuration, Timestamp,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::theme::Role;
use crate::tui::draw::view::map::labels;
use crate::tui::draw::widget::chart::{Chart, ChartFrame, ChartLine};
use crate::tui::draw::widget::{chart, scroll};
use crate::tui::state::{Drawn, Viewport};

/// Rows a chart has at least.
const LEAST_ROWS: u16 = 6;
/// Width from which on charts stand in two columns.
const TWO_COLUMNS: u16 = 72;
/// Longest and shortest time that is shown.
const LONGEST: SignedDuration = SignedDuration::from_hours(1);
const SHORTEST: SignedDuration = SignedDuration::from_mins(2);
/// A reading this old no longer stands for an instance in a sum.
const HOLD: SignedDuration = SignedDuration::from_secs(90);

type Points = Vec<(Timestamp, Option<f64>)>;

/// Draws the charts of `service`; `top` counts rows as everywhere, and moves by whole charts.
pub fn draw(
    buffer: &mut Buffer,
    area: Rect,
    context: &DrawContext<'_>,
    service: &Service,
    top: usize,
    drawn: &mut Drawn,
) {
    let charts = charts(service);
    let columns = if area.width >= TWO_COLUMNS { 2 } else { 1 };
    let requests = requests::of(service);
    let panels = charts.len() + usize::from(requests.is_some());
    let bands = u16::try_from(panels.div_ceil(columns)).unwrap_or(1);
    let height = (area.height / bands)
        .max(LEAST_ROWS.min(area.height))
        .max(1);
    let rows = usize::from(area.height);
    let total = usize::from(height) * usize::from(bands);
    drawn.viewport = Viewport::clamped(top, rows, total);
    let skipped = drawn.viewport.top.div_ceil(usize::from(height));
    let from = oldest(&charts)
        .max(context.now() - LONGEST)
        .min(context.now() - SHORTEST);
    let frame = ChartFrame {
        theme: context.theme,
        glyphs: context.glyphs,
        from,
        to: context.now(),
        zone: context.zone,
    };
    let bar = u16::from(total > rows);
    let gap = u16::from(columns == 2) * 2;
    let width = (area.width.saturating_sub(bar + gap)) / u16::try_from(columns).unwrap_or(1);
    for at in skipped * columns..panels {
        let cell = |count: usize| u16::try_from(count).unwrap_or(u16::MAX);
        let (band, column) = (cell(at / columns - skipped), cell(at % columns));
        let place = Rect {
            x: area.x + column * (width + gap),
            y: area.y.saturating_add(band.saturating_mul(height)),
            width,
            height,
        };
        // A chart that does not fit as a whole is left for the next page.
        if place.bottom() <= area.bottom() {
            match (charts.get(at), &requests) {
                (Some(chart), _) => chart::draw(buffer, place, chart, frame),
                (None, Some(log)) => requests::draw(buffer, place, context, log),
                (None, None) => {}
            }
        }
    }
    scroll::bar(buffer, area, drawn.viewport, context.theme, context.glyphs);
}

/// The charts of `service`; of its log where it was read.
fn charts(service: &Service) -> Vec<Chart> {
    let mut charts = Vec::from(measured(service));
    if let Some(log) = service.log_figures.as_deref() {
        charts.push(log_lines(log));
        charts.extend(requests_over_time(log));
    }
    charts
}

/// Lines and errors a second of the log.
fn log_lines(log: &LogFigures) -> Chart {
    let line = |label, role, rate: fn(&LogRates) -> f64| {
        let rates = log.history.iter();
        let points = buckets(log, rates.map(|rates| rates.as_ref().map(rate)));
        ChartLine {
            label,
            role,
            points,
        }
    };
    Chart {
        title: "Log lines",
        lines: vec![
            line("all", Role::Network, |rates| rates.lines_per_s),
            line("errors", Role::Unhealthy, |rates| rates.errors_per_s),
        ],
        limit: None,
        unit: |value| format!("{}/s", words::per_second(value)),
        floor: 1.0,
    }
}

/// Requests a second of which the log tells; `None` where it tells of none.
fn requests_over_time(log: &LogFigures) -> Option<Chart> {
    let rates = &log.request_history;
    (!rates.is_empty()).then(|| Chart {
        title: "Requests",
        lines: vec![ChartLine {
            label: "",
            role: Role::Network,
            points: buckets(log, rates.iter().copied()),
        }],
        limit: None,
        unit: |value| format!("{}/s", words::per_second(value)),
        floor: 1.0,
    })
}

/// The figures of the buckets of a log, with their times.
fn buckets(log: &LogFigures, figures: impl DoubleEndedIterator<Item = Option<f64>>) -> Points {
    let length = SignedDuration::from_secs(i64::from(LOG_BUCKET_SECONDS));
    let mut at = log.at;
    let mut points: Points = figures
        .rev()
        .map(|figure| {
            let point = (at, figure);
            at -= length;
            point
        })
        .collect();
    points.reverse();
    points
}

fn measured(service: &Service) -> [Chart; 5] {
    let line = |label, role, metric| ChartLine {
        label,
        role,
        points: total(service, metric),
    };
    let chart = |title, unit: fn(f64) -> String, floor, lines| Chart {
        title,
        lines,
        limit: None,
        unit,
        floor,
    };
    let cpu = vec![line("", Role::Cpu, Metric::Cpu)];
    let memory = vec![line("", Role::Memory, Metric::Memory)];
    let network = vec![
        line("sent", Role::Block, Metric::NetworkTx),
        line("received", Role::Network, Metric::NetworkRx),
    ];
    let block = vec![
        line("read", Role::Network, Metric::BlockRead),
        line("written", Role::Block, Metric::BlockWrite),
    ];
    let latency = vec![ChartLine {
        label: "",
        role: Role::Latency,
        points: service.latency.column(0).collect(),
    }];
    [
        Chart {
            limit: labels::cpu_limit(service),
            ..chart("CPU", words::percent, 1.0, cpu)
        },
        Chart {
            limit: labels::memory_share(service).map(|(_, limit)| limit),
            ..chart("Memory", words::bytes, 1_048_576.0, memory)
        },
        chart("Network", words::rate, 1024.0, network),
        chart("Disk I/O", words::rate, 1024.0, block),
        chart("Probe latency", words::millis, 1.0, latency),
    ]
}

fn oldest(charts: &[Chart]) -> Timestamp {
    let firsts = charts
        .iter()
        .flat_map(|chart| &chart.lines)
        .filter_map(|line| line.points.first());
    firsts.map(|(at, _)| *at).min().unwrap_or(Timestamp::MAX)
}

/// The sum over the instances at every reading of any of them: each stands with its last reading,
/// for as long as that is fresh.
fn total(service: &Service, metric: Metric) -> Points {
    if let [one] = service.instances.as_slice() {
        return one.series.metric(metric).collect();
    }
    let mut readings: Vec<(Timestamp, usize, Option<f64>)> = Vec::new();
    for (at, instance) in service.instances.iter().enumerate() {
        readings.extend(
            instance
                .series
                .metric(metric)
                .map(|(time, value)| (time, at, value)),
        );
    }
    readings.sort_shared_by_key(|(time, at, _)| (*time, *at));
    let firsts = service.instances.iter();
    let firsts: Vec<Timestamp> = firsts
        .filter_map(|instance| Some(instance.series.metric(metric).next()?.0))
        .collect();
    let mut last: Vec<Option<(Timestamp, f64)>> = vec![None; service.instances.len()];
    let mut points: Points = Vec::new();
    for (time, at, value) in readings {
        if let Some(slot) = last.get_mut(at) {
            *slot = value.map(|value| (time, value));
        }
        // Where another instance is about to be read for the first time, the sum would jump.
        if firsts
            .iter()
            .any(|first| *first > time && first.duration_since(time) <= HOLD)
        {
            continue;
        }
        let sum = sum(&last, time);
        match points.last_mut() {
            Some(point) if point.0 == time => point.1 = sum,
            _ => points.push((time, sum)),
        }
    }
    points
}

/// The sum of those of `readings` that are fresh at `now`; `None` when none is.
fn sum(readings: &[Option<(Timestamp, f64)>], now: Timestamp) -> Option<f64> {
    let fresh = readings
        .iter()
        .flatten()
        .filter(|(read, _)| now.duration_since(*read) <= HOLD);
    fresh
        .map(|(_, value)| *value)
        .reduce(|sum, value| sum + value)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{Sample, Series};
    use crate::tui::fixture;

    #[test]
    fn instances_are_added_up() {
        let snapshot = fixture::nine().snapshot();
        let worker = snapshot.service(&"hub/worker".into()).unwrap();
        let points = total(worker, Metric::Memory);
        let expected: f64 = worker
            .instances
            .iter()
            .filter_map(|each| each.sample?.get(Metric::Memory))
            .sum();
        let newest = points.last().unwrap().1.unwrap();
        assert!(
            (newest - expected).abs() / expected < 1e-5,
            "{newest} is not {expected}"
        );
    }

    #[test]
    fn instances_read_one_after_the_other_do_not_make_a_step() {
        let mut builder = fixture::nine();
        builder.change("hub/worker", |make| {
            for (at, instance) in make.service.instances.iter_mut().enumerate() {
                let mut series = Series::default();
                for step in 0..10 {
                    let sample = Sample {
                        cpu_percent: Some(10.0),
                        ..Sample::empty(fixture::ago(60 - step * 2 - at as i64))
                    };
                    series.push_sample(&sample);
                }
                instance.series = Arc::new(series);
            }
        });
        let snapshot = builder.snapshot();
        let points = total(snapshot.service(&"hub/worker".into()).unwrap(), Metric::Cpu);
        assert_eq!(points.len(), 19);
        assert!(
            points.iter().all(|(_, value)| *value == Some(20.0)),
            "{points:?}"
        );
    }
}

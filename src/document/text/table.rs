//! The table: one line a service, worst first, jobs that are done last.

use std::cmp::Reverse;
use std::fmt::{self, Write};

use unicode_width::UnicodeWidthStr as _;

use crate::document::TextForm;
use crate::explain;
use crate::model::SortShared as _;
use crate::model::{
    HealthState, Layers, Metric, Service, Snapshot, publications, secrets, text, words::mebibytes,
};

const HEADINGS: [&str; 9] = [
    "STATE", "SERVICE", "LAYER", "RUNNING", "CPU", "MEMORY", "LATENCY", "PORTS", "WHY",
];

/// Writes headings and rows; no cell is cut.
pub(super) fn write(snapshot: &Snapshot, form: TextForm, out: &mut impl Write) -> fmt::Result {
    let mut services: Vec<&Service> = snapshot.services.iter().map(|service| &**service).collect();
    services.sort_shared_by_key(|service| {
        let state = service.health.state;
        (state == HealthState::Completed, Reverse(state))
    });
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(
        services
            .into_iter()
            .map(|service| row(service, &snapshot.layers, form)),
    );
    let mut widths = [0; HEADINGS.len()];
    for row in &rows {
        for (width, cell) in widths.iter_mut().zip(row) {
            *width = (*width).max(cell.width());
        }
    }
    for row in &rows {
        let mut line = String::new();
        for (width, cell) in widths.iter().zip(row) {
            line.push_str(cell);
            line.push_str(&" ".repeat(width + 2 - cell.width()));
        }
        writeln!(out, "{}", line.trim_end())?;
    }
    Ok(())
}

fn row(service: &Service, layers: &Layers, form: TextForm) -> [String; HEADINGS.len()] {
    let state = service.health.shown_state();
    let sign = state.sign(form.ascii);
    let (running, all) = service.replicas();
    let unknown = || "-".to_owned();
    let latency = service
        .health
        .probe
        .as_ref()
        .and_then(|probe| probe.latency_ms);
    [
        format!("{sign} {state}"),
        text::clean(&service.full_title()),
        layers.id(service.layer.layer).to_owned(),
        format!("{running}/{all}"),
        service
            .total(Metric::Cpu)
            .map_or_else(unknown, |percent| format!("{percent:.1}%")),
        service
            .total(Metric::Memory)
            .map_or_else(unknown, mebibytes),
        latency.map_or_else(unknown, |millis| format!("{millis:.1} ms")),
        ports(service),
        why(service),
    ]
}

fn why(service: &Service) -> String {
    let reason = secrets::mask_text(&text::one_line(&explain::short(service), 200));
    match service.health.blocked_by.first() {
        Some(root) => {
            let by = explain::affected_by(&service.health);
            format!("{by} {}: {reason}", text::clean(root.as_str()))
        }
        None => reason,
    }
}

/// Published ports as `8080->80`, `random->80`, each once.
fn ports(service: &Service) -> String {
    let published = publications(service.instances.iter().map(|instance| &*instance.facts));
    let mut pairs: Vec<String> = published
        .iter()
        .map(|each| format!("{}->{}", each.host, each.container))
        .collect();
    pairs.dedup();
    if pairs.is_empty() {
        "-".to_owned()
    } else {
        pairs.join(",")
    }
}

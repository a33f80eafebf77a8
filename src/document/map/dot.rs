//! A Graphviz graph (<https://graphviz.org/doc/info/lang.html>).

use std::fmt::Write as _;

use super::content::MapContent;
use super::label;
use crate::model::{EdgeKind, HealthState};
use crate::topology::root_cause::Trouble;

/// The graph: a cluster for each layer, solid edges for hard needs, dashed ones for soft.
pub(super) fn render(content: &MapContent<'_>) -> String {
    let mut out = String::from(
        "digraph hubdeck {\n  rankdir=TB; splines=ortho; nodesep=0.4; ranksep=0.6; newrank=true;\n  \
         fontname=\"sans-serif\";\n  node [shape=box, style=\"rounded,filled\", fontname=\"sans-serif\", \
         fontsize=11];\n  edge [fontname=\"sans-serif\", fontsize=9, color=\"#607d8b\"];\n",
    );
    for (band, members) in content.bands() {
        let title = escape(
            content
                .layers
                .iter()
                .nth(band)
                .map_or("", |layer| &layer.title),
        );
        let _infallible = writeln!(
            out,
            "  subgraph cluster_{band} {{\n    label=\"{title}\"; labeljust=l; color=\"#b0bec5\";"
        );
        for at in members {
            let service = content.cards[at].service;
            let (fill, border) = colours(service.health.state);
            let text = label::lines(content, at)
                .map(|part| escape(&part))
                .collect::<Vec<_>>()
                .join("\\n");
            let reason = escape(&label::reason(service));
            let _infallible = writeln!(
                out,
                "    n{at} [label=\"{text}\", fillcolor=\"{fill}\", color=\"{border}\", tooltip=\"{reason}\"];"
            );
        }
        out.push_str("  }\n");
    }
    // Invisible edges keep the layers in their order where no edge does.
    for (above, below) in content.band_order() {
        let _infallible = writeln!(out, "  n{above} -> n{below} [style=invis];");
    }
    for line in &content.lines {
        let _infallible = writeln!(out, "  n{} -> n{}{};", line.from, line.to, attributes(line));
    }
    out.push_str("}\n");
    out
}

fn attributes(line: &super::content::MapLine<'_>) -> String {
    let mut parts = Vec::new();
    if line.edge.kind() == EdgeKind::Soft {
        parts.push("style=dashed".to_owned());
    }
    let routes = label::routes(line.edge);
    if !routes.is_empty() {
        // Orthogonal lines take labels beside them only.
        parts.push(format!("xlabel=\"{}\"", escape(&routes)));
    }
    match line.trouble {
        Trouble::Broken => parts.push("color=\"#c62828\", penwidth=2.5".to_owned()),
        Trouble::Late => parts.push("color=\"#ef6c00\", penwidth=2.5".to_owned()),
        Trouble::Suffers => parts.push("color=\"#ef6c00\"".to_owned()),
        Trouble::None => {}
    }
    if parts.is_empty() {
        String::new()
    } else {
        format!(" [{}]", parts.join(", "))
    }
}

const fn colours(state: HealthState) -> (&'static str, &'static str) {
    match state {
        HealthState::Healthy | HealthState::Running => ("#e6f4ea", "#2e7d32"),
        HealthState::Completed | HealthState::Stopped | HealthState::Unknown => {
            ("#eceff1", "#78909c")
        }
        HealthState::Starting => ("#e3f2fd", "#1976d2"),
        HealthState::Degraded => ("#fff3e0", "#ef6c00"),
        HealthState::Unhealthy => ("#fdecea", "#c62828"),
    }
}

/// Text inside double quotes.
fn escape(text: &str) -> String {
    text.replace('\\', "\\\\")
        .replace('"', "\\\"")
        .replace(['\n', '\r'], " ")
}

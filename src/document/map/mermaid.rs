//! A Mermaid flowchart (<https://mermaid.js.org/syntax/flowchart.html>).

use std::fmt::Write as _;

use super::content::MapContent;
use super::label;
use crate::model::EdgeKind;
use crate::topology::root_cause::Trouble;

/// Looks by state; readable on light and dark pages.
const CLASSES: &str = "  classDef healthy fill:#e6f4ea,stroke:#2e7d32,color:#12321a
  classDef quiet fill:#eceff1,stroke:#78909c,color:#263238
  classDef starting fill:#e3f2fd,stroke:#1976d2,color:#0d2b4d
  classDef degraded fill:#fff3e0,stroke:#ef6c00,color:#4a2600
  classDef unhealthy fill:#fdecea,stroke:#c62828,stroke-width:3px,color:#4a0d0d
";

/// The flowchart: a subgraph for each layer, solid arrows for hard needs, dotted ones for soft.
pub(super) fn render(content: &MapContent<'_>) -> String {
    let mut out = String::from("flowchart TB\n");
    for (band, members) in content.bands() {
        let layer = content.layers.iter().nth(band);
        let title = layer.map_or("", |layer| &layer.title);
        let _infallible = writeln!(out, "  subgraph layer{band}[\"{}\"]", escape(title));
        for at in members {
            let state = content.cards[at].service.health.state;
            let parts = label::lines(content, at).map(|part| escape(&part));
            let text = parts.collect::<Vec<_>>().join("<br/>");
            let _infallible = writeln!(out, "    n{at}[\"{text}\"]:::{}", label::class(state));
        }
        out.push_str("  end\n");
    }
    // Invisible links keep the layers in their order where no edge does.
    let order = content.band_order();
    for (above, below) in &order {
        let _infallible = writeln!(out, "  n{above} ~~~ n{below}");
    }
    lines(content, order.len(), &mut out);
    out.push_str(CLASSES);
    out
}

/// Writes the edges. Mermaid numbers links in the order of the text; `before` come before them.
fn lines(content: &MapContent<'_>, before: usize, out: &mut String) {
    let (mut failing, mut late) = (Vec::new(), Vec::new());
    for (at, line) in content.lines.iter().enumerate() {
        let arrow = match line.edge.kind() {
            EdgeKind::Hard => "-->",
            EdgeKind::Soft => "-.->",
        };
        let routes = label::routes(line.edge);
        let text = if routes.is_empty() {
            String::new()
        } else {
            format!("|\"{}\"|", escape(&routes))
        };
        let _infallible = writeln!(out, "  n{} {arrow}{text} n{}", line.from, line.to);
        match line.trouble {
            Trouble::Broken => failing.push((before + at).to_string()),
            Trouble::Late => late.push((before + at).to_string()),
            Trouble::None | Trouble::Suffers => {}
        }
    }
    for (links, colour) in [(failing, "#c62828"), (late, "#ef6c00")] {
        if !links.is_empty() {
            let links = links.join(",");
            let _infallible = writeln!(out, "  linkStyle {links} stroke:{colour},stroke-width:3px");
        }
    }
}

/// Text inside quotes: everything that Mermaid or HTML could read becomes an entity code.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '"' | '<' | '>' | '&' | '#' | ';' | '`' | '\\' | '[' | ']' | '{' | '}' | '|' | '*'
            | '_' => {
                let _infallible = write!(out, "#{};", u32::from(c));
            }
            c => out.push(c),
        }
    }
    out
}

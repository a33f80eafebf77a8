//! Looks, signs and the legend of the SVG.

use std::fmt::Write as _;

use super::super::content::MapContent;
use super::super::label::class;
use crate::model::{EdgeKind, HealthState, ShownState};
use crate::topology::root_cause::Trouble;

/// The style sheet.
pub(super) const STYLE: &str = "<style>\
svg{font-family:system-ui,-apple-system,'Segoe UI',Roboto,'DejaVu Sans',sans-serif;font-size:12px}\
text{fill:#1f2328}.page{fill:#fff}.band{fill:#f6f8fa}.other{fill:#edf0f3}.card rect{fill:#fff;stroke-width:1.5}\
.layer{font-weight:600;font-size:13px;letter-spacing:.04em}.layer,.muted{fill:#59636e}.end{text-anchor:end}\
.name{font-weight:600;font-size:14px}.line{fill:none;stroke:#7d8793;stroke-width:1.5}.head{fill:#7d8793}\
.soft{stroke-dasharray:5 4}.line.broken,.unhealthy rect{stroke-width:3}\
.route{font-size:11px;paint-order:stroke;stroke:#fff;stroke-width:4px}\
.sign{stroke-width:1}.open{fill:none!important;stroke-width:2.5}\
.healthy rect,.healthy .sign{stroke:#1a7f37}.healthy .sign,.healthy .why{fill:#1a7f37}\
.quiet rect,.quiet .sign{stroke:#6e7781}.quiet .sign,.quiet .why{fill:#6e7781}\
.starting rect,.starting .sign{stroke:#0969da}.starting .sign,.starting .why{fill:#0969da}\
.degraded rect,.degraded .sign,.suffers{stroke:#bc4c00}.degraded .sign,.degraded .why,.head-suffers{fill:#bc4c00}\
.unhealthy rect,.unhealthy .sign,.line.broken{stroke:#cf222e}\
.unhealthy .sign,.unhealthy .why,.head-broken{fill:#cf222e}\
@media(prefers-color-scheme:dark){text{fill:#e6edf3}.page{fill:#0d1117}.band{fill:#131922}.other{fill:#18202b}\
.card rect{fill:#0d1117}.layer,.muted{fill:#9aa5b1}.line{stroke:#768390}.head{fill:#768390}.route{stroke:#0d1117}\
.healthy rect,.healthy .sign{stroke:#3fb950}.healthy .sign,.healthy .why{fill:#3fb950}\
.quiet rect,.quiet .sign{stroke:#8b949e}.quiet .sign,.quiet .why{fill:#8b949e}\
.starting rect,.starting .sign{stroke:#58a6ff}.starting .sign,.starting .why{fill:#58a6ff}\
.degraded rect,.degraded .sign,.suffers{stroke:#f0883e}.degraded .sign,.degraded .why,.head-suffers{fill:#f0883e}\
.unhealthy rect,.unhealthy .sign,.line.broken{stroke:#ff6b64}\
.unhealthy .sign,.unhealthy .why,.head-broken{fill:#ff6b64}}\
</style>\n";

/// The arrow heads of lines.
pub(super) const HEADS: &str = "<defs>\
<marker id=\"arrow\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head\" d=\"M0 0L8 4L0 8z\"/></marker>\
<marker id=\"arrow-suffers\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"9\" markerHeight=\"9\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head-suffers\" d=\"M0 0L8 4L0 8z\"/></marker>\
<marker id=\"arrow-broken\" viewBox=\"0 0 8 8\" refX=\"8\" refY=\"4\" markerWidth=\"12\" markerHeight=\"12\" \
markerUnits=\"userSpaceOnUse\" orient=\"auto\"><path class=\"head-broken\" d=\"M0 0L8 4L0 8z\"/></marker>\
</defs>\n";

/// The sign of a state around `x`, `y`: each a shape of its own.
pub(super) fn sign(state: ShownState, x: u32, y: u32) -> String {
    let at = |shape: &str| {
        format!("<path class=\"sign\" transform=\"translate({x} {y})\" d=\"{shape}\"/>")
    };
    let open = |shape: &str| {
        format!("<path class=\"sign open\" transform=\"translate({x} {y})\" d=\"{shape}\"/>")
    };
    let state = match state {
        ShownState::Paused => return at("M-5 -5H-1.5V5H-5zM1.5 -5H5V5H1.5z"),
        ShownState::Base(state) => state,
    };
    match state {
        HealthState::Healthy => format!("<circle class=\"sign\" cx=\"{x}\" cy=\"{y}\" r=\"5.5\"/>"),
        HealthState::Running => {
            format!("<circle class=\"sign open\" cx=\"{x}\" cy=\"{y}\" r=\"4.5\"/>")
        }
        HealthState::Completed => open("M-5 0L-1.5 4L5 -4"),
        HealthState::Stopped => at("M-5 -5H5V5H-5z"),
        HealthState::Starting => at("M0 -5.5A5.5 5.5 0 0 0 0 5.5z"),
        HealthState::Unknown => open("M-3 -2.5A3 3 0 1 1 0 1V2M0 5V5.5"),
        HealthState::Degraded => at("M0 -6L6 5H-6z"),
        HealthState::Unhealthy => open("M-5 -5L5 5M-5 5L5 -5"),
    }
}

/// The sign of every state as a symbol `sign-STATE`, for the tables of a page.
pub(in super::super) fn symbols() -> String {
    let mut out = String::new();
    for state in ShownState::WORST_FIRST {
        let _infallible = write!(
            out,
            "<symbol id=\"sign-{state}\" viewBox=\"0 0 16 16\">{}</symbol>",
            sign(state, 8, 8)
        );
    }
    out
}

/// `text` as a part of a fragment: what may not stand there is percent-encoded.
pub(super) fn fragment(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte) {
            out.push(char::from(byte));
        } else {
            let _infallible = write!(out, "%{byte:02X}");
        }
    }
    out
}

/// What signs and lines mean, as far as they are on the map.
pub(super) fn legend(content: &MapContent<'_>, top: u32, out: &mut String) {
    let y = top + 24;
    let mut x = 20;
    let word = |x: u32, words: &str, out: &mut String| {
        let _infallible = write!(
            out,
            "<text class=\"muted\" x=\"{x}\" y=\"{}\">{words}</text>",
            y + 4
        );
    };
    out.push_str("<g>");
    for state in HealthState::ALL {
        if content
            .cards
            .iter()
            .any(|card| card.service.health.state == state)
        {
            let _infallible = write!(
                out,
                "<g class=\"{}\">{}</g>",
                class(state),
                sign(ShownState::Base(state), x, y)
            );
            word(x + 12, state.id(), out);
            x += 90;
        }
    }
    let lines = &content.lines;
    let hard = lines.iter().any(|line| line.edge.kind() == EdgeKind::Hard);
    let soft = lines.iter().any(|line| line.edge.kind() == EdgeKind::Soft);
    let broken = lines.iter().any(|line| line.trouble == Trouble::Broken);
    for (is_there, class, marker, words) in [
        (hard, "line", "arrow", "cannot work without"),
        (soft, "line soft", "arrow", "uses"),
        (broken, "line broken", "arrow-broken", "broken path"),
    ] {
        if is_there {
            let _infallible = write!(
                out,
                "<path class=\"{class}\" d=\"M{x} {y}H{}\" marker-end=\"url(#{marker})\"/>",
                x + 32
            );
            word(x + 40, words, out);
            x += 170;
        }
    }
    out.push_str("</g>\n");
}

/// Text between tags or in an attribute; what XML cannot hold vanishes.
pub(super) fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\u{fffe}' | '\u{ffff}' => {}
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}

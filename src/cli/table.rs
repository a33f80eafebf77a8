//! A snapshot as plain text: what `status` prints, and what stands in for the console without a
//! terminal.

use std::io::{self, Write};

use unicode_width::UnicodeWidthStr;

use super::charset::{self, Charset};
use crate::model::SortShared as _;
use crate::model::{
    EngineFlavour, EngineStatus, EngineView, HealthState, Layers, Metric, Service, Snapshot,
    StackName, Timestamp, publications, secrets, text, words::mebibytes,
};

/// How text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TextStyle {
    /// The characters that may be written; names and reasons keep to it too.
    pub charset: Charset,
    /// Width at which the map wraps; the table is never cut, so that `grep` finds everything.
    pub width: usize,
}

impl Default for TextStyle {
    fn default() -> Self {
        Self {
            charset: Charset::Utf8,
            width: 100,
        }
    }
}

impl TextStyle {
    fn ascii(self) -> bool {
        self.charset == Charset::Ascii
    }
}

/// Writes head, map and table of `snapshot`.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_text(snapshot: &Snapshot, style: TextStyle, out: &mut impl Write) -> io::Result<()> {
    let mut text = Vec::new();
    write_head(snapshot, &mut text)?;
    if !snapshot.services.is_empty() {
        writeln!(text)?;
        write_map(snapshot, style, &mut text)?;
        writeln!(text)?;
        write_table(snapshot, style, &mut text)?;
    }
    charset::write(&String::from_utf8_lossy(&text), style.charset, out)
}

/// Writes what the engine is and how many services are in which state.
///
/// # Errors
/// When `out` cannot be written to.
pub fn write_head(snapshot: &Snapshot, out: &mut impl Write) -> io::Result<()> {
    writeln!(out, "{}", engine_line(&snapshot.engine, snapshot.taken_at))?;
    for attempt in &snapshot.engine.attempts {
        let endpoint = secrets::mask_text(&attempt.endpoint);
        writeln!(
            out,
            "  {} ({endpoint}): {}",
            attempt.source,
            secrets::mask_text(&attempt.error)
        )?;
    }
    if let Some(timing) = &snapshot.engine.timing {
        if timing.is_slow() && snapshot.engine.status.is_connected() {
            writeln!(
                out,
                "The engine is slow: its answers take up to {:.1} s.",
                timing.answer_ms / 1_000.0
            )?;
        }
        if let Some(words) = timing.clock_words() {
            writeln!(
                out,
                "The engine's clock is {words} of this machine's; its times are corrected."
            )?;
        }
    }
    for (feature, reason) in &snapshot.engine.refused {
        writeln!(
            out,
            "The engine refuses {}: {reason}",
            format!("{feature:?}").to_lowercase()
        )?;
    }
    for sentence in snapshot.engine.gaps.sentences() {
        writeln!(out, "{}", text::capitalized(&sentence))?;
    }
    write_totals(snapshot, out)?;
    for incident in snapshot.open_incidents() {
        let sentence = text::one_line(&secrets::mask_text(&incident.sentence), 300);
        writeln!(out, "Incident since {:.0}: {sentence}", incident.opened_at)?;
    }
    Ok(())
}

/// How many services are in which state, the worst state first.
fn write_totals(snapshot: &Snapshot, out: &mut impl Write) -> io::Result<()> {
    let totals = snapshot.totals();
    let counts: Vec<String> = HealthState::ALL
        .into_iter()
        .rev()
        .filter(|state| totals.get(*state) > 0)
        .map(|state| format!("{} {state}", totals.get(state)))
        .collect();
    match (totals.all(), snapshot.engine.status.is_connected()) {
        (0, true) if !snapshot.engine.discovery => {
            writeln!(
                out,
                "No services: discovery is switched off (engine.enable_discovery = false)."
            )
        }
        (0, true) => writeln!(
            out,
            "No services: the engine has no containers that hubdeck watches."
        ),
        (0, false) => Ok(()),
        (all, _) => writeln!(out, "{all} services: {}", counts.join(", ")),
    }
}

fn engine_line(engine: &EngineView, taken_at: Timestamp) -> String {
    let name = engine.info.as_ref().map_or_else(
        || "the engine".to_owned(),
        |info| {
            let host = info.host_name.as_deref().unwrap_or("unknown host");
            let endpoint = secrets::mask_text(&info.endpoint);
            let flavour = match info.flavour {
                EngineFlavour::Docker => "Docker",
                EngineFlavour::Podman => "Podman",
                EngineFlavour::Simulated => "DEMO, simulated engine",
            };
            format!("{flavour} {} on {host} ({endpoint})", info.version)
        },
    );
    match &engine.status {
        EngineStatus::Connected { .. } => format!("{name}, {taken_at:.0}"),
        EngineStatus::Connecting => "No container engine was reached yet.".to_owned(),
        EngineStatus::Lost { error, .. } if engine.info.is_none() => {
            format!(
                "No container engine was reached: {}",
                secrets::mask_text(error)
            )
        }
        EngineStatus::Lost { since, error, .. } => {
            format!(
                "{name} has not answered since {since:.0}: {}",
                secrets::mask_text(error)
            )
        }
    }
}

/// Writes every stack as bands from the entry points down to operations.
fn write_map(snapshot: &Snapshot, style: TextStyle, out: &mut impl Write) -> io::Result<()> {
    let mut stacks: Vec<Option<&StackName>> = snapshot
        .services
        .iter()
        .map(|service| service.stack.as_ref())
        .collect();
    // Services outside every stack come last.
    stacks.sort_shared_by_key(|stack| (stack.is_none(), *stack));
    stacks.dedup();
    for (index, stack) in stacks.into_iter().enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        writeln!(
            out,
            "{}",
            stack.map_or_else(
                || "(no stack)".to_owned(),
                |name| text::clean(name.as_str())
            )
        )?;
        for name in snapshot.layers.iter() {
            let cards: Vec<String> = snapshot
                .services
                .iter()
                .filter(|service| {
                    service.stack.as_ref() == stack && service.layer.layer == name.layer
                })
                .map(|service| card(service, style))
                .collect();
            write_band(&name.title, &cards, style.width, out)?;
        }
    }
    Ok(())
}

fn write_band(title: &str, cards: &[String], width: usize, out: &mut impl Write) -> io::Result<()> {
    const INDENT: usize = 14;
    let mut line = format!("  {title:<12}");
    let mut used = INDENT;
    for (index, card) in cards.iter().enumerate() {
        let card_width = card.width();
        if index > 0 && used + 3 + card_width > width {
            writeln!(out, "{}", line.trim_end())?;
            line = " ".repeat(INDENT);
            used = INDENT;
        } else if index > 0 {
            line.push_str("   ");
            used += 3;
        }
        line.push_str(card);
        used += card_width;
    }
    if cards.is_empty() {
        Ok(())
    } else {
        writeln!(out, "{line}")
    }
}

/// `● backend → db, redis`, with the number of replicas where there are several.
fn card(service: &Service, style: TextStyle) -> String {
    let sign = service.health.state.sign(style.ascii());
    let mut card = format!("{sign} {}", text::clean(service.title()));
    let (running, all) = service.replicas();
    if all > 1 {
        card.push_str(&format!(" {running}/{all}"));
    }
    if !service.depends_on.is_empty() {
        let own = service
            .stack
            .as_ref()
            .map(|stack| format!("{stack}/"))
            .unwrap_or_default();
        let needs: Vec<String> = service
            .depends_on
            .iter()
            .map(|id| {
                text::clean(
                    id.as_str()
                        .strip_prefix(own.as_str())
                        .unwrap_or(id.as_str()),
                )
            })
            .collect();
        let arrow = if style.ascii() { "->" } else { "→" };
        card.push_str(&format!(" {arrow} {}", needs.join(", ")));
    }
    card
}

const HEADINGS: [&str; 9] = [
    "STATE", "SERVICE", "LAYER", "RUNNING", "CPU", "MEMORY", "LATENCY", "PORTS", "WHY",
];

/// Writes one line per service, worst first.
fn write_table(snapshot: &Snapshot, style: TextStyle, out: &mut impl Write) -> io::Result<()> {
    let mut services: Vec<&Service> = snapshot.services.iter().map(|service| &**service).collect();
    services.sort_shared_by_key(|service| std::cmp::Reverse(service.health.state));
    let mut rows = vec![HEADINGS.map(str::to_owned)];
    rows.extend(
        services
            .into_iter()
            .map(|service| row(service, &snapshot.layers, style)),
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

fn row(service: &Service, layers: &Layers, style: TextStyle) -> [String; HEADINGS.len()] {
    let sign = service.health.state.sign(style.ascii());
    let (running, all) = service.replicas();
    let unknown = || "-".to_owned();
    let latency = service
        .health
        .probe
        .as_ref()
        .and_then(|probe| probe.latency_ms);
    [
        format!("{sign} {}", service.health.state),
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
    let reason = secrets::mask_text(&text::one_line(&service.health.reason, 200));
    match service.health.blocked_by.first() {
        Some(root) => format!("blocked by {}: {reason}", text::clean(root.as_str())),
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

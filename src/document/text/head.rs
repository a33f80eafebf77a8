//! The head: what the engine is, what is wrong with it, how many services are in which state.

use std::fmt::{self, Write};

use crate::model::{
    EngineFlavour, EngineInfo, EngineStatus, EngineView, Feature, ShownState, Snapshot, Timestamp,
    secrets, text,
};

/// Writes the head.
pub(super) fn write(snapshot: &Snapshot, out: &mut impl Write) -> fmt::Result {
    writeln!(out, "{}", engine_line(&snapshot.engine, snapshot.taken_at))?;
    write_attempts(&snapshot.engine, out)?;
    write_timing(&snapshot.engine, out)?;
    write_gaps(&snapshot.engine, out)?;
    write_counts(snapshot, out)
}

/// The addresses at which no engine answered.
fn write_attempts(engine: &EngineView, out: &mut impl Write) -> fmt::Result {
    for attempt in &engine.attempts {
        let endpoint = secrets::mask_text(&attempt.endpoint);
        writeln!(
            out,
            "  {} ({endpoint}): {}",
            attempt.source,
            secrets::mask_text(&attempt.error)
        )?;
    }
    Ok(())
}

/// Slow answers, and a clock that differs.
fn write_timing(engine: &EngineView, out: &mut impl Write) -> fmt::Result {
    if let Some(timing) = &engine.timing {
        if timing.is_slow() && engine.status.is_connected() {
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
    Ok(())
}

/// What the engine refuses, and what of its answers could not be used.
fn write_gaps(engine: &EngineView, out: &mut impl Write) -> fmt::Result {
    for (feature, reason) in &engine.refused {
        writeln!(
            out,
            "Not permitted by the engine: {}: {reason}",
            feature_words(*feature)
        )?;
    }
    for sentence in engine.gaps.sentences() {
        writeln!(out, "{}", text::capitalized(&sentence))?;
    }
    Ok(())
}

/// What hubdeck does with a feature of the engine, and the call that the engine has to permit.
const fn feature_words(feature: Feature) -> &'static str {
    match feature {
        Feature::Stats => "reading resource usage (GET /containers/{id}/stats)",
        Feature::Logs => "reading logs (GET /containers/{id}/logs)",
        Feature::Events => "following events (GET /events)",
        Feature::Inspect => "inspecting containers (GET /containers/{id}/json)",
        Feature::Info => "reading engine information (GET /info)",
        Feature::Files => "reading files in containers (GET /containers/{id}/archive)",
        Feature::Swarm => "listing Swarm services (GET /services)",
    }
}

/// How many services are in which state.
fn write_counts(snapshot: &Snapshot, out: &mut impl Write) -> fmt::Result {
    let totals = snapshot.totals();
    let counts: Vec<String> = ShownState::WORST_FIRST
        .into_iter()
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
    let info = engine.info.as_ref();
    let name = info.map_or_else(|| "the engine".to_owned(), engine_name);
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

fn engine_name(info: &EngineInfo) -> String {
    let host = info.host_name.as_deref().unwrap_or("unknown host");
    let endpoint = secrets::mask_text(&info.endpoint);
    let flavour = match info.flavour {
        EngineFlavour::Docker => "Docker",
        EngineFlavour::Podman => "Podman",
        EngineFlavour::Simulated => "DEMO, simulated engine",
    };
    format!("{flavour} {} on {host} ({endpoint})", info.version)
}

//! Deterministic snapshots for tests of the terminal: stacks of every size and state.

mod catalog;
mod incidents;
mod log_figures;
mod service_builder;
mod snapshot_builder;
mod timeline;

use std::time::Duration;

use jiff::tz::TimeZone;
use ratatui::buffer::Buffer;
use ratatui::layout::{Rect, Size};
use ratatui::style::{Color, Style};

use crate::model::{
    CommandWord, CustomCommand, EngineStatus, Finding, HealthState, HttpAnswer, ImageCheck,
    ImageChecks, ImageState, InstanceState, Layer, Overlay, Reason, ServiceId, Snapshot, StackName,
    Timestamp,
};
use crate::tui::draw::context::DrawContext;
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::{Role, Theme};
use crate::tui::input::keymap::Keymap;
use crate::tui::state::{Drawn, Facts, UiState};

pub use incidents::{close_one, lose_engine};
pub use log_figures::log_figures;
pub use service_builder::ServiceBuilder;
pub use snapshot_builder::SnapshotBuilder;
pub use timeline::timeline;

/// The moment of every fixture: 2026-03-28 14:05:00 UTC.
pub fn now() -> Timestamp {
    "2026-03-28T14:05:00Z".parse().unwrap()
}

/// A moment `seconds` before [`now`].
pub fn ago(seconds: i64) -> Timestamp {
    now() - jiff::SignedDuration::from_secs(seconds)
}

/// `builder` with the logs of three services read, one of them without requests.
pub fn with_log_figures(mut builder: SnapshotBuilder) -> SnapshotBuilder {
    for id in ["hub/proxy", "hub/backend", "hub/db"] {
        builder.change(id, |make| {
            let mut figures = log_figures();
            if id == "hub/db" {
                (figures.last_minute, figures.last_quarter) = Default::default();
                (figures.is_estimate, figures.last_minute.rates.lines_per_s) = (true, 1_240.0);
            }
            make.service.log_figures = Some(std::sync::Arc::new(figures));
        });
    }
    builder
}

/// A command of the operator's own for services whose name begins with `d`, on ctrl-g.
pub fn psql() -> std::sync::Arc<CustomCommand> {
    let run = "docker exec -it {container} psql -U app";
    let words = run.split(' ').map(CommandWord::parse);
    std::sync::Arc::new(CustomCommand {
        name: "psql".to_owned(),
        key: Some("ctrl-g".to_owned()),
        run: run.to_owned(),
        words: words.collect::<Result<_, _>>().unwrap(),
        pattern: "d*".to_owned(),
        wait: None,
    })
}

/// One healthy stack of nine services.
pub fn nine() -> SnapshotBuilder {
    SnapshotBuilder::new(catalog::stack("hub", 9))
}

/// One healthy stack of twenty-five services.
pub fn twenty_five() -> SnapshotBuilder {
    SnapshotBuilder::new(catalog::stack("hub", 25))
}

/// Three stacks of twenty services.
pub fn sixty() -> SnapshotBuilder {
    SnapshotBuilder::new(
        ["hub", "shop", "lab"]
            .into_iter()
            .flat_map(|stack| catalog::stack(stack, 20))
            .collect(),
    )
}

/// A hundred stacks of ten services.
pub fn thousand() -> SnapshotBuilder {
    SnapshotBuilder::new(
        (0..100)
            .flat_map(|stack| catalog::stack(&format!("s{stack:02}"), 10))
            .collect(),
    )
}

/// [`nine`] with a dead database and everything that fails with it.
pub fn failing() -> SnapshotBuilder {
    let mut builder = nine();
    fail(&mut builder, "hub");
    builder
}

/// Kills the database of `stack`, with everything that fails with it.
pub fn fail(builder: &mut SnapshotBuilder, stack: &str) {
    let id = |name: &str| format!("{stack}/{name}");
    let db = id("db");
    builder.change(&db, |make| {
        make.died(1, 160)
            .state(HealthState::Unhealthy, 160, "exited with code 1");
    });
    let blocked = [
        ("backend", "probe: 503 Service Unavailable"),
        ("worker", "2 of 2 replicas fail: probe: connection refused"),
        ("proxy", "probe: 502 Bad Gateway"),
        ("auth", "probe: 503 Service Unavailable"),
        ("billing", "probe: 500 Internal Server Error"),
        ("tunnel", "probe: 502 Bad Gateway"),
    ];
    let there = builder.ids();
    for (name, reason) in blocked
        .into_iter()
        .filter(|(name, _)| there.contains(&id(name)))
    {
        builder.change(&id(name), |make| {
            make.state(HealthState::Unhealthy, 131, reason)
                .blocked(&db)
                .probe_fails(reason.rsplit("probe: ").next().unwrap_or(reason));
        });
    }
    builder.change(&id("frontend"), |make| {
        make.state(HealthState::Degraded, 60, "probe: 502 Bad Gateway");
    });
}

/// Has the registry of a service's image have a newer one.
pub fn add_newer_image(snapshot: &mut Snapshot, service: &str) {
    let found = snapshot.service(&ServiceId::from(service));
    let facts = found.and_then(|found| found.primary()).map(|it| &it.facts);
    let checks = facts.map(|facts| ImageCheck {
        reference: facts.image.clone(),
        image_id: facts.image_id.clone(),
        state: ImageState::Newer {
            digest: "sha256:5f3c8a1e9b7d".to_owned(),
        },
        checked_at: ago(600),
    });
    snapshot.image_checks = std::sync::Arc::new(ImageChecks {
        requests: Some(1),
        checks: checks.into_iter().collect(),
    });
}

/// Makes `caller` slow because `called` is.
pub fn slow(builder: &mut SnapshotBuilder, caller: &str, called: &str) {
    for id in [caller, called] {
        builder.change(id, |make| {
            let health = &mut make.service.health;
            health.state = HealthState::Degraded;
            health.since = ago(95);
            health.reason = Reason::Probe {
                finding: Some(Finding::Slow {
                    took: Duration::from_millis(2_500),
                    limit: Duration::from_secs(2),
                    answer: Box::new(Finding::Http(HttpAnswer::of(200, "OK".to_owned()))),
                }),
                state: HealthState::Degraded,
                streak: 3,
            };
            if let (Some(probe), Some(found)) = (&mut health.probe, health.reason.finding()) {
                (probe.latency_ms, probe.finding) = (Some(2_500.0), found.clone());
            }
        });
    }
    builder.change(caller, |make| {
        make.blocked(called);
    });
}

/// A stack of services named `names`, in layers from top to bottom, each needing the next one.
pub fn chain(stack: &str, names: &[&str]) -> SnapshotBuilder {
    let makes = names.iter().enumerate().map(|(at, name)| {
        let layer = Layer::BUILT_IN[at.min(3)];
        let mut make =
            ServiceBuilder::new(Some(stack), name, layer, "registry.example.com/team/tool:1");
        if let Some(next) = names.get(at + 1) {
            make.needs(&format!("!{next}"));
        }
        make
    });
    SnapshotBuilder::new(makes.collect())
}

/// [`nine`] in every state and overlay there is.
pub fn mixed() -> SnapshotBuilder {
    let mut builder = nine();
    builder.change("hub/frontend", |make| {
        make.state(HealthState::Starting, 12, "start period, no success yet");
    });
    builder.change("hub/redis", |make| {
        make.instance_state(InstanceState::Paused)
            .state(HealthState::Stopped, 40, "paused")
            .overlay(Overlay::Paused);
    });
    builder.change("hub/nats", |make| {
        make.instance_state(InstanceState::Restarting)
            .state(
                HealthState::Unhealthy,
                300,
                "crash loop: OOM-killed (exit code 137)",
            )
            .overlay(Overlay::Restarting)
            .overlay(Overlay::Flapping)
            .out_of_memory();
    });
    builder.change("hub/worker", |make| {
        make.instance_state(InstanceState::Exited).state(
            HealthState::Stopped,
            900,
            "stopped on purpose",
        );
    });
    builder.change("hub/metrics", |make| {
        make.state(HealthState::Unknown, 9, "nothing to probe")
            .without_samples();
    });
    builder
}

/// [`nine`] as it was when the engine got lost 42 s ago.
pub fn lost() -> SnapshotBuilder {
    let mut builder = nine();
    for id in builder.ids() {
        builder.change(&id, |make| {
            make.overlay(Overlay::Stale);
        });
    }
    builder.engine = EngineStatus::Lost {
        since: ago(42),
        error: "connection refused on unix:///var/run/docker.sock".to_owned(),
        retry_at: ago(-5),
    };
    builder
}

/// Names that are long, wide or strange, without stack, labels or ports.
pub fn strange() -> SnapshotBuilder {
    let names = [
        "数据库服务",
        "🦀-crab-api",
        "a-name-of-exactly-forty-characters-here-",
        "x",
        "e\u{301}toile\u{200b}",
        "🏳️‍🌈🏳️‍🌈",
    ];
    let mut makes: Vec<ServiceBuilder> = names
        .into_iter()
        .map(|name| ServiceBuilder::loose(name, "registry.example.com:5000/team/tool"))
        .collect();
    makes[0].state(
        HealthState::Unhealthy,
        30,
        "连接被拒绝: connection refused by 数据库",
    );
    SnapshotBuilder::new(makes)
}

/// A theme that gives every role a colour of its own, so that styles can be distinguished.
pub fn theme() -> Theme {
    let styles = Role::ALL
        .into_iter()
        .zip(1u8..)
        .map(|(role, colour)| (role, Style::new().fg(Color::Indexed(colour))));
    Theme {
        name: "fixture".to_owned(),
        styles: styles.collect(),
    }
}

/// A fresh screen of that size.
pub fn ui(width: u16, height: u16) -> UiState {
    UiState::new(Size::new(width, height))
}

/// [`ui`] with `service` selected.
pub fn ui_on(width: u16, height: u16, service: &str) -> UiState {
    let mut ui = ui(width, height);
    ui.selection.selected = Some(ServiceId::from(service));
    ui
}

/// What is true of a run in which everything may be done.
pub fn facts() -> Facts {
    Facts {
        now: now(),
        read_only: false,
        demo: false,
        log_tail: 100,
        pause_key: Keymap::default()
            .keys_of(&crate::tui::input::action::Action::PAUSE)
            .next(),
        typed_at: Duration::ZERO,
    }
}

/// Draws one frame with `view` over the whole of the terminal.
pub fn frame(
    snapshot: &Snapshot,
    ui: &UiState,
    ascii: bool,
    view: impl Fn(&mut Buffer, Rect, &DrawContext<'_>, &UiState, &mut Drawn),
) -> (Buffer, Drawn) {
    let theme = theme();
    let zone = TimeZone::UTC;
    let keymap = Keymap::default();
    let facts = facts();
    let context = DrawContext {
        snapshot,
        theme: &theme,
        glyphs: Glyphs { ascii },
        zone: &zone,
        show_secrets: false,
        keymap: &keymap,
        facts: &facts,
    };
    let area = Rect::new(0, 0, ui.terminal.size.width, ui.terminal.size.height);
    let mut buffer = Buffer::empty(area);
    let mut drawn = Drawn::default();
    view(&mut buffer, area, &context, ui, &mut drawn);
    (buffer, drawn)
}

/// The text of a buffer, one line per row, without blanks at line ends.
pub fn screen(buffer: &Buffer) -> String {
    let mut out = String::new();
    for y in buffer.area.rows() {
        let mut row = String::new();
        let mut covered = 0;
        for x in y.columns() {
            let cell = &buffer[(x.x, x.y)];
            if covered > 0 {
                covered -= 1;
                continue;
            }
            covered = ratatui::buffer::CellWidth::cell_width(cell.symbol()).saturating_sub(1);
            row.push_str(cell.symbol());
        }
        out.push_str(row.trim_end());
        out.push('\n');
    }
    out
}

/// The role the cell is drawn in, by the colours of [`theme`].
pub fn role_at(buffer: &Buffer, x: u16, y: u16) -> Option<Role> {
    let colour = buffer[(x, y)].fg;
    theme()
        .styles
        .into_iter()
        .find(|(_, style)| style.fg == Some(colour))
        .map(|(role, _)| role)
}

/// Where `text` begins on the screen, cell by cell.
pub fn find(buffer: &Buffer, text: &str) -> Option<(u16, u16)> {
    let cells = text.chars().count();
    buffer
        .area
        .positions()
        .find(|at| {
            let symbols = (0..cells).map(|step| {
                buffer
                    .cell((at.x + step as u16, at.y))
                    .map_or("", |cell| cell.symbol())
            });
            symbols.collect::<String>() == text
        })
        .map(|at| (at.x, at.y))
}

/// Only `stack` is shown.
pub fn ui_of_stack(width: u16, height: u16, stack: &str) -> UiState {
    let mut ui = ui(width, height);
    ui.scope.stack = Some(StackName::from(stack));
    ui
}

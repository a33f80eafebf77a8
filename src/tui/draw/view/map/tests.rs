mod cards;
mod moves;
mod panel;
mod shots;
mod steady;
mod trouble;
mod zoom;

use proptest::prelude::*;

use super::*;
use crate::model::{DependencyCondition, Provenance, ServiceId, StackName};
use crate::tui::draw::view::map::summary::loss_sentence;
use crate::tui::fixture;
use crate::tui::fixture::SnapshotBuilder;
use crate::tui::input::action::Direction;
use crate::tui::state::Zoom;
use crate::tui::test_console::{TestConsole, assert_screen, dressed};
use crate::tui::update::map::move_selection;

/// Takes a snapshot of the whole screen.
fn shot(name: &str, console: &mut TestConsole) {
    let (width, height) = (
        console.ui.terminal.size.width,
        console.ui.terminal.size.height,
    );
    assert_screen(&format!("map_{name}_{width}x{height}"), &console.screen());
}

fn console(builder: &SnapshotBuilder, (width, height): (u16, u16)) -> TestConsole {
    TestConsole::new(dressed(builder.snapshot()), width, height)
}

fn map(snapshot: &Snapshot, ui: &UiState, ascii: bool) -> String {
    fixture::screen(&fixture::frame(snapshot, ui, ascii, draw).0)
}

fn drawn(snapshot: &Snapshot, mut ui: UiState) -> UiState {
    ui.drawn = fixture::frame(snapshot, &ui, false, draw).1;
    ui
}

fn selected(ui: &UiState) -> &str {
    ui.selection.selected.as_ref().map_or("", ServiceId::as_str)
}

#[test]
fn selection_lights_neighbours_and_dims_the_rest() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, _) = fixture::frame(
        &snapshot,
        &fixture::ui_on(160, 48, "hub/backend"),
        false,
        draw,
    );
    for (text, role) in [
        ("redis ─", Role::Needs),
        ("frontend ─", Role::NeededBy),
        ("worker ×2", Role::Dim),
        ("backend ━", Role::Title),
        // A problem is never pushed back.
        ("✖ worker", Role::Unhealthy),
    ] {
        let (x, y) =
            fixture::find(&buffer, text).unwrap_or_else(|| panic!("{text} is not on the map"));
        assert_eq!(fixture::role_at(&buffer, x, y), Some(role), "{text}");
    }
}

/// The roles of the cells that hold one of `signs`.
fn roles_of(buffer: &ratatui::buffer::Buffer, signs: &[&str]) -> Vec<Role> {
    let cells = buffer
        .area
        .positions()
        .filter(|at| signs.contains(&buffer[(at.x, at.y)].symbol()));
    let mut roles: Vec<Role> = cells
        .filter_map(|at| fixture::role_at(buffer, at.x, at.y))
        .collect();
    roles.sort();
    roles.dedup();
    roles
}

#[test]
fn lines_are_quiet_lit_or_failing() {
    const HEADS: [&str; 4] = ["▼", "▲", "◀", "▶"];
    let heads = |ui: &UiState, builder: &SnapshotBuilder| {
        let (buffer, _) = fixture::frame(&builder.snapshot(), ui, false, draw);
        (roles_of(&buffer, &HEADS), roles_of(&buffer, &["┃", "━"]))
    };
    let (light, heavy) = heads(&fixture::ui(120, 38), &fixture::nine());
    assert_eq!((light, heavy), (vec![Role::Edge], vec![]));
    let (light, _) = heads(&fixture::ui_on(120, 38, "hub/backend"), &fixture::nine());
    // Frontend needs it, and proxy needs frontend: lit as well, but less.
    assert_eq!(
        light,
        [Role::Needs, Role::NeededBy, Role::Edge, Role::EdgeLit]
    );
    let (light, heavy) = heads(&fixture::ui(120, 38), &fixture::failing());
    assert_eq!(heavy, [Role::EdgeFailing]);
    assert!(
        light.contains(&Role::Degraded),
        "frontend is degraded by backend: {light:?}"
    );
}

#[test]
fn the_failing_way_goes_from_the_root_to_all_it_blocks() {
    let snapshot = fixture::failing().snapshot();
    let mut failing: Vec<String> = Vec::new();
    for edge in snapshot.edges.iter() {
        if lines::trouble(&snapshot, edge) == crate::topology::root_cause::Trouble::Broken {
            failing.push(format!("{}>{}", edge.from, edge.to).replace("hub/", ""));
        }
    }
    assert_eq!(failing, ["backend>db", "proxy>backend", "worker>db"]);
}

#[test]
fn without_colours_lines_differ_by_shape_and_weight() {
    let mut console = console(&fixture::failing(), (120, 40));
    console.theme = crate::tui::draw::theme::Theme::load("mono", &[]).unwrap();
    shot("mono", console.select("hub/backend"));
    let buffer = console.draw();
    let style = |text: &str| {
        let at = fixture::find(&buffer, text).unwrap_or_else(|| panic!("{text}"));
        buffer[at].modifier
    };
    assert!(
        style("✖ /api/").contains(ratatui::style::Modifier::BOLD),
        "failing"
    );
    assert!(fixture::find(&buffer, "┃").is_some() && fixture::find(&buffer, "╌").is_some());
}

#[test]
fn routes_stand_beside_the_ends_of_their_lines() {
    let snapshot = fixture::nine().snapshot();
    for size in [(80, 21), (120, 37), (160, 47)] {
        let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(size.0, size.1), false, draw);
        for label in ["▼ /api/", "▼ / "] {
            assert!(
                fixture::find(&buffer, label).is_some(),
                "{label} at {size:?}"
            );
        }
    }
    let mut console = console(&fixture::nine(), (120, 40));
    let screen = console.select("hub/proxy").screen();
    assert!(
        screen.contains("needs ● backend (/api/ → :8000), ● frontend (/ → :3000)"),
        "{screen}"
    );
}

#[test]
fn the_summary_names_what_goes_down_and_what_stays() {
    let snapshot = fixture::nine().snapshot();
    for (id, expected) in [
        (
            "hub/db",
            "if db stops: backend and worker fail; proxy loses /api/; frontend and metrics keep running",
        ),
        (
            "hub/nats",
            "backend, worker, frontend, metrics and proxy use it but survive",
        ),
        ("hub/proxy", "nothing depends on proxy"),
        (
            "hub/backend",
            "if backend stops: proxy loses /api/; frontend and metrics keep running",
        ),
        (
            "hub/migrate",
            "if migrate stops: backend fails; proxy loses /api/; frontend and metrics keep running",
        ),
    ] {
        let service = snapshot.service(&ServiceId::from(id)).unwrap();
        assert_eq!(loss_sentence(&snapshot, service), expected);
    }
    let many = fixture::twenty_five().snapshot();
    let nats = many.service(&ServiceId::from("hub/nats")).unwrap();
    assert!(
        loss_sentence(&many, nats).ends_with("and 3 more keep running"),
        "{}",
        loss_sentence(&many, nats)
    );
}

#[test]
fn the_summary_names_what_only_starts_after_a_service() {
    let mut snapshot = fixture::nine().snapshot();
    let db = ServiceId::from("hub/db");
    let mut edges = snapshot.edges.to_vec();
    for edge in edges.iter_mut().filter(|edge| edge.to == db) {
        edge.evidence.truncate(1);
        edge.evidence[0].provenance = Provenance::DependsOn;
        edge.evidence[0].detail = DependencyCondition::ServiceStarted.into();
    }
    snapshot.edges = edges.into();
    let service = snapshot.service(&db).unwrap();
    assert_eq!(
        loss_sentence(&snapshot, service),
        "backend, migrate and worker only start after db"
    );
}

#[test]
fn a_failing_card_is_red_with_its_reason() {
    let snapshot = fixture::failing().snapshot();
    let (buffer, _) = fixture::frame(&snapshot, &fixture::ui(120, 38), false, draw);
    let (x, y) = fixture::find(&buffer, "✖ db").unwrap();
    assert_eq!(
        fixture::role_at(&buffer, x - 2, y),
        Some(Role::Unhealthy),
        "the border"
    );
    let (x, y) = fixture::find(&buffer, "exited with code 1").unwrap();
    assert_eq!(fixture::role_at(&buffer, x, y), Some(Role::Unhealthy));
    assert!(fixture::find(&buffer, "blocked by db").is_some());
}

#[test]
fn filter_and_stack_choose_what_is_drawn() {
    let snapshot = fixture::sixty().snapshot();
    let mut ui = fixture::ui(120, 38);
    ui.scope.stack = Some(StackName::from("lab"));
    ui.scope.filter = "data".to_owned();
    let (_, hits) = fixture::frame(&snapshot, &ui, false, draw);
    assert_eq!(hits.visible.len(), 6);
    assert!(
        hits.visible
            .iter()
            .all(|id| id.as_str().starts_with("lab/"))
    );
    ui.scope.filter = "nowhere".to_owned();
    let screen = map(&snapshot, &ui, false);
    assert!(
        screen.contains("nothing in stack lab matches \"nowhere\""),
        "{screen}"
    );
}

#[test]
fn no_size_panics() {
    let snapshots = [
        fixture::failing(),
        fixture::mixed(),
        fixture::strange(),
        fixture::sixty(),
        fixture::lost(),
    ];
    let snapshots = snapshots.map(|builder| builder.snapshot());
    for width in 0..=60 {
        for height in 0..=30 {
            let step = usize::from(width + height);
            let mut ui = fixture::ui_on(width, height, "hub/backend");
            ui.map.top = usize::from(height);
            map(&snapshots[step % snapshots.len()], &ui, step % 2 == 0);
        }
    }
    for snapshot in &snapshots {
        for (width, height) in [(1, 1), (21, 7), (23, 30), (40, 10), (59, 22), (300, 100)] {
            map(snapshot, &fixture::ui(width, height), false);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]
    #[test]
    fn no_name_reason_or_zoom_panics(
        name in "\\PC{1,45}", reason in "\\PC{0,60}", image in "\\PC{0,40}",
        width in 1u16..200, height in 1u16..60, zoom in 0usize..7, top in 0usize..200, left in 0usize..300,
        ascii: bool,
    ) {
        let mut builder = fixture::failing();
        builder.change("hub/db", |make| {
            make.service.name = name.as_str().into();
            make.service.health.reason = crate::explain::testing::verbatim(&reason);
            make.facts(|facts| facts.image.clone_from(&image));
        });
        let mut ui = fixture::ui(width, height);
        ui.map.zoom = ZoomLevel::LADDER.get(zoom).map_or(Zoom::Auto, |level| Zoom::At(*level));
        (ui.map.top, ui.map.left) = (top, left);
        map(&builder.snapshot(), &ui, ascii);
    }
}

#[test]
fn the_strip_counts_what_is_in_view_and_names_paused_and_stopped_roots() {
    let mut builder = fixture::sixty();
    builder.change("lab/db", |make| {
        make.state(crate::model::HealthState::Stopped, 90, "stopped");
        make.service.health.missed_by = vec!["lab/backend".into()];
    });
    let snapshot = builder.snapshot();
    let mut ui = fixture::ui(120, 40);
    let screen = map(&snapshot, &ui, false);
    assert!(
        screen.contains("■ lab/db stopped (1m ago); blocks backend"),
        "{screen}"
    );
    ui.scope.stack = Some(StackName::from("hub"));
    let screen = map(&snapshot, &ui, false);
    assert!(
        screen.contains(" 1 completed, 19 healthy  27 dependencies"),
        "{screen}"
    );
}

#[test]
fn a_route_to_a_stopped_service_is_broken() {
    let mut builder = fixture::nine();
    builder.change("hub/backend", |make| {
        make.state(crate::model::HealthState::Stopped, 90, "stopped");
    });
    let snapshot = builder.snapshot();
    let broken = |from: &str, to: &str| {
        let mut edges = snapshot.edges.iter();
        let edge = edges.find(|edge| edge.from.as_str() == from && edge.to.as_str() == to);
        lines::trouble(&snapshot, edge.unwrap()) == crate::topology::root_cause::Trouble::Broken
    };
    assert!(broken("hub/proxy", "hub/backend"));
    assert!(!broken("hub/proxy", "hub/frontend") && !broken("hub/frontend", "hub/backend"));
}

#[test]
fn several_stacks_without_lines_have_a_column_or_a_title_each() {
    let snapshot = fixture::sixty().snapshot();
    let screen = map(&snapshot, &fixture::ui(120, 38), false);
    assert!(
        screen.contains("── hub ─") && screen.contains("── shop ─"),
        "{screen}"
    );
    assert!(!screen.contains("hub/"), "{screen}");
    let screen = map(&snapshot, &fixture::ui(80, 21), false);
    assert!(
        screen.contains("notifications") && !screen.contains("lab/"),
        "{screen}"
    );
}

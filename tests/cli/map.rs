//! The map as text, Mermaid, DOT, SVG and JSON.

use std::sync::Arc;

use hubdeck::document::TextForm;
use hubdeck::document::map::render;
use hubdeck::model::{
    Edge, EdgeEvidence, EdgeKind, HealthState, Layer, MapFormat, Provenance, Route, Snapshot,
};

use crate::support::snapshots::{at, hub, service};

fn shown(snapshot: &Snapshot, format: MapFormat) -> String {
    render(snapshot, format, TextForm::default()).unwrap()
}

/// The hub with a failing database, a route and a soft edge.
fn failing() -> Snapshot {
    let mut snapshot = hub(7);
    let worker = service(
        Some("hub"),
        "worker",
        "python:3.12-alpine",
        Layer::App,
        HealthState::Healthy,
    );
    snapshot.services.push(Arc::new(worker));
    snapshot.services.sort_by(|a, b| a.id.cmp(&b.id));
    let mut edges = snapshot.edges.to_vec();
    edges.push(Edge {
        from: "hub/proxy".into(),
        to: "hub/worker".into(),
        evidence: vec![EdgeEvidence {
            kind: EdgeKind::Soft,
            provenance: Provenance::Route,
            detail: Route::new("", "/jobs/", Some(8000)).into(),
        }],
    });
    edges.sort();
    snapshot.edges = edges.into();
    snapshot
}

/// One service whose every text is hostile.
fn hostile() -> Snapshot {
    let name = "a\"]<b>&amp;'`${x}\\n\u{1b}[31m|{;#--> end </svg>\n日本 שלום\u{202e}\u{ffff}";
    let mut snapshot = Snapshot::empty(at(0));
    let mut bad = service(
        None,
        name,
        "registry:5000/x/<img>:\"1\"",
        Layer::Edge,
        HealthState::Unhealthy,
    );
    bad.health.reason =
        crate::support::store::reasons::verbatim(&format!("{name} redis://:hunter2@cache"));
    snapshot.edges = Arc::from([Edge::new(
        bad.id.clone(),
        bad.id.clone(),
        EdgeKind::Hard,
        Provenance::Label,
        name,
    )]);
    snapshot.services = vec![Arc::new(bad)];
    snapshot
}

#[test]
fn every_form_shows_every_service_and_ends_with_a_line_end() {
    for format in MapFormat::ALL {
        let text = shown(&failing(), format);
        for name in ["proxy", "backend", "db", "worker"] {
            assert!(text.contains(name), "{format:?} lacks {name}:\n{text}");
        }
        assert!(text.contains("/jobs/"), "{format:?} lacks the route");
        assert!(
            text.ends_with('\n') && !text.contains("hunter2") && !text.contains('\u{1b}'),
            "{format:?}"
        );
    }
}

#[test]
fn nothing_at_all_is_still_a_document() {
    for format in MapFormat::ALL {
        let text = shown(&Snapshot::empty(at(0)), format);
        assert!(
            text.ends_with('\n') && !text.trim().is_empty(),
            "{format:?}: {text:?}"
        );
    }
    assert!(shown(&Snapshot::empty(at(0)), MapFormat::Text).contains("no services"));
}

#[test]
fn hostile_names_stay_inside_their_labels() {
    let snapshot = hostile();
    let svg = shown(&snapshot, MapFormat::Svg);
    let document = roxmltree::Document::parse(&svg).unwrap();
    let titles = document
        .descendants()
        .filter(|node| node.has_tag_name("g") && node.attribute("class").is_some());
    assert_eq!(titles.count(), 2, "one card and one sign in the legend");
    let mermaid = shown(&snapshot, MapFormat::Mermaid);
    let node = mermaid.lines().find(|line| line.contains("n0[")).unwrap();
    let label = node
        .trim()
        .strip_prefix("n0[\"")
        .unwrap()
        .strip_suffix("\"]:::unhealthy")
        .unwrap();
    let entities = label.replace("<br/>", "");
    assert!(
        !entities.contains(['"', '<', '>', '[', ']', '{', '}', '|', '`', '\\']),
        "{label}"
    );
    let dot = shown(&snapshot, MapFormat::Dot);
    assert_eq!(
        dot.matches('{').count() - 1,
        dot.matches("subgraph").count() + dot.matches("${x").count() * 2
    );
    for format in MapFormat::ALL {
        let text = shown(&snapshot, format);
        assert!(
            !text.contains("hunter2") && !text.contains('\u{1b}'),
            "{format:?}"
        );
    }
}

#[test]
fn documents_of_the_failing_hub() {
    insta::assert_snapshot!("mermaid", shown(&failing(), MapFormat::Mermaid));
    insta::assert_snapshot!("dot", shown(&failing(), MapFormat::Dot));
    insta::assert_snapshot!("json", shown(&failing(), MapFormat::Json));
}

#[test]
fn the_svg_is_well_formed_and_draws_every_edge_once() {
    let snapshot = failing();
    let svg = shown(&snapshot, MapFormat::Svg);
    let document = roxmltree::Document::parse(&svg).unwrap();
    let lines = document.descendants().filter(|node| {
        node.parent()
            .is_some_and(|parent| parent.has_tag_name("svg"))
            && node
                .attribute("class")
                .is_some_and(|class| class.starts_with("line"))
    });
    let broken = lines
        .clone()
        .filter(|node| node.attribute("class").unwrap().contains("broken"));
    // The edge to a service that does not exist is not drawn.
    assert_eq!((lines.count(), broken.count()), (3, 1));
    assert!(
        !svg.contains("http://") || svg.matches("http").count() == 1,
        "nothing is loaded from outside"
    );
}

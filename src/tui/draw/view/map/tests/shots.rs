//! Snapshots of the whole screen: every size, odd stacks, the legend.

use super::*;
use crate::model::{Layer, LayerName, Layers};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 50), (300, 80)];

fn failing(mut builder: SnapshotBuilder) -> SnapshotBuilder {
    fixture::fail(&mut builder, "hub");
    builder
}

#[test]
fn healthy_at_every_size() {
    for size in SIZES {
        shot("nine", &mut console(&fixture::nine(), size));
        shot("twenty_five", &mut console(&fixture::twenty_five(), size));
        shot("sixty", &mut console(&fixture::sixty(), size));
    }
}

#[test]
fn a_failing_root_at_every_size() {
    for size in SIZES {
        shot(
            "nine_failing",
            &mut console(&failing(fixture::nine()), size),
        );
        shot(
            "twenty_five_failing",
            &mut console(&failing(fixture::twenty_five()), size),
        );
        shot(
            "sixty_failing",
            &mut console(&failing(fixture::sixty()), size),
        );
    }
}

#[test]
fn a_selection() {
    shot(
        "selected_db",
        console(&fixture::nine(), (80, 24)).select("hub/db"),
    );
    shot(
        "selected_backend",
        console(&failing(fixture::nine()), (120, 40)).select("hub/backend"),
    );
    shot(
        "selected_nats",
        console(&fixture::twenty_five(), (160, 50)).select("hub/nats"),
    );
}

#[test]
fn ascii() {
    for (name, builder, size) in [
        ("ascii_nine_failing", failing(fixture::nine()), (80, 24)),
        ("ascii_nine_failing", failing(fixture::nine()), (160, 50)),
        ("ascii_twenty_five", fixture::twenty_five(), (160, 50)),
        ("ascii_sixty", fixture::sixty(), (120, 40)),
    ] {
        let mut console = console(&builder, size);
        console.ascii = true;
        assert!(console.screen().is_ascii());
        shot(name, &mut console);
    }
}

#[test]
fn tiny_terminals() {
    for size in [(1, 1), (10, 3), (40, 10)] {
        shot("tiny", &mut console(&failing(fixture::nine()), size));
    }
    shot(
        "tiny_twenty_five",
        &mut console(&fixture::twenty_five(), (40, 10)),
    );
}

#[test]
fn odd_stacks() {
    let size = (80, 24);
    let mut cycle = fixture::chain("loop", &["web", "api", "queue"]);
    cycle.change("loop/queue", |make| {
        make.needs("!api").needs("queue");
    });
    shot("cycle_and_itself", &mut console(&cycle, size));
    let twins = fixture::chain("blue", &["web", "api", "db"])
        .beside(fixture::chain("green", &["web", "api", "db"]));
    shot("twins", &mut console(&twins, size));
    let long = [
        "a-proxy-whose-name-has-forty-characters-",
        "a-server-whose-name-has-forty-characters",
        "db",
    ];
    shot(
        "long_names",
        &mut console(&fixture::chain("long", &long), size),
    );
    let wide = ["プロキシサーバー", "后端服务", "数据库", "🦀-crab"];
    shot(
        "wide_names",
        &mut console(&fixture::chain("东京", &wide), size),
    );
    let right_to_left = ["שרת-פרוקסי", "خدمة-خلفية", "قاعدة-البيانات"];
    shot(
        "right_to_left_names",
        &mut console(&fixture::chain("rtl", &right_to_left), size),
    );
    shot("strange_names", &mut console(&fixture::strange(), size));
    shot("one", &mut console(&fixture::chain("solo", &["web"]), size));
    shot(
        "none",
        &mut console(&SnapshotBuilder::new(Vec::new()), size),
    );
    shot("mixed", &mut console(&fixture::mixed(), (120, 40)));
    shot("lost", &mut console(&fixture::lost(), (80, 24)));
    shot("thousand", &mut console(&fixture::thousand(), (120, 40)));
}

#[test]
fn layers_are_those_of_the_snapshot() {
    let mut snapshot = fixture::nine().snapshot();
    let named = |layer, title: &str| LayerName {
        layer,
        id: title.to_lowercase(),
        title: title.to_owned(),
    };
    let names = vec![
        named(Layer::Data, "Storage"),
        named(Layer::Edge, "Entry"),
        named(Layer::Added(0), "Jobs"),
    ];
    snapshot.layers = Arc::new(Layers::new(names));
    let at = snapshot
        .services
        .iter()
        .position(|service| service.id.as_str() == "hub/migrate")
        .unwrap();
    Arc::make_mut(&mut snapshot.services[at]).layer.layer = Layer::Added(0);
    Arc::make_mut(&mut snapshot.services[at]).display_name = Some("Schema migration".to_owned());
    shot("layers", &mut TestConsole::new(dressed(snapshot), 120, 40));
}

#[test]
fn the_legend() {
    for size in [(40, 10), (80, 24), (160, 50)] {
        shot(
            "legend",
            console(&failing(fixture::nine()), size).press("L"),
        );
    }
    let mut console = console(&fixture::nine(), (160, 50));
    console.ascii = true;
    shot("legend_ascii", console.press("L"));
    assert!(console.screen().is_ascii());
    console.press("L");
    assert_eq!(console.ui.dialog, None);
}

#[test]
fn large_cards_show_the_log_in_figures() {
    for size in [(120, 50), (160, 60)] {
        let builder = fixture::with_log_figures(fixture::nine());
        shot("log_figures", &mut console(&builder, size));
    }
}

//! Pictures of the whole screen: every size, odd stacks, the legend.

use super::*;
use crate::model::{Layer, LayerName, Layers};

const SIZES: [(u16, u16); 4] = [(80, 24), (120, 40), (160, 50), (300, 80)];

fn failing(mut picture: Picture) -> Picture {
    fixture::fail(&mut picture, "hub");
    picture
}

#[test]
fn healthy_at_every_size() {
    for size in SIZES {
        shot("nine", &mut rig(&fixture::nine(), size));
        shot("twenty_five", &mut rig(&fixture::twenty_five(), size));
        shot("sixty", &mut rig(&fixture::sixty(), size));
    }
}

#[test]
fn a_failing_root_at_every_size() {
    for size in SIZES {
        shot("nine_failing", &mut rig(&failing(fixture::nine()), size));
        shot(
            "twenty_five_failing",
            &mut rig(&failing(fixture::twenty_five()), size),
        );
        shot("sixty_failing", &mut rig(&failing(fixture::sixty()), size));
    }
}

#[test]
fn a_selection() {
    shot(
        "selected_db",
        rig(&fixture::nine(), (80, 24)).select("hub/db"),
    );
    shot(
        "selected_backend",
        rig(&failing(fixture::nine()), (120, 40)).select("hub/backend"),
    );
    shot(
        "selected_nats",
        rig(&fixture::twenty_five(), (160, 50)).select("hub/nats"),
    );
}

#[test]
fn ascii() {
    for (name, picture, size) in [
        ("ascii_nine_failing", failing(fixture::nine()), (80, 24)),
        ("ascii_nine_failing", failing(fixture::nine()), (160, 50)),
        ("ascii_twenty_five", fixture::twenty_five(), (160, 50)),
        ("ascii_sixty", fixture::sixty(), (120, 40)),
    ] {
        let mut rig = rig(&picture, size);
        rig.ascii = true;
        assert!(rig.screen().is_ascii());
        shot(name, &mut rig);
    }
}

#[test]
fn tiny_terminals() {
    for size in [(1, 1), (10, 3), (40, 10)] {
        shot("tiny", &mut rig(&failing(fixture::nine()), size));
    }
    shot(
        "tiny_twenty_five",
        &mut rig(&fixture::twenty_five(), (40, 10)),
    );
}

#[test]
fn odd_stacks() {
    let size = (80, 24);
    let mut cycle = fixture::chain("loop", &["web", "api", "queue"]);
    cycle.change("loop/queue", |make| {
        make.needs("!api").needs("queue");
    });
    shot("cycle_and_itself", &mut rig(&cycle, size));
    let twins = fixture::chain("blue", &["web", "api", "db"])
        .beside(fixture::chain("green", &["web", "api", "db"]));
    shot("twins", &mut rig(&twins, size));
    let long = [
        "a-proxy-whose-name-has-forty-characters-",
        "a-server-whose-name-has-forty-characters",
        "db",
    ];
    shot("long_names", &mut rig(&fixture::chain("long", &long), size));
    let wide = ["プロキシサーバー", "后端服务", "数据库", "🦀-crab"];
    shot("wide_names", &mut rig(&fixture::chain("东京", &wide), size));
    let right_to_left = ["שרת-פרוקסי", "خدمة-خلفية", "قاعدة-البيانات"];
    shot(
        "right_to_left_names",
        &mut rig(&fixture::chain("rtl", &right_to_left), size),
    );
    shot("strange_names", &mut rig(&fixture::strange(), size));
    shot("one", &mut rig(&fixture::chain("solo", &["web"]), size));
    shot("none", &mut rig(&Picture::new(Vec::new()), size));
    shot("mixed", &mut rig(&fixture::mixed(), (120, 40)));
    shot("lost", &mut rig(&fixture::lost(), (80, 24)));
    shot("thousand", &mut rig(&fixture::thousand(), (120, 40)));
}

#[test]
fn layers_are_those_of_the_picture() {
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
    shot("layers", &mut Rig::new(dressed(snapshot), 120, 40));
}

#[test]
fn the_legend() {
    for size in [(40, 10), (80, 24), (160, 50)] {
        shot("legend", rig(&failing(fixture::nine()), size).press("L"));
    }
    let mut rig = rig(&fixture::nine(), (160, 50));
    rig.ascii = true;
    shot("legend_ascii", rig.press("L"));
    assert!(rig.screen().is_ascii());
    rig.press("L");
    assert_eq!(rig.ui.dialog, None);
}

//! Names, ports and places of services of unknown images.

use super::*;

/// Name, published ports and place of a service of an unknown image, its layer and the reason.
const NAMES: &[(&str, &[u16], GraphPlace, Layer, &str)] = &[
    ("frontend", &[80], place(1, 0), Layer::Ui, "named frontend"),
    ("catalogue-db", &[], place(0, 1), Layer::Data, "named db"),
    (
        "db2",
        &[],
        place(0, 1),
        Layer::Data,
        "named like the image db2",
    ),
    ("task-queue", &[], place(0, 1), Layer::Data, "named queue"),
    (
        "queue-master",
        &[],
        place(1, 0),
        Layer::App,
        "needs services, depended on by nothing",
    ),
    (
        "redis-primary",
        &[],
        place(0, 1),
        Layer::Data,
        "named redis",
    ),
    (
        "mailing-worker-3",
        &[],
        place(2, 0),
        Layer::App,
        "named worker",
    ),
    (
        "api-gateway",
        &[8080],
        place(3, 0),
        Layer::Edge,
        "named gateway",
    ),
    (
        "kibana",
        &[5601],
        place(1, 0),
        Layer::Ui,
        "named like the image kibana",
    ),
    (
        "search",
        &[],
        GraphPlace {
            stores: 1,
            ..place(3, 0)
        },
        Layer::App,
        "needs a store and several other services",
    ),
    ("search", &[], place(0, 2), Layer::Data, "named search"),
    ("web", &[3000], place(1, 0), Layer::Ui, "named web"),
    (
        "web",
        &[3000],
        GraphPlace {
            stores: 1,
            ..place(2, 0)
        },
        Layer::App,
        "named web, needs a store",
    ),
    (
        "zeta",
        &[443],
        place(2, 0),
        Layer::Edge,
        "publishes 443 and is depended on by nothing",
    ),
    (
        "zeta",
        &[443],
        GraphPlace {
            stores: 1,
            ..place(2, 0)
        },
        Layer::App,
        "needs a store",
    ),
    (
        "zeta",
        &[443],
        place(2, 1),
        Layer::App,
        "needs services and is needed",
    ),
    ("zeta", &[443], place(0, 0), Layer::App, "publishes a port"),
    ("zeta", &[6379], place(0, 1), Layer::Data, "listens on 6379"),
    (
        "zeta",
        &[],
        place(0, 0),
        Layer::App,
        "nothing tells of another layer",
    ),
    ("日本 🦀", &[], place(0, 2), Layer::App, "needed by others"),
];

#[test]
fn names_and_places_decide_for_unknown_images() {
    for &(name, ports, at, layer, reason) in NAMES {
        let mut unknown = facts("hub/x");
        unknown.image = "acme/thing:1".into();
        unknown.ports = ports.iter().copied().map(published).collect();
        let found = of(name, &unknown, at, None);
        assert_eq!(
            (found.layer, found.reason.as_str()),
            (layer, reason),
            "{name}"
        );
    }
}

//! Programs that have no use for what they wait for.

use super::*;

#[test]
fn known_programs_without_use_for_what_they_wait_for() {
    let mut edges = edges(
        "flower>db flower>cache kibana>search certbot>proxy db-backup>memo db-backup>db provision>queue provision>db",
    );
    let role = |id: &ServiceId| {
        let (layer, kind) = match id.as_str() {
            "flower" => (Layer::Infra, Some("flower")),
            "kibana" => (Layer::Ui, Some("kibana")),
            "certbot" => (Layer::Edge, Some("certbot")),
            "proxy" => (Layer::Edge, Some("nginx")),
            "db" => (Layer::Data, Some("postgres")),
            "cache" => (Layer::Data, Some("redis")),
            "search" => (Layer::Data, Some("elasticsearch")),
            "memo" => (Layer::Data, Some("memcached")),
            "queue" => (Layer::Data, Some("rabbitmq")),
            _ => (Layer::Infra, None),
        };
        let name = [
            "flower",
            "kibana",
            "certbot",
            "db-backup",
            "provision",
            "db",
        ]
        .into_iter()
        .find(|name| *name == id.as_str())
        .unwrap_or("x");
        let (image, image_id, networks) = ("", "", &[][..]);
        Some(ServiceProfile {
            layer,
            kind,
            is_job: false,
            name,
            image,
            image_id,
            publishes: false,
            is_tool: false,
            networks,
        })
    };
    mark(&mut edges, &[], role);
    let is_order = |edge: &&Edge| edge.is_start_order();
    let order: Vec<String> = edges
        .iter()
        .filter(is_order)
        .map(|edge| format!("{} {}", edge.from, edge.to))
        .collect();
    assert_eq!(
        order,
        [
            "certbot proxy",
            "db-backup memo",
            "flower db",
            "provision queue"
        ]
    );
}

#[test]
fn what_the_program_does_not_read_is_order() {
    let mut edges = edges("broker>db coordinator>db");
    let given = [GivenVariable {
        holder: "broker".into(),
        to: "db".into(),
        variable: "URI".into(),
    }];
    mark(&mut edges, &given, |id| role(id, "broker coordinator db"));
    let order: Vec<bool> = edges.iter().map(Edge::is_start_order).collect();
    assert_eq!(order, [true, false]);
}

#[test]
fn a_command_tells_of_a_tool() {
    let words = |text: &str| text.split(' ').map(str::to_owned).collect::<Vec<_>>();
    for (command, expected) in [
        ("celery -A app flower --port=5555", Some("flower")),
        ("/venv/bin/celery --broker=redis://x flower", Some("flower")),
        ("celery -A app worker", None),
        ("flower celery", None),
        ("", None),
    ] {
        assert_eq!(kind_by_command(&words(command)), expected, "{command}");
    }
}

//! Edges through the real fold: what was read and seen, and odd declarations.

use std::sync::Arc;

use hubdeck::model::*;

use crate::support::store::{With, World, facts, numbered};

/// On the stack's network, at `172.20.0.last`.
fn at_address(service: &str, last: u8) -> InstanceFacts {
    facts(service).with(|facts| {
        let stack = facts.stack.clone().expect("a stack");
        facts.networks = vec![NetworkAddress {
            network: format!("{stack}_default"),
            address: Some([172, 20, 0, last].into()),
            aliases: vec![facts.service.as_str().to_owned()],
        }];
    })
}

fn variable(name: &str, value: &str) -> impl FnOnce(&mut InstanceFacts) {
    move |facts| {
        facts
            .environment
            .reveal_mut()
            .push((name.to_owned(), value.to_owned()))
    }
}

/// `"from > to: words; words"` of every edge.
fn edges(world: &mut World) -> Vec<String> {
    let snapshot = world.snapshot();
    let line = |edge: &Edge| {
        let sign = if edge.kind() == EdgeKind::Hard {
            "=>"
        } else {
            "->"
        };
        let told: Vec<String> = edge.evidence.iter().map(EdgeEvidence::words).collect();
        format!("{} {sign} {}: {}", edge.from, edge.to, told.join("; "))
    };
    snapshot.edges.iter().map(line).collect()
}

fn configure(world: &mut World, of: &InstanceFacts, path: &str, text: &str) -> Changed {
    let file = ConfigurationFile {
        path: path.into(),
        text: text.into(),
    };
    let (at, instance) = (world.now, of.id.clone());
    world.apply(Observation::Configured {
        at,
        instance,
        files: Arc::from([file]),
    })
}

fn connect(world: &mut World, from: &InstanceFacts, last: u8, port: u16) -> Changed {
    let connection = Connection {
        from: from.id.clone(),
        address: [172, 20, 0, last].into(),
        port,
    };
    world.apply(Observation::Connected {
        at: world.now,
        connections: vec![connection],
    })
}

use hubdeck::store::Changed;

#[test]
fn files_are_read_into_edges_and_go_with_their_container() {
    let (proxy, api) = (facts("hub/proxy"), facts("hub/api"));
    let mut world = World::of(vec![proxy.clone(), api.clone()]);
    let text = "server { location /api/ { proxy_pass http://api:8000; } }";
    assert_eq!(
        configure(&mut world, &proxy, "/etc/nginx/nginx.conf", text),
        Changed::Yes
    );
    assert_eq!(
        edges(&mut world),
        ["hub/proxy -> hub/api: route /api/ → :8000"]
    );
    let service = world.service("hub/proxy");
    assert_eq!(service.depends_on, [ServiceId::from("hub/api")]);
    // The same again is no news, another text replaces it.
    assert_eq!(
        configure(&mut world, &proxy, "/etc/nginx/nginx.conf", text),
        Changed::No
    );
    let _ = configure(&mut world, &proxy, "/etc/app.yml", "endpoint: api:9000");
    assert_eq!(
        edges(&mut world),
        ["hub/proxy -> hub/api: file app.yml :9000"]
    );
    // A state change keeps it, a new inspection too.
    let _ = world.die(&proxy, 1);
    let _ = world.inspect(proxy.clone().exited(1, 1_000));
    assert_eq!(edges(&mut world).len(), 1);
    let gone = Observation::Gone {
        at: world.now,
        instance: proxy.id.clone(),
    };
    let _ = world.apply(gone);
    assert!(edges(&mut world).is_empty());
    assert_eq!(
        configure(&mut world, &proxy, "/etc/app.yml", "endpoint: api:9000"),
        Changed::No
    );
}

#[test]
fn connections_are_remembered_while_both_containers_exist() {
    let (api, db) = (at_address("hub/api", 2), at_address("hub/db", 3));
    let second =
        numbered("hub/api", 2).with(|facts| facts.networks = at_address("hub/api", 4).networks);
    let mut world = World::of(vec![api.clone(), db.clone(), second]);
    assert_eq!(connect(&mut world, &api, 3, 5432), Changed::Yes);
    assert_eq!(edges(&mut world), ["hub/api -> hub/db: observed :5432"]);
    // The same, a gateway, an unknown address, itself and its replica are nothing new.
    for (last, port) in [(3, 5432), (1, 5432), (77, 80), (2, 80), (4, 80)] {
        assert_eq!(
            connect(&mut world, &api, last, port),
            Changed::No,
            "{last}:{port}"
        );
    }
    let closed = Observation::Connected {
        at: world.now,
        connections: Vec::new(),
    };
    assert_eq!(world.apply(closed), Changed::No);
    assert_eq!(connect(&mut world, &api, 3, 9187), Changed::Yes);
    assert_eq!(
        edges(&mut world),
        ["hub/api -> hub/db: observed :5432; observed :9187"]
    );
    let gone = Observation::Gone {
        at: world.now,
        instance: db.id.clone(),
    };
    let _ = world.apply(gone);
    assert!(edges(&mut world).is_empty());
    let again = at_address("hub/db", 3).with(|facts| facts.id = "another".into());
    let _ = world.inspect(again);
    assert!(
        edges(&mut world).is_empty(),
        "another container was never connected to"
    );
}

#[test]
fn two_projects_with_the_same_names_never_mix() {
    let stack = |name: &str| {
        ["api", "db", "proxy"].map(|service| {
            facts(&format!("{name}/{service}")).with(|facts| match service {
                "api" => variable("DATABASE_URL", "postgres://u:p@db/x")(facts),
                "proxy" => variable("UPSTREAM", "http://api:80")(facts),
                _ => {}
            })
        })
    };
    let mut world = World::of([stack("one"), stack("two")].concat());
    assert_eq!(
        edges(&mut world),
        [
            "one/api -> one/db: env DATABASE_URL",
            "one/proxy -> one/api: env UPSTREAM",
            "two/api -> two/db: env DATABASE_URL",
            "two/proxy -> two/api: env UPSTREAM",
        ]
    );
}

#[test]
fn cycles_oneself_and_what_does_not_exist_are_harmless() {
    let label = |text: &str| {
        let text = text.to_owned();
        move |facts: &mut InstanceFacts| {
            drop(
                facts
                    .labels
                    .reveal_mut()
                    .insert("hubdeck.depends_on".into(), text),
            )
        }
    };
    let mut world = World::of(vec![
        facts("hub/a").with(label("b, a, nothing, hub/nothing, *, /")),
        facts("hub/b")
            .with(label("c"))
            .with(variable("A_URL", "http://a")),
        facts("hub/c")
            .with(label("a"))
            .needs("c:healthy gone:healthy"),
    ]);
    assert_eq!(
        edges(&mut world),
        [
            "hub/a => hub/b: label hubdeck.depends_on",
            "hub/b -> hub/a: env A_URL",
            "hub/b => hub/c: label hubdeck.depends_on",
            "hub/c => hub/a: label hubdeck.depends_on",
        ]
    );
    let a = world.service("hub/a");
    assert_eq!((a.depends_on.len(), a.needed_by.len()), (1, 2));
}

#[test]
fn start_order_on_jobs_stays_hard_and_is_told_apart() {
    let migrate = facts("hub/migrate")
        .needs("db:healthy")
        .with(variable("DATABASE_URL", "postgres://db"));
    let api = facts("hub/api").needs("db:healthy migrate:completed");
    let mut world = World::of(vec![facts("hub/db"), migrate, api]);
    assert_eq!(
        edges(&mut world),
        [
            "hub/api => hub/db: depends_on service_healthy",
            "hub/api => hub/migrate: start order: depends_on service_completed_successfully",
            "hub/migrate => hub/db: depends_on service_healthy; env DATABASE_URL",
        ]
    );
    let snapshot = world.snapshot();
    let order: Vec<bool> = snapshot.edges.iter().map(Edge::is_start_order).collect();
    assert_eq!(order, [false, true, false]);
}

#[test]
fn a_change_of_what_names_others_changes_the_edges() {
    let api = at_address("hub/api", 2);
    let mut world = World::of(vec![
        api.clone(),
        at_address("hub/db", 3),
        at_address("hub/cache", 4),
    ]);
    assert!(edges(&mut world).is_empty());
    for (change, expected) in [
        (
            Box::new(variable("DB_HOST", "db")) as Box<dyn FnOnce(&mut InstanceFacts)>,
            "env DB_HOST",
        ),
        (
            Box::new(|facts| facts.command = vec!["--db-host=db".into()].into()),
            "command --db-host",
        ),
        (
            Box::new(|facts| facts.links = vec!["hub-db-1:database".into()]),
            "link database",
        ),
        (
            Box::new(variable("CACHE_HOST", "172.20.0.3")),
            "env CACHE_HOST",
        ),
        (
            Box::new(|facts| facts.network_mode = "container:id-hub-db-1".into()),
            "shared network namespace",
        ),
    ] {
        let sign = if expected.starts_with("shared") {
            "=>"
        } else {
            "->"
        };
        let _ = world.inspect(api.clone().with(change));
        assert_eq!(
            edges(&mut world),
            [format!("hub/api {sign} hub/db: {expected}")]
        );
    }
    // A name that only begins to mean something when the other container is renamed or moves.
    let _ = world.inspect(api.with(variable("URL", "http://late")));
    assert!(edges(&mut world).is_empty());
    let _ = world.inspect(at_address("hub/db", 3).with(|facts| facts.hostname = "late".into()));
    assert_eq!(edges(&mut world), ["hub/api -> hub/db: env URL"]);
}

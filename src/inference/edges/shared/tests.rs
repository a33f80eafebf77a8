//! Tables of stacks with a shared environment.

use super::*;
use crate::model::EdgeKind;

fn role<'a>(id: &ServiceId, words: &'a str) -> Option<Role<'a>> {
    let at = words.find(id.as_str())?;
    let name = &words[at..at + id.as_str().len()];
    let (layer, kind) = match name {
        "db" => (Layer::Data, Some("postgres")),
        "cache" | "cache2" => (Layer::Data, Some("redis")),
        "etcd" => (Layer::Data, Some("etcd")),
        "s3" => (Layer::Data, Some("minio")),
        "schema" => (Layer::Data, Some("schema-registry")),
        "own-store" => (Layer::Data, None),
        "front" | "open-front" => (Layer::Ui, None),
        "temporal" => (Layer::App, None),
        "flower" => (Layer::Infra, Some("flower")),
        "proxy" => (Layer::Edge, None),
        "mc" => (Layer::Infra, Some("minio-client")),
        "collector" => (Layer::Infra, Some("otel-collector")),
        "job" => (Layer::Infra, None),
        "mail" => (Layer::Infra, Some("mailpit")),
        "metrics" => (Layer::Infra, Some("prometheus")),
        "grafana" => (Layer::Infra, Some("grafana")),
        "nginx" => (Layer::Edge, Some("nginx")),
        "redis" | "front-redis" => (Layer::Data, None),
        "zoo" => (Layer::Data, Some("zookeeper")),
        "kafka" => (Layer::Data, Some("kafka")),
        _ => (Layer::App, None),
    };
    // `api.ws` is another role of `api`.
    let image = name.split('.').next().unwrap_or(name);
    let publishes = name.starts_with("open");
    let is_tool = layer == Layer::Infra && kind.is_some();
    Some(Role {
        layer,
        kind,
        is_job: false,
        name,
        image,
        image_id: "",
        publishes,
        is_tool,
        networks: &[],
    })
}

/// The edges that are left of `from variable to` (or `from needs to`) and of two applications with
/// the same variables.
fn left(edges: &str) -> String {
    let mut all: Vec<Edge> = Vec::new();
    let mut add = |from: &str, variable: &str, to: &str| {
        let provenance = if variable == "needs" {
            Provenance::DependsOn
        } else {
            Provenance::Environment
        };
        let edge = Edge::new(from.into(), to.into(), EdgeKind::Soft, provenance, variable);
        match all
            .iter_mut()
            .find(|each| each.from == edge.from && each.to == edge.to)
        {
            Some(held) => held.evidence.extend(edge.evidence),
            None => all.push(edge),
        }
    };
    for edge in edges.split(", ") {
        let words: Vec<&str> = edge.split(' ').collect();
        for from in [words[0], "api", "worker"] {
            if from == words[0] || (words[1] != "needs" && !words[1].starts_with("OWN")) {
                add(from, words[1], words[2]);
            }
        }
    }
    let known = format!("{edges} api worker");
    leave_out(&mut all, &[], |id| role(id, &known));
    let others = |edge: &&Edge| edge.from.as_str() != "api" && edge.from.as_str() != "worker";
    let words: Vec<String> = all
        .iter()
        .filter(others)
        .map(|edge| format!("{} {}", edge.from, edge.to))
        .collect();
    words.join(" ")
}

#[test]
fn a_shared_variable_tells_of_no_call_of_what_makes_none() {
    for (edges, expected) in [
        ("front DATABASE_URL db", ""),
        ("front OWN_DATABASE_URL db", "front db"),
        ("front API_URL api2", "front api2"),
        ("front DATABASE_URL db, front needs db", "front db"),
        ("proxy DATABASE_URL db, proxy S3_URL s3", "proxy s3"),
        ("proxy API_HOST api2", "proxy api2"),
        ("cache PGHOST db", ""),
        (
            "cache REDIS_MASTER_HOST cache2, db ETCD_HOSTS etcd",
            "cache cache2 db etcd",
        ),
        ("own-store DATABASE_URL db", "own-store db"),
        ("mc DATABASE_URL db, mc needs s3", "mc s3"),
        // Nothing tells that this is all that it needs.
        ("mc DATABASE_URL db", "mc db"),
        (
            "mc OTLP_ENDPOINT collector, mc needs s3",
            "mc collector mc s3",
        ),
        ("job DATABASE_URL db, job needs s3", "job db job s3"),
        (
            "other DATABASE_URL db, other S3_URL s3",
            "other db other s3",
        ),
        (
            "celery-beat DATABASE_URL db, celery-beat REDIS_URL cache, celery-beat S3_URL s3",
            "celery-beat db celery-beat cache",
        ),
        ("celery-beat MODEL_URL model", ""),
        (
            "celery-beat OTLP_ENDPOINT collector",
            "celery-beat collector",
        ),
        ("schema METADATA_URL db", "schema db"),
        ("beat OWN_URL model", "beat model"),
    ] {
        assert_eq!(left(edges), expected, "{edges}");
    }
}

/// The edges that are left of `a VARIABLE b` and `a needs b`; `a+b VARIABLE c` is two of them, and
/// `a? VARIABLE b` is a variable of a store that does not read it.
fn left_of(words: &str) -> String {
    let (mut all, mut given): (Vec<Edge>, Vec<Given>) = (Vec::new(), Vec::new());
    for edge in words.split(", ") {
        let [holders, variable, to] = edge.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{edge}")
        };
        for from in holders.split('+') {
            if from.ends_with('?') || from == to {
                let holder = from.trim_end_matches('?').into();
                given.push(Given {
                    holder,
                    to: to.into(),
                    variable: variable.into(),
                });
                continue;
            }
            let provenance = if variable == "needs" {
                Provenance::DependsOn
            } else {
                Provenance::Environment
            };
            let edge = Edge::new(from.into(), to.into(), EdgeKind::Soft, provenance, variable);
            match all
                .iter_mut()
                .find(|each| each.from == edge.from && each.to == edge.to)
            {
                Some(held) => held.evidence.extend(edge.evidence),
                None => all.push(edge),
            }
        }
    }
    leave_out(&mut all, &given, |id| {
        let word = words
            .split([' ', '+', ',', '?'])
            .find(|word| *word == id.as_str())?;
        role(id, word)
    });
    all.sort();
    let told = |edge: &Edge| format!("{}-{}:{}", edge.from, edge.to, edge.evidence.len());
    all.iter().map(told).collect::<Vec<_>>().join(" ")
}

#[test]
fn known_servers_do_not_call_what_a_shared_variable_names() {
    for (words, expected) in [
        (
            "api+mail+metrics+grafana DATABASE_URL db, api needs db",
            "api-db:2",
        ),
        ("api+mail SMTP_URL other, api needs other", "api-other:2"),
        // A variable of its own is read, by its name or as nobody else has it.
        (
            "api+grafana GF_DATABASE_HOST db, api needs db",
            "api-db:2 grafana-db:1",
        ),
        ("mail WEBHOOK_URL api", "mail-api:1"),
        (
            "mail needs api, api+mail HOOK_URL other, api needs other",
            "api-other:2 mail-api:1",
        ),
        // Servers of one kind that share a variable are a cluster, and others may find it in the
        // same store.
        (
            "kafka KAFKA_ZOOKEEPER_CONNECT zoo, metrics? KAFKA_ZOOKEEPER_CONNECT zoo",
            "kafka-zoo:1",
        ),
        (
            "cache+api KAFKA_BOOTSTRAP_SERVERS kafka, api needs kafka",
            "api-kafka:2",
        ),
        // A store whose image is the stack's own goes by its name.
        (
            "redis+front-redis+api DATABASE_URL db, api needs db",
            "api-db:2",
        ),
        // Proxies pass requests on, but not to databases.
        ("nginx+api DATABASE_URL db, api needs db", "api-db:2"),
        ("nginx+front API_URL api2", "front-api2:1 nginx-api2:1"),
    ] {
        assert_eq!(left_of(words), expected, "{words}");
    }
}

#[test]
fn an_ambient_variable_proves_nothing_alone() {
    for (words, expected) in [
        ("api+other+cache? DATABASE_URL db, api needs db", "api-db:2"),
        ("api+other+mail DATABASE_URL db, api needs db", "api-db:2"),
        (
            "api+other+cache? API2_URL api2, other needs api2",
            "other-api2:2",
        ),
        // Two variables of one block are no two signs.
        (
            "api+other+cache? DB_HOST db, api+other+cache? DB_URL db, api needs db",
            "api-db:3",
        ),
        // Its own variable: the name begins as the caller's does, not as the called one's.
        (
            "api+other+cache? OTHER_DATABASE_URL db, api needs db",
            "api-db:2 other-db:1",
        ),
        ("api+db.pool+cache? DB_URL db, api needs db", "api-db:2"),
        (
            "api+other+cache? DATABASE_URL db, api needs db, other REPORTS_URL db",
            "api-db:2 other-db:2",
        ),
        // A server and its clients share what describes it; nothing is ambient about that.
        (
            "db+api+other DATABASE_URL db, api needs db",
            "api-db:2 other-db:1",
        ),
        // A program that has its own address does not call itself: it has everybody's.
        ("api2+api+other API2_URL api2, api needs api2", "api-api2:2"),
        ("api2+front API2_URL api2", "front-api2:1"),
        // One program in another role makes the same calls, but does not call itself.
        (
            "api+api.ws+other+cache? DATABASE_URL db, api needs db",
            "api-db:2 api.ws-db:1",
        ),
        (
            "api+api.ws+cache? API_URL api, api.ws needs api",
            "api.ws-api:1",
        ),
        // What follows from what it waits for, where it can be only one.
        (
            "api+other+cache? DATABASE_URL db, api needs db, other needs api",
            "api-db:2 other-api:1 other-db:1",
        ),
        (
            "api+other+cache? DATABASE_URL db, api needs db, other needs api, other needs s3",
            "api-db:2 other-api:1 other-s3:1",
        ),
        // A server that nobody is known to call is called by those who are told of it.
        ("api+other+cache? DATABASE_URL db", "api-db:1 other-db:1"),
        ("front+api+cache?+mail SMTP_HOST mail", "api-mail:1"),
    ] {
        assert_eq!(left_of(words), expected, "{words}");
    }
}

#[test]
fn what_speaks_for_a_call_besides_an_ambient_variable() {
    for (words, expected) in [
        // It waits for one of the stores that it is told of, so that it reads the block.
        (
            "api+other+mail DB_URL db, api+other+mail CACHE_URL cache, other needs cache, api needs db, api needs cache",
            "api-cache:2 api-db:2 other-cache:2 other-db:1",
        ),
        // Pages that are published, adapters, and those who must know who asks.
        (
            "front+open-front+cache?+third SOME_URL api-x, third needs api-x",
            "open-front-api-x:1 third-api-x:2",
        ),
        (
            "mcp-x+cache?+third SOME_URL api-x, third needs api-x",
            "mcp-x-api-x:1 third-api-x:2",
        ),
        (
            "api+cache?+third SOME_URL auth, third needs auth",
            "api-auth:1 third-auth:2",
        ),
        (
            "backend+third+mail DB_URL db, other needs db, backend needs x, third needs x",
            "backend-db:1 backend-x:1 other-db:1 third-x:1",
        ),
        // Who waits for it calls it, and not its stores.
        (
            "auth+third+mail DB_URL db, auth needs db, third needs auth",
            "auth-db:2 third-auth:1",
        ),
        // Nobody is known to call it, and it is not one of those who are told.
        (
            "api+other+cache? EXEC_URL sandbox",
            "api-sandbox:1 other-sandbox:1",
        ),
        ("api+other+cache? EXEC_URL open-sandbox", ""),
        ("api+other+cache? EXEC_URL mail-worker", ""),
        // A server goes by its name where its image is the stack's own.
        (
            "api+temporal+cache? TEMPORAL_HOST temporal, temporal+api+cache? POSTGRES_HOST db",
            "api-db:1 api-temporal:1 temporal-db:1",
        ),
        (
            "api+temporal+cache? OTHER_HOST db2, api needs db2",
            "api-db2:2",
        ),
        // A console is made for its own kind of store.
        (
            "flower+api+cache? DATABASE_URL db, flower+api BROKER_URL cache, api needs db",
            "api-cache:1 api-db:2 flower-cache:1",
        ),
    ] {
        assert_eq!(left_of(words), expected, "{words}");
    }
}

#[test]
fn who_shares_a_block_has_the_address_of_everybody() {
    let everybody = "users+orders+pay+docs DB_HOST db, users+orders+pay+docs MAIL_HOST mail, \
        orders+pay+docs USERS_URL users, users+pay+docs ORDERS_URL orders, orders needs users, \
        users needs db, pay needs db, orders needs db, docs needs db";
    let left = left_of(everybody);
    let calls: Vec<&str> = left
        .split(' ')
        .filter(|edge| !edge.contains("-db") && !edge.contains("-mail"))
        .collect();
    assert_eq!(calls, ["orders-users:2"], "{left}");
    // A store in it has variables that it cannot use.
    let store = "api+worker+chat DB_URL db, api+worker+chat+db? CACHE_URL cache, api needs db, api needs cache, \
        worker needs api, chat needs api2";
    assert_eq!(
        left_of(store),
        "api-cache:2 api-db:2 chat-api2:1 worker-api:1 worker-cache:1 worker-db:1"
    );
}

#[test]
fn a_name_is_looked_up_on_a_network_of_the_caller() {
    let network = |name: &str| {
        [crate::model::NetworkAddress {
            network: name.into(),
            address: None,
            aliases: Vec::new(),
        }]
    };
    let (front, back) = (network("front"), network("back"));
    let mut all = Vec::new();
    for from in ["api", "other", "third"] {
        let edge = Edge::new(
            from.into(),
            "db".into(),
            EdgeKind::Soft,
            Provenance::Environment,
            "DB_URL",
        );
        all.push(edge);
    }
    all.push(Edge::new(
        "api".into(),
        "x".into(),
        EdgeKind::Soft,
        Provenance::Environment,
        "X_URL",
    ));
    let known = "api other third db x";
    leave_out(&mut all, &[], |id| {
        let networks = if matches!(id.as_str(), "other" | "x") {
            &front
        } else {
            &back
        };
        role(id, known).map(|role| Role { networks, ..role })
    });
    let left: Vec<String> = all
        .iter()
        .map(|edge| format!("{}-{}", edge.from, edge.to))
        .collect();
    // What only one has may be cut off by a fault.
    assert_eq!(left, ["api-db", "third-db", "api-x"]);
}

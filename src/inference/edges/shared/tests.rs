//! Tables of stacks with a shared environment.

mod inherited;

use super::*;

use crate::model::EdgeKind;

fn role<'a>(id: &ServiceId, words: &'a str) -> Option<ServiceProfile<'a>> {
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
    Some(ServiceProfile {
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
        // Nothing shows that this is all that it needs.
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
    let (mut all, mut given): (Vec<Edge>, Vec<GivenVariable>) = (Vec::new(), Vec::new());
    for edge in words.split(", ") {
        let [holders, variable, to] = edge.split(' ').collect::<Vec<_>>()[..] else {
            panic!("{edge}")
        };
        for from in holders.split('+') {
            if from.ends_with('?') || from == to {
                let holder = from.trim_end_matches('?').into();
                given.push(GivenVariable {
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
    let shown = |edge: &Edge| format!("{}-{}:{}", edge.from, edge.to, edge.evidence.len());
    all.iter().map(shown).collect::<Vec<_>>().join(" ")
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
        role(id, known).map(|role| ServiceProfile { networks, ..role })
    });
    let left: Vec<String> = all
        .iter()
        .map(|edge| format!("{}-{}", edge.from, edge.to))
        .collect();
    // What only one has may be cut off by a fault.
    assert_eq!(left, ["api-db", "third-db", "api-x"]);
}

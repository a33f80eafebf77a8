//! Tables of stacks with a shared environment.

use super::*;
use crate::model::EdgeKind;

fn role<'a>(id: &ServiceId, words: &'a str) -> Option<Role<'a>> {
    let at = words.find(id.as_str())?;
    let name = &words[at..at + id.as_str().len()];
    let (layer, kind) = match name {
        "db" => (Layer::Data, Some("postgres")),
        "cache" => (Layer::Data, Some("redis")),
        "s3" => (Layer::Data, Some("minio")),
        "schema" => (Layer::Data, Some("schema-registry")),
        "own-store" => (Layer::Data, None),
        "front" => (Layer::Ui, None),
        "proxy" => (Layer::Edge, None),
        "mc" => (Layer::Infra, Some("minio-client")),
        "collector" => (Layer::Infra, Some("otel-collector")),
        "job" => (Layer::Infra, None),
        _ => (Layer::App, None),
    };
    Some(Role { layer, kind, is_job: false, name, image: name, image_id: "", publishes: false })
}

/// The edges that are left of `from variable to` (or `from needs to`) and of two applications with the
/// same variables.
fn left(edges: &str) -> String {
    let mut all: Vec<Edge> = Vec::new();
    let mut add = |from: &str, variable: &str, to: &str| {
        let provenance = if variable == "needs" { Provenance::DependsOn } else { Provenance::Environment };
        let edge = Edge::new(from.into(), to.into(), EdgeKind::Soft, provenance, variable);
        match all.iter_mut().find(|each| each.from == edge.from && each.to == edge.to) {
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
    leave_out(&mut all, |id| role(id, &known));
    let others = |edge: &&Edge| edge.from.as_str() != "api" && edge.from.as_str() != "worker";
    let words: Vec<String> =
        all.iter().filter(others).map(|edge| format!("{} {}", edge.from, edge.to)).collect();
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
        ("cache REDIS_MASTER_HOST cache2, db ETCD_HOSTS etcd", "cache cache2 db etcd"),
        ("own-store DATABASE_URL db", "own-store db"),
        ("mc DATABASE_URL db, mc needs s3", "mc s3"),
        // Nothing tells that this is all that it needs.
        ("mc DATABASE_URL db", "mc db"),
        ("mc OTLP_ENDPOINT collector, mc needs s3", "mc collector mc s3"),
        ("job DATABASE_URL db, job needs s3", "job db job s3"),
        ("other DATABASE_URL db, other S3_URL s3", "other db other s3"),
        (
            "celery-beat DATABASE_URL db, celery-beat REDIS_URL cache, celery-beat S3_URL s3",
            "celery-beat db celery-beat cache",
        ),
        ("celery-beat MODEL_URL model", ""),
        ("celery-beat OTLP_ENDPOINT collector", "celery-beat collector"),
        ("schema METADATA_URL db", "schema db"),
        ("beat OWN_URL model", "beat model"),
    ] {
        assert_eq!(left(edges), expected, "{edges}");
    }
}

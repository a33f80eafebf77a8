//! The map's facts on a real engine: what is found is what the Compose file and the proxy's
//! configuration say.

mod created;

use std::collections::BTreeSet;

use created::{CreatedStack, Watch, present_images};
use hubdeck::model::{EdgeKind, Snapshot};

use crate::support::docker::{Example, live, unique};
use crate::support::stacks::{LabelledService, LabelledStack};

/// The image that stands for every image that is not there.
const BASE: &str = "busybox:1.36";

/// Edges that making containers with Compose cannot avoid: it writes a service named in `links`
/// into the label of `depends_on` too.
fn linked(stack: &LabelledStack) -> impl Iterator<Item = String> {
    let of_one = |service: &LabelledService| {
        let needs: BTreeSet<&str> = service
            .depends_on
            .iter()
            .map(|need| need.service.as_str())
            .collect();
        let names = service
            .links
            .iter()
            .map(|link| link.split(':').next().unwrap_or(link));
        names
            .filter(|name| !needs.contains(name))
            .map(|name| format!("{} → {name} soft depends_on service_started", service.name))
            .collect::<Vec<_>>()
    };
    stack.services.iter().flat_map(of_one)
}

/// Layer of every service: `name layer`.
fn layers(snapshot: &Snapshot) -> BTreeSet<String> {
    let told = |service: &std::sync::Arc<hubdeck::model::Service>| {
        format!(
            "{} {}",
            service.name.as_str(),
            snapshot.layers.id(service.layer.layer)
        )
    };
    snapshot.services.iter().map(told).collect()
}

/// Everything that tells of an edge, one line each: `from → to hard depends_on detail`.
fn edges(snapshot: &Snapshot) -> BTreeSet<String> {
    let name = |id: &hubdeck::model::ServiceId| {
        id.as_str()
            .rsplit_once('/')
            .map_or(id.as_str(), |(_, name)| name)
            .to_owned()
    };
    let mut told = BTreeSet::new();
    for edge in snapshot.edges.iter() {
        for each in &edge.evidence {
            let kind = if each.kind == EdgeKind::Hard {
                "hard"
            } else {
                "soft"
            };
            let provenance = serde_json::to_value(each.provenance).expect("a word");
            let provenance = provenance.as_str().unwrap_or("?");
            let line = format!(
                "{} → {} {kind} {provenance} {}",
                name(&edge.from),
                name(&edge.to),
                each.detail
            );
            told.insert(line.trim_end().to_owned());
        }
    }
    told
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn stacks_created_with_compose_give_the_same_answer_as_the_facts() {
    if !live() {
        return;
    }
    let present = present_images();
    let run = unique("hdmap");
    let mut differences = Vec::new();
    // One set is enough: this compares what Compose makes of a stack with the facts, which depends
    // on no rule.
    for mut stack in crate::support::stacks::Set::Known.stacks() {
        let own_name = std::mem::take(&mut stack.name);
        stack.name = format!("{run}-{own_name}");
        let _created = CreatedStack::create(&stack, &present, BASE);
        let expected = stack.snapshot();
        let mut watch = Watch::on(&stack.name, false);
        let everything = |snapshot: &Snapshot| {
            let inspected = |service: &std::sync::Arc<hubdeck::model::Service>| {
                service
                    .instances
                    .iter()
                    .all(|instance| instance.facts.inspected)
            };
            snapshot.services.len() == stack.services.len()
                && snapshot.services.iter().all(inspected)
        };
        let found = watch.until(everything).await;
        for (what, found, expected) in [
            ("layer", layers(&found), layers(&expected)),
            ("edge", edges(&found), edges(&expected)),
        ] {
            let mut expected = expected;
            if what == "edge" {
                expected.extend(linked(&stack));
            }
            let missing = expected
                .difference(&found)
                .map(|line| format!("{own_name}: no {what} {line}"));
            let surplus = found
                .difference(&expected)
                .map(|line| format!("{own_name}: {what} {line}"));
            differences.extend(missing.chain(surplus));
        }
    }
    assert!(
        differences.is_empty(),
        "created and facts differ:\n{}",
        differences.join("\n")
    );
}

/// What the Compose file of the example hub and its `nginx.conf` say.
const HUB_EDGES: &[&str] = &[
    "aggregator → redis hard depends_on service_healthy",
    "aggregator → redis soft environment REDIS_URL",
    "backend → aggregator soft depends_on service_started",
    "backend → aggregator soft environment AGGREGATOR_URL",
    "backend → db hard depends_on service_healthy",
    "backend → db soft environment DATABASE_URL",
    "backend → migrate hard start_order service_completed_successfully",
    "backend → redis hard depends_on service_healthy",
    "backend → redis soft environment REDIS_URL",
    "frontend → backend soft depends_on service_started",
    "frontend → backend soft environment BACKEND_URL",
    "mcp → backend hard depends_on service_healthy",
    "mcp → backend soft environment BACKEND_URL",
    "migrate → db hard depends_on service_healthy",
    "migrate → db soft environment PGHOST",
    "proxy → aggregator hard depends_on service_healthy",
    "proxy → aggregator soft route /aggregator/ → :8001",
    "proxy → backend hard depends_on service_healthy",
    "proxy → backend soft route /api/ → :8000",
    "proxy → backend soft route /health → :8000",
    "proxy → frontend hard depends_on service_healthy",
    "proxy → frontend soft route / → :3000",
    "proxy → mcp hard depends_on service_healthy",
    "proxy → mcp soft route /mcp/ → :8002",
];
/// Connections that its services keep open.
const HUB_KEPT: &[&str] = &[
    "aggregator → redis soft observed :6379",
    "backend → db soft observed :5432",
    "backend → redis soft observed :6379",
];
/// Calls that are over in a moment: seen sooner or later.
const HUB_CALLS: &[&str] = &[
    "backend → aggregator soft observed :8001",
    "frontend → backend soft observed :8000",
    "mcp → backend soft observed :8000",
    "migrate → db soft observed :5432",
    "proxy → aggregator soft observed :8001",
    "proxy → backend soft observed :8000",
    "proxy → frontend soft observed :3000",
    "proxy → mcp soft observed :8002",
];
const HUB_LAYERS: &[&str] = &[
    "aggregator app",
    "backend app",
    "db data",
    "frontend ui",
    "mcp app",
    "migrate infra",
    "proxy edge",
    "redis data",
];

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_example_hub_is_drawn_as_its_files_say() {
    if !live() {
        return;
    }
    let hub = Example::hub();
    let mut watch = Watch::on(hub.project(), true);
    let expected: BTreeSet<&str> = HUB_EDGES.iter().chain(HUB_KEPT).copied().collect();
    let complete = |snapshot: &Snapshot| {
        expected
            .iter()
            .all(|line| edges(snapshot).iter().any(|each| each == line))
    };
    let found = watch.until(complete).await;
    let (layers, told) = (layers(&found), edges(&found));
    assert_eq!(layers.iter().collect::<Vec<_>>(), HUB_LAYERS);
    let sure: Vec<&str> = told
        .iter()
        .map(String::as_str)
        .filter(|line| !HUB_CALLS.contains(line))
        .collect();
    assert_eq!(sure, expected.into_iter().collect::<Vec<_>>());
}

//! Tables of stacks in short.

mod programs;

use super::*;

use crate::model::EdgeEvidence;

/// What the service `id` is, by its name, which stands somewhere in `graph`.
fn role<'a>(id: &ServiceId, graph: &'a str) -> Option<ServiceProfile<'a>> {
    // `name:image` runs that image; all others run one of their own.
    let at = graph.find(id.as_str())?;
    let own = &graph[at..at + id.as_str().len()];
    let (name, image) = own.split_once(':').unwrap_or((own, own));
    let (layer, kind) = match name.trim_end_matches(|c: char| c.is_ascii_digit()) {
        "db" => (Layer::Data, Some("postgres")),
        "cache" => (Layer::Data, Some("redis")),
        "kafka" => (Layer::Data, Some("kafka")),
        "zoo" => (Layer::Data, Some("zookeeper")),
        "etcd" => (Layer::Data, Some("etcd")),
        "objects" => (Layer::Data, Some("minio")),
        "proxy" => (Layer::Edge, Some("traefik")),
        "nginx" => (Layer::Edge, Some("nginx")),
        "kong" => (Layer::Edge, Some("kong")),
        "front" | "admin" => (Layer::Ui, None),
        "pages" => (Layer::Ui, Some("nginx")),
        "grafana" => (Layer::Infra, Some("grafana")),
        "loki" => (Layer::Infra, Some("loki")),
        "prometheus" => (Layer::Infra, Some("prometheus")),
        "cadvisor" => (Layer::Infra, Some("cadvisor")),
        "ipv6nat" => (Layer::Infra, Some("ipv6nat")),
        "flower" => (Layer::Infra, Some("flower")),
        "temporal" | "matching" => (Layer::App, Some("temporal")),
        "migrate" | "importer" | "firewall" | "watchdog" | "backup" | "tests" => {
            (Layer::Infra, None)
        }
        "gone" => return None,
        _ => (Layer::App, None),
    };
    let publishes = name == "open-worker";
    let is_tool = layer == Layer::Infra && kind.is_some();
    Some(ServiceProfile {
        layer,
        kind,
        is_job: name == "migrate",
        name,
        image,
        image_id: "",
        publishes,
        is_tool,
        networks: &[],
    })
}

/// The edges of `graph` that are about order alone.
fn order(graph: &str) -> String {
    let mut edges = edges(graph);
    mark(&mut edges, &[], |id| role(id, graph));
    let order = edges.iter().filter(|edge| edge.is_start_order());
    let words: Vec<String> = order
        .map(|edge| format!("{} {}", edge.from, edge.to))
        .collect();
    words.join(" ")
}

/// `a>b` depends on it when healthy, `a-b` when started, `a!b` also names it, `a~b` only names it.
fn edges(text: &str) -> Vec<Edge> {
    let named = || EdgeEvidence {
        kind: EdgeKind::Soft,
        provenance: Provenance::Environment,
        detail: "URL".into(),
    };
    let mut edges: Vec<Edge> = text
        .split(' ')
        .map(|word| {
            let at = word
                .find(['>', '!', '~'])
                .or_else(|| word.rfind('-'))
                .expect("an arrow");
            let (from, to) = (ServiceId::new(&word[..at]), ServiceId::new(&word[at + 1..]));
            let sign = &word[at..=at];
            let kind = if sign == "-" {
                EdgeKind::Soft
            } else {
                EdgeKind::Hard
            };
            let mut edge = Edge::new(from, to, kind, Provenance::DependsOn, "");
            match sign {
                "!" => edge.evidence.push(named()),
                "~" => edge.evidence = vec![named()],
                _ => {}
            }
            edge
        })
        .collect();
    edges.sort();
    edges
}

#[test]
fn only_order_that_nothing_else_speaks_against_is_told_apart() {
    for (graph, expected) in [
        ("api>db", ""),
        ("api>migrate", "api migrate"),
        ("proxy>migrate", "proxy migrate"),
        ("api>other", ""),
        ("front>api proxy>api", ""),
        ("api>proxy", "api proxy"),
        ("front>proxy", ""),
        ("db>api", "db api"),
        ("db>cache", ""),
        ("loki>grafana importer>grafana", "loki grafana"),
        ("api>cadvisor", "api cadvisor"),
        ("api>gone gone>api", ""),
        // What names one of its needs calls those that it names, and stores.
        ("api!db api>other", "api other"),
        (
            "api!db api!cache api>other api>migrate",
            "api migrate api other",
        ),
        // What names few of its needs is given the others elsewhere.
        ("api!db api>other api>cache", ""),
        ("api!other api>migrate", "api migrate"),
        // A reference to something that it does not depend on is no evidence about the rest.
        ("api~db api>other", ""),
    ] {
        assert_eq!(order(graph), expected, "{graph}");
    }
}

#[test]
fn roles_of_one_program_do_not_call_each_other() {
    for (graph, expected) in [
        (
            "socket:acme/app:2>web:acme/app:2",
            "socket:acme/app:2 web:acme/app:2",
        ),
        // Another tag is another program: some projects have one repository for all of theirs.
        ("cart:acme/demo:cart>ads:acme/demo:ads", ""),
        // A language is no program.
        ("cart:node:20>ads:node:20", ""),
        ("cart:acme/python>ads:acme/python", ""),
        // Replicas of a store do call each other, and so do members of some clusters and tests.
        ("db1:postgres>db2:postgres", ""),
        ("temporal:temporalio/server>matching:temporalio/server", ""),
        ("tests:acme/app>api:acme/app", ""),
        ("front:acme/app>api:acme/app", ""),
    ] {
        assert_eq!(order(graph), expected, "{graph}");
    }
}

#[test]
fn nobody_calls_a_worker() {
    for (graph, expected) in [
        ("api>mail-worker", "api mail-worker"),
        (
            "api>celery_beat flower>celery-worker",
            "api celery_beat flower celery-worker",
        ),
        (
            "front>worker proxy>scheduler",
            "front worker proxy scheduler",
        ),
        (
            "api>orders-consumer api>Cron",
            "api Cron api orders-consumer",
        ),
        // One that publishes a port or is named as well is called.
        ("api>open-worker", ""),
        ("api!worker", ""),
        ("api>networker api>scheduling", ""),
    ] {
        assert_eq!(order(graph), expected, "{graph}");
    }
}

#[test]
fn stores_that_others_use() {
    for (graph, expected) in [
        // Kafka uses it, the others wait with it.
        (
            "kafka!zoo api>zoo front>zoo proxy>zoo",
            "api zoo front zoo proxy zoo",
        ),
        ("kafka>zoo api~zoo", ""),
        ("api>zoo", ""),
        ("api>etcd api>db", ""),
        ("db>etcd api>etcd", "api etcd"),
        // Web servers speak HTTP.
        ("nginx>db nginx>cache nginx>api", "nginx cache nginx db"),
        ("pages>db", "pages db"),
        ("nginx>objects proxy>objects", ""),
        ("nginx!cache", ""),
        ("kong>db", ""),
        // Where everybody configures how stores are reached, what does so for all others uses none.
        ("bff!a bff!b bff!c bff>db a!db", "bff db"),
        ("bff!a bff!b bff!c bff>db", ""),
        ("bff!a bff>db a!db b!db", ""),
        // Of other needs less is enough.
        ("bff!a bff!b bff>c bff>d bff>e x~c y~c", "bff c"),
    ] {
        assert_eq!(order(graph), expected, "{graph}");
    }
}

#[test]
fn what_waits_for_everything_comes_last() {
    let many = |from: &str, sign: &str| {
        let of = |to: &str| format!("{from}{sign}{to}");
        ["a", "b", "c", "db"].map(of).join(" ")
    };
    assert_eq!(
        order(&many("firewall", "-")),
        "firewall a firewall b firewall c"
    );
    assert_eq!(order(&many("firewall", ">")), "", "waits for health");
    assert_eq!(order(&many("watchdog", "-")), "", "looks at all");
    assert_eq!(
        order(&many("prometheus", "-")),
        "",
        "reads whom to ask from a file"
    );
    assert_eq!(order(&many("api", "-")), "");
    let more = " x-d x-e x-f x-nginx";
    let all = format!("{}{more}", many("x", "-"));
    assert_eq!(
        order(&all).split(' ').count(),
        16,
        "with a proxy among them, all"
    );
    assert_eq!(order(&all.replace("nginx", "g")), "");
    assert_eq!(order(&all.replace("x-", "ipv6nat-")).split(' ').count(), 16);
    assert_eq!(order(&all.replace("x-", "prometheus-")), "");
    assert_eq!(order("firewall-a firewall-b"), "");
}

#[test]
fn pages_and_copies() {
    for (graph, expected) in [
        ("front>admin", "front admin"),
        // What serves these pages may pass requests on.
        ("pages>front", ""),
        ("front>api", ""),
        ("front!a front!b front!c front>d", "front d"),
        ("front!a front>d", ""),
        ("backup>app backup>db", "backup app"),
        ("importer>app", ""),
    ] {
        assert_eq!(order(graph), expected, "{graph}");
    }
}

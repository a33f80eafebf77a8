//! Which `depends_on` are about order at start alone.
//!
//! Compose starts `api` after `migrate` because one is told to, not because one calls the other. Such
//! an edge stays, as health and order need it, but it is told apart: [`Provenance::StartOrder`].
//! Only edges of which nothing but `depends_on` tells are looked at.

use std::collections::{HashMap, HashSet};

use crate::model::{Edge, Layer, Provenance, ServiceId};

/// What is known of a service when its edges are judged.
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    /// Its layer.
    pub layer: Layer,
    /// What the catalog says it is.
    pub kind: Option<&'a str>,
    /// Whether it is work that ends.
    pub is_job: bool,
}

/// Begins of words in the names of jobs.
const JOBS: &[&str] = &[
    "migrat",
    "init",
    "setup",
    "seed",
    "bootstrap",
    "provision",
    "install",
    "import",
    "fixture",
    "createbucket",
    "keygen",
    "genkey",
    "certs",
    "prepare",
    "permission",
];

/// Whether a service is named like work that ends, such as `db-migrate`.
#[must_use]
pub fn is_named_like_job(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        JOBS.iter().any(|job| word.get(..job.len()).is_some_and(|begin| begin.eq_ignore_ascii_case(job)))
    })
}

/// Tools that people look at: other programs do not call them.
const VIEWERS: &[&str] = &[
    "grafana",
    "adminer",
    "pgadmin",
    "pgweb",
    "phpmyadmin",
    "mongo-express",
    "redis-commander",
    "redisinsight",
    "phpredisadmin",
    "cloudbeaver",
    "dbgate",
    "kafka-ui",
    "elasticvue",
    "phpldapadmin",
    "flower",
    "rq-dashboard",
    "attu",
    "filebrowser",
    "portainer",
    "dockge",
    "dozzle",
    "uptime-kuma",
    "homepage",
    "swagger-ui",
    "kibana",
    "opensearch-dashboards",
    "temporal-ui",
    "control-center",
    "supabase-studio",
    "hubdeck",
    "beszel",
    "glances",
    "netdata",
];

/// Tools that come by themselves and are called by monitoring at most.
const COLLECTORS: &[&str] = &[
    "prometheus",
    "vmagent",
    "node-exporter",
    "blackbox-exporter",
    "exporter",
    "cadvisor",
    "promtail",
    "vector",
    "fluent-bit",
    "beats",
    "logspout",
    "telegraf",
    "watchtower",
    "diun",
    "autoheal",
    "ofelia",
    "backup",
    "alertmanager",
    "dind",
    "ddns",
];

/// Marks the edges of `edges` (sorted, as [`super::edges`] gives them) that are about order alone.
pub fn mark<'a>(edges: &mut [Edge], role: impl Fn(&ServiceId) -> Option<Role<'a>>) {
    let is_declared = |edge: &Edge| edge.evidence.iter().all(|each| each.provenance == Provenance::DependsOn);
    // Callers that name most of what they depend on: what they do not name, they hardly call.
    let mut needs: HashMap<&ServiceId, (usize, usize)> = HashMap::new();
    for edge in edges.iter() {
        let (named, unnamed) = needs.entry(&edge.from).or_default();
        if is_declared(edge) {
            *unnamed += usize::from(role(&edge.to).is_some_and(|role| !role.is_job));
        } else {
            let declared = edge.evidence.iter().any(|each| each.provenance == Provenance::DependsOn);
            *named += usize::from(declared);
        }
    }
    let names_needs: HashSet<ServiceId> = needs
        .into_iter()
        .filter(|(_, (named, unnamed))| *named > 0 && named >= unnamed)
        .map(|(id, _)| id.clone())
        .collect();
    for edge in edges.iter_mut().filter(|edge| is_declared(edge)) {
        if let (Some(from), Some(to)) = (role(&edge.from), role(&edge.to))
            && is_order(&from, &to, names_needs.contains(&edge.from))
        {
            for evidence in &mut edge.evidence {
                evidence.provenance = Provenance::StartOrder;
            }
        }
    }
}

/// Whether `from` hardly calls `to`, of which nothing but `depends_on` tells.
fn is_order(from: &Role, to: &Role, names_needs: bool) -> bool {
    let is = |role: &Role, kinds: &[&str]| role.kind.is_some_and(|kind| kinds.contains(&kind));
    if to.is_job {
        return true;
    }
    match (from.layer, to.layer) {
        // Proxies and front ends call what they name in files that are not always readable, and
        // nobody waits for a store without using it.
        (Layer::Edge | Layer::Ui, _) | (_, Layer::Data) => false,
        // Databases wait for others at most; proxies are in front, not behind.
        (Layer::Data, _) | (Layer::App, Layer::Edge) => true,
        (Layer::Infra, _) if from.kind.is_some() && is(to, VIEWERS) => true,
        (Layer::App | Layer::Added(_), _) if is(to, VIEWERS) || is(to, COLLECTORS) => true,
        _ => names_needs,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{EdgeEvidence, EdgeKind};
    use crate::topology::testing::edges;

    #[test]
    fn only_order_that_nothing_else_speaks_against_is_told_apart() {
        let role = |id: &ServiceId| {
            let (layer, kind, is_job) = match id.as_str() {
                "db" | "cache" => (Layer::Data, Some("postgres"), false),
                "proxy" => (Layer::Edge, Some("traefik"), false),
                "front" => (Layer::Ui, None, false),
                "migrate" => (Layer::Infra, None, true),
                "grafana" => (Layer::Infra, Some("grafana"), false),
                "loki" => (Layer::Infra, Some("loki"), false),
                "importer" => (Layer::Infra, None, false),
                "cadvisor" => (Layer::Infra, Some("cadvisor"), false),
                "gone" => return None,
                _ => (Layer::App, None, false),
            };
            Some(Role { layer, kind, is_job })
        };
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
            ("api!db api!cache api>other api>migrate", "api other api migrate"),
            // What names few of its needs is told of the others elsewhere.
            ("api!db api>other api>cache", ""),
            ("api!other api>migrate", "api migrate"),
            // A reference to something that it does not depend on says nothing of the rest.
            ("api~db api>other", ""),
        ] {
            let mut graph = edges_with_references(graph);
            mark(&mut graph, role);
            let order: Vec<String> = graph
                .iter()
                .filter(|edge| edge.is_start_order())
                .map(|edge| format!("{} {}", edge.from, edge.to))
                .collect();
            assert_eq!(order.join(" "), expected);
        }
    }

    #[test]
    fn jobs_by_name() {
        for (name, expected) in
            [("db-migrate", true), ("Init_Keys", true), ("exporter", false), ("é", false), ("", false)]
        {
            assert_eq!(is_named_like_job(name), expected, "{name}");
        }
    }

    /// As [`edges`], and `a!b` both depends on and names, `a~b` only names.
    fn edges_with_references(text: &str) -> Vec<Edge> {
        let named = |provenance| EdgeEvidence { kind: EdgeKind::Soft, provenance, detail: "URL".into() };
        text.split(' ')
            .map(|word| {
                let mut edge = edges(&word.replace(['!', '~'], ">")).remove(0);
                if word.contains('!') {
                    edge.evidence.push(named(Provenance::Environment));
                } else if word.contains('~') {
                    edge.evidence = vec![named(Provenance::Environment)];
                }
                edge
            })
            .collect()
    }
}

//! Whose container it is: Compose's and Swarm's labels.

use std::collections::BTreeMap;

use crate::model::SortShared as _;
use crate::model::compose_labels::PREFIX;
use crate::model::{Dependency, DependencyCondition, ServiceName, StackName, SwarmTask};

/// Whose container it is, as its labels say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Owner {
    pub stack: Option<StackName>,
    pub service: ServiceName,
    pub number: Option<u32>,
}

fn label<'a>(labels: &'a BTreeMap<String, String>, key: &str) -> Option<&'a str> {
    let value = labels.get(&format!("{PREFIX}{key}"))?;
    (!value.is_empty()).then_some(value.as_str())
}

/// The owner of a container called `name`: its own name where neither Compose nor the Swarm owns
/// it.
pub(super) fn owner(labels: &BTreeMap<String, String>, name: &str) -> Owner {
    let stack = stack(labels);
    if let Some(task) = SwarmTask::of(labels) {
        return Owner {
            stack,
            service: ServiceName::from(task.service),
            number: Some(task.slot),
        };
    }
    let service = label(labels, "service").unwrap_or(name);
    Owner {
        stack,
        service: ServiceName::from(service),
        number: label(labels, "container-number").and_then(|text| text.parse().ok()),
    }
}

/// The Compose project or the Swarm's stack; `None` for a container without one.
pub(super) fn stack(labels: &BTreeMap<String, String>) -> Option<StackName> {
    match SwarmTask::of(labels) {
        Some(task) => task.stack.map(StackName::from),
        None => label(labels, "project").map(StackName::from),
    }
}

/// One replica of one service.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum OwnerKey {
    /// Of a Compose service.
    Compose {
        project: String,
        service: String,
        number: String,
    },
    /// Of a Swarm service.
    Swarm { service_id: String, slot: u32 },
}

/// The replica a container is; `None` where neither Compose nor the Swarm owns it.
pub(super) fn owner_key(labels: &BTreeMap<String, String>) -> Option<OwnerKey> {
    if let Some(task) = SwarmTask::of(labels) {
        return Some(OwnerKey::Swarm {
            service_id: task.service_id.to_owned(),
            slot: task.slot,
        });
    }
    let own = |key| label(labels, key).map(str::to_owned);
    let number = own("container-number").unwrap_or_default();
    Some(OwnerKey::Compose {
        project: own("project")?,
        service: own("service")?,
        number,
    })
}

/// The parsed `depends_on` label, sorted by service.
pub(super) fn dependencies(labels: &BTreeMap<String, String>) -> Vec<Dependency> {
    let mut dependencies: Vec<Dependency> = label(labels, "depends_on")
        .unwrap_or("")
        .split(',')
        .filter_map(dependency)
        .collect();
    dependencies.sort_shared_by(|a, b| a.service.cmp(&b.service));
    dependencies.dedup_by(|a, b| a.service == b.service);
    dependencies
}

/// One `service[:condition[:restart]]`.
fn dependency(entry: &str) -> Option<Dependency> {
    let mut fields = entry.trim().split(':');
    let service = fields.next().filter(|name| !name.is_empty())?;
    let condition = fields.next();
    let restart = fields.next();
    Some(Dependency {
        service: ServiceName::from(service),
        condition: match condition {
            Some("service_started") => DependencyCondition::ServiceStarted,
            Some("service_healthy") => DependencyCondition::ServiceHealthy,
            Some("service_completed_successfully") => {
                DependencyCondition::ServiceCompletedSuccessfully
            }
            _ => DependencyCondition::RunningOrHealthy,
        },
        restart: restart.is_none_or(|word| word == "true"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::InstanceFacts;

    fn labels(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries
            .iter()
            .map(|(key, value)| (format!("{PREFIX}{key}"), (*value).to_owned()))
            .collect()
    }

    #[test]
    fn depends_on_in_every_form_compose_wrote() {
        use DependencyCondition as C;
        for (label, expected) in [
            ("", vec![]),
            (
                "redis:service_healthy:true,db:service_healthy:false",
                vec![
                    ("db", C::ServiceHealthy, false),
                    ("redis", C::ServiceHealthy, true),
                ],
            ),
            ("db", vec![("db", C::RunningOrHealthy, true)]),
            ("db:service_started", vec![("db", C::ServiceStarted, true)]),
            (
                "migrate:service_completed_successfully:false",
                vec![("migrate", C::ServiceCompletedSuccessfully, false)],
            ),
            (
                "db:something_new:true",
                vec![("db", C::RunningOrHealthy, true)],
            ),
            (
                " db , ,db:service_started:true,:x:y",
                vec![("db", C::RunningOrHealthy, true)],
            ),
        ] {
            let found: Vec<_> = dependencies(&labels(&[("depends_on", label)]))
                .into_iter()
                .map(|each| {
                    (
                        each.service.as_str().to_owned(),
                        each.condition,
                        each.restart,
                    )
                })
                .collect();
            let expected: Vec<_> = expected
                .into_iter()
                .map(|(s, c, r)| (s.to_owned(), c, r))
                .collect();
            assert_eq!(found, expected, "{label}");
        }
    }

    #[test]
    fn owners_and_auxiliary_containers() {
        let compose = labels(&[
            ("project", "hub"),
            ("service", "db"),
            ("container-number", "2"),
        ]);
        let found = owner(&compose, "hub-db-2");
        assert_eq!(found.stack, Some(StackName::from("hub")));
        assert_eq!((found.service.as_str(), found.number), ("db", Some(2)));
        let task: BTreeMap<String, String> = [
            ("com.docker.stack.namespace", "shop"),
            ("com.docker.swarm.service.id", "owjxfg5d"),
            ("com.docker.swarm.service.name", "shop_web"),
            ("com.docker.swarm.task.name", "shop_web.2.4xedbyyo"),
        ]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
        let found = owner(&task, "shop_web.2.4xedbyyo");
        assert_eq!(found.stack, Some(StackName::from("shop")));
        assert_eq!((found.service.as_str(), found.number), ("web", Some(2)));
        let key = OwnerKey::Swarm {
            service_id: "owjxfg5d".into(),
            slot: 2,
        };
        assert_eq!(owner_key(&task), Some(key));
        let plain = owner(&BTreeMap::new(), "🦀-box");
        assert_eq!(
            (plain.stack, plain.service.as_str(), plain.number),
            (None, "🦀-box", None)
        );
        assert!(!InstanceFacts::has_auxiliary_labels(&labels(&[(
            "oneoff", "False"
        )])));
        assert!(InstanceFacts::has_auxiliary_labels(&labels(&[(
            "oneoff", "True"
        )])));
        assert!(InstanceFacts::has_auxiliary_labels(&labels(&[(
            "hook",
            "post_start"
        )])));
        assert!(!InstanceFacts::has_auxiliary_labels(&labels(&[(
            "hook", ""
        )])));
    }
}

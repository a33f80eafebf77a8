//! Compose's labels.

use std::collections::BTreeMap;

use crate::model::{Dependency, DependencyCondition, ServiceName, StackName};

const PREFIX: &str = "com.docker.compose.";

/// Whose container it is, as Compose's labels tell.
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

/// The owner of a container called `name`: its own name where Compose does not own it.
pub(super) fn owner(labels: &BTreeMap<String, String>, name: &str) -> Owner {
    let stack = label(labels, "project").map(StackName::from);
    let service = label(labels, "service").unwrap_or(name);
    Owner {
        stack,
        service: ServiceName::from(service),
        number: label(labels, "container-number").and_then(|text| text.parse().ok()),
    }
}

/// One replica of one Compose service: project, service, number.
pub(super) type OwnerKey = (String, String, String);

/// The replica a container is; `None` where Compose does not own it.
pub(super) fn owner_key(labels: &BTreeMap<String, String>) -> Option<OwnerKey> {
    let own = |key| label(labels, key).map(str::to_owned);
    Some((own("project")?, own("service")?, own("container-number").unwrap_or_default()))
}

/// Whether the container is no part of a service's health: `compose run` and hook containers.
pub(super) fn is_auxiliary(labels: &BTreeMap<String, String>) -> bool {
    label(labels, "oneoff").is_some_and(|value| value.eq_ignore_ascii_case("true"))
        || label(labels, "hook").is_some()
}

/// The parsed `depends_on` label, sorted by service.
pub(super) fn dependencies(labels: &BTreeMap<String, String>) -> Vec<Dependency> {
    let mut dependencies: Vec<Dependency> =
        label(labels, "depends_on").unwrap_or("").split(',').filter_map(dependency).collect();
    dependencies.sort_by(|a, b| a.service.cmp(&b.service));
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
            Some("service_completed_successfully") => DependencyCondition::ServiceCompletedSuccessfully,
            _ => DependencyCondition::RunningOrHealthy,
        },
        restart: restart.is_none_or(|word| word == "true"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
        entries.iter().map(|(key, value)| (format!("{PREFIX}{key}"), (*value).to_owned())).collect()
    }

    #[test]
    fn depends_on_in_every_form_compose_wrote() {
        use DependencyCondition as C;
        for (label, expected) in [
            ("", vec![]),
            (
                "redis:service_healthy:true,db:service_healthy:false",
                vec![("db", C::ServiceHealthy, false), ("redis", C::ServiceHealthy, true)],
            ),
            ("db", vec![("db", C::RunningOrHealthy, true)]),
            ("db:service_started", vec![("db", C::ServiceStarted, true)]),
            (
                "migrate:service_completed_successfully:false",
                vec![("migrate", C::ServiceCompletedSuccessfully, false)],
            ),
            ("db:something_new:true", vec![("db", C::RunningOrHealthy, true)]),
            (" db , ,db:service_started:true,:x:y", vec![("db", C::RunningOrHealthy, true)]),
        ] {
            let found: Vec<_> = dependencies(&labels(&[("depends_on", label)]))
                .into_iter()
                .map(|each| (each.service.as_str().to_owned(), each.condition, each.restart))
                .collect();
            let expected: Vec<_> = expected.into_iter().map(|(s, c, r)| (s.to_owned(), c, r)).collect();
            assert_eq!(found, expected, "{label}");
        }
    }

    #[test]
    fn owners_and_auxiliary_containers() {
        let compose = labels(&[("project", "hub"), ("service", "db"), ("container-number", "2")]);
        let found = owner(&compose, "hub-db-2");
        assert_eq!(found.stack, Some(StackName::from("hub")));
        assert_eq!((found.service.as_str(), found.number), ("db", Some(2)));
        let plain = owner(&BTreeMap::new(), "🦀-box");
        assert_eq!((plain.stack, plain.service.as_str(), plain.number), (None, "🦀-box", None));
        assert!(!is_auxiliary(&labels(&[("oneoff", "False")])));
        assert!(is_auxiliary(&labels(&[("oneoff", "True")])));
        assert!(is_auxiliary(&labels(&[("hook", "post_start")])));
        assert!(!is_auxiliary(&labels(&[("hook", "")])));
    }
}

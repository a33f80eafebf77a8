//! `hubdeck compose`: which stack is meant, and its services as its files name them.

use std::collections::BTreeSet;
use std::sync::Arc;

use crate::config::Settings;
use crate::config::arguments::ComposeRequest;
use crate::model::text::enumerated;
use crate::model::{ComposeVerb, Service, ServiceId, Snapshot, StackName};

use super::{CommandError, diagnostics, logs};

/// What a command asks of Compose, of which stack.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StackRequest {
    /// The stack.
    pub stack: StackName,
    /// What.
    pub verb: ComposeVerb,
    /// Of which services, by their names in its files; none for all.
    pub services: Vec<String>,
}

/// The stack that `request` is about: the one of `--stack`, else that of the services that it names,
/// else the only one. Services may be named that have no container yet: those of a profile, and new
/// ones.
///
/// # Errors
/// An unknown project or stack; several stacks.
pub fn of_stack(
    snapshot: &Arc<Snapshot>,
    settings: &Settings,
    request: &ComposeRequest,
) -> Result<StackRequest, CommandError> {
    let scoped = diagnostics::in_scope(Arc::clone(snapshot), settings)?;
    let stack = match settings.ui.stack.as_deref() {
        Some(stack) => stack.into(),
        None => stack_of(&scoped, settings, &request.services)?,
    };
    let in_files = |name: &str| {
        let own = name
            .strip_prefix(stack.as_str())
            .and_then(|rest| rest.strip_prefix('/'));
        own.unwrap_or(name).to_owned()
    };
    let (verb, services) = match &request.verb {
        ComposeVerb::Scale { replicas } => {
            let named = replicas
                .iter()
                .map(|(name, count)| (in_files(name), *count));
            let replicas = named.collect();
            (ComposeVerb::Scale { replicas }, Vec::new())
        }
        other => {
            let named = request.services.iter().map(|name| in_files(name));
            (other.clone(), named.collect())
        }
    };
    Ok(StackRequest {
        stack,
        verb,
        services,
    })
}

/// The one stack of the services that `names` are ids or names of; the only stack where none is.
fn stack_of(
    snapshot: &Arc<Snapshot>,
    settings: &Settings,
    names: &[String],
) -> Result<StackName, CommandError> {
    let found = names.iter().filter_map(|name| {
        let ids = logs::services(snapshot, settings, std::slice::from_ref(name)).ok()?;
        let service = snapshot.service(ids.first()?)?;
        service.stack.clone()
    });
    let found: BTreeSet<StackName> = found.collect();
    if let Some(service) = names
        .iter()
        .find_map(|name| alone(name, snapshot, settings))
    {
        let text = format!("{service} belongs to no Compose project: Compose did not make it");
        return Err(CommandError::Refused(text));
    }
    let all = snapshot.services.iter();
    let all: BTreeSet<StackName> = all.filter_map(|service| made_by_compose(service)).collect();
    let candidates = if found.is_empty() { &all } else { &found };
    let mut each = candidates.iter();
    match (each.next(), each.next()) {
        (Some(only), None) => Ok(only.clone()),
        (None, _) => Err(CommandError::Refused(
            "there is no Compose project; see `hubdeck status`".to_owned(),
        )),
        _ => {
            let names: Vec<&str> = candidates.iter().map(StackName::as_str).collect();
            let text = format!(
                "name the stack with --stack: there are {}",
                enumerated(&names)
            );
            Err(CommandError::Refused(text))
        }
    }
}

/// The id of the service that `name` means, where it belongs to no stack.
fn alone(name: &String, snapshot: &Arc<Snapshot>, settings: &Settings) -> Option<ServiceId> {
    let ids = logs::services(snapshot, settings, std::slice::from_ref(name)).ok()?;
    let service = snapshot.service(ids.first()?)?;
    service.stack.is_none().then(|| service.id.clone())
}

/// The stack of a service that Compose made.
fn made_by_compose(service: &Service) -> Option<StackName> {
    let project = service.primary()?.facts.compose_project().ok()?;
    Some(project.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::arguments::RunFlags;
    use crate::model::{Instance, InstanceFacts, InstanceId, ServiceName, Timestamp};

    /// `hub/db shop/web`, each with one container that Compose made.
    fn world(ids: &str) -> Arc<Snapshot> {
        let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
        let services = ids.split_whitespace().map(|id| {
            let (stack, name) = id.split_once('/').expect("stack/name");
            let label =
                |key: &str, value: &str| (format!("com.docker.compose.{key}"), value.to_owned());
            let labels = [
                label("project", stack),
                label("project.config_files", "/srv/compose.yaml"),
            ];
            let stack = Some(StackName::from(stack));
            let facts = InstanceFacts {
                labels: labels.into(),
                ..InstanceFacts::unknown(
                    InstanceId::new(id),
                    id,
                    stack.clone(),
                    ServiceName::new(name),
                )
            };
            let instances = vec![Instance {
                facts: Arc::new(facts),
                sample: None,
                series: Arc::default(),
                probe: None,
            }];
            let name = ServiceName::new(name);
            Arc::new(Service {
                instances,
                ..Service::unknown(stack, name, Timestamp::UNIX_EPOCH)
            })
        });
        snapshot.services = services.collect();
        Arc::new(snapshot)
    }

    fn asked(ids: &str, names: &[&str]) -> Result<(String, Vec<String>), String> {
        let request = ComposeRequest {
            verb: ComposeVerb::UP,
            services: names.iter().map(|name| (*name).to_owned()).collect(),
            flags: RunFlags::default(),
        };
        of_stack(&world(ids), &Settings::default(), &request)
            .map(|it| (it.stack.to_string(), it.services))
            .map_err(|error| error.to_string())
    }

    #[test]
    fn the_stack_is_that_of_the_services_or_the_only_one() {
        let of = |stack: &str, names: &[&str]| {
            Ok((
                stack.to_owned(),
                names.iter().map(|it| (*it).to_owned()).collect(),
            ))
        };
        assert_eq!(asked("hub/db hub/api", &[]), of("hub", &[]));
        assert_eq!(asked("hub/db shop/web", &["web"]), of("shop", &["web"]));
        assert_eq!(
            asked("hub/db shop/web", &["shop/web", "new"]),
            of("shop", &["web", "new"])
        );
        assert_eq!(asked("hub/db", &["migrate"]), of("hub", &["migrate"]));
        let which = Err("name the stack with --stack: there are hub and shop".to_owned());
        assert_eq!(asked("hub/db shop/web", &[]), which);
        assert_eq!(asked("hub/db shop/web", &["hub/db", "shop/web"]), which);
        assert_eq!(
            asked("", &[]),
            Err("there is no Compose project; see `hubdeck status`".to_owned())
        );
    }

    #[test]
    fn replicas_are_named_as_in_the_files() {
        let request = ComposeRequest {
            verb: ComposeVerb::Scale {
                replicas: [("hub/db".to_owned(), 3)].into(),
            },
            services: vec!["hub/db".to_owned()],
            flags: RunFlags::default(),
        };
        let asked = of_stack(&world("hub/db shop/db"), &Settings::default(), &request);
        let expected = ComposeVerb::Scale {
            replicas: [("db".to_owned(), 3)].into(),
        };
        assert_eq!(
            asked.map(|it| it.verb).map_err(|it| it.to_string()),
            Ok(expected)
        );
    }
}

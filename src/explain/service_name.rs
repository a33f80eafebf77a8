//! Which service is meant by a name that was typed.

use std::fmt;

use crate::model::SortShared as _;
use crate::model::{InstanceFacts, Service, ServiceId, Snapshot};

/// Near names offered at most.
const OFFERED: usize = 5;
/// Characters of a container's id that are taken for it. Docker takes fewer; so short a text is more
/// often a mistake in a name here.
const LEAST_OF_ID: usize = 6;

/// Why a name means no service.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ServiceNameError {
    /// Several stacks have a service of this name.
    Ambiguous {
        /// What was typed.
        name: String,
        /// Those that have it.
        ids: Vec<ServiceId>,
    },
    /// No service has it.
    Unknown {
        /// What was typed.
        name: String,
        /// Services with a similar name, the nearest first.
        near: Vec<ServiceId>,
    },
}

impl fmt::Display for ServiceNameError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Ambiguous { name, ids } => {
                write!(f, "\"{name}\" is ambiguous: use {}", either(ids))
            }
            Self::Unknown { name, near } if near.is_empty() => {
                write!(f, "there is no service {name}")
            }
            Self::Unknown { name, near } => {
                let near: Vec<&str> = near.iter().map(ServiceId::as_str).collect();
                write!(
                    f,
                    "there is no service {name}; did you mean {}?",
                    near.join(", ")
                )
            }
        }
    }
}

/// `a, b or c`.
fn either(ids: &[ServiceId]) -> String {
    let ids: Vec<&str> = ids.iter().map(ServiceId::as_str).collect();
    match ids.split_last() {
        Some((last, before)) if !before.is_empty() => format!("{} or {last}", before.join(", ")),
        _ => ids.join(""),
    }
}

/// The service with this id, the only one with this name, or the one whose only container has this
/// name or an id that begins so.
///
/// # Errors
/// When there is none, or several have the name.
pub fn find<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a Service, ServiceNameError> {
    if let Some(service) = snapshot.service(&name.into()) {
        return Ok(service);
    }
    let services = snapshot.services.iter().map(AsRef::as_ref);
    let same: Vec<&Service> = services.filter(|each| each.name.as_str() == name).collect();
    match same.as_slice() {
        [one] => Ok(one),
        [] => of_container(snapshot, name),
        several => Err(ServiceNameError::Ambiguous {
            name: name.to_owned(),
            ids: several.iter().map(|each| each.id.clone()).collect(),
        }),
    }
}

/// The service of the container with this name or id. Of several replicas one alone cannot stand for
/// the service: what is asked of it would reach the others too.
fn of_container<'a>(snapshot: &'a Snapshot, name: &str) -> Result<&'a Service, ServiceNameError> {
    let services = snapshot.services.iter().map(AsRef::as_ref);
    let mut owners = services.filter(|service| {
        let mut instances = service.instances.iter();
        instances.any(|instance| is_container(&instance.facts, name))
    });
    let near = match (owners.next(), owners.next()) {
        (Some(one), None) if one.instances.len() == 1 => return Ok(one),
        (Some(one), None) => vec![one.id.clone()],
        _ => near(snapshot, name),
    };
    let name = name.to_owned();
    Err(ServiceNameError::Unknown { name, near })
}

/// As Docker takes them: the whole name, or an id by its first characters.
fn is_container(facts: &InstanceFacts, name: &str) -> bool {
    facts.name == name || (name.len() >= LEAST_OF_ID && facts.id.as_str().starts_with(name))
}

fn near(snapshot: &Snapshot, name: &str) -> Vec<ServiceId> {
    if name.is_empty() {
        // Everything contains it.
        return Vec::new();
    }
    let limit = name.chars().count().div_ceil(2);
    let mut near: Vec<(usize, &ServiceId)> = snapshot
        .services
        .iter()
        .map(|service| (distance(name, service), &service.id))
        .filter(|(distance, _)| *distance <= limit)
        .collect();
    near.sort_shared();
    let near = near.into_iter().take(OFFERED);
    near.map(|(_, id)| id.clone()).collect()
}

/// How many letters lie between `text` and the id or name of a service; none where one holds the
/// other.
fn distance(text: &str, service: &Service) -> usize {
    let (id, name) = (service.id.as_str(), service.name.as_str());
    if id.contains(text) || text.contains(name) {
        return 0;
    }
    // Two letters in the wrong order are one mistake, and so is the case.
    let text = text.to_lowercase();
    let to = |name: &str| strsim::osa_distance(&text, &name.to_lowercase());
    to(id).min(to(name))
}

//! What the lines of several containers begin with.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;

use unicode_width::UnicodeWidthStr as _;

use crate::logs::sources::final_name;
use crate::model::{InstanceId, Service, ServiceId, Snapshot};

/// SGR colours of names, as Docker Compose gives them out in turn.
const COLORS: [u8; 10] = [36, 33, 32, 35, 34, 96, 93, 92, 95, 94];

/// Where a line comes from, as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct LineOrigin {
    /// The service's id.
    pub service: String,
    /// The container's name.
    pub container: String,
    /// What a line begins with; empty where one container alone is read.
    pub prefix: String,
}

/// The names of the containers whose lines are written.
pub(super) struct LogNames {
    services: Vec<ServiceId>,
    /// Services of which several containers were there at once.
    replicated: HashSet<ServiceId>,
    are_several: bool,
    wants_prefix: bool,
    is_coloured: bool,
    width: usize,
    known: HashMap<InstanceId, KnownOrigin>,
    /// What was looked at last.
    seen: Option<Arc<Snapshot>>,
}

/// A container that is known, also once it is gone.
struct KnownOrigin {
    label: String,
    /// The number of its service.
    place: usize,
    origin: Arc<LineOrigin>,
}

impl LogNames {
    /// The names of the containers of `services`; those that come later are learnt on the way, also
    /// of other services where there `may_be_more`.
    pub fn new(
        snapshot: &Arc<Snapshot>,
        services: &[ServiceId],
        may_be_more: bool,
        (wants_prefix, is_coloured): (bool, bool),
    ) -> Self {
        let mut names = Self {
            services: services.to_vec(),
            replicated: HashSet::new(),
            are_several: may_be_more || services.len() > 1,
            wants_prefix,
            is_coloured,
            width: 0,
            known: HashMap::new(),
            seen: None,
        };
        names.learn(snapshot);
        names
    }

    /// Whether several containers are or were read.
    pub const fn are_several(&self) -> bool {
        self.are_several
    }

    /// Where the lines of `instance` come from; one that was in no snapshot has its id.
    pub fn of(
        &mut self,
        instance: &InstanceId,
        snapshot: &dyn Fn() -> Arc<Snapshot>,
    ) -> Arc<LineOrigin> {
        if let Some(known) = self.known.get(instance) {
            return Arc::clone(&known.origin);
        }
        let snapshot = snapshot();
        let has = |service: &&Arc<Service>| {
            let mut instances = service.instances.iter();
            instances.any(|each| each.facts.id == *instance)
        };
        if let Some(service) = snapshot.services.iter().find(has) {
            if !self.services.contains(&service.id) {
                self.services.push(service.id.clone());
                self.are_several = true;
            }
            self.seen = None;
            self.learn(&snapshot);
        }
        if !self.known.contains_key(instance) {
            let origin = Arc::new(LineOrigin {
                container: instance.short().to_owned(),
                ..LineOrigin::default()
            });
            let (label, place) = (instance.short().to_owned(), 0);
            let known = KnownOrigin {
                label,
                place,
                origin,
            };
            self.known.insert(instance.clone(), known);
            self.arrange();
        }
        let known = self.known.get(instance);
        known.map(|it| Arc::clone(&it.origin)).unwrap_or_default()
    }

    /// Takes the names of the containers that `snapshot` holds: a container may be gone before its
    /// first line is written, and a second one gives the first another name.
    pub fn learn(&mut self, snapshot: &Arc<Snapshot>) {
        if self
            .seen
            .as_ref()
            .is_some_and(|it| Arc::ptr_eq(it, snapshot))
        {
            return;
        }
        self.seen = Some(Arc::clone(snapshot));
        for (place, id) in self.services.iter().enumerate() {
            let Some(service) = snapshot.service(id) else {
                continue;
            };
            let names = service
                .instances
                .iter()
                .map(|it| final_name(&it.facts.name));
            if names.collect::<HashSet<_>>().len() > 1 {
                self.replicated.insert(id.clone());
                self.are_several = true;
            }
            let service_name = service_name(snapshot, &self.services, service);
            for each in &service.instances {
                let container = final_name(&each.facts.name);
                let label = if self.replicated.contains(id) {
                    label(service_name, container)
                } else {
                    service_name.to_owned()
                };
                let origin = Arc::new(LineOrigin {
                    service: service.id.to_string(),
                    container: container.to_owned(),
                    prefix: String::new(),
                });
                let known = KnownOrigin {
                    label,
                    place,
                    origin,
                };
                self.known.insert(each.facts.id.clone(), known);
            }
        }
        self.arrange();
    }

    /// Aligns the prefixes of all containers.
    fn arrange(&mut self) {
        let widths = self.known.values().map(|it| it.label.width());
        self.width = widths.max().unwrap_or(0).max(self.width);
        let has_prefix = self.wants_prefix && self.are_several;
        let (width, is_coloured) = (self.width, self.is_coloured);
        for known in self.known.values_mut().filter(|_| has_prefix) {
            let prefix = prefix(&known.label, width, is_coloured.then_some(known.place));
            if known.origin.prefix != prefix {
                Arc::make_mut(&mut known.origin).prefix = prefix;
            }
        }
    }
}

/// `label  | `, in the colour of the service at `coloured`.
fn prefix(label: &str, width: usize, coloured: Option<usize>) -> String {
    let padding = " ".repeat(width.saturating_sub(label.width()));
    match coloured.and_then(|place| COLORS.get(place % COLORS.len())) {
        Some(color) => format!("\x1b[{color}m{label}{padding}  | \x1b[0m"),
        None => format!("{label}{padding}  | "),
    }
}

/// The service's name; its id where another of `services` has the same name.
fn service_name<'a>(snapshot: &Snapshot, services: &[ServiceId], service: &'a Service) -> &'a str {
    let others = services.iter().filter(|id| **id != service.id);
    let mut others = others.filter_map(|id| snapshot.service(id));
    if others.any(|other| other.name == service.name) {
        service.id.as_str()
    } else {
        service.name.as_str()
    }
}

/// The name of one of several containers of `service`, with what tells it apart.
fn label(service: &str, container: &str) -> String {
    match container.rsplit_once(['-', '_']) {
        Some((_, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{service}-{number}")
        }
        _ => container.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Instance, InstanceFacts, ServiceName, StackName, Timestamp};

    fn snapshot(services: &[(&str, &[(&str, &str)])]) -> Arc<Snapshot> {
        let service = |(name, instances): &(&str, &[(&str, &str)])| {
            let (stack, name) = (Some(StackName::new("hub")), ServiceName::new(*name));
            let instance = |(id, container): &(&str, &str)| Instance {
                facts: Arc::new(InstanceFacts::unknown(
                    InstanceId::new(*id),
                    container,
                    stack.clone(),
                    name.clone(),
                )),
                sample: None,
                series: Arc::default(),
                probe: None,
            };
            let mut service = Service::unknown(stack.clone(), name.clone(), Timestamp::UNIX_EPOCH);
            service.instances = instances.iter().map(instance).collect();
            Arc::new(service)
        };
        Arc::new(Snapshot {
            services: services.iter().map(service).collect(),
            ..Snapshot::empty(Timestamp::UNIX_EPOCH)
        })
    }

    fn prefixes(names: &mut LogNames, ids: &[&str], snapshot: &Arc<Snapshot>) -> Vec<String> {
        let mut of = |id: &&str| {
            let origin = names.of(&InstanceId::new(*id), &|| Arc::clone(snapshot));
            origin.prefix.clone()
        };
        ids.iter().map(&mut of).collect()
    }

    #[test]
    fn a_second_replica_gives_both_a_name_and_a_replacement_gives_none() {
        let one = snapshot(&[("web", &[("a", "hub-web-1")])]);
        let services = [ServiceId::from("hub/web")];
        let mut names = LogNames::new(&one, &services, false, (true, false));
        assert_eq!(prefixes(&mut names, &["a"], &one), [""]);
        let renamed = "0123456789ab_hub-web-1";
        let replaced = snapshot(&[("web", &[("a", "hub-web-1"), ("b", renamed)])]);
        assert_eq!(prefixes(&mut names, &["a", "b"], &replaced), ["", ""]);
        assert!(!names.are_several());
        let two = snapshot(&[("web", &[("b", "hub-web-1"), ("c", "hub-web-2")])]);
        let expected = ["web-2  | ", "web-1  | "];
        assert_eq!(prefixes(&mut names, &["c", "b"], &two), expected);
        assert!(names.are_several());
    }

    #[test]
    fn names_stay_aligned_and_what_was_seen_once_keeps_its_name() {
        let now = snapshot(&[("b", &[("b1", "hub-b-1")]), ("web", &[("w1", "hub-web-1")])]);
        let services = ["hub/b", "hub/web"].map(ServiceId::from);
        let mut names = LogNames::new(&now, &services, true, (true, false));
        assert_eq!(prefixes(&mut names, &["b1"], &now), ["b    | "]);
        let more = snapshot(&[
            ("b", &[("b1", "hub-b-1"), ("b2", "hub-b-2")]),
            ("longer", &[("l1", "hub-longer-1")]),
        ]);
        let expected = ["longer  | ", "b-1     | ", "b-2     | ", "web     | "];
        let ids = ["l1", "b1", "b2", "w1"];
        assert_eq!(prefixes(&mut names, &ids, &more), expected);
        let unknown = prefixes(&mut names, &["0123456789abcdef"], &more);
        assert_eq!(unknown, ["0123456789ab  | "]);
    }
}

//! What the lines of several containers begin with.

use std::collections::HashMap;
use std::sync::Arc;

use unicode_width::UnicodeWidthStr as _;

use crate::model::{Instance, InstanceId, Service, ServiceId, Snapshot};

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
    are_several: bool,
    has_prefix: bool,
    is_coloured: bool,
    width: usize,
    known: HashMap<InstanceId, Arc<LineOrigin>>,
}

impl LogNames {
    /// The names of the containers of `services`; those that come later are learnt on the way, also
    /// of other services where there `may_be_more`.
    pub fn new(
        snapshot: &Snapshot,
        services: &[ServiceId],
        may_be_more: bool,
        (has_prefix, is_coloured): (bool, bool),
    ) -> Self {
        let of = |id| snapshot.service(id).into_iter();
        let labels: Vec<String> = services
            .iter()
            .flat_map(of)
            .flat_map(|service| {
                let instances = service.instances.iter();
                instances.map(|instance| label(snapshot, services, service, instance))
            })
            .collect();
        let are_several = may_be_more || labels.len() > 1 || services.len() > 1;
        Self {
            services: services.to_vec(),
            are_several,
            has_prefix: has_prefix && are_several,
            is_coloured,
            width: labels.iter().map(|label| label.width()).max().unwrap_or(0),
            known: HashMap::new(),
        }
    }

    /// Whether several containers are read.
    pub const fn are_several(&self) -> bool {
        self.are_several
    }

    /// Where the lines of `instance` come from; one that `snapshot` does not hold has its id.
    pub fn of(
        &mut self,
        instance: &InstanceId,
        snapshot: &dyn Fn() -> Arc<Snapshot>,
    ) -> Arc<LineOrigin> {
        if let Some(known) = self.known.get(instance) {
            return Arc::clone(known);
        }
        let found = Arc::new(self.origin(instance, &snapshot()));
        self.known.insert(instance.clone(), Arc::clone(&found));
        found
    }

    fn origin(&mut self, instance: &InstanceId, snapshot: &Snapshot) -> LineOrigin {
        let all = (snapshot.services.iter())
            .flat_map(|service| service.instances.iter().map(move |it| (service, it)));
        let found = all.into_iter().find(|(_, each)| each.facts.id == *instance);
        let Some((service, found)) = found else {
            return LineOrigin {
                container: instance.short().to_owned(),
                prefix: self.prefix(instance.short(), 0),
                ..LineOrigin::default()
            };
        };
        let place = self.services.iter().position(|id| *id == service.id);
        let place = place.unwrap_or_else(|| {
            self.services.push(service.id.clone());
            self.services.len() - 1
        });
        let label = label(snapshot, &self.services, service, found);
        LineOrigin {
            service: service.id.to_string(),
            container: found.facts.name.clone(),
            prefix: self.prefix(&label, place),
        }
    }

    /// `label  | `, in the colour of the service at `place`.
    fn prefix(&self, label: &str, place: usize) -> String {
        if !self.has_prefix {
            return String::new();
        }
        let padding = " ".repeat(self.width.saturating_sub(label.width()));
        match COLORS.get(place % COLORS.len()) {
            Some(color) if self.is_coloured => format!("\x1b[{color}m{label}{padding}  | \x1b[0m"),
            _ => format!("{label}{padding}  | "),
        }
    }
}

/// The service's name, its id where another of `services` has the same name; of a replica with what
/// tells it apart.
fn label(
    snapshot: &Snapshot,
    services: &[ServiceId],
    service: &Service,
    instance: &Instance,
) -> String {
    let others = services.iter().filter(|id| **id != service.id);
    let mut others = others.filter_map(|id| snapshot.service(id));
    let name = if others.any(|other| other.name == service.name) {
        service.id.as_str()
    } else {
        service.name.as_str()
    };
    if service.instances.len() < 2 {
        return name.to_owned();
    }
    let container = instance.facts.name.as_str();
    match container.rsplit_once(['-', '_']) {
        Some((_, number)) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            format!("{name}-{number}")
        }
        _ => container.to_owned(),
    }
}

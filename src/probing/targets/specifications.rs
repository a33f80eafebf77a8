//! The specifications of the services, derived again only when what they follow from changed.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::{ImageHint, InstanceFacts, ProbeOrigin, ProbeSpec, Service, ServiceId};
use crate::probe::{Derived, derive};

use super::same;
use crate::probing::ProbeOptions;

/// The derived specifications by service.
#[derive(Debug, Default)]
pub(super) struct Specifications {
    derived: HashMap<ServiceId, Derivation>,
    /// The warnings that were given already.
    warned: BTreeSet<String>,
}

/// A derived specification with what it was derived from.
#[derive(Debug)]
struct Derivation {
    facts: Option<Arc<InstanceFacts>>,
    hint: Option<Arc<ImageHint>>,
    rule: Option<ProbeSpec>,
    derived: Derived,
}

impl Specifications {
    /// The specification of `service`; `None` where nothing is to be probed.
    pub fn of(&mut self, service: &Service, options: &ProbeOptions) -> Option<ProbeSpec> {
        let facts = service.primary().map(|instance| &instance.facts);
        let known = self.derived.get(&service.id).filter(|known| {
            same(known.facts.as_ref(), facts)
                && same(known.hint.as_ref(), service.hint.as_ref())
                && known.rule == service.probe_rule
        });
        let mut spec = match known {
            Some(known) => known.derived.spec.clone(),
            None => self.derive(service, options),
        }?;
        if spec.origin != ProbeOrigin::Config {
            (spec.timeout, spec.slow_after) = (options.timeout, options.slow_after);
        }
        Some(spec)
    }

    fn derive(&mut self, service: &Service, options: &ProbeOptions) -> Option<ProbeSpec> {
        let derived = derive(service, options.timeout, options.slow_after);
        let spec = derived.spec.clone();
        let derivation = Derivation {
            facts: service
                .primary()
                .map(|instance| Arc::clone(&instance.facts)),
            hint: service.hint.clone(),
            rule: service.probe_rule.clone(),
            derived,
        };
        self.derived.insert(service.id.clone(), derivation);
        spec
    }

    /// Forgets the services that are not `wanted`.
    pub fn retain(&mut self, wanted: impl Fn(&ServiceId) -> bool) {
        self.derived.retain(|id, _| wanted(id));
    }

    /// Sentences about labels that were ignored, each once.
    pub fn new_warnings(&mut self) -> Vec<String> {
        let warnings: BTreeSet<String> = self
            .derived
            .values()
            .filter_map(|each| each.derived.warning.clone())
            .collect();
        let new = warnings.difference(&self.warned).cloned().collect();
        self.warned = warnings;
        new
    }
}

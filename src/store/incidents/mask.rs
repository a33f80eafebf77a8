//! Secrets that became known later, in the facts that incidents keep.

use std::sync::Arc;

use super::Incidents;
use crate::model::{Incident, IncidentFact};
use crate::store::mask::{Mask, mask_reason};

impl Incidents {
    /// Masks every fact.
    pub fn mask(&mut self, mask: Mask<'_>) {
        for open in &mut self.open {
            if let Some(reason) = open.cause.reason_mut() {
                mask_reason(reason, mask);
            }
        }
        let open = self.open.iter_mut().map(|open| &mut open.incident);
        for incident in self.closed.iter_mut().chain(open) {
            if mask_facts(&mut (**incident).clone(), mask) {
                mask_facts(Arc::make_mut(incident), mask);
            }
        }
    }
}

/// Masks the facts of an incident; returns whether there was something to mask.
fn mask_facts(incident: &mut Incident, mask: Mask<'_>) -> bool {
    let facts = incident.log.iter_mut().map(|entry| &mut entry.fact);
    facts
        .chain([&mut incident.fact])
        .filter_map(IncidentFact::reason_mut)
        .fold(false, |changed, reason| mask_reason(reason, mask) | changed)
}

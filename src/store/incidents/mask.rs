//! Secrets that became known later, in sentences that were made before.

use std::sync::Arc;

use super::Incidents;
use crate::store::mask::{Mask, rewrite};

impl Incidents {
    /// Masks every sentence.
    pub fn mask(&mut self, mask: Mask<'_>) {
        let open = self.open.iter_mut().map(|open| &mut open.incident);
        for incident in self.closed.iter_mut().chain(open) {
            let texts = || {
                incident
                    .log
                    .iter()
                    .map(|entry| &entry.text)
                    .chain([&incident.sentence])
            };
            if texts().any(|text| mask(text).is_some()) {
                let incident = Arc::make_mut(incident);
                let texts = incident.log.iter_mut().map(|entry| &mut entry.text);
                for text in texts.chain([&mut incident.sentence]) {
                    rewrite(text, mask);
                }
            }
        }
    }
}

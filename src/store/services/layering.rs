//! Layer and shown name of a service, derived from its primary container, its place and the rules.

use std::sync::Arc;

use unicode_width::UnicodeWidthChar;

use crate::inference::catalog::Catalog;
use crate::inference::layer::{GraphPlace, Subject, assign, keeps_data};
use crate::model::{InstanceFacts, Layer, LayerOrigin, Layers, ServiceRule, text};

use super::ServiceState;

/// The label that sets the shown name.
const NAME_LABEL: &str = "hubdeck.name";
/// Widest shown name, in columns.
const NAME_COLUMNS: usize = 60;

/// How the layer of a service was found.
#[derive(Debug, Default)]
pub(in crate::store) struct Layering {
    /// Whether that was while a container of this image ran.
    layered: bool,
    /// What it followed from.
    basis: Option<Basis>,
}

/// What the layer and the shown name followed from the last time.
#[derive(Debug)]
struct Basis {
    facts: Option<Arc<InstanceFacts>>,
    rule: (Option<Layer>, Option<String>),
    layers: Arc<Layers>,
    place: GraphPlace,
}

impl Basis {
    fn is_same(&self, other: &Self) -> bool {
        let same_facts = match (&self.facts, &other.facts) {
            (Some(own), Some(other)) => Arc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        };
        same_facts
            && self.rule == other.rule
            && self.place == other.place
            && Arc::ptr_eq(&self.layers, &other.layers)
    }
}

impl ServiceState {
    /// Looks up what the catalog knows of the image.
    pub fn know_image(&mut self) {
        let hint = Catalog::builtin().lookup(self.service.image());
        if self.service.hint != hint {
            Arc::make_mut(&mut self.service).hint = hint;
            self.layering = Layering::default();
        }
    }

    /// Whether it most likely keeps data.
    pub fn keeps_data(&self) -> bool {
        keeps_data(self.service.name.as_str(), self.service.hint.as_deref())
    }

    /// Sets layer and shown name, where something they follow from changed.
    pub fn derive_layer(&mut self, rules: &[ServiceRule], layers: &Arc<Layers>, place: GraphPlace) {
        let service = &self.service;
        let matching = || {
            rules
                .iter()
                .filter(|rule| rule.matches(service.id.as_str(), service.name.as_str()))
        };
        let basis = Basis {
            facts: service.primary().map(|primary| Arc::clone(&primary.facts)),
            rule: (
                matching().find_map(|rule| rule.layer),
                matching().find_map(|rule| rule.name.clone()),
            ),
            layers: Arc::clone(layers),
            place,
        };
        if self
            .layering
            .basis
            .as_ref()
            .is_some_and(|old| old.is_same(&basis))
        {
            return;
        }
        let facts = basis.facts.as_deref();
        let layer = assign(&Subject {
            name: service.name.as_str(),
            rule: basis.rule.0,
            layers,
            facts,
            hint: service.hint.as_deref(),
            place,
        });
        let label = || facts?.labels.reveal().get(NAME_LABEL).map(String::as_str);
        let name = basis
            .rule
            .1
            .as_deref()
            .and_then(shown)
            .or_else(|| label().and_then(shown));
        // A stopped container has no ports: what was found while it ran is the better guess, and
        // its card stays where it is.
        let runs = facts.is_none_or(InstanceFacts::is_running);
        let is_guess = |origin| origin >= LayerOrigin::Graph;
        let keeps = !runs
            && self.layering.layered
            && is_guess(layer.origin)
            && is_guess(service.layer.origin);
        self.layering.layered |= runs;
        if (!keeps && service.layer != layer) || service.display_name != name {
            let service = Arc::make_mut(&mut self.service);
            service.display_name = name;
            if !keeps {
                service.layer = layer;
            }
        }
        self.layering.basis = Some(basis);
    }
}

/// `name` as it may be shown; `None` when nothing is left of it.
fn shown(name: &str) -> Option<String> {
    let clean = text::one_line(name, NAME_COLUMNS);
    let mut columns = 0;
    let fits = |c: &char| {
        columns += c.width().unwrap_or(0);
        columns <= NAME_COLUMNS
    };
    let shown: String = clean.chars().take_while(fits).collect();
    let shown = shown.trim();
    (!shown.is_empty()).then(|| shown.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_shown_name_is_one_clean_line_of_bounded_width() {
        for (name, expected) in [
            ("Orders DB", Some("Orders DB".to_owned())),
            ("  a\x1b[2J\nb ", Some("a [2J b".to_owned())),
            (" \u{202e} ", None),
            ("", None),
            (&"界".repeat(40), Some("界".repeat(30))),
        ] {
            assert_eq!(shown(name), expected, "{name:?}");
        }
        assert_eq!(
            shown(&"x".repeat(80)).map(|name| name.chars().count()),
            Some(60)
        );
    }
}

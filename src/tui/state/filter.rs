//! The words that narrow what is shown.

use crate::model::{Layers, Service};

/// Where the words of a filter are found; the better place is less.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum FilterMatch {
    /// The one word is the whole name or id.
    WholeName,
    /// In the name.
    Name,
    /// In the id: in the name of the stack too.
    Stack,
    /// In the image, the state or the layer too.
    Other,
}

/// A filter text, ready to be matched many times.
#[derive(Clone, Debug)]
pub struct Filter {
    words: Vec<String>,
}

impl Filter {
    /// Every word of `text` has to be found, in any case and any order.
    #[must_use]
    pub fn new(text: &str) -> Self {
        Self {
            words: text.split_whitespace().map(str::to_lowercase).collect(),
        }
    }

    /// Whether everything matches.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.words.is_empty()
    }

    /// Whether every word is in the id, the image, the state or the layer of `service`.
    #[must_use]
    pub fn matches(&self, service: &Service, layers: &Layers) -> bool {
        self.rank(service, layers).is_some()
    }

    /// Where the words are found in `service`, the best place first; `None` when one is not found.
    /// An empty filter is found in every name.
    #[must_use]
    pub fn rank(&self, service: &Service, layers: &Layers) -> Option<FilterMatch> {
        let (title, name, id) = (service.title(), service.name.as_str(), service.id.as_str());
        let whole = |text: &str| matches!(&self.words[..], [word] if *word == text.to_lowercase());
        if whole(title) || whole(name) || whole(id) {
            return Some(FilterMatch::WholeName);
        }
        if self.matches_any(&[title, name]) {
            return Some(FilterMatch::Name);
        }
        if self.matches_any(&[id, title]) {
            return Some(FilterMatch::Stack);
        }
        let layer = service.layer.layer;
        let texts = [
            id,
            title,
            service.image(),
            service.health.shown_state().id(),
            service.health.state.id(),
            layers.id(layer),
            layers.title(layer),
        ];
        self.matches_any(&texts).then_some(FilterMatch::Other)
    }

    /// Whether every word is in one of `texts`.
    #[must_use]
    pub fn matches_any(&self, texts: &[&str]) -> bool {
        if self.is_empty() {
            return true;
        }
        let texts: Vec<String> = texts.iter().map(|text| text.to_lowercase()).collect();
        self.words
            .iter()
            .all(|word| texts.iter().any(|text| text.contains(word)))
    }
}

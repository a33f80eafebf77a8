//! Which services a query chooses.

use super::problem::ProblemDetails;
use super::query::one_of;
use crate::model::{HealthState, Layer, Service, Snapshot, Source};

const SOURCES: [Source; 2] = [Source::Docker, Source::Config];

/// `?stack=&layer=&state=&source=`: a repeated name takes any of its values.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct ServiceFilter {
    stacks: Vec<String>,
    layers: Vec<Layer>,
    states: Vec<HealthState>,
    sources: Vec<Source>,
}

impl ServiceFilter {
    /// What `pairs` ask for; other names are not looked at.
    ///
    /// # Errors
    /// A layer, state or source that is not known.
    pub fn parse(pairs: &[(String, String)], snapshot: &Snapshot) -> Result<Self, ProblemDetails> {
        let mut filter = Self::default();
        let (states, sources) = (HealthState::ALL.into_iter(), SOURCES.into_iter());
        for (name, value) in pairs {
            match name.as_str() {
                "stack" => filter.stacks.push(value.clone()),
                "layer" => {
                    let layers = snapshot.layers.iter();
                    let named = one_of(name, value, layers, |each| &each.id)?;
                    filter.layers.push(named.layer);
                }
                "state" => {
                    let state = one_of(name, value, states.clone(), |state| state.id())?;
                    filter.states.push(state);
                }
                "source" => {
                    let source = one_of(name, value, sources.clone(), |each| source_id(*each))?;
                    filter.sources.push(source);
                }
                _ => {}
            }
        }
        Ok(filter)
    }

    /// Whether it takes every service.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Whether it takes `service`.
    pub fn takes(&self, service: &Service) -> bool {
        let stack = service.stack.as_ref().map_or("", |stack| stack.as_str());
        any(&self.stacks, |each| each == stack)
            && any(&self.layers, |each| *each == service.layer.layer)
            && any(&self.states, |each| *each == service.health.state)
            && any(&self.sources, |each| *each == service.source)
    }

    /// The place of a filter with one value among all of those: stacks, layers, states, sources;
    /// `None` for others.
    pub fn place(&self, snapshot: &Snapshot) -> Option<usize> {
        let (stacks, layers) = (&snapshot.stacks, &snapshot.layers);
        let before_states = stacks.len() + layers.iter().count();
        match (&*self.stacks, &*self.layers, &*self.states, &*self.sources) {
            ([stack], [], [], []) => stacks.iter().position(|each| each.name.as_str() == stack),
            ([], [layer], [], []) => {
                let place = layers.iter().position(|each| each.layer == *layer)?;
                Some(stacks.len() + place)
            }
            ([], [], [state], []) => {
                let place = HealthState::ALL.iter().position(|each| each == state)?;
                Some(before_states + place)
            }
            ([], [], [], [source]) => {
                let place = SOURCES.iter().position(|each| each == source)?;
                Some(before_states + HealthState::ALL.len() + place)
            }
            _ => None,
        }
    }
}

const fn source_id(source: Source) -> &'static str {
    match source {
        Source::Docker => "docker",
        Source::Config => "config",
    }
}

/// Whether nothing is asked for, or one of what is asked for fits.
fn any<T>(wanted: &[T], fits: impl Fn(&T) -> bool) -> bool {
    wanted.is_empty() || wanted.iter().any(fits)
}

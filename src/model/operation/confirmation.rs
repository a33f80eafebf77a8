//! What whoever asks for an operation has to answer before it runs.

use std::collections::BTreeSet;

use super::{OperationKind, Plan};
use crate::model::ServiceId;

/// What is asked before a plan runs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Confirmation {
    /// Nothing: it interrupts nothing.
    None,
    /// One question.
    Once,
    /// Two questions with different answers, as several services are asked for.
    Twice,
    /// That this name is typed, as production services are concerned: the id of the only one, else
    /// the names of their stacks.
    Name(String),
}

impl Plan {
    /// What has to be answered before it runs.
    #[must_use]
    pub fn confirmation(&self) -> Confirmation {
        if !self.operation.kind.is_destructive() {
            return Confirmation::None;
        }
        match self.production.as_slice() {
            [] if self.is_bulk() => Confirmation::Twice,
            [] => Confirmation::Once,
            [one] => Confirmation::Name(one.to_string()),
            several => Confirmation::Name(stacks(several)),
        }
    }
}

impl Plan {
    /// Whether it interrupts several services that were asked for. The targets of Compose are the whole
    /// stack, most of which may stay as it is; what removes its containers is asked twice.
    fn is_bulk(&self) -> bool {
        match self.operation.kind {
            OperationKind::Compose(kind) => kind.takes_down(),
            _ => self.operation.targets.len() > 1,
        }
    }
}

/// The stacks of `services`, sorted, each once; a service without a stack by its own name.
fn stacks(services: &[ServiceId]) -> String {
    let names = services.iter().map(|id| {
        let id = id.as_str();
        id.split_once('/').map_or(id, |(stack, _)| stack)
    });
    let names: BTreeSet<&str> = names.collect();
    names.into_iter().collect::<Vec<_>>().join(" ")
}

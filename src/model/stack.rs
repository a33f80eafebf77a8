//! What of a snapshot is of one stack.

use super::{ServiceId, Snapshot, StackName};

/// A stack was named that is not there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no stack {name}; there are: {}", names(.there))]
pub struct UnknownStack {
    /// What was named.
    pub name: StackName,
    /// The stacks there are.
    pub there: Vec<StackName>,
}

fn names(there: &[StackName]) -> String {
    let names: Vec<&str> = there.iter().map(StackName::as_str).collect();
    match names.as_slice() {
        [] => "none".to_owned(),
        names => names.join(", "),
    }
}

impl Snapshot {
    /// Whether the stack is there.
    ///
    /// # Errors
    /// Those there are, where it is not.
    pub fn known_stack(&self, name: &StackName) -> Result<(), UnknownStack> {
        if self.stacks.iter().any(|stack| stack.name == *name) {
            return Ok(());
        }
        Err(UnknownStack {
            name: name.clone(),
            there: self.stacks.iter().map(|stack| stack.name.clone()).collect(),
        })
    }

    /// The services of one stack, with their dependencies on each other and the incidents that
    /// concern them; everything else as it is.
    ///
    /// # Errors
    /// The stacks there are, where it is not one of them.
    pub fn of_stack(&self, name: &StackName) -> Result<Self, UnknownStack> {
        self.known_stack(name)?;
        let mut part = self.clone();
        part.stacks.retain(|stack| stack.name == *name);
        part.services
            .retain(|service| service.stack.as_ref() == Some(name));
        let services = &part.services;
        let is_in = |id: &ServiceId| services.iter().any(|service| service.id == *id);
        let edges = self.edges.iter();
        let edges = edges.filter(|edge| is_in(&edge.from) && is_in(&edge.to));
        part.edges = edges.cloned().collect();
        part.incidents.retain(|incident| {
            incident.root.service().is_none_or(is_in) || incident.blocked.iter().any(is_in)
        });
        Ok(part)
    }
}

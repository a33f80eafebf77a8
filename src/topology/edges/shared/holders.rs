//! Who is given which variable.

use std::collections::HashMap;

use super::{MANY, Roles, cannot_use, variables};
use crate::model::{Edge, Layer, ServiceId};
use crate::topology::edges::Given;
use crate::topology::edges::start_order::Role;

/// A variable of a stack: the stack, what the variable names, its name.
type Variable<'e> = (&'e str, &'e ServiceId, &'e str);

/// What is known of a variable by those who have it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread {
    /// How many services have it.
    pub holders: usize,
    /// Whether more than one program has it.
    pub is_shared: bool,
    /// Whether somebody has it who cannot use it.
    pub is_ambient: bool,
}

/// Holders by variable.
pub(super) struct Holders<'e> {
    spreads: HashMap<Variable<'e>, Spread>,
}

impl<'e> Holders<'e> {
    /// Those of the variables that made `edges`, and of those that made none.
    pub fn new(edges: &'e [Edge], given: &'e [Given], roles: &Roles) -> Self {
        let mut holders: HashMap<Variable<'e>, Vec<(&'e ServiceId, bool)>> = HashMap::new();
        for edge in edges {
            for evidence in variables(edge) {
                let variable = (stack_of(&edge.from), &edge.to, evidence.detail.as_str());
                holders.entry(variable).or_default().push((&edge.from, true));
            }
        }
        for given in given {
            let variable = (stack_of(&given.holder), &given.to, given.variable.as_str());
            holders.entry(variable).or_default().push((&given.holder, false));
        }
        let spreads = holders.into_iter().map(|(variable, held)| (variable, spread(variable, &held, roles)));
        Self { spreads: spreads.collect() }
    }

    /// Who has the `variable` that `edge` was made of.
    pub fn given(&self, edge: &Edge, variable: &str) -> Spread {
        self.spreads.get(&(stack_of(&edge.from), &edge.to, variable)).copied().unwrap_or_default()
    }
}

/// What those who have a variable tell of it; each of them with whether it may be a caller.
fn spread(variable: Variable, held: &[(&ServiceId, bool)], roles: &Roles) -> Spread {
    let (_, to_id, name) = variable;
    let mut found = held.iter().filter_map(|(id, _)| roles.get(*id).map(|role| program(id, role)));
    let first = found.next();
    let is_shared = found.any(|other| Some(other) != first);
    let Some(to) = roles.get(to_id).filter(|_| is_shared) else {
        return Spread { holders: held.len(), is_shared, is_ambient: false };
    };
    let is_idle = |(id, may_call): &(&ServiceId, bool)| {
        if *id == to_id {
            // A server and its clients may well share what describes it. A program does not call itself.
            held.len() >= MANY && to.kind.is_none() && matches!(to.layer, Layer::App | Layer::Ui)
        } else {
            !may_call || roles.get(*id).is_some_and(|holder| cannot_use(holder, to, name))
        }
    };
    Spread { holders: held.len(), is_shared, is_ambient: held.iter().any(is_idle) }
}

/// What a service runs: what the catalog calls it, else its image, else only itself.
fn program<'r>(id: &'r ServiceId, role: &Role<'r>) -> &'r str {
    role.kind.or(Some(role.image).filter(|image| !image.is_empty())).unwrap_or(id.as_str())
}

/// The stack of a service; empty for one that belongs to none.
fn stack_of(id: &ServiceId) -> &str {
    id.as_str().rsplit_once('/').map_or("", |(stack, _)| stack)
}

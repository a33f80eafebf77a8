//! Who is given which variable.

use std::collections::HashMap;

use super::{MANY, Profiles, cannot_use, variables};
use crate::inference::edges::GivenVariable;
use crate::inference::edges::start_order::ServiceProfile;
use crate::model::SortShared as _;
use crate::model::{Edge, Layer, ServiceId};

/// Most variables of one service that are compared with another one.
const MOST_COMPARED: usize = 64;

/// A variable of a stack: the stack, what the variable names, its name.
type Variable<'e> = (&'e str, &'e ServiceId, &'e str);

/// Those who have a variable, each with whether it may be a caller.
type Held<'e> = HashMap<Variable<'e>, Vec<(&'e ServiceId, bool)>>;

/// What is known of a variable by those who have it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spread {
    /// How many services have it.
    pub holders: usize,
    /// Whether more than one program has it.
    pub is_shared: bool,
    /// Whether somebody has it who cannot use it.
    pub is_inherited: bool,
}

/// Holders by variable.
pub(super) struct Holders<'e> {
    spreads: HashMap<Variable<'e>, Spread>,
}

impl<'e> Holders<'e> {
    /// Those of the variables that made `edges`, and of those that made none.
    pub fn new(edges: &'e [Edge], given: &'e [GivenVariable], roles: &Profiles) -> Self {
        let mut held = Held::new();
        for edge in edges {
            for evidence in variables(edge) {
                let variable = (stack_of(&edge.from), &edge.to, evidence.detail.text());
                held.entry(variable).or_default().push((&edge.from, true));
            }
        }
        for given in given {
            let variable = (stack_of(&given.holder), &given.to, given.variable.as_str());
            held.entry(variable)
                .or_default()
                .push((&given.holder, false));
        }
        let mut spreads: HashMap<Variable, Spread> = held
            .iter()
            .map(|(variable, holders)| (*variable, spread(*variable, holders, roles)))
            .collect();
        let blocks = Blocks::new(&held);
        for (variable, spread) in &mut spreads {
            spread.is_inherited |= spread.is_shared && blocks.include_named(*variable, roles);
        }
        Self { spreads }
    }

    /// Who has the `variable` that `edge` was made of.
    pub fn given(&self, edge: &Edge, variable: &str) -> Spread {
        self.spreads
            .get(&(stack_of(&edge.from), &edge.to, variable))
            .copied()
            .unwrap_or_default()
    }
}

/// What is known of a variable by those who have it.
fn spread(variable: Variable, held: &[(&ServiceId, bool)], roles: &Profiles) -> Spread {
    let (_, to_id, name) = variable;
    let mut programs = held
        .iter()
        .filter_map(|(id, _)| roles.get(*id).map(|role| program(id, role)));
    let first = programs.next();
    let is_shared = programs.any(|other| Some(other) != first);
    let mut spread = Spread {
        holders: held.len(),
        is_shared,
        is_inherited: false,
    };
    let Some(to) = roles.get(to_id).filter(|_| is_shared) else {
        return spread;
    };
    let is_idle = |(id, may_call): &(&ServiceId, bool)| {
        // That the one which it names has it as well is another question.
        *id != to_id
            && (!may_call
                || roles.get(*id).is_some_and(|holder| {
                    let is_page =
                        holder.layer == Layer::Ui && to.is_raw_store() && held.len() >= MANY;
                    is_page || cannot_use(holder, to, name)
                }))
    };
    spread.is_inherited = held.iter().any(is_idle);
    spread
}

/// Which variables are given together.
struct Blocks<'h, 'e> {
    held: &'h Held<'e>,
    by_holder: HashMap<&'e ServiceId, Vec<Variable<'e>>>,
}

impl<'h, 'e> Blocks<'h, 'e> {
    fn new(held: &'h Held<'e>) -> Self {
        let mut by_holder: HashMap<&'e ServiceId, Vec<Variable<'e>>> = HashMap::new();
        for (variable, holders) in held {
            for (holder, _) in holders {
                by_holder.entry(holder).or_default().push(*variable);
            }
        }
        // Nothing may depend on the order of a table.
        by_holder.values_mut().for_each(|list| list.sort_shared());
        Self { held, by_holder }
    }

    /// Whether the service that `variable` names is given the same block as those who have the
    /// variable.
    ///
    /// A program in it does not call itself, and the others have its address as they have
    /// everybody's. A store in it has variables that it cannot use, so that the block is for
    /// whoever needs it.
    fn include_named(&self, variable: Variable<'e>, roles: &Profiles) -> bool {
        let (_, to_id, _) = variable;
        let (Some(to), Some(holders)) = (roles.get(to_id), self.held.get(&variable)) else {
            return false;
        };
        let least = match to.layer {
            Layer::App | Layer::Ui | Layer::Infra if to.server_kind().is_none() => 2,
            Layer::Data => 1,
            _ => return false,
        };
        let others = holders.iter().filter(|(holder, _)| *holder != to_id);
        if to.layer != Layer::Data && others.clone().count() + 1 < MANY {
            return false;
        }
        // Where its own address is seen, that is the whole proof.
        if to.layer != Layer::Data && holders.iter().any(|(holder, _)| holder == &to_id) {
            return true;
        }
        let is_of_block = |other: &&Variable| {
            let (_, named, name) = **other;
            named != to_id
                && self.is_idle(to_id, to, **other, name, roles)
                && others
                    .clone()
                    .all(|(holder, _)| *holder == named || self.has(holder, other))
        };
        let own = self
            .by_holder
            .get(to_id)
            .into_iter()
            .flatten()
            .take(MOST_COMPARED);
        own.filter(is_of_block).count() >= least
    }

    /// Whether a store has a variable without a use for it; of a program that is not asked.
    fn is_idle(
        &self,
        id: &ServiceId,
        role: &ServiceProfile,
        variable: Variable,
        name: &str,
        roles: &Profiles,
    ) -> bool {
        let cannot = || {
            roles
                .get(variable.1)
                .is_some_and(|named| cannot_use(role, named, name))
        };
        let holders = self.held.get(&variable).into_iter().flatten();
        role.layer != Layer::Data
            || cannot()
            || holders
                .into_iter()
                .any(|(holder, may_call)| *holder == id && !may_call)
    }

    fn has(&self, holder: &ServiceId, variable: &Variable) -> bool {
        self.held
            .get(variable)
            .is_some_and(|holders| holders.iter().any(|(each, _)| *each == holder))
    }
}

/// What a service runs: what the catalog calls it, else its image, else only itself.
fn program<'r>(id: &'r ServiceId, role: &ServiceProfile<'r>) -> &'r str {
    role.kind
        .or(Some(role.image).filter(|image| !image.is_empty()))
        .unwrap_or(id.as_str())
}

/// The stack of a service; empty for one that belongs to none.
fn stack_of(id: &ServiceId) -> &str {
    id.as_str().rsplit_once('/').map_or("", |(stack, _)| stack)
}

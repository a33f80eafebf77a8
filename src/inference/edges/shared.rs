//! Variables that a stack gives to everybody.
//!
//! Where an environment is shared (`env_file`, a YAML anchor such as `x-shared-env`), services get
//! addresses that they have no use for. There are three cases:
//!
//! - A known server (a database, a mail catcher, a program for metrics) calls nothing that a
//!   variable
//!   names which other programs are given too, unless it is one of its own, such as
//!   `GF_DATABASE_HOST`.
//! - A variable that is also given to somebody who cannot use it is inherited. It proves nothing
//!   alone, only
//!   with other evidence: see `corroboration.rs`.
//! - A variable that three or more services are given is no evidence of callers that make no such
//!   call: pages
//!   that would ask a database, for one.

use std::collections::HashMap;

use super::GivenVariable;
use super::start_order::ServiceProfile;
use crate::inference::references::usage::{self, Usage};
use crate::model::{Edge, EdgeEvidence, Layer, Provenance, ServiceId};
use corroboration::Corroboration;
use holders::Holders;

mod corroboration;
mod holders;

/// From this many services on, a variable is given to many.
const MANY: usize = 3;

/// What one piece of evidence is worth.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Worth {
    /// It is evidence of a call.
    Call,
    /// It is evidence of a call where something else is too.
    Inherited,
    /// It is evidence of none.
    Nothing,
}

/// Takes shared variables of which the caller has no use out of `edges`, and edges of which nothing
/// else is evidence. `given` are the variables that made no edge.
pub fn leave_out<'a>(
    edges: &mut Vec<Edge>,
    given: &[GivenVariable],
    role: impl Fn(&ServiceId) -> Option<ServiceProfile<'a>>,
) {
    let roles = roles(edges, given, role);
    let holders = Holders::new(edges, given, &roles);
    // Who depends on something most likely lists all that matters.
    let mut lists: HashMap<&ServiceId, bool> = HashMap::new();
    for edge in edges.iter() {
        *lists.entry(&edge.from).or_default() |= depends(edge);
    }
    let worth: Vec<Vec<Worth>> = edges
        .iter()
        .map(|edge| {
            let lists_others = lists.get(&edge.from).copied().unwrap_or_default() && !depends(edge);
            let worth = |evidence| worth(edge, evidence, &roles, &holders, lists_others);
            edge.evidence.iter().map(worth).collect()
        })
        .collect();
    let corroboration = Corroboration::new(edges, &worth, &roles);
    let mut kept: Vec<Vec<bool>> = Vec::with_capacity(edges.len());
    for (edge, worth) in edges.iter().zip(&worth) {
        let mut inherited = worth.iter().filter(|each| **each == Worth::Inherited);
        let counts = inherited.next().is_some()
            && (worth.contains(&Worth::Call) || corroboration.has_other_evidence(edge));
        let keeps = |each: &Worth| *each == Worth::Call || (*each == Worth::Inherited && counts);
        kept.push(worth.iter().map(keeps).collect());
    }
    let mut kept = kept.into_iter();
    edges.retain_mut(|edge| {
        let mut kept = kept.next().unwrap_or_default().into_iter();
        edge.evidence.retain(|_| kept.next().unwrap_or_default());
        !edge.evidence.is_empty()
    });
}

/// What every service of `edges` and `given` is.
type Profiles<'a> = HashMap<ServiceId, ServiceProfile<'a>>;

fn roles<'a>(
    edges: &[Edge],
    given: &[GivenVariable],
    role: impl Fn(&ServiceId) -> Option<ServiceProfile<'a>>,
) -> Profiles<'a> {
    let mut roles = Profiles::new();
    let ends = edges.iter().flat_map(|edge| [&edge.from, &edge.to]);
    for id in ends.chain(given.iter().flat_map(|given| [&given.holder, &given.to])) {
        if !roles.contains_key(id)
            && let Some(role) = role(id)
        {
            roles.insert(id.clone(), role);
        }
    }
    roles
}

fn variables(edge: &Edge) -> impl Iterator<Item = &EdgeEvidence> {
    edge.evidence
        .iter()
        .filter(|evidence| evidence.provenance == Provenance::Environment)
}

fn depends(edge: &Edge) -> bool {
    edge.evidence
        .iter()
        .any(|evidence| evidence.provenance == Provenance::DependsOn)
}

/// What `evidence` of `edge` is worth.
fn worth(
    edge: &Edge,
    evidence: &EdgeEvidence,
    roles: &Profiles,
    holders: &Holders,
    lists_others: bool,
) -> Worth {
    let Some((from, to)) = roles.get(&edge.from).zip(roles.get(&edge.to)) else {
        return Worth::Call;
    };
    if evidence.provenance != Provenance::Environment {
        return Worth::Call;
    }
    let variable = evidence.detail.text();
    let given = holders.given(edge, variable);
    if (given.is_shared && cannot_use(from, to, variable))
        || (given.holders >= MANY && has_no_use(from, to, variable, lists_others))
        || (given.holders > 1 && from.has_no_use_for(to))
    {
        return Worth::Nothing;
    }
    if !given.is_inherited || is_own(from, to, variable) {
        return Worth::Call;
    }
    // Roles of one program talk through its stores: the address of one stands in the block of all.
    if from.is_program() && to.is_program() && from.is_same_program(to) {
        return Worth::Nothing;
    }
    Worth::Inherited
}

/// Whether `from` is known not to call `to` by a `variable` that other programs are given too.
fn cannot_use(from: &ServiceProfile, to: &ServiceProfile, variable: &str) -> bool {
    // A name is looked up on the caller's own networks.
    if from.is_apart_from(to) {
        return true;
    }
    let Some(kind) = from.server_kind() else {
        return false;
    };
    match usage::of_shared(variable, kind, from.layer == Layer::Data) {
        Usage::Own => false,
        Usage::Foreign => true,
        // The members of a cluster are of one kind, and agree in another store at most.
        Usage::Possible if from.layer == Layer::Data && usage::is_plain_store(kind) => {
            let is_member = to.layer == Layer::Data && to.kind.is_none_or(|other| other == kind);
            !is_member && !to.is_coordination()
        }
        // Proxies pass requests on to stores that speak HTTP at most.
        Usage::Possible => from.is_web_server() && to.is_raw_store(),
    }
}

/// Whether the `variable` is the caller's own: its name begins as the program's or the service's.
fn is_own(from: &ServiceProfile, to: &ServiceProfile, variable: &str) -> bool {
    let is_of_kind =
        |kind| usage::of_shared(variable, kind, from.layer == Layer::Data) == Usage::Own;
    from.server_kind().is_some_and(is_of_kind)
        || from
            .words()
            .any(|word| usage::begins_with(variable, word) && !to.has_word(&[word]))
}

/// Whether a `variable` that many are given and that names `to` is none that `from` uses.
fn has_no_use(
    from: &ServiceProfile,
    to: &ServiceProfile,
    variable: &str,
    lists_others: bool,
) -> bool {
    if from.kind.is_some() && is_own(from, to, variable) {
        return false;
    }
    match from.layer {
        Layer::Data => false,
        // Pages run in a browser, which reaches no store.
        Layer::Ui => to.layer == Layer::Data,
        // Proxies pass requests on to stores that speak HTTP at most.
        Layer::Edge => to.is_raw_store(),
        // A tool that is made for one thing and names what it needs.
        Layer::Infra => from.is_tool && lists_others && to.layer == Layer::Data,
        // A clock puts tasks into a queue and remembers when; it does none of them. Like all others
        // it may report to well-known collectors.
        Layer::App | Layer::Added(_) => {
            from.is_clock() && !to.is_raw_store() && !to.is_known_tool()
        }
    }
}

#[cfg(test)]
mod tests;

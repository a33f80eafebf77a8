//! Variables that a stack gives to everybody.
//!
//! Where an environment is shared (`env_file`, a YAML anchor such as `x-shared-env`), services get
//! addresses that they have no use for. A variable that names the same service in three or more services
//! is shared; it tells of no call where the caller is none that would make it.

use std::collections::HashMap;

use super::start_order::Role;
use crate::model::{Edge, EdgeEvidence, Layer, Provenance, ServiceId};
use crate::topology::references::is_variable_of;

/// A variable is shared from this many services on.
const SHARED: usize = 3;

/// Takes shared variables of which the caller has no use out of `edges`, and edges of which nothing
/// else tells.
pub fn leave_out<'a>(edges: &mut Vec<Edge>, role: impl Fn(&ServiceId) -> Option<Role<'a>>) {
    let mut users: HashMap<(&ServiceId, &str), usize> = HashMap::new();
    for edge in edges.iter() {
        for evidence in variables(edge) {
            *users.entry((&edge.to, &evidence.detail)).or_default() += 1;
        }
    }
    // Who depends on something most likely lists all that matters.
    let mut lists: HashMap<&ServiceId, bool> = HashMap::new();
    for edge in edges.iter() {
        *lists.entry(&edge.from).or_default() |= depends(edge);
    }
    let mut unused: Vec<Vec<bool>> = Vec::with_capacity(edges.len());
    for edge in edges.iter() {
        let roles = role(&edge.from).zip(role(&edge.to));
        let lists_others = lists.get(&edge.from).copied().unwrap_or_default() && !depends(edge);
        let is_unused = |evidence: &EdgeEvidence| {
            evidence.provenance == Provenance::Environment
                && users.get(&(&edge.to, &*evidence.detail)).is_some_and(|users| *users >= SHARED)
                && roles.is_some_and(|(from, to)| has_no_use(&from, &to, &evidence.detail, lists_others))
        };
        unused.push(edge.evidence.iter().map(is_unused).collect());
    }
    let mut unused = unused.into_iter();
    edges.retain_mut(|edge| {
        let mut unused = unused.next().unwrap_or_default().into_iter();
        edge.evidence.retain(|_| !unused.next().unwrap_or_default());
        !edge.evidence.is_empty()
    });
}

fn variables(edge: &Edge) -> impl Iterator<Item = &EdgeEvidence> {
    edge.evidence.iter().filter(|evidence| evidence.provenance == Provenance::Environment)
}

fn depends(edge: &Edge) -> bool {
    edge.evidence.iter().any(|evidence| evidence.provenance == Provenance::DependsOn)
}

/// Whether a shared `variable` that names `to` is none that `from` uses.
fn has_no_use(from: &Role, to: &Role, variable: &str, lists_others: bool) -> bool {
    if from.kind.is_some_and(|kind| is_variable_of(variable, kind)) {
        return false;
    }
    match from.layer {
        Layer::Data => from.kind.is_some(),
        // Pages run in a browser, which reaches no store.
        Layer::Ui => to.layer == Layer::Data,
        // Proxies pass requests on to stores that speak HTTP at most.
        Layer::Edge => to.is_raw_store(),
        // A tool that is made for one thing and says what it needs.
        Layer::Infra => from.kind.is_some() && lists_others && to.layer == Layer::Data,
        // A clock puts tasks into a queue and remembers when; it does none of them. Like all others it
        // may report to well-known collectors.
        Layer::App | Layer::Added(_) => from.is_clock() && !to.is_raw_store() && !to.is_known_tool(),
    }
}

#[cfg(test)]
mod tests;

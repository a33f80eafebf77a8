//! Which `depends_on` are about order at start alone.
//!
//! Compose starts `api` after `migrate` because the file orders it, not because one calls the
//! other. Such an edge stays, as health and order need it, but it is of its own kind:
//! [`Provenance::StartOrder`]. Only edges whose evidence is `depends_on` alone are looked at.

use super::GivenVariable;
use crate::model::{Edge, EdgeKind, Layer, Provenance, ServiceId};
use lists::{COLLECTORS, COORDINATION, SILENT, VIEWERS, WATCHERS};
use tally::{CalledTally, CallerTally, Tally};

pub use role::{ServiceProfile, kind_by_command};

mod lists;
mod role;
mod tally;

/// From this many needs on, a service that names none of them only starts after the others.
const MANY: usize = 4;

/// From this many on, that goes for stores too.
const VERY_MANY: usize = 8;

/// Marks the edges of `edges` (sorted, as [`super::edges`] gives them) that are about order alone.
pub fn mark<'a>(
    edges: &mut [Edge],
    given: &[GivenVariable],
    role: impl Fn(&ServiceId) -> Option<ServiceProfile<'a>>,
) {
    let tally = Tally::of(edges, &role);
    // What names the other one is read in another role of the program, or by those who call it.
    let is_unread = |edge: &Edge| {
        given
            .iter()
            .any(|each| each.holder == edge.from && each.to == edge.to)
    };
    let verdicts: Vec<bool> = edges
        .iter()
        .map(|edge| {
            is_declared(edge)
                && (is_unread(edge)
                    || role(&edge.from)
                        .zip(role(&edge.to))
                        .is_some_and(|(from, to)| {
                            is_order(
                                &from,
                                &to,
                                &tally.caller(&edge.from),
                                &tally.called(&edge.to),
                            )
                        }))
        })
        .collect();
    for (edge, _) in edges
        .iter_mut()
        .zip(verdicts)
        .filter(|(_, is_order)| *is_order)
    {
        for evidence in &mut edge.evidence {
            evidence.provenance = Provenance::StartOrder;
        }
    }
}

/// Whether `depends_on` is the only evidence of `edge`.
fn is_declared(edge: &Edge) -> bool {
    edge.evidence
        .iter()
        .all(|each| each.provenance == Provenance::DependsOn)
}

/// Whether `from` hardly calls `to`, of which `depends_on` is the only evidence.
fn is_order(
    from: &ServiceProfile,
    to: &ServiceProfile,
    caller: &CallerTally,
    called: &CalledTally,
) -> bool {
    to.is_job
        || to.is_worker()
        || from.is(SILENT)
        || from.has_no_use_for(to)
        || comes_last(from, to, caller)
        || is_named_by_others(from, to, caller, called)
        || if to.layer == Layer::Data {
            is_store_of_others(from, to, called)
        } else {
            is_order_of_layers(from, to, caller)
        }
}

/// Whether the layers and kinds of two services, of which the called is no store, are against a
/// call.
fn is_order_of_layers(from: &ServiceProfile, to: &ServiceProfile, caller: &CallerTally) -> bool {
    let is_tool = || to.is(VIEWERS) || to.is(COLLECTORS);
    match (from.layer, to.layer) {
        // Pages do not call pages, unless what serves them passes requests on.
        (Layer::Ui, Layer::Ui) => !from.is_web_server(),
        // A front end that names nearly all it calls has named it.
        (Layer::Ui, _) => caller.named >= 3 && caller.named >= caller.unnamed,
        // Proxies call what they name in files that are not always readable.
        (Layer::Edge, _) => false,
        // Databases wait for others at most; proxies are in front, not behind.
        (Layer::Data, _) | (Layer::App, Layer::Edge) => true,
        (Layer::Infra, _) if from.kind.is_some() && to.is(VIEWERS) => true,
        // Copies are made of what stores keep.
        (Layer::Infra, _) if to.is_program() && from.begins_with(&["backup"]) => true,
        (Layer::App | Layer::Added(_), _) if is_tool() => true,
        // Roles of one program talk through its stores.
        _ if from.is_program() && to.is_program() && from.is_same_program(to) => true,
        _ => caller.named > 0 && caller.named >= caller.unnamed,
    }
}

/// Whether `to` is a store that others use and `from`, which only waits for it, does not. Without
/// more, nobody waits for a store without using it.
fn is_store_of_others(from: &ServiceProfile, to: &ServiceProfile, called: &CalledTally) -> bool {
    let is_coordination = to.is(COORDINATION) && from.layer != Layer::Data && called.by_stores > 0;
    is_coordination || (from.is_web_server() && to.is_raw_store())
}

/// Whether a service names none of what it waits for, and waits for so many that it only wants to
/// come last. A list with a proxy in it is no list of calls, as proxies are in front.
fn comes_last(from: &ServiceProfile, to: &ServiceProfile, caller: &CallerTally) -> bool {
    let least = if to.layer == Layer::Data {
        VERY_MANY
    } else {
        MANY
    };
    let lists_all = caller.unnamed >= VERY_MANY && caller.waits_for_proxy;
    let is_led = match from.layer {
        Layer::Infra if from.kind.is_none() => caller.unnamed >= least,
        Layer::Infra => lists_all && !from.is(VIEWERS) && !from.is(COLLECTORS),
        Layer::App | Layer::Added(_) => lists_all && from.kind.is_none(),
        _ => false,
    };
    is_led
        && caller.kind == EdgeKind::Soft
        && caller.all_named == 0
        && !from.publishes
        && !from.begins_with(WATCHERS)
}

/// Whether the caller configures how it reaches others, and others how they reach the called: then
/// it would do so too. How a store is reached more often stands in a file, so that more must be
/// there against it.
fn is_named_by_others(
    from: &ServiceProfile,
    to: &ServiceProfile,
    caller: &CallerTally,
    called: &CalledTally,
) -> bool {
    let names_most = caller.named >= 3 && caller.named >= caller.unnamed;
    let is_configured = if to.layer == Layer::Data {
        names_most && called.named_by >= 1
    } else {
        caller.named >= 2 && called.named_by >= 2
    };
    from.is_program() && is_configured
}

#[cfg(test)]
mod tests;

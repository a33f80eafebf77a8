//! Which `depends_on` are about order at start alone.
//!
//! Compose starts `api` after `migrate` because one is told to, not because one calls the other.
//! Such an edge stays, as health and order need it, but it is told apart:
//! [`Provenance::StartOrder`]. Only edges of which nothing but `depends_on` tells are looked at.

use super::Given;
use crate::inference::catalog::Catalog;
use crate::model::{Edge, EdgeKind, Layer, NetworkAddress, Provenance, ServiceId};

use lists::{
    CLUSTERS, COLLECTORS, CONSOLES, COORDINATION, JOBS, NO_DATABASES, NOTHING_TO_COPY, RAW_STORES,
    RUNTIMES, SILENT, VIEWERS, WATCHERS, WEB_SERVERS, WORKERS,
};
use tally::{Called, Caller, Tally};

mod lists;
mod tally;

/// What is known of a service when its edges are judged.
#[derive(Clone, Copy, Debug)]
pub struct Role<'a> {
    /// Its layer.
    pub layer: Layer,
    /// What the catalog says it is.
    pub kind: Option<&'a str>,
    /// Whether it is work that ends.
    pub is_job: bool,
    /// Its name inside the stack.
    pub name: &'a str,
    /// Its image, as the container names it.
    pub image: &'a str,
    /// The id of that image; empty where it is unknown.
    pub image_id: &'a str,
    /// Whether it publishes a port.
    pub publishes: bool,
    /// Whether it is a public tool by its image, and no role of an application.
    pub is_tool: bool,
    /// Its networks.
    pub networks: &'a [NetworkAddress],
}

/// What a command makes of an image of which nothing is known.
#[must_use]
pub fn kind_by_command(command: &[String]) -> Option<&'static str> {
    let mut words = command.iter().flat_map(|part| part.split_whitespace());
    let runs_celery = words.any(|word| word == "celery" || word.ends_with("/celery"));
    (runs_celery && words.any(|word| word == "flower")).then_some("flower")
}

/// Whether a service is named like work that ends, such as `db-migrate`.
#[must_use]
pub fn is_named_like_job(name: &str) -> bool {
    let mut words = name.split(|c: char| !c.is_alphanumeric());
    words.any(|word| {
        JOBS.iter().any(|job| {
            word.get(..job.len())
                .is_some_and(|begin| begin.eq_ignore_ascii_case(job))
        })
    })
}

/// From this many needs on, a service that names none of them is told to start after the others.
const MANY: usize = 4;
/// From this many on, that goes for stores too.
const VERY_MANY: usize = 8;

impl Role<'_> {
    fn is(&self, kinds: &[&str]) -> bool {
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    /// The words of its name.
    pub(super) fn words(&self) -> impl Iterator<Item = &str> {
        self.name.split(|c: char| !c.is_alphanumeric())
    }

    /// Whether one of `list` is a word of its name.
    pub(super) fn has_word(&self, list: &[&str]) -> bool {
        self.words()
            .any(|word| list.iter().any(|each| each.eq_ignore_ascii_case(word)))
    }

    /// Whether a word of its name begins with one of `list`.
    pub(super) fn begins_with(&self, list: &[&str]) -> bool {
        let begins = |word: &str, begin: &str| {
            word.get(..begin.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(begin))
        };
        self.words()
            .any(|word| list.iter().any(|each| begins(word, each)))
    }

    /// Whether it is the stack's own program, as far as one can tell.
    pub(super) fn is_program(&self) -> bool {
        matches!(self.layer, Layer::App | Layer::Added(_))
    }

    /// Whether it is a store that only programs made for it speak to.
    pub(super) fn is_raw_store(&self) -> bool {
        self.is(RAW_STORES)
    }

    /// Whether it is a well-known program among the operations.
    pub(super) fn is_known_tool(&self) -> bool {
        self.layer == Layer::Infra && self.kind.is_some()
    }

    /// Whether it is a clock that hands out tasks.
    pub(super) fn is_clock(&self) -> bool {
        self.has_word(&["beat", "celerybeat"])
    }

    /// Whether it is known to have no use for the store `to`: a console is made for other kinds,
    /// there is nothing to copy, or a job that changes a database needs no cache and no queue.
    pub(super) fn has_no_use_for(&self, to: &Self) -> bool {
        let console = CONSOLES.iter().find(|(kind, _)| self.kind == Some(kind));
        let is_other =
            |kinds: &[&str]| to.layer == Layer::Data && to.kind.is_some() && !to.is(kinds);
        console.is_some_and(|(_, kinds)| is_other(kinds))
            || ((self.kind == Some("backup") || self.begins_with(&["backup"]))
                && to.is(NOTHING_TO_COPY))
            || (self.layer == Layer::Infra
                && self.begins_with(&["migrat", "provision", "seed", "fixture"])
                && to.is(NO_DATABASES))
    }

    /// Whether nobody calls it, as it takes its work from elsewhere.
    pub(super) fn is_worker(&self) -> bool {
        matches!(self.layer, Layer::App | Layer::Infra | Layer::Added(_))
            && !self.publishes
            && self.has_word(WORKERS)
    }

    /// Whether it is a program of the stack's own, of which nothing public is known.
    pub(super) fn is_own(&self) -> bool {
        self.kind.is_none() && matches!(self.layer, Layer::App | Layer::Infra | Layer::Added(_))
    }

    /// What it is as a server: what the catalog calls its image. A server whose image the stack
    /// builds goes by its name: `postgres`, `app-redis` and `grafana` are what they say.
    pub(super) fn server_kind(&self) -> Option<&str> {
        let catalog = Catalog::builtin();
        let wrapped = || {
            let hint = catalog.lookup(self.name)?;
            (hint.kind == self.name && catalog.reads(self.name).is_some()).then_some(self.name)
        };
        let store = || {
            let word = self.words().last().filter(|_| self.layer == Layer::Data)?;
            let is_store = || {
                catalog
                    .lookup(word)
                    .is_some_and(|hint| hint.layer == Layer::Data)
            };
            (matches!(word, "db" | "database") || is_store()).then_some(word)
        };
        self.kind.or_else(wrapped).or_else(store)
    }

    /// Whether no network is both its own and that of `other`, as far as networks are known.
    pub(super) fn is_apart_from(&self, other: &Self) -> bool {
        let shares = |own: &NetworkAddress| {
            other
                .networks
                .iter()
                .any(|each| each.network == own.network)
        };
        !self.networks.is_empty() && !other.networks.is_empty() && !self.networks.iter().any(shares)
    }

    /// Whether it is a store in which the members of clusters agree.
    pub(super) fn is_coordination(&self) -> bool {
        self.is(COORDINATION)
    }

    /// Whether it serves pages or passes requests on.
    pub(super) fn is_web_server(&self) -> bool {
        self.is(WEB_SERVERS)
    }

    /// Whether `self` and `other` are roles of one program.
    pub(super) fn is_same_program(&self, other: &Self) -> bool {
        let same_id = !self.image_id.is_empty() && self.image_id == other.image_id;
        let same_name = !self.image.is_empty() && self.image == other.image;
        (same_id || same_name)
            && !self.is(CLUSTERS)
            && !RUNTIMES.contains(&Catalog::last_part(self.image).to_ascii_lowercase().as_str())
    }
}

/// Marks the edges of `edges` (sorted, as [`super::edges`] gives them) that are about order alone.
pub fn mark<'a>(
    edges: &mut [Edge],
    given: &[Given],
    role: impl Fn(&ServiceId) -> Option<Role<'a>>,
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

/// Whether nothing but `depends_on` tells of `edge`.
fn is_declared(edge: &Edge) -> bool {
    edge.evidence
        .iter()
        .all(|each| each.provenance == Provenance::DependsOn)
}

/// Whether `from` hardly calls `to`, of which nothing but `depends_on` tells.
fn is_order(from: &Role, to: &Role, caller: &Caller, called: &Called) -> bool {
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

/// Whether the layers and kinds of two services, of which the called is no store, speak against a
/// call.
fn is_order_of_layers(from: &Role, to: &Role, caller: &Caller) -> bool {
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
fn is_store_of_others(from: &Role, to: &Role, called: &Called) -> bool {
    let is_coordination = to.is(COORDINATION) && from.layer != Layer::Data && called.by_stores > 0;
    is_coordination || (from.is_web_server() && to.is_raw_store())
}

/// Whether a service names none of what it waits for, and waits for so many that it only wants to
/// come last. A list with a proxy in it is no list of calls, as proxies are in front.
fn comes_last(from: &Role, to: &Role, caller: &Caller) -> bool {
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

/// Whether the caller says how it reaches others, and others say how they reach the called: then it
/// would say so too. How a store is reached more often stands in a file, so that more must speak
/// against it.
fn is_named_by_others(from: &Role, to: &Role, caller: &Caller, called: &Called) -> bool {
    let names_most = caller.named >= 3 && caller.named >= caller.unnamed;
    let is_told = if to.layer == Layer::Data {
        names_most && called.named_by >= 1
    } else {
        caller.named >= 2 && called.named_by >= 2
    };
    from.is_program() && is_told
}

#[cfg(test)]
mod tests;

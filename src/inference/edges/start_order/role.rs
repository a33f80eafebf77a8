//! What is known of a service when its edges are judged.

use crate::inference::catalog::Catalog;
use crate::model::{Layer, NetworkAddress};

use super::lists::{
    CLUSTERS, CONSOLES, COORDINATION, NO_DATABASES, NOTHING_TO_COPY, RAW_STORES, RUNTIMES,
    WEB_SERVERS, WORKERS,
};

/// What is known of a service when its edges are judged.
#[derive(Clone, Copy, Debug)]
pub struct ServiceProfile<'a> {
    /// Its layer.
    pub layer: Layer,
    /// What it is by the catalog.
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

impl ServiceProfile<'_> {
    pub(in crate::inference::edges) fn is(&self, kinds: &[&str]) -> bool {
        self.kind.is_some_and(|kind| kinds.contains(&kind))
    }

    /// The words of its name.
    pub(in crate::inference::edges) fn words(&self) -> impl Iterator<Item = &str> {
        self.name.split(|c: char| !c.is_alphanumeric())
    }

    /// Whether one of `list` is a word of its name.
    pub(in crate::inference::edges) fn has_word(&self, list: &[&str]) -> bool {
        self.words()
            .any(|word| list.iter().any(|each| each.eq_ignore_ascii_case(word)))
    }

    /// Whether a word of its name begins with one of `list`.
    pub(in crate::inference::edges) fn begins_with(&self, list: &[&str]) -> bool {
        let begins = |word: &str, begin: &str| {
            word.get(..begin.len())
                .is_some_and(|head| head.eq_ignore_ascii_case(begin))
        };
        self.words()
            .any(|word| list.iter().any(|each| begins(word, each)))
    }

    /// Whether it is the stack's own program, as far as is known.
    pub(in crate::inference::edges) fn is_program(&self) -> bool {
        matches!(self.layer, Layer::App | Layer::Added(_))
    }

    /// Whether it is a store that only programs made for it speak to.
    pub(in crate::inference::edges) fn is_raw_store(&self) -> bool {
        self.is(RAW_STORES)
    }

    /// Whether it is a well-known program among the operations.
    pub(in crate::inference::edges) fn is_known_tool(&self) -> bool {
        self.layer == Layer::Infra && self.kind.is_some()
    }

    /// Whether it is a scheduler that hands out tasks.
    pub(in crate::inference::edges) fn is_clock(&self) -> bool {
        self.has_word(&["beat", "celerybeat"])
    }

    /// Whether it is known to have no use for the store `to`: a console is made for other kinds,
    /// there is nothing to copy, or a job that changes a database needs no cache and no queue.
    pub(in crate::inference::edges) fn has_no_use_for(&self, to: &Self) -> bool {
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
    pub(in crate::inference::edges) fn is_worker(&self) -> bool {
        matches!(self.layer, Layer::App | Layer::Infra | Layer::Added(_))
            && !self.publishes
            && self.has_word(WORKERS)
    }

    /// Whether it is a program of the stack's own, of which nothing public is known.
    pub(in crate::inference::edges) fn is_own(&self) -> bool {
        self.kind.is_none() && matches!(self.layer, Layer::App | Layer::Infra | Layer::Added(_))
    }

    /// What it is as a server: what the catalog calls its image. A server whose image the stack
    /// builds goes by its name: `postgres`, `app-redis` and `grafana` are what they are called.
    pub(in crate::inference::edges) fn server_kind(&self) -> Option<&str> {
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
    pub(in crate::inference::edges) fn is_apart_from(&self, other: &Self) -> bool {
        let shares = |own: &NetworkAddress| {
            other
                .networks
                .iter()
                .any(|each| each.network == own.network)
        };
        !self.networks.is_empty() && !other.networks.is_empty() && !self.networks.iter().any(shares)
    }

    /// Whether it is a store in which the members of clusters agree.
    pub(in crate::inference::edges) fn is_coordination(&self) -> bool {
        self.is(COORDINATION)
    }

    /// Whether it serves pages or passes requests on.
    pub(in crate::inference::edges) fn is_web_server(&self) -> bool {
        self.is(WEB_SERVERS)
    }

    /// Whether `self` and `other` are roles of one program.
    pub(in crate::inference::edges) fn is_same_program(&self, other: &Self) -> bool {
        let same_id = !self.image_id.is_empty() && self.image_id == other.image_id;
        let same_name = !self.image.is_empty() && self.image == other.image;
        (same_id || same_name)
            && !self.is(CLUSTERS)
            && !RUNTIMES.contains(&Catalog::last_part(self.image).to_ascii_lowercase().as_str())
    }
}

//! One target with what is known of it.

use std::sync::Arc;

use crate::model::authority::split_url;
use crate::model::{
    Instance, InstanceFacts, PortProtocol, ProbeKind, ProbeSpec, Service, Timestamp,
};
use crate::probe::{addresses, out_of_reach};

use super::{View, same};
use crate::collect::probes::lesson::Learned;
use crate::collect::probes::log_sparing::LogSparing;
use crate::collect::probes::look::spared_host;
use crate::collect::probes::news::{News, Sighting};
use crate::collect::probes::sparing::Sparing;

#[derive(Debug)]
pub(super) struct Entry {
    /// The specification before anything was learned.
    pub(super) spec: ProbeSpec,
    /// Start of the instance's present run.
    pub(super) started_at: Option<Timestamp>,
    /// What `addresses` was made from.
    pub(super) facts: Option<Arc<InstanceFacts>>,
    pub(super) addresses: Vec<String>,
    /// Why there are none, where that is told.
    pub(super) out_of_reach: Option<Arc<str>>,
    /// The same of the port whose certificate is looked at.
    pub(super) certificate_addresses: Vec<String>,
    pub(super) host: Arc<str>,
    /// The address that answered last; tried alone until it fails.
    pub(super) worked: Option<String>,
    pub(super) learned: Option<Learned>,
    /// Whether the specification as it stands has ever succeeded in this run.
    pub(super) proven: bool,
    /// What spares an expensive probe; `None` for all others.
    pub(super) sparing: Option<Box<Sparing>>,
    /// What spares the service's log.
    pub(super) log: LogSparing,
    /// What makes a probe of it due at once.
    pub(super) news: News,
}

impl Entry {
    pub(super) fn of_url(
        spec: &ProbeSpec,
        service: &Service,
        view: &View<'_>,
        before: Option<Self>,
    ) -> Self {
        let sighting = Sighting::of(service.primary().map(|instance| &*instance.facts), true);
        match before.filter(|before| before.spec.asks_as(spec)) {
            Some(before) => {
                let news = before.news.after(sighting, view.snapshot.taken_at);
                Self {
                    spec: spec.clone(),
                    news,
                    ..before
                }
            }
            None => {
                let url = spec.url.as_deref().unwrap_or_default();
                let (_, authority, _) = split_url(url);
                let news = News::first(sighting, view.snapshot);
                Self::new(spec, None, Vec::new(), spared_host(authority), news)
            }
        }
    }

    /// The entry of `instance`; `None` when it has no address within reach and that is not told.
    pub(super) fn of_instance(
        spec: &ProbeSpec,
        instance: &Instance,
        view: &View<'_>,
        before: Option<Self>,
    ) -> Option<Self> {
        let facts = &instance.facts;
        let lender = view.lenders.of_instance(facts);
        let owner = lender.unwrap_or(facts);
        let before = before.filter(|it| it.spec.asks_as(spec) && it.started_at == facts.started_at);
        let as_before = |it: &Self| it.spec == *spec && same(it.facts.as_ref(), Some(facts));
        if !view.moved && lender.is_none() && before.as_ref().is_some_and(as_before) {
            return before;
        }
        let reached = |port, transport: &PortProtocol| {
            addresses(facts, lender, port, transport, view.vantage)
        };
        let addresses = reached(spec.port, &spec.transport());
        let (host, reason) = match addresses.first() {
            // The engine runs it in the container, wherever that is.
            _ if spec.kind == ProbeKind::Exec => (facts.id.as_str(), None),
            Some(address) => (spared_host(address), None),
            // Its start, or that of the container whose network it uses, is still to come or to be
            // read.
            None if !owner.is_running() || owner.announced => return None,
            None if view.vantage.tells => (
                facts.id.as_str(),
                Some(out_of_reach(facts, lender, spec.port, view.vantage)),
            ),
            None => return None,
        };
        let sighting = Sighting::of(Some(facts), reason.is_none());
        let mut entry = Self::new(
            spec,
            Some(facts),
            addresses.clone(),
            host,
            News::first(sighting, view.snapshot),
        );
        entry.out_of_reach = reason.map(Arc::from);
        entry.certificate_addresses = spec
            .certificate_port
            .map_or_else(Vec::new, |port| reached(port, &PortProtocol::Tcp));
        if let Some(before) = before {
            entry.worked = before.worked.filter(|worked| addresses.contains(worked));
            (entry.learned, entry.proven, entry.sparing) =
                (before.learned, before.proven, before.sparing);
            entry.log = before.log;
            entry.news = before.news.after(sighting, view.snapshot.taken_at);
        }
        Some(entry)
    }

    fn new(
        spec: &ProbeSpec,
        facts: Option<&Arc<InstanceFacts>>,
        addresses: Vec<String>,
        host: &str,
        news: News,
    ) -> Self {
        Self {
            spec: spec.clone(),
            started_at: facts.and_then(|facts| facts.started_at),
            facts: facts.cloned(),
            addresses,
            out_of_reach: None,
            certificate_addresses: Vec::new(),
            host: Arc::from(host),
            worked: None,
            learned: None,
            proven: false,
            sparing: spec.is_expensive().then(Box::default),
            log: LogSparing::default(),
            news,
        }
    }
}

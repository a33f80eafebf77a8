//! What is probed: the targets of a snapshot, and what was learned about each.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use crate::model::{
    HealthState, ImageHint, Instance, InstanceFacts, InstanceId, ProbeKind, ProbeOrigin, ProbeSpec,
    ProbeTarget, Service, ServiceId, SignedDuration, Snapshot, Source, Timestamp,
};
use crate::probe::{Derived, Report, Vantage, addresses, derive};

use super::ProbeOptions;
use super::lesson::Learned;
use super::schedule::{Key, Wish};

/// A service is watched closely for this long after its state changed.
const JUST_CHANGED: SignedDuration = SignedDuration::from_secs(60);
/// Changes this soon after hubdeck's start are its own first look, not news.
const FIRST_LOOK: SignedDuration = SignedDuration::from_secs(15);

/// Every target with what is known of it.
#[derive(Debug, Default)]
pub(super) struct Book {
    specs: HashMap<ServiceId, Derivation>,
    entries: HashMap<Key, Entry>,
    /// Where hubdeck stood at the last look.
    vantage: Vantage,
    warned: BTreeSet<String>,
}

/// What one look at a snapshot goes by.
struct View<'a> {
    snapshot: &'a Snapshot,
    options: &'a ProbeOptions,
    vantage: &'a Vantage,
    /// Whether hubdeck stands elsewhere than at the last look.
    moved: bool,
    lenders: Lenders<'a>,
}

/// A derived specification with what it was derived from.
#[derive(Debug)]
struct Derivation {
    facts: Option<Arc<InstanceFacts>>,
    hint: Option<Arc<ImageHint>>,
    rule: Option<ProbeSpec>,
    derived: Derived,
}

#[derive(Debug)]
struct Entry {
    /// The specification before anything was learned.
    spec: ProbeSpec,
    /// Start of the instance's present run.
    started_at: Option<Timestamp>,
    /// What `addresses` was made from.
    facts: Option<Arc<InstanceFacts>>,
    addresses: Vec<String>,
    /// The same of the port whose certificate is looked at.
    certificate_addresses: Vec<String>,
    host: Arc<str>,
    /// The address that answered last; tried alone until it fails.
    worked: Option<String>,
    learned: Option<Learned>,
    /// Whether the specification as it stands has ever succeeded in this run.
    proven: bool,
}

impl Book {
    /// Takes over the services of `snapshot`; gives the targets to schedule.
    pub fn sync(&mut self, snapshot: &Snapshot, options: &ProbeOptions, vantage: &Vantage) -> Vec<Wish> {
        let mut wishes = Vec::with_capacity(self.entries.len());
        let mut old = std::mem::take(&mut self.entries);
        let moved = self.vantage != *vantage;
        let view = View { snapshot, options, vantage, moved, lenders: Lenders::of(snapshot) };
        let services =
            snapshot.services.iter().filter(|service| options.enabled && !options.excludes(service));
        for service in services {
            self.add(service, &view, &mut old, &mut wishes);
        }
        if moved {
            self.vantage = vantage.clone();
        }
        self.specs.retain(|id, _| snapshot.service(id).is_some());
        wishes
    }

    /// Sentences about labels that were ignored, each once.
    pub fn new_warnings(&mut self) -> Vec<String> {
        let warnings: BTreeSet<String> =
            self.specs.values().filter_map(|each| each.derived.warning.clone()).collect();
        let new = warnings.difference(&self.warned).cloned().collect();
        self.warned = warnings;
        new
    }

    fn add(
        &mut self,
        service: &Service,
        view: &View<'_>,
        old: &mut HashMap<Key, Entry>,
        wishes: &mut Vec<Wish>,
    ) {
        let running = || service.instances.iter().filter(|instance| instance.facts.is_running());
        if service.source == Source::Docker && running().next().is_none() {
            return;
        }
        let Some(spec) = self.spec(service, view.options).filter(|spec| spec.kind != ProbeKind::Docker)
        else {
            return;
        };
        let fast = needs_watching(service, view.snapshot);
        if spec.url.is_some() {
            let key = Key { service: service.id.clone(), instance: None };
            let entry = Entry::of_url(&spec, old.remove(&key));
            self.insert(key, entry, fast, wishes);
            return;
        }
        for instance in running() {
            let key = Key { service: service.id.clone(), instance: Some(instance.facts.id.clone()) };
            let before = old.remove(&key);
            let Some(entry) = Entry::of_instance(&spec, instance, view, before) else { continue };
            self.insert(key, entry, fast, wishes);
        }
    }

    fn insert(&mut self, key: Key, entry: Entry, fast: bool, wishes: &mut Vec<Wish>) {
        wishes.push(Wish { key: key.clone(), host: Arc::clone(&entry.host), fast });
        self.entries.insert(key, entry);
    }

    /// The specification of `service`, derived again only when its facts are others.
    fn spec(&mut self, service: &Service, options: &ProbeOptions) -> Option<ProbeSpec> {
        let facts = service.primary().map(|instance| &instance.facts);
        let known = self.specs.get(&service.id).filter(|known| {
            same(known.facts.as_ref(), facts)
                && same(known.hint.as_ref(), service.hint.as_ref())
                && known.rule == service.probe_rule
        });
        let mut spec = match known {
            Some(known) => known.derived.spec.clone(),
            None => {
                let derived = derive(service, options.timeout, options.slow_after);
                let spec = derived.spec.clone();
                let derivation = Derivation {
                    facts: facts.cloned(),
                    hint: service.hint.clone(),
                    rule: service.probe_rule.clone(),
                    derived,
                };
                self.specs.insert(service.id.clone(), derivation);
                spec
            }
        }?;
        if spec.origin != ProbeOrigin::Config {
            (spec.timeout, spec.slow_after) = (options.timeout, options.slow_after);
        }
        Some(spec)
    }

    /// What to probe for `key` now; `None` when it is no target any more.
    pub fn target(&self, key: &Key) -> Option<ProbeTarget> {
        let entry = self.entries.get(key)?;
        let spec = entry.learned.map_or_else(|| entry.spec.clone(), |learned| learned.apply(&entry.spec));
        let addresses = match &entry.worked {
            Some(address) => vec![address.clone()],
            None => entry.addresses.clone(),
        };
        Some(ProbeTarget {
            service: key.service.clone(),
            instance: key.instance.clone(),
            spec,
            addresses,
            certificate_addresses: entry.certificate_addresses.clone(),
        })
    }

    /// Whether a probe of `key` may still teach which protocol is spoken.
    pub fn may_learn(&self, key: &Key) -> bool {
        self.entries.get(key).is_some_and(|entry| entry.learned.is_none() && !entry.proven)
    }

    /// Whether `key` is a target.
    pub fn contains(&self, key: &Key) -> bool {
        self.entries.contains_key(key)
    }

    /// Remembers what the probe of `key` taught.
    pub fn note(&mut self, key: &Key, report: &Report, learned: Option<Learned>) {
        let Some(entry) = self.entries.get_mut(key) else { return };
        entry.learned = entry.learned.or(learned);
        let well = report.outcome.works();
        entry.proven |= well;
        // After a failure every address is tried again.
        entry.worked = if well { report.address.clone() } else { None };
    }
}

impl Entry {
    fn of_url(spec: &ProbeSpec, before: Option<Self>) -> Self {
        before.filter(|before| before.spec == *spec).unwrap_or_else(|| {
            let url = spec.url.as_deref().unwrap_or_default();
            let authority =
                url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next()).unwrap_or(url);
            Self::new(spec, None, Vec::new(), authority)
        })
    }

    /// The entry of `instance`; `None` when it has no address within reach.
    fn of_instance(
        spec: &ProbeSpec,
        instance: &Instance,
        view: &View<'_>,
        before: Option<Self>,
    ) -> Option<Self> {
        let facts = &instance.facts;
        let lender = view.lenders.of_instance(facts);
        let before = before.filter(|it| it.spec == *spec && it.started_at == facts.started_at);
        if !view.moved
            && lender.is_none()
            && before.as_ref().is_some_and(|it| same(it.facts.as_ref(), Some(facts)))
        {
            return before;
        }
        let reached = |port, transport| addresses(facts, lender, port, transport, view.vantage);
        let addresses = reached(spec.port, spec.transport());
        let host = spared_host(addresses.first()?);
        let mut entry = Self::new(spec, Some(facts), addresses.clone(), host);
        entry.certificate_addresses =
            spec.certificate_port.map_or_else(Vec::new, |port| reached(port, "tcp"));
        if let Some(before) = before {
            entry.worked = before.worked.filter(|worked| addresses.contains(worked));
            (entry.learned, entry.proven) = (before.learned, before.proven);
        }
        Some(entry)
    }

    fn new(spec: &ProbeSpec, facts: Option<&Arc<InstanceFacts>>, addresses: Vec<String>, host: &str) -> Self {
        Self {
            spec: spec.clone(),
            started_at: facts.and_then(|facts| facts.started_at),
            facts: facts.cloned(),
            addresses,
            certificate_addresses: Vec::new(),
            host: Arc::from(host),
            worked: None,
            learned: None,
            proven: false,
        }
    }
}

/// What the limit per host counts: the host of `address`; behind the loopback stands another
/// container at every port, so there each port counts as a host.
fn spared_host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    if matches!(host, "127.0.0.1" | "[::1]") { address } else { host }
}

fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

/// Whether `service` is probed often: it starts, fails, or changed a moment ago.
fn needs_watching(service: &Service, snapshot: &Snapshot) -> bool {
    let health = &service.health;
    let news = health.since.duration_since(snapshot.started_at) > FIRST_LOOK;
    let fresh = snapshot.taken_at.duration_since(health.since) < JUST_CHANGED;
    health.state == HealthState::Starting || health.state.is_problem() || (news && fresh)
}

/// Containers by id, for those that borrow another's network namespace.
struct Lenders<'a> {
    by_id: HashMap<&'a InstanceId, &'a InstanceFacts>,
}

impl<'a> Lenders<'a> {
    fn of(snapshot: &'a Snapshot) -> Self {
        let instances = || snapshot.services.iter().flat_map(|service| &service.instances);
        let borrowed = instances().any(|instance| borrowed_from(&instance.facts).is_some());
        let by_id = borrowed.then(|| instances().map(|each| (&each.facts.id, &*each.facts)).collect());
        Self { by_id: by_id.unwrap_or_default() }
    }

    fn of_instance(&self, facts: &InstanceFacts) -> Option<&'a InstanceFacts> {
        self.by_id.get(&InstanceId::new(borrowed_from(facts)?)).copied()
    }
}

fn borrowed_from(facts: &InstanceFacts) -> Option<&str> {
    facts.network_mode.strip_prefix("container:")
}

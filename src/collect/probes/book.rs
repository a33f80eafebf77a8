//! What is probed: the targets of a snapshot, and what was learned about each.

mod entry;

use std::collections::{BTreeSet, HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use crate::model::{
    HealthState, ImageHint, InstanceFacts, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec,
    ProbeTarget, Service, ServiceId, Snapshot, Source, Timestamp,
};
use crate::probe::{Derived, Report, Vantage, derive};

use super::ProbeOptions;
use super::ask::{Done, Errand};
use super::breaker::Way;
use super::hold::Parent;
use super::log_sparing::LogSparing;
use super::look::{Lenders, is_ready, needs_watching, shaken};
use super::schedule::{Key, Wish};
use entry::Entry;

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
    /// What needs something that broke a moment ago.
    shaken: HashSet<&'a ServiceId>,
}

/// A derived specification with what it was derived from.
#[derive(Debug)]
struct Derivation {
    facts: Option<Arc<InstanceFacts>>,
    hint: Option<Arc<ImageHint>>,
    rule: Option<ProbeSpec>,
    derived: Derived,
}

/// What a finished probe came to.
#[derive(Debug)]
pub(super) struct Outcome {
    /// What is to be told.
    pub report: Option<Report>,
    /// Whether it failed in a way that counts; `None` where it told nothing.
    pub failed: Option<bool>,
    /// Whether a trial is due at once.
    pub trial: bool,
}

impl Book {
    /// Takes over the services of `snapshot`; gives the targets to schedule.
    pub fn sync(
        &mut self,
        snapshot: &Snapshot,
        options: &ProbeOptions,
        vantage: &Vantage,
    ) -> Vec<Wish> {
        let mut wishes = Vec::with_capacity(self.entries.len());
        let mut old = std::mem::take(&mut self.entries);
        let moved = self.vantage != *vantage;
        let (lenders, shaken) = (Lenders::of(snapshot), shaken(snapshot));
        let view = View {
            snapshot,
            options,
            vantage,
            moved,
            lenders,
            shaken,
        };
        for service in options.probed(snapshot) {
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
        let warnings: BTreeSet<String> = self
            .specs
            .values()
            .filter_map(|each| each.derived.warning.clone())
            .collect();
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
        let running = || {
            service
                .instances
                .iter()
                .filter(|instance| is_ready(&instance.facts, view.snapshot))
        };
        if service.source == Source::Docker && running().next().is_none() {
            return;
        }
        let Some(spec) = self
            .spec(service, view.options)
            .filter(|spec| spec.kind != ProbeKind::Docker)
        else {
            return;
        };
        let fast = needs_watching(service, view.snapshot) || view.shaken.contains(&service.id);
        if spec.url.is_some() {
            let key = Key {
                service: service.id.clone(),
                instance: None,
            };
            let entry = Entry::of_url(&spec, service, view, old.remove(&key));
            self.insert(key, entry, fast, view, wishes);
            return;
        }
        for instance in running() {
            let key = Key {
                service: service.id.clone(),
                instance: Some(instance.facts.id.clone()),
            };
            let before = old.remove(&key);
            let Some(entry) = Entry::of_instance(&spec, instance, view, before) else {
                continue;
            };
            self.insert(key, entry, fast, view, wishes);
        }
    }

    fn insert(
        &mut self,
        key: Key,
        mut entry: Entry,
        fast: bool,
        view: &View<'_>,
        wishes: &mut Vec<Wish>,
    ) {
        let fast = fast
            || entry
                .news
                .until()
                .is_some_and(|until| view.snapshot.taken_at < until);
        let (host, due) = (Arc::clone(&entry.host), entry.news.take_due());
        wishes.push(Wish {
            key: key.clone(),
            host,
            fast,
            due,
        });
        self.entries.insert(key, entry);
    }

    /// When news of the targets grow old.
    pub fn news_until(&self) -> impl Iterator<Item = Timestamp> {
        self.entries.values().filter_map(|entry| entry.news.until())
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

    /// What to ask of `key` at `now`; `None` when it is no target any more.
    pub fn errand(&mut self, key: &Key, now: Duration) -> Option<Errand> {
        let entry = self.entries.get_mut(key)?;
        entry.news.ask();
        let spec = entry
            .learned
            .map_or_else(|| entry.spec.clone(), |learned| learned.apply(&entry.spec));
        let spec = ProbeSpec {
            quiet: entry.log.asks_less(),
            ..spec
        };
        let addresses = match &entry.worked {
            Some(address) => vec![address.clone()],
            None => entry.addresses.clone(),
        };
        let target = ProbeTarget {
            service: key.service.clone(),
            instance: key.instance.clone(),
            spec,
            addresses,
            certificate_addresses: entry
                .log
                .certificate_addresses(&entry.certificate_addresses),
        };
        let way = match &mut entry.sparing {
            Some(sparing) => sparing.begin(now),
            None if entry.log.is_refused() => Way::Cheap,
            None => Way::Whole,
        };
        Some(Errand {
            target,
            out_of_reach: entry.out_of_reach.clone(),
            may_learn: entry.learned.is_none() && !entry.proven,
            way,
            started: now,
        })
    }

    /// Makes the next trial of everything that is spared due now, and asks everything whole again.
    pub fn try_all(&mut self, now: Duration) {
        for entry in self.entries.values_mut() {
            entry.log = LogSparing::default();
            if let Some(sparing) = &mut entry.sparing {
                sparing.hasten(now);
            }
        }
    }

    /// The targets of what the service of `key` needs, where its failing says something to anybody.
    pub fn parents(&self, key: &Key, snapshot: &Snapshot) -> Vec<Parent> {
        let Some(service) = snapshot.service(&key.service) else {
            return Vec::new();
        };
        // What fails already, or may still fail, blames nobody anew.
        if matches!(
            service.health.state,
            HealthState::Unhealthy | HealthState::Starting
        ) {
            return Vec::new();
        }
        let needed = service
            .depends_on
            .iter()
            .filter_map(|id| snapshot.service(id));
        needed
            .flat_map(|service| self.targets_of(service))
            .collect()
    }

    fn targets_of(&self, service: &Service) -> Vec<Parent> {
        let instances = service
            .instances
            .iter()
            .map(|instance| Some(instance.facts.id.clone()));
        let keys = instances.chain([None]).map(|instance| Key {
            service: service.id.clone(),
            instance,
        });
        keys.filter_map(|key| {
            let timeout = self.entries.get(&key)?.spec.timeout;
            Some(Parent { key, timeout })
        })
        .collect()
    }

    /// Whether `key` is a target.
    pub fn contains(&self, key: &Key) -> bool {
        self.entries.contains_key(key)
    }

    /// Takes in a finished probe: what it taught, and what its breaker makes of it.
    pub fn note(&mut self, key: &Key, done: Done, now: Duration) -> Option<Outcome> {
        let entry = self.entries.get_mut(key)?;
        let (report, trial) = match (&mut entry.sparing, done.way) {
            (Some(sparing), Way::Cheap) => sparing.looked(&entry.spec, done.report, now),
            (None, Way::Cheap) => (entry.log.looked(done.report), false),
            (sparing, _) => {
                if let (Some(sparing), Some(report)) = (sparing, &done.report) {
                    sparing.asked(report, now);
                }
                (done.report.map(|report| entry.log.asked(report)), false)
            }
        };
        let outcome = report.as_ref().map(|report| report.outcome);
        let well = outcome.is_some_and(ProbeOutcome::works);
        entry.learned = entry.learned.or(done.learned);
        entry.proven |= well;
        if well {
            entry.news.succeed();
        }
        if done.way == Way::Whole && report.is_some() {
            // After a failure every address is tried again.
            entry.worked = report
                .as_ref()
                .filter(|_| well)
                .and_then(|report| report.address.clone());
        }
        let counts = entry.proven || !entry.spec.origin.is_guess();
        let failed = match outcome {
            Some(ProbeOutcome::Success | ProbeOutcome::Warning) => Some(false),
            Some(ProbeOutcome::Failure) if counts => Some(true),
            _ => None,
        };
        Some(Outcome {
            report,
            failed,
            trial,
        })
    }
}

fn same<T>(a: Option<&Arc<T>>, b: Option<&Arc<T>>) -> bool {
    match (a, b) {
        (Some(a), Some(b)) => Arc::ptr_eq(a, b),
        (None, None) => true,
        _ => false,
    }
}

//! What changed of services: figures are sent alone where nothing else changed.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::BrokenUpdate;
use crate::model::secrets::{KnownSecrets, Maskable, Sensitive};
use crate::model::{
    Instance, InstanceFacts, InstanceId, InstanceProbe, LogRates, ProbeSpec, Sample, Series,
    SeriesUpdate, Service, ServiceId, Snapshot,
};

/// Services that are new or changed, and those that are gone.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct ServicesUpdate {
    changed: Vec<ServiceUpdate>,
    gone: Vec<ServiceId>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct ServiceUpdate {
    id: ServiceId,
    /// Everything of it but instances and latencies.
    service: Option<Box<Service>>,
    /// The history of its log rates, which documents leave out; goes with `service`.
    log_rates: Vec<Option<LogRates>>,
    /// All of its instances.
    instances: Option<Vec<InstanceUpdate>>,
    latency: Option<SeriesUpdate>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
struct InstanceUpdate {
    id: InstanceId,
    facts: Option<Arc<InstanceFacts>>,
    sample: Option<Sample>,
    series: Option<SeriesUpdate>,
    probe: Option<InstanceProbe>,
}

impl ServicesUpdate {
    pub fn between(before: Option<&Snapshot>, now: &Snapshot) -> Self {
        // A value that became known as a secret has to be hidden where it stood in the clear.
        let masks_more = before.is_some_and(|before| before.secrets != now.secrets);
        let gone = before.into_iter().flat_map(|before| &before.services);
        let changed = now.services.iter().filter_map(|service| {
            let before = before.and_then(|before| before.service(&service.id));
            if before.is_some_and(|before| Arc::ptr_eq(before, service)) && !masks_more {
                return None;
            }
            let before = before.map(|before| &**before).filter(|_| !masks_more);
            Some(ServiceUpdate::between(before, service, &now.secrets))
        });
        Self {
            changed: changed.collect(),
            gone: gone
                .filter(|service| now.service(&service.id).is_none())
                .map(|service| service.id.clone())
                .collect(),
        }
    }

    /// Changes `services`, which are sorted by id.
    pub fn apply(self, services: &mut Vec<Arc<Service>>) -> Result<(), BrokenUpdate> {
        services.retain(|service| !self.gone.contains(&service.id));
        for update in self.changed {
            match services.binary_search_by(|service| service.id.cmp(&update.id)) {
                Ok(at) => {
                    let service = update.apply(Some(&services[at]))?;
                    services[at] = Arc::new(service);
                }
                Err(at) => services.insert(at, Arc::new(update.apply(None)?)),
            }
        }
        Ok(())
    }
}

impl ServiceUpdate {
    fn between(before: Option<&Service>, now: &Service, secrets: &KnownSecrets) -> Self {
        let rest = rest_of(now);
        let changed = before.is_none_or(|before| rest_of(before) != rest);
        let figures = now.log_figures.as_deref().filter(|_| changed);
        let same_instances = before.is_some_and(|before| are_same(before, now));
        let latency = series_update(before.map(|before| &*before.latency), &now.latency);
        let instances = now.instances.iter();
        Self {
            id: now.id.clone(),
            service: changed.then(|| Box::new(rest)),
            log_rates: figures.map_or_else(Vec::new, |figures| figures.history.clone()),
            instances: (!same_instances).then(|| {
                instances
                    .map(|instance| InstanceUpdate::between(before, instance, secrets))
                    .collect()
            }),
            latency,
        }
    }

    fn apply(self, before: Option<&Service>) -> Result<Service, BrokenUpdate> {
        let mut service = match (self.service, before) {
            (Some(service), _) if service.id == self.id => {
                with_known(*service, self.log_rates, before)
            }
            (None, Some(before)) => before.clone(),
            _ => return Err(BrokenUpdate),
        };
        if let Some(updates) = self.instances {
            let known = std::mem::take(&mut service.instances);
            let known: BTreeMap<_, _> = known.iter().map(|each| (&each.facts.id, each)).collect();
            service.instances = updates
                .into_iter()
                .map(|update| {
                    let before = known.get(&update.id).copied();
                    update.apply(before)
                })
                .collect::<Result<_, _>>()?;
        }
        if let Some(update) = self.latency {
            let latency = service.latency.updated(update);
            service.latency = Arc::new(latency.map_err(|_| BrokenUpdate)?);
        }
        Ok(service)
    }
}

impl InstanceUpdate {
    fn between(before: Option<&Service>, now: &Instance, secrets: &KnownSecrets) -> Self {
        let known = before.into_iter().flat_map(|before| &before.instances);
        let before = known
            .into_iter()
            .find(|instance| instance.facts.id == now.facts.id);
        let is_same = before.is_some_and(|it| Arc::ptr_eq(&it.facts, &now.facts));
        Self {
            id: now.facts.id.clone(),
            facts: (!is_same).then(|| Arc::new(masked(&now.facts, secrets))),
            sample: now.sample,
            series: series_update(before.map(|before| &*before.series), &now.series),
            probe: now.probe,
        }
    }

    fn apply(self, before: Option<&Instance>) -> Result<Instance, BrokenUpdate> {
        let facts = self
            .facts
            .or_else(|| before.map(|before| Arc::clone(&before.facts)))
            .filter(|facts| facts.id == self.id)
            .ok_or(BrokenUpdate)?;
        let mut series = before.map_or_else(Arc::default, |before| Arc::clone(&before.series));
        if let Some(update) = self.series {
            series = Arc::new(series.updated(update).map_err(|_| BrokenUpdate)?);
        }
        Ok(Instance {
            facts,
            sample: self.sample,
            series,
            probe: self.probe,
        })
    }
}

/// `service` with its log rates, and with the instances and latencies that are known of it.
fn with_known(
    mut service: Service,
    log_rates: Vec<Option<LogRates>>,
    before: Option<&Service>,
) -> Service {
    if let Some(before) = before {
        service.instances.clone_from(&before.instances);
        service.latency = Arc::clone(&before.latency);
    }
    if let Some(figures) = &mut service.log_figures {
        Arc::make_mut(figures).history = log_rates;
    }
    service
}

/// How `now` differs from `before`; all of it, where nothing was sent before.
fn series_update<const N: usize>(
    before: Option<&Series<N>>,
    now: &Series<N>,
) -> Option<SeriesUpdate> {
    match before {
        Some(before) => now.update(before),
        None => Some(SeriesUpdate::Whole(now.clone().into())),
    }
}

/// Whether both have the same instances with the same figures.
fn are_same(before: &Service, now: &Service) -> bool {
    let same = |(a, b): (&Instance, &Instance)| {
        Arc::ptr_eq(&a.facts, &b.facts)
            && Arc::ptr_eq(&a.series, &b.series)
            && (a.sample, a.probe) == (b.sample, b.probe)
    };
    before.instances.len() == now.instances.len()
        && before.instances.iter().zip(&now.instances).all(same)
}

/// `service` without what is sent by itself. Of the probe that the configuration sets, only that
/// there is one, and of which kind, is known elsewhere.
fn rest_of(service: &Service) -> Service {
    let probe = service.probe_rule.as_ref();
    Service {
        instances: Vec::new(),
        latency: Arc::default(),
        probe_rule: probe.map(|spec| ProbeSpec::new(spec.kind, spec.port, spec.origin)),
        ..service.clone()
    }
}

/// `facts` with the secrets of its definition hidden.
fn masked(facts: &InstanceFacts, secrets: &KnownSecrets) -> InstanceFacts {
    let mut facts = facts.clone();
    hide(&mut facts.environment, secrets);
    hide(&mut facts.command, secrets);
    hide(&mut facts.labels, secrets);
    if let Some(check) = &mut facts.healthcheck {
        hide(&mut check.test, secrets);
    }
    facts
}

fn hide<T: Maskable>(data: &mut Sensitive<T>, secrets: &KnownSecrets) {
    *data = data.masked(secrets).into();
}

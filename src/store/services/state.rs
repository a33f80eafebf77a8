//! One service as the store follows it: its containers, its health, what time will change.

mod verdict;

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::SortShared as _;
use crate::model::{
    HealthChangeReason, HealthState, Instance, InstanceFacts, InstanceId, InstanceState, Layer,
    Overlay, PortProtocol, ProbeKind, ProbeSpec, Service, ServiceId, ServiceName, ServiceRule,
    SincePrecision, Source, StackName, Timestamp,
};
use crate::probing::ProbeHistory;

use crate::store::containers::ContainerState;

use super::flapping::Flapping;
use super::layering::Layering;
use super::needs::Needs;

/// A service with what the store keeps beside its snapshot.
#[derive(Debug)]
pub(in crate::store) struct ServiceState {
    /// As a snapshot shows it.
    pub service: Arc<Service>,
    /// All its containers, also those that a newer one stands for.
    pub members: Vec<InstanceId>,
    /// Standing of probes that speak for the service as a whole.
    pub shared: ProbeHistory,
    /// Whether a guessed probe ever succeeded.
    pub proven: bool,
    /// Whether config leaves it out of probing.
    pub no_probe: bool,
    /// Whether config leaves it out altogether.
    pub hidden: bool,
    /// Its recent states.
    pub flapping: Flapping,
    /// When time alone may change its health.
    pub deadline: Option<Timestamp>,
    /// How its layer was found.
    pub layering: Layering,
    /// What it is needed for, and what it needs itself.
    pub needs: Needs,
    /// Whether its state was ever known, so that a change of it is news.
    pub settled: bool,
    /// Since when it was healthy, while it is not checked since what it needs has ended.
    healthy_before: Option<(Timestamp, SincePrecision)>,
}

/// A change of a service's base state, for the timeline.
pub(in crate::store) struct StateChange {
    /// Before.
    pub from: HealthState,
    /// After.
    pub to: HealthState,
    /// Why.
    pub why: HealthChangeReason,
}

impl ServiceState {
    /// A service of which nothing is known yet.
    pub fn new(id: ServiceId, stack: Option<StackName>, name: ServiceName, now: Timestamp) -> Self {
        let service = Service {
            id,
            ..Service::unknown(stack, name, now)
        };
        Self {
            service: Arc::new(service),
            members: Vec::new(),
            shared: ProbeHistory::default(),
            proven: false,
            no_probe: false,
            hidden: false,
            flapping: Flapping::default(),
            deadline: None,
            layering: Layering::default(),
            needs: Needs::default(),
            settled: false,
            healthy_before: None,
        }
    }

    /// Makes the instances anew from the containers; returns whether they differ.
    pub fn regroup(&mut self, tracked: &HashMap<InstanceId, ContainerState>) -> bool {
        let instances: Vec<Instance> = visible(&self.members, tracked)
            .into_iter()
            .map(ContainerState::instance)
            .collect();
        let same = instances.len() == self.service.instances.len()
            && instances
                .iter()
                .zip(&self.service.instances)
                .all(|(new, old)| {
                    Arc::ptr_eq(&new.facts, &old.facts)
                        && new.sample == old.sample
                        && Arc::ptr_eq(&new.series, &old.series)
                });
        if !same {
            Arc::make_mut(&mut self.service).instances = instances;
        }
        !same
    }

    /// Whether it is a server by its image, which does not complete by itself.
    pub fn is_server(&self) -> bool {
        let hint = self.service.hint.as_ref();
        hint.is_some_and(|hint| matches!(hint.layer, Layer::Edge | Layer::Data))
            && self.service.layer.layer != Layer::Infra
    }

    /// Whether our own probes have a result for it.
    pub fn is_probed(&self) -> bool {
        self.service
            .health
            .probe
            .as_ref()
            .is_some_and(|probe| probe.counts)
    }

    /// Successes in a row of the probe that has the fewest; `None` where none counts.
    pub fn successes(&self, tracked: &HashMap<InstanceId, ContainerState>) -> Option<u32> {
        let members = self
            .service
            .instances
            .iter()
            .filter_map(|each| tracked.get(&each.facts.id));
        let tracks = members.map(|member| &member.probe).chain([&self.shared]);
        tracks
            .filter(|track| track.state().is_some())
            .map(ProbeHistory::successes)
            .min()
    }

    /// Whether it was made but never started, as Compose leaves what waits for something else.
    pub fn waits_to_start(&self) -> bool {
        let mut states = self
            .service
            .instances
            .iter()
            .map(|instance| instance.facts.state);
        !self.service.instances.is_empty() && states.all(|state| state == InstanceState::Created)
    }

    /// Whether it fails, or waits for something that does.
    pub fn is_in_trouble(&self) -> bool {
        let health = &self.service.health;
        health.state == HealthState::Unhealthy || !health.blocked_by.is_empty()
    }

    /// Whether it has no container and the settings do not know it either.
    pub fn is_empty(&self) -> bool {
        self.members.is_empty() && !self.is_external()
    }

    /// Whether only the config file knows it.
    pub fn is_external(&self) -> bool {
        self.service.source == Source::Config
    }

    /// Takes over the rules of the config file for it; returns whether its probe asks
    /// something else: only then what was found out before is void.
    pub fn apply_rules(&mut self, rules: &[ServiceRule]) -> bool {
        let matching = || {
            rules
                .iter()
                .filter(|rule| rule.matches(self.service.id.as_str(), self.service.name.as_str()))
        };
        let probe = matching().find_map(|rule| rule.probe.clone());
        let no_probe = matching().any(|rule| rule.no_probe);
        let hidden = matching().any(|rule| rule.hide);
        let before = &self.service.probe_rule;
        let other = match (&probe, before) {
            (Some(probe), Some(before)) => !probe.asks_as(before),
            (probe, before) => probe.is_some() != before.is_some(),
        };
        (self.no_probe, self.hidden) = (no_probe, hidden);
        if probe != *before {
            Arc::make_mut(&mut self.service).probe_rule = probe;
        }
        if other {
            self.proven = false;
            self.shared = ProbeHistory::default();
        }
        other
    }

    /// Adds the current state to the history from which flapping is derived; that of a blocked service
    /// is none of its own.
    pub fn push_state(&mut self) {
        let health = &self.service.health;
        let tells = matches!(
            health.state,
            HealthState::Healthy
                | HealthState::Running
                | HealthState::Degraded
                | HealthState::Unhealthy
        );
        if tells && health.blocked_by.is_empty() {
            let state = health.state;
            self.flapping.push(state);
        }
    }

    fn expects_probe(&self, member: &ContainerState) -> bool {
        if self.no_probe {
            return false;
        }
        match &self.service.probe_rule {
            Some(rule) => rule.kind != ProbeKind::Docker,
            None => is_probed_by_default(&self.service, &member.facts),
        }
    }

    /// Whether one of its processes runs, or it is unknown as it has no containers.
    pub fn runs(&self) -> bool {
        self.is_external() || self.service.replicas().0 > 0
    }

    /// Whether something it needs may keep it from working: it fails, waits to be started, or lacks
    /// what it cannot work without and nothing shows that it works all the same.
    pub fn may_be_blocked(&self) -> bool {
        self.service.health.state.is_problem()
            || self.waits_to_start()
            || self.needs.unmet.is_some()
    }

    /// Sets the roots of this service's trouble; returns whether they are others than before.
    pub fn set_roots(&mut self, roots: &[ServiceId]) -> bool {
        let roots = if self.may_be_blocked() { roots } else { &[] };
        if self.service.health.blocked_by == roots {
            return false;
        }
        let health = &mut Arc::make_mut(&mut self.service).health;
        health.blocked_by = roots.to_vec();
        health
            .overlays
            .retain(|overlay| *overlay != Overlay::Blocked);
        if !roots.is_empty() {
            health.overlays.push(Overlay::Blocked);
            health.overlays.sort_shared();
        }
        true
    }
}

/// Whether a probe is derived for a container that has no healthcheck: its label asks for one, its
/// image is known by one, or it has a port that one can be made for.
fn is_probed_by_default(service: &Service, facts: &InstanceFacts) -> bool {
    if let Some(label) = facts.labels.reveal().get(ProbeSpec::LABEL)
        && ProbeSpec::is_forbidden_by(label)
    {
        return false;
    }
    let known = service
        .hint
        .as_ref()
        .is_some_and(|hint| hint.probe.is_some());
    let mut ports = facts
        .ports
        .iter()
        .map(|port| (&port.protocol, port.container));
    // Of UDP only DNS can be asked.
    known
        || facts.labels.reveal().contains_key(ProbeSpec::LABEL)
        || ports.any(|port| *port.0 == PortProtocol::Tcp || port == (&PortProtocol::Udp, 53))
}

/// The containers that stand for the service, in the order they are shown: of several with one
/// number only the running one, else the newest.
fn visible<'a>(
    members: &[InstanceId],
    tracked: &'a HashMap<InstanceId, ContainerState>,
) -> Vec<&'a ContainerState> {
    if let Some(tasks) = super::swarm::visible(members, tracked) {
        return tasks;
    }
    let mut all: Vec<&ContainerState> = members.iter().filter_map(|id| tracked.get(id)).collect();
    let rank = |each: &ContainerState| {
        let alive = matches!(
            each.facts.state,
            InstanceState::Running | InstanceState::Paused | InstanceState::Restarting
        );
        (alive, each.facts.created_at, each.facts.id.clone())
    };
    all.sort_by_cached_key(|each| (each.facts.number, std::cmp::Reverse(rank(each))));
    all.dedup_by(|later, first| {
        first.facts.number.is_some() && later.facts.number == first.facts.number
    });
    all.sort_shared_by(|a, b| {
        (a.facts.number, &a.facts.name).cmp(&(b.facts.number, &b.facts.name))
    });
    all
}

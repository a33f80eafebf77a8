//! One service as the store follows it: its containers, its health, what time will change.

use std::collections::HashMap;
use std::sync::Arc;

use crate::model::{
    DockerHealth, DockerStatus, Health, HealthState, Instance, InstanceFacts, InstanceId, InstanceState,
    Layer, Overlay, ProbeKind, ProbeSpec, ProbeVerdict, Service, ServiceId, ServiceName, ServiceRule, Source,
    StackName, Timestamp,
};

use super::World;
use super::flapping::Flapping;
use super::health::{Judgement, Sight, combine, judge};
use super::layering::Basis;
use super::probes::ProbeTrack;
use super::tracked::Tracked;

/// A service with what the store keeps beside its picture.
#[derive(Debug)]
pub(super) struct Entry {
    /// The picture.
    pub service: Arc<Service>,
    /// All its containers, also those that a newer one stands for.
    pub members: Vec<InstanceId>,
    /// Standing of probes that speak for the service as a whole.
    pub shared: ProbeTrack,
    /// Whether a guessed probe ever succeeded.
    pub proven: bool,
    /// Whether some service waits until it has completed.
    pub awaited: bool,
    /// Whether config leaves it out of probing.
    pub no_probe: bool,
    /// Whether config leaves it out altogether.
    pub hidden: bool,
    /// Its recent states.
    pub flapping: Flapping,
    /// When time alone may change its health.
    pub deadline: Option<Timestamp>,
    /// Whether Docker checked it since the last look.
    pub docker_checked: bool,
    /// Whether its layer was found while a container of this image ran.
    pub layered: bool,
    /// What its layer followed from.
    pub basis: Option<Basis>,
    /// Whether its state was ever known, so that a change of it is news.
    pub settled: bool,
}

/// A change of a service's base state, for the timeline.
pub(super) struct StateChange {
    /// Before.
    pub from: HealthState,
    /// After.
    pub to: HealthState,
    /// Why.
    pub reason: String,
}

impl Entry {
    /// A service of which nothing is known yet.
    pub fn new(id: ServiceId, stack: Option<StackName>, name: ServiceName, now: Timestamp) -> Self {
        let service = Service { id, ..Service::unknown(stack, name, now) };
        Self {
            service: Arc::new(service),
            members: Vec::new(),
            shared: ProbeTrack::default(),
            proven: false,
            awaited: false,
            no_probe: false,
            hidden: false,
            flapping: Flapping::default(),
            deadline: None,
            docker_checked: false,
            layered: false,
            basis: None,
            settled: false,
        }
    }

    /// Makes the instances anew from the containers; tells whether they differ.
    pub fn regroup(&mut self, tracked: &HashMap<InstanceId, Tracked>) -> bool {
        let instances: Vec<Instance> =
            visible(&self.members, tracked).into_iter().map(Tracked::instance).collect();
        let same = instances.len() == self.service.instances.len()
            && instances.iter().zip(&self.service.instances).all(|(new, old)| {
                Arc::ptr_eq(&new.facts, &old.facts)
                    && new.sample == old.sample
                    && Arc::ptr_eq(&new.series, &old.series)
            });
        if !same {
            Arc::make_mut(&mut self.service).instances = instances;
        }
        !same
    }

    /// Judges the service; tells of a new base state, and whether anything of its health differs.
    pub fn judge(
        &mut self,
        tracked: &HashMap<InstanceId, Tracked>,
        world: &World,
        now: Timestamp,
    ) -> (bool, Option<StateChange>) {
        let members: Vec<&Tracked> =
            self.service.instances.iter().filter_map(|each| tracked.get(&each.facts.id)).collect();
        let judgements: Vec<Judgement> =
            members.iter().map(|member| judge(&self.sight(member, world, now))).collect();
        let judgement =
            if judgements.is_empty() { self.judge_external(world, now) } else { combine(judgements) };
        let deaths: usize = members.iter().map(|member| member.deaths(now)).sum();
        let expiry = members.iter().filter_map(|member| member.next_death_expiry(now)).min();
        let silenced = self.silenced_until(world.silenced.get(&self.service.id).copied(), now);
        let deadlines = [judgement.until, expiry, silenced.filter(|until| *until < Timestamp::MAX)];
        self.deadline = deadlines.into_iter().flatten().filter(|at| *at > now).min();
        let docker = docker_verdict(&members);
        let probe = self.probe_verdict(&members);
        let health = Health {
            since: self.since(&judgement, now),
            overlays: self.overlays(&judgement, deaths, silenced.is_some(), world),
            state: judgement.state,
            reason: judgement.reason,
            blocked_by: if judgement.state.is_problem() || self.waits_to_start() {
                self.service.health.blocked_by.clone()
            } else {
                Vec::new()
            },
            docker,
            probe,
        };
        self.put(health)
    }

    fn sight<'a>(&'a self, member: &'a Tracked, world: &'a World, now: Timestamp) -> Sight<'a> {
        let own = (member.probe.last().is_some() || member.probe.state().is_some()).then_some(&member.probe);
        let shared = self.shared.last().is_some().then_some(&self.shared);
        Sight {
            facts: &member.facts,
            probe: own.or(shared).filter(|_| !self.no_probe),
            expects_probe: self.expects_probe(member),
            end: member.end,
            awaited: self.awaited,
            server: self.is_server(),
            deaths: member.deaths(now),
            pressure: member.pressure.warning(now),
            first_seen: member.first_seen,
            connected_since: world.connected_since,
            policy: &world.policy,
            // While the engine is lost, time alone changes nothing: the last picture stays.
            now: world.lost_since.map_or(now, |lost| lost.min(now)),
        }
    }

    /// Whether it is a server by its image, which does not complete by itself.
    pub fn is_server(&self) -> bool {
        let hint = self.service.hint.as_ref();
        hint.is_some_and(|hint| matches!(hint.layer, Layer::Edge | Layer::Data))
            && self.service.layer.layer != Layer::Infra
    }

    /// Whether our own probes say something of it.
    pub fn is_probed(&self) -> bool {
        self.service.health.probe.as_ref().is_some_and(|probe| probe.counts)
    }

    /// Successes in a row of the probe that has the fewest; `None` where none counts.
    pub fn successes(&self, tracked: &HashMap<InstanceId, Tracked>) -> Option<u32> {
        let members = self.service.instances.iter().filter_map(|each| tracked.get(&each.facts.id));
        let tracks = members.map(|member| &member.probe).chain([&self.shared]);
        tracks.filter(|track| track.state().is_some()).map(ProbeTrack::successes).min()
    }

    /// Whether it was made but never started, as Compose leaves what waits for something else.
    pub fn waits_to_start(&self) -> bool {
        let mut states = self.service.instances.iter().map(|instance| instance.facts.state);
        !self.service.instances.is_empty() && states.all(|state| state == InstanceState::Created)
    }

    /// Whether it fails, or waits for something that does.
    pub fn is_in_trouble(&self) -> bool {
        let health = &self.service.health;
        health.state == HealthState::Unhealthy || !health.blocked_by.is_empty()
    }

    /// Whether only the config file knows it.
    pub fn is_external(&self) -> bool {
        self.service.source == Source::Config
    }

    /// Takes over what the rules of the config file say of it; tells whether its probe asks something
    /// else: only then what was found out before is void.
    pub fn apply_rules(&mut self, rules: &[ServiceRule]) -> bool {
        let matching =
            || rules.iter().filter(|rule| rule.matches(self.service.id.as_str(), self.service.name.as_str()));
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
            self.shared = ProbeTrack::default();
        }
        other
    }

    fn expects_probe(&self, member: &Tracked) -> bool {
        if self.no_probe {
            return false;
        }
        match &self.service.probe_rule {
            Some(rule) => rule.kind != ProbeKind::Docker,
            None => is_probed_by_default(&self.service, &member.facts),
        }
    }

    /// A service that only the config file knows: our probe alone tells.
    fn judge_external(&self, world: &World, now: Timestamp) -> Judgement {
        let Some(state) = self.shared.state() else {
            return Judgement::new(HealthState::Unknown, "not checked yet");
        };
        let limit = world.policy.interval.saturating_mul(3);
        let silence = self.shared.heard_at().map(|heard| super::health::later(heard, limit));
        if silence.is_some_and(|silence| silence <= now) {
            let reason = format!("no result for {} s", limit.as_secs());
            return Judgement::new(HealthState::Unknown, reason);
        }
        let message = self.shared.last().map_or("", |(result, _)| result.message.as_str());
        Judgement { until: silence, ..Judgement::new(state, format!("probe: {message}")) }
    }

    fn since(&self, judgement: &Judgement, now: Timestamp) -> Timestamp {
        let old = &self.service.health;
        if self.settled && old.state == judgement.state {
            return old.since;
        }
        // What the engine dates itself is older than our first sight of it.
        judgement.since.filter(|since| *since <= now).unwrap_or(now)
    }

    fn overlays(&self, judgement: &Judgement, deaths: usize, silenced: bool, world: &World) -> Vec<Overlay> {
        let may_be_blocked = judgement.state.is_problem() || self.waits_to_start();
        let blocked = may_be_blocked && !self.service.health.blocked_by.is_empty();
        let flapping = self.flapping.is_on() || deaths >= usize::from(world.policy.restart_warning);
        let stale = world.lost() && self.service.source == Source::Docker;
        let mut overlays: Vec<Overlay> = [
            flapping.then_some(Overlay::Flapping),
            judgement.overlay,
            silenced.then_some(Overlay::Maintenance),
            stale.then_some(Overlay::Stale),
            blocked.then_some(Overlay::Blocked),
        ]
        .into_iter()
        .flatten()
        .collect();
        overlays.sort_unstable();
        overlays
    }

    fn probe_verdict(&self, members: &[&Tracked]) -> Option<ProbeVerdict> {
        if self.no_probe {
            return None;
        }
        let tracks = members.iter().map(|member| &member.probe).chain([&self.shared]);
        let (result, counts) = tracks
            .filter_map(ProbeTrack::last)
            .max_by_key(|(result, counts)| (*counts, result.outcome, result.checked_at))?;
        Some(ProbeVerdict {
            kind: result.kind,
            target: result.target.clone(),
            success: result.outcome.works(),
            latency_ms: result.latency_ms,
            phases: result.phases,
            certificate_until: result.certificate_until,
            checked_at: result.checked_at,
            message: result.message.clone(),
            counts: *counts,
        })
    }

    fn put(&mut self, health: Health) -> (bool, Option<StateChange>) {
        let old = &self.service.health;
        let change = (self.settled && old.state != health.state).then(|| StateChange {
            from: old.state,
            to: health.state,
            reason: health.reason.clone(),
        });
        self.settled |= health.state != HealthState::Unknown;
        if *old == health {
            return (false, None);
        }
        Arc::make_mut(&mut self.service).health = health;
        (true, change)
    }

    /// Sets the roots of this service's trouble; tells whether they are others than before.
    pub fn set_roots(&mut self, roots: &[ServiceId]) -> bool {
        let may_be_blocked = self.service.health.state.is_problem() || self.waits_to_start();
        let roots = if may_be_blocked { roots } else { &[] };
        if self.service.health.blocked_by == roots {
            return false;
        }
        let health = &mut Arc::make_mut(&mut self.service).health;
        health.blocked_by = roots.to_vec();
        health.overlays.retain(|overlay| *overlay != Overlay::Blocked);
        if !roots.is_empty() {
            health.overlays.push(Overlay::Blocked);
            health.overlays.sort_unstable();
        }
        true
    }
}

/// Whether a probe is derived for a container that has no healthcheck: its label asks for one, its image
/// is known by one, or it has a port that one can be made for.
fn is_probed_by_default(service: &Service, facts: &InstanceFacts) -> bool {
    if let Some(label) = facts.labels.get(ProbeSpec::LABEL)
        && ProbeSpec::is_forbidden_by(label)
    {
        return false;
    }
    let known = service.hint.as_ref().is_some_and(|hint| hint.probe.is_some());
    let mut ports = facts.ports.iter().map(|port| (port.protocol.as_str(), port.container));
    // Of UDP only DNS can be asked.
    known
        || facts.labels.contains_key(ProbeSpec::LABEL)
        || ports.any(|port| port.0 == "tcp" || port == ("udp", 53))
}

/// The containers that stand for the service, in the order they are shown: of several with one
/// number only the running one, else the newest.
fn visible<'a>(members: &[InstanceId], tracked: &'a HashMap<InstanceId, Tracked>) -> Vec<&'a Tracked> {
    let mut all: Vec<&Tracked> = members.iter().filter_map(|id| tracked.get(id)).collect();
    let rank = |each: &Tracked| {
        let alive = matches!(
            each.facts.state,
            InstanceState::Running | InstanceState::Paused | InstanceState::Restarting
        );
        (alive, each.facts.created_at, each.facts.id.clone())
    };
    all.sort_by_cached_key(|each| (each.facts.number, std::cmp::Reverse(rank(each))));
    all.dedup_by(|later, first| first.facts.number.is_some() && later.facts.number == first.facts.number);
    all.sort_by(|a, b| (a.facts.number, &a.facts.name).cmp(&(b.facts.number, &b.facts.name)));
    all
}

/// The worst of Docker's verdicts over running instances, as far as they are known.
fn docker_verdict(members: &[&Tracked]) -> Option<DockerHealth> {
    let severity = |status: DockerStatus| match status {
        DockerStatus::None => 0,
        DockerStatus::Healthy => 1,
        DockerStatus::Starting => 2,
        DockerStatus::Unhealthy => 3,
    };
    members
        .iter()
        .filter(|member| member.facts.is_running() && member.facts.knows_healthcheck())
        .map(|member| &member.facts.docker)
        .max_by_key(|docker| severity(docker.status))
        .cloned()
}

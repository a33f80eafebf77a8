//! The health of a service: what its containers, our probes and what it needs come to together.

use std::collections::HashMap;

use super::{ServiceState, StateChange};
use crate::model::SortShared as _;
use crate::model::{
    DockerHealth, DockerStatus, Health, HealthChangeReason, HealthState, InstanceId, MissingNeed,
    Overlay, ProbeOrigin, ProbeVerdict, Reason, ServiceId, SincePrecision, Source, Timestamp,
};
use crate::probing::ProbeHistory;
use crate::store::HealthContext;
use crate::store::containers::ContainerState;
use crate::store::health::{
    ExpectedResults, HealthInput, Judged, Judgement, combine, judge, later,
};
use crate::store::services::swarm;

impl ServiceState {
    /// Whether the time since when it is in its state is known in round numbers only.
    pub fn is_rounded(&self) -> bool {
        self.service.health.precision == SincePrecision::Rounded
    }

    /// Judges the service; returns a new base state, and whether anything of its health differs.
    pub fn judge(
        &mut self,
        tracked: &HashMap<InstanceId, ContainerState>,
        context: &HealthContext<'_>,
        now: Timestamp,
    ) -> (bool, Option<StateChange>) {
        let members: Vec<&ContainerState> = self
            .service
            .instances
            .iter()
            .filter_map(|each| tracked.get(&each.facts.id))
            .collect();
        let judgement = self.judged(&members, tracked, context, now);
        let deaths: usize = members
            .iter()
            .map(|member| member.history.deaths(now))
            .sum();
        let expiry = members
            .iter()
            .filter_map(|member| member.history.next_death_expiry(now))
            .min();
        let silenced = self.silenced_until(context.silenced.get(&self.service.id).copied(), now);
        let deadlines = [
            judgement.until,
            expiry,
            silenced.filter(|until| *until < Timestamp::MAX),
        ];
        self.deadline = deadlines.into_iter().flatten().filter(|at| *at > now).min();
        let rounded = members.iter().any(|member| !member.facts.inspected);
        let (since, precision) = self.since(&judgement, rounded, now);
        self.keep_healthy_since(&judgement);
        let may_be_blocked =
            judgement.state.is_problem() || self.waits_to_start() || self.needs.unmet.is_some();
        let blocked_by = if may_be_blocked {
            self.service.health.blocked_by.clone()
        } else {
            Vec::new()
        };
        let missed_by = self.missing(&judgement);
        let health = Health {
            since,
            precision,
            overlays: self.overlays(
                &judgement,
                deaths,
                silenced.is_some(),
                !blocked_by.is_empty(),
                context,
            ),
            state: judgement.state,
            reason: judgement.reason,
            blocked_by,
            missed_by,
            docker: docker_verdict(&members),
            probe: self.probe_verdict(&members),
        };
        self.put(health)
    }

    fn judged(
        &self,
        members: &[&ContainerState],
        tracked: &HashMap<InstanceId, ContainerState>,
        context: &HealthContext<'_>,
        now: Timestamp,
    ) -> Judgement {
        if members.is_empty() {
            return self.judge_external(context, now);
        }
        let judged = members.iter().map(|member| Judged {
            name: &member.facts.name,
            judgement: judge(&self.with_history(
                self.input(member, context, now),
                member,
                tracked,
                now,
            )),
        });
        let judgement = swarm::counted(&self.service, combine(judged.collect()));
        self.lacking(self.without_container(judgement))
    }

    /// The Swarm replaces what ends, so that the ends of a task before count for the one that
    /// follows it.
    fn with_history<'a>(
        &self,
        input: HealthInput<'a>,
        member: &ContainerState,
        tracked: &HashMap<InstanceId, ContainerState>,
        now: Timestamp,
    ) -> HealthInput<'a> {
        let (failed, code) = swarm::failed_before(member, &self.members, tracked, now);
        HealthInput {
            deaths: input.deaths + failed,
            died_with: input.died_with.or(code),
            ..input
        }
    }

    /// A service that works is degraded where what it needs and is to run with it has no container.
    /// It may be left out on purpose, so that this alone makes nothing unhealthy.
    fn without_container(&self, judgement: Judgement) -> Judgement {
        let needs = self
            .service
            .missing
            .iter()
            .filter(|need| need.is_needed_running());
        let needs: Vec<MissingNeed> = needs.cloned().collect();
        if !judgement.state.is_up() || needs.is_empty() {
            return judgement;
        }
        Judgement {
            state: HealthState::Degraded,
            reason: Reason::Missing(needs),
            since: self.needs.missing_since,
            ..judgement
        }
    }

    /// A verdict that is older than the end of what the service cannot work without is none any
    /// more.
    fn lacking(&self, judgement: Judgement) -> Judgement {
        let Some(unmet) = self
            .needs
            .unmet
            .as_ref()
            .filter(|_| judgement.state == HealthState::Healthy)
        else {
            return judgement;
        };
        Judgement {
            state: HealthState::Degraded,
            reason: Reason::NeedsDown {
                roots: unmet.roots.clone(),
            },
            since: Some(unmet.since),
            ..judgement
        }
    }

    /// What misses the service, where that is why it is in trouble.
    fn missing(&self, judgement: &Judgement) -> Vec<ServiceId> {
        if judgement.state == HealthState::Unhealthy {
            self.needs.missed_by.clone()
        } else {
            Vec::new()
        }
    }

    fn input<'a>(
        &'a self,
        member: &'a ContainerState,
        context: &HealthContext<'a>,
        now: Timestamp,
    ) -> HealthInput<'a> {
        let own = (member.probe.last().is_some() || member.probe.state().is_some())
            .then_some(&member.probe);
        let shared = self.shared.last().is_some().then_some(&self.shared);
        HealthInput {
            facts: &member.facts,
            probe: own.or(shared).filter(|track| {
                !(self.no_probe || self.needs.network_user_fails && is_failed_guess(track))
            }),
            expected: ExpectedResults {
                probe: self.expects_probe(member) && !self.needs.network_user_fails,
                details: context.inspects,
            },
            lost_network: self
                .service
                .lost_networks
                .iter()
                .find(|lost| lost.instance == member.facts.id),
            end: member.seen_end(context.stops),
            died_with: member.history.died_with,
            awaited: self.needs.awaited,
            server: self.is_server(),
            missed: !self.needs.missed_by.is_empty(),
            deaths: member.history.deaths(now),
            pressure: member.usage.pressure.warning(now),
            first_seen: member.first_seen,
            connected_since: context.connected_since,
            policy: context.policy,
            // While the engine is lost, time alone changes nothing: the last snapshot stays.
            now: context.lost_since.map_or(now, |lost| lost.min(now)),
        }
    }

    /// A service that only the config file knows: only its probe counts.
    fn judge_external(&self, context: &HealthContext<'_>, now: Timestamp) -> Judgement {
        let Some(state) = self.shared.state() else {
            return Judgement::new(HealthState::Unknown, Reason::NotChecked);
        };
        let limit = context.policy.interval.saturating_mul(3);
        let silence = self.shared.counted_at().map(|heard| later(heard, limit));
        if silence.is_some_and(|silence| silence <= now) {
            let seconds = limit.as_secs();
            return Judgement::new(HealthState::Unknown, Reason::NoResult { seconds });
        }
        let last = self.shared.last();
        let since = self.shared.trouble_since().filter(|_| state.is_problem());
        Judgement {
            until: silence,
            since,
            ..Judgement::new(
                state,
                Reason::Probe {
                    finding: last.map(|(result, _)| result.finding.clone()),
                    state,
                    streak: 1,
                },
            )
        }
    }

    /// Since when the service is in the state of `judgement`: the time of the fact, where one has it.
    fn since(
        &self,
        judgement: &Judgement,
        rounded: bool,
        now: Timestamp,
    ) -> (Timestamp, SincePrecision) {
        let old = &self.service.health;
        let told = judgement.since.filter(|since| *since <= now);
        let precision = if rounded {
            SincePrecision::Rounded
        } else {
            SincePrecision::Exact
        };
        if is_lacking(&old.reason) && judgement.state.is_up() {
            // It never failed a check: it goes on since when it was healthy before.
            let before = self.healthy_before;
            if let Some(known) = before.or(told.map(|since| (since, precision))) {
                return known;
            }
        }
        if !self.settled || old.state != judgement.state {
            // What works again does so since now, whenever its process started.
            let follows = |since: &Timestamp| {
                !self.settled || !judgement.state.is_fine() || *since >= old.since
            };
            // The first inspection shows what a list does not: that is no change.
            let inspected = old.precision == SincePrecision::Rounded && !rounded;
            let unknown = if self.settled && !inspected {
                SincePrecision::Observed
            } else {
                SincePrecision::FirstSeen
            };
            return told
                .filter(follows)
                .map_or((now, unknown), |since| (since, precision));
        }
        match (old.precision, told) {
            // The inspection contains what a list has in round numbers.
            (SincePrecision::Rounded, Some(told)) if !rounded => (told, precision),
            (SincePrecision::FirstSeen, Some(told)) if told < old.since => (told, precision),
            (SincePrecision::Observed, Some(told))
                if told < old.since && judgement.state.is_problem() =>
            {
                (told, precision)
            }
            _ => (old.since, old.precision),
        }
    }

    /// Keeps since when it is healthy while its verdict is older than the end of what it needs.
    fn keep_healthy_since(&mut self, judgement: &Judgement) {
        let old = &self.service.health;
        if !is_lacking(&judgement.reason) {
            self.healthy_before = None;
        } else if old.state == HealthState::Healthy {
            self.healthy_before = Some((old.since, old.precision));
        }
    }

    fn overlays(
        &self,
        judgement: &Judgement,
        deaths: usize,
        silenced: bool,
        blocked: bool,
        context: &HealthContext<'_>,
    ) -> Vec<Overlay> {
        let flapping =
            self.flapping.is_on() || deaths >= usize::from(context.policy.restart_warning);
        let stale = context.lost() && self.service.source == Source::Docker;
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
        overlays.sort_shared();
        overlays
    }

    fn probe_verdict(&self, members: &[&ContainerState]) -> Option<ProbeVerdict> {
        if self.no_probe {
            return None;
        }
        let tracks = members
            .iter()
            .map(|member| &member.probe)
            .chain([&self.shared]);
        let (result, counts) = tracks
            .filter_map(ProbeHistory::last)
            .max_by_key(|(result, counts)| (*counts, result.outcome, result.checked_at))?;
        Some(ProbeVerdict {
            kind: result.kind,
            target: result.target.clone(),
            success: result.outcome.works(),
            contact: result.contact,
            latency_ms: result.latency_ms,
            phases: result.phases,
            certificate_until: result.certificate_until,
            checked_at: result.checked_at,
            finding: result.finding.clone(),
            counts: *counts,
        })
    }

    fn put(&mut self, health: Health) -> (bool, Option<StateChange>) {
        let old = &self.service.health;
        let change = (self.settled && old.state != health.state).then(|| StateChange {
            from: old.state,
            to: health.state,
            why: HealthChangeReason {
                reason: health.reason.clone(),
                missed_by: health.missed_by.clone(),
                stack: self.service.stack.clone(),
            },
        });
        self.settled |= health.state != HealthState::Unknown;
        if *old == health {
            return (false, None);
        }
        std::sync::Arc::make_mut(&mut self.service).health = health;
        (true, change)
    }
}

/// Whether its verdict is older than the end of what it needs.
fn is_lacking(reason: &Reason) -> bool {
    matches!(reason, Reason::NeedsDown { .. })
}

/// Whether the latest result is a failure of a probe that was guessed from a port.
fn is_failed_guess(track: &ProbeHistory) -> bool {
    track
        .last()
        .is_some_and(|(result, _)| result.origin == ProbeOrigin::Port && !result.outcome.works())
}

/// The worst of Docker's verdicts over running instances, as far as they are known.
fn docker_verdict(members: &[&ContainerState]) -> Option<DockerHealth> {
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

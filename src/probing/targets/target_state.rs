//! One target with what is known of it.

use std::sync::Arc;
use std::time::Duration;

use crate::model::authority::split_url;
use crate::model::{
    DockerStatus, Instance, InstanceFacts, OutOfReach, PortProtocol, ProbeKind, ProbeSpec,
    ProbeTarget, Service, Timestamp,
};
use crate::probe::{Report, addresses, out_of_reach};

use super::{SyncContext, same};
use crate::probing::breaker::Depth;
use crate::probing::breaker_gate::BreakerGate;
use crate::probing::correction::ProtocolCorrection;
use crate::probing::job::{JobOutcome, ProbeJob};
use crate::probing::key::TargetKey;
use crate::probing::quiet_mode::QuietMode;
use crate::probing::relevance::{Circumstances, FinishedProbe, Relevance};
use crate::probing::trigger::{TargetCondition, Trigger};

#[derive(Debug)]
pub(super) struct TargetState {
    /// The specification before any correction.
    pub(super) spec: ProbeSpec,
    /// Start of the instance's present run.
    started_at: Option<Timestamp>,
    /// What `addresses` was made from.
    facts: Option<Arc<InstanceFacts>>,
    addresses: Vec<String>,
    /// Why there are none, where that is reported.
    out_of_reach: Option<OutOfReach>,
    /// The same of the port whose certificate is looked at.
    certificate_addresses: Vec<String>,
    /// What the limit per host counts.
    pub(super) host: Arc<str>,
    /// The address that answered last; tried alone until it fails.
    last_address: Option<String>,
    correction: Option<ProtocolCorrection>,
    /// Whether the specification as it stands has ever succeeded in this run of the instance.
    proven: bool,
    /// The breaker of an expensive probe; `None` for all others.
    gate: Option<Box<BreakerGate>>,
    log: QuietMode,
    pub(super) trigger: Trigger,
}

/// What follows from a finished probe of a target.
#[derive(Debug)]
pub(in crate::probing) struct Applied {
    /// The report to publish.
    pub report: Option<Report>,
    /// Whether it is a failure or a success in a row; `None` where it is neither.
    pub failed: Option<bool>,
    /// Whether a full probe is due at once.
    pub trial: bool,
}

impl TargetState {
    /// The target that the URL of `spec` names.
    pub(super) fn of_url(
        spec: &ProbeSpec,
        service: &Service,
        context: &SyncContext<'_>,
        before: Option<Self>,
    ) -> Self {
        let facts = service.primary().map(|instance| &*instance.facts);
        let condition = TargetCondition::of(facts, true);
        match before.filter(|before| before.spec.asks_as(spec)) {
            Some(before) => {
                let taken_at = context.snapshot.taken_at;
                Self {
                    spec: spec.clone(),
                    trigger: before.trigger.after(condition, taken_at),
                    ..before
                }
            }
            None => {
                let url = spec.url.as_deref().unwrap_or_default();
                let (_, authority, _) = split_url(url);
                let trigger = Trigger::first(condition, context.snapshot);
                Self::new(spec, None, Vec::new(), limited_host(authority), trigger)
            }
        }
    }

    /// The target of `instance`; `None` when no address of it can be reached and that is not
    /// reported.
    pub(super) fn of_instance(
        spec: &ProbeSpec,
        instance: &Instance,
        context: &SyncContext<'_>,
        before: Option<Self>,
    ) -> Option<Self> {
        let facts = &instance.facts;
        let lender = context.owners.of_instance(facts);
        let owner = lender.unwrap_or(facts);
        let before = before.filter(|it| it.spec.asks_as(spec) && it.started_at == facts.started_at);
        let as_before = |it: &Self| it.spec == *spec && same(it.facts.as_ref(), Some(facts));
        if !context.moved && lender.is_none() && before.as_ref().is_some_and(as_before) {
            return before;
        }
        let reached = |port, transport: &PortProtocol| {
            addresses(facts, lender, port, transport, context.location)
        };
        let addresses = reached(spec.port, &spec.transport());
        let (host, reason) = match addresses.first() {
            // The engine runs it in the container, wherever that is.
            _ if spec.kind == ProbeKind::Exec => (facts.id.as_str(), None),
            Some(address) => (limited_host(address), None),
            // Its start, or that of the container whose network it uses, is still to come or to be
            // read.
            None if !owner.is_running() || owner.announced => return None,
            None if context.location.reports_unreachable => (
                facts.id.as_str(),
                Some(out_of_reach(facts, lender, spec.port, context.location)),
            ),
            None => return None,
        };
        let condition = TargetCondition::of(Some(facts), reason.is_none());
        let trigger = Trigger::first(condition, context.snapshot);
        let mut state = Self::new(spec, Some(facts), addresses.clone(), host, trigger);
        state.out_of_reach = reason;
        state.certificate_addresses = spec
            .certificate_port
            .map_or_else(Vec::new, |port| reached(port, &PortProtocol::Tcp));
        if let Some(before) = before {
            state.last_address = before.last_address.filter(|last| addresses.contains(last));
            (state.correction, state.proven, state.gate) =
                (before.correction, before.proven, before.gate);
            state.log = before.log;
            state.trigger = before.trigger.after(condition, context.snapshot.taken_at);
        }
        Some(state)
    }

    fn new(
        spec: &ProbeSpec,
        facts: Option<&Arc<InstanceFacts>>,
        addresses: Vec<String>,
        host: &str,
        trigger: Trigger,
    ) -> Self {
        Self {
            spec: spec.clone(),
            started_at: facts.and_then(|facts| facts.started_at),
            facts: facts.cloned(),
            addresses,
            out_of_reach: None,
            certificate_addresses: Vec::new(),
            host: Arc::from(host),
            last_address: None,
            correction: None,
            proven: false,
            gate: spec.is_expensive().then(Box::default),
            log: QuietMode::default(),
            trigger,
        }
    }

    /// The probe of this target, named `key`, that starts at `now`.
    pub(super) fn job(&mut self, key: &TargetKey, now: Duration) -> ProbeJob {
        self.trigger.probe_starts();
        let addresses = match &self.last_address {
            Some(address) => vec![address.clone()],
            None => self.addresses.clone(),
        };
        let target = ProbeTarget {
            service: key.service.clone(),
            instance: key.instance.clone(),
            spec: self.next_spec(),
            addresses,
            certificate_addresses: self.log.certificate_addresses(&self.certificate_addresses),
        };
        let depth = self.next_depth(now);
        ProbeJob {
            key: key.clone(),
            target,
            out_of_reach: self.out_of_reach.clone(),
            may_correct: self.correction.is_none() && !self.proven,
            depth,
            started: now,
        }
    }

    fn next_depth(&mut self, now: Duration) -> Depth {
        match &mut self.gate {
            Some(gate) => gate.begin(now),
            None if self.log.connect_only() => Depth::ConnectOnly,
            None => Depth::Full,
        }
    }

    /// The specification as corrected.
    fn next_spec(&self) -> ProbeSpec {
        let spec = self.correction.map_or_else(
            || self.spec.clone(),
            |correction| correction.apply(&self.spec),
        );
        ProbeSpec {
            quiet: self.log.use_quiet_requests(),
            ..spec
        }
    }

    /// Takes in what a probe at `depth` found.
    pub(super) fn apply(&mut self, depth: Depth, outcome: JobOutcome, now: Duration) -> Applied {
        let (report, trial) = match (&mut self.gate, depth) {
            (Some(gate), Depth::ConnectOnly) => gate.connected(&self.spec, outcome.report, now),
            (None, Depth::ConnectOnly) => (self.log.connected(outcome.report), false),
            (gate, Depth::Full) => {
                if let (Some(gate), Some(report)) = (gate, &outcome.report) {
                    gate.finished(report, now);
                }
                (
                    outcome.report.map(|report| self.log.finished(report)),
                    false,
                )
            }
        };
        self.correction = self.correction.or(outcome.correction);
        let failed = report.as_ref().and_then(|report| self.judge(report, depth));
        Applied {
            report,
            failed,
            trial,
        }
    }

    /// Takes in the report that is published; gives whether it is a failure or a success in a row.
    fn judge(&mut self, report: &Report, depth: Depth) -> Option<bool> {
        let works = report.outcome.works();
        self.proven |= works;
        if works {
            self.trigger.probe_succeeded();
        }
        if depth == Depth::Full {
            // After a failure every address is tried again.
            self.last_address = report.address.clone().filter(|_| works);
        }
        // The order of results does not depend on what the engine reports.
        let about = Circumstances {
            proven: self.proven,
            docker: DockerStatus::None,
            engine_lost: false,
        };
        let finished = FinishedProbe {
            origin: self.spec.origin,
            ..report.into()
        };
        Relevance::of(finished, &about).in_order(report.outcome)
    }

    /// Makes the next probe a full one.
    pub(super) fn try_full(&mut self, now: Duration) {
        self.log = QuietMode::default();
        if let Some(gate) = &mut self.gate {
            gate.run_soon(now);
        }
    }
}

/// What the limit per host counts: the host of `address`; behind the loopback stands another
/// container at every port, so there each port counts as a host.
fn limited_host(address: &str) -> &str {
    let host = address.rsplit_once(':').map_or(address, |(host, _)| host);
    if matches!(host, "127.0.0.1" | "[::1]") {
        address
    } else {
        host
    }
}

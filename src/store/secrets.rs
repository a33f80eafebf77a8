//! Nothing clear enters: what the engine, the services and the probes return is masked before it is
//! folded, so that nothing that is derived from it holds a secret. The definition of a container
//! stays in the clear inside [`crate::model::secrets::Sensitive`], since edges and probes follow
//! from it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::model::secrets::KnownSecrets;
use crate::model::{
    ConnectAttempt, EngineStatus, ExternalView, FailureLog, InstanceFacts, LogFigures, Observation,
    OperationProgress, ProbeResult, ServiceId, StepState,
};

use super::Store;
use super::dirty::{Changed, Dirty};
use super::log_figures::mask_figures;
use super::mask::{Mask, rewrite};
use crate::store::containers::is_other_reference;

impl Store {
    /// `observation` without the secrets that are known, those among them that it defines itself;
    /// and what changed because new ones became known.
    pub(super) fn without_secrets(&mut self, mut observation: Observation) -> (Observation, Dirty) {
        let hidden = self.learn(&observation);
        let known = Arc::clone(&self.publishing.secrets);
        mask_observation(&mut observation, &|text: &str| masked(&known, text));
        (observation, hidden)
    }

    /// Learns the secrets that `observation` defines, and hides new ones in what was taken in
    /// before.
    fn learn(&mut self, observation: &Observation) -> Dirty {
        let new = self.learn_new(observation);
        let mut hidden = Dirty::default();
        for new in new.into_iter().filter(|new| !new.is_empty()) {
            hidden.absorb(self.hide(&new));
        }
        hidden
    }

    /// The secrets that `observation` defines and that were not known, for each definition.
    fn learn_new(&mut self, observation: &Observation) -> Vec<KnownSecrets> {
        let mut new = Vec::new();
        match observation {
            Observation::Listed { instances, .. } => {
                new.extend(instances.iter().filter_map(|facts| self.learn_facts(facts)));
            }
            Observation::Inspected { facts, .. }
            | Observation::NetworkOwner {
                facts: Some(facts), ..
            } => {
                new.extend(self.learn_facts(facts));
            }
            Observation::Configured { files, .. } => {
                let secrets = Arc::make_mut(&mut self.publishing.secrets);
                new.extend(files.iter().map(|file| secrets.learn_text(&file.text)));
            }
            Observation::Rules { rules, .. } => {
                let secrets = Arc::make_mut(&mut self.publishing.secrets);
                let probes = rules.iter().filter_map(|rule| rule.probe.as_ref());
                new.extend(probes.map(|probe| secrets.learn_probe(probe)));
            }
            _ => {}
        }
        new
    }

    /// Learns from a definition that differs from the one that is known.
    fn learn_facts(&mut self, facts: &InstanceFacts) -> Option<KnownSecrets> {
        let known = self
            .containers
            .by_id
            .get(&facts.id)
            .map(|tracked| &tracked.facts);
        // A list contains less than an inspection, and nothing that is new.
        let is_new = known.is_none_or(|known| facts.inspected && is_other_reference(known, facts));
        is_new.then(|| Arc::make_mut(&mut self.publishing.secrets).learn(facts))
    }

    /// Hides what has just become known as a secret in everything that is held.
    fn hide(&mut self, new: &KnownSecrets) -> Dirty {
        let mask = |text: &str| match new.hide(text) {
            Cow::Owned(hidden) => Some(hidden),
            Cow::Borrowed(_) => None,
        };
        let mut touched = self.hide_in_containers(&mask);
        touched.extend(self.hide_in_services(&mask));
        self.timeline.mask(&mask);
        self.incidents.mask(&mask);
        self.operations.mask(&mask);
        Dirty {
            services: touched.into_iter().collect(),
            ..Changed::Yes.into()
        }
    }

    /// The services of which a container changed.
    fn hide_in_containers(&mut self, mask: Mask<'_>) -> Vec<ServiceId> {
        let mut touched = Vec::new();
        for tracked in self.containers.by_id.values_mut() {
            tracked
                .probe
                .change_last(|result| mask_result(result, mask));
            if mask_facts(&mut tracked.facts, mask) {
                touched.push(tracked.service.clone());
            }
        }
        touched
    }

    /// The services of which a probe result changed.
    fn hide_in_services(&mut self, mask: Mask<'_>) -> Vec<ServiceId> {
        let mut touched = Vec::new();
        for (id, entry) in &mut self.services.by_id {
            entry.shared.change_last(|result| mask_result(result, mask));
            let words = entry.service.failure_log.as_ref();
            if words.is_some_and(|words| words.lines.iter().any(|line| mask(&line.text).is_some()))
                && let Some(words) = &mut Arc::make_mut(&mut entry.service).failure_log
            {
                mask_words(Arc::make_mut(words), mask);
            }
            if let Some(figures) = &entry.service.log_figures {
                let mut masked = LogFigures::clone(figures);
                if mask_figures(&mut masked, mask) {
                    Arc::make_mut(&mut entry.service).log_figures = Some(Arc::new(masked));
                }
            }
            let tells = |result: &ProbeResult| mask_result(&mut result.clone(), mask);
            if entry.service.probe_log.iter().any(tells) {
                let service = Arc::make_mut(&mut entry.service);
                let log = Arc::make_mut(&mut service.probe_log);
                for result in log {
                    mask_result(result, mask);
                }
                touched.push(id.clone());
            }
        }
        touched
    }
}

/// `text` without secrets; `None` where there are none in it.
fn masked(known: &KnownSecrets, text: &str) -> Option<String> {
    (!text.is_empty())
        .then(|| known.mask(text))
        .filter(|masked| masked != text)
}

/// How the connection is, and the addresses that were tried.
fn mask_connection(status: &mut EngineStatus, attempts: &mut [ConnectAttempt], mask: Mask<'_>) {
    if let EngineStatus::Lost { error, .. } = status {
        rewrite(error, mask);
    }
    for attempt in attempts {
        rewrite(&mut attempt.endpoint, mask);
        rewrite(&mut attempt.error, mask);
    }
}

/// Masks what the engine and the container return; its definition masks itself.
fn mask_facts(facts: &mut Arc<InstanceFacts>, mask: Mask<'_>) -> bool {
    let outputs = facts.health_log.iter().map(|result| &result.output);
    let texts = outputs
        .chain([&facts.error, &facts.docker.output])
        .chain(&facts.unread.inspection);
    if texts.into_iter().all(|text| mask(text).is_none()) {
        return false;
    }
    let facts = Arc::make_mut(facts);
    let outputs = facts.health_log.iter_mut().map(|result| &mut result.output);
    let texts = outputs.chain([&mut facts.error, &mut facts.docker.output]);
    for text in texts.chain(&mut facts.unread.inspection) {
        rewrite(text, mask);
    }
    true
}

fn mask_result(result: &mut ProbeResult, mask: Mask<'_>) -> bool {
    let texts = [&mut result.target].into_iter().chain(&mut result.version);
    let mut changed = texts.fold(false, |changed, text| rewrite(text, mask) | changed);
    result
        .finding
        .texts_mut(&mut |text| changed |= rewrite(text, mask));
    changed
}

fn mask_words(words: &mut FailureLog, mask: Mask<'_>) {
    let mut lines = words.lines.to_vec();
    if lines.iter_mut().fold(false, |changed, line| {
        rewrite(&mut line.text, mask) | changed
    }) {
        words.lines = lines.into();
    }
}

fn mask_progress(progress: &mut OperationProgress, mask: Mask<'_>) {
    match progress {
        OperationProgress::Failed { error }
        | OperationProgress::Step {
            state: StepState::Failed { error },
            ..
        } => {
            rewrite(error, mask);
        }
        OperationProgress::Output(lines) => {
            for line in lines {
                rewrite(&mut line.text, mask);
            }
        }
        OperationProgress::Called { calls, .. } => {
            for call in calls {
                rewrite(&mut call.answer, mask);
            }
        }
        OperationProgress::Started { .. }
        | OperationProgress::Step { .. }
        | OperationProgress::Succeeded
        | OperationProgress::Waits { .. }
        | OperationProgress::Activity { .. }
        | OperationProgress::Cancelled { .. } => {}
    }
}

fn mask_all(instances: &mut [Arc<InstanceFacts>], mask: Mask<'_>) {
    for facts in instances {
        mask_facts(facts, mask);
    }
}

/// Where a mask would break the JSON, the face that writes it leaves it out.
fn mask_external(view: &mut Arc<ExternalView>, mask: Mask<'_>) {
    if let Some(json) = &mut Arc::make_mut(view).json {
        rewrite(json, mask);
    }
}

/// Masks every text of `observation`. Each kind stands here, so that a new one is not forgotten.
fn mask_observation(observation: &mut Observation, mask: Mask<'_>) {
    match observation {
        Observation::Engine { status, attempts } => mask_connection(status, attempts, mask),
        Observation::EngineInfo(info) => {
            rewrite(&mut Arc::make_mut(info).endpoint, mask);
        }
        Observation::Listed { instances, .. } => mask_all(instances, mask),
        Observation::Inspected { facts, .. }
        | Observation::NetworkOwner {
            facts: Some(facts), ..
        } => _ = mask_facts(facts, mask),
        Observation::Refused {
            reason: Some(text), ..
        }
        | Observation::InspectionFailed { reason: text, .. }
        | Observation::Own { text, .. }
        | Observation::Rules {
            problem: Some(text),
            ..
        } => {
            rewrite(text, mask);
        }
        Observation::FailureLog(words) => mask_words(words, mask),
        Observation::LogFigures { figures, .. } => _ = mask_figures(figures, mask),
        Observation::Probed { result, .. } => {
            mask_result(result, mask);
        }
        Observation::Operation { progress, .. } => mask_progress(progress, mask),
        Observation::External(Some(view)) => mask_external(view, mask),
        // Names, figures, and texts of which only names and ports are kept.
        Observation::EngineTiming(_)
        | Observation::Gone { .. }
        | Observation::NetworkOwner { facts: None, .. }
        | Observation::SwarmServices { .. }
        | Observation::Event(_)
        | Observation::Refused { reason: None, .. }
        | Observation::Gap { .. }
        | Observation::Host(_)
        | Observation::Configured { .. }
        | Observation::Connected { .. }
        | Observation::Disk(_)
        | Observation::Sampled { .. }
        | Observation::RecordedRuns(_)
        | Observation::RecordedStops(_)
        | Observation::RecordedRestarts(_)
        | Observation::BadImages(_)
        | Observation::ImageChecks(_)
        | Observation::Interrupted { .. }
        | Observation::Parts(_)
        | Observation::Shortage { .. }
        | Observation::Dropped { .. }
        | Observation::Cost(_)
        | Observation::External(None)
        | Observation::Rules { problem: None, .. }
        | Observation::Settings { .. }
        | Observation::HealStops(_)
        | Observation::Projects(_)
        | Observation::ClearCache { .. } => {}
    }
}

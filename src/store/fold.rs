//! Each observation goes to the parts it concerns.

use std::sync::Arc;

use crate::model::{
    BadImage, Change, ConnectAttempt, EngineStatus, ExternalView, Feature, HealthPolicy,
    ImageChecks, Layers, Observation, OwnChange, ProductionPatterns, RecordedRun, RecordedStop,
    ServiceRule, Timestamp,
};

use super::Store;
use super::dirty::{Changed, Dirty};
use super::rules::Rules;
use super::timeline::About;

impl Store {
    /// Takes one observation into the parts; what has to be derived anew.
    pub(super) fn fold(&mut self, observation: Observation, now: Timestamp) -> Dirty {
        match observation {
            Observation::Engine { status, attempts } => self.fold_status(status, attempts),
            Observation::EngineInfo(info) => self.engine.set_info(&info).into(),
            Observation::EngineTiming(timing) => self.engine.set_timing(timing).into(),
            Observation::Projects(projects) => self.engine.set_projects(Some(projects)).into(),
            Observation::Disk(disk) => self.engine.set_disk(disk).into(),
            Observation::Host(host) => self.engine.set_host(host).into(),
            Observation::Refused { feature, reason } => self.fold_refusal(feature, reason),
            Observation::Gap { at, gap } => self.engine.add_gap(gap, at, &mut self.timeline).into(),
            Observation::Dropped { what, count } => self.engine.add_dropped(what, count).into(),
            Observation::Operation { id, at, progress } => self.fold_operation(id, at, progress),
            Observation::RecordedStops(stops) => self.fold_recorded_stops(stops),
            Observation::ImageChecks(checks) => self.fold_image_checks(checks),
            Observation::BadImages(images) => self.fold_bad_images(images),
            Observation::HealStops(stops) => self.fold_heal_stops(stops),
            Observation::RecordedRestarts(list) => self.operations.restarts.remember(list).into(),
            Observation::Interrupted { at, operations } => self.fold_interrupted(at, &operations),
            Observation::Rules {
                policy,
                rules,
                layers,
                problem,
            } => self.fold_rules(policy, rules, layers, problem),
            Observation::Settings {
                discovery,
                projects,
                max_events,
                production,
                waiting,
            } => self.fold_settings((discovery, projects, max_events), production, waiting),
            Observation::External(view) => self.fold_external(view),
            Observation::Cost(cost) => self.publishing.own.set_cost(cost).into(),
            Observation::Parts(down) => self.publishing.own.set_parts_down(down).into(),
            Observation::Shortage { at, shortage } => {
                let own = &mut self.publishing.own;
                own.add_shortage(shortage, at, &mut self.timeline).into()
            }
            Observation::RecordedRuns(runs) => self.fold_recorded_runs(runs),
            Observation::Own { at, text } => {
                let message = Change::Own(OwnChange::Message(text));
                self.timeline.push(at, About::default(), message);
                Changed::Yes.into()
            }
            Observation::ClearCache { .. } => self.clear_cache(),
            of_containers @ (Observation::Listed { .. }
            | Observation::Inspected { .. }
            | Observation::InspectionFailed { .. }
            | Observation::Gone { .. }
            | Observation::NetworkOwner { .. }
            | Observation::SwarmServices { .. }
            | Observation::Event(_)
            | Observation::Sampled { .. }
            | Observation::Probed { .. }
            | Observation::FailureLog(_)
            | Observation::LogFigures { .. }
            | Observation::Configured { .. }
            | Observation::Connected { .. }) => self.fold_containers(of_containers, now),
        }
    }

    fn fold_recorded_runs(&mut self, runs: Arc<[RecordedRun]>) -> Dirty {
        self.publishing.recorded_runs = runs;
        Changed::Yes.into()
    }

    fn fold_image_checks(&mut self, checks: Arc<ImageChecks>) -> Dirty {
        self.publishing.image_checks = checks;
        Changed::Yes.into()
    }

    fn fold_bad_images(&mut self, images: Vec<BadImage>) -> Dirty {
        self.operations.bad_images = images.into();
        Changed::Yes.into()
    }

    /// What concerns containers and the services they belong to.
    fn fold_containers(&mut self, observation: Observation, now: Timestamp) -> Dirty {
        match observation {
            Observation::Listed {
                at,
                done_at,
                next_at,
                instances,
            } => {
                self.engine.listed(at, done_at, next_at);
                self.fold_list(at, done_at, instances, now)
            }
            Observation::Inspected { at, facts } => self.fold_inspection(facts, at, now),
            Observation::InspectionFailed {
                instance, reason, ..
            } => Dirty::services(self.containers.set_uninspected(&instance, reason)),
            Observation::Gone { at, instance } => self.fold_gone(&instance, at, now),
            Observation::NetworkOwner {
                container, facts, ..
            } => {
                self.containers.owners.update(container, facts, now);
                Dirty::topology()
            }
            Observation::SwarmServices { services, .. } => {
                self.services.set_swarm(services);
                Dirty::services(self.services.derive_swarm())
            }
            Observation::Event(event) => self.fold_event(&event, now),
            Observation::Sampled { instance, sample } => self.fold_sample(&instance, sample, now),
            Observation::Probed {
                service,
                instance,
                result,
            } => self.fold_probe(&service, instance.as_ref(), result, now),
            Observation::FailureLog(words) => self.fold_failure_log(words),
            Observation::LogFigures { service, figures } => {
                self.fold_log_figures(&service, figures)
            }
            Observation::Configured {
                instance, files, ..
            } if self.containers.set_configured(&instance, &files) => Dirty::topology(),
            Observation::Connected { connections, .. }
                if self.containers.add_connections(&connections) =>
            {
                Dirty::topology()
            }
            _ => Dirty::default(),
        }
    }

    fn fold_status(&mut self, status: EngineStatus, attempts: Vec<ConnectAttempt>) -> Dirty {
        let turned = self.engine.set_status(status, attempts, &mut self.timeline);
        let mut dirty = Dirty::from(Changed::Yes);
        if turned {
            // Services of the settings are shown once it is known that no list comes.
            dirty.topology = !self.containers.is_listed();
            dirty.services = self.services.ids();
        }
        dirty
    }

    fn fold_refusal(&mut self, feature: Feature, reason: Option<String>) -> Dirty {
        let turned = feature == Feature::Inspect && self.engine.set_inspects(reason.is_none());
        let mut dirty = Dirty::from(self.engine.refuse(feature, reason));
        if turned {
            dirty.services = self.services.ids();
        }
        dirty
    }

    fn fold_external(&mut self, view: Option<Arc<ExternalView>>) -> Dirty {
        self.publishing.external = view;
        Changed::Measured.into()
    }

    /// Usually comes before any container is known.
    fn fold_recorded_stops(&mut self, stops: Vec<RecordedStop>) -> Dirty {
        self.operations.stops = stops;
        Dirty::services(self.services.ids())
    }

    fn fold_rules(
        &mut self,
        policy: HealthPolicy,
        services: Arc<[ServiceRule]>,
        layers: Arc<Layers>,
        problem: Option<String>,
    ) -> Dirty {
        let waiting = std::mem::take(&mut self.rules.waiting);
        let production = std::mem::take(&mut self.rules.production);
        self.rules = Rules {
            policy,
            services,
            layers,
            problem,
            production,
            waiting,
        };
        let probed_otherwise = self.services.apply_rules(&self.rules.services);
        self.containers.forget_probes(&probed_otherwise);
        self.timeline.hide_only(self.services.hidden());
        Dirty {
            services: self.services.ids(),
            ..Dirty::topology()
        }
    }

    fn fold_settings(
        &mut self,
        (discovery, projects, max_events): (bool, Vec<String>, usize),
        production: ProductionPatterns,
        waiting: Vec<&'static str>,
    ) -> Dirty {
        self.rules.production = Arc::new(production);
        self.engine.view.discovery = discovery;
        self.rules.waiting = waiting;
        self.timeline.limit(max_events);
        let mut dirty = self.watch_only(projects);
        dirty.changed(Changed::Yes);
        dirty
    }

    /// Forgets probe results and samples. States stay until the next result: nothing is known that
    /// would contradict them.
    fn clear_cache(&mut self) -> Dirty {
        self.containers.forget_measurements();
        self.services.forget_measurements();
        Dirty {
            services: self.services.ids(),
            ..Changed::Yes.into()
        }
    }
}

//! A store with a clock and short words for observations.
#![allow(dead_code, reason = "tests and benchmarks use parts of it")]
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a helper of tests fails by panicking"
)]

use std::sync::Arc;

use hubdeck::explain::timeline::words;
use hubdeck::model::{self, *};
use hubdeck::store::{Changed, Store};

#[path = "../../src/explain/testing.rs"]
pub mod reasons;

/// Seconds after the start of the test's world.
pub fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_700_000_000 + seconds).unwrap()
}

/// Facts of the running container `hub-api-1` of `hub/api`, or `solo` of `solo`, started at 0.
pub fn facts(service: &str) -> InstanceFacts {
    numbered(service, 1)
}

/// Facts of replica `number`.
pub fn numbered(service: &str, number: u32) -> InstanceFacts {
    let (stack, name) = match service.split_once('/') {
        Some((stack, name)) => (Some(StackName::new(stack)), name),
        None => (None, service),
    };
    let container = match &stack {
        Some(stack) => format!("{stack}-{name}-{number}"),
        None => name.to_owned(),
    };
    InstanceFacts {
        number: stack.as_ref().map(|_| number),
        image: "acme/thing:1".into(),
        image_id: "sha256:1".into(),
        state: InstanceState::Running,
        created_at: Some(at(0)),
        started_at: Some(at(0)),
        restart_policy: "always".into(),
        network_mode: "default".into(),
        inspected: true,
        ..InstanceFacts::unknown(
            InstanceId::from(format!("id-{container}")),
            &container,
            stack,
            ServiceName::new(name),
        )
    }
}

/// Changes facts in passing.
pub trait With: Sized {
    fn with(self, change: impl FnOnce(&mut Self)) -> Self;

    /// Docker's verdict, with a healthcheck defined.
    fn docker(self, status: DockerStatus) -> Self;

    /// Listens on a TCP port, so that a probe is expected.
    fn port(self, port: u16) -> Self;

    /// `"db:healthy migrate:completed redis:started"`.
    fn needs(self, needs: &str) -> Self;

    /// Ended with a code at a time.
    fn exited(self, code: i64, seconds: i64) -> Self;
}

impl With for InstanceFacts {
    fn with(mut self, change: impl FnOnce(&mut Self)) -> Self {
        change(&mut self);
        self
    }

    fn docker(self, status: DockerStatus) -> Self {
        self.with(|facts| {
            facts.docker.status = status;
            facts.healthcheck = Some(Healthcheck {
                test: vec!["CMD".into(), "true".into()].into(),
                interval: None,
                start_period: None,
                retries: Some(3),
            });
        })
    }

    fn port(self, port: u16) -> Self {
        self.with(|facts| {
            facts.ports.push(Port {
                container: port,
                protocol: "tcp".into(),
                published: None,
                address: None,
            });
        })
    }

    fn needs(self, needs: &str) -> Self {
        self.with(|facts| {
            facts.depends_on = needs
                .split_whitespace()
                .map(|need| {
                    let (service, condition) = need.split_once(':').unwrap();
                    let condition = match condition {
                        "healthy" => DependencyCondition::ServiceHealthy,
                        "completed" => DependencyCondition::ServiceCompletedSuccessfully,
                        _ => DependencyCondition::ServiceStarted,
                    };
                    Dependency {
                        service: service.into(),
                        condition,
                        restart: false,
                    }
                })
                .collect();
        })
    }

    fn exited(self, code: i64, seconds: i64) -> Self {
        self.with(|facts| {
            facts.state = InstanceState::Exited;
            facts.exit_code = Some(code);
            facts.finished_at = Some(at(seconds));
        })
    }
}

/// A store and the time.
pub struct World {
    pub store: Store,
    pub now: Timestamp,
}

impl World {
    /// A world 1,000 s after the containers of [`facts`] started, connected and with a list.
    pub fn of(list: Vec<InstanceFacts>) -> Self {
        Self::beginning(list, at(1_000))
    }

    /// A world whose hubdeck was started ten seconds before `now` and gets its list now.
    pub fn beginning(list: Vec<InstanceFacts>, now: Timestamp) -> Self {
        let started_at = now - SignedDuration::from_secs(10);
        let mut world = Self {
            store: Store::new(started_at),
            now,
        };
        let status = EngineStatus::Connected { since: world.now };
        let _ = world.apply(Observation::Engine {
            status,
            attempts: Vec::new(),
        });
        let _ = world.list(list);
        world
    }

    pub fn apply(&mut self, observation: Observation) -> Changed {
        self.store.apply(observation, self.now)
    }

    /// Lets time pass with its deadlines, as the task loop does.
    pub fn wait(&mut self, seconds: i64) {
        let end = self.now + SignedDuration::from_secs(seconds);
        while let Some(deadline) = self
            .store
            .next_deadline()
            .filter(|deadline| *deadline <= end)
        {
            self.now = deadline.max(self.now);
            let _ = self.store.tick(self.now);
        }
        self.now = end;
    }

    pub fn list(&mut self, list: Vec<InstanceFacts>) -> Changed {
        let now = self.now;
        self.apply(Observation::Listed {
            at: now,
            done_at: now,
            next_at: now + SignedDuration::from_secs(30),
            instances: list.into_iter().map(Arc::new).collect(),
        })
    }

    pub fn inspect(&mut self, facts: InstanceFacts) -> Changed {
        let now = self.now;
        self.apply(Observation::Inspected {
            at: now,
            facts: Arc::new(facts),
        })
    }

    /// An event of `facts`' container now.
    pub fn event(&mut self, facts: &InstanceFacts, kind: EngineEventKind) -> Changed {
        let event = EngineEvent {
            at: self.now,
            instance: facts.id.clone(),
            stack: facts.stack.clone(),
            kind,
        };
        self.apply(Observation::Event(event))
    }

    /// The process of `facts` ends with `code` now.
    pub fn die(&mut self, facts: &InstanceFacts, code: i64) -> Changed {
        self.event(
            facts,
            EngineEventKind::Die {
                exit_code: Some(code),
            },
        )
    }

    /// A probe of `facts`' container ends now.
    pub fn probe(
        &mut self,
        facts: &InstanceFacts,
        origin: ProbeOrigin,
        outcome: ProbeOutcome,
    ) -> Changed {
        let message = match outcome {
            ProbeOutcome::Success => "200 OK",
            ProbeOutcome::Warning => "429 Too Many Requests",
            ProbeOutcome::Starting => "starting up",
            ProbeOutcome::Failure => "connection refused",
            ProbeOutcome::Inconclusive => "the variable HUB_PASSWORD is not set",
        };
        let contact = match outcome {
            ProbeOutcome::Failure => Contact::Refused,
            ProbeOutcome::Inconclusive => Contact::NotAsked,
            _ => Contact::Answered,
        };
        self.probe_saying(facts, origin, (outcome, contact, message))
    }

    /// A probe of `facts`' container ends now as told.
    pub fn probe_saying(
        &mut self,
        facts: &InstanceFacts,
        origin: ProbeOrigin,
        (outcome, contact, message): (ProbeOutcome, Contact, &str),
    ) -> Changed {
        let works = outcome.works();
        let result = ProbeResult {
            contact,
            origin,
            target: "http://172.18.0.2:8000/health".into(),
            latency_ms: works.then_some(3.5),
            finding: reasons::finding(message),
            version: works.then(|| "1.4.2".into()),
            ..ProbeResult::of(outcome, self.now)
        };
        let (service, instance) = (facts.service_id(), Some(facts.id.clone()));
        self.apply(Observation::Probed {
            service,
            instance,
            result,
        })
    }

    pub fn snapshot(&mut self) -> Arc<Snapshot> {
        self.store.snapshot(self.now)
    }

    pub fn service(&mut self, id: &str) -> Arc<Service> {
        let snapshot = self.snapshot();
        Arc::clone(
            snapshot
                .service(&ServiceId::new(id))
                .unwrap_or_else(|| panic!("no service {id}")),
        )
    }

    /// `"state: reason"`.
    pub fn health(&mut self, id: &str) -> String {
        let service = self.service(id);
        let health = &service.health;
        format!("{}: {}", health.state, hubdeck::explain::short(&service))
    }

    pub fn overlays(&mut self, id: &str) -> Vec<Overlay> {
        self.service(id).health.overlays.clone()
    }

    /// The texts of the timeline from `skip` on, without those of incidents.
    pub fn told(&mut self, skip: usize) -> Vec<String> {
        let snapshot = self.snapshot();
        let others = snapshot
            .timeline
            .iter()
            .filter(|each| !matches!(each.change, Change::Incident { .. }));
        others
            .skip(skip)
            .map(|event| words(&event.change))
            .collect()
    }

    /// The texts of the timeline about incidents.
    pub fn told_of_incidents(&mut self) -> Vec<String> {
        let snapshot = self.snapshot();
        let incidents = snapshot
            .timeline
            .iter()
            .filter(|each| matches!(each.change, Change::Incident { .. }));
        incidents.map(|event| words(&event.change)).collect()
    }

    /// The sentences of the open incidents.
    pub fn incidents(&mut self) -> Vec<String> {
        self.snapshot()
            .open_incidents()
            .map(|incident| hubdeck::explain::incident::sentence(incident))
            .collect()
    }
}

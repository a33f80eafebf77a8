//! A world of services with states set by hand.

use super::*;
use crate::explain::{sentence, testing};

/// A world of services with states set by hand.
pub(super) struct World {
    pub(super) services: BTreeMap<ServiceId, (Service, bool)>,
    pub(super) incidents: Incidents,
    pub(super) timeline: Timeline,
    pub(super) now: Timestamp,
    pub(super) lost_since: Option<Timestamp>,
    pub(super) disk: Option<DiskUse>,
    pub(super) back_since: Option<Timestamp>,
    pub(super) rounded: bool,
}

impl World {
    pub(super) fn of(names: &str) -> Self {
        let start = Timestamp::UNIX_EPOCH + SignedDuration::from_hours(1);
        let services = names.split_whitespace().map(|name| {
            let mut service =
                Service::unknown(Some(StackName::new("hub")), ServiceName::new(name), start);
            service.health.state = HealthState::Healthy;
            (service.id.clone(), (service, false))
        });
        Self {
            services: services.collect(),
            incidents: Incidents::default(),
            timeline: Timeline::default(),
            now: start,
            lost_since: None,
            disk: None,
            back_since: None,
            rounded: false,
        }
    }

    pub(super) fn change(&mut self, name: &str, change: impl FnOnce(&mut Service)) {
        let now = self.now;
        if let Some((service, _)) = self
            .services
            .get_mut(&ServiceId::from(format!("hub/{name}")))
        {
            let before = service.health.state;
            change(service);
            if service.health.state != before {
                service.health.since = now;
            }
        }
    }

    /// `"db:unhealthy api:unhealthy<db"`: states, with the roots that block.
    pub(super) fn set(&mut self, words: &str) -> &mut Self {
        for word in words.split_whitespace() {
            let (name, rest) = word.split_once(':').unwrap();
            let (state, roots) = rest.split_once('<').unwrap_or((rest, ""));
            let state = HealthState::ALL
                .into_iter()
                .find(|each| each.id().starts_with(state))
                .unwrap();
            let roots = roots.split(',').filter(|root| !root.is_empty());
            let roots: Vec<ServiceId> = roots
                .map(|root| ServiceId::from(format!("hub/{root}")))
                .collect();
            self.change(name, |service| {
                service.health.state = state;
                service.health.reason = testing::reason(state, "probe: connection refused");
                service.health.blocked_by = roots;
            });
        }
        self.step();
        self
    }

    /// Gives the state of a service a reason.
    pub(super) fn because(&mut self, name: &str, reason: Reason) -> &mut Self {
        self.change(name, |service| service.health.reason = reason);
        self.step();
        self
    }

    pub(super) fn settle(&mut self, name: &str) -> &mut Self {
        if let Some((_, settled)) = self
            .services
            .get_mut(&ServiceId::from(format!("hub/{name}")))
        {
            *settled = true;
        }
        self.step();
        self
    }

    pub(super) fn step(&mut self) {
        let policy = HealthPolicy::default();
        let inputs: IncidentInputs<'_> = self
            .services
            .iter()
            .map(|(id, (service, settled))| {
                (
                    id,
                    IncidentInput {
                        service,
                        settled: *settled,
                        rounded: self.rounded,
                    },
                )
            })
            .collect();
        let conditions = Conditions {
            policy: &policy,
            started_at: Timestamp::UNIX_EPOCH,
            looked_until: Timestamp::UNIX_EPOCH,
            back_since: self.back_since,
            lost_since: self.lost_since,
            disk: self.disk.as_ref(),
            now: self.now,
        };
        self.incidents
            .step(&inputs, &conditions, &mut self.timeline);
        assert!(
            self.incidents
                .next_deadline()
                .is_none_or(|deadline| deadline > self.now),
            "makes progress"
        );
    }

    pub(super) fn wait(&mut self, seconds: i64) -> &mut Self {
        let end = self.now + SignedDuration::from_secs(seconds);
        while let Some(deadline) = self
            .incidents
            .next_deadline()
            .filter(|deadline| *deadline <= end)
        {
            self.now = deadline;
            self.step();
        }
        self.now = end;
        self
    }

    /// `"1 hub/db: hub/api,hub/web"` for each open incident.
    pub(super) fn open(&self) -> String {
        let open = self.incidents.open.iter().map(|open| {
            let incident = &open.incident;
            let blocked: Vec<&str> = incident
                .blocked
                .iter()
                .map(|id| sentence::near(id, Some(&StackName::new("hub"))))
                .collect();
            let root = incident.root.words().trim_start_matches("hub/");
            format!("{} {root}<{}", incident.id, blocked.join(","))
        });
        open.collect::<Vec<_>>().join(" ")
    }

    /// The incidents in the timeline.
    pub(super) fn told(&self) -> Vec<String> {
        self.timeline
            .share()
            .iter()
            .map(|event| crate::explain::timeline::words(&event.change))
            .collect()
    }
}

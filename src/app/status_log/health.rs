//! Every change of health, as a record of the hubdeck log with fields.

use std::collections::HashMap;

use crate::explain::short;
use crate::model::{HealthState, Service, ServiceId, ShownState, Snapshot};

/// The value of the field `event`: the name that monitors of health endpoints use.
const EVENT: &str = "endpoint.health.changed";

/// What the records before said.
#[derive(Default)]
pub(super) struct HealthLog {
    /// The last state of each service that is there.
    known: HashMap<ServiceId, ShownState>,
}

impl HealthLog {
    /// Logs what `snapshot` shows otherwise than the one before: one record a service, with `event`,
    /// `service`, `before`, `after` and the code of the `reason`. A service that is new is no change.
    pub fn follow(&mut self, snapshot: &Snapshot) {
        if !snapshot.engine.status.is_connected() {
            // What cannot be seen did not change.
            return;
        }
        let mut there = HashMap::with_capacity(snapshot.services.len());
        for service in &snapshot.services {
            let after = service.health.shown_state();
            if let Some(before) = self.known.remove(&service.id)
                && before != after
            {
                record(service, before, after);
            }
            there.insert(service.id.clone(), after);
        }
        self.known = there;
    }
}

fn record(service: &Service, before: ShownState, after: ShownState) {
    let (id, reason) = (service.id.as_str(), code(service));
    let (before, is_trouble) = (before.id(), is_trouble(after));
    let (after, why) = (after.id(), short(service));
    if is_trouble {
        tracing::warn!(
            event = EVENT,
            service = id,
            before,
            after,
            reason,
            "{id} is {after}: {why}"
        );
    } else {
        tracing::info!(
            event = EVENT,
            service = id,
            before,
            after,
            reason,
            "{id} is {after}: {why}"
        );
    }
}

/// The code of its reason, as the API gives it.
fn code(service: &Service) -> String {
    match serde_json::to_value(service.health.reason.code()) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

const fn is_trouble(state: ShownState) -> bool {
    matches!(
        state,
        ShownState::Base(HealthState::Unhealthy | HealthState::Degraded)
    )
}

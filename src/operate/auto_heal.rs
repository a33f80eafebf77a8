//! Restarts services that fail by themselves, through the plans, claims and record of every operation.

mod decision;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::{mpsc, watch};

use crate::model::{
    AutoHealSettings, HealStop, Observation, Operation, OperationKind, Principal, Service,
    ServiceId, SignedDuration, Snapshot, StepWait, Timestamp,
};
use crate::plan::plan;

use super::audit::{operations_on, record_heal_stop};
use super::{Operator, SubmitRefusal};
use decision::{HealDecision, decide, lift, why_not};

/// Time between two looks.
const LOOK: Duration = Duration::from_secs(1);
/// How long a service fails until it is restarted: what creates it anew, or restarts it by its
/// policy, is quicker.
pub const HEAL_SETTLES: SignedDuration = SignedDuration::from_secs(10);

/// What auto-heal reads and writes; cheap to clone.
#[derive(Clone)]
pub struct AutoHeal {
    /// Runs its restarts.
    pub operator: Operator,
    /// What fails.
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    /// What may be restarted.
    pub settings: watch::Receiver<AutoHealSettings>,
    /// Whether operations are refused.
    pub read_only: watch::Receiver<bool>,
    /// Observations on their way to the store.
    pub out: mpsc::Sender<Observation>,
    /// The audit record: what every hubdeck did; `None` heals nothing.
    pub audit: Option<PathBuf>,
    /// How long a service fails until it is restarted: [`HEAL_SETTLES`], but for tests.
    pub settles: SignedDuration,
}

impl AutoHeal {
    /// Restarts what fails until the store is gone. A change of the settings takes effect at once.
    pub async fn run(mut self) {
        let mut stops: BTreeMap<ServiceId, HealStop> = BTreeMap::new();
        loop {
            let settings = self.settings.borrow_and_update().clone();
            let before = stops.clone();
            let snapshot = self.snapshots.borrow_and_update().clone();
            lift(&mut stops, &snapshot, &settings);
            if settings.enabled {
                self.heal(&mut stops, &snapshot, &settings).await;
            }
            if before != stops {
                let stops = stops.values().cloned().collect();
                if self.out.send(Observation::HealStops(stops)).await.is_err() {
                    return;
                }
            }
            if self.wait(settings.enabled).await.is_err() {
                return;
            }
        }
    }

    /// Waits until there may be something to do.
    async fn wait(&mut self, enabled: bool) -> Result<(), watch::error::RecvError> {
        if !enabled {
            return self.settings.changed().await;
        }
        tokio::select! {
            changed = self.settings.changed() => changed,
            () = tokio::time::sleep(LOOK) => Ok(()),
        }
    }

    /// Restarts every service of `snapshot` that may be, or stops doing so.
    async fn heal(
        &self,
        stops: &mut BTreeMap<ServiceId, HealStop>,
        snapshot: &Snapshot,
        settings: &AutoHealSettings,
    ) {
        if *self.read_only.borrow() || !snapshot.engine.status.is_connected() {
            return;
        }
        let now = Timestamp::now();
        for service in &snapshot.services {
            let is_stopped = stops.contains_key(&service.id);
            if is_stopped || why_not(service, snapshot, settings, (now, self.settles)).is_some() {
                continue;
            }
            match self.decide(service, now).await {
                HealDecision::Wait => {}
                HealDecision::Restart => self.restart(service, snapshot),
                HealDecision::Stop { restarts } => {
                    let stop = HealStop {
                        service: service.id.clone(),
                        at: now,
                        restarts,
                    };
                    self.record(&stop).await;
                    stops.insert(service.id.clone(), stop);
                }
            }
        }
    }

    /// What becomes of `service` by what every hubdeck did with it. Where that cannot be read,
    /// nothing: an operation would be refused for the same reason.
    async fn decide(&self, service: &Service, now: Timestamp) -> HealDecision {
        let Some(audit) = self.audit.clone() else {
            return HealDecision::Wait;
        };
        let id = service.id.clone();
        let read = tokio::task::spawn_blocking(move || operations_on(&audit, &id)).await;
        match read {
            Ok(Ok(past)) => decide(&past, (now, self.settles)),
            Ok(Err(error)) => {
                tracing::warn!("auto-heal: {error}");
                HealDecision::Wait
            }
            Err(error) => {
                tracing::error!("auto-heal: {error}");
                HealDecision::Wait
            }
        }
    }

    /// Asks for a restart. What another hubdeck or operation works on is left to it.
    fn restart(&self, service: &Service, snapshot: &Snapshot) {
        let operation = Operation {
            kind: OperationKind::Restart,
            targets: vec![service.id.clone()],
            with_dependents: false,
            image: None,
        };
        let planned = plan(&operation, snapshot).map_err(SubmitRefusal::from);
        let submitted = planned.and_then(|plan| {
            // A job would run again from its beginning.
            let own = plan.steps.iter().filter(|step| step.service == service.id);
            let is_job = own.into_iter().any(|step| step.wait == StepWait::Exit);
            if is_job {
                return Ok(None);
            }
            self.operator.submit(plan, Principal::AutoHeal).map(Some)
        });
        if let Err(refusal) = submitted {
            tracing::info!("auto-heal does not restart {}: {refusal}", service.id);
        }
    }

    /// Records that `stop` holds from now on.
    async fn record(&self, stop: &HealStop) {
        let Some(audit) = self.audit.clone() else {
            return;
        };
        let line = stop.clone();
        let written = tokio::task::spawn_blocking(move || record_heal_stop(&audit, &line)).await;
        match written {
            Ok(Ok(())) => {}
            Ok(Err(error)) => tracing::error!("auto-heal: {error}"),
            Err(error) => tracing::error!("auto-heal: {error}"),
        }
    }
}

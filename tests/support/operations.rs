//! An engine, a plain collector, a store and an operator, wired as the program wires them.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use hubdeck::engine::{ConnectRequest, Engine};
use hubdeck::model::{
    EngineStatus, InstanceFacts, Observation, Operation, OperationId, OperationKind,
    OperationStatus, Plan, Principal, ServiceId, Snapshot, StepState, Timestamp,
};
use hubdeck::operate::{Operator, SubmitRefusal};
use hubdeck::plan::plan;
use hubdeck::store::Store;
use tokio::sync::{mpsc, watch};

pub struct World {
    pub engine: watch::Sender<Option<Engine>>,
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    pub operator: Operator,
    pub out: mpsc::Sender<Observation>,
    audit: PathBuf,
    _dir: tempfile::TempDir,
}

impl World {
    /// The world of stack `stack` at `host`, once `services` of its services are seen.
    pub async fn of(host: &str, stack: &str, services: usize) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let (engine, info) = ConnectRequest::to_host(host).connect().await.unwrap();
        let (out, observations) = mpsc::channel(256);
        let (published, mut snapshots) =
            watch::channel(Arc::new(Snapshot::empty(Timestamp::now())));
        out.send(Observation::EngineInfo(Arc::new(info)))
            .await
            .unwrap();
        tokio::spawn(collect(engine.clone(), stack.to_owned(), out.clone()));
        tokio::spawn(store(observations, published));
        let seen = snapshots.wait_for(|snapshot| snapshot.services.len() == services);
        tokio::time::timeout(Duration::from_secs(20), seen)
            .await
            .expect("all services are seen")
            .unwrap();
        let audit = dir.path().join("audit.jsonl");
        let (engine, link) = watch::channel(Some(engine));
        let operator = Operator::new(link, snapshots.clone(), out.clone(), Some(audit.clone()))
            .proven_after(Duration::from_secs(1));
        Self {
            engine,
            snapshots,
            operator,
            out,
            audit,
            _dir: dir,
        }
    }

    pub fn plan(&self, kind: OperationKind, targets: &[&str], with_dependents: bool) -> Plan {
        let targets = targets.iter().map(ServiceId::new).collect();
        plan(
            &Operation {
                kind,
                targets,
                with_dependents,
                image: None,
            },
            &self.snapshots.borrow(),
        )
        .unwrap()
    }

    /// The plan for one service as soon as its state as it is seen allows it.
    pub async fn plan_when_possible(&self, kind: OperationKind, target: &str) -> Plan {
        let operation = Operation {
            kind,
            targets: vec![ServiceId::new(target)],
            with_dependents: false,
            image: None,
        };
        let mut snapshots = self.snapshots.clone();
        let possible = snapshots.wait_for(|snapshot| plan(&operation, snapshot).is_ok());
        let snapshot = tokio::time::timeout(Duration::from_secs(20), possible).await;
        let snapshot = snapshot.expect("the state before is seen").unwrap();
        plan(&operation, &snapshot).unwrap()
    }

    /// Waits until the container `name` is inspected and has an age, so that it can be planned for.
    pub async fn seen(&self, name: &str) {
        self.seen_as(name, |_| true).await;
    }

    /// The same where it has a volume.
    pub async fn seen_with_volume(&self, name: &str) {
        self.seen_as(name, |facts| !facts.mounts.is_empty()).await;
    }

    async fn seen_as(&self, name: &str, is_so: impl Fn(&InstanceFacts) -> bool) {
        let mut snapshots = self.snapshots.clone();
        let seen = snapshots.wait_for(|snapshot| {
            let services = snapshot.services.iter();
            let mut instances = services.flat_map(|service| &service.instances);
            instances
                .any(|each| each.facts.name == name && each.facts.inspected && is_so(&each.facts))
        });
        let seen = tokio::time::timeout(Duration::from_secs(20), seen).await;
        seen.expect("the container is seen").unwrap();
    }

    pub fn submit(&self, plan: &Plan) -> Result<OperationId, SubmitRefusal> {
        self.operator.submit(plan.clone(), Principal::Terminal)
    }

    /// The operation once it has ended.
    pub async fn end(&self, id: OperationId) -> OperationStatus {
        let mut snapshots = self.snapshots.clone();
        let ended = |snapshot: &Arc<Snapshot>| {
            snapshot
                .operations
                .iter()
                .any(|each| each.id == id && each.finished_at.is_some())
        };
        let wait = tokio::time::timeout(Duration::from_secs(60), snapshots.wait_for(ended));
        let snapshot = wait.await.expect("the operation ends").unwrap().clone();
        let status = snapshot
            .operations
            .iter()
            .find(|each| each.id == id)
            .unwrap();
        (**status).clone()
    }

    pub fn started_at(&self, name: &str) -> Timestamp {
        let snapshot = self.snapshots.borrow();
        let instances = snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances);
        let facts = instances
            .map(|each| &each.facts)
            .find(|facts| facts.name == name)
            .expect("a container");
        facts.started_at.expect("a start")
    }

    /// The results of calls in the audit record; steps that were not begun are not among them.
    pub fn records(&self) -> Vec<serde_json::Value> {
        let result =
            |line: &serde_json::Value| line["event"] == "result" && line["result"] != "skipped";
        self.lines().into_iter().filter(result).collect()
    }

    /// All lines of the audit record.
    pub fn lines(&self) -> Vec<serde_json::Value> {
        let text = std::fs::read_to_string(&self.audit).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    }

    /// The audit record.
    pub fn audit(&self) -> &std::path::Path {
        &self.audit
    }

    /// Waits until the operation's steps fulfil `condition`.
    pub async fn until(&self, id: OperationId, condition: impl Fn(&[StepState]) -> bool) {
        let mut snapshots = self.snapshots.clone();
        let seen = snapshots.wait_for(|snapshot| {
            snapshot
                .operations
                .iter()
                .any(|each| each.id == id && condition(&each.steps))
        });
        tokio::time::timeout(Duration::from_secs(20), seen)
            .await
            .expect("the steps go on")
            .unwrap();
    }
}

async fn collect(engine: Engine, stack: String, out: mpsc::Sender<Observation>) {
    let status = EngineStatus::Connected {
        since: Timestamp::now(),
    };
    out.send(Observation::Engine {
        status,
        attempts: Vec::new(),
    })
    .await
    .unwrap();
    loop {
        let at = Timestamp::now();
        let mut instances = Vec::new();
        let listed = engine.list().await.unwrap_or_default();
        for listed in listed
            .iter()
            .filter(|it| it.stack.as_ref().is_some_and(|own| own.as_str() == stack))
        {
            if let Ok(Some(facts)) = engine.inspect(&listed.id).await {
                instances.push(Arc::new(facts));
            }
        }
        let now = Timestamp::now();
        if out
            .send(Observation::Listed {
                at,
                done_at: now,
                next_at: now,
                instances,
            })
            .await
            .is_err()
        {
            return;
        }
        tokio::time::sleep(Duration::from_millis(40)).await;
    }
}

async fn store(
    mut observations: mpsc::Receiver<Observation>,
    published: watch::Sender<Arc<Snapshot>>,
) {
    let mut store = Store::new(Timestamp::now());
    while let Some(observation) = observations.recv().await {
        let _ = store.apply(observation, Timestamp::now());
        let _ = published.send(store.snapshot(Timestamp::now()));
    }
}

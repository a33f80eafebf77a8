//! What is sent, what is not, and what is refused.

use super::*;
use crate::model::{
    Instance, InstanceFacts, InstanceId, Metric, Sample, Service, ServiceName, StackName, compact,
};

fn at(second: i64) -> Timestamp {
    Timestamp::from_second(1_777_636_800 + second).expect("a time")
}

fn service(name: &str) -> Service {
    let (stack, name) = (StackName::from("hub"), ServiceName::from(name));
    let id = InstanceId::from(format!("{name}-1"));
    let mut facts = InstanceFacts::unknown(id, "hub-1", Some(stack.clone()), name.clone());
    facts.environment = vec![("DB_PASSWORD".into(), "hunter2-long".into())].into();
    facts.command = vec!["run".into(), "--with=hunter2-long".into()].into();
    let mut service = Service::unknown(Some(stack), name, at(0));
    service.instances.push(Instance {
        facts: Arc::new(facts),
        sample: None,
        series: Arc::default(),
        probe: None,
    });
    service
}

/// A snapshot of fifty services, which are shared with `before` where there is one.
fn fifty() -> Snapshot {
    let mut snapshot = Snapshot::empty(at(0));
    snapshot.services = (10..60)
        .map(|at| Arc::new(service(&format!("s{at}"))))
        .collect();
    let mut secrets = KnownSecrets::default();
    secrets.learn_text("PASSWORD=hunter2-long");
    snapshot.secrets = Arc::new(secrets);
    snapshot
}

fn sample(snapshot: &mut Snapshot, service: usize, second: i64) {
    let service = Arc::make_mut(&mut snapshot.services[service]);
    let sample = Sample {
        cpu_percent: Some(12.5),
        memory_bytes: Some(1 << 20),
        ..Sample::empty(at(second))
    };
    let instance = &mut service.instances[0];
    instance.sample = Some(sample);
    Arc::make_mut(&mut instance.series).push_sample(&sample);
}

fn bytes(update: &SnapshotUpdate) -> Vec<u8> {
    compact::to_bytes(update).expect("a form")
}

fn read(bytes: &[u8]) -> SnapshotUpdate {
    compact::from_bytes(bytes).expect("an update")
}

#[test]
fn secrets_stay_where_they_are_known() {
    let update = bytes(&SnapshotUpdate::between(None, &fifty()));
    let text = String::from_utf8_lossy(&update);
    assert!(
        text.contains("DB_PASSWORD") && text.contains("--with="),
        "{text}"
    );
    assert!(!text.contains("hunter2"), "{text}");
}

#[test]
fn a_secret_that_becomes_known_is_hidden_where_it_was_sent() {
    let now = fifty();
    let mut before = now.clone();
    before.secrets = Arc::default();
    let first = SnapshotUpdate::between(None, &before);
    let first = read(&bytes(&first)).apply(None).expect("it fits");
    let clear = |snapshot: &Snapshot| {
        format!(
            "{:?}",
            snapshot.services[0].instances[0].facts.command.reveal()
        )
    };
    assert!(clear(&first).contains("hunter2"), "{}", clear(&first));
    let update = SnapshotUpdate::between(Some(&before), &now);
    let second = read(&bytes(&update)).apply(Some(&first)).expect("it fits");
    assert!(!clear(&second).contains("hunter2"), "{}", clear(&second));
}

#[test]
fn a_new_sample_costs_little_of_what_the_service_costs() {
    let mut before = fifty();
    for second in 0..200 {
        sample(&mut before, 7, second);
    }
    let whole = bytes(&SnapshotUpdate::between(None, &before));
    let mut now = before.clone();
    now.revision += 1;
    sample(&mut now, 7, 200);
    let update = bytes(&SnapshotUpdate::between(Some(&before), &now));
    assert!(update.len() < 400, "{} of {}", update.len(), whole.len());

    let seen = read(&whole).apply(None).expect("it fits");
    let seen = read(&update).apply(Some(&seen)).expect("it fits");
    let points = |snapshot: &Snapshot| -> Vec<_> {
        let series = &snapshot.services[7].instances[0].series;
        series.metric(Metric::Cpu).collect()
    };
    assert_eq!(points(&seen), points(&now));
    assert_eq!(
        seen.services[7].instances[0].sample,
        now.services[7].instances[0].sample
    );
    assert_eq!((seen.revision, seen.services.len()), (1, 50));
}

#[test]
fn services_come_and_go_in_order() {
    let before = fifty();
    let mut now = before.clone();
    now.services.remove(3);
    now.services.insert(0, Arc::new(service("a-first")));
    let seen = read(&bytes(&SnapshotUpdate::between(None, &before)))
        .apply(None)
        .expect("it fits");
    let update = SnapshotUpdate::between(Some(&before), &now);
    let seen = read(&bytes(&update)).apply(Some(&seen)).expect("it fits");
    let ids = |snapshot: &Snapshot| -> Vec<ServiceId> {
        snapshot
            .services
            .iter()
            .map(|service| service.id.clone())
            .collect()
    };
    assert_eq!(ids(&seen), ids(&now));
}

#[test]
fn an_update_of_another_snapshot_is_refused() {
    let before = fifty();
    let mut now = before.clone();
    sample(&mut now, 7, 1);
    let update = SnapshotUpdate::between(Some(&before), &now);
    assert_eq!(update.clone().apply(None).map(|_| ()), Err(BrokenUpdate));
    assert_eq!(
        update.apply(Some(&Snapshot::empty(at(0)))).map(|_| ()),
        Err(BrokenUpdate)
    );
}

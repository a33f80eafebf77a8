use std::sync::Arc;

use super::*;
use crate::model::{BadImage, Mount, Plan, StepTarget, Timestamp};
use crate::plan::plan;
use crate::plan::testing::world;
use OperationKind::{Recreate, Restart, Update};

const UPDATE: OperationKind = Update {
    with_volumes: false,
};

fn made(
    kind: OperationKind,
    target: &str,
    with_dependents: bool,
    snapshot: &Snapshot,
) -> Result<Plan, String> {
    let operation = Operation {
        kind,
        targets: vec![ServiceId::new(target)],
        with_dependents,
        image: None,
    };
    plan(&operation, snapshot).map_err(|refusal| refusal.to_string())
}

/// Changes every container of `service`.
fn change(snapshot: &mut Snapshot, service: &str, change: impl Fn(&mut InstanceFacts)) {
    let mut services = snapshot.services.iter_mut();
    let found = services.find(|each| each.name.as_str() == service);
    for instance in &mut Arc::make_mut(found.expect("a service")).instances {
        change(Arc::make_mut(&mut instance.facts));
    }
}

fn calls(plan: &Plan) -> Vec<(String, OperationKind, usize)> {
    let call = |step: &Step| (step.name.clone(), step.kind, step.wave);
    plan.steps.iter().map(call).collect()
}

#[test]
fn replicas_are_updated_one_by_one_and_dependents_restarted() {
    let snapshot = world("db++ api+", "api>db");
    let plan = made(UPDATE, "db", true, &snapshot).expect("a plan");
    let expected = [
        ("db-1", UPDATE, 0),
        ("db-2", UPDATE, 1),
        ("api-1", Restart, 2),
    ];
    let expected = expected.map(|(name, kind, wave)| (name.to_owned(), kind, wave));
    assert_eq!(calls(&plan), expected);
    assert!(plan.steps.iter().all(|step| step.wait == StepWait::Healthy));
    let unwaited = plan.clone().without_last_wait();
    assert_eq!(unwaited.steps[2].wait, StepWait::No);
    let alone = made(UPDATE, "db", false, &snapshot)
        .expect("a plan")
        .without_last_wait();
    assert_eq!(
        alone.steps[1].wait,
        StepWait::Healthy,
        "what is replaced is kept until then"
    );
    assert_eq!(
        alone.steps[0].docker_command().as_deref(),
        Some("hubdeck update db")
    );
    let recreate = made(Recreate, "db", true, &snapshot).expect("a plan");
    assert_ne!(plan.hash, recreate.hash);
    assert_eq!(recreate.steps[2].kind, Restart);
}

#[test]
fn what_uses_the_network_of_a_replaced_container_is_recreated_after_it() {
    let mut snapshot = world("vpn+ torrent+", "");
    change(&mut snapshot, "torrent", |facts| {
        facts.network_mode = "container:id-vpn-1".to_owned()
    });
    let plan = made(UPDATE, "vpn", false, &snapshot).expect("a plan");
    let steps: Vec<_> = plan
        .steps
        .iter()
        .map(|step| (step.kind, step.target.clone()))
        .collect();
    let id = |name: &str| StepTarget::Container(name.into());
    assert!(
        steps.contains(&(UPDATE, id("id-vpn-1")))
            && steps.contains(&(Recreate, id("id-torrent-1"))),
        "{steps:?}"
    );
    let told = "torrent uses the network of vpn and is recreated after it".to_owned();
    assert!(plan.warnings.contains(&told), "{:?}", plan.warnings);
}

#[test]
fn data_volumes_are_updated_only_where_that_is_asked_for() {
    let mut snapshot = world("db+", "");
    let volume = Mount {
        kind: "volume".to_owned(),
        source: "data".to_owned(),
        target: "/var/lib/db".to_owned(),
        writable: true,
    };
    change(&mut snapshot, "db", |facts| {
        facts.mounts = vec![volume.clone()]
    });
    let refused = made(UPDATE, "db", false, &snapshot).expect_err("refused");
    assert!(
        refused.starts_with("db keeps data in volumes (/var/lib/db), which a rollback"),
        "{refused}"
    );
    let with_volumes = Update { with_volumes: true };
    let plan = made(with_volumes, "db", false, &snapshot).expect("a plan");
    let data = "db has data volumes: what the new image writes there is not rolled back; make a backup first";
    assert!(
        plan.warnings.contains(&data.to_owned()),
        "{:?}",
        plan.warnings
    );
    assert!(
        !plan
            .warnings
            .iter()
            .any(|it| it.contains("is tried beside")),
        "{:?}",
        plan.warnings
    );
    assert!(made(Recreate, "db", false, &snapshot).is_ok());
}

#[test]
fn what_cannot_be_kept_is_refused() {
    let mut snapshot = world("job+", "");
    change(&mut snapshot, "job", |facts| facts.auto_remove = true);
    for kind in [Recreate, UPDATE] {
        let refused = made(kind, "job", false, &snapshot).expect_err("refused");
        assert!(refused.contains("job-1 was made with --rm"), "{refused}");
    }
}

#[test]
fn the_plan_says_what_is_pulled_and_tried_and_what_failed_before() {
    let mut snapshot = world("web+", "");
    snapshot.bad_images = [BadImage {
        reference: "image:1".to_owned(),
        id: "sha256:bad".to_owned(),
        digest: String::new(),
        service: "web".into(),
        at: Timestamp::UNIX_EPOCH,
        error: "web-1 is not healthy".to_owned(),
    }]
    .into();
    let plan = made(UPDATE, "web", false, &snapshot).expect("a plan");
    assert_eq!(
        plan.warnings,
        [
            "the new containers begin without what was written outside of volumes and mounts, and with empty logs",
            "image:1 is pulled and checked while the container of now runs on; what does not become healthy is rolled \
             back",
            "image:1 failed at 1970-01-01T00:00:00Z with web: web-1 is not healthy; the same image is not taken again; \
             --image names it all the same",
            "the new image of web is tried beside the running one first, without its ports and names",
            "web has no healthcheck; \"running\" is taken as ready",
        ]
    );
    let named = Operation {
        kind: UPDATE,
        targets: vec!["web".into()],
        with_dependents: false,
        image: Some("image:1".to_owned()),
    };
    let named = super::super::plan(&named, &snapshot).expect("a plan");
    assert!(
        named.warnings[2].ends_with("; it is tried again, as it is named"),
        "{:?}",
        named.warnings
    );
    assert_ne!(named.hash, plan.hash);
}

use crate::model::{
    ComposeCall, ComposeChange, ComposeKind, ComposePreview, ComposeVerb, InstanceFacts, Snapshot,
    StackName, StepTarget,
};
use crate::plan::testing::world;
use crate::plan::*;

/// The stack `hub` of `services`, made by Compose from one file.
fn stack(services: &str, edges: &str) -> Snapshot {
    let mut snapshot = world(services, edges);
    for service in &mut snapshot.services {
        let service = Arc::make_mut(service);
        service.stack = Some(StackName::from("hub"));
        for instance in &mut service.instances {
            let label =
                |key: &str, value: &str| (format!("com.docker.compose.{key}"), value.to_owned());
            let labels = [
                label("project", "hub"),
                label("project.config_files", "/srv/hub/compose.yaml"),
            ];
            instance.facts = Arc::new(InstanceFacts {
                labels: labels.into(),
                ..(*instance.facts).clone()
            });
        }
    }
    snapshot
}

fn call(verb: ComposeVerb, services: &[&str], snapshot: &Snapshot) -> ComposeCall {
    let services = services.iter().map(|name| (*name).to_owned()).collect();
    let invocation = compose_invocation(&"hub".into(), services, verb, snapshot);
    ComposeCall {
        invocation: invocation.expect("a call"),
        preview: ComposePreview::NotAsked,
    }
}

fn ids(ids: &[ServiceId]) -> Vec<&str> {
    ids.iter().map(ServiceId::as_str).collect()
}

#[test]
fn one_call_claims_every_service_of_the_stack() {
    let snapshot = stack("db+ api+ web+", "api>db web>api");
    let up = compose(&call(ComposeVerb::UP, &["api"], &snapshot), &snapshot).expect("a plan");
    assert_eq!(ids(&up.operation.targets), ["api", "db", "web"]);
    assert_eq!(up.claims().len(), 3);
    assert!(up.works_on(&"web".into()));
    let [step] = up.steps.as_slice() else {
        panic!("{:?}", up.steps);
    };
    assert_eq!((step.service.as_str(), step.name.as_str()), ("api", "hub"));
    assert_eq!(
        step.docker_command().as_deref(),
        Some("docker compose --project-name hub --file /srv/hub/compose.yaml up --detach api")
    );
    assert!(up.impact.is_empty() && up.removes.is_empty());
    // An operation on one service claims no more than that.
    let restart = Operation {
        kind: OperationKind::Restart,
        targets: vec!["api".into()],
        with_dependents: false,
        image: None,
    };
    let restart = plan(&restart, &snapshot).expect("a plan");
    assert_eq!(restart.claims(), ["api".into()].into());
}

#[test]
fn what_compose_takes_down_is_lost() {
    let snapshot = stack("db+ api+", "api>db");
    let down = compose(&call(ComposeVerb::Down, &[], &snapshot), &snapshot).expect("a plan");
    assert_eq!(down.removes, ["api-1", "db-1"]);
    assert!(
        down.warnings
            .iter()
            .any(|text| text.contains("volumes stay"))
    );
    let force = ComposeVerb::Up {
        force_recreate: true,
        wait: false,
    };
    let recreated = compose(&call(force, &["db"], &snapshot), &snapshot).expect("a plan");
    assert_eq!(ids(&recreated.impact.hard), ["api"]);
    let replicas = [("db".to_owned(), 0)].into();
    let scaled = compose(
        &call(ComposeVerb::Scale { replicas }, &[], &snapshot),
        &snapshot,
    );
    assert_eq!(scaled.expect("a plan").warnings, ["db loses 1 container"]);
    assert!(
        OperationKind::Compose(ComposeKind::Pull).is_destructive(),
        "it asks first"
    );
}

#[test]
fn another_call_preview_or_container_is_another_plan() {
    let snapshot = stack("db+ api+", "");
    let hash =
        |call: &ComposeCall, snapshot: &Snapshot| compose(call, snapshot).expect("a plan").hash;
    let up = call(ComposeVerb::UP, &[], &snapshot);
    let first = hash(&up, &snapshot);
    assert_eq!(hash(&up, &snapshot), first);
    assert_ne!(
        hash(&call(ComposeVerb::Pull, &[], &snapshot), &snapshot),
        first
    );
    assert_ne!(
        hash(&call(ComposeVerb::UP, &["db"], &snapshot), &snapshot),
        first
    );
    let previewed = ComposeCall {
        preview: ComposePreview::Changes(vec![ComposeChange {
            object: "Container hub-db-1".to_owned(),
            actions: vec!["recreated".to_owned()],
        }]),
        ..up.clone()
    };
    assert_ne!(hash(&previewed, &snapshot), first);
    assert_ne!(hash(&up, &stack("db++ api+", "")), first);
}

#[test]
fn a_stack_without_labels_or_containers_has_no_plan() {
    let ask = |snapshot: &Snapshot| {
        compose_invocation(&"hub".into(), Vec::new(), ComposeVerb::UP, snapshot)
            .expect_err("no plan")
            .to_string()
    };
    let mut bare = world("db+", "");
    Arc::make_mut(&mut bare.services[0]).stack = Some("hub".into());
    assert_eq!(
        ask(&bare),
        "db-1 was not made by Compose: its container has no Compose project in its labels"
    );
    assert_eq!(
        ask(&stack("", "")),
        "there is no container of the stack hub that tells where its Compose files are; run `docker compose up` in its \
         directory"
    );
}

#[test]
fn the_target_is_a_call_and_no_container() {
    let snapshot = stack("db+", "");
    let made = compose(&call(ComposeVerb::Build, &[], &snapshot), &snapshot).expect("a plan");
    assert!(matches!(made.steps[0].target, StepTarget::Compose(_)));
    assert_eq!(
        (made.steps[0].container(), made.steps[0].target_id()),
        (None, "")
    );
}

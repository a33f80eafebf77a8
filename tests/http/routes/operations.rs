//! Plans and operations over HTTP: what is asked for, shown, confirmed, run, and refused.

use std::sync::Arc;
use std::sync::atomic::AtomicU32;

use axum::http::{Method, StatusCode};
use hubdeck::model::{OperationId, OperationKind, Plan, Principal, ServiceId, Snapshot};
use hubdeck::operate::SubmitRefusal;
use hubdeck::serve::{RouterOptions, router};
use serde_json::{Value, json};
use tokio::sync::{mpsc, watch};

use super::{Answer, World, options, token};
use crate::support::fake_operations::FakeOperations;
use crate::support::snapshots::hub;
use hubdeck::model::TokenScope;

const ACTOR: &str = "hubdeck_act0000000000000000000000000000000000000000";
const READER: &str = "hubdeck_read000000000000000000000000000000000000000";

type Submitted = mpsc::Receiver<(Plan, Principal)>;

fn acting() -> RouterOptions {
    let tokens = vec![
        token("deploy", ACTOR, &[TokenScope::Act]),
        token("reader", READER, &[TokenScope::Read]),
    ];
    RouterOptions {
        actions: true,
        tokens: Some(tokens.into()),
        ..options()
    }
}

/// A world that submits to whatever `answer` says, and what was submitted.
fn world_with(
    snapshot: Snapshot,
    options: RouterOptions,
    answer: impl Fn(&Plan) -> Result<OperationId, SubmitRefusal> + Send + Sync + 'static,
) -> (World, Submitted) {
    let (sender, submitted) = mpsc::channel(64);
    let operations = FakeOperations::submitting(move |plan, principal| {
        let answer = answer(&plan);
        sender.try_send((plan, principal)).unwrap();
        answer
    });
    let (snapshots, receiver) = watch::channel(Arc::new(snapshot));
    let world = World {
        snapshots,
        router: router(receiver, operations, options),
        cleared: Arc::new(AtomicU32::new(0)),
    };
    (world, submitted)
}

fn accepting() -> (World, Submitted) {
    world_with(hub(7), acting(), |_| Ok(OperationId(42)))
}

impl World {
    async fn act(&self, path: &str, token: &str) -> Answer {
        let value = format!("Bearer {token}");
        let headers = [
            ("authorization", value.as_str()),
            ("x-correlation-id", "deploy-7"),
        ];
        self.send(Method::POST, path, &headers, "").await
    }

    async fn plan(&self, body: &Value, token: &str) -> Answer {
        let (value, body) = (format!("Bearer {token}"), body.to_string());
        let length = body.len().to_string();
        let headers = [
            ("authorization", value.as_str()),
            ("content-type", "application/json"),
            ("content-length", length.as_str()),
        ];
        self.send(Method::POST, "/api/plans", &headers, &body).await
    }
}

#[tokio::test]
async fn a_plan_that_was_shown_is_run_by_its_hash() {
    let (world, mut submitted) = accepting();
    let asked = json!({"operation": "stop", "service": "hub/db", "with_dependents": true});
    let shown = world.plan(&asked, READER).await;
    assert_eq!(shown.status, StatusCode::OK, "{:?}", shown.json());
    let plan = shown.json();
    assert_eq!(plan["operation"], "stop");
    assert_eq!(plan["targets"], json!(["hub/db"]));
    assert_eq!(plan["plan_required"], true);
    assert_eq!(plan["production_name"], Value::Null);
    let steps: Vec<&str> = plan["steps"]
        .as_array()
        .unwrap()
        .iter()
        .map(|step| step["service"].as_str().unwrap())
        .collect();
    assert!(
        steps.contains(&"hub/backend") && steps.last() == Some(&"hub/db"),
        "{steps:?}"
    );
    assert!(submitted.try_recv().is_err(), "nothing is done yet");
    let hash = plan["hash"].as_str().unwrap();
    let ran = world
        .act(&format!("/api/services/hub/db/stop?plan={hash}"), ACTOR)
        .await;
    assert_eq!(ran.status, StatusCode::ACCEPTED, "{:?}", ran.json());
    assert_eq!(ran.header("location"), "../../../operations/42");
    assert_eq!(
        (ran.json()["id"].as_u64(), &ran.json()["plan"]["hash"]),
        (Some(42), &plan["hash"])
    );
    let (plan, principal) = submitted.try_recv().unwrap();
    assert_eq!(
        (plan.operation.kind, plan.hash.as_str()),
        (OperationKind::Stop, hash)
    );
    assert!(plan.operation.with_dependents);
    let Principal::Http(caller) = principal else {
        panic!("{principal:?}");
    };
    assert_eq!(
        (caller.token.as_deref(), &*caller.correlation_id),
        (Some("deploy"), "deploy-7")
    );
}

#[tokio::test]
async fn what_comes_back_by_itself_needs_no_plan_and_a_stop_does() {
    let (world, mut submitted) = accepting();
    for (verb, status) in [
        ("restart", 202),
        ("pause", 202),
        ("stop", 409),
        ("start", 409),
        ("unpause", 409),
    ] {
        let answer = world
            .act(&format!("/api/services/hub%2Fbackend/{verb}"), ACTOR)
            .await;
        assert_eq!(
            answer.status.as_u16(),
            status,
            "{verb}: {:?}",
            answer.json()
        );
        if status == 202 {
            let (plan, _) = submitted.try_recv().unwrap();
            assert_eq!(plan.operation.targets, [ServiceId::new("hub/backend")]);
            assert_eq!(answer.header("location"), "../../operations/42");
        }
    }
    let (world, mut submitted) = accepting();
    let bare = world.act("/api/services/hub/backend/stop", ACTOR).await;
    assert!(
        bare.json()["detail"]
            .to_string()
            .contains("ask POST /api/plans")
    );
    for hash in ["0000", "", "%00"] {
        let wrong = world
            .act(
                &format!("/api/services/hub/backend/stop?plan={hash}"),
                ACTOR,
            )
            .await;
        assert_eq!(wrong.status, StatusCode::CONFLICT, "{hash}");
    }
    // The plan of one service is none of another one's.
    let shown = world
        .plan(
            &json!({"operation": "stop", "services": ["hub/backend"]}),
            ACTOR,
        )
        .await
        .json();
    let hash = shown["hash"].as_str().unwrap();
    let other = world
        .act(&format!("/api/services/hub/db/stop?plan={hash}"), ACTOR)
        .await;
    assert_eq!(other.status, StatusCode::CONFLICT);
    assert!(submitted.try_recv().is_err());
}

#[tokio::test]
async fn who_may_not_act_changes_nothing() {
    let path = "/api/services/hub/backend/restart";
    let off = RouterOptions {
        actions: false,
        ..acting()
    };
    let open = RouterOptions {
        tokens: None,
        ..acting()
    };
    for (options, token, status, why) in [
        (acting(), READER, 403, "the scope \\\"act\\\""),
        (acting(), "", 401, "Authorization: Bearer"),
        (acting(), "hubdeck_wrong", 401, "unknown or was revoked"),
        (open, ACTOR, 401, "this always needs a token"),
        (off, ACTOR, 423, "serve.actions = true"),
    ] {
        let (world, mut submitted) = world_with(hub(7), options, |_| Ok(OperationId(1)));
        let answer = match token {
            "" => world.send(Method::POST, path, &[], "").await,
            token => world.act(path, token).await,
        };
        let detail = answer.json()["detail"].to_string();
        assert_eq!(answer.status.as_u16(), status, "{detail}");
        assert!(detail.contains(why), "{detail}");
        assert!(submitted.try_recv().is_err());
    }
}

#[tokio::test]
async fn every_refusal_has_its_status() {
    let shown = hubdeck::plan::plan(
        &hubdeck::model::Operation {
            kind: OperationKind::Restart,
            targets: vec![ServiceId::new("hub/db")],
            with_dependents: true,
            image: None,
        },
        &hub(7),
    )
    .unwrap();
    let db = || ServiceId::new("hub/db");
    for (refusal, status) in [
        (SubmitRefusal::ReadOnly, 423),
        (SubmitRefusal::Changed(Box::new(shown)), 409),
        (SubmitRefusal::Busy(db(), OperationId(3)), 409),
        (
            SubmitRefusal::BusyElsewhere {
                service: db(),
                gerund: "restarting".into(),
            },
            409,
        ),
        (SubmitRefusal::EngineLost, 503),
        (SubmitRefusal::Overloaded, 503),
        (SubmitRefusal::Unrecorded("the disk is full".into()), 503),
        (SubmitRefusal::ShuttingDown, 503),
    ] {
        let sentence = refusal.to_string();
        let (world, _submitted) = world_with(hub(7), acting(), move |_| Err(refusal.clone()));
        let answer = world.act("/api/services/hub/db/restart", ACTOR).await;
        assert_eq!(answer.status.as_u16(), status, "{sentence}");
        assert_eq!(answer.json()["detail"], sentence.as_str());
    }
    let (world, _submitted) = accepting();
    let unknown = world.act("/api/services/hub/nothing/restart", ACTOR).await;
    assert_eq!(unknown.status, StatusCode::NOT_FOUND);
    assert_eq!(
        world
            .act("/api/services/hub/db/explode", ACTOR)
            .await
            .status,
        StatusCode::METHOD_NOT_ALLOWED
    );
}

#[tokio::test]
async fn production_has_to_be_named() {
    let mut snapshot = hub(7);
    snapshot.production = hubdeck::model::ProductionPatterns::new(vec!["hub".to_owned()]).into();
    let (world, mut submitted) = world_with(snapshot, acting(), |_| Ok(OperationId(1)));
    let shown = world
        .plan(
            &json!({"operation": "restart", "service": "hub/db"}),
            READER,
        )
        .await
        .json();
    assert_eq!(shown["production_name"], "hub/db");
    for (query, status) in [
        ("", 423),
        ("?production=hub", 423),
        ("?production=hub%2Fdb", 202),
    ] {
        let answer = world
            .act(&format!("/api/services/hub/db/restart{query}"), ACTOR)
            .await;
        assert_eq!(answer.status.as_u16(), status, "{query}");
        assert_eq!(submitted.try_recv().is_ok(), status == 202, "{query}");
    }
}

#[tokio::test]
async fn a_token_asks_for_six_operations_a_minute() {
    let (world, _submitted) = accepting();
    let mut statuses = Vec::new();
    for _ in 0..8 {
        let answer = world.act("/api/services/hub/db/restart", ACTOR).await;
        statuses.push((
            answer.status.as_u16(),
            answer.header("retry-after").to_owned(),
        ));
    }
    let expected: Vec<_> = [
        vec![(202, String::new()); 6],
        vec![(429, "60".to_owned()); 2],
    ]
    .concat();
    assert_eq!(statuses, expected);
}

#[tokio::test]
async fn a_body_that_is_no_plan_says_what_is_wrong() {
    let (world, _submitted) = accepting();
    for (body, status, why) in [
        (json!({"operation": "restart"}), 400, "names no service"),
        (
            json!({"operation": "explode", "service": "hub/db"}),
            400,
            "unknown variant `explode`",
        ),
        (
            json!({"operation": "stop", "service": "hub/db", "force": 1}),
            400,
            "unknown field `force`",
        ),
        (
            json!({"operation": "stop", "service": "hub/no"}),
            404,
            "there is no service hub/no",
        ),
        (
            json!({"operation": "start", "service": "hub/db"}),
            409,
            "nothing to do",
        ),
        (json!([1]), 400, "the request body"),
    ] {
        let answer = world.plan(&body, READER).await;
        let detail = answer.json()["detail"].to_string();
        assert_eq!(answer.status.as_u16(), status, "{body}: {detail}");
        assert!(detail.contains(why), "{body}: {detail}");
    }
    let value = format!("Bearer {READER}");
    let headers = [
        ("authorization", value.as_str()),
        ("content-type", "application/json"),
        ("content-length", "1"),
    ];
    let broken = world.send(Method::POST, "/api/plans", &headers, "{").await;
    assert_eq!(broken.status, StatusCode::BAD_REQUEST);
    let foreign = [
        ("authorization", value.as_str()),
        ("origin", "https://evil.example"),
    ];
    let foreign = world.send(Method::POST, "/api/plans", &foreign, "").await;
    assert_eq!(foreign.status, StatusCode::FORBIDDEN);
}

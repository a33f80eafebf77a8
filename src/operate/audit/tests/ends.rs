//! Kills and removals in the record.

use super::*;

#[tokio::test]
async fn what_was_killed_or_removed_on_purpose_is_known_to_the_next_run() {
    let record = Record::new();
    let kill = |signal: &str| OperationKind::Kill {
        signal: signal.parse().expect("a signal"),
    };
    let remove = |force| OperationKind::Remove { force };
    for (kind, name) in [
        (kill("KILL"), "killed"),
        (kill("HUP"), "reloaded"),
        (remove(true), "forced"),
        (remove(false), "removed"),
    ] {
        let plan = plan(kind, &[name]);
        let trail = record.begin(1, &plan);
        trail.intent(&plan, 0).await.expect("a record");
        trail
            .result(&plan, 0, &StepState::Succeeded, (Duration::ZERO, &[]))
            .await
            .expect("a record");
    }
    let stops = recorded_stops(&record.path).expect("stops");
    let of: Vec<&str> = stops.iter().map(|stop| stop.instance.as_str()).collect();
    assert_eq!(of, ["id-killed", "id-forced"], "the others end nothing");
    let lines = record.lines();
    let field = |event: &str, name: &str| {
        let of_event = lines.iter().filter(|line| line["event"] == event);
        of_event.map(|line| line[name].clone()).collect::<Vec<_>>()
    };
    let none = Value::Null;
    assert_eq!(
        field("intent", "signal"),
        [
            json!("SIGKILL"),
            json!("SIGHUP"),
            none.clone(),
            none.clone()
        ]
    );
    assert_eq!(
        field("result", "force"),
        [none.clone(), none, json!(true), json!(false)]
    );
    assert_eq!(
        field("result", "command"),
        [
            "docker kill hub-killed-1",
            "docker kill --signal SIGHUP hub-reloaded-1",
            "docker rm --force hub-forced-1",
            "docker rm hub-removed-1"
        ]
    );
    assert_eq!(lines[0]["steps"][0]["signal"], "SIGKILL");
}

#[tokio::test]
async fn how_long_restarts_took_is_read_again() {
    let record = Record::new();
    assert_eq!(
        recorded_restarts(&record.path),
        Ok(Vec::new()),
        "no record yet"
    );
    let line = OLD.replace("KIND", "restart");
    for result in ["succeeded", "failed"] {
        record.add(&format!("{}\n", line.replace("RESULT", result)));
    }
    let plan = plan(OperationKind::Restart, &["api"]);
    let trail = record.begin(1, &plan);
    let took = Duration::from_millis(4_300);
    let state = StepState::Succeeded;
    trail
        .result(&plan, 0, &state, (took, &[]))
        .await
        .expect("a record");
    let restarts = recorded_restarts(&record.path).expect("restarts");
    let all: Vec<_> = restarts
        .iter()
        .map(|it| (it.service.as_str(), it.took.as_millis()))
        .collect();
    assert_eq!(all, [("hub/db", 10_000), ("hub/api", 4_300)]);
}

#[tokio::test]
async fn what_was_kept_when_hubdeck_ended_is_named_with_what_brings_it_back() {
    let record = Record::new();
    let plan = plan(OperationKind::Recreate, &["web"]);
    let trail = record.begin(1, &plan);
    trail.intent(&plan, 0).await.expect("a record");
    trail
        .kept(&plan, 0, "hub-web-1_hubdeck_old")
        .await
        .expect("a record");
    drop(trail);
    let told: Vec<String> = record
        .interrupted()
        .iter()
        .map(ToString::to_string)
        .collect();
    let expected = "; outcome unknown: recreate hub-web-1; the container before is kept as hub-web-1_hubdeck_old: `docker rm \
                    --force hub-web-1`, `docker rename hub-web-1_hubdeck_old hub-web-1` and `docker start hub-web-1` bring \
                    it back, `docker rm hub-web-1_hubdeck_old` removes it where hub-web-1 is healthy";
    assert!(told[0].ends_with(expected), "{told:?}");
}

//! What belongs to a failure: from which moment on log lines and events are its evidence.

use super::evidence::failing_web;
use super::*;

#[test]
fn an_error_from_before_the_last_success_is_not_the_first() {
    let strip_of = |extra: &[(i64, &str)]| {
        let mut web = failing_web();
        let mut log = FailureLog::clone(web.failure_log.as_ref().unwrap());
        let template = log.lines[0].clone();
        let extra = extra.iter().map(|(seconds, text)| LogLine {
            at: Some(at(*seconds)),
            text: (*text).to_owned(),
            ..template.clone()
        });
        let mut lines: Vec<_> = extra.chain(log.lines.iter().cloned()).collect();
        lines.sort_shared_by_key(|line| line.at);
        log.lines = lines.into();
        web.failure_log = Some(Arc::new(log));
        let snapshot = Snapshot {
            services: vec![Arc::new(web.clone())],
            ..Snapshot::empty(at(60))
        };
        let explanation = explain(&web, &snapshot, &TimeZone::UTC);
        let log = explanation.evidence.into_iter();
        let mut log = log.filter(|each| each.source == EvidenceSource::Log);
        let first = log.next().expect("a log line");
        (first.text, first.remark)
    };
    // The probe succeeded 10 s before the change.
    let regular = [
        (-400, "ERROR cannot send mail"),
        (-40, "ERROR cannot send mail"),
    ];
    let expected = (
        "INFO fault set mode=fail".to_owned(),
        Some(EvidenceRemark::BeforeFirstError),
    );
    assert_eq!(strip_of(&regular), expected);
    let just_before = [(-8, "ERROR cannot send mail")];
    assert_eq!(
        strip_of(&just_before),
        (
            "GET /health 200 in 3ms".to_owned(),
            Some(EvidenceRemark::BeforeFirstError)
        )
    );
}

/// What the timeline shows of `web`, which became unhealthy at 0 after a `success` of its healthcheck.
fn events_of(success: Option<i64>, interval: u64) -> Vec<String> {
    let mut web = service("hub/web", HealthState::Unhealthy, "docker: unhealthy, x", 0);
    let facts = Arc::make_mut(&mut web.instances[0].facts);
    facts.healthcheck = Some(Healthcheck {
        test: Vec::new().into(),
        interval: Some(Duration::from_secs(interval)),
        start_period: None,
        retries: Some(3),
    });
    facts.health_log = success
        .map(|seconds| HealthcheckLog {
            at: at(seconds),
            exit_code: 0,
            output: String::new(),
        })
        .into_iter()
        .collect();
    let left = |network: &str| Change::NetworkLeft {
        network: network.to_owned(),
    };
    let started = Change::Started {
        container: "hub-web-1".to_owned(),
    };
    let told = [
        (-800, started.clone()),
        (-700, Change::Paused),
        (-660, started),
        (-110, left("hub_a")),
        (-50, left("hub_b")),
        (-11, left("hub_c")),
    ];
    let event = |(sequence, (seconds, change)): (usize, (i64, Change))| {
        Arc::new(TimelineEvent {
            sequence: sequence as u64,
            at: at(seconds),
            service: Some("hub/web".into()),
            instance: None,
            change,
        })
    };
    let snapshot = Snapshot {
        services: vec![Arc::new(web.clone())],
        timeline: Arc::new(told.into_iter().enumerate().map(event).collect()),
        ..Snapshot::empty(at(60))
    };
    let explanation = explain(&web, &snapshot, &TimeZone::UTC);
    let told = told_at(&explanation, EvidenceSource::Timeline);
    told.into_iter()
        .map(|(seconds, text)| format!("{seconds} {text}"))
        .collect()
}

fn told_at(explanation: &Explanation, source: EvidenceSource) -> Vec<(i64, &str)> {
    let all = explanation.evidence.iter();
    all.filter(|each| each.source == source)
        .filter_map(|each| Some((each.at?.duration_since(at(0)).as_secs(), each.text.as_str())))
        .collect()
}

#[test]
fn events_belong_to_a_failure_from_its_last_success_on_and_the_last_start_does() {
    let start = "-660 container hub-web-1 started";
    let left =
        |seconds: i64, network: &str| format!("{seconds} disconnected from network {network}");
    assert_eq!(
        events_of(Some(-10), 5),
        [start.to_owned(), left(-11, "hub_c")]
    );
    // Of a slow healthcheck the cause lies up to four intervals before the change.
    let slow = [
        start.to_owned(),
        left(-110, "hub_a"),
        left(-50, "hub_b"),
        left(-11, "hub_c"),
    ];
    assert_eq!(events_of(Some(-115), 30), slow);
    assert_eq!(events_of(None, 30), slow);
    assert_eq!(
        events_of(None, 5),
        [start.to_owned(), left(-50, "hub_b"), left(-11, "hub_c")]
    );
}

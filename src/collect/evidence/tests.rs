use super::*;
use crate::model::{Instance, InstanceId, InstanceState, LogStream, ServiceName, StackName};

fn facts(name: &str, state: InstanceState) -> InstanceFacts {
    InstanceFacts {
        state,
        inspected: true,
        environment: vec![
            ("DB_PASSWORD".into(), "hunter22".into()),
            ("API_KEY".into(), "db".into()),
        ]
        .into(),
        ..InstanceFacts::unknown(InstanceId::new(name), name, None, ServiceName::new("x"))
    }
}

fn service(name: &str, state: HealthState, since: i64) -> Service {
    let since = Timestamp::from_second(since).unwrap();
    let mut service = Service::unknown(Some(StackName::new("hub")), ServiceName::new(name), since);
    service.health.state = state;
    let instance = |name: &str, state| Instance {
        facts: Arc::new(facts(name, state)),
        sample: None,
        series: Arc::default(),
        probe: None,
    };
    service.instances = vec![
        instance(&format!("{name}-1"), InstanceState::Running),
        instance(&format!("{name}-2"), InstanceState::Exited),
    ];
    service
}

#[test]
fn each_change_to_unhealthy_is_listened_to_once() {
    let mut heard = HashMap::new();
    let mut look = |services: Vec<Service>| -> Vec<String> {
        let services = services.into_iter().map(Arc::new).collect();
        let snapshot = Snapshot {
            services,
            ..Snapshot::empty(Timestamp::UNIX_EPOCH)
        };
        due(&snapshot, &mut heard)
            .iter()
            .map(|(facts, _)| facts.name.clone())
            .collect()
    };
    use HealthState::{Healthy, Unhealthy};
    assert_eq!(
        look(vec![service("a", Healthy, 0), service("b", Unhealthy, 5)]),
        ["b-2"],
        "what ended"
    );
    assert!(look(vec![service("b", Unhealthy, 5)]).is_empty());
    assert!(look(vec![service("b", Healthy, 7)]).is_empty());
    assert_eq!(look(vec![service("b", Unhealthy, 9)]), ["b-2"]);
    assert_eq!(
        look(vec![service("b", Unhealthy, 11)]),
        ["b-2"],
        "another change"
    );
    let mut unknown = service("other", Healthy, 0);
    Arc::make_mut(&mut unknown.instances[0].facts).inspected = false;
    let failing = service("b", Unhealthy, 12);
    assert!(
        look(vec![failing.clone(), unknown]).is_empty(),
        "the secrets of another container are not known yet"
    );
    assert_eq!(look(vec![failing, service("other", Healthy, 0)]), ["b-2"]);
    let mut listed = service("c", Unhealthy, 12);
    let witness = |service: &mut Service, change: fn(&mut InstanceFacts)| {
        service
            .instances
            .iter_mut()
            .for_each(|each| change(Arc::make_mut(&mut each.facts)));
    };
    witness(&mut listed, |facts| facts.inspected = false);
    assert!(
        look(vec![listed.clone()]).is_empty(),
        "its inspection is under way"
    );
    witness(&mut listed, |facts| {
        facts.unread.inspection = Some("not permitted".to_owned())
    });
    assert_eq!(look(vec![listed]), ["c-2"], "there will be no inspection");
}

fn line(second: Option<i64>, text: String) -> LogLine {
    let at = second.map(|second| Timestamp::from_second(second).unwrap());
    LogLine {
        at,
        instance: InstanceId::new("x"),
        stream: LogStream::Stdout,
        text,
        cut_bytes: 0,
        ..LogLine::default()
    }
}

#[test]
fn the_lines_before_the_change_stay_whatever_came_after() {
    for (before, after, expected) in [
        (3, 5, (3, 5)),
        (100, 0, (50, 0)),
        (100, 100, (30, 20)),
        (10, 100, (10, 40)),
        (0, 90, (0, 50)),
    ] {
        let mut around = Around::new(Timestamp::from_second(1_000).unwrap());
        (0..before)
            .for_each(|n| around.push(line(Some(1_000 - before + n), format!("before {n}"))));
        (0..after).for_each(|n| around.push(line(Some(1_100 + n), format!("after {n}"))));
        let lines = around.lines();
        let count = |begin: &str| {
            lines
                .iter()
                .filter(|line| line.text.starts_with(begin))
                .count()
        };
        assert_eq!(
            (count("before"), count("after")),
            expected,
            "{before} and {after}"
        );
        assert!(
            lines.is_sorted_by_key(|line| line.at),
            "{before} and {after}"
        );
        if before > 0 {
            assert!(
                lines
                    .iter()
                    .any(|line| line.text == format!("before {}", before - 1))
            );
        }
    }
    let mut around = Around::new(Timestamp::UNIX_EPOCH);
    around.push(line(None, "no time".to_owned()));
    assert_eq!(around.lines().len(), 1);
}

#[test]
fn the_change_of_what_ended_is_its_end_also_in_a_loop() {
    let at = |second| Timestamp::from_second(second).unwrap();
    for (state, looping, finished, expected) in [
        (InstanceState::Exited, false, Some(50), 50),
        (InstanceState::Restarting, true, Some(50), 50),
        (InstanceState::Running, true, Some(50), 50),
        (InstanceState::Running, false, Some(50), 90),
        (InstanceState::Created, false, None, 90),
    ] {
        let mut service = service("a", HealthState::Unhealthy, 90);
        if looping {
            service.health.overlays.push(Overlay::Restarting);
        }
        let facts = InstanceFacts {
            finished_at: finished.map(at),
            ..facts("a", state)
        };
        assert_eq!(
            moment(&facts, &service),
            at(expected),
            "{state:?} {looping}"
        );
    }
}

#[test]
fn lines_lose_colours_and_secrets() {
    for (text, expected) in [
        ("\u{1b}[31mERROR\u{1b}[0m x", "ERROR x"),
        (
            "connecting with hunter22 to db",
            "connecting with *** to db",
        ),
        ("redis://:p@cache down", "redis://***@cache down"),
        ("\u{1b}[", ""),
    ] {
        let line = LogLine {
            at: None,
            instance: InstanceId::new("x"),
            stream: LogStream::Stdout,
            text: text.to_owned(),
            cut_bytes: 0,
            ..LogLine::default()
        };
        let mut secrets = KnownSecrets::default();
        secrets.learn(&facts("x", InstanceState::Running));
        assert_eq!(tidy(line, &secrets).text, expected, "{text}");
    }
}

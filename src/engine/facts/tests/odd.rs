//! Answers that are odd: one value costs itself, and is named.

use proptest::prelude::*;

use super::*;
use crate::engine::mutation::{mutated, odd_value};
use crate::model::{HostPort, Published, publications};

/// A list entry of a running container, and what stands in it.
const ENTRY: &str = r#"{"Id":"0dd","Names":["/hub-web-1"],"Image":"nginx","ImageID":"sha256:1","Command":"sh",
    "Created":1700000000,"State":"running","Status":"Up 2 minutes",
    "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}],
    "Labels":{"com.docker.compose.project":"hub","com.docker.compose.service":"web","a":"b"},
    "HostConfig":{"NetworkMode":"hub_default"},
    "NetworkSettings":{"Networks":{"hub_default":{"IPAddress":"172.18.0.9"}}},
    "Mounts":[{"Type":"volume","Name":"v","Source":"/s","Destination":"/d","RW":true}]}"#;

/// The container of [`ENTRY`] changed so, between two others; how many could not be read.
fn listed(odd: &str) -> (Option<InstanceFacts>, usize) {
    let well = |id: &str| {
        format!(r#"{{"Id":"{id}","Names":["/{id}"],"State":"running","Status":"Up 1 hour"}}"#)
    };
    let json = format!("[{},{odd},{}]", well("first"), well("last"));
    let (entries, unreadable) = summary::read(&json).expect("a list");
    let mut facts: Vec<InstanceFacts> = summary::select(entries)
        .into_iter()
        .map(summary::from_summary)
        .collect();
    for id in ["first", "last"] {
        let at = facts
            .iter()
            .position(|each| each.id.as_str() == id)
            .expect("the others stay");
        let other = facts.remove(at);
        assert!(other.is_running() && other.unread.is_empty(), "{odd}");
    }
    assert!(facts.len() <= 1, "{odd}");
    (facts.pop(), unreadable)
}

/// What of [`ENTRY`] is replaced, by what, and what cannot be read then.
const ODD_ENTRIES: &[(&str, &str, &str)] = &[
    (
        r#""PrivatePort":80,"#,
        r#""PrivatePort":null,"#,
        "Ports.PrivatePort",
    ),
    (
        r#"[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]"#,
        "[null]",
        "Ports",
    ),
    (
        r#"[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"}]"#,
        r#""80""#,
        "Ports",
    ),
    (
        r#""PublicPort":8080"#,
        r#""PublicPort":70000"#,
        "Ports.PublicPort",
    ),
    (r#""a":"b""#, r#""a":null"#, "Labels.a"),
    (
        r#""Created":1700000000"#,
        r#""Created":"2024-01-01T00:00:00Z""#,
        "Created",
    ),
    (
        r#""Created":1700000000"#,
        r#""Created":1700000000.5"#,
        "Created",
    ),
    (r#""Command":"sh""#, r#""Command":["sh"]"#, "Command"),
    (r#""Names":["/hub-web-1"]"#, r#""Names":"x""#, "Names"),
    (r#""Image":"nginx""#, r#""Image":{}"#, "Image"),
    (r#""State":"running""#, r#""State":7"#, "State"),
    (r#"{"NetworkMode":"hub_default"}"#, r#""x""#, "HostConfig"),
    (
        r#""IPAddress":"172.18.0.9""#,
        r#""IPAddress":1"#,
        "NetworkSettings.Networks.hub_default.IPAddress",
    ),
    (r#""RW":true"#, r#""RW":"rw""#, "Mounts.RW"),
    (r#""Image":"nginx""#, r#""Image":"\ud800""#, "Image"),
];

#[test]
fn one_odd_entry_of_a_list_costs_what_cannot_be_read_of_it() {
    let huge = format!(r#""PublicPort":{}"#, "9".repeat(400));
    let huge = (r#""PublicPort":8080"#, huge.as_str(), "Ports.PublicPort");
    for (from, to, unread) in ODD_ENTRIES.iter().copied().chain([huge]) {
        let odd = ENTRY.replace(from, to);
        assert_ne!(odd, ENTRY, "{from}");
        let (facts, unreadable) = listed(&odd);
        let facts = facts.expect("the odd one stays");
        assert_eq!(
            (facts.unread.fields.join(" "), unreadable),
            (unread.to_owned(), 0),
            "{to:.80}"
        );
        assert_eq!(facts.service_id().as_str(), "hub/web");
        assert!(facts.is_running());
    }
    let (facts, _) = listed(&ENTRY.replace(
        r#""State":"running","Status":"Up 2 minutes""#,
        r#""State":"hibernating""#,
    ));
    let facts = facts.expect("the odd one stays");
    assert_eq!(
        (facts.state, facts.unread.fields),
        (InstanceState::Unknown, vec!["State".to_owned()])
    );
}

#[test]
fn an_entry_without_an_id_is_counted() {
    for odd in [
        &ENTRY.replace(r#""0dd""#, "null"),
        &ENTRY.replace(r#""0dd""#, "7"),
        "null",
        "[]",
        "7",
        "{}",
    ] {
        assert_eq!(listed(odd), (None, 1), "{odd}");
    }
    for none in ["{}", "null", "<html>", "[1", ""] {
        assert!(summary::read(none).is_none(), "{none}");
    }
}

fn inspected(json: &str) -> InstanceFacts {
    from_inspection(json, &"aaaabbbbccccdddd".into()).expect("an object")
}

/// What of [`FULL`] is replaced, by what, what cannot be read then, and whether it is still known whether there is a healthcheck.
const ODD_VALUES: &[(&str, &str, &str, bool)] = &[
    (
        r#""RestartCount":3"#,
        r#""RestartCount":-1"#,
        "RestartCount",
        true,
    ),
    (
        r#""HostPort":"15432"},{"HostIp":"::","HostPort":"15432""#,
        r#""HostPort":15432"#,
        "NetworkSettings.Ports.5432/tcp.HostPort",
        true,
    ),
    (
        r#"["CMD-SHELL","pg_isready"]"#,
        r#""pg_isready""#,
        "Config.Healthcheck.Test",
        true,
    ),
    (
        r#""Interval":5000000000"#,
        r#""Interval":"30s""#,
        "Config.Healthcheck.Interval",
        true,
    ),
    (
        r#"["FOO=","BARE","URL=a=b","PASS=x"]"#,
        r#"{"FOO":""}"#,
        "Config.Env",
        true,
    ),
    (
        r#""Status":"unhealthy""#,
        r#""Status":"odd""#,
        "State.Health.Status",
        false,
    ),
    (
        r#""FailingStreak":4"#,
        r#""FailingStreak":-4"#,
        "State.Health.FailingStreak",
        true,
    ),
    (
        r#""StartedAt":"2024-05-06T07:08:10Z""#,
        r#""StartedAt":"yesterday""#,
        "State.StartedAt",
        true,
    ),
    (r#""Name":"/hub-db-1""#, r#""Name":null"#, "Name", true),
    (
        r#""Args":["postgres"]"#,
        r#""Args":["postgres",null]"#,
        "Args",
        true,
    ),
    (
        r#""OOMKilled":false"#,
        r#""OOMKilled":"no""#,
        "State.OOMKilled",
        true,
    ),
    (r#""Mounts":[{"#, r#""Mounts":[7,{"#, "Mounts", true),
];

#[test]
fn one_odd_value_of_an_inspection_costs_itself() {
    let whole = inspected(FULL);
    assert!(whole.unread.is_empty() && whole.knows_healthcheck());
    for &(from, to, unread, knows) in ODD_VALUES {
        let odd = FULL.replace(from, to);
        assert_ne!(odd, FULL, "{from}");
        let facts = inspected(&odd);
        assert_eq!(
            (facts.unread.fields.join(" "), facts.knows_healthcheck()),
            (unread.to_owned(), knows),
            "{to}"
        );
        assert_eq!(
            (facts.state, facts.service_id()),
            (whole.state, whole.service_id())
        );
    }
}

#[test]
fn a_state_that_says_nothing_does_not_say_that_there_is_no_healthcheck() {
    for state in ["{}", r#"{"":null}"#] {
        let facts = inspected(&format!(
            r#"{{"Id":"a","Name":"/web","RestartCount":0,"State":{state},"Config":{{}}}}"#
        ));
        assert!(
            !facts.knows_healthcheck(),
            "{state}: {:?}",
            facts.unread.fields
        );
    }
}

#[test]
fn a_result_without_a_code_neither_passed_nor_failed() {
    let facts = inspected(&FULL.replace(r#""ExitCode":1,"Output""#, r#""ExitCode":null,"Output""#));
    assert_eq!(
        facts
            .health_log
            .iter()
            .map(|log| log.exit_code)
            .collect::<Vec<_>>(),
        [0]
    );
}

/// The state of a container, the binding of its port 80, and the words for it.
const HOST_PORTS: &[(&str, &str, &str)] = &[
    (
        "created",
        r#"[{"HostIp":"","HostPort":"0"}]"#,
        "random port>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":""}]"#,
        "random port>80/tcp",
    ),
    (
        "exited",
        r#"[{"HostIp":"","HostPort":"28000-28010"}]"#,
        "28000-28010>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":"8000-8000"}]"#,
        "8000>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"127.0.0.1","HostPort":"8080"}]"#,
        "127.0.0.1:8080>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":"9-1"}]"#,
        "unknown port>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":"x"}]"#,
        "unknown port>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":null}]"#,
        "unknown port>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":70000}]"#,
        "unknown port>80/tcp",
    ),
    (
        "created",
        r#"[{"HostIp":"","HostPort":"70000"}]"#,
        "unknown port>80/tcp",
    ),
    ("created", "null", ""),
    ("created", "[]", ""),
    // While it runs, what is bound counts.
    (
        "running",
        r#"[{"HostIp":"","HostPort":"28000-28010"}]"#,
        "32768>80/tcp",
    ),
];

#[test]
fn host_ports_that_are_no_number_are_told_as_what_they_are() {
    for &(state, binding, expected) in HOST_PORTS {
        let facts = inspected(&format!(
            r#"{{"Id":"a","State":{{"Status":"{state}"}},"Config":{{}},"HostConfig":{{"PortBindings":{{"80/tcp":{binding}}}}},
            "NetworkSettings":{{"Ports":{{"80/tcp":[{{"HostIp":"0.0.0.0","HostPort":"32768"}},{{"HostIp":"::","HostPort":"32768"}}]}}}}}}"#
        ));
        let words: Vec<String> = publications([&facts])
            .iter()
            .flat_map(|each| each.words(">"))
            .collect();
        assert_eq!(words.join(", "), expected, "{state} {binding}");
        assert_eq!(facts.publishes(), !expected.is_empty());
        assert!(
            facts.ports.iter().any(|port| port.container == 80),
            "the port itself is known"
        );
        let unread = publications([&facts])
            .iter()
            .any(|each| each.host == Published::Unbound(HostPort::Unread));
        assert!(
            facts
                .ports
                .iter()
                .all(|port| !unread || port.published.is_none())
        );
    }
}

proptest! {
    #[test]
    fn any_value_anywhere_in_an_entry_costs_that_entry_only(place in any::<prop::sample::Index>(), odd in odd_value()) {
        let (facts, unreadable) = listed(&mutated(ENTRY, place, &odd));
        prop_assert_eq!(usize::from(facts.is_none()), unreadable);
        let whole = listed(ENTRY).0.expect("a container");
        if let Some(facts) = facts {
            prop_assert!(matches!(facts.state, InstanceState::Running | InstanceState::Unknown));
            let port = facts.ports.first().and_then(|port| port.published);
            prop_assert!(port.is_none_or(|port| port == 8080));
            prop_assert!(facts.unread.is_empty() || facts != whole);
            prop_assert!(facts.exit_code.is_none() && !facts.oom_killed && facts.restarts == 0);
        }
    }

    #[test]
    fn any_value_anywhere_in_an_inspection_invents_nothing(place in any::<prop::sample::Index>(), odd in odd_value()) {
        let Some(facts) = from_inspection(&mutated(FULL, place, &odd), &"aaaabbbbccccdddd".into()) else {
            return Ok(());
        };
        let whole = inspected(FULL);
        prop_assert!(matches!(facts.state, InstanceState::Running | InstanceState::Unknown));
        prop_assert!(facts.docker.status == whole.docker.status || facts.docker.status == DockerStatus::None);
        prop_assert!(facts.docker.status != DockerStatus::None || !facts.knows_healthcheck() || facts.unread.is_empty());
        prop_assert!(facts.known_restarts().is_none_or(|restarts| restarts == 3 || restarts == 0 && odd == "0"));
        prop_assert!(facts.finished_at.is_none());
        prop_assert!(facts.unread.fields.iter().all(|path| !path.contains(char::is_control)));
    }

    #[test]
    fn any_bytes_are_an_answer(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let text = String::from_utf8_lossy(&bytes);
        prop_assert!(summary::read(&text).is_none_or(|(entries, _)| entries.is_empty()));
        drop(from_inspection(&text, &"a".into()));
    }
}

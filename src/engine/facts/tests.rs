mod odd;

use super::*;
use crate::engine::summary;
use crate::model::DependencyCondition;

fn inspect(json: &str) -> InstanceFacts {
    from_inspection(json, &"asked-for".into()).expect("an inspection")
}

fn list(json: &str) -> Vec<InstanceFacts> {
    let (entries, unreadable) = summary::read(json).expect("a list");
    assert_eq!(unreadable, 0);
    summary::select(entries)
        .into_iter()
        .map(summary::from_summary)
        .collect()
}

const FULL: &str = r#"{
  "Id":"aaaabbbbccccdddd","Created":"2024-05-06T07:08:09.123Z","Path":"docker-entrypoint.sh","Args":["postgres"],
  "State":{"Status":"running","Running":true,"OOMKilled":false,"ExitCode":0,"Error":"",
    "StartedAt":"2024-05-06T07:08:10Z","FinishedAt":"0001-01-01T00:00:00Z",
    "Health":{"Status":"unhealthy","FailingStreak":4,"Log":[
      {"Start":"2024-05-06T08:00:00Z","End":"2024-05-06T08:00:01Z","ExitCode":1,"Output":"no response\u001b[0m\nsecond"},
      {"Start":"2024-05-06T07:59:00Z","End":"2024-05-06T07:59:01+00:00","ExitCode":0,"Output":"ok"}]}},
  "Image":"sha256:feed","Name":"/hub-db-1","RestartCount":3,
  "HostConfig":{"NetworkMode":"hub_default","RestartPolicy":{"Name":"unless-stopped","MaximumRetryCount":0},
    "Memory":536870912,"MemoryReservation":0,"NanoCpus":1500000000,"PidsLimit":-1},
  "Mounts":[{"Type":"volume","Name":"hub_data","Source":"/var/lib/docker/volumes/hub_data/_data","Destination":"/data","RW":true},
    {"Type":"bind","Source":"/etc/x","Destination":"/x","RW":false}],
  "Config":{"Tty":true,"Env":["FOO=","BARE","URL=a=b","PASS=x"],"Image":"postgres:16-alpine",
    "Healthcheck":{"Test":["CMD-SHELL","pg_isready"],"Interval":5000000000,"StartPeriod":0,"Retries":3},
    "ExposedPorts":{"5432/tcp":{},"9/udp":{}},
    "Labels":{"com.docker.compose.project":"hub","com.docker.compose.service":"db","com.docker.compose.container-number":"1",
      "com.docker.compose.oneoff":"False","com.docker.compose.depends_on":"cache:service_healthy:true","note":"🦀 ünïcode"}},
  "NetworkSettings":{"Ports":{"5432/tcp":[{"HostIp":"0.0.0.0","HostPort":"15432"},{"HostIp":"::","HostPort":"15432"}],"9/udp":null},
    "Networks":{"hub_default":{"IPAddress":"172.18.0.4","Aliases":["db","db"],"DNSNames":["hub-db-1"]},"empty":null}}}"#;

#[test]
fn a_full_inspection() {
    let facts = inspect(FULL);
    assert_eq!(facts.service_id().as_str(), "hub/db");
    assert_eq!(
        (facts.name.as_str(), facts.number, facts.restarts),
        ("hub-db-1", Some(1), 3)
    );
    assert_eq!(
        (facts.image.as_str(), facts.image_id.as_str()),
        ("postgres:16-alpine", "sha256:feed")
    );
    assert_eq!(
        (facts.state, facts.finished_at),
        (InstanceState::Running, None)
    );
    assert_eq!(
        (facts.docker.status, facts.docker.failing_streak),
        (DockerStatus::Unhealthy, 4)
    );
    assert_eq!(facts.docker.output, "no response [0m\nsecond");
    assert_eq!(
        facts
            .health_log
            .iter()
            .map(|log| log.exit_code)
            .collect::<Vec<_>>(),
        [0, 1],
        "oldest first"
    );
    let check = facts.healthcheck.as_ref().expect("a healthcheck");
    assert_eq!(
        (check.interval, check.start_period, check.retries),
        (Some(Duration::from_secs(5)), None, Some(3))
    );
    assert!(facts.tty && facts.inspected && facts.is_running());
    assert_eq!(facts.labels.reveal()["note"], "🦀 ünïcode");
}

#[test]
fn what_a_full_inspection_says_of_limits_ports_networks_and_mounts() {
    let facts = inspect(FULL);
    assert_eq!(facts.limits.memory_bytes, Some(512 << 20));
    assert_eq!(
        (facts.limits.memory_reservation_bytes, facts.limits.pids),
        (None, None)
    );
    assert_eq!(facts.limits.cpus, Some(1.5));
    let ports: Vec<_> = facts
        .ports
        .iter()
        .map(|p| (p.container, p.protocol.word(), p.published))
        .collect();
    assert_eq!(
        ports,
        [
            (9, "udp", None),
            (5432, "tcp", Some(15432)),
            (5432, "tcp", Some(15432))
        ]
    );
    assert_eq!(
        facts.networks[1].address,
        Some("172.18.0.4".parse().expect("an address"))
    );
    assert_eq!(facts.networks[1].aliases, ["db", "hub-db-1"]);
    assert_eq!(facts.networks[0].address, None);
    let pairs: Vec<_> = facts
        .environment
        .reveal()
        .iter()
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        pairs,
        [("FOO", ""), ("BARE", ""), ("URL", "a=b"), ("PASS", "x")]
    );
    assert_eq!(
        (facts.mounts[0].source.as_str(), facts.mounts[1].writable),
        ("hub_data", false)
    );
    assert_eq!(
        facts.depends_on[0].condition,
        DependencyCondition::ServiceHealthy
    );
    assert_eq!(
        facts.command.reveal().as_slice(),
        ["docker-entrypoint.sh", "postgres"]
    );
}

#[test]
fn what_does_not_run_has_the_ports_of_its_next_start() {
    for (status, expected) in [
        ("created", Some(8443)),
        ("exited", Some(8443)),
        ("restarting", Some(8443)),
        ("running", None),
    ] {
        let facts = inspect(&format!(
            r#"{{"Id":"a","State":{{"Status":"{status}"}},"Config":{{"ExposedPorts":{{"443/tcp":{{}}}}}},
            "HostConfig":{{"PortBindings":{{"443/tcp":[{{"HostIp":"","HostPort":"8443"}}],"9/tcp":null}}}},
            "NetworkSettings":{{"Ports":{{}}}}}}"#
        ));
        let port = facts
            .ports
            .iter()
            .find(|port| port.container == 443)
            .expect("a port");
        assert_eq!(
            (port.published, port.address.as_deref()),
            (expected, None),
            "{status}"
        );
    }
}

#[test]
fn links_without_what_compose_adds_to_them() {
    let facts = inspect(
        r#"{"Id":"a","HostConfig":{"Links":["/old-db:/web/store","/solo:/web/solo"]},"NetworkSettings":{"Networks":{
        "n":{"Links":["hub-db-1:db-1","hub-db-1:db","hub-db-1:hub-db-1","hub-db-1:db"]},"m":{"Links":null},"o":null}}}"#,
    );
    assert_eq!(facts.links, ["hub-db-1:db", "old-db:store", "solo:solo"]);
    for (links, expected) in [
        (r#""mine:db","mine:db-1","mine:hub-db-1""#, "mine:db"),
        (
            r#""hub-db-1:store","hub-db-1:db-1","hub-db-1:hub-db-1""#,
            "hub-db-1:store",
        ),
        (r#""hub-db-1:db-1""#, "hub-db-1:db-1"),
        (r#""a:db","b:db-1""#, "a:db b:db-1"),
    ] {
        let facts = inspect(&format!(
            r#"{{"Id":"a","NetworkSettings":{{"Networks":{{"n":{{"Links":[{links}]}}}}}}}}"#
        ));
        assert_eq!(facts.links.join(" "), expected);
    }
}

#[test]
fn missing_and_null_fields_as_podman_and_old_engines_send_them() {
    let bare = inspect(r#"{"Id":"0123456789abcdef"}"#);
    assert_eq!(
        (bare.name.as_str(), bare.service.as_str(), bare.stack),
        ("0123456789ab", "0123456789ab", None)
    );
    assert_eq!(
        (bare.state, bare.healthcheck),
        (InstanceState::Unknown, None)
    );
    assert_eq!(
        bare.unread.fields,
        [
            "State",
            "Name",
            "RestartCount",
            "HostConfig",
            "Config",
            "NetworkSettings",
            "State.Status"
        ]
    );
    assert!(bare.ports.is_empty() && bare.networks.is_empty() && bare.labels.reveal().is_empty());

    let nulls = inspect(
        r#"{"Id":"x","Name":"/🚀-app","Args":null,"Mounts":null,"HostConfig":null,"NetworkSettings":{"Ports":null,"Networks":null},
        "Config":{"Env":null,"Labels":null,"ExposedPorts":null,"Healthcheck":{"Test":["NONE"]}},
        "State":{"Status":"initialized","Health":null}}"#,
    );
    assert_eq!(
        (nulls.name.as_str(), nulls.state, nulls.healthcheck),
        ("🚀-app", InstanceState::Created, None)
    );

    let podman = inspect(
        r#"{"Id":"x","State":{"Status":"stopping","Healthcheck":{"Status":"healthy","FailingStreak":0,"Log":null}},
        "HostConfig":{"NetworkMode":"container:abc","CpuQuota":50000}}"#,
    );
    assert_eq!(
        (podman.state, podman.docker.status),
        (InstanceState::Running, DockerStatus::Healthy)
    );
    assert_eq!(
        (podman.network_mode.as_str(), podman.limits.cpus),
        ("container:abc", Some(0.5))
    );

    let odd = inspect(r#"{"Id":"x","State":{"Status":"something","Running":true,"Paused":true}}"#);
    assert_eq!(odd.state, InstanceState::Paused);
}

#[test]
fn a_list_entry_tells_the_cheap_facts() {
    let facts = list(
        r#"[{"Id":"a1","Names":["/web/alias","/hub-web-1"],"Image":"nginx","ImageID":"sha256:1","Created":1700000000,
        "Ports":[{"IP":"0.0.0.0","PrivatePort":80,"PublicPort":8080,"Type":"tcp"},{"PrivatePort":443,"Type":"tcp"}],
        "Labels":{"com.docker.compose.project":"hub","com.docker.compose.service":"web"},
        "State":"running","Status":"Up 2 minutes (healthy)","HostConfig":{"NetworkMode":"hub_default"},
        "NetworkSettings":{"Networks":{"hub_default":{"IPAddress":"172.18.0.9"}}},"Mounts":[]}]"#,
    );
    let web = &facts[0];
    assert_eq!(
        (web.name.as_str(), web.service_id().as_str(), web.inspected),
        ("hub-web-1", "hub/web", false)
    );
    assert_eq!(
        (web.docker.status, web.exit_code),
        (DockerStatus::Healthy, None)
    );
    assert_eq!(
        web.ports
            .iter()
            .map(|port| port.published)
            .collect::<Vec<_>>(),
        [Some(8080), None]
    );
    assert_eq!(
        web.networks[0].address,
        Some("172.18.0.9".parse().expect("an address"))
    );
}

/// State and status of a list entry, and what they mean.
const STATUSES: &[(&str, &str, InstanceState, DockerStatus, Option<i64>)] = &[
    (
        "running",
        "Up 5 seconds (health: starting)",
        InstanceState::Running,
        DockerStatus::Starting,
        None,
    ),
    (
        "paused",
        "Up 1 hour (Paused)",
        InstanceState::Paused,
        DockerStatus::None,
        None,
    ),
    (
        "running",
        "Up 3 hours (unhealthy)",
        InstanceState::Running,
        DockerStatus::Unhealthy,
        None,
    ),
    (
        "exited",
        "Exited (137) 2 hours ago",
        InstanceState::Exited,
        DockerStatus::None,
        Some(137),
    ),
    (
        "restarting",
        "Restarting (1) 3 seconds ago",
        InstanceState::Restarting,
        DockerStatus::None,
        Some(1),
    ),
    (
        "weird",
        "Up 1 second",
        InstanceState::Running,
        DockerStatus::None,
        None,
    ),
    // Neither dead nor alive: an end that nobody reported would be an incident.
    ("", "", InstanceState::Unknown, DockerStatus::None, None),
    (
        "weird",
        "odd",
        InstanceState::Unknown,
        DockerStatus::None,
        None,
    ),
    (
        "",
        "Exited (3) 2 hours ago",
        InstanceState::Exited,
        DockerStatus::None,
        Some(3),
    ),
    (
        "",
        "Up 1 hour (Paused)",
        InstanceState::Paused,
        DockerStatus::None,
        None,
    ),
];

#[test]
fn a_list_entry_tells_state_health_and_exit_code_by_its_status() {
    for &(state, status, expected, health, code) in STATUSES {
        let facts = list(&format!(
            r#"[{{"Id":"a","State":"{state}","Status":"{status}"}}]"#
        ));
        let found = (facts[0].state, facts[0].docker.status, facts[0].exit_code);
        assert_eq!(found, (expected, health, code), "{status}");
    }
}

#[test]
fn what_lies_stopped_is_bounded() {
    let compose = |id: usize, state: &str, service: usize, extra: &str| {
        format!(
            r#"{{"Id":"c{id}","State":"{state}","Created":{id},"Labels":{{"com.docker.compose.project":"p",
            "com.docker.compose.service":"s{service}","com.docker.compose.container-number":"1"{extra}}}}}"#
        )
    };
    let mut entries = vec![
        compose(1, "running", 1, ""),
        compose(900, "exited", 1, ""),
        compose(901, "exited", 2, ""),
        compose(902, "exited", 2, ""),
        compose(903, "exited", 3, r#","com.docker.compose.oneoff":"True""#),
        compose(
            904,
            "running",
            3,
            r#","com.docker.compose.hook":"post_start""#,
        ),
    ];
    entries
        .extend((0..200).map(|id| format!(r#"{{"Id":"j{id}","State":"exited","Created":{id}}}"#)));
    entries.push(r#"{"Id":"j0","State":"exited","Created":0}"#.into());
    let facts = list(&format!("[{}]", entries.join(",")));
    let ids: Vec<_> = facts.iter().map(|facts| facts.id.as_str()).collect();
    assert_eq!(ids.iter().filter(|id| id.starts_with('j')).count(), 50);
    assert!(
        ids.contains(&"j199") && !ids.contains(&"j149"),
        "the newest ones"
    );
    assert!(ids.contains(&"c1"), "what runs");
    assert!(
        !ids.contains(&"c900"),
        "an old container of a replica that runs"
    );
    assert!(
        ids.contains(&"c902") && !ids.contains(&"c901"),
        "the newest of a stopped replica"
    );
    assert!(
        !ids.contains(&"c903") && !ids.contains(&"c904"),
        "one-off and hook containers"
    );
}

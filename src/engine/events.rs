//! The engine's event stream.

use futures_util::stream::BoxStream;
use futures_util::{StreamExt, stream};
use serde_json::json;

use super::transport::{Method, READ_TIMEOUT, Transport, encoded};
use super::{EngineError, labels, wire};
use crate::model::{EngineEvent, EngineEventKind, InstanceId, ServiceName, Timestamp};

const WHAT: (&str, &str) = ("follow", "the engine's events");
/// An event line longer than this is not one.
const LINE_LIMIT: usize = 1 << 20;
/// The actions asked for; `exec_*` would come with every healthcheck.
const ACTIONS: [&str; 15] = [
    "create",
    "start",
    "restart",
    "die",
    "oom",
    "kill",
    "stop",
    "pause",
    "unpause",
    "rename",
    "update",
    "destroy",
    "health_status",
    "connect",
    "disconnect",
];

/// Opens the stream; it ends when the engine or a proxy ends it.
pub(super) fn follow(
    transport: &Transport,
    since: Option<Timestamp>,
) -> BoxStream<'static, Result<EngineEvent, EngineError>> {
    let filters = json!({ "type": ["container", "network"], "event": ACTIONS }).to_string();
    let mut path = format!("/events?filters={}", encoded(&filters));
    if let Some(since) = since {
        path.push_str(&format!("&since={}", seconds(since)));
    }
    let body = transport.open(Method::Get, &path, READ_TIMEOUT);
    let state = (body, Vec::<u8>::new());
    stream::unfold(Some(state), |state| async {
        let (mut body, mut buffer) = state?;
        loop {
            if let Some(line) = take_line(&mut buffer) {
                match read(&line) {
                    Some(Ok(event)) => return Some((Ok(event), Some((body, buffer)))),
                    Some(Err(error)) => return Some((Err(error), None)),
                    None => continue,
                }
            }
            match body.next().await {
                Some(Ok(chunk)) => buffer.extend_from_slice(chunk.as_ref()),
                Some(Err(error)) => {
                    return Some((Err(EngineError::from_client(WHAT.0, WHAT.1, &error)), None));
                }
                None => return None,
            }
            if buffer.len() > LINE_LIMIT {
                let cause = "the engine sends something that is not an event".into();
                return Some((
                    Err(EngineError::Failed { operation: WHAT.0, target: WHAT.1.into(), cause }),
                    None,
                ));
            }
        }
    })
    .boxed()
}

/// `since` as the API takes it: seconds with nine decimals.
pub(super) fn seconds(at: Timestamp) -> String {
    format!("{}.{:09}", at.as_second(), at.subsec_nanosecond().max(0))
}

fn take_line(buffer: &mut Vec<u8>) -> Option<Vec<u8>> {
    let end = buffer.iter().position(|byte| *byte == b'\n')?;
    let rest = buffer.split_off(end + 1);
    Some(std::mem::replace(buffer, rest))
}

/// `None` for an empty line or an event of no interest.
fn read(line: &[u8]) -> Option<Result<EngineEvent, EngineError>> {
    let line = line.trim_ascii();
    if line.is_empty() {
        return None;
    }
    match serde_json::from_slice::<wire::Event>(line) {
        Ok(raw) => event(raw).map(Ok),
        Err(error) => Some(Err(EngineError::unreadable(WHAT.0, WHAT.1, &error))),
    }
}

/// The event as the store knows it; `None` for what hubdeck does not watch.
fn event(raw: wire::Event) -> Option<EngineEvent> {
    match raw.kind.as_deref() {
        Some("network") => return network_event(raw),
        Some("container") | None => {}
        Some(_) => return None,
    }
    let actor = raw.actor.unwrap_or_default();
    let attributes = actor.attributes.unwrap_or_default();
    // A container's labels are among the attributes.
    if labels::is_auxiliary(&attributes) {
        return None;
    }
    let get = |key: &str| attributes.get(key).map(String::as_str).filter(|value| !value.is_empty());
    let id = actor.id.or(raw.id).filter(|id| !id.is_empty())?;
    let kind = kind(raw.action.as_deref().or(raw.status.as_deref())?, get)?;
    let name = super::facts::name(get("name"), &id);
    let owner = labels::owner(&attributes, &name);
    Some(EngineEvent {
        at: at(raw.time_nano, raw.time)?,
        stack: owner.stack,
        service: owner.service,
        name,
        instance: InstanceId::from(id),
        kind,
    })
}

/// A container that joined or left a network; the event tells neither its name nor its owner.
fn network_event(raw: wire::Event) -> Option<EngineEvent> {
    let mut attributes = raw.actor?.attributes?;
    let container = attributes.remove("container").filter(|id| !id.is_empty())?;
    let network = attributes.remove("name").unwrap_or_default();
    let kind = match raw.action.as_deref()? {
        "connect" => EngineEventKind::Connect { network },
        "disconnect" => EngineEventKind::Disconnect { network },
        _ => return None,
    };
    let name = super::facts::name(None, &container);
    Some(EngineEvent {
        at: at(raw.time_nano, raw.time)?,
        stack: None,
        service: ServiceName::from(&*name),
        name,
        instance: InstanceId::from(container),
        kind,
    })
}

fn at(nanoseconds: Option<i64>, seconds: Option<i64>) -> Option<Timestamp> {
    match (nanoseconds.filter(|time| *time > 0), seconds) {
        (Some(nanoseconds), _) => Timestamp::from_nanosecond(i128::from(nanoseconds)).ok(),
        (None, Some(seconds)) => Timestamp::from_second(seconds).ok(),
        (None, None) => None,
    }
}

fn kind<'a>(action: &str, get: impl Fn(&str) -> Option<&'a str>) -> Option<EngineEventKind> {
    // `health_status: unhealthy` carries its value after a colon.
    let word = action.split(':').next().unwrap_or(action).trim();
    Some(match word {
        "create" => EngineEventKind::Create,
        "start" => EngineEventKind::Start,
        "restart" => EngineEventKind::Restart,
        // Podman says "died" and calls the code `containerExitCode`.
        "die" | "died" => EngineEventKind::Die {
            exit_code: get("exitCode")
                .or_else(|| get("containerExitCode"))
                .and_then(|text| text.parse().ok()),
        },
        "oom" => EngineEventKind::Oom,
        "kill" => EngineEventKind::Kill { signal: get("signal").and_then(|text| text.parse().ok()) },
        "stop" => EngineEventKind::Stop,
        "pause" => EngineEventKind::Pause,
        "unpause" => EngineEventKind::Unpause,
        "rename" => EngineEventKind::Rename,
        "update" => EngineEventKind::Update,
        "destroy" | "remove" => EngineEventKind::Destroy,
        "health_status" => EngineEventKind::HealthStatus,
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(json: &str) -> Option<EngineEvent> {
        read(json.as_bytes()).map(|event| event.expect("readable"))
    }

    #[test]
    fn events_carry_owner_time_and_details() {
        let die = parse(
            r#"{"status":"die","id":"abc","Type":"container","Action":"die","Actor":{"ID":"abc","Attributes":
            {"com.docker.compose.project":"hub","com.docker.compose.service":"db","exitCode":"137","name":"hub-db-1"}},
            "time":1700000000,"timeNano":1700000000123456789}"#,
        )
        .expect("an event");
        assert_eq!(die.kind, EngineEventKind::Die { exit_code: Some(137) });
        assert_eq!((die.stack, die.service.as_str()), (Some("hub".into()), "db"));
        assert_eq!(die.at.as_nanosecond(), 1_700_000_000_123_456_789);

        let task = parse(
            r#"{"Type":"container","Action":"start","Actor":{"ID":"abc","Attributes":{
            "com.docker.stack.namespace":"shop","com.docker.swarm.service.id":"s","com.docker.swarm.service.name":
            "shop_web","com.docker.swarm.task.name":"shop_web.1.t","name":"shop_web.1.t"}},"time":1700000000}"#,
        )
        .expect("an event");
        assert_eq!((task.stack, task.service.as_str()), (Some("shop".into()), "web"));

        for (action, expected) in [
            ("health_status: unhealthy", Some(EngineEventKind::HealthStatus)),
            ("died", Some(EngineEventKind::Die { exit_code: None })),
            ("exec_start: sh -c x", None),
            ("attach", None),
            ("", None),
        ] {
            let json = format!(r#"{{"Action":"{action}","Actor":{{"ID":"x"}},"time":1700000000}}"#);
            assert_eq!(parse(&json).map(|event| event.kind), expected, "{action}");
        }
    }

    #[test]
    fn compose_run_and_hook_containers_and_other_types_are_left_out() {
        for attributes in
            [r#""com.docker.compose.oneoff":"True""#, r#""com.docker.compose.hook":"post_start""#]
        {
            let json = format!(
                r#"{{"Action":"start","Actor":{{"ID":"x","Attributes":{{{attributes}}}}},"time":1700000000}}"#
            );
            assert_eq!(parse(&json), None);
        }
        assert_eq!(parse(r#"{"Type":"network","Action":"create","Actor":{"ID":"x"},"time":1}"#), None);
        assert_eq!(parse("  \r\n"), None);
        assert!(read(b"<html>").expect("an answer").is_err());
    }

    #[test]
    fn a_container_joins_and_leaves_networks() {
        let network = |action: &str, container: &str| {
            parse(&format!(
                r#"{{"Type":"network","Action":"{action}","Actor":{{"ID":"n","Attributes":
                {{"container":"{container}","name":"hub_data","type":"bridge"}}}},"time":1700000000}}"#
            ))
        };
        let event = network("disconnect", "abc").expect("an event");
        assert_eq!(event.instance.as_str(), "abc");
        assert_eq!(event.kind, EngineEventKind::Disconnect { network: "hub_data".into() });
        let joined = network("connect", "abc").map(|event| event.kind);
        assert_eq!(joined, Some(EngineEventKind::Connect { network: "hub_data".into() }));
        assert_eq!(network("destroy", "abc"), None);
        assert_eq!(network("connect", ""), None);
    }

    #[test]
    fn since_keeps_nanoseconds() {
        let at = Timestamp::from_nanosecond(1_700_000_000_000_000_007).expect("a time");
        assert_eq!(seconds(at), "1700000000.000000007");
    }
}

//! Exit codes, engine errors, outputs of checks and messages of probes.

use super::*;

#[test]
#[allow(clippy::too_many_lines)] // a table
fn every_source_has_its_own_patterns() {
    // What ran and ended, what the engine could not start, or what runs.
    let find = |symptoms: Symptoms<'_>| {
        use Condition::{Ended, NotStarted, Proxy, Running};
        let ended = symptoms.exit_code.is_some() || symptoms.out_of_memory;
        let conditions = match (ended, symptoms.engine) {
            (_, error) if !error.is_empty() && error != "cut off: attached to no network" => {
                vec![NotStarted]
            }
            (true, _) => vec![Ended],
            (false, _) => vec![Running, Proxy],
        };
        let symptoms = Symptoms {
            conditions,
            ..symptoms
        };
        Diagnoses::builtin()
            .find(&symptoms)
            .first()
            .map(|found| found.cause.id.clone())
    };
    for (symptoms, expected) in [
        (
            Symptoms {
                exit_code: Some(137),
                out_of_memory: true,
                ..Symptoms::default()
            },
            Some("out-of-memory"),
        ),
        (
            Symptoms {
                exit_code: Some(137),
                ..Symptoms::default()
            },
            Some("killed"),
        ),
        (
            Symptoms {
                exit_code: Some(139),
                ..Symptoms::default()
            },
            Some("segmentation-fault"),
        ),
        (
            Symptoms {
                exit_code: Some(127),
                ..Symptoms::default()
            },
            Some("command-not-found"),
        ),
        (
            Symptoms {
                exit_code: Some(126),
                ..Symptoms::default()
            },
            Some("not-executable"),
        ),
        (
            Symptoms {
                exit_code: Some(1),
                ..Symptoms::default()
            },
            None,
        ),
        (
            Symptoms {
                exit_code: Some(0),
                ..Symptoms::default()
            },
            None,
        ),
        // The log tells more than the signal.
        (
            Symptoms {
                exit_code: Some(137),
                log: vec![Said::near("fatal: no space left on device")],
                ..Symptoms::default()
            },
            Some("disk-full"),
        ),
        (
            Symptoms {
                probe: "connection refused",
                ..Symptoms::default()
            },
            Some("not-listening"),
        ),
        (
            Symptoms {
                probe: "no answer within 5 s",
                ..Symptoms::default()
            },
            Some("unresponsive"),
        ),
        (
            Symptoms {
                probe: "502 Bad Gateway",
                ..Symptoms::default()
            },
            Some("upstream-error"),
        ),
        (
            Symptoms {
                probe: "503 Service Unavailable",
                ..Symptoms::default()
            },
            Some("upstream-error"),
        ),
        // A service's own words about what it needs.
        (
            Symptoms {
                probe: "503 unhealthy: redis:6379 connection refused",
                ..Symptoms::default()
            },
            Some("connection-refused"),
        ),
        (
            Symptoms {
                probe: "503 unhealthy 1.4.2: database db:5432: [Errno -2] Name or service not known",
                ..Symptoms::default()
            },
            Some("name-not-resolved"),
        ),
        (
            Symptoms {
                probe: "certificate not accepted: expired",
                ..Symptoms::default()
            },
            Some("certificate"),
        ),
        (
            Symptoms {
                probe: "certificate expired 3 days ago",
                ..Symptoms::default()
            },
            Some("certificate"),
        ),
        (
            Symptoms {
                probe: "200 OK, certificate ends in 9 days",
                ..Symptoms::default()
            },
            Some("certificate"),
        ),
        (
            Symptoms {
                probe: "name not resolved within 5.0 s",
                ..Symptoms::default()
            },
            Some("name-not-resolved"),
        ),
        (
            Symptoms {
                probe: "login refused: 401 Unauthorized",
                ..Symptoms::default()
            },
            Some("authentication-failed"),
        ),
        (
            Symptoms {
                probe: "no complete answer within 5.0 s",
                ..Symptoms::default()
            },
            Some("unresponsive"),
        ),
        (
            Symptoms {
                probe: "sealed",
                ..Symptoms::default()
            },
            Some("sealed"),
        ),
        (
            Symptoms {
                probe: "not ready: 503 x",
                ..Symptoms::default()
            },
            Some("database-starting"),
        ),
        (
            Symptoms {
                probe: "500 Internal Server Error",
                ..Symptoms::default()
            },
            None,
        ),
        (
            Symptoms {
                check: vec!["wget: can't connect to remote host (127.0.0.1): Connection refused"],
                ..Symptoms::default()
            },
            Some("not-listening"),
        ),
        (
            Symptoms {
                engine: "driver failed programming external connectivity: Bind for 0.0.0.0:80 failed: port is already allocated",
                ..Symptoms::default()
            },
            Some("port-in-use"),
        ),
        (
            Symptoms {
                engine: "failed to create task for container: exec: \"./run\": stat ./run: no such file or directory: unknown",
                exit_code: Some(127),
                ..Symptoms::default()
            },
            Some("command-not-found"),
        ),
        (
            Symptoms {
                engine: "exec: \"/entrypoint.sh\": permission denied: unknown",
                ..Symptoms::default()
            },
            Some("not-executable"),
        ),
        (
            Symptoms {
                engine: "exec /app/run: exec format error",
                exit_code: Some(255),
                ..Symptoms::default()
            },
            Some("platform-mismatch"),
        ),
        (
            Symptoms {
                engine: "invalid mount config for type \"bind\": bind source path does not exist: /srv/x",
                ..Symptoms::default()
            },
            Some("mount-missing"),
        ),
        (
            Symptoms {
                engine: "cut off: attached to no network",
                log: vec![Said::near("the database system is starting up")],
                ..Symptoms::default()
            },
            Some("no-network"),
        ),
    ] {
        let told = format!("{symptoms:?}");
        assert_eq!(find(symptoms).as_deref(), expected, "{told}");
    }
}

mod sources;

use std::collections::HashSet;

use super::*;

/// The first cause that a log line of a process that ended fits; a proxy's among them.
fn of_log(line: &str) -> Option<&'static str> {
    let symptoms = Symptoms {
        log: vec![Said::near(line)],
        conditions: vec![Condition::Ended, Condition::Proxy],
        ..Symptoms::default()
    };
    Diagnoses::builtin()
        .find(&symptoms)
        .first()
        .map(|found| found.cause.id.as_str())
}

#[test]
fn the_file_is_well_formed_and_complete() {
    let diagnoses = Diagnoses::parse(BUILTIN).expect("a well-formed file");
    let ids: HashSet<&str> = diagnoses
        .causes
        .iter()
        .map(|cause| cause.id.as_str())
        .collect();
    assert_eq!(ids.len(), diagnoses.causes.len(), "each once");
    for cause in &diagnoses.causes {
        assert!(
            !cause.words.is_empty() && cause.hint.ends_with('.') && !cause.advice.is_empty(),
            "{}",
            cause.id
        );
    }
}

#[test]
fn a_bad_pattern_is_told_with_its_place() {
    let text = r#"{"diagnosis": [{"id": "x", "words": "", "hint": "", "try": [], "text": ["("]}]}"#;
    let error = Diagnoses::parse(text)
        .expect_err("no regular expression")
        .to_string();
    assert!(
        error.starts_with("the pattern \"(\" of the diagnosis \"x\""),
        "{error}"
    );
}

#[test]
#[allow(clippy::too_many_lines)] // a table
fn lines_of_popular_software_are_recognised() {
    let table = [
        // port-in-use
        (
            "port-in-use",
            "Error: listen EADDRINUSE: address already in use :::3000",
        ),
        (
            "port-in-use",
            "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address in use)",
        ),
        ("port-in-use", "OSError: [Errno 98] Address already in use"),
        (
            "port-in-use",
            "listen tcp :8080: bind: address already in use",
        ),
        (
            "port-in-use",
            "2024-03-28 14:02:11 UTC [1] LOG:  could not bind IPv4 address \"0.0.0.0\": Address already in use",
        ),
        (
            "port-in-use",
            "Could not create server TCP listening socket *:6379: bind: Address already in use",
        ),
        // variable-missing
        (
            "variable-missing",
            "Error: Database is uninitialized and superuser password is not specified.",
        ),
        (
            "variable-missing",
            "    You need to specify one of the following as an environment variable: MYSQL_ROOT_PASSWORD must be set",
        ),
        (
            "variable-missing",
            "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified",
        ),
        ("variable-missing", "KeyError: 'DATABASE_URL'"),
        (
            "variable-missing",
            "Error: Missing required environment variable: JWT_SECRET",
        ),
        (
            "variable-missing",
            "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
        ),
        (
            "variable-missing",
            "/entrypoint.sh: line 4: DB_HOST: unbound variable",
        ),
        (
            "variable-missing",
            "panic: environment variable REDIS_URL is not set",
        ),
        // connection-refused
        (
            "connection-refused",
            "psycopg2.OperationalError: connection to server at \"db\" (172.18.0.3), port 5432 failed: Connection refused",
        ),
        (
            "connection-refused",
            "Error: connect ECONNREFUSED 172.18.0.4:6379",
        ),
        (
            "connection-refused",
            "dial tcp 172.18.0.2:5432: connect: connection refused",
        ),
        (
            "connection-refused",
            "pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused",
        ),
        (
            "connection-refused",
            "kafka.errors.NoBrokersAvailable: NoBrokersAvailable",
        ),
        (
            "connection-refused",
            "nats: no servers available for connection",
        ),
        (
            "connection-refused",
            "Error 111 connecting to redis:6379. Connection refused.",
        ),
        (
            "connection-refused",
            "ERROR 2002 (HY000): Can't connect to MySQL server on 'mysql' (115)",
        ),
        // authentication-failed
        (
            "authentication-failed",
            "FATAL:  password authentication failed for user \"hub\"",
        ),
        (
            "authentication-failed",
            "ERROR 1045 (28000): Access denied for user 'app'@'172.18.0.5' (using password: YES)",
        ),
        (
            "authentication-failed",
            "pymongo.errors.OperationFailure: Authentication failed., full error: {'code': 18}",
        ),
        (
            "authentication-failed",
            "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN",
        ),
        ("authentication-failed", "nats: Authorization Violation"),
        (
            "authentication-failed",
            "FATAL:  role \"hub\" does not exist",
        ),
        (
            "authentication-failed",
            "FATAL:  no pg_hba.conf entry for host \"172.18.0.5\", user \"hub\"",
        ),
        // database-missing, migration-missing
        (
            "database-missing",
            "FATAL:  database \"orders\" does not exist",
        ),
        (
            "database-missing",
            "ERROR 1049 (42000): Unknown database 'shop'",
        ),
        (
            "migration-missing",
            "ERROR:  relation \"users\" does not exist at character 15",
        ),
        (
            "migration-missing",
            "sqlite3.OperationalError: no such table: auth_user",
        ),
        (
            "migration-missing",
            "(1146, \"Table 'shop.orders' doesn't exist\")",
        ),
        (
            "migration-missing",
            "You have 3 unapplied migration(s). Your project may not work properly",
        ),
        (
            "migration-missing",
            "ERROR: column \"email\" of relation \"users\" does not exist",
        ),
        // disk-full
        (
            "disk-full",
            "PANIC:  could not write to file \"pg_wal/xlogtemp.29\": No space left on device",
        ),
        ("disk-full", "Error: ENOSPC: no space left on device, write"),
        (
            "redis-cannot-save",
            "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk",
        ),
        (
            "disk-full",
            "[ERROR] InnoDB: Disk is full writing './ibtmp1'",
        ),
        // certificate
        (
            "certificate",
            "Error: certificate has expired { code: 'CERT_HAS_EXPIRED' }",
        ),
        (
            "certificate",
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate",
        ),
        (
            "certificate",
            "x509: certificate signed by unknown authority",
        ),
        (
            "certificate",
            "tls: failed to verify certificate: x509: certificate is valid for localhost, not api",
        ),
        (
            "certificate-file",
            "nginx: [emerg] cannot load certificate \"/etc/nginx/tls.crt\": BIO_new_file() failed",
        ),
        (
            "sealed",
            "Error making API request. Code: 503. Errors: * Vault is sealed",
        ),
        // names
        (
            "upstream-name",
            "nginx: [emerg] host not found in upstream \"backend\" in /etc/nginx/conf.d/default.conf:3",
        ),
        (
            "name-not-resolved",
            "psycopg.OperationalError: could not translate host name \"db\" to address: Name or service not known",
        ),
        ("name-not-resolved", "Error: getaddrinfo ENOTFOUND redis"),
        (
            "name-not-resolved",
            "dial tcp: lookup postgres on 127.0.0.11:53: no such host",
        ),
        ("name-not-resolved", "java.net.UnknownHostException: kafka"),
        (
            "name-not-resolved",
            "socket.gaierror: [Errno -3] Temporary failure in name resolution",
        ),
        // memory, crashes
        (
            "out-of-memory",
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
        ),
        (
            "out-of-memory",
            "java.lang.OutOfMemoryError: Java heap space",
        ),
        ("out-of-memory", "fatal error: runtime: out of memory"),
        (
            "out-of-memory",
            "Can't save in background: fork: Cannot allocate memory",
        ),
        ("segmentation-fault", "Segmentation fault (core dumped)"),
        // configuration
        (
            "bad-configuration",
            "nginx: [emerg] unknown directive \"servername\" in /etc/nginx/nginx.conf:12",
        ),
        (
            "bad-configuration",
            "Error: yaml: line 4: mapping values are not allowed in this context",
        ),
        (
            "bad-configuration",
            "*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***",
        ),
        ("bad-configuration", "TOML parse error at line 7, column 9"),
        (
            "bad-configuration",
            "[ALERT]    (1) : config : [/usr/local/etc/haproxy/haproxy.cfg:12] : unknown keyword 'blance'",
        ),
        (
            "bad-configuration",
            "LOG:  unrecognized configuration parameter \"max_conections\" in file \"postgresql.conf\" line 3",
        ),
        (
            "bad-configuration",
            "Error loading config (--config.file=/etc/prometheus/prometheus.yml)",
        ),
        // starting
        (
            "database-starting",
            "FATAL:  the database system is starting up",
        ),
        (
            "database-starting",
            "LOADING Redis is loading the dataset in memory",
        ),
        // limits
        (
            "too-many-connections",
            "FATAL:  sorry, too many clients already",
        ),
        (
            "too-many-connections",
            "ERROR 1040 (08004): Too many connections",
        ),
        (
            "too-many-connections",
            "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached",
        ),
        (
            "too-many-open-files",
            "accept4() failed (24: Too many open files)",
        ),
        // time, ways
        ("timeout", "Error: connect ETIMEDOUT 10.0.0.5:443"),
        (
            "timeout",
            "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
        ),
        ("timeout", "dial tcp 10.1.2.3:5432: i/o timeout"),
        ("unreachable", "connect() failed: No route to host"),
        // proxies
        (
            "upstream-error",
            "connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1",
        ),
        (
            "upstream-error",
            "upstream timed out (110: Operation timed out) while reading response header",
        ),
        ("upstream-error", "backend be_app has no server available!"),
        // files
        (
            "permission-denied",
            "initdb: error: could not change permissions of directory \"/var/lib/postgresql/data\": Operation not permitted",
        ),
        (
            "permission-denied",
            "PermissionError: [Errno 13] Permission denied: '/data/app.log'",
        ),
        (
            "permission-denied",
            "Got permission denied while trying to connect to the Docker daemon socket",
        ),
        (
            "read-only-file-system",
            "OSError: [Errno 30] Read-only file system: '/app/cache'",
        ),
        (
            "mount-missing",
            "sh: 1: cannot open /schema/missing.sql: No such file",
        ),
        (
            "mount-missing",
            "FileNotFoundError: [Errno 2] No such file or directory: '/config/settings.json'",
        ),
        ("command-not-found", "/bin/sh: gunicorn: not found"),
        (
            "command-not-found",
            "/entrypoint.sh: line 12: exec: node: executable file not found in $PATH",
        ),
        ("module-missing", "Error: Cannot find module 'express'"),
        (
            "module-missing",
            "ModuleNotFoundError: No module named 'fastapi'",
        ),
        (
            "platform-mismatch",
            "exec /usr/local/bin/docker-entrypoint.sh: exec format error",
        ),
        // Redis, versions
        ("redis-password", "NOAUTH Authentication required."),
        (
            "redis-password",
            "WRONGPASS invalid username-password pair or user is disabled.",
        ),
        (
            "data-from-other-version",
            "FATAL:  database files are incompatible with server",
        ),
        (
            "data-from-other-version",
            "DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16.2.",
        ),
        (
            "data-from-other-version",
            "Can't handle RDB format version 12",
        ),
        ("unhandled-error", "Traceback (most recent call last):"),
        (
            "unhandled-error",
            "thread 'main' panicked at src/main.rs:12:5:",
        ),
    ];
    assert!(table.len() >= 60);
    for (expected, line) in table {
        assert_eq!(of_log(line), Some(expected), "{line}");
    }
}

#[test]
fn harmless_lines_match_nothing() {
    let lines = [
        "2024-03-28 14:02:11.123 UTC [1] LOG:  database system is ready to accept connections",
        "LOG:  listening on IPv4 address \"0.0.0.0\", port 5432",
        "LOG:  checkpoint complete: wrote 42 buffers (0.3%)",
        "1:M 28 Mar 2024 14:02:11.000 * Ready to accept connections tcp",
        "1:C 28 Mar 2024 14:02:11.000 # Warning: no config file specified, using the default config.",
        "172.18.0.1 - - [28/Mar/2024:14:02:11 +0000] \"GET / HTTP/1.1\" 200 615 \"-\" \"curl/8.5.0\"",
        "172.18.0.1 - - [28/Mar/2024:14:02:11 +0000] \"GET /favicon.ico HTTP/1.1\" 404 153",
        "172.18.0.1 - - [28/Mar/2024:14:02:11 +0000] \"GET /50x.html HTTP/1.1\" 200 502",
        "INFO:     Uvicorn running on http://0.0.0.0:8000 (Press CTRL+C to quit)",
        "INFO:     Application startup complete.",
        "[1] [INF] Server is ready",
        "[1] [INF] Listening for client connections on 0.0.0.0:4222",
        "/docker-entrypoint.sh: Configuration complete; ready for start up",
        "nginx: the configuration file /etc/nginx/nginx.conf syntax is ok",
        "nginx: configuration file /etc/nginx/nginx.conf test is successful",
        "[notice] 1#1: start worker process 29",
        "[Note] mariadbd: ready for connections.",
        "[Note] InnoDB: Buffer pool(s) load completed",
        "Server startup complete; 4 plugins started.",
        "Connection timeout set to 30s",
        "request timeout: 30s, read timeout: 5s",
        "max_connections = 100",
        "No migrations to apply.",
        "No pending migrations to apply.",
        "Loading configuration from /etc/app/config.yml",
        "Using certificate /etc/tls/tls.crt, valid until 2026-01-01",
        "TLS certificate renewed, not expired",
        "User admin logged in",
        "Authenticated as user hub",
        "Password changed for user hub",
        "Cleared 12 expired tokens",
        "GET /api/errors 200 3ms",
        "Killed 0 stale workers",
        "Starting supermarket service on port 3000",
        "Connected to database orders at db:5432",
        "Reconnected to redis after 1 attempt",
        "Memory usage 93 MB of 256 MB",
        "Disk usage 40 %",
        "panicmeter disabled",
        "Upgrade: websocket",
        "",
    ];
    assert!(lines.len() >= 30);
    for line in lines {
        assert_eq!(of_log(line), None, "{line}");
    }
}

#[test]
fn the_latest_line_that_fits_is_the_evidence_and_long_lines_are_cut() {
    let log = ["starting", "disk full: a", "disk full: b", "goodbye"]
        .map(Said::near)
        .to_vec();
    let found = Diagnoses::builtin().find(&Symptoms {
        log,
        ..Symptoms::default()
    });
    assert_eq!(
        found.iter().map(|found| found.line).collect::<Vec<_>>(),
        ["disk full: b"]
    );
    assert_eq!(
        found[0].context,
        Some("starting"),
        "the line before the first error"
    );
    let long = format!("{}disk full", "ü".repeat(pattern::LINE));
    assert_eq!(of_log(&long), None);
}

fn ids(symptoms: &Symptoms<'_>) -> Vec<&'static str> {
    Diagnoses::builtin()
        .find(symptoms)
        .iter()
        .map(|found| found.cause.id.as_str())
        .collect()
}

fn log_of<'a>(lines: &[&'a str], conditions: &[Condition]) -> Symptoms<'a> {
    let log = lines.iter().map(|line| Said::near(line)).collect();
    Symptoms {
        log,
        conditions: conditions.to_vec(),
        ..Symptoms::default()
    }
}

#[test]
fn a_broken_document_is_a_configuration_only_beside_one() {
    const ERROR: &str =
        "json.decoder.JSONDecodeError: Expecting ',' delimiter: line 3 column 5 (char 42)";
    for (before, expected) in [
        (
            "    settings = json.load(open('/app/settings.json'))",
            vec!["bad-configuration"],
        ),
        ("    rates = json.loads(answer)", vec![]),
    ] {
        assert_eq!(
            ids(&log_of(&[before, ERROR], &[Condition::Ended])),
            expected,
            "{before}"
        );
    }
}

#[test]
fn what_evidence_cannot_tell_apart_is_shown_together() {
    let symptoms = log_of(&["exec /start.sh: exec format error"], &[Condition::Ended]);
    assert_eq!(
        ids(&symptoms),
        ["platform-mismatch", "script-without-first-line"]
    );
    let symptoms = log_of(
        &["x: no such table: users", "y: Too many open files"],
        &[Condition::Ended],
    );
    assert_eq!(ids(&symptoms), ["migration-missing", "too-many-open-files"]);
}

#[test]
fn a_cause_that_is_ruled_out_is_not_shown_and_leaves_its_line_to_no_other() {
    use Condition::{
        CheckSucceeded, Ended, HttpError, Lasted, NoTool, Running, Worked, WorkedInThisRun,
    };
    let missing = Symptoms {
        check: vec!["/bin/sh: curl: not found"],
        ..Symptoms::default()
    };
    let with = |symptoms: &Symptoms<'static>, conditions: &[Condition]| {
        ids(&Symptoms {
            conditions: conditions.to_vec(),
            ..symptoms.clone()
        })
    };
    assert_eq!(
        with(&missing, &[Running, NoTool]),
        ["healthcheck-tool-missing"]
    );
    // Our own probe may well have succeeded: the check never did.
    assert_eq!(
        with(&missing, &[Running, NoTool, Worked]),
        ["healthcheck-tool-missing"]
    );
    assert!(with(&missing, &[Running, NoTool, CheckSucceeded]).is_empty());
    assert!(with(&missing, &[Running]).is_empty());
    let code = Symptoms {
        exit_code: Some(127),
        ..Symptoms::default()
    };
    assert_eq!(with(&code, &[Ended]), ["command-not-found"]);
    for ruled_out in [Running, Worked, WorkedInThisRun, Lasted] {
        assert!(with(&code, &[Ended, ruled_out]).is_empty(), "{ruled_out:?}");
    }
    let refused = Symptoms {
        probe: "connection refused",
        ..Symptoms::default()
    };
    assert_eq!(with(&refused, &[Running]), ["not-listening"]);
    assert!(with(&refused, &[Running, HttpError]).is_empty());
}

#[test]
fn trouble_that_passed_gives_way_to_what_was_said_later() {
    let ended = [Condition::Ended];
    let refused = "cannot connect to db:5432: Connection refused";
    let lines = [
        refused,
        "connected",
        "Traceback (most recent call last):",
        "ZeroDivisionError: division by zero",
    ];
    assert_eq!(ids(&log_of(&lines, &ended)), ["unhandled-error"]);
    let lines = [
        "Traceback (most recent call last):",
        "ConnectionRefusedError: [Errno 111] Connection refused",
    ];
    assert_eq!(ids(&log_of(&lines, &ended)), ["connection-refused"]);
}

#[test]
fn lines_count_by_their_level_and_their_place() {
    let line = |text, place| Said {
        text,
        at: None,
        place,
    };
    let find = |log: Vec<Said<'static>>, condition| {
        ids(&Symptoms {
            log,
            conditions: vec![condition],
            ..Symptoms::default()
        })
    };
    const DENIED: &str = "Authentication failed for user eve";
    const WARNED: &str = "WARN Authentication failed for user eve";
    use Condition::{Ended, Running};
    use Place::{Earlier, Near, WhileItWorked};
    for (log, condition, expected) in [
        (
            vec![line(DENIED, Near)],
            Running,
            vec!["authentication-failed"],
        ),
        (vec![line(WARNED, Near)], Running, vec![]),
        (
            vec![line(WARNED, Near)],
            Ended,
            vec!["authentication-failed"],
        ),
        (
            vec![line("INFO Authentication failed for user eve", Near)],
            Ended,
            vec![],
        ),
        (vec![line(DENIED, Earlier)], Running, vec![]),
        // It was said while the service worked: everyday life.
        (
            vec![line(DENIED, WhileItWorked), line(DENIED, Near)],
            Running,
            vec![],
        ),
        (
            vec![
                line(DENIED, WhileItWorked),
                line("FATAL: Authentication failed", Near),
            ],
            Ended,
            vec!["authentication-failed"],
        ),
    ] {
        assert_eq!(
            find(log.clone(), condition),
            expected,
            "{log:?} {condition:?}"
        );
    }
}

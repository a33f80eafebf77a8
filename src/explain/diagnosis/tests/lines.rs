//! Lines of logs, each with its cause, and harmless ones.

use super::*;

/// Causes with lines that are evidence of them.
const LINES: &[(&str, &[&str])] = &[
    (
        "port-in-use",
        &[
            "Error: listen EADDRINUSE: address already in use :::3000",
            "nginx: [emerg] bind() to 0.0.0.0:80 failed (98: Address in use)",
            "OSError: [Errno 98] Address already in use",
            "listen tcp :8080: bind: address already in use",
            "2024-03-28 14:02:11 UTC [1] LOG:  could not bind IPv4 address \"0.0.0.0\": Address already in use",
            "Could not create server TCP listening socket *:6379: bind: Address already in use",
        ],
    ),
    (
        "variable-missing",
        &[
            "Error: Database is uninitialized and superuser password is not specified.",
            "    You need to specify one of the following as an environment variable: MYSQL_ROOT_PASSWORD must be set",
            "[ERROR] [Entrypoint]: Database is uninitialized and password option is not specified",
            "KeyError: 'DATABASE_URL'",
            "Error: Missing required environment variable: JWT_SECRET",
            "django.core.exceptions.ImproperlyConfigured: The SECRET_KEY setting must not be empty.",
            "/entrypoint.sh: line 4: DB_HOST: unbound variable",
            "panic: environment variable REDIS_URL is not set",
        ],
    ),
    (
        "connection-refused",
        &[
            "psycopg2.OperationalError: connection to server at \"db\" (172.18.0.3), port 5432 failed: Connection refused",
            "Error: connect ECONNREFUSED 172.18.0.4:6379",
            "dial tcp 172.18.0.2:5432: connect: connection refused",
            "pymongo.errors.ServerSelectionTimeoutError: mongo:27017: [Errno 111] Connection refused",
            "kafka.errors.NoBrokersAvailable: NoBrokersAvailable",
            "nats: no servers available for connection",
            "Error 111 connecting to redis:6379. Connection refused.",
            "ERROR 2002 (HY000): Can't connect to MySQL server on 'mysql' (115)",
        ],
    ),
    (
        "authentication-failed",
        &[
            "FATAL:  password authentication failed for user \"hub\"",
            "ERROR 1045 (28000): Access denied for user 'app'@'172.18.0.5' (using password: YES)",
            "pymongo.errors.OperationFailure: Authentication failed., full error: {'code': 18}",
            "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN",
            "nats: Authorization Violation",
            "FATAL:  role \"hub\" does not exist",
            "FATAL:  no pg_hba.conf entry for host \"172.18.0.5\", user \"hub\"",
        ],
    ),
    (
        "database-missing",
        &[
            "FATAL:  database \"orders\" does not exist",
            "ERROR 1049 (42000): Unknown database 'shop'",
        ],
    ),
    (
        "migration-missing",
        &[
            "ERROR:  relation \"users\" does not exist at character 15",
            "sqlite3.OperationalError: no such table: auth_user",
            "(1146, \"Table 'shop.orders' doesn't exist\")",
            "You have 3 unapplied migration(s). Your project may not work properly",
            "ERROR: column \"email\" of relation \"users\" does not exist",
        ],
    ),
    (
        "disk-full",
        &[
            "PANIC:  could not write to file \"pg_wal/xlogtemp.29\": No space left on device",
            "Error: ENOSPC: no space left on device, write",
            "[ERROR] InnoDB: Disk is full writing './ibtmp1'",
        ],
    ),
    (
        "redis-cannot-save",
        &[
            "MISCONF Redis is configured to save RDB snapshots, but it's currently unable to persist to disk",
        ],
    ),
    (
        "certificate",
        &[
            "Error: certificate has expired { code: 'CERT_HAS_EXPIRED' }",
            "ssl.SSLCertVerificationError: [SSL: CERTIFICATE_VERIFY_FAILED] certificate verify failed: unable to get local issuer certificate",
            "x509: certificate signed by unknown authority",
            "tls: failed to verify certificate: x509: certificate is valid for localhost, not api",
        ],
    ),
    (
        "certificate-file",
        &["nginx: [emerg] cannot load certificate \"/etc/nginx/tls.crt\": BIO_new_file() failed"],
    ),
    (
        "sealed",
        &["Error making API request. Code: 503. Errors: * Vault is sealed"],
    ),
    (
        "upstream-name",
        &[
            "nginx: [emerg] host not found in upstream \"backend\" in /etc/nginx/conf.d/default.conf:3",
        ],
    ),
    (
        "name-not-resolved",
        &[
            "psycopg.OperationalError: could not translate host name \"db\" to address: Name or service not known",
            "Error: getaddrinfo ENOTFOUND redis",
            "dial tcp: lookup postgres on 127.0.0.11:53: no such host",
            "java.net.UnknownHostException: kafka",
            "socket.gaierror: [Errno -3] Temporary failure in name resolution",
        ],
    ),
    (
        "out-of-memory",
        &[
            "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
            "java.lang.OutOfMemoryError: Java heap space",
            "fatal error: runtime: out of memory",
            "Can't save in background: fork: Cannot allocate memory",
        ],
    ),
    ("segmentation-fault", &["Segmentation fault (core dumped)"]),
    (
        "bad-configuration",
        &[
            "nginx: [emerg] unknown directive \"servername\" in /etc/nginx/nginx.conf:12",
            "Error: yaml: line 4: mapping values are not allowed in this context",
            "*** FATAL CONFIG FILE ERROR (Redis 7.2.4) ***",
            "TOML parse error at line 7, column 9",
            "[ALERT]    (1) : config : [/usr/local/etc/haproxy/haproxy.cfg:12] : unknown keyword 'blance'",
            "LOG:  unrecognized configuration parameter \"max_conections\" in file \"postgresql.conf\" line 3",
            "Error loading config (--config.file=/etc/prometheus/prometheus.yml)",
        ],
    ),
    (
        "database-starting",
        &[
            "FATAL:  the database system is starting up",
            "LOADING Redis is loading the dataset in memory",
        ],
    ),
    (
        "too-many-connections",
        &[
            "FATAL:  sorry, too many clients already",
            "ERROR 1040 (08004): Too many connections",
            "sqlalchemy.exc.TimeoutError: QueuePool limit of size 5 overflow 10 reached",
        ],
    ),
    (
        "too-many-open-files",
        &["accept4() failed (24: Too many open files)"],
    ),
    (
        "timeout",
        &[
            "Error: connect ETIMEDOUT 10.0.0.5:443",
            "rpc error: code = DeadlineExceeded desc = context deadline exceeded",
            "dial tcp 10.1.2.3:5432: i/o timeout",
        ],
    ),
    ("unreachable", &["connect() failed: No route to host"]),
    (
        "upstream-error",
        &[
            "connect() failed (111: Connection refused) while connecting to upstream, client: 172.18.0.1",
            "upstream timed out (110: Operation timed out) while reading response header",
            "backend be_app has no server available!",
        ],
    ),
    (
        "permission-denied",
        &[
            "initdb: error: could not change permissions of directory \"/var/lib/postgresql/data\": Operation not permitted",
            "PermissionError: [Errno 13] Permission denied: '/data/app.log'",
            "Got permission denied while trying to connect to the Docker daemon socket",
        ],
    ),
    (
        "read-only-file-system",
        &["OSError: [Errno 30] Read-only file system: '/app/cache'"],
    ),
    (
        "mount-missing",
        &[
            "sh: 1: cannot open /schema/missing.sql: No such file",
            "FileNotFoundError: [Errno 2] No such file or directory: '/config/settings.json'",
        ],
    ),
    (
        "command-not-found",
        &[
            "/bin/sh: gunicorn: not found",
            "/entrypoint.sh: line 12: exec: node: executable file not found in $PATH",
        ],
    ),
    (
        "module-missing",
        &[
            "Error: Cannot find module 'express'",
            "ModuleNotFoundError: No module named 'fastapi'",
        ],
    ),
    (
        "platform-mismatch",
        &["exec /usr/local/bin/docker-entrypoint.sh: exec format error"],
    ),
    (
        "redis-password",
        &[
            "NOAUTH Authentication required.",
            "WRONGPASS invalid username-password pair or user is disabled.",
        ],
    ),
    (
        "data-from-other-version",
        &[
            "FATAL:  database files are incompatible with server",
            "DETAIL:  The data directory was initialized by PostgreSQL version 15, which is not compatible with this version 16.2.",
            "Can't handle RDB format version 12",
        ],
    ),
    (
        "unhandled-error",
        &[
            "Traceback (most recent call last):",
            "thread 'main' panicked at src/main.rs:12:5:",
        ],
    ),
];

#[test]
fn lines_of_popular_software_are_recognised() {
    for (expected, lines) in LINES {
        for line in *lines {
            assert_eq!(of_log(line), Some(*expected), "{line}");
        }
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

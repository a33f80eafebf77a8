mod known;

use super::*;

#[test]
fn names_and_urls_tell_of_secrets() {
    for (name, value, shown) in [
        ("DB_PASSWORD", "hunter2", "***"),
        ("API_KEY", "abc", "***"),
        ("EMPTY_TOKEN", "", ""),
        ("PORT", "8000", "8000"),
        (
            "URL",
            "postgres://u:p@db:5432/x",
            "postgres://***@db:5432/x",
        ),
        (
            "URL",
            "redis://:p@cache/0 http://x/y@z",
            "redis://***@cache/0 http://x/y@z",
        ),
        ("URL", "a://u:p@w@h", "a://***@h"),
        (
            "URL",
            "https://api/v1?token=abc&page=2",
            "https://api/v1?token=***&page=2",
        ),
        (
            "DSN",
            "app:hunter2@tcp(db:3306)/app",
            "app:***@tcp(db:3306)/app",
        ),
        (
            "DSN",
            "Server=db;User Id=sa;Password=hunter2;Encrypt=no",
            "Server=db;User Id=sa;Password=***;Encrypt=no",
        ),
        ("DSN", "Server=db;Pwd=hunter2;", "Server=db;Pwd=***;"),
        (
            "DSN",
            "host=db user=app password='hunter 2' port=1",
            "host=db user=app password='***' port=1",
        ),
        (
            "JAVA_OPTS",
            "-Xmx1g -Ddb.password=hunter2",
            "-Xmx1g -Ddb.password=***",
        ),
        (
            "REDIS_ARGS",
            "--requirepass hunter2 --port 1",
            "--requirepass *** --port 1",
        ),
        (
            "traefik.http.middlewares.a.basicauth.users",
            "admin:$apr1$x",
            "***",
        ),
        ("PWD", "/app", "/app"),
    ] {
        assert_eq!(mask_value(name, value), shown, "{name}={value}");
    }
}

/// Lines of logs, and as they are shown.
const LINES: &[(&str, &str)] = &[
    (
        "connecting to postgres://u:p@db/x",
        "connecting to postgres://***@db/x",
    ),
    ("password=hunter2 user=hub", "password=*** user=hub"),
    ("DB_PASSWORD=hunter2", "DB_PASSWORD=***"),
    ("--token=abc --port=80", "--token=*** --port=80"),
    (
        r#"{"password":"hunter 2","user":"hub"}"#,
        r#"{"password":"***","user":"hub"}"#,
    ),
    (
        r#"{"api_key": "k", "n": 1}"#,
        r#"{"api_key": "***", "n": 1}"#,
    ),
    (
        r#"{"password":"hun\"ter2","n":1}"#,
        r#"{"password":"***","n":1}"#,
    ),
    (
        r#"body {\"password\": \"hunter2\", \"n\": 1}"#,
        r#"body {\"password\": \"***\", \"n\": 1}"#,
    ),
    ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
    (
        "Authorization: token ghp_abc def",
        "Authorization: token ***",
    ),
    ("> Cookie: session=abc; user=1", "> Cookie: ***"),
    ("GET /x?token=abc&y=1 200", "GET /x?token=***&y=1 200"),
    (
        "password authentication failed for user \"hub\"",
        "password authentication failed for user \"hub\"",
    ),
    ("KeyError: 'DATABASE_URL'", "KeyError: 'DATABASE_URL'"),
    ("host=db port=5432", "host=db port=5432"),
    ("key=ü, next", "key=***, next"),
    ("password:", "password:"),
    (
        "POSTGRES_PASSWORD: parameter not set",
        "POSTGRES_PASSWORD: parameter not set",
    ),
    ("password: hunter2", "password: ***"),
    ("requirepass hunter2", "requirepass ***"),
    ("masterauth \"hunter2\"", "masterauth \"***\""),
    (
        "ALTER USER app IDENTIFIED BY 'hunter2';",
        "ALTER USER app IDENTIFIED BY '***';",
    ),
    (
        "CREATE ROLE app PASSWORD 'hunter2' LOGIN",
        "CREATE ROLE app PASSWORD '***' LOGIN",
    ),
    (
        "NOAUTH Authentication required.",
        "NOAUTH Authentication required.",
    ),
    (
        "(error) ERR Client sent AUTH, but no password is set",
        "(error) ERR Client sent AUTH, but no password is set",
    ),
    (
        "WWW-Authenticate: Bearer realm=\"hub\"",
        "WWW-Authenticate: Bearer realm=\"hub\"",
    ),
    ("use --password to set one", "use --password to set one"),
    ("can't open -x: it's gone", "can't open -x: it's gone"),
    (
        r#"exec: "redis-cli -a hunter2 ping": executable file not found in $PATH"#,
        r#"exec: "redis-cli -a *** ping": executable file not found in $PATH"#,
    ),
    ("a = b : c", "a = b : c"),
    ("", ""),
];

#[test]
fn lines_of_logs_lose_their_secrets() {
    for &(line, shown) in LINES {
        assert_eq!(mask_text(line), shown, "{line}");
        assert_eq!(mask_text(shown), shown, "what is masked stays as it is");
    }
}

/// Commands as Docker keeps them, words separated by `¦`, and as they are shown.
const COMMANDS: &[(&str, &str)] = &[
    ("redis-cli¦-a¦hunter2¦ping", "redis-cli¦-a¦***¦ping"),
    (
        "redis-cli¦-p¦6379¦-a¦hunter2¦ping",
        "redis-cli¦-p¦6379¦-a¦***¦ping",
    ),
    ("redis-cli¦--pass¦hunter2¦ping", "redis-cli¦--pass¦***¦ping"),
    (
        "redis-cli¦-u¦redis://:hunter2@localhost",
        "redis-cli¦-u¦redis://***@localhost",
    ),
    (
        "/usr/local/bin/redis-cli¦-a¦hunter2",
        "/usr/local/bin/redis-cli¦-a¦***",
    ),
    (
        "redis-server¦--requirepass¦hunter2¦--port¦6379",
        "redis-server¦--requirepass¦***¦--port¦6379",
    ),
    (
        "redis-server¦--masterauth¦hunter2",
        "redis-server¦--masterauth¦***",
    ),
    (
        "serve¦--token¦abc¦--key=x¦PGPASSWORD=y¦--port¦80",
        "serve¦--token¦***¦--key=***¦PGPASSWORD=***¦--port¦80",
    ),
    (
        "mysqladmin¦ping¦-uroot¦-phunter2¦-h¦db",
        "mysqladmin¦ping¦-uroot¦-p***¦-h¦db",
    ),
    ("mysql¦-u¦root¦-p¦hunter2", "mysql¦-u¦root¦-p¦***"),
    (
        "mariadb-admin¦-p$MARIADB_ROOT_PASSWORD¦ping",
        "mariadb-admin¦-p$MARIADB_ROOT_PASSWORD¦ping",
    ),
    (
        "mongosh¦-u¦root¦-p¦hunter2¦--eval¦1",
        "mongosh¦-u¦root¦-p¦***¦--eval¦1",
    ),
    ("mysqld¦-p¦3306", "mysqld¦-p¦3306"),
    ("psql¦-p¦5432¦-U¦app", "psql¦-p¦5432¦-U¦app"),
    ("psql¦--no-password¦app", "psql¦--no-password¦app"),
    ("nc¦-p¦6379¦db", "nc¦-p¦6379¦db"),
    ("docker¦run¦-p¦80:80¦web", "docker¦run¦-p¦80:80¦web"),
    (
        "curl¦-fsS¦-u¦app:hunter2¦http://localhost/",
        "curl¦-fsS¦-u¦app:***¦http://localhost/",
    ),
    (
        "curl¦-sfu¦app:hunter2¦http://localhost/",
        "curl¦-sfu¦app:***¦http://localhost/",
    ),
    ("curl¦-uapp:hunter2", "curl¦-uapp:***"),
    ("curl¦--user=app:hunter2", "curl¦--user=app:***"),
    (
        "curl¦-H¦Authorization: Bearer hunter2¦x",
        "curl¦-H¦Authorization: Bearer ***¦x",
    ),
    ("curl¦-H¦X-Api-Key: hunter2", "curl¦-H¦X-Api-Key: ***"),
    (
        "curl¦-HAuthorization: Basic aHVudGVyMg==",
        "curl¦-HAuthorization: Basic ***",
    ),
    (
        "wget¦--header=Authorization: Bearer hunter2",
        "wget¦--header=Authorization: Bearer ***",
    ),
    (
        "curl¦http://localhost/?access_token=hunter2",
        "curl¦http://localhost/?access_token=***",
    ),
    (
        "curl¦-d¦{\"password\":\"hunter2\"}",
        "curl¦-d¦{\"password\":\"***\"}",
    ),
    (
        "sqlcmd¦-U¦sa¦-P¦hunter2¦-Q¦SELECT 1",
        "sqlcmd¦-U¦sa¦-P¦***¦-Q¦SELECT 1",
    ),
    (
        "ldapsearch¦-x¦-D¦cn=admin¦-w¦hunter2",
        "ldapsearch¦-x¦-D¦cn=admin¦-w¦***",
    ),
    (
        "influx¦-username¦a¦-password¦hunter2",
        "influx¦-username¦a¦-password¦***",
    ),
    (
        "sh¦-c¦redis-cli -a hunter2 ping | grep PONG",
        "sh¦-c¦redis-cli -a *** ping | grep PONG",
    ),
    (
        "sh¦-c¦exec redis-server --requirepass \"hunter2\"",
        "sh¦-c¦exec redis-server --requirepass \"***\"",
    ),
    (
        "sh¦-c¦sleep 1 && mysql -p'hunter 2' || exit 1",
        "sh¦-c¦sleep 1 && mysql -p'***' || exit 1",
    ),
    (
        "sh¦-c¦sh -c \"redis-cli -a 'hunter 2' ping\" || exit 1",
        "sh¦-c¦sh -c \"redis-cli -a '***' ping\" || exit 1",
    ),
    (
        "sh¦-c¦[ \"$(redis-cli -a hunter2 ping)\" = PONG ]",
        "sh¦-c¦[ \"$(redis-cli -a *** ping)\" = PONG ]",
    ),
    (
        "CMD-SHELL¦PGPASSWORD=hunter2 psql -c 'SELECT 1'",
        "CMD-SHELL¦PGPASSWORD=*** psql -c 'SELECT 1'",
    ),
    (
        "CMD-SHELL¦printf 'AUTH hunter2\\r\\nPING\\r\\n' | nc db 6379",
        "CMD-SHELL¦printf 'AUTH ***\\r\\nPING\\r\\n' | nc db 6379",
    ),
    (
        "CMD-SHELL¦redis-cli -a \"$REDIS_PASSWORD\" ping",
        "CMD-SHELL¦redis-cli -a \"$REDIS_PASSWORD\" ping",
    ),
    (
        "CMD-SHELL¦redis-cli -a ${REDIS_PASSWORD:-hunter2} ping",
        "CMD-SHELL¦redis-cli -a *** ping",
    ),
    (
        "CMD-SHELL¦python -c \"import redis; redis.Redis(password='hunter2')\"",
        "CMD-SHELL¦python -c \"import redis; redis.Redis(password='***')\"",
    ),
    (
        "CMD-SHELL¦curl -f -H \"Authorization: Bearer hunter2\" http://localhost/",
        "CMD-SHELL¦curl -f -H \"Authorization: Bearer ***\" http://localhost/",
    ),
    (
        "CMD-SHELL¦redis-cli AUTH hunter2",
        "CMD-SHELL¦redis-cli AUTH ***",
    ),
    ("redis-cli¦AUTH¦hunter2", "redis-cli¦AUTH¦***"),
    (
        "CMD-SHELL¦echo \"it's -a fine\" ü",
        "CMD-SHELL¦echo \"it's -a fine\" ü",
    ),
];

#[test]
fn commands_lose_the_secrets_of_their_flags() {
    for (command, shown) in COMMANDS {
        let words: Vec<String> = command.split('¦').map(str::to_owned).collect();
        assert_eq!(mask_words(&words).join("¦"), *shown, "{command}");
    }
}

#[test]
fn a_text_of_any_kind_is_masked_without_a_panic_and_only_once() {
    proptest::proptest!(|(text in r#"[-a-zA-Z0-9 =:'"\\$@/|ü…(){}&?]{0,80}"#, word in r"[a-zA-Z0-9]{6,12}")| {
        let line = format!("{text} redis-cli -a {word} ping");
        let masked = mask_text(&text);
        proptest::prop_assert_eq!(&mask_text(&masked), &masked);
        drop(mask_words(&[text.clone(), line]));
    });
}

#[test]
fn names_tell_of_secrets_by_their_words_and_ends() {
    for name in [
        "SMTP_PWD",
        "dbPwd",
        "AUTH",
        "REDIS_AUTH",
        "JWT",
        "session.jwt",
        "API_KEY",
        "basicauth.users",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
    for name in [
        "PWD",
        "OLDPWD",
        "AUTHOR",
        "AUTH_METHOD",
        "JWT_ISSUER",
        "PORT",
    ] {
        assert!(!is_secret_name(name), "{name}");
    }
}

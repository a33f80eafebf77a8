//! Databases and caches.

use super::super::script::{Turn, hears, says};
use super::{Case, case, hold};
use crate::model::ProbeKind::{Memcached, Mongodb, Mysql, Postgres, Redis};
use crate::model::ProbeOutcome;
use crate::model::ProbeOutcome::{Failure, Inconclusive, Starting, Success, Warning};

const STARTUP: &[u8] = b"\0\0\0\x30\0\x03\0\0user\0postgres\0application_name\0hubdeck\0\0";
/// What PostgreSQL 16 asks of anybody whom it does not trust.
const SCRAM: &[u8] = b"R\0\0\0\x17\0\0\0\x0aSCRAM-SHA-256\0\0";
/// What it says to those whom it trusts.
const TRUSTED: &[u8] =
    b"R\0\0\0\x08\0\0\0\0S\0\0\0\x28server_version\x0016.4 (Debian 16.4-1)\0K\0\0\0\x0c\0\0\0\x01\0\0\0\x02Z\0\0\0\x05I";

fn error(state: &str, words: &str) -> Vec<u8> {
    let body = format!("SFATAL\0VFATAL\0C{state}\0M{words}\0Fpostmaster.c\0\0");
    let length = u32::try_from(body.len() + 4).expect("short").to_be_bytes();
    [b"E", &length[..], body.as_bytes()].concat()
}

fn postgres(said: impl AsRef<[u8]>, outcome: ProbeOutcome, message: &'static str) -> Case {
    case(Postgres, &[Turn::Reads, says(said)], outcome, message)
}

pub(super) fn postgres_up() -> Case {
    case(
        Postgres,
        &[hears(STARTUP), says(SCRAM)],
        Success,
        "accepting connections",
    )
}

#[tokio::test]
async fn postgres_says_whether_it_accepts_connections() {
    let accepts = "accepting connections";
    let left = [hears(STARTUP), says(TRUSTED), hears(b"X\0\0\0\x04")];
    hold(vec![
        case(Postgres, &left, Success, accepts).of_version("16.4"),
        postgres(
            error("28000", "role \"postgres\" does not exist"),
            Success,
            accepts,
        ),
        postgres(
            error("3D000", "database \"postgres\" does not exist"),
            Success,
            accepts,
        ),
        postgres(error("08P01", "no such user: postgres"), Success, accepts),
        postgres(
            error("08P01", "server login has failed"),
            Failure,
            "server login has failed",
        ),
        postgres(
            error("57P03", "the database system is starting up"),
            Starting,
            "the database system is starting up",
        ),
        postgres(
            error("57P03", "the database system is shutting down"),
            Failure,
            "the database system is shutting down",
        ),
        postgres(
            error("53300", "sorry, too many clients already"),
            Warning,
            "sorry, too many clients already",
        ),
        Case {
            tls: true,
            ..postgres("N", Failure, "offers no TLS")
        },
    ])
    .await;
}

#[tokio::test]
async fn postgres_answers_to_those_who_log_in() {
    let cleartext = says(b"R\0\0\0\x08\0\0\0\x03");
    let password = hears(b"p\0\0\0\x0bsecret\0");
    let query = hears(b"Q\0\0\0\x0dSELECT 1\0");
    let row = says(
        b"T\0\0\0\x21\0\x01?column?\0\0\0\0\0\0\0\0\0\0\x17\0\x04\xff\xff\xff\xff\0\0D\0\0\0\x0b\0\x01\0\0\0\x011C\0\0\0\x0dSELECT 1\0Z\0\0\0\x05I",
    );
    let bye = hears(b"X\0\0\0\x04");
    let refusal = error("28P01", "password authentication failed for user \"app\"");
    let refused = "login refused: password authentication failed for user \"app\"";
    let no_database = "database \"shop\" does not exist";
    hold(vec![
        case(
            Postgres,
            &[
                Turn::Reads,
                cleartext.clone(),
                password.clone(),
                says(TRUSTED),
                query,
                row,
                bye,
            ],
            Success,
            "answers SELECT 1",
        )
        .of_version("16.4")
        .by("app", "secret"),
        case(
            Postgres,
            &[
                Turn::Reads,
                cleartext.clone(),
                password.clone(),
                says(refusal),
            ],
            Failure,
            refused,
        )
        .by("app", "secret"),
        case(
            Postgres,
            &[
                Turn::Reads,
                cleartext,
                password,
                says(error("3D000", no_database)),
            ],
            Failure,
            no_database,
        )
        .by("app", "secret"),
        postgres(
            error("57P03", "the database system is in recovery mode"),
            Starting,
            "the database system is in recovery mode",
        )
        .by("app", "secret"),
        postgres(
            "HTTP/1.1 400 Bad Request\r\n\r\n",
            Failure,
            "the answer is not PostgreSQL",
        )
        .by("app", "secret"),
        postgres(
            SCRAM,
            Inconclusive,
            "not checked: it takes a user and a password, no token",
        )
        .by("", "secret"),
    ])
    .await;
}

/// A packet of MySQL.
fn packet(number: u8, body: &[u8]) -> Vec<u8> {
    let [a, b, c, ..] = body.len().to_le_bytes();
    [&[a, b, c, number], body].concat()
}

/// What a server greets with; the salt is the same each time. MariaDB 10.11 preferred
/// `mysql_native_password`, MySQL 8 `caching_sha2_password`; neither offers TLS here.
fn greeting(method: &str) -> Turn {
    let head = b"\x0a5.5.5-10.11.18-MariaDB\0\x14\0\0\x0012345678\0\xfe\xf7\x2d\x02\0\xff\x81\x15\0\0\0\0\0\0\x1d\0\0\0";
    says(packet(
        0,
        &[&head[..], b"abcdefghijkl\0", method.as_bytes(), b"\0"].concat(),
    ))
}

/// Who hubdeck says it is.
fn response(user: &str, proof: &[u8], method: &str) -> Turn {
    let length = [u8::try_from(proof.len()).expect("short")];
    let body = [
        &b"\0\x82\x08\0\0\0\0\x01\x2d"[..],
        &[0; 23],
        user.as_bytes(),
        b"\0",
        &length,
        proof,
        method.as_bytes(),
        b"\0",
    ];
    hears(packet(1, &body.concat()))
}

fn refusal(number: u8, code: u16, words: &str) -> Turn {
    says(packet(
        number,
        &[
            &[0xff][..],
            &code.to_le_bytes(),
            b"#28000",
            words.as_bytes(),
        ]
        .concat(),
    ))
}

const NATIVE: &str = "mysql_native_password";
const CACHING: &str = "caching_sha2_password";
const OK: &[u8] = b"\0\0\0\x02\0\0\0";
const DENIED: &str = "Access denied for user 'hubdeck'@'172.17.0.1' (using password: NO)";
/// Made with another program: SHA-1 and SHA-256 of "secret" with the salt above.
const NATIVE_PROOF: &[u8] =
    b"\x4f\x15\x22\xd6\xeb\x54\x73\x7e\xda\x41\x3b\x3e\x21\x9c\xa6\xca\xeb\xe3\xdf\x2c";
const CACHING_PROOF: &[u8] = b"\x7f\x7e\x38\x78\xfe\x48\x8e\xd4\x50\x81\x45\x5d\x0d\x6e\x89\xe2\x6d\x4e\xf8\x6e\xf6\xc6\xae\xed\x02\x39\x7b\x6f\xe8\xad\x54\x22";

pub(super) fn mysql_up() -> Case {
    let turns = [
        greeting(NATIVE),
        response("hubdeck", b"", NATIVE),
        refusal(2, 1045, DENIED),
    ];
    case(Mysql, &turns, Success, "answers, wants a password").of_version("10.11.18-MariaDB")
}

#[tokio::test]
async fn mysql_is_greeted_back() {
    let instead = |code: u16, words: &str| {
        says(packet(
            0,
            &[&[0xff][..], &code.to_le_bytes(), words.as_bytes()].concat(),
        ))
    };
    let blocked = "Host '172.17.0.1' is blocked because of many connection errors";
    let kept_out = "Host '172.17.0.1' is not allowed to connect to this MariaDB server";
    let switch = says(packet(2, b"\xfeed25519\0salt"));
    let ping = [
        hears(packet(0, b"\x0e")),
        says(packet(1, OK)),
        hears(packet(0, b"\x01")),
    ];
    let open = [greeting(NATIVE), Turn::Reads, says(packet(2, OK))]
        .into_iter()
        .chain(ping)
        .collect::<Vec<_>>();
    hold(vec![
        case(Mysql, &open, Success, "answers ping").of_version("10.11.18-MariaDB"),
        case(
            Mysql,
            &[instead(1040, "Too many connections")],
            Failure,
            "Too many connections",
        ),
        case(Mysql, &[instead(1129, blocked)], Failure, blocked),
        case(
            Mysql,
            &[instead(1130, kept_out)],
            Success,
            "answers, but lets nobody in from hubdeck's host",
        ),
        case(
            Mysql,
            &[
                greeting("ed25519"),
                response("hubdeck", b"", NATIVE),
                switch,
                hears(packet(3, b"")),
                refusal(4, 1045, DENIED),
            ],
            Success,
            "answers, wants a password",
        )
        .of_version("10.11.18-MariaDB"),
        case(
            Mysql,
            &[
                greeting(NATIVE),
                Turn::Reads,
                refusal(2, 1053, "Server shutdown in progress"),
            ],
            Failure,
            "Server shutdown in progress",
        ),
        Case {
            tls: true,
            ..case(Mysql, &[greeting(NATIVE)], Failure, "offers no TLS")
        },
    ])
    .await;
}

#[tokio::test]
async fn mysql_answers_to_those_who_log_in() {
    let ping = [
        hears(packet(0, b"\x0e")),
        says(packet(1, OK)),
        hears(packet(0, b"\x01")),
    ];
    let native = [
        greeting(NATIVE),
        response("app", NATIVE_PROOF, NATIVE),
        says(packet(2, OK)),
    ];
    let caching = [
        greeting(CACHING),
        response("app", CACHING_PROOF, CACHING),
        says(packet(2, b"\x01\x03")),
        says(packet(3, OK)),
    ];
    let switch = says(packet(
        2,
        b"\xfemysql_native_password\x0012345678abcdefghijkl\0",
    ));
    let switched = [
        greeting(CACHING),
        Turn::Reads,
        switch,
        hears(packet(3, NATIVE_PROOF)),
        says(packet(4, OK)),
    ];
    let well = [native.to_vec(), caching.to_vec(), switched.to_vec()].map(|turns| {
        let turns = [turns, ping.to_vec()].concat();
        case(Mysql, &turns, Success, "answers ping")
    });
    let full = [greeting(CACHING), Turn::Reads, says(packet(2, b"\x01\x04"))];
    let unknown = [
        greeting(NATIVE),
        Turn::Reads,
        says(packet(2, b"\xfeclient_ed25519\0salt")),
    ];
    let denied = [
        greeting(NATIVE),
        Turn::Reads,
        refusal(2, 1045, "Access denied for user 'app'"),
    ];
    let not_checked = [
        case(
            Mysql,
            &full,
            Inconclusive,
            "not checked: it wants the password itself but offers no TLS",
        ),
        case(
            Mysql,
            &unknown,
            Inconclusive,
            "not checked: its login method client_ed25519 is not known",
        ),
        case(
            Mysql,
            &denied,
            Failure,
            "login refused: Access denied for user 'app'",
        ),
    ];
    let well = well.map(|case| case.of_version("10.11.18-MariaDB"));
    hold(
        well.into_iter()
            .chain(not_checked)
            .map(|case| case.by("app", "secret"))
            .collect(),
    )
    .await;
}

fn redis(said: &str, outcome: ProbeOutcome, message: &'static str) -> Case {
    case(
        Redis,
        &[hears("*1\r\n$4\r\nPING\r\n"), says(said)],
        outcome,
        message,
    )
}

pub(super) fn redis_up() -> Case {
    redis("+PONG\r\n", Success, "PONG")
}

#[tokio::test]
async fn redis_answers_a_ping() {
    let protected =
        "-DENIED Redis is running in protected mode because protected mode is enabled\r\n";
    let broken = "MISCONF Redis is configured to save RDB snapshots, but it cannot";
    let without = hears("*2\r\n$4\r\nAUTH\r\n$6\r\nsecret\r\n");
    let with = hears("*3\r\n$4\r\nAUTH\r\n$3\r\napp\r\n$6\r\nsecret\r\n");
    let ping = [
        hears("*1\r\n$4\r\nPING\r\n"),
        says("+PONG\r\n"),
        hears("QUIT\r\n"),
    ];
    let turns = |auth: Turn, said: &str| [vec![auth, says(said)], ping.to_vec()].concat();
    let unset = "-ERR AUTH <password> called without any password configured for the default user. Are you sure?\r\n";
    let wrong = "-WRONGPASS invalid username-password pair or user is disabled.\r\n";
    hold(vec![
        redis(
            "-NOAUTH Authentication required.\r\n",
            Success,
            "answers, wants a password",
        ),
        redis(
            "-LOADING Redis is loading the dataset in memory\r\n",
            Starting,
            "Redis is loading the dataset in memory",
        ),
        redis(
            "-MASTERDOWN Link with MASTER is down\r\n",
            Warning,
            "Link with MASTER is down",
        ),
        redis(&format!("-{broken}\r\n"), Warning, &broken[8..]),
        redis(
            "-ERR max number of clients reached\r\n",
            Failure,
            "max number of clients reached",
        ),
        case(
            Redis,
            &[says(protected), Turn::HangsUp],
            Success,
            "answers, but protected mode keeps hubdeck out",
        ),
        redis("+OK POP3 ready\r\n", Failure, "the answer is not Redis"),
        case(Redis, &turns(without.clone(), "+OK\r\n"), Success, "PONG").by("", "secret"),
        case(Redis, &turns(with.clone(), "+OK\r\n"), Success, "PONG").by("app", "secret"),
        case(
            Redis,
            &turns(without, unset),
            Warning,
            "PONG, but it asks for no password",
        )
        .by("", "secret"),
        case(
            Redis,
            &turns(with, wrong),
            Failure,
            "login refused: invalid username-password pair or user is disabled.",
        )
        .by("app", "secret"),
    ])
    .await;
}

pub(super) fn memcached_up() -> Case {
    let turns = [
        hears("version\r\n"),
        says("VERSION 1.6.31\r\n"),
        hears("quit\r\n"),
    ];
    case(Memcached, &turns, Success, "answers").of_version("1.6.31")
}

#[tokio::test]
async fn memcached_tells_its_version_or_wants_a_login() {
    let said = |text: &str| [hears("version\r\n"), says(text)];
    hold(vec![
        case(
            Memcached,
            &said("ERROR unauthenticated\r\n"),
            Success,
            "answers, wants a password",
        ),
        case(
            Memcached,
            &said("CLIENT_ERROR unauthenticated\r\n"),
            Success,
            "answers, wants a password",
        ),
        case(
            Memcached,
            &said("SERVER_ERROR out of memory\r\n"),
            Failure,
            "out of memory",
        ),
        case(
            Memcached,
            &said("ERROR\r\n"),
            Failure,
            "the answer is not memcached",
        ),
    ])
    .await;
}

/// The only question to MongoDB: `hello` on `admin`.
const HELLO: &[u8] =
    b"\x34\0\0\0\x01\0\0\0\0\0\0\0\xdd\x07\0\0\0\0\0\0\0\x1f\0\0\0\x10hello\0\x01\0\0\0\x02$db\0\x06\0\0\0admin\0\0";
const WELL: &[u8] = b"\x01ok\0\0\0\0\0\0\0\xf0\x3f";
const BADLY: &[u8] = b"\x01ok\0\0\0\0\0\0\0\0\0";

fn mongodb(elements: &[&[u8]], outcome: ProbeOutcome, message: &'static str) -> Case {
    let elements = elements.concat();
    let length = |more: usize| {
        i32::try_from(elements.len() + more)
            .expect("short")
            .to_le_bytes()
    };
    let head = [
        &length(26)[..],
        b"\x09\0\0\0\x01\0\0\0\xdd\x07\0\0\0\0\0\0\0",
    ]
    .concat();
    let answer = [&head[..], &length(5), &elements, b"\0"].concat();
    case(Mongodb, &[hears(HELLO), says(answer)], outcome, message)
}

pub(super) fn mongodb_up() -> Case {
    let topology = b"\x03topologyVersion\0\x05\0\0\0\0\x08isWritablePrimary\0\x01";
    mongodb(&[topology, WELL], Success, "accepts writes")
}

#[tokio::test]
async fn mongodb_says_what_it_is() {
    let set = &b"\x02setName\0\x04\0\0\0rs0\0"[..];
    let primary = &b"\x08isWritablePrimary\0\x01"[..];
    let not_primary = &b"\x08isWritablePrimary\0\0\x08secondary\0\0"[..];
    let starts = "neither primary nor secondary of rs0 yet";
    let unknown = b"\x10code\0\x3b\0\0\0\x02errmsg\0\x03\0\0\0no\0";
    let leaves = b"\x10code\0\x5b\0\0\0\x02errmsg\0\x1e\0\0\0The server is in quiesce mode\0";
    hold(vec![
        mongodb(&[set, primary, WELL], Success, "primary of rs0"),
        mongodb(
            &[set, b"\x08secondary\0\x01", WELL],
            Success,
            "secondary of rs0",
        ),
        mongodb(
            &[set, b"\x08arbiterOnly\0\x01", WELL],
            Success,
            "arbiter of rs0",
        ),
        mongodb(
            &[b"\x02msg\0\x09\0\0\0isdbgrid\0", primary, WELL],
            Success,
            "routes to shards",
        ),
        mongodb(&[set, not_primary, WELL], Starting, starts),
        mongodb(
            &[b"\x08isreplicaset\0\x01", not_primary, WELL],
            Warning,
            "its replica set is not initiated",
        ),
        mongodb(
            &[BADLY, unknown],
            Success,
            "answers, but is too old to say more",
        ),
        mongodb(&[BADLY, leaves], Failure, "The server is in quiesce mode"),
        mongodb(&[b"\x99what\0"], Failure, "the answer is not MongoDB"),
    ])
    .await;
}

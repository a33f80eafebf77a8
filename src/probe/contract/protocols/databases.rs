//! Databases that speak SQL.

use super::super::script::{Turn, hears, says};
use super::{Case, case, hold};
use crate::model::ProbeKind::{Mysql, Postgres};
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
    let login = [Turn::Reads, cleartext, password];
    let with = |turns: &[Turn]| [&login[..], turns].concat();
    let well = with(&[says(TRUSTED), query, row, bye]);
    let denied = with(&[says(refusal)]);
    let absent = with(&[says(error("3D000", no_database))]);
    hold(vec![
        case(Postgres, &well, Success, "answers SELECT 1")
            .of_version("16.4")
            .by("app", "secret"),
        case(Postgres, &denied, Failure, refused).by("app", "secret"),
        case(Postgres, &absent, Failure, no_database).by("app", "secret"),
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

/// A ping, its answer, and the farewell.
fn mysql_ping() -> [Turn; 3] {
    [
        hears(packet(0, b"\x0e")),
        says(packet(1, OK)),
        hears(packet(0, b"\x01")),
    ]
}

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
    let ping = mysql_ping();
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
            "answers, host not allowed to connect",
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
    let ping = mysql_ping();
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
    let well = well.map(|case| case.of_version("10.11.18-MariaDB").by("app", "secret"));
    hold(well.into()).await;
}

#[tokio::test]
async fn mysql_refuses_a_login_or_wants_what_hubdeck_does_not_send() {
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
    hold(not_checked.map(|case| case.by("app", "secret")).into()).await;
}

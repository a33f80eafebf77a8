//! Caches and stores of documents.

use super::super::script::{Turn, hears, says};
use super::{Case, case, hold};
use crate::model::ProbeKind::{Memcached, Mongodb, Redis};
use crate::model::ProbeOutcome;
use crate::model::ProbeOutcome::{Failure, Starting, Success, Warning};

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
            "mongos router",
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

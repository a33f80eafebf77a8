//! Brokers of messages.

use super::super::script::{Turn, floods, hears, says};
use super::{Case, case, hold};
use crate::model::ProbeKind::{Amqp, Kafka, Mqtt, Nats};
use crate::model::ProbeOutcome;
use crate::model::ProbeOutcome::{Failure, Success, Warning};

const INFO: &str =
    "INFO {\"server_id\":\"N\",\"version\":\"2.10.22\",\"max_payload\":1048576} \r\n";
const CLOSED: &str =
    "INFO {\"server_id\":\"N\",\"version\":\"2.10.22\",\"auth_required\":true} \r\n";

fn nats(said: &[&str], outcome: ProbeOutcome, message: &'static str) -> Case {
    let turns: Vec<_> = said
        .iter()
        .flat_map(|text| [says(text), Turn::Reads])
        .collect();
    case(Nats, &turns, outcome, message).of_version("2.10.22")
}

pub(super) fn nats_up() -> Case {
    nats(&[INFO, "+OK\r\nPING\r\n", "PONG\r\n"], Success, "PONG")
}

#[tokio::test]
async fn nats_answers_a_ping() {
    let violation = "-ERR 'Authorization Violation'\r\n";
    let wants = "answers, wants a password";
    let refused = "login refused: Authorization Violation";
    let connect = hears(format!(
        "CONNECT {{\"lang\":\"rust\",\"name\":\"hubdeck\",\"pass\":\"secret\",\"pedantic\":false,\"protocol\":1,\"user\":\"app\",\"verbose\":false,\"version\":\"{}\"}}\r\nPING\r\n",
        env!("CARGO_PKG_VERSION"),
    ));
    let well = [says(CLOSED), connect, says("PONG\r\n")];
    let unversioned = |case: Case| Case {
        version: None,
        ..case
    };
    hold(vec![
        nats(&[CLOSED], Success, wants),
        nats(&[INFO, violation], Success, wants),
        case(Nats, &well, Success, "PONG")
            .of_version("2.10.22")
            .by("app", "secret"),
        nats(&[CLOSED, "PONG\r\n"], Success, "PONG").by("", "token"),
        unversioned(nats(&[CLOSED, violation], Failure, refused)).by("app", "wrong"),
        unversioned(nats(
            &[INFO, "-ERR 'maximum connections exceeded'\r\n"],
            Failure,
            "maximum connections exceeded",
        )),
        unversioned(nats(
            &["INFO nothing\r\n"],
            Failure,
            "the answer is not NATS",
        )),
    ])
    .await;
}

/// An answer of Kafka to request `number`.
fn answer(number: u8, body: &[u8]) -> Vec<u8> {
    let length = u32::try_from(body.len() + 4).expect("short").to_be_bytes();
    [&length[..], &[0, 0, 0, number], body].concat()
}

/// It speaks `lowest` to `highest` of the metadata request.
fn versions(lowest: u8, highest: u8) -> Turn {
    let body = [
        0, 0, 0, 0, 0, 2, 0, 18, 0, 0, 0, 4, 0, 3, 0, lowest, 0, highest,
    ];
    says(answer(18, &body))
}

const ASKS_VERSIONS: &[u8] = b"\0\0\0\x11\0\x12\0\0\0\0\0\x12\0\x07hubdeck";
const ASKS_METADATA: &[u8] = b"\0\0\0\x15\0\x03\0\x01\0\0\0\x03\0\x07hubdeck\0\0\0\0";
const ASKS_METADATA_4: &[u8] = b"\0\0\0\x16\0\x03\0\x04\0\0\0\x03\0\x07hubdeck\0\0\0\0\0";
/// A broker, number 7, in rack `r` and in none.
const BROKERS: &[u8] =
    b"\0\0\0\x02\0\0\0\x07\0\x02k1\0\0\x23\x84\0\x01r\0\0\0\x08\0\x02k2\0\0\x23\x84\xff\xff";
const CONTROLLER: &[u8] = &[0, 0, 0, 7];
const NO_TOPICS: &[u8] = &[0, 0, 0, 0];

fn kafka(metadata: &[&[u8]], outcome: ProbeOutcome, message: &'static str) -> Case {
    let told = says(answer(3, &metadata.concat()));
    case(
        Kafka,
        &[
            hears(ASKS_VERSIONS),
            versions(0, 13),
            hears(ASKS_METADATA),
            told,
        ],
        outcome,
        message,
    )
}

pub(super) fn kafka_up() -> Case {
    kafka(
        &[BROKERS, CONTROLLER, NO_TOPICS],
        Success,
        "2 brokers, controller 7",
    )
}

#[tokio::test]
async fn kafka_knows_brokers_and_a_controller() {
    let later = says(answer(
        3,
        &[
            &[0; 4][..],
            BROKERS,
            b"\0\x07cluster",
            CONTROLLER,
            NO_TOPICS,
        ]
        .concat(),
    ));
    hold(vec![
        kafka(
            &[BROKERS, &[0xff; 4], NO_TOPICS],
            Warning,
            "2 brokers, no controller",
        ),
        kafka(
            &[&[0; 4], &[0xff; 4], NO_TOPICS],
            Failure,
            "knows no brokers",
        ),
        kafka(
            &[&[0x7f, 0xff, 0xff, 0xff], CONTROLLER],
            Failure,
            "the answer is not Kafka",
        ),
        kafka(&[&BROKERS[..9]], Failure, "the answer is not Kafka"),
        case(
            Kafka,
            &[Turn::Reads, versions(4, 13), hears(ASKS_METADATA_4), later],
            Success,
            "2 brokers, controller 7",
        ),
    ])
    .await;
}

#[tokio::test]
async fn kafka_agrees_on_a_version_or_says_why_not() {
    let alone = says(answer(18, &[0, 0, 0, 0, 0, 1, 0, 18, 0, 0, 0, 4]));
    let too_new = "answers, but speaks no version that hubdeck knows";
    let refuses = "refuses to tell its versions: unsupported version";
    hold(vec![
        case(Kafka, &[Turn::Reads, versions(9, 13)], Success, too_new),
        case(
            Kafka,
            &[Turn::Reads, alone],
            Success,
            "answers, but tells nothing of brokers",
        ),
        case(
            Kafka,
            &[Turn::Reads, versions(0, 13), Turn::Reads, Turn::HangsUp],
            Success,
            "answers, wants a password",
        ),
        case(
            Kafka,
            &[Turn::Reads, says(answer(18, &[0, 35, 0, 0, 0, 0]))],
            Failure,
            refuses,
        ),
        case(
            Kafka,
            &[Turn::Reads, says(answer(19, &[0; 6]))],
            Failure,
            "the answer is not Kafka",
        ),
    ])
    .await;
}

/// A method of AMQP's class `connection`.
fn method(number: u8, arguments: &[u8]) -> Vec<u8> {
    let length = u32::try_from(arguments.len() + 4)
        .expect("short")
        .to_be_bytes();
    [
        b"\x01\0\0",
        &length[..],
        &[0, 10, 0, number],
        arguments,
        b"\xce",
    ]
    .concat()
}

/// What RabbitMQ 3.10 begins with, shortened.
fn start() -> Turn {
    let capabilities = b"\x0ccapabilitiesF\0\0\0\x15\x12publisher_confirmst\x01";
    let rest = b"\x07productS\0\0\0\x08RabbitMQ\x07versionS\0\0\0\x063.10.8";
    let properties = [&capabilities[..], rest].concat();
    let length = u32::try_from(properties.len())
        .expect("short")
        .to_be_bytes();
    let mechanisms = b"\0\0\0\x0eAMQPLAIN PLAIN\0\0\0\x05en_US";
    says(method(
        10,
        &[b"\0\x09", &length[..], &properties, mechanisms].concat(),
    ))
}

fn close(code: u16, words: &str) -> Turn {
    let length = [u8::try_from(words.len()).expect("short")];
    says(method(
        50,
        &[&code.to_be_bytes()[..], &length, words.as_bytes(), &[0; 4]].concat(),
    ))
}

const HEADER: &str = "AMQP\0\0\x09\x01";
const HEARTBEAT: &[u8] = b"\x08\0\0\0\0\0\0\xce";

pub(super) fn amqp_up() -> Case {
    case(Amqp, &[hears(HEADER), start()], Success, "answers").of_version("3.10.8")
}

#[tokio::test]
async fn amqp_begins_or_says_which_version_it_speaks() {
    hold(vec![
        case(
            Amqp,
            &[Turn::Reads, says("AMQP\0\x01\0\0")],
            Success,
            "answers, but speaks AMQP 1.0.0 only",
        ),
        case(
            Amqp,
            &[Turn::Reads, says(method(10, b"\x08\0"))],
            Failure,
            "the answer is not AMQP",
        ),
        case(
            Amqp,
            &[Turn::Reads, says(method(30, &[0; 8]))],
            Failure,
            "the answer is not AMQP",
        ),
    ])
    .await;
}

#[tokio::test]
async fn amqp_lets_in_those_who_log_in() {
    let tune = says(method(30, b"\x07\xff\0\x02\0\0\0\x3c"));
    let begun = [hears(HEADER), start(), Turn::Reads, says(HEARTBEAT)];
    let opened = [
        tune.clone(),
        hears(method(31, b"\x07\xff\0\x02\0\0\0\0")),
        hears(method(40, b"\x04shop\0\0")),
        says(method(41, b"\0")),
        hears(method(50, b"\0\xc8\x04done\0\0\0\0")),
        says(method(51, b"")),
    ];
    let login = close(
        403,
        "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN.",
    );
    let vhost = [
        tune,
        Turn::Reads,
        close(530, "NOT_ALLOWED - vhost shop not found"),
    ];
    let idle = floods(HEARTBEAT);
    let after = |turns: &[Turn]| [&begun[..], turns].concat();
    let accepted = case(Amqp, &after(&opened), Success, "accepts the login").of_version("3.10.8");
    let refused = "login refused: Login was refused using authentication mechanism PLAIN.";
    hold(
        [
            accepted,
            case(Amqp, &after(&[login]), Failure, refused),
            case(
                Amqp,
                &after(&vhost),
                Failure,
                "login refused: vhost shop not found",
            ),
            case(
                Amqp,
                &after(&[close(320, "CONNECTION_FORCED - shutting down")]),
                Failure,
                "shutting down",
            ),
            case(Amqp, &after(&[idle]), Failure, "the answer is not AMQP"),
        ]
        .into_iter()
        .map(|case| Case {
            subject: "shop",
            ..case.by("app", "secret")
        })
        .collect(),
    )
    .await;
}

const CONNECT: &[u8] = b"\x10\x0c\0\x04MQTT\x04\x02\0\x0a\0\0";

fn mqtt(code: u8, outcome: ProbeOutcome, message: &'static str) -> Case {
    case(
        Mqtt,
        &[Turn::Reads, says([0x20, 2, 0, code])],
        outcome,
        message,
    )
}

pub(super) fn mqtt_up() -> Case {
    let turns = [hears(CONNECT), says([0x20, 2, 0, 0]), hears([0xe0, 0])];
    case(Mqtt, &turns, Success, "accepts MQTT sessions")
}

#[tokio::test]
async fn mqtt_says_what_it_thinks_of_a_session() {
    let connect = hears(b"\x10\x19\0\x04MQTT\x04\xc2\0\x0a\0\0\0\x03app\0\x06secret");
    let wants = "answers, wants a password";
    hold(vec![
        mqtt(
            1,
            Success,
            "answers, but speaks another version than MQTT 3.1.1",
        ),
        mqtt(2, Success, "answers, but wants a client identifier"),
        mqtt(3, Failure, "server unavailable"),
        mqtt(4, Success, wants),
        mqtt(5, Success, wants),
        mqtt(9, Failure, "the answer is not MQTT"),
        case(
            Mqtt,
            &[connect, says([0x20, 2, 0, 0])],
            Success,
            "accepts MQTT sessions",
        )
        .by("app", "secret"),
        mqtt(4, Failure, "login refused: bad user name or password").by("app", "wrong"),
        mqtt(5, Failure, "login refused: not authorised").by("app", "wrong"),
        mqtt(3, Failure, "server unavailable").by("app", "secret"),
    ])
    .await;
}

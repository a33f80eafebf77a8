//! Faults on a real engine: each names its root, blocks exactly what fails with it, is explained in one
//! sentence, and closes.
#![allow(clippy::print_stdout, reason = "the measured times are for people")]

mod fault;
mod side;
mod table;

use std::thread;
use std::time::{Duration, Instant};

use fault::{Fault, LIMIT};
use side::{Side, text};
use table::Table;

use crate::logs::stack;
use crate::support::docker::{Example, live};
use crate::support::hubdeck::pause;

/// Kinds of the probes that are found without config, by service.
const HUB_PROBES: &[(&str, &str)] = &[
    ("aggregator", "http"),
    ("backend", "http"),
    ("db", "postgres"),
    ("frontend", "http"),
    ("mcp", "http"),
    ("migrate", ""),
    ("proxy", "http"),
    ("redis", "redis"),
];
const EXCHANGE_PROBES: &[(&str, &str)] = &[
    ("broker", "amqp"),
    ("bus", "nats"),
    ("cache", "memcached"),
    ("certificate", ""),
    ("db", "mysql"),
    ("floor", "http"),
    ("gateway", "http"),
    ("orders", "http"),
    ("quotes", "http"),
    ("reports", "http"),
    ("schema", ""),
    ("sensors", "mqtt"),
];

/// What is asked for at the proxies while the logs are read.
const HUB_URLS: &[&str] = &[
    "http://127.0.0.1/api/summary?[1-9999]",
    "http://127.0.0.1/mcp/tools?[1-9999]",
];
const EXCHANGE_URLS: &[&str] = &[
    "https://127.0.0.1/orders/health?[1-9999]",
    "https://127.0.0.1/quotes/?[1-9999]",
    "https://127.0.0.1/floor/?[1-9999]",
];

const HUB_FAULTS: &[Fault] = &[
    Fault {
        name: "hub: kill the database",
        breaks: |side| side.docker(&["kill"], "db"),
        root: "db",
        incident: true,
        blocked: &["backend", "proxy"],
        sentence: "^db (was killed|exited with code 137).*; this blocks backend and proxy$",
        diagnosis: Some("killed"),
        mends: |side| side.docker(&["start"], "db"),
    },
    Fault {
        name: "hub: pause Redis",
        breaks: |side| side.docker(&["pause"], "redis"),
        root: "redis",
        incident: true,
        blocked: &["aggregator", "backend", "proxy"],
        sentence: "^redis has been paused since .*; this blocks aggregator, backend and proxy$",
        diagnosis: None,
        mends: |side| side.docker(&["unpause"], "redis"),
    },
    Fault {
        name: "hub: make the backend slow",
        breaks: |side| side.switch("backend", "slow"),
        root: "backend",
        incident: false,
        blocked: &["proxy"],
        sentence: "^backend has been slow",
        diagnosis: None,
        mends: |side| side.switch("backend", "ok"),
    },
    Fault {
        name: "hub: cut the database off its network",
        breaks: |side| side.network("disconnect", "data", "db"),
        root: "db",
        incident: true,
        blocked: &["backend", "proxy"],
        sentence: "^db has not been attached to any network since .*; this blocks backend and proxy$",
        diagnosis: Some("no-network"),
        mends: |side| side.network("connect", "data", "db"),
    },
    Fault {
        name: "hub: cut the backend off the proxy's network, 502 at the proxy",
        breaks: |side| side.network("disconnect", "front", "backend"),
        root: "proxy",
        incident: true,
        blocked: &[],
        sentence: "^proxy .*502.* since .*; it shares no network with backend$",
        diagnosis: Some("upstream-error"),
        mends: |side| side.network("connect", "front", "backend"),
    },
];

const EXCHANGE_FAULTS: &[Fault] = &[
    Fault {
        name: "exchange: stop NATS",
        breaks: |side| side.docker(&["stop", "-t", "2"], "bus"),
        root: "bus",
        incident: true,
        blocked: &["floor", "quotes"],
        sentence: "^bus was stopped at .*; this blocks floor and quotes$",
        diagnosis: None,
        mends: |side| side.docker(&["start"], "bus"),
    },
    Fault {
        name: "exchange: kill RabbitMQ",
        breaks: |side| side.docker(&["kill"], "broker"),
        root: "broker",
        incident: true,
        blocked: &["gateway", "orders"],
        sentence: "^broker (was killed|exited with code 137).*; this blocks gateway and orders$",
        diagnosis: Some("killed"),
        mends: |side| side.docker(&["start"], "broker"),
    },
    Fault {
        name: "exchange: pause MariaDB",
        breaks: |side| side.docker(&["pause"], "db"),
        root: "db",
        incident: true,
        blocked: &["gateway", "orders"],
        sentence: "^db has been paused since .*; this blocks gateway and orders$",
        diagnosis: None,
        mends: |side| side.docker(&["unpause"], "db"),
    },
    Fault {
        name: "exchange: Mosquitto hangs",
        breaks: |side| side.docker(&["kill", "-s", "STOP"], "sensors"),
        root: "sensors",
        incident: true,
        blocked: &["floor"],
        sentence: "^sensors .*not answered.*; this blocks floor$",
        diagnosis: Some("unresponsive"),
        mends: |side| side.docker(&["kill", "-s", "CONT"], "sensors"),
    },
    Fault {
        name: "exchange: orders listens to itself only, 502 at the gateway",
        breaks: |side| side.switch("orders", "deaf"),
        root: "orders",
        incident: true,
        blocked: &["gateway"],
        sentence: "^orders (refuses|has refused) connections since .*; this blocks gateway$",
        diagnosis: Some("not-listening"),
        mends: |side| side.switch("orders", "ok"),
    },
    Fault {
        name: "exchange: fill a memory limit",
        breaks: |side| side.switch("reports", "memory"),
        root: "reports",
        incident: true,
        blocked: &[],
        sentence: "^reports was OOM-killed",
        diagnosis: Some("out-of-memory"),
        mends: |side| side.docker(&["start"], "reports"),
    },
    Fault {
        name: "exchange: the certificate expires",
        breaks: |side| certificate(side, "0"),
        root: "gateway",
        incident: true,
        blocked: &[],
        sentence: "^gateway.*certificate.*(expired|ended)",
        diagnosis: Some("certificate"),
        mends: |side| certificate(side, "90"),
    },
    Fault {
        name: "exchange: a dependency fails at start",
        breaks: |side| {
            side.example.compose(&["rm", "-sf", "orders", "schema"]);
            let up = side.compose_with(("EXCHANGE_SCHEMA", "missing.sql"), &["up", "-d", "orders"]);
            assert!(!up, "Compose tells that a dependency failed");
            side.await_state("orders", "created");
        },
        root: "schema",
        incident: true,
        blocked: &["gateway", "orders"],
        sentence: "^schema exited with code .*; this blocks gateway and orders$",
        diagnosis: Some("mount-missing"),
        mends: |side| side.example.compose(&["up", "-d", "orders"]),
    },
];

/// Gives the gateway a certificate for so many days.
fn certificate(side: &Side, days: &str) {
    let made = side.compose_with(
        ("CERTIFICATE_DAYS", days),
        &["run", "--rm", "--no-deps", "certificate"],
    );
    assert!(made, "a certificate for {days} days");
    side.docker_exec("gateway", &["nginx", "-s", "reload"]);
}

/// Probes found without config that are not of the kind expected.
fn wrong_probes(side: &Side, expected: &[(&str, &str)]) -> Vec<String> {
    let services = side.services();
    let found: Vec<(&str, &str)> = services
        .iter()
        .map(|each| (text(each, "/name"), text(each, "/health/probe/kind")))
        .collect();
    let missing = expected.iter().filter(|each| !found.contains(each));
    missing
        .map(|(name, kind)| format!("{name} has no probe of kind {kind:?}: {found:?}"))
        .collect()
}

/// One example after its faults.
struct Ran {
    side: Side,
    wrong_probes: Vec<String>,
    table: Table,
}

/// Brings one example up and runs its faults one after another.
fn run(example: Example, probes: &[(&str, &str)], faults: &[Fault]) -> Ran {
    let side = Side::of(example);
    let mut wrong = wrong_probes(&side, probes);
    let deadline = Instant::now() + LIMIT;
    while !wrong.is_empty() && Instant::now() < deadline {
        pause(Duration::from_millis(200));
        wrong = wrong_probes(&side, probes);
    }
    let only = std::env::var("HUBDECK_FAULT").unwrap_or_default();
    let chosen = faults.iter().filter(|fault| fault.name.contains(&only));
    let table = Table(chosen.map(|fault| side.run(fault)).collect());
    Ran {
        side,
        wrong_probes: wrong,
        table,
    }
}

/// Gives the results of two tasks that run at the same time.
fn both<T: Send>(one: impl FnOnce() -> T + Send, other: impl FnOnce() -> T + Send) -> (T, T) {
    thread::scope(|scope| {
        let (one, other) = (scope.spawn(one), scope.spawn(other));
        let joined = |side: thread::ScopedJoinHandle<'_, T>| {
            side.join()
                .unwrap_or_else(|panic| std::panic::resume_unwind(panic))
        };
        (joined(one), joined(other))
    })
}

#[test]
fn every_fault_names_its_root_and_what_it_blocks_and_closes_after_recovery() {
    if !live() {
        return;
    }
    let (hub, exchange) = both(
        || run(Example::hub(), HUB_PROBES, HUB_FAULTS),
        || run(Example::exchange(), EXCHANGE_PROBES, EXCHANGE_FAULTS),
    );
    let table = Table(hub.table.0.into_iter().chain(exchange.table.0).collect());
    println!("\n{table}");
    let probes = [hub.wrong_probes, exchange.wrong_probes].concat();
    // After all that, and while nothing is measured any more: the stacks have a past.
    let (one, other) = both(
        || stack::differences(&hub.side.example, "proxy", HUB_URLS),
        || stack::differences(&exchange.side.example, "gateway", EXCHANGE_URLS),
    );
    let logs = [one, other].concat();
    assert!(probes.is_empty(), "{probes:#?}");
    assert!(logs.is_empty(), "{logs:#?}");
    assert!(table.is_right(), "{table}");
}

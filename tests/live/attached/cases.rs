//! The faults: what breaks, what has to be said, what mends it.

use super::fault::Fault;
use super::stack::Stack;

pub const HUB: &[Fault] = &[
    Fault {
        name: "hub: database killed",
        breaks: |stack| stack.docker(&["kill"], "db"),
        root: "db",
        state: "unhealthy",
        incident: true,
        blocked: &["backend", "proxy"],
        sentence: "^db (was killed|exited with code 137)",
        mends: |stack| stack.docker(&["start"], "db"),
    },
    Fault {
        name: "hub: Redis paused",
        breaks: |stack| stack.docker(&["pause"], "redis"),
        root: "redis",
        state: "unhealthy",
        incident: true,
        blocked: &["aggregator", "backend", "proxy"],
        sentence: "^redis (is|has been) paused",
        mends: |stack| stack.docker(&["unpause"], "redis"),
    },
    Fault {
        name: "hub: backend slow",
        breaks: |stack| stack.switch("backend", "slow"),
        root: "backend",
        state: "degraded",
        incident: false,
        blocked: &["proxy"],
        sentence: "^backend .*slow",
        mends: |stack| stack.switch("backend", "ok"),
    },
    Fault {
        name: "hub: backend answers 500",
        breaks: |stack| stack.switch("backend", "fail"),
        root: "backend",
        state: "unhealthy",
        incident: true,
        blocked: &["proxy"],
        sentence: "^backend .*500",
        mends: |stack| stack.switch("backend", "ok"),
    },
    Fault {
        name: "hub: an upstream of the proxy stopped",
        breaks: |stack| stack.docker(&["stop", "-t", "1"], "frontend"),
        root: "frontend",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^frontend .*stopped.*proxy",
        mends: |stack| stack.docker(&["start"], "frontend"),
    },
    Fault {
        name: "hub: Redis hits its memory limit",
        breaks: |stack| {
            stack.docker(&["update", "--restart", "no"], "redis");
            stack.docker_fails(
                &["exec"],
                "redis",
                &[
                    "redis-cli",
                    "eval",
                    "for i=1,5000000 do redis.call('set', 'k'..i, string.rep('x', 200)) end",
                    "0",
                ],
            );
            stack.await_state("redis", "exited");
        },
        root: "redis",
        state: "unhealthy",
        incident: true,
        blocked: &["aggregator", "backend", "proxy"],
        sentence: "^redis .*(memory|137)",
        mends: |stack| {
            stack.docker(&["update", "--restart", "unless-stopped"], "redis");
            stack.docker(&["start"], "redis");
        },
    },
    Fault {
        name: "hub: database cut off its network",
        breaks: |stack| stack.network("disconnect", "data", "db"),
        root: "db",
        state: "unhealthy",
        incident: true,
        blocked: &["backend", "proxy"],
        sentence: "^db .*no network|^db .*not attached to any network",
        mends: |stack| stack.network("connect", "data", "db"),
    },
    Fault {
        name: "hub: the migration failed",
        breaks: |stack| {
            stack.recreate(
                "migrate",
                "services: { migrate: { command: [psql, -f, /migrations/missing.sql] } }",
            );
            stack.await_state("migrate", "exited");
        },
        root: "migrate",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^migrate exited with code 1",
        mends: |stack| stack.restore("migrate"),
    },
    Fault {
        name: "hub: wrong command",
        breaks: |stack| {
            stack.recreate(
                "mcp",
                "services: { mcp: { command: [nothing-of-this-name] } }",
            )
        },
        root: "mcp",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^mcp cannot start: .*nothing-of-this-name",
        mends: |stack| stack.restore("mcp"),
    },
];

pub const EXCHANGE: &[Fault] = &[
    Fault {
        name: "exchange: database killed",
        breaks: |stack| stack.docker(&["kill"], "db"),
        root: "db",
        state: "unhealthy",
        incident: true,
        blocked: &["gateway", "orders"],
        sentence: "^db (was killed|exited with code 137)",
        mends: |stack| stack.docker(&["start"], "db"),
    },
    Fault {
        name: "exchange: broker paused",
        breaks: |stack| stack.docker(&["pause"], "broker"),
        root: "broker",
        state: "unhealthy",
        incident: true,
        blocked: &["gateway", "orders"],
        sentence: "^broker (is|has been) paused",
        mends: |stack| stack.docker(&["unpause"], "broker"),
    },
    Fault {
        name: "exchange: orders slow",
        breaks: |stack| stack.switch("orders", "slow"),
        root: "orders",
        state: "degraded",
        incident: false,
        blocked: &["gateway"],
        sentence: "^orders .*slow",
        mends: |stack| stack.switch("orders", "ok"),
    },
    Fault {
        name: "exchange: orders answers 500",
        breaks: |stack| stack.switch("orders", "fail"),
        root: "orders",
        state: "unhealthy",
        incident: true,
        blocked: &["gateway"],
        sentence: "^orders .*500",
        mends: |stack| stack.switch("orders", "ok"),
    },
    Fault {
        name: "exchange: an upstream of the gateway stopped",
        breaks: |stack| stack.docker(&["stop", "-t", "1"], "quotes"),
        root: "quotes",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^quotes .*stopped.*gateway",
        mends: |stack| stack.docker(&["start"], "quotes"),
    },
    Fault {
        name: "exchange: reports hits its memory limit",
        breaks: |stack| {
            stack.switch("reports", "memory");
            stack.await_state("reports", "exited");
        },
        root: "reports",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^reports .*memory",
        mends: |stack| stack.docker(&["start"], "reports"),
    },
    Fault {
        name: "exchange: the certificate expired",
        breaks: |stack| certificate(stack, "0"),
        root: "gateway",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^gateway.*certificate.*(expired|ended)",
        mends: |stack| certificate(stack, "90"),
    },
    Fault {
        name: "exchange: broker cut off its network",
        breaks: |stack| stack.network("disconnect", "data", "broker"),
        root: "broker",
        state: "unhealthy",
        incident: true,
        blocked: &["gateway", "orders"],
        sentence: "^broker .*no network|^broker .*not attached to any network",
        mends: |stack| stack.network("connect", "data", "broker"),
    },
    Fault {
        name: "exchange: the schema job failed",
        breaks: |stack| {
            stack.recreate(
                "schema",
                "services: { schema: { command: [sh, -c, 'mariadb -h db -u exchange nowhere'] } }",
            );
            stack.await_state("schema", "exited");
        },
        root: "schema",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^schema exited with code 1",
        mends: |stack| stack.restore("schema"),
    },
    Fault {
        name: "exchange: wrong command",
        breaks: |stack| {
            stack.recreate(
                "floor",
                "services: { floor: { command: [nothing-of-this-name] } }",
            )
        },
        root: "floor",
        state: "unhealthy",
        incident: true,
        blocked: &[],
        sentence: "^floor cannot start: .*nothing-of-this-name",
        mends: |stack| stack.restore("floor"),
    },
];

/// Gives the gateway a certificate for so many days.
fn certificate(stack: &Stack, days: &str) {
    let mut command = stack
        .example
        .command(&["run", "--rm", "--no-deps", "certificate"]);
    let made = command.env("CERTIFICATE_DAYS", days).output();
    assert!(
        made.is_ok_and(|output| output.status.success()),
        "a certificate for {days} days"
    );
    stack.exec("gateway", &["nginx", "-s", "reload"]);
}

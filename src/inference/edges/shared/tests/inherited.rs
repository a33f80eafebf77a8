//! Variables that are also given to somebody who cannot use them.

use super::*;

#[test]
fn an_inherited_variable_proves_nothing_alone() {
    for (words, expected) in [
        ("api+other+cache? DATABASE_URL db, api needs db", "api-db:2"),
        ("api+other+mail DATABASE_URL db, api needs db", "api-db:2"),
        (
            "api+other+cache? API2_URL api2, other needs api2",
            "other-api2:2",
        ),
        // Two variables of one block are no two signs.
        (
            "api+other+cache? DB_HOST db, api+other+cache? DB_URL db, api needs db",
            "api-db:3",
        ),
        // Its own variable: the name begins as the caller's does, not as the called one's.
        (
            "api+other+cache? OTHER_DATABASE_URL db, api needs db",
            "api-db:2 other-db:1",
        ),
        ("api+db.pool+cache? DB_URL db, api needs db", "api-db:2"),
        (
            "api+other+cache? DATABASE_URL db, api needs db, other REPORTS_URL db",
            "api-db:2 other-db:2",
        ),
        // A server and its clients share what describes it: that is not inherited.
        (
            "db+api+other DATABASE_URL db, api needs db",
            "api-db:2 other-db:1",
        ),
        // A program that has its own address does not call itself: it has everybody's.
        ("api2+api+other API2_URL api2, api needs api2", "api-api2:2"),
        ("api2+front API2_URL api2", "front-api2:1"),
        // One program in another role makes the same calls, but does not call itself.
        (
            "api+api.ws+other+cache? DATABASE_URL db, api needs db",
            "api-db:2 api.ws-db:1",
        ),
        (
            "api+api.ws+cache? API_URL api, api.ws needs api",
            "api.ws-api:1",
        ),
        // What follows from what it waits for, where it can be only one.
        (
            "api+other+cache? DATABASE_URL db, api needs db, other needs api",
            "api-db:2 other-api:1 other-db:1",
        ),
        (
            "api+other+cache? DATABASE_URL db, api needs db, other needs api, other needs s3",
            "api-db:2 other-api:1 other-s3:1",
        ),
        // A server that nobody is known to call is called by those who are given it.
        ("api+other+cache? DATABASE_URL db", "api-db:1 other-db:1"),
        ("front+api+cache?+mail SMTP_HOST mail", "api-mail:1"),
    ] {
        assert_eq!(left_of(words), expected, "{words}");
    }
}

#[test]
fn what_speaks_for_a_call_besides_an_inherited_variable() {
    for (words, expected) in [
        // It waits for one of the stores that it is given, so that it reads the block.
        (
            "api+other+mail DB_URL db, api+other+mail CACHE_URL cache, other needs cache, api needs db, api needs cache",
            "api-cache:2 api-db:2 other-cache:2 other-db:1",
        ),
        // Pages that are published, adapters, and those who must know who asks.
        (
            "front+open-front+cache?+third SOME_URL api-x, third needs api-x",
            "open-front-api-x:1 third-api-x:2",
        ),
        (
            "mcp-x+cache?+third SOME_URL api-x, third needs api-x",
            "mcp-x-api-x:1 third-api-x:2",
        ),
        (
            "api+cache?+third SOME_URL auth, third needs auth",
            "api-auth:1 third-auth:2",
        ),
        (
            "backend+third+mail DB_URL db, other needs db, backend needs x, third needs x",
            "backend-db:1 backend-x:1 other-db:1 third-x:1",
        ),
        // Who waits for it calls it, and not its stores.
        (
            "auth+third+mail DB_URL db, auth needs db, third needs auth",
            "auth-db:2 third-auth:1",
        ),
        // Nobody is known to call it, and it is not one of those who are given others.
        (
            "api+other+cache? EXEC_URL sandbox",
            "api-sandbox:1 other-sandbox:1",
        ),
        ("api+other+cache? EXEC_URL open-sandbox", ""),
        ("api+other+cache? EXEC_URL mail-worker", ""),
        // A server goes by its name where its image is the stack's own.
        (
            "api+temporal+cache? TEMPORAL_HOST temporal, temporal+api+cache? POSTGRES_HOST db",
            "api-db:1 api-temporal:1 temporal-db:1",
        ),
        (
            "api+temporal+cache? OTHER_HOST db2, api needs db2",
            "api-db2:2",
        ),
        // A console is made for its own kind of store.
        (
            "flower+api+cache? DATABASE_URL db, flower+api BROKER_URL cache, api needs db",
            "api-cache:1 api-db:2 flower-cache:1",
        ),
    ] {
        assert_eq!(left_of(words), expected, "{words}");
    }
}

#[test]
fn who_shares_a_block_has_the_address_of_everybody() {
    let everybody = "users+orders+pay+docs DB_HOST db, users+orders+pay+docs MAIL_HOST mail, \
        orders+pay+docs USERS_URL users, users+pay+docs ORDERS_URL orders, orders needs users, \
        users needs db, pay needs db, orders needs db, docs needs db";
    let left = left_of(everybody);
    let calls: Vec<&str> = left
        .split(' ')
        .filter(|edge| !edge.contains("-db") && !edge.contains("-mail"))
        .collect();
    assert_eq!(calls, ["orders-users:2"], "{left}");
    // A store in it has variables that it cannot use.
    let store = "api+worker+chat DB_URL db, api+worker+chat+db? CACHE_URL cache, api needs db, api needs cache, \
        worker needs api, chat needs api2";
    assert_eq!(
        left_of(store),
        "api-cache:2 api-db:2 chat-api2:1 worker-api:1 worker-cache:1 worker-db:1"
    );
}

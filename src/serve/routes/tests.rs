//! That the list is whole, and that the documentation has the same.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;
use crate::model::HealthState;
use crate::serve::route::{ApiParameter, ParameterKind, ParameterPlace, RouteMethod};

const DOCUMENTATION: &str = include_str!("../../../docs/http-api.md");
const BEGIN: &str = "<!-- made from src/serve/routes: begin -->\n";
const END: &str = "<!-- made from src/serve/routes: end -->";

/// The table of the documentation.
fn table() -> String {
    let mut out = String::from("| request | scope | answers |\n|---|---|---|\n");
    for route in all() {
        let query: Vec<&str> = route
            .parameters
            .iter()
            .filter(|parameter| {
                matches!(
                    parameter.place,
                    ParameterPlace::Query | ParameterPlace::RepeatedQuery
                )
            })
            .map(|parameter| parameter.name)
            .collect();
        let query = match query.is_empty() {
            true => String::new(),
            false => format!("?{}=", query.join("=&")),
        };
        let _infallible = writeln!(
            out,
            "| `{} {}{query}` | {} | {} |",
            route.method.name(),
            route.path,
            route.access.id(),
            route.summary
        );
    }
    out
}

/// `HUBDECK_WRITE=1 cargo test --lib serve::routes` writes the table.
#[test]
fn the_documentation_has_the_same_table() {
    let (before, rest) = DOCUMENTATION.split_once(BEGIN).unwrap();
    let (given, after) = rest.split_once(END).unwrap();
    if std::env::var_os("HUBDECK_WRITE").is_some() {
        let file = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/http-api.md");
        let written = format!("{before}{BEGIN}{}{END}{after}", table());
        return std::fs::write(file, written).unwrap();
    }
    assert_eq!(given, table(), "HUBDECK_WRITE=1 writes this table");
}

#[test]
fn every_route_stands_once_and_is_described() {
    let mut seen = BTreeSet::new();
    for route in all() {
        assert!(seen.insert((route.path, route.method)), "{}", route.path);
        assert!(!route.summary.is_empty(), "{}", route.path);
        assert!(!route.summary.ends_with('.'), "{}", route.summary);
        let in_path = route.path.matches('{').count();
        let described = route
            .parameters
            .iter()
            .filter(|parameter| parameter.place == ParameterPlace::Path);
        assert_eq!(described.count(), in_path, "{}", route.path);
        let statuses: Vec<u16> = route.all_answers().iter().map(|each| each.status).collect();
        assert!(
            statuses.iter().any(|status| *status < 300),
            "{}",
            route.path
        );
    }
}

#[test]
fn access_is_that_of_the_route_and_never_public_by_mistake() {
    let post = Method::POST;
    for (path, method, expected) in [
        (Some("/livez"), Method::GET, RouteAccess::Public),
        (Some("/livez"), Method::HEAD, RouteAccess::Public),
        (Some("/livez"), Method::OPTIONS, RouteAccess::Public),
        (Some("/livez"), post.clone(), READ),
        (Some("/api/services/{id}"), Method::GET, READ),
        (Some("/api/cache/clear"), post, ADMIN),
        (Some("/api/cache/clear"), Method::OPTIONS, READ),
        (Some("/nowhere"), Method::GET, READ),
        (None, Method::GET, READ),
    ] {
        assert_eq!(access(path, &method), expected, "{method} {path:?}");
    }
    let public: Vec<&str> = all()
        .filter(|route| route.access == RouteAccess::Public)
        .map(|route| route.path)
        .collect();
    assert_eq!(
        public,
        ["/assets/{name}", "/livez", "/readyz", "/api/health"]
    );
    assert!(
        all().all(|route| route.method == RouteMethod::Get || route.access != RouteAccess::Public)
    );
}

/// The words that a parameter may be.
fn words(path: &str, name: &str) -> Vec<&'static str> {
    let route = all().find(|route| route.path == path).unwrap();
    let named = |each: &&ApiParameter| each.name == name;
    match route.parameters.iter().find(named).unwrap().kind {
        ParameterKind::OneOf(words) => words.to_vec(),
        other => panic!("{other:?}"),
    }
}

#[test]
fn enumerated_parameters_have_the_words_of_the_types() {
    let states = HealthState::ALL.map(|state| state.id()).to_vec();
    let mut listed = words("/api/services", "state");
    listed.sort_unstable();
    let mut states = states;
    states.sort_unstable();
    assert_eq!(listed, states);
    let formats = crate::model::MapFormat::ALL.map(|format| format.id());
    let mut listed = words("/api/architecture", "format");
    listed.sort_unstable();
    let mut formats = formats.to_vec();
    formats.sort_unstable();
    assert_eq!(listed, formats);
}

//! What containers offer to a proxy by labels and variables.

use super::*;

/// Labels and variables of a container, and what it offers to a proxy.
const OFFERS: &[(&str, &str, &str)] = &[
    (
        "traefik.enable=true traefik.http.routers.a.rule=Host(`a.b`)&&PathPrefix(`/api`) traefik.http.services.a.loadbalancer.server.port=8000",
        "",
        "a.b/api → :8000",
    ),
    ("traefik.http.routers.a.rule=PathPrefix(`/x`)", "", "/x"),
    ("traefik.enable=true", "", ""),
    (
        "traefik.enable=false traefik.http.routers.a.rule=PathPrefix(`/x`)",
        "",
        "none",
    ),
    (
        "traefik.http.routers.dash.rule=Host(`t`) traefik.http.routers.dash.service=api@internal",
        "",
        "none",
    ),
    (
        "traefik.frontend.rule=Host:old.example;PathPrefix:/p traefik.port=80",
        "",
        "old.example/p → :80",
    ),
    (
        "traefik.http.middlewares.m.forwardauth.address=http://auth:9091/x",
        "",
        "auth forward auth → :9091",
    ),
    (
        "caddy=a.example caddy.reverse_proxy={{upstreams_8080}}",
        "",
        "a.example → :8080",
    ),
    (
        "",
        "VIRTUAL_HOST=a.example,b VIRTUAL_PORT=8080 VIRTUAL_PATH=/p",
        "a.example/p → :8080",
    ),
    ("", "VIRTUAL_HOST=", ""),
    ("com.example=traefik", "HOST=x", "none"),
];

#[test]
fn offers() {
    for &(labels, environment, expected) in OFFERS {
        let pairs = |text: &str| -> Vec<(String, String)> {
            let pair = |word: &str| {
                word.split_once('=')
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
            };
            text.split_whitespace().filter_map(pair).collect()
        };
        let mut facts = facts("hub/app");
        facts.labels = pairs(labels).into_iter().collect();
        facts.environment = pairs(environment).into();
        let found = crate::inference::references::routes::offers(&facts);
        let shown = found.first().map_or_else(
            || "none".to_owned(),
            |offer| {
                format!(
                    "{} {}",
                    offer.host.as_deref().unwrap_or_default(),
                    offer.route
                )
                .trim()
                .to_owned()
            },
        );
        assert_eq!(shown, expected, "{labels} {environment}");
        assert!(found.len() <= 1, "{found:?}");
    }
}

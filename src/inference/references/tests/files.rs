//! Configuration files.

use super::*;

fn file(path: &str, text: &str) -> ConfigurationFile {
    ConfigurationFile {
        path: path.into(),
        text: text.into(),
    }
}

/// Path and text of a configuration file with the targets it names.
const FILES: &[(&str, &str, &str)] = &[
    (
        "/etc/prometheus/prometheus.yml",
        "scrape_configs:\n  - job_name: api\n    static_configs:\n      - targets: ['api:8000', \"web:80\"] # old:1\n",
        "api:8000 web:80",
    ),
    (
        "/etc/promtail/config.yml",
        "clients:\n  - url: http://loki:3100/loki/api/v1/push\n",
        "loki:3100",
    ),
    (
        "/etc/grafana/provisioning/datasources/a.yml",
        "    url: http://prometheus:9090\n    access: proxy\n",
        "prometheus:9090",
    ),
    (
        "/home/kong/kong.yml",
        "services:\n  - name: auth\n    host: auth\n    port: 9999\n  - url: http://rest:3000/\n",
        "auth rest:3000",
    ),
    (
        "/etc/otel.yaml",
        "exporters:\n  otlp:\n    endpoint: jaeger:4317\n#   endpoint: old:4317\n",
        "jaeger:4317",
    ),
    (
        "/app/settings.ini",
        "[db]\n; host = old\nhost = db\nuser = api\n",
        "db",
    ),
    (
        "/app/settings.json",
        "{\"smtp\": {\"host\": \"mail\", \"name\": \"web\"}}",
        "mail",
    ),
    (
        "/etc/clickhouse/config.xml",
        "<!-- <host>old</host> -->\n<host>keeper</host>",
        "keeper",
    ),
    (
        "/app/docker-compose.yml",
        "services:\n  db:\n    environment:\n      URL: http://api:8000\n",
        "",
    ),
    (
        "/app/.env",
        "DATABASE_URL=postgres://u:p@db/x\n#OLD_URL=http://old\nALLOWED_HOSTS=web\n",
        "db",
    ),
];

#[test]
fn files_name_targets_outside_of_comments() {
    for &(path, text, expected) in FILES {
        assert_eq!(shown(&of_files(&[file(path, text)])), expected, "{path}");
    }
    let found = of_files(&[file(
        "/etc/prometheus/prometheus.yml",
        "- targets: ['api:8000']",
    )]);
    assert_eq!(
        found,
        [Reference::new(
            "api",
            Some(8000),
            Provenance::Configuration,
            "prometheus.yml :8000"
        )]
    );
}

#[test]
fn what_is_kept_is_bounded() {
    let mut facts = facts("hub/app");
    let list: Vec<String> = (0..2_000)
        .map(|number| format!("http://h{number}:80"))
        .collect();
    facts.environment = vec![("URLS".into(), list.join(","))].into();
    assert_eq!(of(&facts).named.len(), MOST);
    assert_eq!(of_files(&[file("/x.yml", &list.join("\n"))]).len(), MOST);
    // These would take minutes if any of them were looked through again and again.
    for text in [
        "host=",
        "://",
        "a:80,",
        "http:",
        "http://a,",
        "@",
        "\"host\": ",
    ] {
        facts.environment = vec![("URLS".into(), text.repeat(60_000 / text.len()))].into();
        let _ = of(&facts);
    }
}

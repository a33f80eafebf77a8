//! Which files of a container are likely to name other services.

use std::collections::BTreeSet;

use crate::model::{InstanceFacts, words};

/// Single files looked at in one container, beside the directories of its program.
const FILES_LIMIT: usize = 8;
/// Words of the command that may name the program: an entry point, the program, its arguments.
const PROGRAM_WORDS: usize = 8;

/// Programs whose configuration names other services, by their word in an image name or a command,
/// and where that configuration lies.
const PROGRAMS: &[(&[&str], &[&str])] = &[
    (&["nginx", "angie", "freenginx", "tengine"], &["/etc/nginx"]),
    (
        &["openresty"],
        &["/usr/local/openresty/nginx/conf", "/etc/nginx/conf.d"],
    ),
    (&["swag"], &["/config/nginx"]),
    (&["caddy"], &["/etc/caddy"]),
    (&["haproxy"], &["/usr/local/etc/haproxy", "/etc/haproxy"]),
    (&["traefik"], &["/etc/traefik"]),
    (
        &["httpd", "apache2", "apachectl", "apache2ctl"],
        &["/usr/local/apache2/conf", "/etc/apache2"],
    ),
    (&["envoy"], &["/etc/envoy"]),
    (&["kong"], &["/etc/kong"]),
    (&["varnish", "varnishd"], &["/etc/varnish"]),
    (&["pgbouncer"], &["/etc/pgbouncer"]),
    (&["prometheus"], &["/etc/prometheus"]),
    (&["alertmanager"], &["/etc/alertmanager"]),
    (&["grafana"], &["/etc/grafana/provisioning/datasources"]),
    (&["promtail"], &["/etc/promtail"]),
    (&["telegraf"], &["/etc/telegraf"]),
    (&["vector"], &["/etc/vector"]),
    (
        &["logstash"],
        &["/usr/share/logstash/pipeline", "/usr/share/logstash/config"],
    ),
];
/// A word that says the image only watches the program it is named after.
const WATCHERS: &[&str] = &["exporter", "exporters"];

/// Endings and whole names of text configuration.
const ENDINGS: &[&str] = &[
    ".yml",
    ".yaml",
    ".toml",
    ".conf",
    ".cfg",
    ".ini",
    ".json",
    ".properties",
    ".env",
    ".hcl",
    "caddyfile",
    ".conf.template",
];
/// Files with such an ending that describe a build, not a deployment.
const BUILD_FILES: &[&str] = &[
    "package.json",
    "package-lock.json",
    "tsconfig.json",
    "composer.json",
];
/// What a path holds that is not to be read.
const SECRETS: &[&str] = &[
    "/run/secrets",
    "secret",
    "password",
    "passwd",
    "credential",
    "token",
    ".pem",
    ".key",
    "/.ssh/",
];

/// Paths to read in a container: its program's own configuration, then single text files that are
/// mounted into it or named by its command, at most eight of these. Empty for most containers.
pub(super) fn wanted(facts: &InstanceFacts) -> Vec<String> {
    let programs = programs(facts);
    let mut paths: Vec<String> = PROGRAMS
        .iter()
        .filter(|(words, _)| words.iter().any(|word| programs.contains(*word)))
        .flat_map(|(_, paths)| paths.iter().map(|path| (*path).to_owned()))
        .collect();
    let mounted = facts
        .mounts
        .iter()
        .filter(|mount| mount.kind == "bind")
        .map(|mount| mount.target.as_str());
    let named = facts
        .command
        .reveal()
        .iter()
        .flat_map(|word| word.split(['=', ' ', ',']));
    let mut singles = 0;
    for path in mounted.chain(named) {
        let covered = paths.iter().any(|known| {
            path.strip_prefix(known.as_str())
                .is_some_and(|rest| rest.starts_with('/'))
        });
        if singles < FILES_LIMIT
            && is_configuration(path)
            && !covered
            && !paths.iter().any(|known| known == path)
        {
            paths.push(path.to_owned());
            singles += 1;
        }
    }
    paths
}

/// Words of the image's own name, and programs that the command starts with.
fn programs(facts: &InstanceFacts) -> BTreeSet<String> {
    let name = words::image(&facts.image)
        .split(':')
        .next()
        .unwrap_or_default()
        .to_ascii_lowercase();
    let words: BTreeSet<&str> = name.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    let started = facts
        .command
        .reveal()
        .iter()
        .flat_map(|word| word.split_ascii_whitespace())
        .take(PROGRAM_WORDS)
        .map(|word| {
            word.rsplit('/')
                .next()
                .unwrap_or_default()
                .to_ascii_lowercase()
        });
    let mut programs: BTreeSet<String> = started.collect();
    if !words.iter().any(|word| WATCHERS.contains(word)) {
        programs.extend(words.into_iter().map(str::to_owned));
    }
    programs
}

/// Whether a path is one text file of configuration, by its name alone.
fn is_configuration(path: &str) -> bool {
    let path = path.to_ascii_lowercase();
    let name = path.rsplit('/').next().unwrap_or_default();
    path.starts_with('/')
        && ENDINGS.iter().any(|ending| name.ends_with(ending))
        && !BUILD_FILES.contains(&name)
        && !SECRETS.iter().any(|secret| path.contains(secret))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::Mount;

    fn container(image: &str, command: &str, mounts: &[(&str, &str)]) -> InstanceFacts {
        let mount = |(kind, target): &(&str, &str)| Mount {
            kind: (*kind).to_owned(),
            source: "/srv".to_owned(),
            target: (*target).to_owned(),
            writable: false,
        };
        InstanceFacts {
            image: image.to_owned(),
            command: command.split(' ').map(str::to_owned).collect(),
            mounts: mounts.iter().map(mount).collect(),
            ..InstanceFacts::unknown("a".into(), "a", None, "a".into())
        }
    }

    #[test]
    fn programs_are_known_by_image_or_command() {
        for (image, command, expected) in [
            ("nginx:1.25-alpine", "", "/etc/nginx"),
            (
                "registry.example:5000/team/docker-nginx@sha256:00ff",
                "",
                "/etc/nginx",
            ),
            (
                "shop-proxy",
                "/docker-entrypoint.sh nginx -g daemon off;",
                "/etc/nginx",
            ),
            ("shop-proxy", "/usr/sbin/nginx", "/etc/nginx"),
            (
                "shop-proxy",
                "sh -c envsubst < /t | tee /x && exec nginx",
                "",
            ),
            (
                "nginx/nginx-prometheus-exporter:1",
                "/usr/bin/nginx-prometheus-exporter",
                "",
            ),
            (
                "openresty/openresty:alpine",
                "",
                "/usr/local/openresty/nginx/conf /etc/nginx/conf.d",
            ),
            ("lucaslorentz/caddy-docker-proxy", "", "/etc/caddy"),
            (
                "haproxytech/haproxy-alpine:2.9",
                "",
                "/usr/local/etc/haproxy /etc/haproxy",
            ),
            ("library/traefik", "", "/etc/traefik"),
            (
                "httpd",
                "httpd-foreground",
                "/usr/local/apache2/conf /etc/apache2",
            ),
            (
                "prom/prometheus:v2",
                "/bin/prometheus --config.file=/etc/prometheus/p.yml",
                "/etc/prometheus",
            ),
            ("postgres:16", "docker-entrypoint.sh postgres", ""),
            ("", "", ""),
        ] {
            let paths = wanted(&container(image, command, &[])).join(" ");
            assert_eq!(paths, expected, "{image} {command}");
        }
    }

    #[test]
    fn single_files_are_mounted_or_named_and_never_secret() {
        let facts = container(
            "shop/api:1",
            "api --config=/etc/api/main.toml -c /app/routes.yaml --tls /certs/site.pem --data /var/lib/api",
            &[
                ("bind", "/app/settings.json"),
                ("bind", "/app/package.json"),
                ("bind", "/etc/localtime"),
                ("volume", "/data/state.yml"),
                ("bind", "/run/secrets/app.env"),
                ("bind", "/app/api-secret.yml"),
                ("bind", "/app/DB_PASSWORD.env"),
                ("bind", "/etc/nginx/templates/default.conf.template"),
                ("bind", "/etc/caddy/Caddyfile"),
                ("bind", "/app/settings.json"),
            ],
        );
        assert_eq!(
            wanted(&facts),
            [
                "/app/settings.json",
                "/etc/nginx/templates/default.conf.template",
                "/etc/caddy/Caddyfile",
                "/etc/api/main.toml",
                "/app/routes.yaml",
            ]
        );
    }

    #[test]
    fn what_a_directory_holds_is_not_asked_for_again_and_eight_files_are_enough() {
        let names: Vec<String> = (0..20).map(|number| format!("/app/{number}.yml")).collect();
        let mut mounts = vec![
            ("bind", "/etc/nginx/nginx.conf"),
            ("bind", "/etc/nginxes.conf"),
        ];
        mounts.extend(names.iter().map(|name| ("bind", name.as_str())));
        let paths = wanted(&container("nginx", "", &mounts));
        assert_eq!(
            paths[..3],
            ["/etc/nginx", "/etc/nginxes.conf", "/app/0.yml"]
        );
        assert_eq!(paths.len(), 1 + FILES_LIMIT);
    }
}

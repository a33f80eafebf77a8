//! Routes of proxies as people write them.

mod offers;

use proptest::prelude::*;

use super::*;
use crate::topology::testing::facts;

/// `"host: detail"` of every route in one file.
fn shown(path: &str, text: &str) -> Vec<String> {
    let file = ConfigurationFile {
        path: path.into(),
        text: text.into(),
    };
    let lines = of_files(&[file]);
    lines
        .iter()
        .map(|each| format!("{}: {}", each.host, each.detail))
        .collect::<BTreeSet<_>>()
        .into_iter()
        .collect()
}

#[test]
fn nginx() {
    let text = r#"
        worker_processes auto; # proxy_pass http://comment:1;
        events { worker_connections 1024; }
        http {
            upstream api_pool { least_conn; server api1:8000 weight=3; server "api2:8000"; keepalive 8; }
            map $http_upgrade $target { default http://web:3000; "~^ws" http://sockets:3001; }
            server {
                listen 80; server_name example.com;
                location / { proxy_pass http://frontend:3000; }
                location /api/ { proxy_set_header Host $host; proxy_pass http://api_pool/; }
                location = /exact { proxy_pass https://secure; }
                location ~* ^/media/(.*)$ { location /media/deep { proxy_pass http://deep:81; } proxy_pass http://media:9000; }
                location ~ \.php$ { fastcgi_pass php:9000; }
                location /u { uwsgi_pass django:8001; }
                location /g { grpc_pass grpc://rpc:50051; }
                location /v { set $up "http://lazy:8080"; proxy_pass $up; }
                location /w { set $name late; proxy_pass http://$name:81$request_uri; }
                location /m { proxy_pass $target; }
                location /s { proxy_pass $scheme://schemed:82; }
                location /sock { proxy_pass http://unix:/run/app.sock; }
                location /unknown { proxy_pass http://$unknown; }
            }
        }
        stream { upstream pg { server db:5432; } server { listen 5432; proxy_pass pg; } }
    "#;
    assert_eq!(
        shown("/etc/nginx/nginx.conf", text),
        [
            "api1: /api/ → :8000",
            "api2: /api/ → :8000",
            "db: :5432",
            "deep: /media/deep → :81",
            "django: /u → :8001",
            "frontend: / → :3000",
            "late: /w → :81",
            "lazy: /v → :8080",
            "media: /media/ → :9000",
            r"php: \.php$ → :9000",
            "rpc: /g → :50051",
            "schemed: /s → :82",
            "secure: /exact → :443",
            "sockets: /m → :3001",
            "web: /m → :3000",
        ]
    );
}

#[test]
fn nginx_files_share_upstreams_and_several_servers_are_told_apart() {
    let file = |path: &str, text: &str| ConfigurationFile {
        path: path.into(),
        text: text.into(),
    };
    let found = of_files(&[
        file(
            "/etc/nginx/upstreams.conf",
            "upstream app { server app:8080; }",
        ),
        file(
            "/etc/nginx/conf.d/site.conf",
            "server { server_name a.example; location / { proxy_pass http://app; } }
             server { server_name b.example; location /x { proxy_pass http://other:81; } }",
        ),
    ]);
    let details: Vec<_> = found.iter().map(|each| each.detail.to_string()).collect();
    assert_eq!(details, ["a.example/ → :8080", "b.example/x → :81"]);
}

#[test]
fn caddy() {
    let text = "
        {
            email me@example.com
        }
        example.com {
            @ws path /ws/*
            reverse_proxy /api/* backend:8000 # other:1
            reverse_proxy @ws sockets:3001
            handle_path /files/* {
                reverse_proxy files:9000
            }
            handle {
                reverse_proxy {
                    to web1:80 web2:80
                }
            }
            php_fastcgi php:9000
            # reverse_proxy old:1
        }
        b.example {
            reverse_proxy https://secure
        }
    ";
    assert_eq!(
        shown("/etc/caddy/Caddyfile", text),
        [
            "backend: /api/ → :8000",
            "files: /files/ → :9000",
            "php: / → :9000",
            "secure: / → :443",
            "sockets: /ws/ → :3001",
            "web1: / → :80",
            "web2: / → :80",
        ]
    );
}

#[test]
fn haproxy() {
    let text = "
global
    log stdout
defaults
    mode http
frontend http
    bind *:80
    acl is_api path_beg /api
    use_backend api if is_api
    use_backend static if { path_beg /static }
    default_backend web # server x old:1
backend api
    server a api1:8000 check
    server b api2:8000 check
backend static
    server s1 files:80
backend web
    server w web:3000 check
listen pg
    bind *:5432
    server db db:5432
";

    assert_eq!(
        shown("/usr/local/etc/haproxy/haproxy.cfg", text),
        [
            "api1: /api → :8000",
            "api2: /api → :8000",
            "db: :5432",
            "files: /static → :80",
            "web: / → :3000",
        ]
    );
}

#[test]
fn apache() {
    let text = "
<VirtualHost *:80>
  ProxyPass /api http://backend:8000/api
  ProxyPassReverse /api http://reverse:8000/api
  # ProxyPass / http://old:1/
  RewriteRule ^/ws/(.*) ws://sockets:3001/$1 [P,L]
  <Location \"/x\">
    ProxyPass http://x:81/
  </Location>
  <FilesMatch \\.php$>
    SetHandler \"proxy:fcgi://php:9000\"
  </FilesMatch>
</VirtualHost>";

    assert_eq!(
        shown("/usr/local/apache2/conf/httpd.conf", text),
        [
            "backend: /api → :8000",
            "php: :9000",
            "sockets: /ws/ → :3001",
            "x: /x → :81"
        ]
    );
}

#[test]
fn traefik_files() {
    let yaml = "
http:
  routers:
    api:
      rule: \"Host(`a.example`) && PathPrefix(`/api`)\"
      service: backend
    web:
      rule: PathPrefix(`/`)
      service: web
  services:
    backend:
      loadBalancer:
        servers:
          - url: \"http://api1:8000\"
          - url: http://api2:8000 # http://old:1
    web:
      loadBalancer:
        servers: [{url: \"http://web:3000\"}]
  middlewares:
    auth:
      forwardAuth:
        address: http://authelia:9091/api/verify
";

    let expected = [
        "api1: a.example/api → :8000",
        "api2: a.example/api → :8000",
        "authelia: forward auth → :9091",
        "web: / → :3000",
    ];
    assert_eq!(shown("/etc/traefik/dynamic.yml", yaml), expected);
    let toml = "
[http.routers.api]
rule = \"Host(`a.example`) && PathPrefix(`/api`)\"
service = \"backend\"
[[http.services.backend.loadBalancer.servers]]
url = \"http://api1:8000\"
[[http.services.backend.loadBalancer.servers]]
url = \"http://api2:8000\"
";

    assert_eq!(shown("/etc/traefik/dynamic.toml", toml), expected[..2]);
}

const PATHS: [&str; 6] = [
    "/etc/nginx/x.conf",
    "/etc/caddy/Caddyfile",
    "/etc/haproxy/h.cfg",
    "/x.conf",
    "/etc/traefik/d.yml",
    "/t.toml",
];

proptest! {
    #[test]
    fn no_file_breaks_it(
        path in prop::sample::select(&PATHS[..]),
        text in "(.|[{};\"'$:/\n ]|proxy_pass|location|server|upstream|set|ProxyPass|loadBalancer|services|backend|reverse_proxy|http://|x:80){0,80}",
    ) {
        let file = ConfigurationFile { path: path.into(), text };
        for found in of_files(&[file]) {
            prop_assert!(scan::as_host(&found.host).is_some(), "{:?}", found);
        }
    }
}

#[test]
fn a_hostile_file_takes_no_time() {
    // Nested blocks, a chain of variables that refer to each other, many names and many targets.
    let deep = "a{".repeat(100_000);
    let chain: String = (0..2_000)
        .map(|n| format!("set $v{n} $v{}$v{};\n", n + 1, n + 2))
        .collect();
    let many: String = (0..5_000)
        .map(|n| format!("location /{n} {{ proxy_pass http://$v0; }}\n"))
        .collect();
    let found = shown("/etc/nginx/nginx.conf", &format!("{chain}{many}{deep}"));
    assert!(found.is_empty(), "{}", found.len());
}

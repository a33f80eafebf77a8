//! `hubdeck config socket-policy`: what a proxy before the Docker socket has to let through.

use std::fmt::Write as _;

use crate::config::arguments::{PolicyFormat, SocketPolicyArgs};
use crate::model::{CallPurpose, EngineRoute};

use super::output::print;
use super::{CommandError, ExitStatus};

/// What follows the calls in the configuration of nginx.
const NGINX_END: &str = "  }
  map $http_upgrade $hubdeck_connection {
    default upgrade;
    \"\" \"\";
  }
  upstream docker {
    server unix:/var/run/docker.sock;
    keepalive 8;
  }
  server {
    listen 2375;
    client_max_body_size 1m;
    location / {
      if ($hubdeck_may = 0) { return 403; }
      proxy_pass http://docker;
      proxy_http_version 1.1;
      proxy_set_header Host docker;
      proxy_set_header Upgrade $http_upgrade;
      proxy_set_header Connection $hubdeck_connection;
      proxy_buffering off;
      proxy_request_buffering off;
      proxy_read_timeout 24h;
    }
  }
}
";
/// The same in that of HAProxy.
const HAPROXY_END: &str = "  http-request deny deny_status 403
  default_backend socket
backend socket
  server docker unix@/var/run/docker.sock
";

/// Prints the policy for `routes` as `args` ask.
///
/// # Errors
/// When standard output cannot be written to.
pub fn run(routes: &[EngineRoute], args: SocketPolicyArgs) -> Result<ExitStatus, CommandError> {
    print(&text(routes, args))
}

fn text(routes: &[EngineRoute], args: SocketPolicyArgs) -> String {
    let is_asked = |route: &&EngineRoute| args.actions || route.purpose == CallPurpose::Watch;
    let routes: Vec<&EngineRoute> = routes.iter().filter(is_asked).collect();
    match args.format {
        PolicyFormat::Text => plain(&routes),
        PolicyFormat::Nginx => nginx(&routes, args.actions),
        PolicyFormat::Haproxy => haproxy(&routes, args.actions),
    }
}

fn plain(routes: &[&EngineRoute]) -> String {
    let width = routes
        .iter()
        .map(|route| route.path.len())
        .max()
        .unwrap_or_default();
    let line = |route: &&EngineRoute| {
        format!(
            "{:<6} {:<width$}  {}\n",
            route.method, route.path, route.what
        )
    };
    routes.iter().map(line).collect()
}

/// What a policy is for, as a comment.
fn head(actions: bool) -> &'static str {
    if actions {
        "# The calls of the Docker API that hubdeck makes, operations included (hubdeck config socket-policy --actions).\n\
         # Whoever reaches this proxy can create containers and so take over the host: let hubdeck alone reach it.\n"
    } else {
        "# The calls of the Docker API that hubdeck makes to watch (hubdeck config socket-policy); nothing is changed.\n\
         # What is read contains the environment of every container: let hubdeck alone reach it.\n"
    }
}

/// A complete configuration. The request is compared as the client sent it, since that is what is
/// passed on.
fn nginx(routes: &[&EngineRoute], actions: bool) -> String {
    let mut text = format!(
        "{}\
         user root; # opens the socket\n\
         worker_processes 1;\n\
         pid /tmp/nginx.pid;\n\
         error_log /dev/stderr warn;\n\
         events {{ worker_connections 1024; }}\n\
         http {{\n  \
           access_log off;\n  \
           client_body_temp_path /tmp/client;\n  \
           proxy_temp_path /tmp/proxy;\n  \
           fastcgi_temp_path /tmp/fastcgi;\n  \
           uwsgi_temp_path /tmp/uwsgi;\n  \
           scgi_temp_path /tmp/scgi;\n  \
           map \"$request_method $request_uri\" $hubdeck_may {{\n    \
             default 0;\n",
        head(actions)
    );
    for route in routes {
        let pattern = route.pattern();
        let path = pattern.trim_start_matches('^').trim_end_matches('$');
        let _infallible = writeln!(
            text,
            "    \"~^{} {path}(\\?.*)?$\" 1; # {}",
            route.method, route.what
        );
    }
    text + NGINX_END
}

/// A complete configuration.
fn haproxy(routes: &[&EngineRoute], actions: bool) -> String {
    let mut text = format!(
        "{}\
         global\n  user root # opens the socket\n  maxconn 1024\n\
         defaults\n  mode http\n  timeout connect 5s\n  timeout client 24h\n  timeout server 24h\n  timeout tunnel 24h\n\
         frontend docker\n  bind :2375\n",
        head(actions)
    );
    for route in routes {
        let _infallible = writeln!(
            text,
            "  http-request allow if {{ method {} }} {{ path -m reg '{}' }} # {}",
            route.method,
            route.pattern(),
            route.what
        );
    }
    text + HAPROXY_END
}

#[cfg(test)]
mod tests {
    use super::*;

    const ROUTES: [EngineRoute; 2] = [
        EngineRoute {
            method: "GET",
            path: "/containers/{id}/json",
            purpose: CallPurpose::Watch,
            what: "inspect a container",
        },
        EngineRoute {
            method: "POST",
            path: "/containers/{id}/stop",
            purpose: CallPurpose::Act,
            what: "stop",
        },
    ];

    fn printed(format: PolicyFormat, actions: bool) -> String {
        text(&ROUTES, SocketPolicyArgs { actions, format })
    }

    #[test]
    fn calls_that_act_are_printed_only_where_they_are_asked_for() {
        for format in [
            PolicyFormat::Text,
            PolicyFormat::Nginx,
            PolicyFormat::Haproxy,
        ] {
            let (watching, acting) = (printed(format, false), printed(format, true));
            assert!(watching.contains("inspect a container"), "{watching}");
            assert!(
                !watching.contains("POST") && acting.contains("POST"),
                "{acting}"
            );
        }
        assert_eq!(
            printed(PolicyFormat::Text, true),
            "GET    /containers/{id}/json  inspect a container\nPOST   /containers/{id}/stop  stop\n"
        );
        let nginx = printed(PolicyFormat::Nginx, false);
        let line = "    \"~^GET (/v1\\.[0-9]+)?/containers/[A-Za-z0-9][A-Za-z0-9_.-]*/json(\\?.*)?$\" 1; # inspect a container\n";
        assert!(nginx.contains(line), "{nginx}");
    }
}

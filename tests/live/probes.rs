//! Native probes against the real servers; asked for by `HUBDECK_LIVE=1`.

mod databases;
mod messaging;

use std::time::{Duration, Instant};

use ProbeOutcome::{Failure, Success};
use hubdeck::model::{
    Credentials, ProbeKind, ProbeOrigin, ProbeOutcome, ProbeSpec, ProbeTarget, SecretSource,
    ServiceId, Timestamp,
};
use hubdeck::probe::{Prober, Report};
use tokio::time::sleep;

use crate::support::docker::{Container, docker, unique};

const PATIENCE: Duration = Duration::from_secs(60);

/// A real server and how to ask it.
struct Server {
    container: Container,
    address: String,
    spec: ProbeSpec,
}

impl Server {
    /// `docker run OPTIONS IMAGE COMMAND`; `port` is asked within 2 s.
    fn run(kind: ProbeKind, port: u16, options: &[&str], image: &[&str]) -> Self {
        let name = unique("hubdeck-probes");
        let container = Container::run(&name, &[options, image].concat());
        let address = address(&container, port);
        let timeout = Duration::from_secs(2);
        let spec = ProbeSpec {
            timeout,
            ..ProbeSpec::new(kind, port, ProbeOrigin::Catalog)
        };
        Self {
            container,
            address,
            spec,
        }
    }

    async fn ask(&self, credentials: Option<Credentials>) -> Report {
        let target = ProbeTarget {
            service: ServiceId::new("x"),
            instance: None,
            spec: ProbeSpec {
                credentials,
                ..self.spec.clone()
            },
            addresses: vec![self.address.clone()],
            certificate_addresses: Vec::new(),
        };
        Prober::new()
            .unwrap()
            .check(&target, Timestamp::now())
            .await
            .expect("a report")
    }

    /// Asks until the server works; gives what it said last, and everything it said before.
    async fn comes_up(&self) -> (Report, Vec<(ProbeOutcome, String)>) {
        let deadline = Instant::now() + PATIENCE;
        let mut before = Vec::new();
        loop {
            let report = self.ask(None).await;
            if report.outcome == Success {
                return (report, before);
            }
            assert!(
                Instant::now() < deadline,
                "{} does not come up: {before:?}",
                self.address
            );
            let said = (report.outcome, hubdeck::explain::finding(&report.finding));
            if before.last() != Some(&said) {
                before.push(said);
            }
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Starts it again; gives everything it said until it worked, or within `patience`.
    async fn starts_again(&mut self, patience: Duration) -> Vec<(ProbeOutcome, String)> {
        docker(&["restart", "-t", "5", self.container.name()]);
        self.address = address(&self.container, self.spec.port);
        let deadline = Instant::now() + patience;
        let mut said = Vec::new();
        while Instant::now() < deadline && !said.iter().any(|(outcome, _)| *outcome == Success) {
            let report = self.ask(None).await;
            said.push((report.outcome, hubdeck::explain::finding(&report.finding)));
            sleep(Duration::from_millis(20)).await;
        }
        said
    }

    async fn says(
        &self,
        credentials: Option<Credentials>,
        outcome: ProbeOutcome,
        message: &str,
    ) -> Report {
        let report = self.ask(credentials).await;
        assert_eq!(
            (
                report.outcome,
                hubdeck::explain::finding(&report.finding).as_str()
            ),
            (outcome, message),
            "{}",
            report.target
        );
        report
    }

    async fn is_silent_while_paused(&self) {
        docker(&["pause", self.container.name()]);
        let report = self.ask(None).await;
        docker(&["unpause", self.container.name()]);
        let found = hubdeck::explain::finding(&report.finding);
        // The kernel accepts for a paused server: whatever the protocol, it hangs at its first byte.
        assert_eq!(
            (report.outcome, found.as_str()),
            (Failure, "no first byte within 2 s"),
            "{}",
            report.target
        );
        let (report, _) = self.comes_up().await;
        assert!(report.latency.is_some());
    }
}

fn address(container: &Container, port: u16) -> String {
    let format = "{{range .NetworkSettings.Networks}}{{.IPAddress}}{{end}}";
    format!(
        "{}:{port}",
        docker(&["inspect", "-f", format, container.name()])
    )
}

/// What `docker ARGS` printed on both of its outputs.
fn logged(arguments: &[&str]) -> String {
    let output = std::process::Command::new("docker")
        .args(arguments)
        .output()
        .unwrap();
    [output.stdout, output.stderr]
        .map(|text| String::from_utf8_lossy(&text).into_owned())
        .concat()
}

/// A password in a file, as config names it.
struct Secrets(tempfile::TempDir);

impl Secrets {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        for name in ["secret", "wrong"] {
            std::fs::write(folder.path().join(name), format!("{name}\n")).unwrap();
        }
        Self(folder)
    }

    #[allow(clippy::unnecessary_wraps)] // as a specification wants it
    fn of(&self, user: &str, name: &str) -> Option<Credentials> {
        let password = SecretSource::File(self.0.path().join(name));
        Some(Credentials::Password {
            user: user.to_owned(),
            password,
        })
    }
}

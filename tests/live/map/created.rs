//! What the live tests of the map share: a watch on real containers, and labelled stacks made with
//! Compose.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::{Command, Output};
use std::sync::Arc;
use std::time::Duration;

use hubdeck::collect::configuration::ReadingOptions;
use hubdeck::collect::connections::ObservingOptions;
use hubdeck::collect::engine::DiscoveryOptions;
use hubdeck::collect::{configuration, connections, engine as discovery};
use hubdeck::engine::{ConnectRequest, Connector};
use hubdeck::model::{Observation, Snapshot, Timestamp};
use hubdeck::store::Store;
use serde_json::{Map, Value, json};
use tokio::sync::{Notify, mpsc, watch};
use tokio::task::JoinSet;

use crate::support::stacks::{LabelledService, LabelledStack};

/// Time for a snapshot to become what is waited for.
const PATIENCE: Duration = Duration::from_secs(60);

/// Engine client, collectors and store on one project of the real engine, as the program wires
/// them.
pub struct Watch {
    pub snapshots: watch::Receiver<Arc<Snapshot>>,
    surveys: [watch::Receiver<bool>; 2],
    _tasks: JoinSet<()>,
    _options: Vec<watch::Sender<ReadingOptions>>,
    _discovery: watch::Sender<DiscoveryOptions>,
    _observing: watch::Sender<ObservingOptions>,
}

impl Watch {
    /// Watches `project`; configuration files are read and connections looked at when `survey` says
    /// so.
    pub fn on(project: &str, survey: bool) -> Self {
        let (out, news) = mpsc::channel(1024);
        let (publisher, snapshots) = watch::channel(Arc::new(Snapshot::empty(Timestamp::now())));
        let (link_in, link) = watch::channel(None);
        let projects = vec![project.to_owned()];
        let (discovery_in, wishes) = watch::channel(DiscoveryOptions {
            projects,
            ..Default::default()
        });
        let (observing_in, observing) = watch::channel(ObservingOptions {
            enabled: survey,
            every: Duration::from_secs(2),
            ..Default::default()
        });
        let (reading_in, reading) = watch::channel(ReadingOptions {
            enabled: survey,
            ..Default::default()
        });
        let (read, all_read) = watch::channel(false);
        let (seen, all_seen) = watch::channel(false);
        let request = ConnectRequest::from_environment(None, None);
        let mut tasks = JoinSet::new();
        tasks.spawn(discovery::run(
            Connector::new(request),
            wishes,
            out.clone(),
            link_in,
            Arc::new(Notify::new()),
            watch::Sender::new(false),
            tokio::sync::broadcast::Sender::new(64),
        ));
        tasks.spawn(configuration::run(
            link.clone(),
            snapshots.clone(),
            reading,
            read,
            out.clone(),
        ));
        tasks.spawn(connections::run(
            link,
            snapshots.clone(),
            observing,
            seen,
            out,
        ));
        tasks.spawn(fold(news, publisher));
        Self {
            snapshots,
            surveys: [all_read, all_seen],
            _tasks: tasks,
            _options: vec![reading_in],
            _discovery: discovery_in,
            _observing: observing_in,
        }
    }

    /// The first snapshot that `is_right` takes; without one, the last snapshot.
    pub async fn until(&mut self, is_right: impl Fn(&Snapshot) -> bool) -> Arc<Snapshot> {
        let wait = async {
            for survey in &mut self.surveys {
                survey
                    .wait_for(|complete| *complete)
                    .await
                    .expect("the collectors go on");
            }
            self.snapshots
                .wait_for(|snapshot| is_right(snapshot))
                .await
                .expect("the store goes on");
        };
        // What is missing then is better told by the comparison.
        let _ = tokio::time::timeout(PATIENCE, wait).await;
        Arc::clone(&self.snapshots.borrow())
    }
}

async fn fold(mut news: mpsc::Receiver<Observation>, publisher: watch::Sender<Arc<Snapshot>>) {
    let mut store = Store::new(Timestamp::now());
    while let Some(observation) = news.recv().await {
        let _changed = store.apply(observation, Timestamp::now());
        publisher.send_replace(store.snapshot(Timestamp::now()));
    }
}

/// A labelled stack made by `docker compose create`, never started. Dropping it removes containers,
/// networks and the image names it had to make.
pub struct CreatedStack {
    project: String,
    folder: tempfile::TempDir,
    tags: Vec<String>,
}

impl CreatedStack {
    /// Makes the containers of `stack` under its name; images that are not there are made of
    /// `base`.
    pub fn create(stack: &LabelledStack, present: &BTreeSet<String>, base: &str) -> Self {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut created = Self {
            project: stack.name.clone(),
            folder,
            tags: Vec::new(),
        };
        for facts in stack.facts() {
            let image = if facts.image.contains(':') {
                facts.image
            } else {
                format!("{}:latest", facts.image)
            };
            if !present.contains(&image) && !created.tags.contains(&image) {
                // An image of its own: two services with one image are two roles of one program.
                let made = import(base, &image);
                assert!(
                    made.status.success(),
                    "image {image}: {}",
                    text(&made.stderr)
                );
                created.tags.push(image);
            }
        }
        let file = created.folder.path().join("compose.json");
        std::fs::write(&file, compose_file(stack).to_string()).expect("a Compose file");
        let made = created.compose(&["create", "--pull", "never", "--no-build"]);
        assert!(
            made.status.success(),
            "{}: {}",
            created.project,
            text(&made.stderr)
        );
        created
    }

    fn compose(&self, arguments: &[&str]) -> Output {
        let file = self.folder.path().join("compose.json");
        let mut command = Command::new("docker");
        run(command
            .args(["compose", "-p", &self.project, "-f"])
            .arg(file)
            .args(arguments))
    }
}

impl Drop for CreatedStack {
    fn drop(&mut self) {
        // Failing here would hide the failure that the test itself reports.
        let _ = self.compose(&["down", "-v", "-t", "0"]);
        if !self.tags.is_empty() {
            let _ = run(Command::new("docker").arg("rmi").args(&self.tags));
        }
    }
}

/// `base` under another name and with another id.
fn import(base: &str, image: &str) -> Output {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let text = format!("FROM {base}\nLABEL com.example.stands-for=\"{image}\"\n");
    std::fs::write(folder.path().join("Dockerfile"), text).expect("a Dockerfile");
    let mut command = Command::new("docker");
    run(command
        .args(["build", "-q", "--network", "none", "-t", image])
        .arg(folder.path()))
}

fn run(command: &mut Command) -> Output {
    command.output().expect("the docker command is installed")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

/// Names with tags of the images the engine has.
pub fn present_images() -> BTreeSet<String> {
    let list = run(Command::new("docker").args(["images", "--format", "{{.Repository}}:{{.Tag}}"]));
    text(&list.stdout).lines().map(str::to_owned).collect()
}

/// The Compose file whose containers have the facts of `stack`.
fn compose_file(stack: &LabelledStack) -> Value {
    let mut services = Map::new();
    let mut networks = Map::new();
    for (service, facts) in stack.services.iter().zip(stack.facts()) {
        for network in &service.networks {
            networks.insert(network.clone(), json!({}));
        }
        let mut it = json!({
            "image": facts.image,
            "container_name": facts.name,
            "environment": variables(facts.environment.reveal().iter().map(|(key, value)| (key, value))),
            "labels": variables(service.labels.iter()),
            "expose": service.expose,
            "ports": service.ports,
            "restart": facts.restart_policy,
            "depends_on": needs(stack, service),
            "volumes": facts.mounts.iter().map(|mount| bind(&mount.target)).collect::<Vec<_>>(),
        });
        let links = |link: &&String| {
            let name = link.split(':').next().unwrap_or_default();
            stack.services.iter().any(|each| each.name == name)
        };
        let links: Vec<&String> = service.links.iter().filter(links).collect();
        let mut set = |key: &str, value: Value| {
            it[key] = value;
        };
        if !links.is_empty() {
            set("links", json!(links));
        }
        if !facts.command.reveal().is_empty() {
            set("entrypoint", json!(escaped(facts.command.reveal())));
            set("command", json!([]));
        }
        if let Some(hostname) = &service.hostname {
            set("hostname", json!(hostname));
        }
        if let Some(check) = &facts.healthcheck {
            set(
                "healthcheck",
                json!({ "test": escaped(check.test.reveal()), "retries": 3 }),
            );
        }
        match &service.network_mode {
            Some(mode) => set("network_mode", json!(mode)),
            None => set("networks", attachments(service)),
        }
        services.insert(service.name.clone(), it);
    }
    json!({ "services": services, "networks": networks })
}

/// Compose replaces `$`; a second one keeps it.
fn escaped(words: &[String]) -> Vec<String> {
    words.iter().map(|word| word.replace('$', "$$")).collect()
}

fn variables<'a>(pairs: impl Iterator<Item = (&'a String, &'a String)>) -> Vec<String> {
    pairs
        .map(|(key, value)| format!("{key}={value}").replace('$', "$$"))
        .collect()
}

fn needs(stack: &LabelledStack, service: &LabelledService) -> Value {
    let known = service
        .depends_on
        .iter()
        .filter(|need| stack.services.iter().any(|s| s.name == need.service));
    let needs = known.map(|need| {
        let condition = if need.condition.is_empty() {
            "service_started"
        } else {
            &need.condition
        };
        (
            need.service.clone(),
            json!({ "condition": condition, "restart": false }),
        )
    });
    Value::Object(needs.collect())
}

/// The containers never run, so any source will do; only the engine's socket is known by its
/// source.
fn bind(target: &str) -> Value {
    let source = if target.ends_with("docker.sock") && Path::new(target).exists() {
        target
    } else {
        "/dev/null"
    };
    json!({ "type": "bind", "source": source, "target": target })
}

fn attachments(service: &LabelledService) -> Value {
    let names = if service.networks.is_empty() {
        vec!["default".to_owned()]
    } else {
        service.networks.clone()
    };
    let aliases = json!({ "aliases": service.network_aliases });
    Value::Object(
        names
            .into_iter()
            .map(|name| (name, aliases.clone()))
            .collect(),
    )
}

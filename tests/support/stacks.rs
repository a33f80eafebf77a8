//! The labelled stacks of `tests/stacks/` as what an engine tells of their containers, with the
//! truth.

mod facts;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;
use std::sync::Arc;

use hubdeck::model::*;
use hubdeck::store::Store;
use serde::Deserialize;

/// A stack with its labels.
#[derive(Clone, Debug, Deserialize)]
pub struct LabelledStack {
    /// Its name, which is the Compose project.
    #[serde(rename = "stack")]
    pub name: String,
    /// Its services.
    pub services: Vec<LabelledService>,
    /// What configuration files name.
    #[serde(default)]
    pub config_refs: Vec<ConfigRef>,
}

/// A configuration file that names services.
#[derive(Clone, Debug, Deserialize)]
pub struct ConfigRef {
    /// The service it belongs to.
    pub service: String,
    /// `proxy` or `config`.
    pub kind: String,
    /// `mounted`, `env` or `image`.
    pub readable_in: String,
    /// Its path in the source.
    pub file: String,
    /// Services it names.
    pub targets: Vec<String>,
}

/// A service: facts as the Compose file says them, and the truth.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct LabelledService {
    pub name: String,
    pub container_name: Option<String>,
    pub hostname: Option<String>,
    pub network_aliases: Vec<String>,
    pub image: Option<String>,
    pub build: Option<String>,
    pub ports: Vec<String>,
    pub expose: Vec<String>,
    pub depends_on: Vec<Need>,
    pub links: Vec<String>,
    pub networks: Vec<String>,
    pub network_mode: Option<String>,
    pub restart: Option<String>,
    pub profiles: Vec<String>,
    pub healthcheck: Option<String>,
    pub env_refs: Vec<Variable>,
    pub entrypoint: Option<String>,
    pub command: Option<String>,
    pub command_refs: Vec<String>,
    pub labels: BTreeMap<String, String>,
    pub mounts: Vec<String>,
    pub docker_socket: bool,
    pub truth: Truth,
}

/// An entry of `depends_on`.
#[derive(Clone, Debug, Deserialize)]
pub struct Need {
    pub service: String,
    pub condition: String,
}

/// An environment variable.
#[derive(Clone, Debug, Deserialize)]
pub struct Variable {
    pub key: String,
    pub value: String,
}

/// What people say of a service.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Truth {
    /// Id of its layer.
    pub layer: String,
    /// `sure` or `arguable`.
    pub confidence: String,
    /// Other layers that a reasonable person would choose.
    pub alternatives: Vec<String>,
    /// Technology.
    pub kind: String,
    /// Services it calls.
    pub edges: Vec<String>,
    /// For each of them, where it shows.
    pub edge_evidence: BTreeMap<String, Vec<String>>,
    /// Services of which a call is neither right nor wrong.
    pub edges_optional: Vec<String>,
    /// Services that the facts name without a call, with where.
    pub false_references: BTreeMap<String, Vec<String>>,
}

impl Truth {
    /// Whether no other layer could be argued for.
    pub fn is_sure(&self) -> bool {
        self.confidence == "sure"
    }

    /// Whether `layer` (an id) counts as right.
    pub fn accepts(&self, layer: &str) -> bool {
        self.layer == layer
            || (!self.is_sure() && self.alternatives.iter().any(|each| each == layer))
    }
}

impl LabelledStack {
    /// The id of its service `name`.
    pub fn id(&self, name: &str) -> ServiceId {
        ServiceId::of(Some(&StackName::new(&self.name)), &ServiceName::new(name))
    }

    /// What an engine tells of its containers, one for each service, all running.
    pub fn facts(&self) -> Vec<InstanceFacts> {
        self.services
            .iter()
            .enumerate()
            .map(|(index, service)| facts::of(self, service, index))
            .collect()
    }

    /// A store that was told of its containers and nothing else.
    pub fn store(&self) -> Store {
        let now = facts::now();
        let mut store = Store::new(now);
        let status = EngineStatus::Connected { since: now };
        let _ = store.apply(
            Observation::Engine {
                status,
                attempts: Vec::new(),
            },
            now,
        );
        let listed = Observation::Listed {
            at: now,
            done_at: now,
            next_at: now + SignedDuration::from_secs(30),
            instances: self.facts().into_iter().map(Arc::new).collect(),
        };
        let _ = store.apply(listed, now);
        store
    }

    /// The snapshot that hubdeck makes of it from the facts alone.
    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.store().snapshot(facts::now())
    }
}

/// A set of labelled stacks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Set {
    /// `tests/stacks`: those that the rules were made with.
    Known,
    /// `tests/unseen`: labelled and scored before anybody looked at what the rules make of them;
    /// the rules were then made better with what they missed.
    Unseen,
    /// `tests/third`: labelled when the rules stood, and scored once.
    Third,
    /// `tests/fourth`: labelled without knowing the rules, when those stood; no rule was changed
    /// for them.
    Fourth,
}

impl Set {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Known, Self::Unseen, Self::Third, Self::Fourth];

    /// Its stacks, sorted by file name.
    pub fn stacks(self) -> Vec<LabelledStack> {
        let directory = match self {
            Self::Known => "tests/stacks",
            Self::Unseen => "tests/unseen",
            Self::Third => "tests/third",
            Self::Fourth => "tests/fourth",
        };
        let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join(directory);
        let mut files: Vec<_> = fs::read_dir(&directory)
            .unwrap_or_else(|error| panic!("{}: {error}", directory.display()))
            .map(|entry| entry.expect("an entry").path())
            .filter(|path| {
                path.extension()
                    .is_some_and(|extension| extension == "json")
            })
            .collect();
        files.sort();
        files
            .iter()
            .map(|file| {
                let text = fs::read_to_string(file).expect("a stack");
                serde_json::from_str(&text)
                    .unwrap_or_else(|error| panic!("{}: {error}", file.display()))
            })
            .collect()
    }
}

/// Every labelled stack of the known set, sorted by file name.
pub fn all() -> Vec<LabelledStack> {
    Set::Known.stacks()
}

/// The labelled stack `name`.
pub fn named(name: &str) -> LabelledStack {
    all()
        .into_iter()
        .find(|stack| stack.name == name)
        .unwrap_or_else(|| panic!("no stack {name}"))
}

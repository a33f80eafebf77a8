//! A Compose project as the labels of its containers name it, and what is asked of `docker compose`.

mod kind;
mod preview;

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::compose_labels::PREFIX;
use super::secrets::mask_words;
use super::shell_word::quoted;
use super::{LogStream, StackName};

pub use kind::ComposeKind;
pub use preview::{ComposeChange, ComposePreview};

/// What is read by a program instead of a terminal: one line an event, without colours.
const PLAIN_OUTPUT: [&str; 4] = ["--ansi", "never", "--progress", "plain"];

/// Where a container's project comes from, as Compose wrote it on the container.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeProject {
    /// Its name.
    pub name: StackName,
    /// Its files, in the order in which they were merged; never empty.
    pub files: Vec<String>,
    /// The directory that relative paths in them are relative to; `None` where no label names it.
    pub directory: Option<String>,
    /// Its files of variables; empty where it has none but `.env` beside the first file.
    pub environment_files: Vec<String>,
}

/// Why Compose cannot be asked for anything about a container; one sentence.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NoComposeProject {
    /// It has no label of a project.
    #[error("{0} was not made by Compose: its container has no Compose project in its labels")]
    NotCompose(String),
    /// Its labels name a project and no file.
    #[error(
        "the labels of {0} name no Compose file; run `docker compose` in the directory of its project"
    )]
    NoFiles(String),
}

impl ComposeProject {
    /// The project of a container with these labels; it is called `container` in errors.
    ///
    /// # Errors
    /// When they name no project, or no file of it.
    pub fn of(
        labels: &BTreeMap<String, String>,
        container: &str,
    ) -> Result<Self, NoComposeProject> {
        let label = |key: &str| {
            let value = labels.get(&format!("{PREFIX}{key}"))?;
            (!value.is_empty()).then_some(value.as_str())
        };
        let list = |key: &str| {
            let parts = label(key).unwrap_or("").split(',').map(str::trim);
            let parts = parts.filter(|part| !part.is_empty());
            parts.map(str::to_owned).collect::<Vec<_>>()
        };
        let not_compose = || NoComposeProject::NotCompose(container.to_owned());
        let name = StackName::from(label("project").ok_or_else(not_compose)?);
        let files = list("project.config_files");
        if files.is_empty() {
            return Err(NoComposeProject::NoFiles(container.to_owned()));
        }
        Ok(Self {
            name,
            files,
            directory: label("project.working_dir").map(str::to_owned),
            environment_files: list("project.environment_file"),
        })
    }
}

/// What is asked of `docker compose`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "verb", rename_all = "lowercase")]
pub enum ComposeVerb {
    /// Create and start what the files define, recreate what differs from them.
    Up {
        /// Whether containers are recreated that do not differ.
        #[serde(default)]
        force_recreate: bool,
        /// Whether it ends once all are running or healthy.
        #[serde(default)]
        wait: bool,
    },
    /// Print the hash of what the files say of services; containers have it in a label.
    ConfigHash {
        /// The image that the service has in place of that of the files.
        image: Option<String>,
    },
    /// Print the images of services, and of what these depend on.
    ConfigImages,
    /// Pull images.
    Pull,
    /// Build images.
    Build,
    /// Change how many containers services have.
    Scale {
        /// How many, by service.
        replicas: BTreeMap<String, u32>,
    },
    /// Run a command in a new container of one service, which is removed at its end.
    Run {
        /// The command; empty for that of the service.
        command: Vec<String>,
    },
    /// Stop and remove containers and networks; volumes stay.
    Down,
}

impl ComposeVerb {
    /// `up` that recreates only what differs, with dependencies.
    pub const UP: Self = Self::Up {
        force_recreate: false,
        wait: false,
    };

    /// The verb without its arguments.
    #[must_use]
    pub const fn kind(&self) -> ComposeKind {
        match self {
            Self::Up { force_recreate, .. } => ComposeKind::Up {
                force_recreate: *force_recreate,
            },
            Self::ConfigHash { .. } | Self::ConfigImages => ComposeKind::Config,
            Self::Pull => ComposeKind::Pull,
            Self::Build => ComposeKind::Build,
            Self::Scale { .. } => ComposeKind::Scale,
            Self::Run { .. } => ComposeKind::Run,
            Self::Down => ComposeKind::Down,
        }
    }

    /// The words behind the options of the project, with `services` where they belong.
    fn words(&self, services: &[String]) -> Vec<String> {
        let mut words = vec![self.kind().id().to_owned()];
        let mut flag = |is_set: bool, name: &str| {
            if is_set {
                words.push(name.to_owned());
            }
        };
        match self {
            Self::Up {
                force_recreate,
                wait,
            } => {
                flag(true, "--detach");
                flag(*force_recreate, "--force-recreate");
                flag(*wait, "--wait");
            }
            Self::ConfigImages => flag(true, "--images"),
            Self::ConfigHash { .. } => {
                flag(true, "--hash");
                // The option names the services.
                flag(true, &services.join(","));
            }
            Self::Run { .. } => {
                flag(true, "--rm");
                flag(true, "--no-TTY");
            }
            // With --no-deps Compose would forget what the service depends on, and see drift.
            Self::Pull | Self::Build | Self::Scale { .. } | Self::Down => {}
        }
        match self {
            Self::Scale { replicas } => {
                words.extend(
                    replicas
                        .iter()
                        .map(|(name, count)| format!("{name}={count}")),
                );
            }
            Self::Run { command } => {
                words.extend(services.iter().cloned());
                words.extend(command.iter().cloned());
            }
            Self::ConfigHash { .. } => {}
            _ => words.extend(services.iter().cloned()),
        }
        words
    }
}

/// One call of `docker compose`.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeInvocation {
    /// The project.
    pub project: ComposeProject,
    /// What is asked.
    pub verb: ComposeVerb,
    /// The services by their names in the files; empty for all, of `run` exactly one, of `scale`
    /// none, as it names them itself.
    pub services: Vec<String>,
    /// Whether Compose only says what it would do.
    pub dry_run: bool,
}

impl ComposeInvocation {
    /// The services that it is about, by their names in the files; none for all.
    #[must_use]
    pub fn named(&self) -> Vec<String> {
        match &self.verb {
            ComposeVerb::Scale { replicas } => replicas.keys().cloned().collect(),
            _ => self.services.clone(),
        }
    }

    /// A further file, read from standard input: one that gives services another image.
    #[must_use]
    pub fn input(&self) -> Option<String> {
        let ComposeVerb::ConfigHash { image: Some(image) } = &self.verb else {
            return None;
        };
        let services = self.services.iter();
        let services = services.map(|name| (name.clone(), serde_json::json!({ "image": image })));
        let services: serde_json::Map<_, _> = services.collect();
        Some(serde_json::json!({ "services": services }).to_string())
    }

    /// The arguments of the `docker` program.
    #[must_use]
    pub fn arguments(&self) -> Vec<String> {
        self.words(&PLAIN_OUTPUT)
    }

    /// The command that does the same in a terminal, with secrets masked; words that a shell could
    /// read in another way are quoted.
    #[must_use]
    pub fn docker_command(&self) -> String {
        let words = mask_words(&self.words(&[]));
        let words: Vec<String> = words.iter().map(|word| quoted(word)).collect();
        format!("docker {}", words.join(" "))
    }

    fn words(&self, output: &[&str]) -> Vec<String> {
        let project = &self.project;
        let mut words = vec!["compose".to_owned()];
        words.extend(output.iter().map(|word| (*word).to_owned()));
        let mut option = |name: &str, value: &str| {
            words.extend([name.to_owned(), value.to_owned()]);
        };
        option("--project-name", project.name.as_str());
        if let Some(directory) = &project.directory {
            option("--project-directory", directory);
        }
        for file in &project.files {
            option("--file", file);
        }
        for file in &project.environment_files {
            option("--env-file", file);
        }
        if self.input().is_some() {
            words.extend(["--file".to_owned(), "-".to_owned()]);
        }
        if self.dry_run {
            words.push("--dry-run".to_owned());
        }
        words.extend(self.verb.words(&self.services));
        words
    }
}

/// One call of `docker compose`, with what Compose said before that it would do.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeCall {
    /// The call.
    pub invocation: ComposeInvocation,
    /// What it would do.
    pub preview: ComposePreview,
}

/// A line of a program's output, safe to draw, without colours and with secrets masked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OutputLine {
    /// Where it was written to.
    pub stream: LogStream,
    /// The line without its end.
    pub text: String,
}

/// How a call of `docker compose` ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ComposeEnd {
    /// With this exit code.
    Exited(i32),
    /// By this signal, which hubdeck did not send.
    Signalled(i32),
    /// hubdeck interrupted it.
    Cancelled,
}

#[cfg(test)]
mod tests;

//! The connection to the engine as a typed state.

use serde::{Deserialize, Serialize};

use super::{HostView, SignedDuration, StackName, Timestamp};

/// Where the connection to the engine stands.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "state", rename_all = "lowercase")]
pub enum EngineStatus {
    /// No answer yet, none failed yet.
    Connecting,
    /// Events and lists arrive.
    Connected {
        /// Since when without a break.
        since: Timestamp,
    },
    /// The engine does not answer; what is shown is the last known state.
    Lost {
        /// When it was noticed.
        since: Timestamp,
        /// One sentence for the operator.
        error: String,
        /// When the next attempt is due.
        retry_at: Timestamp,
    },
}

impl EngineStatus {
    /// The word used in JSON.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        match self {
            Self::Connecting => "connecting",
            Self::Connected { .. } => "connected",
            Self::Lost { .. } => "lost",
        }
    }

    /// Whether the engine answers.
    #[must_use]
    pub const fn is_connected(&self) -> bool {
        matches!(self, Self::Connected { .. })
    }

    /// Whether the engine does not answer any more, or never did.
    #[must_use]
    pub const fn is_lost(&self) -> bool {
        matches!(self, Self::Lost { .. })
    }
}

/// Which program serves the API.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum EngineFlavour {
    /// Docker Engine (Moby).
    Docker,
    /// Podman's Docker-compatible socket.
    Podman,
    /// hubdeck's own simulator: everything shown is a demonstration.
    Simulated,
}

/// What the engine reports of itself.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineInfo {
    /// The address hubdeck connected to, such as `unix:///var/run/docker.sock`; no credentials.
    pub endpoint: String,
    /// Why this address: "--host", "`DOCKER_HOST`", "context NAME"; where none is named "default
    /// socket", "rootless socket" or "Podman socket".
    pub chosen_by: String,
    /// What identifies this engine, also after a restart; `None` where it reports nothing
    /// of the kind.
    pub id: Option<String>,
    /// The engine host's name, when the engine reports it.
    pub host_name: Option<String>,
    /// Engine version.
    pub version: String,
    /// API version agreed on.
    pub api_version: String,
    /// Docker, Podman or the simulator.
    pub flavour: EngineFlavour,
    /// Cores of the host, when the engine reports it.
    pub cpus: Option<u32>,
    /// Memory of the host in bytes, when the engine reports it.
    pub memory_bytes: Option<u64>,
    /// Whether the engine runs on this machine, so container addresses may be reachable.
    pub local: bool,
}

/// One address that was tried, and why no engine answers there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConnectAttempt {
    /// Where the address came from ("--host", "`DOCKER_HOST`", "context NAME", "default socket",
    /// …).
    pub source: String,
    /// The address, or what stands for it where none could be read ("context NAME").
    pub endpoint: String,
    /// Why it did not work, one clause.
    pub error: String,
}

/// A capability of the engine that hubdeck can live without.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Feature {
    /// Resource samples.
    Stats,
    /// Log streams.
    Logs,
    /// The event stream.
    Events,
    /// Inspecting containers.
    Inspect,
    /// Engine information.
    Info,
    /// Reading configuration files in containers.
    Files,
    /// Listing the Swarm's services.
    Swarm,
}

/// How full the disk is that the engine keeps images and volumes on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct DiskUse {
    /// When it was looked at.
    pub at: Timestamp,
    /// The engine's directory.
    pub path: String,
    /// Size of the file system in bytes.
    pub total_bytes: u64,
    /// Bytes in use.
    pub used_bytes: u64,
    /// Bytes that programs may still write.
    pub free_bytes: u64,
}

impl DiskUse {
    /// From the sizes that the system reports: all, free, and free for programs; `None` for a file
    /// system without a size.
    #[must_use]
    pub fn new(at: Timestamp, path: String, total: u64, free: u64, available: u64) -> Option<Self> {
        let used_bytes = total.saturating_sub(free);
        (total > 0).then_some(Self {
            at,
            path,
            total_bytes: total,
            used_bytes,
            free_bytes: available,
        })
    }

    /// What is used of what programs may use, in percent, rounded up, as `df` shows it.
    #[must_use]
    pub fn percent(&self) -> u8 {
        let all = u128::from(self.used_bytes) + u128::from(self.free_bytes);
        let percent = (u128::from(self.used_bytes) * 100).div_ceil(all.max(1));
        u8::try_from(percent).unwrap_or(100)
    }
}

/// What of the engine's answers could not be used. None of it costs more than itself, and all of it
/// is said.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct EngineGaps {
    /// Entries of the latest list of which not even the id could be read: containers that are not
    /// shown.
    pub unreadable_containers: usize,
    /// Lines of the event stream that could not be read, since hubdeck began.
    pub unreadable_events: u64,
    /// Changes that a list showed and no event reported, while the event stream was open.
    pub unannounced_changes: u64,
    /// When the first of them was found on this connection; `None` while there are none.
    pub unannounced_since: Option<Timestamp>,
}

/// Something of the engine's answers that could not be used.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum EngineGap {
    /// A list had so many entries without an id.
    Containers(usize),
    /// So many more lines of the event stream could not be read.
    Events(u64),
    /// So many more changes were found for which no event arrived.
    Unannounced(u64),
}

impl EngineGap {
    /// It in one sentence; of changes without an event the number does not matter.
    #[must_use]
    pub fn sentence(self) -> String {
        match self {
            Self::Containers(1) => {
                "one container in the engine's list could not be read and is not shown".to_owned()
            }
            Self::Containers(many) => {
                format!(
                    "{many} containers in the engine's list could not be read and are not shown"
                )
            }
            Self::Events(1) => "one line of the engine's event stream could not be read".to_owned(),
            Self::Events(many) => {
                format!("{many} lines of the engine's event stream could not be read")
            }
            Self::Unannounced(_) => "changes were found by polling that no event announced; the \
                                     event stream may be filtered"
                .to_owned(),
        }
    }
}

impl EngineGaps {
    /// Each kind of which there is one.
    pub fn each(&self) -> impl Iterator<Item = EngineGap> + use<> {
        let (containers, events) = (self.unreadable_containers, self.unreadable_events);
        let changes = self.unannounced_since.map(|_| self.unannounced_changes);
        [
            (containers > 0).then_some(EngineGap::Containers(containers)),
            (events > 0).then_some(EngineGap::Events(events)),
            changes.map(EngineGap::Unannounced),
        ]
        .into_iter()
        .flatten()
    }

    /// What there is to say, one sentence each.
    #[must_use]
    pub fn sentences(&self) -> Vec<String> {
        self.each().map(EngineGap::sentence).collect()
    }
}

/// How the engine answers, as hubdeck measures it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineTiming {
    /// How long the slowest of its latest answers took, in milliseconds.
    pub answer_ms: f64,
    /// By how much its clock is ahead of this machine's, in milliseconds (behind: negative); `None`
    /// while both agree within two seconds. Every time that the engine reports is corrected by it.
    pub clock_ahead_ms: Option<i64>,
}

impl EngineTiming {
    /// An answer that takes longer is slow, in milliseconds.
    const SLOW_MS: f64 = 1_000.0;

    /// Whether the engine is slow, which is no loss.
    #[must_use]
    pub fn is_slow(&self) -> bool {
        self.answer_ms > Self::SLOW_MS
    }

    /// The difference of the clocks in words, "1h ahead" or "2m 3s behind"; `None` while both
    /// agree.
    #[must_use]
    pub fn clock_words(&self) -> Option<String> {
        let ahead = self.clock_ahead_ms?;
        let seconds =
            SignedDuration::from_secs((ahead.saturating_abs().saturating_add(500)) / 1_000);
        Some(format!(
            "{seconds:#} {}",
            if ahead < 0 { "behind" } else { "ahead" }
        ))
    }
}

/// Everything known of the engine, as a snapshot shows it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct EngineView {
    /// Connection state.
    pub status: EngineStatus,
    /// What it is; `None` before the first contact.
    pub info: Option<EngineInfo>,
    /// Failed addresses of the latest search; empty while connected.
    pub attempts: Vec<ConnectAttempt>,
    /// When the last complete list arrived.
    pub last_poll: Option<Timestamp>,
    /// How long that list took, in milliseconds.
    pub poll_ms: Option<f64>,
    /// When the next list is due.
    pub next_poll: Option<Timestamp>,
    /// How it answers; `None` before its first answer.
    pub timing: Option<EngineTiming>,
    /// Its disk; `None` where it cannot be looked at.
    pub disk: Option<DiskUse>,
    /// How busy its host is; `None` where that cannot be read.
    pub host: Option<HostView>,
    /// Whether containers are looked for; `false` is a wish of the operator.
    pub discovery: bool,
    /// The Compose projects the engine has, sorted; `None` where everything is watched.
    pub projects: Option<Vec<StackName>>,
    /// Features the engine refuses, each with one clause why.
    pub refused: Vec<(Feature, String)>,
    /// What of its answers could not be used.
    pub gaps: EngineGaps,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_difference_of_clocks_in_words() {
        let words = |ms| {
            EngineTiming {
                answer_ms: 1.0,
                clock_ahead_ms: ms,
            }
            .clock_words()
        };
        assert_eq!(words(Some(3_599_996)).as_deref(), Some("1h ahead"));
        assert_eq!(words(Some(-123_400)).as_deref(), Some("2m 3s behind"));
        assert_eq!(
            words(Some(i64::MIN)).map(|text| text.ends_with("behind")),
            Some(true)
        );
        assert_eq!(words(None), None);
    }
}

//! The engine and the connection to it, as a part of other documents.

use std::collections::BTreeMap;

use serde::Serialize;

use super::host::HostDocument;
use super::public;
use crate::model::{EngineFlavour, EngineGaps, EngineStatus, Feature, Snapshot, Timestamp};

/// The engine and the connection to it; what is not known yet is `null`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct EngineDocument<'a> {
    /// Whether it answers.
    pub status: ConnectionStatus,
    /// Since when.
    pub since: Option<Timestamp>,
    /// Why it is lost.
    pub error: Option<String>,
    /// When the next attempt is due.
    pub retry_at: Option<Timestamp>,
    /// Address, credentials masked.
    pub endpoint: Option<String>,
    /// Why this address.
    pub chosen_by: Option<&'a str>,
    /// The host's name.
    pub host_name: Option<&'a str>,
    /// Engine version.
    pub version: Option<&'a str>,
    /// API version agreed on.
    pub api_version: Option<&'a str>,
    /// Docker, Podman or the simulator.
    pub flavour: Option<EngineFlavour>,
    /// When the last complete list arrived.
    pub last_poll: Option<Timestamp>,
    /// When the next one is due.
    pub next_poll: Option<Timestamp>,
    /// How long the last list took.
    pub poll_ms: Option<f64>,
    /// How long the slowest of its latest answers took.
    pub answer_ms: Option<f64>,
    /// Whether that is slow: more than a second.
    pub slow: Option<bool>,
    /// By how much its clock is ahead (behind: negative); its times are corrected by it. Null while
    /// the clocks agree within two seconds.
    pub clock_ahead_ms: Option<i64>,
    /// How busy its host is.
    pub host: HostDocument,
    /// Features the engine refuses and why.
    pub refused: BTreeMap<Feature, String>,
    /// What of its answers could not be used; left out where that is nothing.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub gaps: Option<EngineGaps>,
    /// Addresses that failed in the latest search.
    pub attempts: Vec<AttemptDocument<'a>>,
}

/// Whether the engine answers.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum ConnectionStatus {
    /// Not yet.
    Connecting,
    /// It does.
    Connected,
    /// No more; what is shown is from before.
    Lost,
}

/// One address that failed.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Serialize)]
#[allow(missing_docs)] // the fields of `ConnectAttempt`
pub struct AttemptDocument<'a> {
    pub source: &'a str,
    pub endpoint: String,
    pub error: String,
}

impl<'a> From<&'a Snapshot> for EngineDocument<'a> {
    fn from(snapshot: &'a Snapshot) -> Self {
        let view = &snapshot.engine;
        let info = view.info.as_ref();
        let (status, since, error, retry_at) = match &view.status {
            EngineStatus::Connecting => (ConnectionStatus::Connecting, None, None, None),
            EngineStatus::Connected { since } => {
                (ConnectionStatus::Connected, Some(*since), None, None)
            }
            EngineStatus::Lost {
                since,
                error,
                retry_at,
            } => (
                ConnectionStatus::Lost,
                Some(*since),
                Some(public(error)),
                Some(*retry_at),
            ),
        };
        let attempt = |attempt: &'a crate::model::ConnectAttempt| AttemptDocument {
            source: &attempt.source,
            endpoint: public(&attempt.endpoint),
            error: public(&attempt.error),
        };
        Self {
            status,
            since,
            error,
            retry_at,
            endpoint: info.map(|info| public(&info.endpoint)),
            chosen_by: info.map(|info| info.chosen_by.as_str()),
            host_name: info.and_then(|info| info.host_name.as_deref()),
            version: info.map(|info| info.version.as_str()),
            api_version: info.map(|info| info.api_version.as_str()),
            flavour: info.map(|info| info.flavour),
            last_poll: view.last_poll,
            next_poll: view.next_poll,
            poll_ms: view.poll_ms,
            answer_ms: view.timing.map(|timing| timing.answer_ms),
            slow: view.timing.map(|timing| timing.is_slow()),
            clock_ahead_ms: view.timing.and_then(|timing| timing.clock_ahead_ms),
            host: HostDocument::from(view),
            refused: view
                .refused
                .iter()
                .map(|(feature, reason)| (*feature, public(reason)))
                .collect(),
            gaps: Some(view.gaps).filter(|gaps| *gaps != EngineGaps::default()),
            attempts: view.attempts.iter().map(attempt).collect(),
        }
    }
}

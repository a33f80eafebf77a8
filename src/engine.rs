//! The port to what runs services: the Docker Engine API, as Docker, Podman and the simulator
//! speak it.
//! Knows: model; bollard is used only here.
//! Never: decides health, keeps state of containers, or knows store, tui and serve.

mod actions;
mod answer;
mod call_log;
mod cgroup;
mod clock;
mod compose;
mod connect;
mod connections;
mod context;
mod credentials;
mod dial;
mod endpoint;
mod error;
mod events;
mod exec;
mod facts;
mod fields;
mod files;
mod frames;
mod hijack;
mod identity;
mod images;
mod labels;
mod lines;
mod list;
mod logs;
mod mask;
#[cfg(test)]
mod mutation;
mod peer;
mod processes;
mod refused;
mod registry;
mod remote;
mod replace;
mod routes;
mod ssh;
mod stamp;
mod stats;
mod summary;
mod swarm;
mod tls;
mod transport;
mod wire;

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::BoxStream;
use tokio::time::Instant;

use cgroup::Cgroups;
use clock::Reading;
use endpoint::DockerAddress;
use fields::{JsonFields, UnreadPaths};
pub use transport::encoded;
use transport::{HttpMethod, READ_TIMEOUT, Transport};

pub use call_log::CallLog;
pub use compose::{ComposeError, ComposeRunner};
pub use connect::{ConnectRequest, Connector};
pub use connections::Socket;
pub use error::{CallProgress, EngineError};
pub use events::EventNews;
pub use exec::{AttachedExec, CommandEnd, ExecChannels, ExecStart};
pub use images::EngineImage;
pub use lines::LINE_LIMIT;
pub use remote::{RemoteAnswer, RemoteHub};
pub use routes::ENGINE_ROUTES;
pub use stats::{RawStats, StatsOrigin};
pub use swarm::SwarmUpdate;

use crate::model::secrets::KnownSecrets;
use crate::model::{
    EngineFlavour, EngineInfo, Hidden, Inspection, InstanceFacts, InstanceId, LogLine, LogSource,
    SignedDuration, Timestamp,
};

/// Time for one stats answer and for a ping: both are immediate while the engine is well.
const QUICK_TIMEOUT: Duration = Duration::from_secs(15);

/// The containers that an engine lists.
#[derive(Clone, Debug, Default)]
pub struct ContainerList {
    /// Those that matter.
    pub containers: Vec<InstanceFacts>,
    /// Entries of which not even the id could be read: they are left out.
    pub unreadable: usize,
}

/// A connected engine; cheap to clone.
#[derive(Clone)]
pub struct Engine {
    transport: Transport,
    cgroups: Option<Cgroups>,
    /// How the `docker` program calls it.
    address: Arc<DockerAddress>,
}

/// Reading.
impl Engine {
    fn new(transport: Transport, local: bool, address: DockerAddress) -> Self {
        Self {
            transport,
            address: Arc::new(address),
            cgroups: local.then(Cgroups::detect).flatten(),
        }
    }

    /// `docker compose` on this engine.
    #[must_use]
    pub fn compose(&self) -> ComposeRunner {
        ComposeRunner::to(Arc::clone(&self.address))
    }

    /// How many calls were made so far, over all clones.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.transport.calls()
    }

    /// How long the slowest of the latest three answers took; `None` before the first.
    #[must_use]
    pub fn slowest_answer(&self) -> Option<Duration> {
        self.transport.slowest_answer()
    }

    /// Compares the time that the engine's answers reported with ours, which is `now`. Every time that
    /// the engine reports is given by our clock from then on. Returns whether the difference is another
    /// one than before.
    pub fn update_clock(&self, now: Timestamp) -> bool {
        self.transport.clock().update(now, Instant::now())
    }

    /// By how much the engine's clock is ahead of ours; behind, it is negative; zero while they
    /// agree within two seconds.
    #[must_use]
    pub fn clock_ahead(&self) -> SignedDuration {
        self.transport.clock().ahead()
    }

    /// A time of ours by the engine's clock.
    pub(crate) fn theirs(&self, ours: Timestamp) -> Timestamp {
        self.transport.clock().theirs(ours)
    }

    /// A time of the engine by our clock.
    pub(crate) fn ours(&self, theirs: Timestamp) -> Timestamp {
        self.transport.clock().ours(theirs)
    }

    /// Whether the engine answers.
    ///
    /// # Errors
    /// When it does not within fifteen seconds.
    pub async fn ping(&self) -> Result<(), EngineError> {
        let what = ("reach", "the engine");
        self.transport
            .call(HttpMethod::Get, "/_ping", QUICK_TIMEOUT, what)
            .await
            .map(|_body| ())
    }

    /// `info` completed by what the engine reports of its host: name, cores, memory.
    ///
    /// # Errors
    /// When the engine does not answer or a proxy refuses.
    pub async fn describe(&self, info: &EngineInfo) -> Result<EngineInfo, EngineError> {
        let asked = Instant::now();
        let host: wire::Info = self
            .transport
            .get("/info", READ_TIMEOUT, ("read", "the engine's description"))
            .await?;
        if let Some(Ok(engine_time)) = host.system_time.as_deref().map(str::parse) {
            self.transport.clock().record(Reading {
                engine_time,
                within: SignedDuration::ZERO,
                asked,
                answered: Instant::now(),
            });
        }
        Ok(EngineInfo {
            // Podman makes up a new one for each answer.
            id: host
                .id
                .filter(|id| !id.is_empty() && info.flavour != EngineFlavour::Podman),
            host_name: host.name.filter(|name| !name.is_empty()),
            cpus: host.cpus,
            memory_bytes: host.memory,
            ..info.clone()
        })
    }

    /// The directory on the engine's host where it keeps images and volumes; `None` where it gives
    /// none.
    ///
    /// # Errors
    /// When the engine does not answer or a proxy refuses.
    pub async fn data_root(&self) -> Result<Option<String>, EngineError> {
        let host: wire::Info = self
            .transport
            .get("/info", READ_TIMEOUT, ("read", "the engine's description"))
            .await?;
        Ok(host.data_root.filter(|path| !path.is_empty()))
    }

    /// Everything about one container; `None` when there is none of this id, and for `compose run`
    /// and hook containers, which hubdeck leaves out.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn inspect(&self, id: &InstanceId) -> Result<Option<InstanceFacts>, EngineError> {
        Ok(self
            .network_owner(id)
            .await?
            .filter(|facts| !facts.is_auxiliary()))
    }

    /// The container with this id, whatever it is, whose network another one uses; `None` when
    /// there is none.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn network_owner(
        &self,
        id: &InstanceId,
    ) -> Result<Option<InstanceFacts>, EngineError> {
        let path = format!("/containers/{}/json", encoded(id.as_str()));
        let target = target(id);
        let what = ("inspect", target.as_str());
        let body = match self.transport.get_text(&path, READ_TIMEOUT, what).await {
            Ok(body) => body,
            Err(EngineError::NotFound { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        match facts::from_inspection(&body, id) {
            Some(mut facts) => {
                self.transport.clock().correct(&mut facts);
                Ok(Some(facts))
            }
            None => Err(EngineError::other_shape(what.0, what.1, "object")),
        }
    }

    /// A container's inspection as the engine gives it; `known` are secrets from elsewhere.
    ///
    /// # Errors
    /// When the engine does not answer, refuses, or has no such container.
    pub async fn inspect_raw(
        &self,
        id: &InstanceId,
        known: &KnownSecrets,
    ) -> Result<Inspection, EngineError> {
        let path = format!("/containers/{}/json", encoded(id.as_str()));
        let target = target(id);
        let mut value: serde_json::Value = self
            .transport
            .get(&path, READ_TIMEOUT, ("inspect", &target))
            .await?;
        let pretty = |value: &serde_json::Value| {
            serde_json::to_string_pretty(value)
                .map_err(|error| EngineError::unreadable("inspect", &target, &error))
        };
        let clear = Hidden::new(pretty(&value)?);
        mask::mask(&mut value, known);
        Ok(Inspection::new(pretty(&value)?, clear))
    }

    /// Container events from `since` on, else from now on; ends when the engine or a proxy ends it.
    /// `exec_*` is left out by the engine. A line that cannot be read is counted, and the stream
    /// goes on.
    #[must_use]
    pub fn events(
        &self,
        since: Option<Timestamp>,
    ) -> BoxStream<'static, Result<EventNews, EngineError>> {
        let clock = Arc::clone(self.transport.clock());
        let events = events::follow(&self.transport, since.map(|since| clock.theirs(since)));
        let corrected = move |mut news: EventNews| {
            if let EventNews::Event(event) = &mut news {
                event.at = clock.ours(event.at);
            }
            news
        };
        events.map(move |news| news.map(&corrected)).boxed()
    }

    /// Counters of a running container at `now`; `None` when it does not run or does not exist.
    ///
    /// For an engine on this machine they come from the kernel's files without any call, else by
    /// one immediate stats call.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn read_stats(
        &self,
        id: &InstanceId,
        now: Timestamp,
    ) -> Result<Option<RawStats>, EngineError> {
        match self
            .cgroups
            .as_ref()
            .and_then(|cgroups| cgroups.read(id, now))
        {
            Some(stats) => Ok(Some(stats)),
            None => self.read_stats_by_api(id, now).await,
        }
    }

    /// As [`Engine::read_stats`], always by a call.
    ///
    /// # Errors
    /// When the engine does not answer or refuses.
    pub async fn read_stats_by_api(
        &self,
        id: &InstanceId,
        now: Timestamp,
    ) -> Result<Option<RawStats>, EngineError> {
        let path = format!(
            "/containers/{}/stats?stream=false&one-shot=true",
            encoded(id.as_str())
        );
        let target = target(id);
        let what = ("read statistics of", target.as_str());
        let body = match self.transport.get_text(&path, QUICK_TIMEOUT, what).await {
            Ok(body) => body,
            Err(EngineError::NotFound { .. } | EngineError::Conflict { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        // Which figures are absent shows in the reading.
        let unread = UnreadPaths::default();
        match JsonFields::of(&body, &unread) {
            Some(fields) => Ok(stats::read(&fields, now)),
            None => Err(EngineError::other_shape(what.0, what.1, "object")),
        }
    }

    /// Log lines of a container in batches as they come; the last `tail` ones first (all with
    /// `None`), only those at or after `since`, then new ones with `follow`.
    ///
    /// Each line is cleaned and at most [`LINE_LIMIT`] bytes (a little more where tabs or bytes that
    /// are no UTF-8 grow); `RecordReader` of the room `logs` makes it as short as what is shown. Ends with the container, or at once
    /// without `follow`.
    #[must_use]
    pub fn logs(
        &self,
        source: &LogSource,
        tail: Option<u32>,
        since: Option<Timestamp>,
        follow: bool,
    ) -> BoxStream<'static, Result<Vec<LogLine>, EngineError>> {
        let clock = Arc::clone(self.transport.clock());
        let since = since.map(|since| clock.theirs(since));
        let corrected = move |mut lines: Vec<LogLine>| {
            by_our_clock(&mut lines, clock.ahead());
            lines
        };
        let lines = self.logs_by_its_clock(source, tail, since, follow);
        lines.map(move |lines| lines.map(&corrected)).boxed()
    }

    /// The same with times as the engine gives them, `since` and those of the lines: whoever resumes a
    /// stream there must not be misled by a difference of the clocks that was measured anew.
    pub(crate) fn logs_by_its_clock(
        &self,
        source: &LogSource,
        tail: Option<u32>,
        since: Option<Timestamp>,
        follow: bool,
    ) -> BoxStream<'static, Result<Vec<LogLine>, EngineError>> {
        logs::open(&self.transport, source, tail, since, follow)
    }
}

fn target(id: &InstanceId) -> String {
    format!("container {}", id.short())
}

/// Gives `lines` our time, which the engine's clock is `ahead` of.
pub(crate) fn by_our_clock(lines: &mut [LogLine], ahead: SignedDuration) {
    if ahead.is_zero() {
        return;
    }
    for at in lines.iter_mut().filter_map(|line| line.at.as_mut()) {
        *at = clock::behind(*at, ahead);
    }
}

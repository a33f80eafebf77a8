//! The names at hand for advice: of the container, of what it calls, of what stands in its way.

use crate::explain::diagnosis::{Candidate, Name};
use crate::explain::sentence;
use crate::model::SortShared as _;
use crate::model::commands::is_safe;
use crate::model::{
    EdgeKind, InstanceFacts, Mount, NetworkMode, Provenance, Service, SignedDuration, Snapshot,
};
use crate::topology::unreachable_dependency;

use super::symptoms;

/// Log lines so long before the change are worth reading.
const BEFORE: SignedDuration = SignedDuration::from_secs(60);
const MIB: u64 = 1_048_576;

/// What advice about `service` may name.
pub(super) struct Names<'a> {
    pub service: &'a Service,
    pub snapshot: &'a Snapshot,
    pub candidate: Option<&'a Candidate<'a>>,
}

impl<'a> Names<'a> {
    /// The value of `name`, where it is known and may stand in a command line.
    pub fn get(&self, name: Name) -> Option<String> {
        self.found(name)
            .filter(|value| name == Name::Limit || is_safe(value))
    }

    fn found(&self, name: Name) -> Option<String> {
        if let Some(value) = self.captured(name) {
            return Some(value.to_owned());
        }
        let facts = self.facts();
        match name {
            Name::Service => Some(self.near(self.service).to_owned()),
            Name::Container => facts.map(|facts| facts.name.clone()),
            Name::Image => facts.map(|facts| facts.image.clone()),
            Name::Since => Some(self.since()),
            Name::Limit => facts?
                .limits
                .memory_bytes
                .map(|bytes| format!("{} MiB", bytes / MIB)),
            Name::Network => self.network(),
            Name::Tool => symptoms::missing_tools(facts?).into_iter().next(),
            Name::Port => self.port(),
            Name::Address => self.address(),
            Name::Holder => self.holder(),
            Name::HostPath => self.host_path(),
            Name::Volume => self.mount().map(|mount| mount.source.clone()),
            Name::Sharer => self.sharer(),
            Name::Peer => self.peer().map(|peer| self.near(peer).to_owned()),
            Name::PeerId => self.peer().map(|peer| peer.id.as_str().to_owned()),
            Name::PeerContainer => self.peer()?.primary().map(|each| each.facts.name.clone()),
            Name::Program
            | Name::Variable
            | Name::Path
            | Name::User
            | Name::Database
            | Name::Table
            | Name::Module => None,
        }
    }

    fn captured(&self, name: Name) -> Option<&'a str> {
        let value = self.candidate?.name(name)?;
        // What a line calls by a service's name is that service.
        (name != Name::Peer || self.peer().is_none()).then_some(value)
    }

    fn facts(&self) -> Option<&'a InstanceFacts> {
        self.service.witness().map(|each| &*each.facts)
    }

    fn near(&self, other: &'a Service) -> &'a str {
        sentence::near(&other.id, self.service.stack.as_ref())
    }

    fn since(&self) -> String {
        let since = self.service.health.since;
        let ended = self
            .facts()
            .filter(|facts| !facts.is_running())
            .and_then(|facts| facts.finished_at);
        let at = ended.map_or(since, |ended| ended.min(since));
        at.checked_sub(BEFORE)
            .unwrap_or(at)
            .strftime("%Y-%m-%dT%H:%M:%SZ")
            .to_string()
    }

    fn network(&self) -> Option<String> {
        let facts = self.facts()?;
        if let NetworkMode::Named(network) = facts.network() {
            return Some(network.to_owned());
        }
        // The network of what it calls, which it is not on.
        let peer = self.peer()?.primary()?;
        peer.facts
            .networks
            .first()
            .map(|network| network.network.clone())
    }

    fn port(&self) -> Option<String> {
        let probed = self
            .service
            .health
            .probe
            .as_ref()
            .filter(|probe| !probe.success);
        let probed = probed.and_then(|probe| {
            let rest = probe
                .target
                .rsplit_once("://")
                .map_or(probe.target.as_str(), |(_, rest)| rest);
            let authority = rest.split('/').next()?;
            let port = authority.rsplit_once(':')?.1;
            port.parse::<u16>().ok().map(|port| port.to_string())
        });
        probed.or_else(|| self.published_port())
    }

    /// Nothing where several are published.
    fn published_port(&self) -> Option<String> {
        let ports = self.facts()?.ports.iter();
        let mut ports: Vec<u16> = ports.filter_map(|port| port.published).collect();
        ports.sort_shared();
        ports.dedup();
        (ports.len() == 1).then(|| ports.first().map(u16::to_string))?
    }

    /// `host:port` of what our probe asks over TLS.
    fn address(&self) -> Option<String> {
        let target = &self.service.health.probe.as_ref()?.target;
        let rest = target
            .split_once("://")
            .map_or(target.as_str(), |(_, rest)| rest);
        let authority = rest.split('/').next()?;
        let default = if authority.contains(':') { "" } else { ":443" };
        Some(format!("{authority}{default}"))
    }

    /// The container that has the published port.
    fn holder(&self) -> Option<String> {
        let port: u16 = self.found(Name::Port)?.parse().ok()?;
        let own = &self.facts()?.id;
        let all = self
            .snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances);
        let mut holders = all.filter(|each| each.facts.is_running() && each.facts.id != *own);
        let holder = holders.find(|each| {
            each.facts
                .ports
                .iter()
                .any(|each| each.published == Some(port))
        });
        holder.map(|each| each.facts.name.clone())
    }

    /// The mount that holds the path of the line; else the only one that may be written.
    fn mount(&self) -> Option<&'a Mount> {
        let mounts = &self.facts()?.mounts;
        let path = self
            .candidate
            .and_then(|candidate| candidate.name(Name::Path))
            .filter(|path| path.starts_with('/'));
        if let Some(path) = path {
            let holds = |mount: &&Mount| {
                path.strip_prefix(mount.target.as_str())
                    .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            };
            return mounts
                .iter()
                .filter(holds)
                .max_by_key(|mount| mount.target.len());
        }
        let mut writable = mounts
            .iter()
            .filter(|mount| mount.writable && !mount.source.is_empty());
        writable.next().filter(|_| writable.next().is_none())
    }

    fn host_path(&self) -> Option<String> {
        let mount = self.mount().filter(|mount| mount.source.starts_with('/'))?;
        let rest = self.candidate.and_then(|candidate| {
            candidate
                .name(Name::Path)?
                .strip_prefix(mount.target.as_str())
        });
        Some(format!("{}{}", mount.source, rest.unwrap_or_default()))
    }

    /// Another running container that may write to the same volume.
    fn sharer(&self) -> Option<String> {
        let (mount, own) = (self.mount()?, &self.facts()?.id);
        let all = self
            .snapshot
            .services
            .iter()
            .flat_map(|service| &service.instances);
        let mut others = all.filter(|each| each.facts.is_running() && each.facts.id != *own);
        let shares = |each: &Mount| each.source == mount.source && each.writable;
        others
            .find(|each| each.facts.mounts.iter().any(shares))
            .map(|each| each.facts.name.clone())
    }

    /// The service that the line means; else, for what a proxy met, the one that it routes to and
    /// that does not work.
    pub fn peer(&self) -> Option<&'a Service> {
        let line = self.candidate.map_or("", |candidate| &candidate.foreign);
        meant(line, self.service, self.snapshot).or_else(|| self.routed())
    }

    fn routed(&self) -> Option<&'a Service> {
        self.candidate
            .filter(|candidate| candidate.cause.id == "upstream-error")?;
        let edges = self
            .snapshot
            .edges
            .iter()
            .filter(|edge| edge.from == self.service.id);
        let routes = edges.filter(|edge| {
            edge.kind() == EdgeKind::Hard
                || edge
                    .evidence
                    .iter()
                    .any(|each| each.provenance == Provenance::Route)
        });
        let targets = routes
            .filter_map(|edge| self.snapshot.service(&edge.to))
            .map(AsRef::as_ref);
        let mut broken = targets.filter(|other| other.health.state.is_broken());
        broken.next().filter(|_| broken.next().is_none())
    }
}

/// The service that a line of `of` means.
pub(super) fn meant<'a>(
    line: &str,
    of: &'a Service,
    snapshot: &'a Snapshot,
) -> Option<&'a Service> {
    let line = line.to_lowercase();
    let others = of
        .depends_on
        .iter()
        .filter_map(|id| snapshot.service(id))
        .map(AsRef::as_ref);
    let calls = |other: &&Service| {
        unreachable_dependency::names(other)
            .iter()
            .any(|name| unreachable_dependency::mentions_host(&line, name))
    };
    others.into_iter().find(calls)
}

//! Whose network a container uses.

use super::InstanceFacts;

/// `HostConfig.NetworkMode`, read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NetworkMode<'a> {
    /// The engine's usual network, or not known.
    Default,
    /// A network that somebody made, by its name.
    Named(&'a str),
    /// The host's.
    Host,
    /// None but `lo`.
    None,
    /// That of another container, which is named by its id (Docker) or its name.
    Container(&'a str),
    /// A network namespace by its path (Podman).
    Namespace,
    /// A user-mode network of its own (rootless Podman).
    UserMode,
}

impl<'a> NetworkMode<'a> {
    /// Reads the engine's word.
    #[must_use]
    pub fn of(word: &'a str) -> Self {
        match word {
            "" | "default" | "bridge" | "private" => Self::Default,
            "host" => Self::Host,
            "none" => Self::None,
            _ => match word.split_once(':') {
                Some(("container", owner)) => Self::Container(owner),
                Some(("ns", _)) => Self::Namespace,
                _ if word.starts_with("slirp4netns") || word.starts_with("pasta") => Self::UserMode,
                _ => Self::Named(word),
            },
        }
    }
}

impl InstanceFacts {
    /// Whose network it uses.
    #[must_use]
    pub fn network(&self) -> NetworkMode<'_> {
        NetworkMode::of(&self.network_mode)
    }

    /// The container whose network it uses (`network_mode: service:…`, `--network container:…`), by
    /// id or name; `None` where its network is its own, the host's or none.
    #[must_use]
    pub fn network_owner(&self) -> Option<&str> {
        match self.network() {
            NetworkMode::Container(owner) => Some(owner),
            _ => None,
        }
    }

    /// Whether its network is the host's.
    #[must_use]
    pub fn is_on_host_network(&self) -> bool {
        self.network() == NetworkMode::Host
    }

    /// Whether it was made for a network of its own and is attached to none: nothing reaches it,
    /// and it reaches nothing.
    #[must_use]
    pub fn is_cut_off(&self) -> bool {
        let is_read = self.inspected && !self.unread.touches("NetworkSettings");
        is_read && self.networks.is_empty() && matches!(self.network(), NetworkMode::Named(_))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_word_an_engine_uses() {
        for (word, expected) in [
            ("", NetworkMode::Default),
            ("default", NetworkMode::Default),
            ("bridge", NetworkMode::Default),
            ("private", NetworkMode::Default),
            ("hub_default", NetworkMode::Named("hub_default")),
            ("host", NetworkMode::Host),
            ("none", NetworkMode::None),
            ("container:0123", NetworkMode::Container("0123")),
            ("container:vpn", NetworkMode::Container("vpn")),
            ("ns:/run/netns/x", NetworkMode::Namespace),
            ("slirp4netns", NetworkMode::UserMode),
            ("slirp4netns:mtu=1500", NetworkMode::UserMode),
            ("pasta", NetworkMode::UserMode),
            ("pasta:-T,8080", NetworkMode::UserMode),
            ("containers", NetworkMode::Named("containers")),
        ] {
            assert_eq!(NetworkMode::of(word), expected, "{word}");
        }
    }
}

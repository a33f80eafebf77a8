//! What hubdeck itself runs out of.

use std::fmt;
use std::io;

use rustix::io::Errno;
use rustix::process::{Resource, getrlimit};
use serde::{Deserialize, Serialize};

use super::Timestamp;

/// Something that the system no longer gives to hubdeck.
///
/// What fails for want of it is no evidence about the service or the engine that was asked.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum Shortage {
    /// `EMFILE`: this process has as many files and connections open as it may.
    FileHandles {
        /// The soft limit (`RLIMIT_NOFILE`); `None` where there is none.
        limit: Option<u64>,
    },
    /// `ENFILE`: the whole system has as many files and connections open as it may.
    SystemFileHandles,
    /// `EADDRNOTAVAIL`: there is no local address, or no free port on it, to connect from.
    LocalPorts,
    /// `ENOBUFS`: the kernel has no buffers for another connection.
    Buffers,
    /// `ENOMEM`: the kernel has no memory for another connection.
    Memory,
}

impl Shortage {
    /// The shortage that `error` of a system call reports; `None` where hubdeck ran out of nothing.
    #[must_use]
    pub fn of(error: &io::Error) -> Option<Self> {
        let number = Errno::from_io_error(error)?;
        Some(match number {
            Errno::MFILE => Self::FileHandles {
                limit: getrlimit(Resource::Nofile).current,
            },
            Errno::NFILE => Self::SystemFileHandles,
            Errno::ADDRNOTAVAIL => Self::LocalPorts,
            Errno::NOBUFS => Self::Buffers,
            Errno::NOMEM => Self::Memory,
            _ => return None,
        })
    }

    /// The first shortage in `error` and its causes.
    #[must_use]
    pub fn behind(error: &(dyn std::error::Error + 'static)) -> Option<Self> {
        let mut next = Some(error);
        while let Some(cause) = next {
            if let Some(io) = cause.downcast_ref::<io::Error>() {
                // The `source` of an I/O error skips the error that it wraps.
                let wrapped = io
                    .get_ref()
                    .and_then(|inner| inner.downcast_ref::<io::Error>());
                if let Some(shortage) = Self::of(io).or_else(|| Self::of(wrapped?)) {
                    return Some(shortage);
                }
            }
            next = cause.source();
        }
        None
    }

    /// What to try against it.
    #[must_use]
    pub const fn advice(self) -> &'static str {
        match self {
            Self::FileHandles { .. } => {
                "raise the limit (ulimit -n, LimitNOFILE= or --ulimit nofile=)"
            }
            Self::SystemFileHandles => "raise fs.file-max, or end what keeps too many files open",
            Self::LocalPorts => "widen net.ipv4.ip_local_port_range, or probe less often",
            Self::Buffers | Self::Memory => "free memory on this host",
        }
    }
}

impl fmt::Display for Shortage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::FileHandles { limit: Some(limit) } => {
                write!(f, "hubdeck is out of file handles (limit {limit})")
            }
            Self::FileHandles { limit: None } => f.write_str("hubdeck is out of file handles"),
            Self::SystemFileHandles => f.write_str("this host is out of file handles"),
            Self::LocalPorts => f.write_str("no local address or port is free to connect from"),
            Self::Buffers => f.write_str("this host is out of network buffers"),
            Self::Memory => f.write_str("this host is out of memory"),
        }
    }
}

/// A shortage that goes on, or ended a moment ago.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ShortageView {
    /// What there is none of.
    #[serde(flatten)]
    pub shortage: Shortage,
    /// When something failed for it first.
    pub since: Timestamp,
    /// When something failed for it last.
    pub last: Timestamp,
    /// How often something failed for it.
    pub failures: u64,
    /// When the timeline and the hubdeck log recorded it last.
    #[serde(skip)]
    pub told_at: Timestamp,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_the_system_refuses_to_us_is_a_shortage() {
        for (number, expected) in [
            (Errno::NFILE, Some(Shortage::SystemFileHandles)),
            (Errno::ADDRNOTAVAIL, Some(Shortage::LocalPorts)),
            (Errno::NOBUFS, Some(Shortage::Buffers)),
            (Errno::NOMEM, Some(Shortage::Memory)),
            (Errno::CONNREFUSED, None),
            (Errno::TIMEDOUT, None),
            (Errno::ACCESS, None),
        ] {
            assert_eq!(Shortage::of(&number.into()), expected, "{number}");
        }
        let limit = getrlimit(Resource::Nofile).current;
        assert_eq!(
            Shortage::of(&Errno::MFILE.into()),
            Some(Shortage::FileHandles { limit })
        );
        assert_eq!(
            Shortage::of(&io::Error::other("Too many open files")),
            None,
            "words are not read"
        );
    }

    #[test]
    fn a_shortage_is_found_behind_the_errors_that_wrap_it() {
        #[derive(Debug, thiserror::Error)]
        #[error("outer")]
        struct Outer(#[source] io::Error);

        let inner = || io::Error::from(Errno::NFILE);
        assert_eq!(
            Shortage::behind(&Outer(inner())),
            Some(Shortage::SystemFileHandles)
        );
        assert_eq!(
            Shortage::behind(&io::Error::other(inner())),
            Some(Shortage::SystemFileHandles)
        );
        assert_eq!(
            Shortage::behind(&io::Error::other(Outer(inner()))),
            Some(Shortage::SystemFileHandles)
        );
        assert_eq!(Shortage::behind(&Outer(Errno::CONNREFUSED.into())), None);
    }
}

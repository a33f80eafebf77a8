//! Where HTTP is answered.

use std::fmt;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::str::FromStr;

/// An address to listen on.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum ListenAddress {
    /// An IP address with a port; port 0 takes any free one.
    Tcp(SocketAddr),
    /// A Unix socket, by its path.
    Unix(PathBuf),
}

impl ListenAddress {
    /// Whether others than this machine can reach it.
    #[must_use]
    pub fn is_beyond_loopback(&self) -> bool {
        match self {
            Self::Tcp(address) => !address.ip().to_canonical().is_loopback(),
            Self::Unix(_) => false,
        }
    }
}

impl FromStr for ListenAddress {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let text = text.trim();
        if let Some(path) = text.strip_prefix("unix:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            return match path {
                "" => Err("unix: needs the path of a socket"),
                path => Ok(Self::Unix(PathBuf::from(path))),
            };
        }
        let address = text.parse().map(Self::Tcp);
        address.map_err(
            |_| "neither ADDRESS:PORT, such as 127.0.0.1:5003 or [::1]:5003, nor unix:PATH",
        )
    }
}

impl fmt::Display for ListenAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Tcp(address) => write!(f, "{address}"),
            Self::Unix(path) => write!(f, "unix:{}", path.display()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_is_written_as_it_is_read() {
        for (text, written, beyond) in [
            ("127.0.0.1:5003", "127.0.0.1:5003", false),
            ("[::1]:0", "[::1]:0", false),
            ("[::ffff:127.0.0.1]:1", "[::ffff:127.0.0.1]:1", false),
            ("0.0.0.0:80", "0.0.0.0:80", true),
            ("[::]:80", "[::]:80", true),
            ("unix:/run/hubdeck.sock", "unix:/run/hubdeck.sock", false),
            ("unix:///run/hubdeck.sock", "unix:/run/hubdeck.sock", false),
            ("unix:hub.sock", "unix:hub.sock", false),
        ] {
            let address: ListenAddress = text.parse().expect(text);
            assert_eq!(address.to_string(), written);
            assert_eq!(address.is_beyond_loopback(), beyond, "{text}");
        }
        for wrong in [
            "",
            "unix:",
            "5003",
            "127.0.0.1",
            "localhost:5003",
            "::1:5003",
            "1.2.3.4:99999",
        ] {
            assert!(wrong.parse::<ListenAddress>().is_err(), "{wrong}");
        }
    }
}

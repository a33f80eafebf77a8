//! Who is at the other end of a connection.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::Request;
use axum::http::HeaderName;

const FORWARDED_FOR: HeaderName = HeaderName::from_static("x-forwarded-for");

/// The other end of a connection: its address; `None` of a Unix socket.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct ClientPeer(Option<IpAddr>);

impl ClientPeer {
    /// The peer with this address. The addresses of an IPv6 network (/64) are one: a host may take
    /// any of them.
    pub fn of(address: IpAddr) -> Self {
        Self(Some(match address.to_canonical() {
            IpAddr::V6(address) if !address.is_loopback() => IpAddr::V6(Ipv6Addr::from_bits(
                address.to_bits() & !u128::from(u64::MAX),
            )),
            address => address,
        }))
    }

    /// Who sent `request`: the end of the connection, or, where a trusted proxy stands there, the
    /// last one that it names in `X-Forwarded-For`.
    pub fn behind(request: &Request, trusted_proxy: bool) -> Self {
        let connected = || {
            request
                .extensions()
                .get::<Self>()
                .copied()
                .unwrap_or_default()
        };
        if !trusted_proxy {
            return connected();
        }
        let lists = request.headers().get_all(FORWARDED_FOR);
        let last = lists.iter().next_back().and_then(|list| list.to_str().ok());
        let last = last.and_then(|list| list.rsplit(',').next());
        last.and_then(address).map_or_else(connected, Self::of)
    }
}

/// An address as proxies write it: with or without port, IPv6 also in brackets.
fn address(text: &str) -> Option<IpAddr> {
    let text = text.trim();
    let bare = text.parse().ok();
    let bare = bare.or_else(|| text.strip_prefix('[')?.strip_suffix(']')?.parse().ok());
    bare.or_else(|| Some(text.parse::<SocketAddr>().ok()?.ip()))
}

#[cfg(test)]
mod tests {
    use axum::body::Body;

    use super::*;

    #[test]
    fn only_a_trusted_proxy_says_who_asks() {
        let direct = ClientPeer::of("10.0.0.9".parse().expect("an address"));
        for (lists, expected) in [
            (vec!["203.0.113.7"], "203.0.113.7"),
            (vec!["1.1.1.1, 203.0.113.7"], "203.0.113.7"),
            (vec!["1.1.1.1", "2.2.2.2,203.0.113.7:4711"], "203.0.113.7"),
            (vec!["[2001:db8::1:2:3:4]:80"], "2001:db8::"),
            (vec!["2001:db8::9"], "2001:db8::"),
            (vec!["::ffff:203.0.113.7"], "203.0.113.7"),
            (vec!["unknown"], "10.0.0.9"),
            (vec!["203.0.113.7, "], "10.0.0.9"),
            (vec![], "10.0.0.9"),
        ] {
            let mut request = Request::new(Body::empty());
            request.extensions_mut().insert(direct);
            for list in &lists {
                let value = list.parse().expect("a header");
                request.headers_mut().append(FORWARDED_FOR, value);
            }
            let expected = ClientPeer(Some(expected.parse().expect("an address")));
            assert_eq!(ClientPeer::behind(&request, true), expected, "{lists:?}");
            assert_eq!(ClientPeer::behind(&request, false), direct, "{lists:?}");
        }
    }
}

//! The networks that this machine has an interface in, by the kernel's routes.
//!
//! An address outside of them goes to the default gateway, which may answer in place of everybody.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// Route flags of the kernel (`linux/route.h`): usable; by way of a gateway; refused.
const UP: u32 = 0x1;
const GATEWAY: u32 = 0x2;
const REJECT: u32 = 0x200;

/// A network that an interface is in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Link {
    network: IpAddr,
    length: u8,
    /// Whether the interface leads to the default gateway: containers in its network have addresses
    /// of their own there (macvlan, ipvlan), which the kernel keeps from the machine itself.
    is_uplink: bool,
}

/// All of them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Links(Vec<Link>);

/// One line of the kernel's routes.
struct Route<'a> {
    network: IpAddr,
    length: u8,
    has_gateway: bool,
    interface: &'a str,
}

impl Links {
    /// Reads `/proc/net/route` and `/proc/net/ipv6_route`; in a container of an engine the uplink
    /// leads to the other containers.
    #[must_use]
    pub fn parse(v4: &str, v6: &str, in_container: bool) -> Self {
        let routes: Vec<Route<'_>> = v4
            .lines()
            .filter_map(route_v4)
            .chain(v6.lines().filter_map(route_v6))
            .collect();
        let is_uplink = |route: &Route<'_>| {
            let leads_out = |other: &Route<'_>| {
                other.length == 0
                    && other.interface == route.interface
                    && other.network.is_ipv4() == route.network.is_ipv4()
            };
            !in_container && routes.iter().any(leads_out)
        };
        let links = routes
            .iter()
            .filter(|route| !route.has_gateway && route.length > 0 && route.interface != "lo");
        Self(
            links
                .map(|route| Link {
                    network: route.network,
                    length: route.length,
                    is_uplink: is_uplink(route),
                })
                .collect(),
        )
    }

    /// Whether a container at `ip` may be reached: the closest network it lies in is one of this
    /// machine alone.
    #[must_use]
    pub fn reach(&self, ip: IpAddr) -> bool {
        let around = self.0.iter().filter(|link| contains(link, ip));
        around
            .max_by_key(|link| link.length)
            .is_some_and(|link| !link.is_uplink)
    }
}

fn contains(link: &Link, ip: IpAddr) -> bool {
    let length = u32::from(link.length);
    match (link.network, ip) {
        (IpAddr::V4(network), IpAddr::V4(ip)) => {
            let differing = network.to_bits() ^ ip.to_bits();
            differing.leading_zeros() >= length
        }
        (IpAddr::V6(network), IpAddr::V6(ip)) => {
            let differing = network.to_bits() ^ ip.to_bits();
            differing.leading_zeros() >= length
        }
        _ => false,
    }
}

/// `eth0 000200C0 00000000 0001 0 0 0 00FFFFFF …`: numbers as they lie in memory.
fn route_v4(line: &str) -> Option<Route<'_>> {
    let mut fields = line.split_whitespace();
    let interface = fields.next()?;
    let hex = |text: &str| u32::from_str_radix(text, 16).ok();
    let (network, _, flags) = (hex(fields.next()?)?, fields.next()?, hex(fields.next()?)?);
    let mask = hex(fields.nth(3)?)?;
    if flags & UP == 0 || flags & REJECT != 0 {
        return None;
    }
    let network = Ipv4Addr::from(network.to_ne_bytes());
    let length = u8::try_from(mask.count_ones()).ok()?;
    Some(Route {
        network: IpAddr::V4(network),
        length,
        has_gateway: flags & GATEWAY != 0,
        interface,
    })
}

/// `fd00… 40 0000… 00 NEXT METRIC REFERENCES USE FLAGS eth0`.
fn route_v6(line: &str) -> Option<Route<'_>> {
    let fields: Vec<&str> = line.split_whitespace().collect();
    let [network, length, _, _, _, _, _, _, flags, interface] = fields.as_slice() else {
        return None;
    };
    let network = Ipv6Addr::from(u128::from_str_radix(network, 16).ok()?);
    let length = u8::from_str_radix(length, 16).ok()?;
    let flags = u32::from_str_radix(flags, 16).ok()?;
    let local = network.is_unicast_link_local() || network.is_multicast();
    if flags & UP == 0 || flags & REJECT != 0 || local {
        return None;
    }
    Some(Route {
        network: IpAddr::V6(network),
        length,
        has_gateway: flags & GATEWAY != 0,
        interface,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const V4: &str = "\
Iface\tDestination\tGateway \tFlags\tRefCnt\tUse\tMetric\tMask\t\tMTU\tWindow\tIRTT
eth0\t00000000\t010200C0\t0003\t0\t0\t0\t00000000\t0\t0\t0
docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
br-1\t000012AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0
eth0\t000200C0\t00000000\t0001\t0\t0\t0\t00FFFFFF\t0\t0\t0
shim\t400200C0\t00000000\t0001\t0\t0\t0\tE0FFFFFF\t0\t0\t0
tun0\t0000000A\t010011AC\t0003\t0\t0\t0\t000000FF\t0\t0\t0
";
    const V6: &str = "\
00000000000000000000000000000000 00 00000000000000000000000000000000 00 fe800000000000000000000000000001 00000400 00000001 00000000 00000003     eth0
fd000000000000010000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     br-1
fe800000000000000000000000000000 40 00000000000000000000000000000000 00 00000000000000000000000000000000 00000100 00000001 00000000 00000001     br-1
00000000000000000000000000000000 00 00000000000000000000000000000000 00 00000000000000000000000000000000 ffffffff 00000001 00000000 00200200       lo
";

    #[test]
    fn containers_are_reached_in_networks_of_this_machine_only() {
        let links = Links::parse(V4, V6, false);
        for (address, reached) in [
            ("172.17.0.2", true),
            ("172.18.255.1", true),
            ("172.19.0.2", false),
            // The default gateway answers for everybody.
            ("203.0.113.9", false),
            // macvlan in the network of the machine's own uplink.
            ("192.0.2.9", false),
            // The same by way of an interface made for it.
            ("192.0.2.70", true),
            // A gateway of its own is no interface in that network.
            ("10.1.2.3", false),
            ("fd00:0:0:1::5", true),
            ("fd00:0:0:2::5", false),
            ("2001:db8::5", false),
        ] {
            assert_eq!(
                links.reach(address.parse().expect("an address")),
                reached,
                "{address}"
            );
        }
        assert!(
            Links::parse(V4, V6, true).reach([192, 0, 2, 9].into()),
            "beside hubdeck's own container"
        );
        assert_eq!(Links::parse("", "", false), Links::default());
        assert!(!Links::default().reach([172, 17, 0, 2].into()));
        assert_eq!(
            Links::parse("nonsense\n\nx y z", "a b c", false),
            Links::default()
        );
    }
}

use super::*;
use crate::model::{NetworkAddress, Port, PortProtocol};
use crate::probe::testing::facts;

/// A container on network `back`, with port 80 published at `bound`.
fn container(address: Option<&str>, bound: Option<(&str, u16)>) -> InstanceFacts {
    let mut facts = facts("hub/web");
    facts.networks = vec![NetworkAddress {
        network: "back".into(),
        address: address.map(|text| text.parse().expect("an address")),
        aliases: Vec::new(),
    }];
    facts.ports = vec![Port {
        container: 80,
        protocol: PortProtocol::Tcp,
        published: bound.map(|(_, port)| port),
        address: bound.map(|(address, _)| address.to_owned()),
    }];
    facts
}

fn local() -> Location {
    Location {
        local: true,
        ..Location::default()
    }
}

fn remote(host: &str) -> Location {
    Location {
        engine_host: Some(host.into()),
        ..Location::default()
    }
}

fn inside(networks: &[&str]) -> Location {
    Location {
        own_networks: Some(networks.iter().map(|name| (*name).to_owned()).collect()),
        ..local()
    }
}

/// The addresses of port 80, or why there are none.
fn found_or_why_not(facts: &InstanceFacts, location: &Location) -> String {
    let found = addresses(facts, None, 80, &PortProtocol::Tcp, location).join(" ");
    if found.is_empty() {
        let why = out_of_reach(facts, None, 80, location);
        let words = crate::explain::finding(&crate::model::Finding::OutOfReach(why));
        let why = words.strip_prefix("cannot be reached from here: ");
        why.expect("what is out of reach").to_owned()
    } else {
        found
    }
}

#[test]
fn published_ports_come_first_then_own_networks() {
    let own = Some("172.18.0.4");
    for (facts, location, expected) in [
        (
            container(own, Some(("0.0.0.0", 8080))),
            local(),
            "127.0.0.1:8080 172.18.0.4:80",
        ),
        (
            container(own, Some(("::", 8080))),
            local(),
            "[::1]:8080 172.18.0.4:80",
        ),
        (
            container(own, Some(("127.0.0.1", 8080))),
            local(),
            "127.0.0.1:8080 172.18.0.4:80",
        ),
        (
            container(own, Some(("192.0.2.7", 8080))),
            local(),
            "192.0.2.7:8080 172.18.0.4:80",
        ),
        (container(own, None), local(), "172.18.0.4:80"),
        (container(None, None), local(), ""),
        (container(Some("fd00::2"), None), local(), "[fd00::2]:80"),
        // Another machine: only what it publishes beyond its loopback.
        (
            container(own, Some(("0.0.0.0", 8080))),
            remote("box.example"),
            "box.example:8080",
        ),
        (
            container(own, Some(("127.0.0.1", 8080))),
            remote("box.example"),
            "",
        ),
        (container(own, None), remote("box.example"), ""),
        (
            container(own, Some(("0.0.0.0", 8080))),
            remote("2001:db8::1"),
            "[2001:db8::1]:8080",
        ),
        (
            container(own, Some(("0.0.0.0", 8080))),
            Location::default(),
            "",
        ),
        // hubdeck in a container: the host's loopback is not the container's.
        (
            container(own, Some(("0.0.0.0", 8080))),
            inside(&["back"]),
            "172.18.0.4:80 web-1:80",
        ),
        (
            container(own, Some(("0.0.0.0", 8080))),
            inside(&["front"]),
            "",
        ),
    ] {
        let found = addresses(&facts, None, 80, &PortProtocol::Tcp, &location).join(" ");
        assert_eq!(found, expected, "{:?} from {location:?}", facts.ports);
    }
}

#[test]
fn what_no_interface_leads_to_is_not_asked_and_says_why() {
    let routes = "docker0\t000011AC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
    let linked = |location: Location| Location {
        links: Some(Links::parse(routes, "", false)),
        ..location
    };
    let nowhere = Location {
        engine_host: None,
        ..Location::default()
    };
    for (address, bound, location, expected) in [
        (Some("172.17.0.2"), None, linked(local()), "172.17.0.2:80"),
        (
            Some("172.30.0.2"),
            None,
            linked(local()),
            "this machine has no interface in network back",
        ),
        (
            Some("172.30.0.2"),
            Some(("0.0.0.0", 8080)),
            linked(local()),
            "127.0.0.1:8080",
        ),
        (None, None, linked(local()), "it has no address"),
        (
            Some("172.30.0.2"),
            None,
            linked(inside(&["front"])),
            "hubdeck's container shares no network with it",
        ),
        (
            Some("172.30.0.2"),
            None,
            linked(inside(&["back"])),
            "172.30.0.2:80 web-1:80",
        ),
        (
            Some("172.17.0.2"),
            None,
            remote("box"),
            "port 80 is not published",
        ),
        (
            Some("172.17.0.2"),
            Some(("127.0.0.1", 8080)),
            remote("box"),
            "port 80 is published on the engine's own loopback address only",
        ),
        (
            Some("172.17.0.2"),
            None,
            nowhere,
            "the address of the engine's host is not known",
        ),
    ] {
        let told = found_or_why_not(&container(address, bound), &location);
        assert_eq!(told, expected, "{address:?} {bound:?} from {location:?}");
    }
}

#[test]
fn the_loopback_comes_before_other_addresses_of_the_host() {
    let mut facts = container(None, Some(("192.0.2.7", 8080)));
    let second = Port {
        published: Some(8081),
        address: Some("127.0.0.1".into()),
        ..facts.ports[0].clone()
    };
    facts.ports.push(second);
    assert_eq!(
        addresses(&facts, None, 80, &PortProtocol::Tcp, &local()),
        ["127.0.0.1:8081", "192.0.2.7:8080"]
    );
}

#[test]
fn urls_name_a_host_and_a_port_or_the_usual_one() {
    use ProbeKind::{Dns, Http, Postgres, Redis, Tcp, Tls, Vault};
    for (url, kind, expected) in [
        ("tcp://host:5432", Tcp, "host:5432"),
        ("host:5432", Tcp, "host:5432"),
        ("postgres://host", Postgres, "host:5432"),
        (
            "postgres://ann:secret@host:6432/shop?sslmode=require",
            Postgres,
            "host:6432",
        ),
        ("redis://:p@ss@host", Redis, "host:6379"),
        ("redis://[2001:db8::1]:6380/0", Redis, "[2001:db8::1]:6380"),
        ("redis://ann@[::1]", Redis, "[::1]:6379"),
        ("[::1]", Redis, "[::1]:6379"),
        ("tls://host", Tls, "host:443"),
        ("https://host/health", Tls, "host:443"),
        ("https://host/health", Http, "host:443"),
        ("http://ann:secret@host", Http, "host:80"),
        ("http://host:8080?x=1:2", Http, "host:8080"),
        ("https://vault.example", Vault, "vault.example:443"),
        ("dns://1.1.1.1", Dns, "1.1.1.1:53"),
        ("redis://host", Tcp, "host:6379"),
        ("tcp://host", Tcp, ""),
        ("tcp://host:", Tcp, ""),
        ("tcp://host:99999", Tcp, ""),
        ("tcp://:5432", Tcp, ""),
        ("tcp://", Tcp, ""),
        ("", Redis, ""),
    ] {
        assert_eq!(of_url(url, kind).unwrap_or_default(), expected, "{url}");
    }
}

#[test]
fn metadata_addresses_are_refused_everywhere() {
    for address in [
        "169.254.169.254",
        "fe80::1",
        "fd00:ec2::254",
        "::ffff:169.254.169.254",
        "100.100.100.200",
    ] {
        let own = container(Some(address), None);
        assert_eq!(
            addresses(&own, None, 80, &PortProtocol::Tcp, &local()),
            [""; 0],
            "{address}"
        );
        let bound = container(None, Some((address, 80)));
        assert_eq!(
            addresses(&bound, None, 80, &PortProtocol::Tcp, &local()),
            [""; 0],
            "{address}"
        );
        let published = container(None, Some(("0.0.0.0", 80)));
        assert_eq!(
            addresses(&published, None, 80, &PortProtocol::Tcp, &remote(address)),
            [""; 0],
            "{address}"
        );
    }
}

#[test]
fn shared_and_host_networks() {
    let lender = container(Some("172.18.0.9"), None);
    let mut borrower = container(None, None);
    borrower.networks.clear();
    borrower.network_mode = "container:id-hub/web".into();
    assert_eq!(
        addresses(&borrower, Some(&lender), 9000, &PortProtocol::Tcp, &local()),
        ["172.18.0.9:9000"]
    );
    borrower.network_mode = "host".into();
    assert_eq!(
        addresses(&borrower, None, 9000, &PortProtocol::Tcp, &local()),
        ["127.0.0.1:9000"]
    );
    assert_eq!(
        addresses(&borrower, None, 9000, &PortProtocol::Tcp, &remote("box")),
        ["box:9000"]
    );
}

#[test]
fn udp_and_tcp_of_the_same_number_are_two_ports() {
    let mut facts = container(None, Some(("0.0.0.0", 53)));
    facts.ports[0].protocol = PortProtocol::Udp;
    assert_eq!(
        addresses(&facts, None, 53, &PortProtocol::Tcp, &local()),
        [""; 0]
    );
    facts.ports[0].container = 53;
    assert_eq!(
        addresses(&facts, None, 53, &PortProtocol::Tcp, &local()),
        [""; 0]
    );
    assert_eq!(
        addresses(&facts, None, 53, &PortProtocol::Udp, &local()),
        ["127.0.0.1:53"]
    );
}

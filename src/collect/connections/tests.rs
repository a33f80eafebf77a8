use super::*;
use crate::model::InstanceState;

#[test]
fn either_end_tells_of_a_connection_and_an_address_of_another_does_not() {
    let now = Timestamp::from_second(1_700_000_000).unwrap_or_default();
    let ago = |seconds| Some(now - SignedDuration::from_secs(seconds));
    let ip = |last| IpAddr::from([172, 18, 0, last]);
    let addresses = Addresses::from([
        (ip(2), ("a".into(), ago(500))),
        (ip(3), ("b".into(), ago(500))),
        (ip(4), ("young".into(), ago(20))),
        (ip(5), ("unknown".into(), None)),
    ]);
    for (incoming, remote, open, expected) in [
        (false, 3, true, Some(("a", 3))),
        (false, 3, false, Some(("a", 3))),
        (false, 4, true, Some(("a", 4))),
        (false, 4, false, None),
        (false, 5, false, None),
        (true, 3, true, Some(("b", 2))),
        (true, 4, true, Some(("young", 2))),
        (true, 4, false, None),
        (true, 1, true, None),
        (false, 9, true, None),
        (false, 2, true, None),
    ] {
        let socket = Socket {
            incoming,
            local: ip(2),
            remote: ip(remote),
            port: 80,
            open,
        };
        let expected = expected.map(|(from, to)| Connection {
            from: from.into(),
            address: ip(to),
            port: 80,
        });
        assert_eq!(
            connection(&"a".into(), &socket, &addresses, now),
            expected,
            "{socket:?}"
        );
    }
}

#[test]
fn namespaces_are_looked_at_for_their_owner_only() {
    for (state, mode, expected) in [
        (InstanceState::Running, "shop_default", true),
        (InstanceState::Running, "bridge", true),
        (InstanceState::Running, "", true),
        (InstanceState::Running, "container:0123", false),
        (InstanceState::Running, "host", false),
        (InstanceState::Running, "none", false),
        (InstanceState::Paused, "bridge", false),
        (InstanceState::Exited, "bridge", false),
    ] {
        let unknown = InstanceFacts::unknown("a".into(), "a", None, "a".into());
        let facts = InstanceFacts {
            state,
            network_mode: mode.to_owned(),
            ..unknown
        };
        assert_eq!(owns_its_namespace(&facts), expected, "{state:?} {mode}");
    }
}

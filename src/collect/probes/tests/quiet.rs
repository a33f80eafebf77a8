//! What cannot be reached is told and not asked; what complains is asked less.

use super::*;
use crate::model::NetworkAddress;
use crate::probe::Links;

fn at_address(name: &str, address: [u8; 4]) -> InstanceFacts {
    let mut facts = facts(name);
    facts.networks = vec![NetworkAddress {
        network: "lan".into(),
        address: Some(address.into()),
        aliases: Vec::new(),
    }];
    facts
}

#[tokio::test]
async fn what_no_interface_leads_to_is_told_and_not_asked() {
    // TEST-NET-3: no machine has an interface in it, and a default route leads there.
    let mut labelled = at_address("hub/lan", [203, 0, 113, 9]);
    labelled.labels = [("hubdeck.probe".to_owned(), "http://:80/".to_owned())].into();
    let mut running = Running::start(vec![service(labelled)], ProbeOptions::default());
    for _ in 0..2 {
        let (_, result) = running.result().await;
        let message = "cannot be reached from here: this machine has no interface in network lan";
        assert_eq!(
            (result.outcome, result.message.as_str()),
            (ProbeOutcome::Inconclusive, message)
        );
        assert_eq!(
            (result.target.as_str(), result.latency_ms),
            ("http://:80/", None)
        );
        running.refresh.notify_one();
    }
}

#[test]
fn a_network_that_comes_is_noticed() {
    let mut container = at_address("hub/api", [172, 30, 0, 4]);
    container.ports = vec![Port {
        container: 80,
        protocol: "tcp".into(),
        published: None,
        address: None,
    }];
    let seen = snapshot(vec![service(container)]);
    let routes = "br-1\t00001EAC\t00000000\t0001\t0\t0\t0\t0000FFFF\t0\t0\t0\n";
    let apart = Vantage {
        links: Some(Links::default()),
        tells: true,
        ..local()
    };
    let linked = Vantage {
        links: Some(Links::parse(routes, "", false)),
        ..apart.clone()
    };
    let (mut book, options) = (Book::default(), ProbeOptions::default());
    for (vantage, addresses) in [
        (&apart, &[][..]),
        (&linked, &["172.30.0.4:80"]),
        (&apart, &[]),
    ] {
        let key = book.sync(&seen, &options, vantage)[0].key.clone();
        let errand = book.errand(&key, Duration::ZERO).expect("an errand");
        assert_eq!(errand.target.addresses, addresses);
        assert_eq!(errand.out_of_reach.is_some(), addresses.is_empty());
    }
    // Where nothing is told, nothing is probed either.
    assert_eq!(
        book.sync(
            &seen,
            &options,
            &Vantage {
                tells: false,
                ..apart
            }
        ),
        []
    );
}

/// A book with one target, which gave `report`; what is asked next.
fn next(report: Report) -> (Book, Key) {
    let mut book = Book::default();
    let wishes = book.sync(
        &snapshot(vec![service(published("hub/x", 8000, 18000))]),
        &ProbeOptions::default(),
        &local(),
    );
    let key = wishes[0].key.clone();
    note(&mut book, &key, report, Way::Whole);
    (book, key)
}

fn note(book: &mut Book, key: &Key, report: Report, way: Way) -> Option<Report> {
    let done = Done {
        report: Some(report),
        learned: None,
        way,
        started: Duration::ZERO,
    };
    book.note(key, done, Duration::ZERO)
        .expect("an outcome")
        .report
}

#[test]
fn what_complains_is_asked_less_until_somebody_asks_for_everything() {
    let complaint = Report {
        complains: true,
        ..report(ProbeOutcome::Success, "127.0.0.1:18000")
    };
    let (mut book, key) = next(complaint);
    let quiet = |book: &mut Book| {
        book.errand(&key, Duration::ZERO)
            .expect("an errand")
            .target
            .spec
            .quiet
    };
    assert!(quiet(&mut book));
    note(
        &mut book,
        &key,
        report(ProbeOutcome::Success, "127.0.0.1:18000"),
        Way::Whole,
    );
    assert!(
        quiet(&mut book),
        "a question without a complaint proves nothing of the other"
    );
    // Another run of the container begins anew.
    let mut again = published("hub/x", 8000, 18000);
    again.started_at = Some(Timestamp::UNIX_EPOCH + SignedDuration::from_secs(9));
    book.sync(
        &snapshot(vec![service(again)]),
        &ProbeOptions::default(),
        &local(),
    );
    assert!(!quiet(&mut book));

    let refusal = Report {
        complains: true,
        ..report(ProbeOutcome::Inconclusive, "127.0.0.1:18000")
    };
    let (mut book, key) = next(refusal.clone());
    let way = |book: &mut Book| book.errand(&key, Duration::ZERO).expect("an errand").way;
    assert_eq!(way(&mut book), Way::Cheap);
    let told = note(
        &mut book,
        &key,
        report(ProbeOutcome::Success, ""),
        Way::Cheap,
    );
    assert_eq!(
        told.map(|told| told.outcome),
        Some(ProbeOutcome::Inconclusive)
    );
    assert_eq!(way(&mut book), Way::Cheap);
    book.try_all(Duration::ZERO);
    assert_eq!(way(&mut book), Way::Whole);
}

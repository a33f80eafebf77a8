//! A console on another hubdeck draws what that hubdeck draws itself.

use super::*;
use crate::model::{AttachState, SnapshotUpdate, compact};

/// `now` as it arrives at a console that has what was made of `before`.
fn sent(before: Option<(&Snapshot, &Snapshot)>, now: &Snapshot) -> Snapshot {
    let update = SnapshotUpdate::between(before.map(|(sent, _)| sent), now);
    let bytes = compact::to_bytes(&update).expect("a form");
    let read: SnapshotUpdate = compact::from_bytes(&bytes).expect("an update");
    read.apply(before.map(|(_, seen)| seen)).expect("it fits")
}

/// The screens of every view, and of the details of two services where there is room.
fn screens(snapshot: &Snapshot) -> Vec<String> {
    let mut screens = Vec::new();
    for (width, height) in [(160, 50), (80, 24)] {
        let mut console = TestConsole::new(snapshot.clone(), width, height);
        for view in ["1", "2", "4", "5"] {
            screens.push(console.press(view).screen());
        }
        if width < 100 {
            continue;
        }
        console.press("1");
        let services: Vec<_> = snapshot.services.iter().take(2).cloned().collect();
        for service in services {
            console.select(service.id.as_str()).press("enter");
            for _ in 0..6 {
                screens.push(console.press("tab").screen());
            }
            console.press("esc");
        }
    }
    screens
}

fn worlds() -> Vec<Snapshot> {
    let mut events = fixture::failing().snapshot();
    events.timeline = Arc::new(fixture::timeline());
    let mut closed = fixture::failing().snapshot();
    fixture::close_one(&mut closed, "hub/db", 300, 100);
    let mut lost = fixture::nine().snapshot();
    fixture::lose_engine(&mut lost, 40);
    vec![
        fixture::nine().snapshot(),
        fixture::twenty_five().snapshot(),
        fixture::with_log_figures(fixture::nine()).snapshot(),
        fixture::mixed().snapshot(),
        fixture::lost().snapshot(),
        fixture::strange().snapshot(),
        events,
        closed,
        lost,
    ]
}

#[test]
fn what_is_sent_draws_the_same_screens() {
    for (at, world) in worlds().into_iter().enumerate() {
        let world = dressed(world);
        let (here, there) = (screens(&world), screens(&sent(None, &world)));
        for (here, there) in here.iter().zip(&there) {
            assert_eq!(there, here, "world {at}");
        }
    }
}

#[test]
fn what_changed_draws_the_same_screens() {
    let worlds: Vec<Snapshot> = worlds().into_iter().map(dressed).collect();
    let mut seen = sent(None, &worlds[0]);
    for pair in worlds.windows(2) {
        seen = sent(Some((&pair[0], &seen)), &pair[1]);
        assert_eq!(screens(&seen), screens(&pair[1]));
    }
}

#[test]
fn the_hubdeck_that_is_lost_is_named() {
    let mut snapshot = dressed(fixture::lost().snapshot());
    snapshot.attached = Some(Arc::new(AttachState {
        url: "http://hub:5003".to_owned(),
        answers: false,
    }));
    let screen = TestConsole::new(snapshot.clone(), 160, 30).screen();
    assert!(
        screen.contains("hubdeck at http://hub:5003 does not answer ("),
        "{screen}"
    );
    snapshot.attached = Some(Arc::new(AttachState {
        url: "http://hub:5003".to_owned(),
        answers: true,
    }));
    let screen = TestConsole::new(snapshot, 160, 30).screen();
    assert!(screen.contains("engine unreachable ("), "{screen}");
}

//! Which log tails are open.

use super::*;

#[test]
fn logs_open_for_the_selection_and_close_when_they_are_left() {
    let mut rig = rig();
    rig.select("hub/db").press("l");
    assert_eq!(rig.ui.view, View::Logs);
    let [
        Effect::FollowLogs {
            query,
            replace: true,
        },
    ] = rig.effects.as_slice()
    else {
        panic!("{:?}", rig.effects)
    };
    assert_eq!(
        (query.sources.len(), query.tail, query.since, query.follow),
        (1, 100, None, true)
    );
    rig.press("esc");
    assert_eq!(rig.effects.last(), Some(&Effect::CloseLogs));
    rig.press("3");
    assert!(
        matches!(rig.effects.last(), Some(Effect::FollowLogs { .. })),
        "and opens again"
    );
}

#[test]
fn a_stream_that_ended_is_opened_again_after_a_later_start_only() {
    let mut rig = rig();
    rig.select("hub/db").press("l");
    let id = rig.ui.logs.sources[0].0.clone();
    rig.ui.logs.sources.clear();
    rig.ui.logs.ended.push((id, rig.now()));
    rig.settle();
    assert_eq!(rig.effects.len(), 1, "not while it is stopped");
    let mut picture = fixture::nine();
    picture.change("hub/db", |make| {
        make.facts(|facts| facts.started_at = Some(fixture::ago(-2)));
    });
    rig.snapshot = dressed(picture.snapshot());
    rig.settle();
    assert_eq!(rig.effects.len(), 2);
}

#[test]
fn an_event_leads_to_its_service_and_to_the_logs_of_its_moment() {
    let mut rig = rig();
    rig.press("4 l");
    assert_eq!(rig.toasts(), ["this event is about no service"]);
    rig.press("j enter");
    let newest_about = ServiceId::from("hub/db");
    assert_eq!(
        rig.ui.details.as_ref().map(|details| &details.service),
        Some(&newest_about)
    );
    rig.press("esc l");
    assert_eq!(
        (rig.ui.view, &rig.ui.logs.services),
        (View::Logs, &vec![newest_about])
    );
    let Some(Effect::FollowLogs {
        query,
        replace: true,
    }) = rig.effects.last()
    else {
        panic!("{:?}", rig.effects)
    };
    assert_eq!(
        query.since,
        Some(fixture::ago(30)),
        "ten seconds before the event"
    );
    assert!(!rig.ui.logs.follow, "the view stays at that moment");
}

#[test]
fn the_logs_tab_of_the_details_follows_its_service_only_while_it_shows() {
    let mut rig = rig();
    rig.select("hub/redis").press("enter tab tab");
    assert_eq!(
        rig.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Logs)
    );
    assert!(matches!(
        rig.effects.last(),
        Some(Effect::FollowLogs { .. })
    ));
    rig.press("tab");
    assert_eq!(rig.effects.last(), Some(&Effect::CloseLogs));
}

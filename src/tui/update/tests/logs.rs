//! Which log tails are open.

use super::*;

#[test]
fn logs_open_for_the_selection_and_close_when_they_are_left() {
    let mut console = console();
    console.select("hub/db").press("l");
    assert_eq!(console.ui.view, View::Logs);
    let [
        Effect::FollowLogs {
            query,
            replace: true,
        },
    ] = console.effects.as_slice()
    else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(
        (query.sources.len(), query.tail, query.since, query.follow),
        (1, 100, None, true)
    );
    console.press("esc");
    assert_eq!(console.effects.last(), Some(&Effect::CloseLogs));
    console.press("3");
    assert!(
        matches!(console.effects.last(), Some(Effect::FollowLogs { .. })),
        "and opens again"
    );
}

#[test]
fn a_stream_that_ended_is_opened_again_after_a_later_start_only() {
    let mut console = console();
    console.select("hub/db").press("l");
    let id = console.ui.logs.sources[0].0.clone();
    console.ui.logs.sources.clear();
    console.ui.logs.ended.push((id, console.now()));
    console.settle();
    assert_eq!(console.effects.len(), 1, "not while it is stopped");
    let mut builder = fixture::nine();
    builder.change("hub/db", |make| {
        make.facts(|facts| facts.started_at = Some(fixture::ago(-2)));
    });
    console.snapshot = dressed(builder.snapshot());
    console.settle();
    assert_eq!(console.effects.len(), 2);
}

#[test]
fn an_event_leads_to_its_service_and_to_the_logs_of_its_moment() {
    let mut console = console();
    console.press("4 l");
    assert_eq!(console.toasts(), ["this event is about no service"]);
    console.press("j enter");
    let newest_about = ServiceId::from("hub/db");
    assert_eq!(
        console.ui.details.as_ref().map(|details| &details.service),
        Some(&newest_about)
    );
    console.press("esc l");
    assert_eq!(
        (console.ui.view, &console.ui.logs.services),
        (View::Logs, &vec![newest_about])
    );
    let Some(Effect::FollowLogs {
        query,
        replace: true,
    }) = console.effects.last()
    else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(
        query.since,
        Some(fixture::ago(30)),
        "ten seconds before the event"
    );
    assert!(!console.ui.logs.follow, "the view stays at that moment");
}

#[test]
fn the_logs_tab_of_the_details_follows_its_service_only_while_it_shows() {
    let mut console = console();
    console.select("hub/redis").press("enter tab tab");
    assert_eq!(
        console.ui.details.as_ref().map(|details| details.tab),
        Some(DetailsTab::Logs)
    );
    assert!(matches!(
        console.effects.last(),
        Some(Effect::FollowLogs { .. })
    ));
    console.press("tab");
    assert_eq!(console.effects.last(), Some(&Effect::CloseLogs));
}

use super::*;
use crate::tui::fixture;

fn names(problems: &[ServiceInTrouble]) -> Vec<String> {
    let name = |problem: &ServiceInTrouble| match problem {
        ServiceInTrouble::Service(id) => id.to_string(),
        ServiceInTrouble::Incident(id) => format!("#{id}"),
    };
    problems.iter().map(name).collect()
}

/// Two stacks with a dead database, and a service of the second one that is degraded by itself.
fn two_stacks() -> Snapshot {
    let mut builder = fixture::sixty();
    fixture::fail(&mut builder, "shop");
    fixture::fail(&mut builder, "lab");
    builder.snapshot()
}

#[test]
fn roots_of_incidents_come_first_and_what_they_block_does_not_come_at_all() {
    let snapshot = fixture::failing().snapshot();
    let ui = fixture::ui(80, 24);
    assert_eq!(names(&problems(&ui, &snapshot)), ["hub/db", "hub/frontend"]);
    assert!(problems(&ui, &fixture::nine().snapshot()).is_empty());
    assert_eq!(next(&ui, &fixture::nine().snapshot()), None);
}

#[test]
fn an_incident_without_a_service_comes_before_all_others() {
    let mut snapshot = fixture::failing().snapshot();
    fixture::lose_engine(&mut snapshot, 20);
    let ui = fixture::ui(80, 24);
    let found = names(&problems(&ui, &snapshot));
    assert_eq!(found, ["#9", "hub/db", "hub/frontend"]);
}

#[test]
fn a_stack_comes_alone_and_all_others_once_it_has_no_problem() {
    let snapshot = two_stacks();
    let of = |stack: Option<&str>| {
        let mut ui = fixture::ui(80, 24);
        ui.scope.stack = stack.map(Into::into);
        names(&problems(&ui, &snapshot))
    };
    let all = ["lab/db", "shop/db", "lab/frontend", "shop/frontend"];
    assert_eq!(of(None), all);
    assert_eq!(of(Some("lab")), ["lab/db", "lab/frontend"]);
    assert_eq!(of(Some("hub")), all);
}

#[test]
fn the_next_one_follows_the_selection_and_begins_again_at_the_end() {
    let snapshot = fixture::failing().snapshot();
    let after = |view: View, selected: Option<&str>| {
        let mut ui = fixture::ui(80, 24);
        ui.view = view;
        ui.selection.selected = selected.map(Into::into);
        names(next(&ui, &snapshot).as_slice())
    };
    assert_eq!(after(View::Map, None), ["hub/db"]);
    assert_eq!(after(View::Map, Some("hub/redis")), ["hub/db"]);
    assert_eq!(after(View::Map, Some("hub/db")), ["hub/frontend"]);
    assert_eq!(after(View::Services, Some("hub/frontend")), ["hub/db"]);
    assert_eq!(
        after(View::Timeline, Some("hub/db")),
        ["hub/db"],
        "a selection that is not on screen does not count"
    );
}

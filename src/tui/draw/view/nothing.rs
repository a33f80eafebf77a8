//! Why the map and the table show no service: one sentence for both.

use crate::model::{Snapshot, StackName};
use crate::tui::state::UiState;

/// Why none of the services of `snapshot` is shown, where that is so.
#[must_use]
pub fn why(snapshot: &Snapshot, ui: &UiState) -> String {
    let engine = &snapshot.engine;
    if !snapshot.services.is_empty() {
        nothing_in_scope(ui)
    } else if !engine.discovery {
        "discovery is switched off (engine.enable_discovery = false)".to_owned()
    } else if let Some(there) = engine
        .projects
        .as_deref()
        .filter(|_| !ui.scope.projects.is_empty())
    {
        no_such_project(&ui.scope.projects, there)
    } else if engine.last_poll.is_some() || engine.status.is_connected() {
        "no containers on this engine yet: what docker compose up -d starts appears here".to_owned()
    } else {
        "waiting for the engine".to_owned()
    }
}

/// Why none of the services is shown.
fn nothing_in_scope(ui: &UiState) -> String {
    let filter = &ui.scope.filter;
    match (&ui.scope.stack, filter.is_empty()) {
        (Some(stack), true) => {
            format!("stack {stack} has no services; :stack all shows every stack")
        }
        (Some(stack), false) => {
            format!("nothing in stack {stack} matches \"{filter}\"; Esc clears it")
        }
        (None, false) => format!("nothing matches \"{filter}\"; Esc clears it"),
        (None, true) => "no service in this project: --project names another".to_owned(),
    }
}

/// That none of the watched projects has containers, and which there are.
fn no_such_project(watched: &[StackName], there: &[StackName]) -> String {
    let list = |names: &[StackName]| {
        names
            .iter()
            .map(StackName::as_str)
            .collect::<Vec<_>>()
            .join(", ")
    };
    match there {
        [] => format!(
            "project {} has no containers; the engine has no projects",
            list(watched)
        ),
        there => format!(
            "project {} has no containers; there are: {}",
            list(watched),
            list(there)
        ),
    }
}

#[cfg(test)]
mod tests {
    use crate::model::{EngineStatus, Snapshot};
    use crate::tui::fixture;
    use crate::tui::test_console::{TestConsole, dressed};

    #[test]
    fn map_and_table_say_the_same() {
        let mut empty = dressed(Snapshot::empty(fixture::now()));
        empty.engine.status = EngineStatus::Connected {
            since: fixture::ago(60),
        };
        let mut typo = empty.clone();
        typo.engine.projects = Some(vec!["hub".into(), "ops".into()]);
        let mut alone = empty.clone();
        alone.engine.projects = Some(Vec::new());
        let mut off = empty.clone();
        off.engine.discovery = false;
        let some = dressed(fixture::nine().snapshot());
        for (snapshot, projects, keys, words) in [
            (
                &typo,
                &["typo"][..],
                "",
                "project typo has no containers; there are: hub, ops",
            ),
            (
                &alone,
                &["typo"],
                "",
                "project typo has no containers; the engine has no projects",
            ),
            (
                &off,
                &["typo"],
                "",
                "discovery is switched off (engine.enable_discovery = false)",
            ),
            (&empty, &[], "", "no containers on this engine yet"),
            (
                &Snapshot::empty(fixture::now()),
                &["typo"],
                "",
                "waiting for the engine",
            ),
            (
                &some,
                &[],
                "/ x y z enter",
                "nothing matches \"xyz\"; Esc clears it",
            ),
            (
                &some,
                &[],
                "c / x y z enter",
                "nothing in stack hub matches \"xyz\"; Esc clears it",
            ),
            (&some, &["typo"], "", "no service in this project"),
        ] {
            for view in ["1", "2"] {
                let mut console = TestConsole::new(snapshot.clone(), 100, 20);
                console.ui.scope.projects = projects.iter().map(|name| (*name).into()).collect();
                console.press(view).press(keys);
                let screen = console.screen();
                assert!(screen.contains(words), "view {view}: {words}:\n{screen}");
            }
        }
    }
}

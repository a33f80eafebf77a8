//! The container that a shell is opened in.

use crate::model::{ExecRequest, Instance, InstanceState, Snapshot};
use crate::tui::state::{Facts, UiState, no_engine, selection};

/// What is asked for with the key of the shell.
///
/// # Errors
/// A few words why no shell can be opened.
pub fn request(ui: &UiState, snapshot: &Snapshot, facts: &Facts) -> Result<ExecRequest, String> {
    if facts.demo {
        return Err("the containers of the demo are simulated and have no shell".to_owned());
    }
    if facts.read_only {
        return Err("read-only".to_owned());
    }
    if no_engine(snapshot) || !snapshot.engine.status.is_connected() {
        return Err("engine unreachable".to_owned());
    }
    let targets = selection::targets(ui, snapshot);
    let service = match targets.as_slice() {
        [] => return Err("nothing selected".to_owned()),
        [only] => snapshot.service(only),
        _ => return Err("a shell is opened in one container: select one service".to_owned()),
    };
    let service = service.ok_or("the service is gone")?;
    let container = service.primary().ok_or("it has no containers")?;
    match why_not(container, facts) {
        Some(reason) => Err(reason),
        None => Ok(ExecRequest {
            service: service.id.clone(),
            instance: container.facts.id.clone(),
            container: container.facts.name.clone(),
            command: Vec::new(),
            terminal: None,
            input: true,
        }),
    }
}

/// Why nothing can be run in `container`.
fn why_not(container: &Instance, facts: &Facts) -> Option<String> {
    let name = &container.facts.name;
    match container.facts.state {
        InstanceState::Running => None,
        InstanceState::Paused => Some(match facts.pause_key {
            Some(key) => format!("{name} is paused – press {} to unpause", key.label(true)),
            None => format!("{name} is paused"),
        }),
        _ => Some(format!("{name} is not running")),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::InstanceState;
    use crate::tui::fixture;

    #[test]
    fn a_shell_is_opened_in_the_first_running_container_or_the_reason_is_given() {
        let mut snapshot = fixture::nine().snapshot();
        let mut ui = fixture::ui(80, 24);
        let mut facts = fixture::facts();
        let ask = |ui: &UiState, snapshot: &Snapshot, facts: &Facts| {
            request(ui, snapshot, facts).map(|request| request.container)
        };
        let no = |text: &str| Err(text.to_owned());
        assert_eq!(ask(&ui, &snapshot, &facts), no("nothing selected"));
        ui.selection.selected = Some("hub/db".into());
        assert_eq!(ask(&ui, &snapshot, &facts), Ok("hub-db-1".to_owned()));
        ui.selection.marked = ["hub/db".into(), "hub/backend".into()].into();
        assert_eq!(
            ask(&ui, &snapshot, &facts),
            no("a shell is opened in one container: select one service")
        );
        ui.selection.marked.clear();
        facts.demo = true;
        assert_eq!(
            ask(&ui, &snapshot, &facts),
            no("the containers of the demo are simulated and have no shell")
        );
        (facts.demo, facts.read_only) = (false, true);
        assert_eq!(ask(&ui, &snapshot, &facts), no("read-only"));
        facts.read_only = false;
        for (state, reason) in [
            (
                InstanceState::Paused,
                "hub-db-1 is paused – press p to unpause",
            ),
            (InstanceState::Exited, "hub-db-1 is not running"),
            (InstanceState::Created, "hub-db-1 is not running"),
        ] {
            for service in &mut snapshot.services {
                for instance in &mut Arc::make_mut(service).instances {
                    Arc::make_mut(&mut instance.facts).state = state;
                }
            }
            assert_eq!(ask(&ui, &snapshot, &facts), no(reason));
        }
    }
}

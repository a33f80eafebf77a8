//! What to use for what hubdeck does not do, with the names at hand.

use crate::model::commands::{compose, is_safe};
use crate::model::{Service, Snapshot};
use crate::tui::input::later::Later;
use crate::tui::state::{UiState, selection};

/// One sentence: that hubdeck does not do it, and what does.
#[must_use]
pub fn sentence(what: Later, ui: &UiState, snapshot: &Snapshot) -> String {
    let targets = selection::targets(ui, snapshot);
    let service = targets.first().and_then(|id| snapshot.service(id));
    let container = service.and_then(|service| service.primary());
    let container = container.map(|each| each.facts.name.as_str());
    let container = container
        .filter(|name| is_safe(name))
        .unwrap_or("CONTAINER");
    let service = service.map(AsRef::as_ref);
    let of_service = |verb| command_of_service(snapshot, service, verb);
    match what {
        Later::Remove => {
            let name = service.map_or("SERVICE", |service| service.name.as_str());
            format!(
                "this key removes nothing: type :remove {name}, or choose Remove in the actions"
            )
        }
        Later::Attach => {
            format!("hubdeck attaches to nothing: run docker attach {container}, or follow its log")
        }
        Later::Edit => format!(
            "hubdeck edits nothing: change the Compose file, then run {}",
            of_service("up -d")
        ),
        Later::PortForward => {
            "hubdeck forwards no ports: Overview in the details lists the published ones".to_owned()
        }
        Later::Browser => {
            "hubdeck opens no browser: Overview in the details lists the published ports".to_owned()
        }
        Later::CustomCommand => if ui.session.commands.is_empty() {
            "no command of your own is defined: [[command]] in the configuration defines one"
        } else {
            "each command of your own has its key, or is in the list of actions"
        }
        .to_owned(),
        Later::Bulk => {
            "an action applies to all marked services: mark them, then restart, stop or start"
                .to_owned()
        }
        Later::HideStopped => {
            "what has ended is sorted last; a filter shows one state only, such as /healthy"
                .to_owned()
        }
    }
}

/// The command that does `verb` to `service` alone.
fn command_of_service(snapshot: &Snapshot, service: Option<&Service>, verb: &str) -> String {
    let command = service.and_then(|service| {
        let name = service.name.as_str();
        compose(snapshot, service.stack.as_ref()?, verb, Some(name))
    });
    command.unwrap_or_else(|| format!("docker compose {verb} SERVICE"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn the_command_is_that_of_the_project_in_any_directory() {
        let mut snapshot = fixture::nine().snapshot();
        let mut ui = fixture::ui(80, 24);
        let edit = |ui: &UiState, snapshot: &Snapshot| sentence(Later::Edit, ui, snapshot);
        assert_eq!(
            edit(&ui, &snapshot),
            "hubdeck edits nothing: change the Compose file, then run docker compose up -d SERVICE"
        );
        ui.selection.selected = Some("hub/db".into());
        snapshot.stacks[0].working_dir = Some("/srv/hub".to_owned());
        let command = "docker compose -p hub --project-directory /srv/hub";
        assert_eq!(
            edit(&ui, &snapshot),
            format!("hubdeck edits nothing: change the Compose file, then run {command} up -d db")
        );
        snapshot.stacks[0].working_dir = Some("/srv/$(reboot)".to_owned());
        assert_eq!(
            edit(&ui, &snapshot),
            "hubdeck edits nothing: change the Compose file, then run docker compose up -d SERVICE"
        );
    }
}

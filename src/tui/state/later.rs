//! What to use for what hubdeck does not do, with the names at hand.

use crate::model::{Service, Snapshot};
use crate::tui::input::later::Later;
use crate::tui::state::{UiState, selection};

/// One sentence: that hubdeck does not do it, and what does.
#[must_use]
pub fn sentence(what: Later, ui: &UiState, snapshot: &Snapshot) -> String {
    let targets = selection::targets(ui, snapshot);
    let service = targets.first().and_then(|id| snapshot.service(id));
    let container = service.and_then(|service| service.primary());
    let container = container.map_or("CONTAINER", |each| each.facts.name.as_str());
    let compose = compose(service.map(AsRef::as_ref));
    let name = service.map_or("SERVICE", |service| service.name.as_str());
    match what {
        Later::Shell => format!("hubdeck opens no shell: run docker exec -it {container} sh"),
        Later::Update => format!(
            "hubdeck updates nothing: run {compose} pull {name}, then {compose} up -d {name}"
        ),
        Later::Remove => format!("hubdeck removes nothing: run docker rm {container}"),
        Later::Attach => {
            format!("hubdeck attaches to nothing: run docker attach {container}, or follow its log")
        }
        Later::Edit => format!(
            "hubdeck edits nothing: change the Compose file, then run {compose} up -d {name}"
        ),
        Later::PortForward => {
            "hubdeck forwards no ports: Overview in the details lists the published ones".to_owned()
        }
        Later::Browser => {
            "hubdeck opens no browser: Overview in the details lists the published ports".to_owned()
        }
        Later::CustomCommand => {
            "hubdeck has no custom commands: use its own, which : lists, or a shell".to_owned()
        }
        Later::Bulk => {
            "an action applies to all marked services: mark them, then restart, stop or start"
                .to_owned()
        }
        Later::ComposeUp => format!("hubdeck creates nothing: run {compose} up -d"),
        Later::ComposeDown => format!("hubdeck removes nothing: run {compose} down"),
        Later::HideStopped => {
            "what has ended is sorted last; a filter shows one state only, such as /healthy"
                .to_owned()
        }
    }
}

/// `docker compose`, with the project where the service has one.
fn compose(service: Option<&Service>) -> String {
    let stack = service.and_then(|service| service.stack.as_ref());
    stack.map_or_else(
        || "docker compose".to_owned(),
        |stack| format!("docker compose -p {stack}"),
    )
}

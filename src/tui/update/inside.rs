//! A shell or a command of the operator's own: in which container, then the effect.

use crate::model::{Instance, InstanceId, Service, Snapshot};
use crate::tui::input::action::ContainerUse;
use crate::tui::state::{Dialog, Facts, UiState, inside};
use crate::tui::update::effect::Effect;
use crate::tui::update::toast;

/// Runs `what` in the only container there is for it, or asks in which.
pub(super) fn choose(
    ui: &mut UiState,
    what: ContainerUse,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    // What is not possible was refused with its reason.
    let (service, instances) = inside::containers(&what, ui, snapshot, facts).ok()?;
    match instances.as_slice() {
        [only] => run(ui, &what, (service, only), snapshot, facts),
        _ => {
            ui.dialog = Some(Dialog::Containers { what, selected: 0 });
            None
        }
    }
}

/// Runs `what` in the container of that id.
pub(super) fn run_in(
    ui: &mut UiState,
    what: &ContainerUse,
    id: &InstanceId,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    let (service, instance) = inside::container(what, id, ui, snapshot, facts).ok()?;
    run(ui, what, (service, instance), snapshot, facts)
}

fn run(
    ui: &mut UiState,
    what: &ContainerUse,
    (service, instance): (&Service, &Instance),
    snapshot: &Snapshot,
    facts: &Facts,
) -> Option<Effect> {
    match what {
        ContainerUse::Shell => Some(Effect::Shell(Box::new(inside::shell(service, instance)))),
        ContainerUse::Command(command) => {
            match inside::command(command, service, instance, snapshot) {
                Ok(request) => Some(Effect::Run(Box::new(request))),
                Err(sentence) => {
                    toast(ui, &sentence, true, facts.now);
                    None
                }
            }
        }
    }
}

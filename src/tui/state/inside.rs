//! What may be run in which container: a shell, and the operator's own commands.

use std::sync::Arc;

use crate::model::{
    CommandRequest, CustomCommand, ExecRequest, Instance, InstanceId, InstanceState, Service,
    Snapshot,
};
use crate::tui::input::action::ContainerUse;
use crate::tui::state::{Facts, UiState, no_engine, selection};

/// The service that is acted on, with the containers in which `what` may be run: those that are
/// running, of a command of the operator's own every one where none is.
///
/// # Errors
/// A few words why it cannot be run.
pub fn containers<'a>(
    what: &ContainerUse,
    ui: &UiState,
    snapshot: &'a Snapshot,
    facts: &Facts,
) -> Result<(&'a Arc<Service>, Vec<&'a Instance>), String> {
    if facts.demo {
        return Err(match what {
            ContainerUse::Shell => "the containers of the demo are simulated and have no shell",
            ContainerUse::Command(_) => "the containers of the demo are simulated",
        }
        .to_owned());
    }
    if facts.read_only {
        return Err("read-only".to_owned());
    }
    let is_shell = *what == ContainerUse::Shell;
    if is_shell && (no_engine(snapshot) || !snapshot.engine.status.is_connected()) {
        return Err("engine unreachable".to_owned());
    }
    let service = target(what, ui, snapshot)?;
    let primary = service.primary().ok_or("it has no containers")?;
    let running = service.instances.iter();
    let running: Vec<&Instance> = running
        .filter(|each| each.facts.state == InstanceState::Running)
        .collect();
    match what {
        _ if !running.is_empty() => Ok((service, running)),
        ContainerUse::Shell => Err(why_not(primary, facts)),
        ContainerUse::Command(_) => Ok((service, service.instances.iter().collect())),
    }
}

/// The one service that is acted on.
fn target<'a>(
    what: &ContainerUse,
    ui: &UiState,
    snapshot: &'a Snapshot,
) -> Result<&'a Arc<Service>, String> {
    let targets = selection::targets(ui, snapshot);
    let service = match (targets.as_slice(), what) {
        ([], _) => return Err("nothing selected".to_owned()),
        ([only], _) => snapshot.service(only),
        (_, ContainerUse::Shell) => {
            return Err("a shell is opened in one container: select one service".to_owned());
        }
        (_, ContainerUse::Command(_)) => {
            return Err("a command is run for one container: select one service".to_owned());
        }
    };
    let service = service.ok_or("the service is gone")?;
    match what {
        ContainerUse::Command(command) if !command.is_for(service) => {
            Err(format!("only for services that match {}", command.pattern))
        }
        _ => Ok(service),
    }
}

/// Why no shell can be opened in `container`.
fn why_not(container: &Instance, facts: &Facts) -> String {
    let name = &container.facts.name;
    match (container.facts.state, facts.pause_key) {
        (InstanceState::Paused, Some(key)) => {
            format!("{name} is paused – press {} to unpause", key.label(true))
        }
        (InstanceState::Paused, None) => format!("{name} is paused"),
        _ => format!("{name} is not running"),
    }
}

/// The request for a shell in `instance` of `service`.
#[must_use]
pub fn shell(service: &Service, instance: &Instance) -> ExecRequest {
    ExecRequest {
        service: service.id.clone(),
        instance: instance.facts.id.clone(),
        container: instance.facts.name.clone(),
        command: Vec::new(),
        terminal: None,
        input: true,
    }
}

/// What `command` runs for `instance` of `service`.
///
/// # Errors
/// One sentence why a field of it cannot be replaced.
pub fn command(
    command: &CustomCommand,
    service: &Service,
    instance: &Instance,
    snapshot: &Snapshot,
) -> Result<CommandRequest, String> {
    let info = snapshot.engine.info.as_ref();
    let endpoint = info.map_or("", |info| info.endpoint.as_str());
    let request = command.request(service, instance, endpoint);
    request.map_err(|error| format!("{} cannot be run: {error}", command.name))
}

/// The container of that id among those in which `what` may be run.
///
/// # Errors
/// A few words why it cannot be run there.
pub fn container<'a>(
    what: &ContainerUse,
    id: &InstanceId,
    ui: &UiState,
    snapshot: &'a Snapshot,
    facts: &Facts,
) -> Result<(&'a Arc<Service>, &'a Instance), String> {
    let (service, instances) = containers(what, ui, snapshot, facts)?;
    let chosen = instances.into_iter().find(|each| each.facts.id == *id);
    let chosen = chosen.ok_or("the container is gone or is not running")?;
    Ok((service, chosen))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn a_shell_is_opened_in_the_first_running_container_or_the_reason_is_given() {
        let mut snapshot = fixture::nine().snapshot();
        let mut ui = fixture::ui(80, 24);
        let mut facts = fixture::facts();
        let ask = |ui: &UiState, snapshot: &Snapshot, facts: &Facts| {
            let found = containers(&ContainerUse::Shell, ui, snapshot, facts);
            found.map(|(_, instances)| instances[0].facts.name.clone())
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

    #[test]
    fn a_command_is_run_where_it_fits_and_running_containers_come_first() {
        let snapshot = fixture::nine().snapshot();
        let mut ui = fixture::ui(80, 24);
        let facts = fixture::facts();
        let what = ContainerUse::Command(fixture::psql());
        let names = |ui: &UiState, snapshot: &Snapshot| {
            let found = containers(&what, ui, snapshot, &facts);
            found.map(|(_, instances)| {
                let names = instances.iter().map(|each| each.facts.name.clone());
                names.collect::<Vec<_>>()
            })
        };
        ui.selection.selected = Some("hub/db".into());
        assert_eq!(names(&ui, &snapshot), Ok(vec!["hub-db-1".to_owned()]));
        let mut stopped = snapshot.clone();
        for service in &mut stopped.services {
            for instance in &mut Arc::make_mut(service).instances {
                Arc::make_mut(&mut instance.facts).state = InstanceState::Exited;
            }
        }
        assert_eq!(names(&ui, &stopped), Ok(vec!["hub-db-1".to_owned()]));
        ui.selection.selected = Some("hub/worker".into());
        assert_eq!(
            names(&ui, &snapshot),
            Err("only for services that match d*".to_owned())
        );
        let (service, replicas) =
            containers(&ContainerUse::Shell, &ui, &snapshot, &facts).expect("replicas that run");
        assert!(replicas.len() > 1, "{}", service.id);
    }
}

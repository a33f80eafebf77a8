//! Which stack a call of Compose is about.

use crate::model::{ComposeInvocation, Service, ServiceId, Snapshot, StackName};
use crate::plan;
use crate::tui::input::action::ComposeAction;
use crate::tui::state::{Facts, UiState, no_engine, selection};

/// What `action` asks of Compose: of the stack of the services that it names, else of that in view or
/// of the selection.
///
/// # Errors
/// A few words why nothing can be asked.
pub fn request(
    action: &ComposeAction,
    ui: &UiState,
    snapshot: &Snapshot,
    facts: &Facts,
) -> Result<ComposeInvocation, String> {
    if facts.demo {
        return Err("the stack of the demo is simulated and has no Compose files".to_owned());
    }
    if facts.read_only {
        return Err("read-only".to_owned());
    }
    if no_engine(snapshot) || !snapshot.engine.status.is_connected() {
        return Err("engine unreachable".to_owned());
    }
    let named = action
        .services
        .iter()
        .find_map(|name| service(name, snapshot)?.stack.clone());
    let stack = named
        .or_else(|| selection::stack_of_selection(ui, snapshot))
        .or_else(|| only_stack(snapshot))
        .ok_or("no stack: select one of its services")?;
    let services = action.services.iter();
    let services = services
        .map(|name| in_files(name, &stack).to_owned())
        .collect();
    plan::compose_invocation(&stack, services, action.verb.clone(), snapshot)
        .map_err(|refusal| refusal.to_string())
}

/// The only stack that there is.
fn only_stack(snapshot: &Snapshot) -> Option<StackName> {
    let mut stacks = snapshot
        .services
        .iter()
        .filter_map(|service| service.stack.as_ref());
    let first = stacks.next()?;
    stacks.all(|stack| stack == first).then(|| first.clone())
}

/// The service with this id.
fn service<'a>(id: &str, snapshot: &'a Snapshot) -> Option<&'a Service> {
    snapshot
        .service(&ServiceId::new(id))
        .map(|service| &**service)
}

/// The name of a service in the files of `stack`: `hub/db` is `db`.
fn in_files<'a>(name: &'a str, stack: &StackName) -> &'a str {
    let own = name
        .strip_prefix(stack.as_str())
        .and_then(|rest| rest.strip_prefix('/'));
    own.unwrap_or(name)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::ComposeVerb;
    use crate::tui::fixture;

    #[test]
    fn the_stack_is_that_of_what_is_named_or_selected() {
        let mut snapshot = fixture::nine().snapshot();
        for service in &mut snapshot.services {
            for instance in &mut Arc::make_mut(service).instances {
                let label = |key: &str, value: &str| {
                    (format!("com.docker.compose.{key}"), value.to_owned())
                };
                let labels = [
                    label("project", "hub"),
                    label("project.config_files", "/srv/hub/compose.yaml"),
                ];
                Arc::make_mut(&mut instance.facts).labels = labels.into();
            }
        }
        let (mut ui, mut facts) = (fixture::ui(80, 24), fixture::facts());
        let ask = |ui: &UiState, facts: &Facts, services: &[&str]| {
            let action = ComposeAction {
                verb: ComposeVerb::UP,
                services: services.iter().map(|name| (*name).to_owned()).collect(),
            };
            request(&action, ui, &snapshot, facts).map(|asked| asked.docker_command())
        };
        let begin = "docker compose --project-name hub --file /srv/hub/compose.yaml up --detach";
        assert_eq!(
            ask(&ui, &facts, &[]),
            Ok(begin.to_owned()),
            "the only one there is"
        );
        assert_eq!(
            ask(&ui, &facts, &["hub/db", "new"]),
            Ok(format!("{begin} db new"))
        );
        ui.selection.selected = Some("hub/db".into());
        assert_eq!(ask(&ui, &facts, &[]), Ok(begin.to_owned()));
        facts.read_only = true;
        assert_eq!(ask(&ui, &facts, &[]), Err("read-only".to_owned()));
        (facts.read_only, facts.demo) = (false, true);
        assert_eq!(
            ask(&ui, &facts, &[]),
            Err("the stack of the demo is simulated and has no Compose files".to_owned())
        );
    }
}

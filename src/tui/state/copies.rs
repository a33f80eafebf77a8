//! What can be copied of what is selected.

use crate::model::commands::is_safe;
use crate::model::{
    ExecRequest, Instance, Operation, OperationKind, Service, ServiceId, Snapshot, web_url,
};
use crate::plan::plan;
use crate::tui::input::page::DetailsTab;
use crate::tui::state::{DetailsState, UiState, inside, selection};

/// Operations whose `docker` commands can be copied.
const OPERATIONS: [OperationKind; 5] = [
    OperationKind::Restart,
    OperationKind::Stop,
    OperationKind::Start,
    OperationKind::Pause,
    OperationKind::Unpause,
];

/// What can be copied now, each with what it is; the first is what is wanted most often. Of several
/// services a line each. Empty where nothing is selected.
#[must_use]
pub fn copies(ui: &UiState, snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let mut all = match &ui.details {
        Some(DetailsState {
            tab: DetailsTab::Inspect,
            inspect: Some(Ok(answer)),
            tree,
            ..
        }) => tree.copies(answer),
        _ => Vec::new(),
    };
    let targets = selection::targets(ui, snapshot);
    let services = targets.iter().filter_map(|id| snapshot.service(id));
    let services: Vec<&Service> = services.map(AsRef::as_ref).collect();
    all.extend(of_services(&services, snapshot));
    all.extend(commands(&targets, &services, snapshot));
    all.retain(|(_, text)| !text.is_empty());
    all
}

/// Names, ids, addresses and the like of `services`.
fn of_services(services: &[&Service], snapshot: &Snapshot) -> Vec<(&'static str, String)> {
    let each = |value: &dyn Fn(&Service) -> Option<String>| {
        let values: Vec<String> = services
            .iter()
            .filter_map(|service| value(service))
            .collect();
        values.join("\n")
    };
    let of_container = |value: &dyn Fn(&Instance) -> Option<String>| {
        each(&|service| service.primary().and_then(value))
    };
    let name = |service: &Service| {
        let primary = service.primary();
        Some(primary.map_or_else(|| service.name.to_string(), |it| it.facts.name.clone()))
    };
    let info = snapshot.engine.info.as_ref();
    let endpoint = info.map_or("", |info| info.endpoint.as_str());
    vec![
        ("name", each(&name)),
        ("id", of_container(&|it| Some(it.facts.id.to_string()))),
        ("service", each(&|service| Some(service.id.to_string()))),
        (
            "address",
            of_container(&|it| {
                let mut addresses = it.facts.networks.iter().filter_map(|each| each.address);
                addresses.next().map(|address| address.to_string())
            }),
        ),
        (
            "URL",
            of_container(&|it| {
                it.facts
                    .ports
                    .iter()
                    .find_map(|port| web_url(port, endpoint))
            }),
        ),
        ("image", of_container(&|it| Some(it.facts.image.clone()))),
    ]
}

/// The `docker` commands that equal what the console does with `targets`, as far as that is possible
/// now.
fn commands(
    targets: &[ServiceId],
    services: &[&Service],
    snapshot: &Snapshot,
) -> Vec<(&'static str, String)> {
    let planned = |kind: OperationKind| {
        let operation = Operation {
            kind,
            targets: targets.to_vec(),
            with_dependents: false,
            image: None,
        };
        let steps = plan(&operation, snapshot).map_or_else(|_| Vec::new(), |plan| plan.steps);
        let commands: Vec<String> = steps.iter().filter_map(|it| it.docker_command()).collect();
        (kind.verb(), commands.join("\n"))
    };
    let mut all: Vec<(&'static str, String)> = OPERATIONS.into_iter().map(planned).collect();
    let containers = services.iter().filter_map(|service| {
        let instance = service.primary()?;
        is_safe(&instance.facts.name).then_some((*service, instance))
    });
    let containers: Vec<(&Service, &Instance)> = containers.collect();
    let lines = |line: &dyn Fn(&Service, &Instance) -> String| {
        let lines = containers.iter().map(|(service, it)| line(service, it));
        lines.collect::<Vec<_>>().join("\n")
    };
    all.push((
        "logs",
        lines(&|_, it| format!("docker logs --follow {}", it.facts.name)),
    ));
    all.push(("shell", lines(&|service, it| shell(service, it))));
    all
}

/// The command that opens a shell in a terminal.
fn shell(service: &Service, instance: &Instance) -> String {
    let none = crate::model::TerminalSize {
        columns: 0,
        rows: 0,
    };
    let request = ExecRequest {
        terminal: Some(none),
        ..inside::shell(service, instance)
    };
    request.docker_command()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn names_addresses_and_the_commands_that_equal_actions_are_offered() {
        let snapshot = fixture::nine().snapshot();
        let mut ui = fixture::ui(80, 24);
        assert_eq!(copies(&ui, &snapshot), []);
        ui.selection.selected = Some("hub/db".into());
        let all = copies(&ui, &snapshot);
        let text = |what: &str| {
            let found = all.iter().find(|(each, _)| *each == what);
            found.map(|(_, text)| text.as_str())
        };
        assert_eq!(all.first(), Some(&("name", "hub-db-1".to_owned())));
        assert_eq!(text("service"), Some("hub/db"));
        assert_eq!(text("restart"), Some("docker restart hub-db-1"));
        assert_eq!(text("stop"), Some("docker stop hub-db-1"));
        assert_eq!(text("logs"), Some("docker logs --follow hub-db-1"));
        assert_eq!(text("shell"), Some("docker exec -it hub-db-1 sh"));
        ui.selection.marked = ["hub/db".into(), "hub/redis".into()].into();
        let both = copies(&ui, &snapshot);
        assert_eq!(both[0], ("name", "hub-db-1\nhub-redis-1".to_owned()));
    }
}

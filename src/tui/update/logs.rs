//! Which log tails are open, and what of them is shown.

mod arrival;
pub mod ring;
pub mod scroll;

use crate::model::{
    InstanceId, LogQuery, LogSource, Service, ServiceId, SignedDuration, Snapshot, Timestamp,
};
use crate::tui::input::action::Action;
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::scope::visible_services;
use crate::tui::state::selection::targets;
use crate::tui::state::{Facts, LogRing, LogsState, UiState, availability, timeline};
use crate::tui::update::effect::Effect;

pub use arrival::arrived;

/// Time before an event from which its logs are shown.
const BEFORE_EVENT: SignedDuration = SignedDuration::from_secs(10);

/// Lines asked for around an event, per container.
const EVENT_TAIL: u32 = 100_000;

/// Shows the logs of the service of the chosen event as they were at that moment.
fn open_at_event(ui: &mut UiState, snapshot: &Snapshot) {
    let Some(event) = timeline::selected(ui, snapshot) else {
        return;
    };
    let Some(service) = event.service.clone() else {
        return;
    };
    let from = event.at.checked_sub(BEFORE_EVENT).unwrap_or(event.at);
    ui.logs.services.clear();
    follow(ui, vec![service]);
    (ui.logs.from, ui.logs.follow) = (Some(from), false);
    ui.view = View::Logs;
}

/// Shows the logs of the marks or the selection; of the whole stack when nothing is chosen in it;
/// from the timeline those of the moment of the event.
pub(super) fn open(ui: &mut UiState, snapshot: &Snapshot) {
    if ui.view == View::Timeline && ui.details.is_none() {
        return open_at_event(ui, snapshot);
    }
    let mut services = targets(ui, snapshot);
    if services.is_empty() && ui.scope.stack.is_some() {
        services = visible_services(snapshot, ui)
            .iter()
            .map(|service| service.id.clone())
            .collect();
    }
    if let Some(details) = &mut ui.details {
        details.tab = DetailsTab::Logs;
        details.top = 0;
    } else {
        ui.view = View::Logs;
    }
    if !services.is_empty() {
        follow(ui, services);
    }
}

/// Scrolls, searches and switches; other actions are ignored.
pub(super) fn act(ui: &mut UiState, action: &Action) {
    if *action == Action::ToggleFollow && ui.logs.from.is_some() {
        to_the_end(ui);
    } else {
        scroll::apply(&mut ui.logs, action, &ui.drawn);
    }
}

/// Leaves the moment of an event for the end of the same logs.
fn to_the_end(ui: &mut UiState) {
    let services = std::mem::take(&mut ui.logs.services);
    follow(ui, services);
}

/// Follows `services`; what is known of them already is kept.
pub(super) fn follow(ui: &mut UiState, services: Vec<ServiceId>) {
    if ui.logs.services == services && ui.logs.from.is_none() {
        return;
    }
    ui.logs = LogsState {
        services,
        follow: true,
        timestamps: ui.logs.timestamps,
        wrap: ui.logs.wrap,
        search: ui.logs.search.clone(),
        ring: LogRing::default(),
        ..LogsState::default()
    };
}

/// Opens what should be followed and is not; closes everything when no log is on screen.
pub(super) fn settle(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    if !availability::logs_visible(ui) {
        let open = !ui.logs.sources.is_empty();
        ui.logs.sources.clear();
        return open.then_some(Effect::CloseLogs);
    }
    if !snapshot.engine.status.is_connected() {
        return None;
    }
    let missing = missing(&ui.logs, snapshot);
    if missing.is_empty() {
        return None;
    }
    let replace = ui.logs.sources.is_empty();
    let since = ui
        .logs
        .ring
        .lines
        .iter()
        .rev()
        .find_map(|line| line.at)
        .map(just_after)
        .or(ui.logs.from);
    let mut sources = Vec::new();
    for (instance, name, tty) in missing {
        ui.logs.ended.retain(|(ended, _)| *ended != instance);
        ui.logs.sources.push((instance.clone(), name));
        sources.push(LogSource { instance, tty });
    }
    let tail = if ui.logs.from.is_some() {
        EVENT_TAIL
    } else {
        facts.log_tail
    };
    let query = LogQuery {
        sources,
        tail,
        since,
        follow: true,
    };
    Some(Effect::FollowLogs { query, replace })
}

fn just_after(at: Timestamp) -> Timestamp {
    at.checked_add(std::time::Duration::from_nanos(1))
        .unwrap_or(at)
}

fn missing(logs: &LogsState, snapshot: &Snapshot) -> Vec<(InstanceId, String, bool)> {
    let services = logs.services.iter().filter_map(|id| snapshot.service(id));
    services
        .flat_map(|service| {
            service
                .instances
                .iter()
                .map(move |instance| (service, &instance.facts))
        })
        .filter(|(_, facts)| !logs.sources.iter().any(|(open, _)| *open == facts.id))
        .filter(|(_, facts)| {
            let ended = logs.ended.iter().find(|(ended, _)| *ended == facts.id);
            // A stream that ended is opened again only after a later start.
            ended.is_none_or(|(_, at)| {
                facts.is_running() && facts.started_at.is_some_and(|start| start > *at)
            })
        })
        .map(|(service, facts)| (facts.id.clone(), source_name(service, &facts.id), facts.tty))
        .collect()
}

/// The service's name, with the instance's number where there are several.
fn source_name(service: &Service, instance: &InstanceId) -> String {
    let at = service
        .instances
        .iter()
        .position(|each| each.facts.id == *instance)
        .unwrap_or_default();
    if service.instances.len() < 2 {
        return service.title().to_owned();
    }
    let number = service.instances.get(at).and_then(|each| each.facts.number);
    format!(
        "{}-{}",
        service.title(),
        number.map_or(at + 1, |number| number as usize)
    )
}

//! Which log tails are open, and what of them is shown.

mod arrival;
pub mod find;
pub(super) mod id;
pub(super) mod in_view;
pub mod patterns;
pub(super) mod record;
pub mod ring;
pub mod scroll;
pub(super) mod time;

use std::collections::HashMap;
use std::sync::Arc;

use crate::logs::sources::{NamedSource, name_of, owner, sources};
use crate::model::{
    InstanceId, LogFields, LogQuery, ServiceId, SignedDuration, Snapshot, Timestamp,
};
use crate::tui::input::action::Action;
use crate::tui::input::page::{DetailsTab, View};
use crate::tui::state::logs::find::FindText;
use crate::tui::state::logs::layout::ChosenFields;
use crate::tui::state::logs::{LineLook, LogBegin, LogFind, LogNews, LogRing};
use crate::tui::state::selection::targets;
use crate::tui::state::{Facts, LogsState, UiState, availability, incidents, timeline};
use crate::tui::update::effect::Effect;
use crate::tui::update::{history, toast};

pub use arrival::{ArrivalMask, arrived};

/// Time before an event from which its logs are shown.
const BEFORE_EVENT: SignedDuration = SignedDuration::from_secs(10);

/// Time before a start from which the log of the run before is shown.
const BEFORE_START: SignedDuration = SignedDuration::from_secs(60);

/// The service and the moment of the chosen event, or the root and the begin of the chosen incident.
fn chosen_moment(ui: &UiState, snapshot: &Snapshot) -> Option<(ServiceId, Timestamp)> {
    if ui.view == View::Timeline {
        let event = timeline::selected(ui, snapshot)?;
        return Some((event.service.clone()?, event.at));
    }
    let incident = incidents::selected(ui, snapshot)?;
    Some((incident.root.service()?.clone(), incident.opened_at))
}

/// Shows the logs of the chosen event or incident as they were at its moment.
fn open_at_moment(ui: &mut UiState, snapshot: &Snapshot) {
    let Some((service, at)) = chosen_moment(ui, snapshot) else {
        return;
    };
    open_from(ui, vec![service], before(at));
}

/// Shortly before the moment `at`.
fn before(at: Timestamp) -> LogBegin {
    LogBegin::Moment(at.checked_sub(BEFORE_EVENT).unwrap_or(at))
}

/// Shows the logs of `services` from `begin` on.
pub(super) fn open_from(ui: &mut UiState, services: Vec<ServiceId>, begin: LogBegin) {
    history::leave(ui);
    (ui.view, ui.details) = (View::Logs, None);
    if begin == LogBegin::Tail {
        follow(ui, services);
    } else {
        // Read again, also where the same was shown before.
        follow_from(ui, services, begin);
    }
}

/// Shows the logs of the named services, of the selection or of everything in view, since so long.
pub(super) fn open_of(
    ui: &mut UiState,
    services: Vec<ServiceId>,
    since: Option<SignedDuration>,
    snapshot: &Snapshot,
) {
    let begin = since.map_or(LogBegin::Tail, LogBegin::Since);
    let services = if services.is_empty() {
        targets(ui, snapshot)
    } else {
        services
    };
    if services.is_empty() {
        open_from(ui, Vec::new(), LogBegin::Tail);
        in_view::follow(ui, snapshot);
        let in_view = ui.logs.in_view.take();
        let services = std::mem::take(&mut ui.logs.services);
        follow_from(ui, services, begin);
        ui.logs.in_view = in_view;
    } else {
        open_from(ui, services, begin);
    }
}

/// Shows the logs of the selection from before its last start on: an engine keeps the log of
/// earlier runs of a container.
pub(super) fn open_previous(ui: &mut UiState, snapshot: &Snapshot) {
    let services = targets(ui, snapshot);
    let instances = services.iter().filter_map(|id| snapshot.service(id));
    let instances = instances.flat_map(|service| &service.instances);
    let started = instances.filter_map(|each| each.facts.started_at).min();
    let from = started.and_then(|at| at.checked_sub(BEFORE_START).ok());
    open_from(ui, services, from.map_or(LogBegin::Tail, LogBegin::Moment));
}

/// Shows the logs of the marks or the selection; of everything in view when nothing is chosen; from
/// the timeline and the incidents those of the moment of the event or the begin.
pub(super) fn open(ui: &mut UiState, snapshot: &Snapshot) {
    if matches!(ui.view, View::Timeline | View::Incidents) && ui.details.is_none() {
        return open_at_moment(ui, snapshot);
    }
    let services = targets(ui, snapshot);
    if let Some(details) = &mut ui.details {
        details.tab = DetailsTab::Logs;
        details.top = 0;
        return follow(ui, services);
    }
    history::leave(ui);
    ui.view = View::Logs;
    if services.is_empty() {
        in_view::follow(ui, snapshot);
    } else {
        follow(ui, services);
    }
}

/// Shows the logs of the selection, event or incident around its moment: for a service its last
/// change.
pub(super) fn open_around(ui: &mut UiState, snapshot: &Snapshot) {
    if matches!(ui.view, View::Timeline | View::Incidents) && ui.details.is_none() {
        return open_at_moment(ui, snapshot);
    }
    let services = targets(ui, snapshot);
    let changes = services.iter().filter_map(|id| snapshot.service(id));
    let latest = changes.map(|service| service.health.since).max();
    open_from(ui, services, latest.map_or(LogBegin::Tail, before));
}

/// Takes over which lines a frame showed: while lines before the begin of a view come in, it stays on
/// the first ones.
pub(super) fn settled(ui: &mut UiState) {
    let place = ui.drawn.log.place.filter(|_| !ui.logs.follow);
    if let Some(place) = place.filter(|_| availability::logs_visible(ui)) {
        (ui.logs.back, ui.logs.below) = (place.back, place.below);
    }
}

/// Shows only the lines that this filter lets through, of everything in view where no log is shown.
pub(super) fn filter(ui: &mut UiState, text: String, snapshot: &Snapshot) {
    if !availability::logs_visible(ui) {
        open(ui, snapshot);
    }
    find::want(&mut ui.logs, |wanted| wanted.filter = text);
}

/// Scrolls, searches and switches; other actions are ignored.
pub(super) fn act(ui: &mut UiState, action: &Action, snapshot: &Snapshot) {
    let logs = &mut ui.logs;
    if patterns::act(logs, action, &ui.drawn) {
        return;
    }
    match action {
        Action::Patterns => patterns::toggle(logs),
        Action::Enter => record::open(ui, snapshot),
        Action::ToggleFollow if logs.begin.moment().is_some() => to_the_end(ui),
        Action::LeastLevel(level) => find::want(logs, |wanted| {
            wanted.level = Some(*level).filter(|level| wanted.level != Some(*level));
        }),
        Action::NextContext => find::next_context(logs),
        Action::GoToTime(at) => time::go_to(ui, *at),
        Action::Bucket(by) => time::bucket(logs, *by, &ui.drawn),
        action => scroll::apply(logs, action, &ui.drawn),
    }
}

/// Leaves the moment of an event for the end of the same logs.
fn to_the_end(ui: &mut UiState) {
    time::read_from(ui, LogBegin::Tail);
}

/// Follows `services`; what is known of them already is kept.
pub(super) fn follow(ui: &mut UiState, services: Vec<ServiceId>) {
    ui.logs.in_view = None;
    if ui.logs.services != services || ui.logs.begin != LogBegin::Tail {
        follow_from(ui, services, LogBegin::Tail);
    }
}

/// Reads the logs of `services` anew, from `begin` on.
pub(super) fn follow_from(ui: &mut UiState, services: Vec<ServiceId>, begin: LogBegin) {
    ui.logs = LogsState {
        services,
        begin,
        follow: begin.moment().is_none(),
        look: LineLook {
            fields: Arc::default(),
            ..ui.logs.look.clone()
        },
        find: LogFind {
            wanted: FindText {
                // The patterns are those of the lines that go.
                pattern: None,
                ..ui.logs.find.wanted.clone()
            },
            context: ui.logs.find.context,
            generation: ui.logs.find.generation,
            ..LogFind::default()
        },
        ..LogsState::default()
    };
    find::look_again(&mut ui.logs);
}

/// Opens what should be followed and is not; closes everything when no log is on screen.
pub(super) fn settle(ui: &mut UiState, snapshot: &Snapshot, facts: &Facts) -> Option<Effect> {
    if !availability::logs_visible(ui) {
        if ui.logs.ring.is_full {
            // Closed already.
            return None;
        }
        let was_open = !ui.logs.streams.open.is_empty();
        ui.logs.streams.open.clear();
        return was_open.then_some(Effect::CloseLogs);
    }
    if find::jumps(&mut ui.logs.find) {
        scroll::nearest_hit(&mut ui.logs, &ui.drawn);
    }
    say(ui, facts);
    in_view::settle(ui, snapshot);
    choose_fields(&mut ui.logs, &ui.session.log_tables.fields, snapshot);
    follow_missing(&mut ui.logs, snapshot, facts.log_tail, facts)
        .or_else(|| find::request(&mut ui.logs).map(Effect::FindLines))
        .or_else(|| patterns::request(&mut ui.logs, snapshot, facts.now).map(Effect::MinePatterns))
}

/// Says what happened to the log that is shown.
fn say(ui: &mut UiState, facts: &Facts) {
    match ui.logs.notices.news.take() {
        None => {}
        Some(LogNews::SearchWrapped) => toast::refuse(ui, "search wrapped", facts.now),
        Some(LogNews::ChosenDiscarded) => {
            let sentence = "the chosen line was discarded to make room for new ones";
            toast::toast(ui, sentence, false, facts.now);
        }
    }
}

/// Which fields are shown of the lines of each container that is followed.
pub(super) fn choose_fields(logs: &mut LogsState, chosen: &[LogFields], snapshot: &Snapshot) {
    if logs.look.fields.sources == logs.sources.len() {
        return;
    }
    // What is known of a container holds when it is gone.
    let mut of = logs.look.fields.of.clone();
    let new = logs.sources.iter().skip(logs.look.fields.sources);
    of.extend(new.filter_map(|(instance, _)| {
        let service = owner(snapshot, instance)?.service;
        let fields = LogFields::of(chosen, service.as_str(), name_of(&service))?;
        Some((instance.clone(), fields.to_vec()))
    }));
    let sources = logs.sources.len();
    logs.look.fields = Arc::new(ChosenFields { sources, of });
}

/// Opens those streams of `logs` that are not open yet, each from where the log begins: `tail` lines
/// from its end for example; after the last line where there are lines.
pub(super) fn follow_missing(
    logs: &mut LogsState,
    snapshot: &Snapshot,
    tail: u32,
    facts: &Facts,
) -> Option<Effect> {
    if !snapshot.engine.status.is_connected() || logs.ring.is_full {
        return None;
    }
    let missing = missing(logs, snapshot);
    if missing.is_empty() {
        return None;
    }
    let replace = logs.streams.open.is_empty();
    let last = last_times(&logs.ring);
    let mut queries: Vec<LogQuery> = Vec::new();
    for NamedSource { source, name, .. } in missing {
        // What was read of some goes on after its last line; the others begin where the log begins.
        let (tail, since) = match last.get(&source.instance) {
            Some(at) => (None, Some(just_after(*at))),
            None => begin(logs.begin, tail, facts.now),
        };
        logs.streams
            .ended
            .retain(|(ended, _)| *ended != source.instance);
        logs.streams.open.insert(source.instance.clone());
        if !logs.sources.iter().any(|(id, _)| *id == source.instance) {
            logs.sources.push((source.instance.clone(), name));
        }
        let mut same = queries.iter_mut();
        match same.find(|it| (it.tail, it.since) == (tail, since)) {
            Some(query) => query.sources.push(source),
            None => queries.push(LogQuery {
                sources: vec![source],
                tail,
                since,
                until: None,
                follow: true,
            }),
        }
    }
    Some(Effect::FollowLogs { queries, replace })
}

/// Up to when each container has been read.
fn last_times(ring: &LogRing) -> HashMap<InstanceId, Timestamp> {
    let mut last = HashMap::new();
    // The ring is in the order of time, so the latest of each container stays.
    for line in &ring.lines {
        if let Some(at) = line.read_until() {
            match last.get_mut(&line.instance) {
                Some(known) => *known = at,
                None => _ = last.insert(line.instance.clone(), at),
            }
        }
    }
    last
}

/// Lines from the end, and the time, from which a log that begins so is read at `now`.
fn begin(begin: LogBegin, tail: u32, now: Timestamp) -> (Option<u32>, Option<Timestamp>) {
    match begin {
        LogBegin::Tail => (Some(tail), None),
        LogBegin::Since(age) => (None, now.checked_sub(age).ok()),
        LogBegin::All => (None, None),
        // The engine counts lines from the end before it looks at the time.
        LogBegin::Moment(at) => (None, Some(at)),
    }
}

fn just_after(at: Timestamp) -> Timestamp {
    at.checked_add(std::time::Duration::from_nanos(1))
        .unwrap_or(at)
}

/// The sources of the services shown that are not open.
fn missing(logs: &LogsState, snapshot: &Snapshot) -> Vec<NamedSource> {
    let mut missing = sources(snapshot, &logs.services);
    missing.retain(|each| {
        let id = &each.source.instance;
        let ended = logs.streams.ended.iter().find(|(ended, _)| ended == id);
        // A stream that ended is opened again only after a later start.
        let may_open = ended.is_none_or(|(_, at)| each.runs_since.is_some_and(|since| since > *at));
        !logs.streams.open.contains(id) && may_open
    });
    missing
}

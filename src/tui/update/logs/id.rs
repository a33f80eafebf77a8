//! One request through every service: the correlation or trace id of a line, followed.

use crate::logs::LogFilter;
use crate::logs::filter::quoted;
use crate::logs::record::Record;
use crate::logs::sources::owner;
use crate::model::{ServiceId, SignedDuration, Snapshot};
use crate::tui::state::UiState;
use crate::tui::state::logs::LogBegin;
use crate::tui::state::logs::find::FindText;
use crate::tui::update::toast;

use super::{find, open_from};

/// Names of fields that hold the id of a request, the most telling first; without case, `-`, `_`
/// and `.`. From OpenTelemetry, W3C trace context, and the headers that proxies add.
const NAMES: [&str; 8] = [
    "correlationid",
    "xcorrelationid",
    "traceid",
    "requestid",
    "xrequestid",
    "reqid",
    "transactionid",
    "spanid",
];

/// Shortest id that is followed: a shorter one is in too many lines.
const SHORTEST: usize = 4;

/// How long before the line a request may have begun.
const BEFORE: SignedDuration = SignedDuration::from_secs(30);

/// The id that `text` holds.
#[must_use]
pub fn of(text: &str) -> Option<String> {
    let record = Record::read(text);
    let plain = |key: &str| -> String {
        let kept = key.chars().filter(|c| !matches!(c, '-' | '_' | '.'));
        kept.flat_map(char::to_lowercase).collect()
    };
    NAMES.iter().find_map(|name| {
        let mut fields = record.fields.iter();
        let field = fields.find(|field| plain(&field.key).ends_with(name))?;
        (field.value.len() >= SHORTEST).then(|| field.value.to_string())
    })
}

/// Shows the lines of every service of the stack that hold the id of the chosen line.
pub(in crate::tui::update) fn follow(
    ui: &mut UiState,
    snapshot: &Snapshot,
    now: crate::model::Timestamp,
) {
    let Some(line) = ui.logs.chosen().cloned() else {
        return;
    };
    let Some(id) = of(&line.text) else {
        let sentence = "this line has no correlation or trace id";
        toast::refuse(ui, sentence, now);
        return;
    };
    // One that is full is read again: nothing would close the streams of this one for it.
    let before = Some(&ui.logs).filter(|logs| !logs.ring.is_full).cloned();
    let services = of_stack(ui, snapshot, &line.instance);
    let from = line.at.unwrap_or(now).checked_sub(BEFORE);
    open_from(ui, services, from.map_or(LogBegin::All, LogBegin::Moment));
    ui.session.history.keep_log(before);
    let wanted = FindText {
        filter: LogFilter::word(&id).map_or_else(|_| quoted(&id), |it| it.to_string()),
        ..FindText::default()
    };
    ui.logs.find.opened_for = Some(wanted.clone());
    find::want(&mut ui.logs, |now| *now = wanted);
}

/// The services of the stack to which the container belongs; those whose log is shown where it has
/// no stack.
fn of_stack(
    ui: &UiState,
    snapshot: &Snapshot,
    instance: &crate::model::InstanceId,
) -> Vec<ServiceId> {
    let Some(stack) = owner(snapshot, instance).and_then(|owner| owner.stack) else {
        return ui.logs.services.clone();
    };
    let same = snapshot
        .services
        .iter()
        .filter(|each| each.stack.as_ref() == Some(&stack));
    same.map(|service| service.id.clone()).collect()
}

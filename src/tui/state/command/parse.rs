//! A typed line becomes an action.

use crate::explain::service_name;
use crate::model::{
    KillSignal, OperationKind, ServiceId, SignedDuration, Snapshot, Timestamp, words,
};
use crate::tui::input::action::{Action, ExportRequest};
use crate::tui::input::keymap::{ENTRIES, Group};
use crate::tui::state::UiState;
use crate::tui::state::logs::time;

use super::arguments::sort_id;
use super::compose;
use super::table::{ConsoleCommand, Takes, named};

/// Minutes that a service is muted for where no time is named.
const MUTED: u32 = 60;

/// What the line asks for, or one sentence on what is wrong with it; `None` where it does not begin
/// with a command.
#[must_use]
pub fn parse(line: &str, ui: &UiState, snapshot: &Snapshot) -> Option<Result<Action, String>> {
    let mut words = line.split_whitespace();
    let word = words.next()?;
    let arguments: Vec<&str> = words.collect();
    if let Some(command) = named(word) {
        return Some(command_action(command, &arguments, ui, snapshot));
    }
    let action = entry(&word.to_lowercase())?;
    Some(match arguments.as_slice() {
        [] => Ok(action),
        _ => Err(format!("{word} takes nothing after it")),
    })
}

/// The action with this id, where it is one that is typed.
fn entry(id: &str) -> Option<Action> {
    let found = ENTRIES
        .iter()
        .find(|entry| entry.id == id && entry.group != Group::Navigation);
    found.map(|entry| entry.action.clone())
}

fn command_action(
    command: &ConsoleCommand,
    words: &[&str],
    ui: &UiState,
    snapshot: &Snapshot,
) -> Result<Action, String> {
    let name = command.names.first().copied().unwrap_or_default();
    let one = |what: &str| match words {
        [one] => Ok((*one).to_owned()),
        [] => Err(format!("{name} needs {what}: {name} {}", command.usage)),
        _ => Err(format!("{name} takes one name: {name} {}", command.usage)),
    };
    match command.takes {
        Takes::Operation(kind, with_dependents) => {
            let services = services(words, ui, snapshot)?;
            Ok(operation(kind, with_dependents, services))
        }
        Takes::Kill => kill(words, ui, snapshot),
        Takes::Update => update(words, ui, snapshot),
        Takes::Remove => remove(words, ui, snapshot),
        Takes::Compose => compose::compose(words, ui, snapshot).map(Action::Compose),
        Takes::Scale => compose::scale(words, ui, snapshot).map(Action::Compose),
        Takes::Mute => mute(words, ui, snapshot),
        Takes::Logs => logs(words, ui, snapshot),
        Takes::Tab(tab) if words.is_empty() => Ok(Action::Details(tab)),
        Takes::Tab(tab) => Ok(Action::DetailsOf(
            service(&one("a service")?, ui, snapshot)?,
            tab,
        )),
        Takes::Theme => {
            known(one("the name of a theme")?, "theme", &ui.session.themes).map(Action::SetTheme)
        }
        Takes::Stack => stack(&one("the name of a stack")?, snapshot),
        Takes::Column => column(&one("a column")?),
        Takes::Filter => Ok(Action::SetFilter(words.join(" "))),
        Takes::LineFilter => {
            let text = ui.session.log_tables.filter(&words.join(" "))?;
            Ok(Action::SetLineFilter(text))
        }
        Takes::Time => moment(&words.join(" "), ui, snapshot).map(Action::GoToTime),
        Takes::Export => export(words, ui, snapshot),
        Takes::Nothing(id) if words.is_empty() => {
            entry(id).ok_or_else(|| format!("there is no {name} here"))
        }
        Takes::Nothing(_) => Err(format!("{name} takes nothing after it")),
        Takes::Advice(advice) => Err(advice.to_owned()),
    }
}

/// The operation on `services`, or on the marks or the selection.
fn operation(kind: OperationKind, with_dependents: bool, services: Vec<ServiceId>) -> Action {
    if services.is_empty() {
        Action::Request {
            kind,
            with_dependents,
        }
    } else {
        Action::RequestOn {
            kind,
            with_dependents,
            services,
        }
    }
}

/// The service that `word` names; in the stack in view where several have the name.
pub(super) fn service(word: &str, ui: &UiState, snapshot: &Snapshot) -> Result<ServiceId, String> {
    let in_view = ui
        .scope
        .stack
        .as_ref()
        .map(|stack| format!("{stack}/{word}"));
    let in_view = in_view.and_then(|id| snapshot.service(&id.as_str().into()));
    if let Some(service) = in_view {
        return Ok(service.id.clone());
    }
    let found = service_name::find(snapshot, word).map_err(|error| error.to_string())?;
    Ok(found.id.clone())
}

/// The services that `words` name.
fn services(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Vec<ServiceId>, String> {
    words
        .iter()
        .map(|word| service(word, ui, snapshot))
        .collect()
}

/// `kill db`, `kill db HUP`. A service that is called as a signal is meant by the word.
fn kill(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Action, String> {
    let last = words.split_last().and_then(|(last, names)| {
        let signal: KillSignal = last.parse().ok()?;
        let is_service = service(last, ui, snapshot).is_ok();
        (!is_service).then_some((names, signal))
    });
    let (names, signal) = last.unwrap_or((words, KillSignal::KILL));
    let services = services(names, ui, snapshot)?;
    Ok(operation(OperationKind::Kill { signal }, false, services))
}

/// `update web`, `update db with-volumes`.
fn update(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Action, String> {
    let (names, with_volumes) = match words.split_last() {
        Some((&("with-volumes" | "--with-volumes"), names)) => (names, true),
        _ => (words, false),
    };
    let services = services(names, ui, snapshot)?;
    Ok(operation(
        OperationKind::Update { with_volumes },
        false,
        services,
    ))
}

/// `remove db`, `remove db force`.
fn remove(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Action, String> {
    let (names, force) = match words.split_last() {
        Some((&("force" | "--force" | "-f"), names)) => (names, true),
        _ => (words, false),
    };
    let services = services(names, ui, snapshot)?;
    Ok(operation(OperationKind::Remove { force }, false, services))
}

fn mute(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Action, String> {
    let (names, minutes) = match words.split_last() {
        Some((&"forever", names)) => (names, None),
        Some((last, names)) if span(last).is_some() => {
            let minutes = span(last).map_or(0, |span| span.as_mins());
            (
                names,
                Some(u32::try_from(minutes).unwrap_or(u32::MAX).max(1)),
            )
        }
        _ => (words, Some(MUTED)),
    };
    let services = services(names, ui, snapshot)?;
    Ok(operation(
        OperationKind::Silence { minutes },
        false,
        services,
    ))
}

fn logs(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Action, String> {
    let at = words.iter().position(|word| *word == "since");
    let (names, since) = match at.and_then(|at| words.split_at_checked(at)) {
        None => (words, None),
        Some((names, [_, time])) => {
            let wrong = || format!("\"{time}\" is no time: use 30s, 5m, 2h or 1d");
            (names, Some(span(time).ok_or_else(wrong)?))
        }
        Some(_) => return Err("since needs one time: since 5m".to_owned()),
    };
    let services = services(names, ui, snapshot)?;
    if services.is_empty() && since.is_none() {
        return Ok(Action::Logs);
    }
    Ok(Action::LogsOf { services, since })
}

/// `export json errors.jsonl since 14:02 until 14:05`.
fn export(arguments: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<Action, String> {
    let mut request = ExportRequest::default();
    let mut rest = arguments.iter();
    while let Some(word) = rest.next() {
        match *word {
            "json" if request.file.is_none() => request.json = true,
            "text" if request.file.is_none() => request.json = false,
            "since" | "until" => {
                let time = rest.next().ok_or_else(|| format!("{word} needs a time"))?;
                let at = Some(moment(time, ui, snapshot)?);
                if *word == "since" {
                    request.since = at;
                } else {
                    request.until = at;
                }
            }
            file if request.file.is_none() => request.file = Some(file.to_owned()),
            other => return Err(format!("export takes one file, and {other} is another")),
        }
    }
    let is_backwards = |(since, until)| since >= until;
    if request.since.zip(request.until).is_some_and(is_backwards) {
        let zone = &ui.session.zone.0;
        let typed = [request.since, request.until]
            .map(|at| at.map_or_else(String::new, |at| words::moment(at, snapshot.taken_at, zone)));
        let [since, until] = typed;
        return Err(format!(
            "nothing lies since {since} and until {until}: name the earlier time first"
        ));
    }
    Ok(Action::ExportLines(request))
}

/// A moment as it is typed.
fn moment(text: &str, ui: &UiState, snapshot: &Snapshot) -> Result<Timestamp, String> {
    time::moment(text, snapshot.taken_at, &ui.session.zone.0)
}

/// A time span as it is typed: `90s`, `5m`, `2h`, `1d`.
fn span(text: &str) -> Option<SignedDuration> {
    let unit = text.chars().next_back()?;
    let count: i64 = text
        .strip_suffix(unit)?
        .parse()
        .ok()
        .filter(|count| *count > 0)?;
    let seconds = match unit {
        's' => 1,
        'm' => 60,
        'h' => 3_600,
        'd' => 86_400,
        _ => return None,
    };
    // A year is longer than any log that matters.
    count
        .checked_mul(seconds)
        .filter(|seconds| *seconds <= 366 * 86_400)
        .map(SignedDuration::from_secs)
}

fn stack(word: &str, snapshot: &Snapshot) -> Result<Action, String> {
    if word == "all" {
        return Ok(Action::SetStack(None));
    }
    let names = snapshot.stacks.iter().map(|stack| stack.name.to_string());
    let name = known(word.to_owned(), "stack", &names.collect::<Vec<_>>())?;
    Ok(Action::SetStack(Some(name.as_str().into())))
}

fn column(word: &str) -> Result<Action, String> {
    let ids = ENTRIES.iter().filter_map(sort_id).map(str::to_owned);
    let name = known(
        word.to_owned(),
        "column to sort by",
        &ids.collect::<Vec<_>>(),
    )?;
    let found = ENTRIES.iter().find(|entry| sort_id(entry) == Some(&name));
    match found.map(|entry| &entry.action) {
        Some(Action::SortBy(column)) => Ok(Action::SortTable(*column)),
        _ => Err(format!("there is no column {name}")),
    }
}

/// `word`, where it is one of `names`.
fn known(word: String, what: &str, names: &[String]) -> Result<String, String> {
    if names.contains(&word) {
        return Ok(word);
    }
    Err(format!(
        "there is no {what} {word}; there are: {}",
        names.join(", ")
    ))
}

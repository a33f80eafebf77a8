//! `compose up db`, `compose run migrate --force`, `scale web=3`.

use std::collections::BTreeMap;

use crate::model::{ComposeVerb, Snapshot};
use crate::tui::input::action::ComposeAction;
use crate::tui::state::UiState;

use super::parse::service;

/// What is missing behind the name of the command.
const USAGE: &str = "compose needs one of up, pull, build, scale, run, down: compose up [SERVICE…]";

/// What `compose WORDS` asks for.
///
/// # Errors
/// One sentence on what is wrong with it.
pub(super) fn compose(
    words: &[&str],
    ui: &UiState,
    snapshot: &Snapshot,
) -> Result<ComposeAction, String> {
    let (verb, rest) = words.split_first().ok_or(USAGE)?;
    let of = |verb, names: &[&str]| ComposeAction {
        verb,
        services: named(names, ui, snapshot),
    };
    Ok(match *verb {
        "up" => up(rest, ui, snapshot)?,
        "pull" => of(ComposeVerb::Pull, rest),
        "build" => of(ComposeVerb::Build, rest),
        "down" => of(ComposeVerb::Down, rest),
        "scale" => scale(rest, ui, snapshot)?,
        "run" => {
            let (name, command) = rest.split_first().ok_or("compose run needs a service")?;
            // As a shell reads it: quotation marks keep words together.
            let command = shell_words::split(&command.join(" "));
            let command = command.map_err(|_| "compose run: a quotation mark is not closed")?;
            of(ComposeVerb::Run { command }, &[*name])
        }
        other => return Err(format!("there is no compose {other} here; {USAGE}")),
    })
}

/// `up`, `up db --force-recreate`.
fn up(words: &[&str], ui: &UiState, snapshot: &Snapshot) -> Result<ComposeAction, String> {
    let (flags, names): (Vec<&str>, Vec<&str>) =
        words.iter().partition(|word| word.starts_with('-'));
    let mut force_recreate = false;
    for flag in flags {
        match flag {
            "--force-recreate" => force_recreate = true,
            // It is always detached.
            "-d" | "--detach" => {}
            other => {
                return Err(format!(
                    "compose up takes --force-recreate here, and not {other}"
                ));
            }
        }
    }
    Ok(ComposeAction {
        verb: ComposeVerb::Up {
            force_recreate,
            wait: false,
        },
        services: named(&names, ui, snapshot),
    })
}

/// What `scale WORDS` asks for.
///
/// # Errors
/// One sentence on what is wrong with it.
pub(super) fn scale(
    words: &[&str],
    ui: &UiState,
    snapshot: &Snapshot,
) -> Result<ComposeAction, String> {
    if words.is_empty() {
        return Err("scale needs a service and a number: scale web=3".to_owned());
    }
    let mut replicas = BTreeMap::new();
    let mut services = Vec::new();
    for word in words {
        let wrong = || format!("{word} is no SERVICE=N, such as web=3");
        let (name, count) = word.rsplit_once('=').ok_or_else(wrong)?;
        let count: u32 = count.parse().map_err(|_| wrong())?;
        let found = named(&[name], ui, snapshot);
        let own = found.first().and_then(|id| id.rsplit_once('/'));
        replicas.insert(own.map_or(name, |(_, own)| own).to_owned(), count);
        services.extend(found);
    }
    Ok(ComposeAction {
        verb: ComposeVerb::Scale { replicas },
        services,
    })
}

/// The services as ids where they are known: those of a profile, and new ones, have no container yet.
fn named(names: &[&str], ui: &UiState, snapshot: &Snapshot) -> Vec<String> {
    let id = |name: &&str| match service(name, ui, snapshot) {
        Ok(id) => id.to_string(),
        Err(_unknown) => (*name).to_owned(),
    };
    names.iter().map(id).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn words_become_what_is_asked_of_compose() {
        let (ui, snapshot) = (fixture::ui(80, 24), fixture::nine().snapshot());
        let asked = |line: &str| {
            let words: Vec<&str> = line.split_whitespace().collect();
            compose(&words, &ui, &snapshot)
        };
        let action = |verb, services: &[&str]| {
            Ok(ComposeAction {
                verb,
                services: services.iter().map(|name| (*name).to_owned()).collect(),
            })
        };
        let up = |force_recreate| ComposeVerb::Up {
            force_recreate,
            wait: false,
        };
        assert_eq!(asked("up"), action(up(false), &[]));
        assert_eq!(
            asked("up db new --force-recreate"),
            action(up(true), &["hub/db", "new"])
        );
        assert_eq!(asked("pull db"), action(ComposeVerb::Pull, &["hub/db"]));
        let replicas = [("db".to_owned(), 3), ("new".to_owned(), 0)].into();
        assert_eq!(
            asked("scale db=3 new=0"),
            action(ComposeVerb::Scale { replicas }, &["hub/db", "new"])
        );
        let command = vec!["--all".to_owned(), "x".to_owned()];
        assert_eq!(
            asked("run job --all x"),
            action(ComposeVerb::Run { command }, &["job"])
        );
        for (line, wrong) in [
            ("", USAGE),
            ("run", "compose run needs a service"),
            ("scale", "scale needs a service and a number: scale web=3"),
            ("scale db", "db is no SERVICE=N, such as web=3"),
            ("scale db=x", "db=x is no SERVICE=N, such as web=3"),
            (
                "up -x",
                "compose up takes --force-recreate here, and not -x",
            ),
        ] {
            assert_eq!(asked(line), Err(wrong.to_owned()));
        }
        assert!(
            asked("logs").is_err_and(|error| error.starts_with("there is no compose logs here"))
        );
    }
}

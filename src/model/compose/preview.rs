//! What Compose says that it would do (`--dry-run`).

use serde::{Deserialize, Serialize};

use super::OutputLine;

/// What every line begins with that tells of a change.
const MARK: &str = "DRY-RUN MODE -";
/// Changes that are kept.
const LIMIT: usize = 500;
/// Hexadecimal digits before the name of a container that Compose is about to replace.
const OLD_ID: usize = 12;

/// What a call of Compose would do.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ComposePreview {
    /// It was not asked.
    NotAsked,
    /// These, in the order in which Compose names them; none where all is as the files define it.
    Changes(Vec<ComposeChange>),
    /// It did not say; its own words, or one clause.
    Failed(String),
}

/// What would become of one thing.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ComposeChange {
    /// In the words of Compose: `Container hub-db-1`, `Network hub_default`.
    pub object: String,
    /// What becomes of it, in the words of Compose: `recreated`, `started`; empty where the line names
    /// no more than the thing.
    pub actions: Vec<String>,
}

impl ComposePreview {
    /// The changes that the output of a dry run names.
    ///
    /// Compose writes ` DRY-RUN MODE -  Container hub-db-1  Recreated`: first that it begins
    /// (`Creating`), then that it is done. What only goes on (`Running`) is no change.
    #[must_use]
    pub fn of(lines: &[OutputLine]) -> Self {
        let mut changes: Vec<ComposeChange> = Vec::new();
        let said = lines
            .iter()
            .filter_map(|line| line.text.trim().strip_prefix(MARK));
        // What a build would write has a name by chance.
        for text in said.map(str::trim).filter(|text| !text.starts_with("==>")) {
            let (object, action) = object_and_action(text);
            let action = action.map(str::to_lowercase);
            let object = without_old_id(object);
            let is_done = action.as_ref().is_none_or(|action| action.ends_with("ed"));
            if object.is_empty() || !is_done {
                continue;
            }
            if let Some(change) = changes.iter_mut().find(|change| change.object == object) {
                change.actions.extend(action);
            } else if changes.len() < LIMIT {
                let actions = action.into_iter().collect();
                changes.push(ComposeChange { object, actions });
            }
        }
        Self::Changes(changes)
    }
}

/// `Container hub-db-1  Created`, `db Pulling`, `build service web`.
fn object_and_action(text: &str) -> (&str, Option<&str>) {
    let is_action = |word: &&str| {
        let is_verb = word.ends_with("ed") || word.ends_with("ing");
        is_verb && word.starts_with(char::is_uppercase)
    };
    if let Some((object, action)) = text.split_once("  ") {
        return (object.trim(), Some(action.trim()));
    }
    match text.rsplit_once(' ') {
        Some((object, action)) if is_action(&action) => (object.trim(), Some(action)),
        _ => (text, None),
    }
}

/// `Container 9bffde52b67b_hub-db-1` is the new container that gets the name of the old one.
fn without_old_id(object: &str) -> String {
    let Some((kind, name)) = object.split_once(' ') else {
        return object.to_owned();
    };
    match name.split_once('_') {
        Some((id, name))
            if kind == "Container"
                && id.len() == OLD_ID
                && id.bytes().all(|it| it.is_ascii_hexdigit()) =>
        {
            format!("{kind} {name}")
        }
        _ => object.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::LogStream;

    fn changes(text: &str) -> Vec<(String, String)> {
        let lines = text.lines().map(|line| OutputLine {
            stream: LogStream::Stderr,
            text: line.to_owned(),
        });
        match ComposePreview::of(&lines.collect::<Vec<_>>()) {
            ComposePreview::Changes(changes) => changes
                .into_iter()
                .map(|change| (change.object, change.actions.join(", ")))
                .collect(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn what_compose_would_do_is_read_from_its_lines() {
        // As Compose 2.26 writes it.
        let text = " DRY-RUN MODE -  Network hub_default  Creating\n DRY-RUN MODE -  Network hub_default  Created\n \
                    DRY-RUN MODE -  Container hub-db-1  Recreate\n DRY-RUN MODE -  Container hub-db-1  Recreated\n \
                    DRY-RUN MODE -  Container hub-web-1  Running\n DRY-RUN MODE -  Container 9bffde52b67b_hub-db-1  \
                    Starting\n DRY-RUN MODE -  Container 9bffde52b67b_hub-db-1  Started\ntime=\"x\" level=warning\n \
                    DRY-RUN MODE -    build service web \n DRY-RUN MODE -  ==> ==> writing image dryRun-ca84d1 \n DRY-RUN MODE -  web Pulling \n DRY-RUN MODE -  web \
                    Pulled \n";
        let expected = [
            ("Network hub_default", "created"),
            ("Container hub-db-1", "recreated, started"),
            ("build service web", ""),
            ("web", "pulled"),
        ];
        let expected = expected.map(|(object, actions)| (object.to_owned(), actions.to_owned()));
        assert_eq!(changes(text), expected);
        assert_eq!(
            changes(" DRY-RUN MODE -  Container hub-db-1  Running\n"),
            []
        );
        assert_eq!(changes(""), []);
    }
}

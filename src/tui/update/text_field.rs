//! The text field of filter, search and palette.

use unicode_segmentation::UnicodeSegmentation;

use crate::model::Snapshot;
use crate::tui::input::action::{Action, Edit};
use crate::tui::state::logs::time;
use crate::tui::state::{Facts, FieldKind, TextField, UiState, availability};

use crate::tui::update::{details, logs, selection, toast};

/// Bytes a field keeps: as many as a filter of log lines may have. A paste may be anything.
const MAX_BYTES: usize = 4_096;

/// What is said of more.
pub(super) const TOO_LONG: &str = "a text has at most 4,096 bytes: nothing was inserted";

/// Whether the open field answers `action`; everything else goes to the view.
pub(super) const fn takes(action: &Action) -> bool {
    matches!(action, Action::Edit(_) | Action::Enter | Action::Back)
}

/// Types into the open field; filter and search follow every letter. Enter keeps them, Back drops
/// them.
pub(super) fn update(ui: &mut UiState, action: &Action, snapshot: &Snapshot, facts: &Facts) {
    let Some(mut field) = ui.field.take() else {
        return;
    };
    match (action, field.kind) {
        (Action::Edit(change), kind) => {
            if !edit(&mut field, change) {
                toast::refuse(ui, TOO_LONG, facts.now);
            }
            set(ui, kind, &field.text);
            ui.field = Some(field);
            if kind == FieldKind::Find && !availability::logs_visible(ui) {
                selection::best_match(ui, snapshot);
            }
        }
        (Action::Enter, FieldKind::Time) => go_to(ui, field, facts),
        (Action::Enter, FieldKind::FilterLines) => filter_lines(ui, field, facts),
        (Action::Enter, kind) => {
            set(ui, kind, &field.text);
            if kind == FieldKind::Find && availability::logs_visible(ui) {
                logs::find::jump(&mut ui.logs);
            }
        }
        (_, kind) => set(ui, kind, ""),
    }
}

/// Takes the filter that was typed, or the saved one that was named; the field stays open where
/// there is none.
fn filter_lines(ui: &mut UiState, field: TextField, facts: &Facts) {
    match ui.session.log_tables.filter(&field.text) {
        Ok(text) => set(ui, FieldKind::FilterLines, &text),
        Err(sentence) => {
            toast::refuse(ui, &sentence, facts.now);
            ui.field = Some(field);
        }
    }
}

/// Goes to the time that was typed; the field stays open where it is none.
fn go_to(ui: &mut UiState, field: TextField, facts: &Facts) {
    match time::moment(&field.text, facts.now, &ui.session.zone.0) {
        Ok(at) => logs::time::go_to(ui, at),
        Err(sentence) => {
            toast::refuse(ui, &sentence, facts.now);
            ui.field = Some(field);
        }
    }
}

fn set(ui: &mut UiState, kind: FieldKind, text: &str) {
    match kind {
        FieldKind::Time => {}
        // The name of a saved filter is no filter until it is whole.
        FieldKind::FilterLines if text.starts_with('@') => {}
        FieldKind::FilterLines => logs::find::want(&mut ui.logs, |wanted| {
            text.clone_into(&mut wanted.filter);
        }),
        FieldKind::Find if availability::logs_visible(ui) => {
            logs::find::want(&mut ui.logs, |wanted| {
                text.clone_into(&mut wanted.search);
            });
        }
        FieldKind::Find => match &mut ui.details {
            Some(open) => details::search(open, text),
            None => set_filter(ui, text),
        },
    }
}

/// Shows only what contains `text`.
pub(super) fn set_filter(ui: &mut UiState, text: &str) {
    if ui.scope.filter != text {
        text.clone_into(&mut ui.scope.filter);
        ui.table.top = 0;
        ui.map.top = 0;
    }
}

/// Changes a text field; the cursor moves by what a person sees as one character. `false` where the
/// text has no room for what is inserted: it stays as it was.
pub fn edit(field: &mut TextField, change: &Edit) -> bool {
    let was_selected = std::mem::take(&mut field.is_selected);
    let (mut before, mut after) = split(field);
    match change {
        Edit::Insert(text) => {
            if was_selected {
                before.clear();
                after.clear();
            }
            before.extend(text.chars().filter(|c| !c.is_control()));
            if before.len() + after.len() > MAX_BYTES {
                field.is_selected = was_selected;
                return false;
            }
        }
        Edit::Backspace => before.truncate(before.len() - last_len(&before)),
        Edit::Delete => {
            after.drain(..first_len(&after));
        }
        Edit::DeleteWord => {
            let kept = before.trim_end();
            let end = kept.rfind(char::is_whitespace).map_or(0, |at| at + 1);
            before.truncate(end);
        }
        Edit::Clear => {
            before.clear();
            after.clear();
        }
        Edit::Move(by) if *by < 0 => {
            let at = before.len() - last_len(&before);
            after.insert_str(0, &before.split_off(at));
        }
        Edit::Move(_) => {
            let rest = after.split_off(first_len(&after));
            before.push_str(&std::mem::replace(&mut after, rest));
        }
        Edit::Start => after.insert_str(0, &std::mem::take(&mut before)),
        Edit::End => before.push_str(&std::mem::take(&mut after)),
    }
    field.cursor = before.chars().count();
    before.push_str(&after);
    field.text = before;
    true
}

/// The text before and after the cursor.
fn split(field: &TextField) -> (String, String) {
    let before: String = field.text.chars().take(field.cursor).collect();
    let after: String = field.text.chars().skip(field.cursor).collect();
    (before, after)
}

fn last_len(text: &str) -> usize {
    text.graphemes(true).next_back().map_or(0, str::len)
}

fn first_len(text: &str) -> usize {
    text.graphemes(true).next().map_or(0, str::len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn editing_moves_by_whole_characters() {
        let mut field = TextField::default();
        let steps: [(Edit, &str, usize); 14] = [
            (Edit::Insert("日本".into()), "日本", 2),
            (Edit::Insert("👩‍🚀".into()), "日本👩‍🚀", 5),
            (Edit::Backspace, "日本", 2),
            (Edit::Move(-1), "日本", 1),
            (Edit::Insert("x".into()), "日x本", 2),
            (Edit::Delete, "日x", 2),
            (Edit::Delete, "日x", 2),
            (Edit::Start, "日x", 0),
            (Edit::Backspace, "日x", 0),
            (Edit::Move(1), "日x", 1),
            (Edit::End, "日x", 2),
            (Edit::Insert(" ab\ncd".into()), "日x abcd", 7),
            (Edit::DeleteWord, "日x ", 3),
            (Edit::Clear, "", 0),
        ];
        for (change, text, cursor) in steps {
            assert!(edit(&mut field, &change));
            assert_eq!(
                (field.text.as_str(), field.cursor),
                (text, cursor),
                "{change:?}"
            );
        }
        assert!(edit(&mut field, &Edit::Insert("a".repeat(4_000))));
        assert!(!edit(&mut field, &Edit::Insert("b".repeat(97))));
        assert_eq!(field.text, "a".repeat(4_000), "refused, not cut");
        assert!(edit(&mut field, &Edit::Insert("b".repeat(96))));
    }

    #[test]
    fn what_is_typed_replaces_a_selected_text_and_every_other_key_edits_it() {
        for (change, text) in [
            (Edit::Insert("x".into()), "x"),
            (Edit::Backspace, "ab"),
            (Edit::Move(-1), "abc"),
        ] {
            let mut field = TextField {
                text: "abc".to_owned(),
                cursor: 3,
                is_selected: true,
                ..TextField::default()
            };
            assert!(edit(&mut field, &change));
            assert_eq!((field.text.as_str(), field.is_selected), (text, false));
        }
    }
}

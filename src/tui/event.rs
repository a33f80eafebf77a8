//! Terminal events become actions. Pure.

use crossterm::event::{
    Event, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::model::Snapshot;

use super::action::{Action, Edit};
use super::keymap::{Key, Keymap, Mode, resolve};
use super::scene::Hit;
use super::state::{UiState, View};

/// Lines a turn of the wheel scrolls.
const WHEEL: i32 = 3;
/// Columns a turn of the wheel scrolls sideways.
const SIDEWAYS: i32 = 8;

/// What `event` asks for on this screen. Key releases and moves of the mouse ask for nothing.
#[must_use]
pub fn action(event: &Event, keymap: &Keymap, ui: &UiState, snapshot: &Snapshot) -> Option<Action> {
    let mode = Mode::of(ui, snapshot);
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => resolve(keymap, mode, Key::of(key)),
        Event::Paste(text) => matches!(mode, Mode::Field | Mode::Palette)
            .then(|| Action::Edit(Edit::Insert(text.clone()))),
        Event::Mouse(mouse) => from_mouse(mouse, ui),
        Event::Key(_) | Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn from_mouse(mouse: &MouseEvent, ui: &UiState) -> Option<Action> {
    match mouse.kind {
        MouseEventKind::ScrollUp | MouseEventKind::ScrollDown
            if mouse.modifiers.contains(KeyModifiers::SHIFT) && slides(ui) =>
        {
            let up = mouse.kind == MouseEventKind::ScrollUp;
            Some(Action::Slide(if up { -SIDEWAYS } else { SIDEWAYS }))
        }
        MouseEventKind::ScrollLeft if slides(ui) => Some(Action::Slide(-SIDEWAYS)),
        MouseEventKind::ScrollRight if slides(ui) => Some(Action::Slide(SIDEWAYS)),
        MouseEventKind::ScrollUp => Some(Action::Scroll(-WHEEL)),
        MouseEventKind::ScrollDown => Some(Action::Scroll(WHEEL)),
        MouseEventKind::Down(MouseButton::Left) => click(ui.drawn.at(mouse.column, mouse.row)?, ui),
        _ => None,
    }
}

/// Whether the wheel may scroll sideways: only the map is wider than the screen.
const fn slides(ui: &UiState) -> bool {
    matches!(ui.view, View::Map) && ui.details.is_none() && ui.dialog.is_none()
}

/// A click selects; a click on what is selected opens it.
fn click(hit: &Hit, ui: &UiState) -> Option<Action> {
    Some(match hit {
        Hit::Service(id) if ui.selected.as_ref() == Some(id) && ui.details.is_none() => {
            Action::Enter
        }
        Hit::Service(id) => Action::Select(id.clone()),
        Hit::Row(row) => Action::Row(*row),
        Hit::Do(action) => action.clone(),
    })
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;
    use crate::tui::fixture;
    use crate::tui::rig::{Rig, dressed};

    fn of(rig: &Rig, event: &Event) -> Option<Action> {
        action(event, &Keymap::default(), &rig.ui, &rig.snapshot)
    }

    fn mouse(kind: MouseEventKind, (column, row): (u16, u16)) -> Event {
        Event::Mouse(MouseEvent {
            kind,
            column,
            row,
            modifiers: KeyModifiers::NONE,
        })
    }

    fn key(kind: KeyEventKind) -> Event {
        Event::Key(KeyEvent::new_with_kind(
            KeyCode::Char('j'),
            KeyModifiers::NONE,
            kind,
        ))
    }

    #[test]
    fn a_held_key_repeats_and_a_released_one_is_ignored() {
        let rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
        assert!(of(&rig, &key(KeyEventKind::Press)).is_some());
        assert!(of(&rig, &key(KeyEventKind::Repeat)).is_some());
        assert_eq!(of(&rig, &key(KeyEventKind::Release)), None);
    }

    #[test]
    fn a_paste_goes_into_a_field_or_nowhere() {
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
        let paste = Event::Paste("rsq".to_owned());
        assert_eq!(of(&rig, &paste), None, "pasted letters are no keys");
        rig.press("/");
        assert_eq!(
            of(&rig, &paste),
            Some(Action::Edit(Edit::Insert("rsq".to_owned())))
        );
    }

    #[test]
    fn a_click_selects_and_a_second_one_opens() {
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
        for view in ["1", "2"] {
            rig.press(view);
            rig.ui.selected = None;
            let buffer = rig.draw();
            let at = fixture::find(&buffer, "redis").unwrap();
            let down = mouse(MouseEventKind::Down(MouseButton::Left), at);
            let first = of(&rig, &down).unwrap();
            assert_eq!(first, Action::Select("hub/redis".into()));
            rig.act(first);
            rig.draw();
            assert_eq!(of(&rig, &down), Some(Action::Enter), "view {view}");
            assert_eq!(of(&rig, &mouse(MouseEventKind::Moved, at)), None);
        }
        assert_eq!(
            of(&rig, &mouse(MouseEventKind::ScrollDown, (0, 0))),
            Some(Action::Scroll(3))
        );
    }

    #[test]
    fn the_wheel_goes_sideways_on_the_map_only() {
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
        let shifted = Event::Mouse(MouseEvent {
            kind: MouseEventKind::ScrollDown,
            column: 0,
            row: 0,
            modifiers: KeyModifiers::SHIFT,
        });
        assert_eq!(of(&rig, &shifted), Some(Action::Slide(8)));
        assert_eq!(
            of(&rig, &mouse(MouseEventKind::ScrollLeft, (0, 0))),
            Some(Action::Slide(-8))
        );
        rig.press("2");
        assert_eq!(of(&rig, &shifted), Some(Action::Scroll(3)));
        assert_eq!(of(&rig, &mouse(MouseEventKind::ScrollLeft, (0, 0))), None);
    }

    #[test]
    fn tabs_footer_and_dialogs_answer_the_mouse_and_what_lies_under_a_dialog_does_not() {
        let mut rig = Rig::new(dressed(fixture::nine().snapshot()), 100, 30);
        let find = |rig: &mut Rig, text: &str| {
            let buffer = rig.draw();
            fixture::find(&buffer, text)
                .unwrap_or_else(|| panic!("{text}:\n{}", fixture::screen(&buffer)))
        };
        let click = |rig: &Rig, at| of(rig, &mouse(MouseEventKind::Down(MouseButton::Left), at));
        let tab = find(&mut rig, "Services ");
        assert_eq!(click(&rig, tab), Some(Action::Show(View::Services)));
        let filter = find(&mut rig, "Filter");
        assert_eq!(click(&rig, filter), Some(Action::Filter));
        rig.press("2").select("hub/db").press("r");
        let yes = find(&mut rig, "yes");
        assert_eq!(click(&rig, yes), Some(Action::Answer(true)));
        assert_eq!(click(&rig, tab), None);
    }
}

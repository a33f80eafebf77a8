//! Terminal events become actions. Pure.

use crossterm::event::{
    Event, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind,
};

use crate::tui::input::action::{Action, Edit};
use crate::tui::input::key::KeyPress;
use crate::tui::input::keymap::Keymap;
use crate::tui::input::resolve::{Mode, resolve};

/// Lines a turn of the wheel scrolls.
const WHEEL: i32 = 3;
/// Columns a turn of the wheel scrolls sideways.
const SIDEWAYS: i32 = 8;

/// What of the screen decides what an event means.
pub trait Screen {
    /// What takes the keys.
    fn mode(&self) -> Mode;
    /// Whether the wheel may scroll sideways.
    fn scrolls_sideways(&self) -> bool;
    /// What a click on the cell asks for; `None` where nothing answers.
    fn clicked(&self, column: u16, row: u16) -> Option<Action>;
}

/// What `event` asks for on this screen. Key releases and moves of the mouse ask for nothing.
#[must_use]
pub fn action(event: &Event, keymap: &Keymap, screen: &impl Screen) -> Option<Action> {
    match event {
        Event::Key(key) if key.kind != KeyEventKind::Release => {
            resolve(keymap, screen.mode(), KeyPress::of(key))
        }
        Event::Paste(text) => matches!(screen.mode(), Mode::Field | Mode::Palette)
            .then(|| Action::Edit(Edit::Insert(text.clone()))),
        Event::Mouse(mouse) => from_mouse(mouse, screen),
        Event::Key(_) | Event::Resize(..) | Event::FocusGained | Event::FocusLost => None,
    }
}

fn from_mouse(mouse: &MouseEvent, screen: &impl Screen) -> Option<Action> {
    let slides = || screen.scrolls_sideways();
    match mouse.kind {
        MouseEventKind::ScrollUp | MouseEventKind::ScrollDown
            if mouse.modifiers.contains(KeyModifiers::SHIFT) && slides() =>
        {
            let up = mouse.kind == MouseEventKind::ScrollUp;
            Some(Action::Slide(if up { -SIDEWAYS } else { SIDEWAYS }))
        }
        MouseEventKind::ScrollLeft if slides() => Some(Action::Slide(-SIDEWAYS)),
        MouseEventKind::ScrollRight if slides() => Some(Action::Slide(SIDEWAYS)),
        MouseEventKind::ScrollUp => Some(Action::Scroll(-WHEEL)),
        MouseEventKind::ScrollDown => Some(Action::Scroll(WHEEL)),
        MouseEventKind::Down(MouseButton::Left) => screen.clicked(mouse.column, mouse.row),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use crossterm::event::{KeyCode, KeyEvent};

    use super::*;
    use crate::tui::fixture;
    use crate::tui::input::page::View;
    use crate::tui::test_console::{TestConsole, dressed};

    fn of(console: &TestConsole, event: &Event) -> Option<Action> {
        action(event, &Keymap::default(), &console.on_screen())
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
        let console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
        assert!(of(&console, &key(KeyEventKind::Press)).is_some());
        assert!(of(&console, &key(KeyEventKind::Repeat)).is_some());
        assert_eq!(of(&console, &key(KeyEventKind::Release)), None);
    }

    #[test]
    fn a_paste_goes_into_a_field_or_nowhere() {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
        let paste = Event::Paste("rsq".to_owned());
        assert_eq!(of(&console, &paste), None, "pasted letters are no keys");
        console.press("/");
        assert_eq!(
            of(&console, &paste),
            Some(Action::Edit(Edit::Insert("rsq".to_owned())))
        );
    }

    #[test]
    fn a_click_selects_and_a_second_one_opens() {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
        for view in ["1", "2"] {
            console.press(view);
            console.ui.selection.selected = None;
            let buffer = console.draw();
            let at = fixture::find(&buffer, "redis").unwrap();
            let down = mouse(MouseEventKind::Down(MouseButton::Left), at);
            let first = of(&console, &down).unwrap();
            assert_eq!(first, Action::Select("hub/redis".into()));
            console.act(first);
            console.draw();
            assert_eq!(of(&console, &down), Some(Action::Enter), "view {view}");
            assert_eq!(of(&console, &mouse(MouseEventKind::Moved, at)), None);
        }
        assert_eq!(
            of(&console, &mouse(MouseEventKind::ScrollDown, (0, 0))),
            Some(Action::Scroll(3))
        );
    }

    #[test]
    fn the_wheel_goes_sideways_on_the_map_only() {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
        let shifted = Event::Mouse(MouseEvent {
            kind: MouseEventKind::ScrollDown,
            column: 0,
            row: 0,
            modifiers: KeyModifiers::SHIFT,
        });
        assert_eq!(of(&console, &shifted), Some(Action::Slide(8)));
        assert_eq!(
            of(&console, &mouse(MouseEventKind::ScrollLeft, (0, 0))),
            Some(Action::Slide(-8))
        );
        console.press("2");
        assert_eq!(of(&console, &shifted), Some(Action::Scroll(3)));
        assert_eq!(
            of(&console, &mouse(MouseEventKind::ScrollLeft, (0, 0))),
            None
        );
    }

    #[test]
    fn tabs_footer_and_dialogs_answer_the_mouse_and_what_lies_under_a_dialog_does_not() {
        let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
        let find = |console: &mut TestConsole, text: &str| {
            let buffer = console.draw();
            fixture::find(&buffer, text)
                .unwrap_or_else(|| panic!("{text}:\n{}", fixture::screen(&buffer)))
        };
        let click = |console: &TestConsole, at| {
            of(console, &mouse(MouseEventKind::Down(MouseButton::Left), at))
        };
        let tab = find(&mut console, "Services ");
        assert_eq!(click(&console, tab), Some(Action::Show(View::Services)));
        let filter = find(&mut console, "Filter");
        assert_eq!(click(&console, filter), Some(Action::Filter));
        console.press("2").select("hub/db").press("r");
        let yes = find(&mut console, "[y] ");
        assert_eq!(click(&console, yes), Some(Action::Answer(true)));
        assert_eq!(click(&console, tab), None);
    }
}

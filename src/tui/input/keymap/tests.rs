mod presets;

use super::presets::PRESETS as NAMES;
use super::*;
use crate::model::OperationKind;
use crate::tui::input::action::{Direction, Edit};
use crate::tui::input::page::View;
use crate::tui::input::resolve::{Mode, resolve};

fn key(text: &str) -> KeyPress {
    KeyPress::parse(text).unwrap_or_else(|| panic!("{text:?} is no key"))
}

fn overrides(pairs: &[(&str, &[&str])]) -> BTreeMap<String, Vec<String>> {
    pairs
        .iter()
        .map(|(action, keys)| {
            (
                (*action).to_owned(),
                keys.iter().map(|key| (*key).to_owned()).collect(),
            )
        })
        .collect()
}

#[test]
fn the_default_keymap_is_the_documented_one() {
    let keymap = Keymap::from_config("default", &BTreeMap::new()).unwrap();
    let restart = |with_dependents| Action::Request {
        kind: OperationKind::Restart,
        with_dependents,
    };
    let act = |kind| Action::Request {
        kind,
        with_dependents: false,
    };
    for (text, action) in [
        ("up", Action::Move(Direction::Up)),
        ("k", Action::Move(Direction::Up)),
        ("j", Action::Move(Direction::Down)),
        ("left", Action::Move(Direction::Left)),
        ("g", Action::First),
        ("G", Action::Last),
        ("pgup", Action::Page(-1)),
        ("ctrl-u", Action::HalfPage(-1)),
        ("ctrl-d", Action::HalfPage(1)),
        ("enter", Action::Enter),
        ("esc", Action::Back),
        ("tab", Action::Pane(1)),
        ("1", Action::Show(View::Map)),
        ("0", Action::Show(View::HubdeckLog)),
        ("/", Action::Filter),
        ("n", Action::Hit(1)),
        ("N", Action::Hit(-1)),
        (":", Action::Palette),
        ("?", Action::Help),
        ("space", Action::Mark),
        ("l", Action::Logs),
        ("r", restart(false)),
        ("R", restart(true)),
        ("s", act(OperationKind::Stop)),
        ("S", act(OperationKind::Start)),
        ("p", act(OperationKind::Pause)),
        ("x", Action::Actions),
        ("i", Action::Inspect),
        ("y", Action::Copy),
        ("t", Action::ToggleTimestamps),
        ("w", Action::ToggleWrap),
        ("f", Action::ToggleFollow),
        ("ctrl-s", Action::Export),
        ("ctrl-r", Action::Refresh),
        ("+", Action::Zoom(1)),
        ("-", Action::Zoom(-1)),
        ("q", Action::Quit),
        ("ctrl-c", Action::Quit),
        ("ctrl-z", Action::Suspend),
    ] {
        assert_eq!(keymap.action(key(text)), Some(&action), "{text}");
    }
}

#[test]
fn no_preset_destroys_with_d_or_binds_ctrl_k() {
    for preset in NAMES.split(", ") {
        let keymap = Keymap::from_config(preset, &BTreeMap::new()).unwrap();
        assert_eq!(keymap.action(key("ctrl-k")), None, "{preset}");
        for text in ["d", "ctrl-d"] {
            assert!(
                !matches!(keymap.action(key(text)), Some(Action::Request { .. })),
                "{preset}: {text}"
            );
        }
        assert!(keymap.keys_of(&Action::Quit).next().is_some(), "{preset}");
        assert!(keymap.keys_of(&Action::Help).next().is_some(), "{preset}");
    }
}

#[test]
fn ids_are_unique() {
    let ids: std::collections::BTreeSet<_> = ENTRIES.iter().map(|entry| entry.id).collect();
    assert_eq!(ids.len(), ENTRIES.len());
}

#[test]
fn an_override_replaces_keys_and_takes_them_from_others() {
    let keymap = Keymap::from_config(
        "default",
        &overrides(&[("restart", &["ctrl-t", "s"]), ("mark", &[])]),
    )
    .unwrap();
    let restart = Action::Request {
        kind: OperationKind::Restart,
        with_dependents: false,
    };
    assert_eq!(keymap.action(key("ctrl-t")), Some(&restart));
    assert_eq!(keymap.action(key("s")), Some(&restart), "taken from stop");
    assert_eq!(keymap.action(key("r")), None, "no longer bound");
    assert_eq!(keymap.action(key("space")), None, "unbound");
    assert_eq!(keymap.label(&restart, false), "ctrl-t");
}

#[test]
fn what_bindings_cost_others_is_noted() {
    for (preset, pairs, expected) in [
        (
            "default",
            &[("restart", &["l"] as &[&str])][..],
            &[
                "l is now bound to restart, no longer to logs (preset default), which has no key left: bind one with logs = [\"…\"] in [keys]",
            ][..],
        ),
        // Two keys of one action, and one of two.
        (
            "default",
            &[("restart", &["r", "k"])],
            &["k is now bound to restart, no longer to up (preset default), which keeps up"],
        ),
        (
            "default",
            &[("mark", &["+", "="])],
            &[
                "+ is now bound to mark, no longer to zoom-in (preset default), which has no key left: bind one with zoom-in = [\"…\"] in [keys]",
                "= is now bound to mark, no longer to zoom-in (preset default), which has no key left: bind one with zoom-in = [\"…\"] in [keys]",
            ],
        ),
        // A key of the preset, not of the default.
        (
            "k9s",
            &[("stop", &["z"])],
            &[
                "z is now bound to stop, no longer to next-stack (preset k9s), which has no key left: bind one with next-stack = [\"…\"] in [keys]",
            ],
        ),
        (
            "k9s",
            &[("stop", &["c"])],
            &[
                "c is now bound to stop, no longer to copy (preset k9s), which has no key left: bind one with copy = [\"…\"] in [keys]",
            ],
        ),
        // Swapped on purpose, unbound on purpose, free, or written twice: nobody loses anything
        // unsaid.
        ("default", &[("restart", &["l"]), ("logs", &["r"])], &[]),
        ("default", &[("logs", &[]), ("restart", &["l"])], &[]),
        ("default", &[("restart", &["f9", "f9", "r"])], &[]),
        (
            "default",
            &[("restart", &["ctrl-i"])],
            &[
                "ctrl-i does not reach restart: terminals send the same for ctrl-i and tab; bind another key",
            ],
        ),
    ] {
        let keymap = Keymap::from_config(preset, &overrides(pairs))
            .unwrap_or_else(|error| panic!("{error}"));
        let warnings: Vec<String> = keymap.warnings().iter().map(ToString::to_string).collect();
        assert_eq!(warnings, expected, "{preset} {pairs:?}");
    }
}

#[test]
fn no_preset_leaves_an_action_without_the_keys_of_the_default() {
    for preset in NAMES.split(", ") {
        let keymap = Keymap::from_config(preset, &BTreeMap::new()).unwrap();
        assert_eq!(keymap.warnings(), [], "{preset}");
        let later = |entry: &&KeymapEntry| matches!(entry.action, Action::Later(_));
        for entry in ENTRIES
            .iter()
            .filter(|entry| !entry.keys.is_empty() && !later(entry))
        {
            assert!(
                keymap.keys_of(&entry.action).next().is_some(),
                "{preset}: {} has no key",
                entry.id
            );
        }
    }
}

#[test]
fn errors_name_what_is_wrong_and_what_is_allowed() {
    for (preset, pairs, message) in [
        (
            "vim",
            &[][..],
            "keymap = \"vim\" does not exist; allowed are: default, lazydocker, k9s",
        ),
        (
            "default",
            &[("restrt", &["r"] as &[&str])],
            "[keys] restrt: there is no such action; did you mean one of: right, reverse, restart, \
             restart-dependents, recreate, remove-container, remove, refresh, retry? docs/keys.md lists all",
        ),
        (
            "default",
            &[("preset", &["k9s"])],
            "[keys] preset: there is no such action; a preset is chosen with keymap in [ui]",
        ),
        (
            "default",
            &[("stop", &["contrl-s"])],
            "[keys] stop: \"contrl-s\" is not a key; allowed are: a single character",
        ),
        (
            "default",
            &[("start", &["a"]), ("stop", &["a"])],
            "[keys] a is bound to both start and stop; give it to one",
        ),
    ] {
        let error = Keymap::from_config(preset, &overrides(pairs))
            .unwrap_err()
            .to_string();
        assert!(error.starts_with(message), "{error}");
    }
}

#[test]
fn an_open_field_takes_every_letter_and_a_dialog_only_its_own_keys() {
    let keymap = Keymap::default();
    for text in ["q", "r", "s", "d", "y", "?", "/", "1", "é", "日", "space"] {
        let letter = if text == "space" { " " } else { text };
        let typed = Some(Action::Edit(Edit::Insert(letter.to_owned())));
        assert_eq!(resolve(&keymap, Mode::Field, key(text)), typed, "{text}");
        assert_eq!(resolve(&keymap, Mode::Palette, key(text)), typed, "{text}");
    }
    for text in ["r", "s", "S", "space", "x", "d", "l", "j"] {
        assert_eq!(resolve(&keymap, Mode::Confirm, key(text)), None, "{text}");
    }
    assert_eq!(
        resolve(&keymap, Mode::Confirm, key("y")),
        Some(Action::Answer(true))
    );
    assert_eq!(
        resolve(&keymap, Mode::Confirm, key("esc")),
        Some(Action::Back)
    );
    assert_eq!(
        resolve(&keymap, Mode::NoEngine, key("d")),
        Some(Action::OpenDemo)
    );
    assert_eq!(
        resolve(&keymap, Mode::NoEngine, key("r")),
        Some(Action::Refresh)
    );
    assert_eq!(resolve(&keymap, Mode::NoEngine, key("s")), None);
    for mode in [
        Mode::View,
        Mode::Field,
        Mode::Palette,
        Mode::Confirm,
        Mode::Help,
        Mode::Actions,
        Mode::Columns,
        Mode::NoEngine,
    ] {
        assert_eq!(
            resolve(&keymap, mode, key("ctrl-c")),
            Some(Action::Quit),
            "{mode:?}"
        );
    }
}

#[test]
fn the_page_without_an_engine_has_keys_of_its_own() {
    let page = |config: &[(&str, &[&str])]| {
        let keymap = Keymap::from_config("default", &overrides(config)).unwrap();
        let does = |text: &str| resolve(&keymap, Mode::NoEngine, key(text));
        let labels = [
            Action::Refresh,
            Action::OpenDemo,
            Action::Quit,
            Action::Help,
        ]
        .map(|action| keymap.label_without_engine(&action, true));
        (["r", "d", "q", "x"].map(does), labels.join(" "))
    };
    let (retry, demo, quit) = (Action::Refresh, Action::OpenDemo, Action::Quit);
    let usual = [
        Some(retry.clone()),
        Some(demo.clone()),
        Some(quit.clone()),
        None,
    ];
    assert_eq!(page(&[]), (usual.clone(), "r d q ?".to_owned()));
    assert_eq!(page(&[("quit", &["Q"])]), (usual, "r d q ?".to_owned()));
    let bound = [None, Some(demo), Some(quit.clone()), Some(retry.clone())];
    assert_eq!(page(&[("retry", &["x"])]), (bound, "x d q ?".to_owned()));
    let taken = [None, Some(retry), Some(quit), None];
    assert_eq!(page(&[("retry", &["d"])]), (taken, "d  q ?".to_owned()));
    let keymap = Keymap::from_config("default", &overrides(&[("retry", &["d"])])).unwrap();
    let warnings: Vec<String> = keymap.warnings().iter().map(ToString::to_string).collect();
    assert_eq!(
        warnings,
        [
            "d is now bound to retry, no longer to demo (preset default), which has no key left: bind one with demo = [\"…\"] in [keys]"
        ]
    );
}

#[test]
fn commands_of_the_operator_take_keys_that_are_free_and_no_others() {
    use crate::model::CustomCommand;
    let command = |name: &str, key: &str| {
        Arc::new(CustomCommand {
            name: name.to_owned(),
            key: Some(key.to_owned()),
            ..CustomCommand::clone(&crate::tui::fixture::psql())
        })
    };
    let bound = |commands: &[Arc<CustomCommand>]| Keymap::default().with_commands(commands);
    let psql = command("psql", "ctrl-g");
    let keymap = bound(std::slice::from_ref(&psql)).unwrap();
    let action = Action::Custom(Arc::clone(&psql));
    assert_eq!(
        resolve(&keymap, Mode::View, key("ctrl-g")),
        Some(action.clone())
    );
    assert_eq!(keymap.keys_of(&action).collect::<Vec<_>>(), [key("ctrl-g")]);
    assert_eq!(resolve(&keymap, Mode::Confirm, key("ctrl-g")), None);
    assert_eq!(resolve(&keymap, Mode::Field, key("ctrl-g")), None);
    for (commands, expected) in [
        (
            vec![command("a", "r")],
            "[[command]] a: r is the key of restart",
        ),
        (
            vec![command("a", "f9"), command("b", "f9")],
            "[[command]] b: f9 is the key of the command a",
        ),
        (
            vec![command("a", "ctrl-m")],
            "[[command]] a: ctrl-m arrives as enter",
        ),
        (
            vec![command("a", "nokey")],
            "[[command]] a: \"nokey\" is not a key",
        ),
        (vec![command("a", "ctrl-c")], "is the key of quit"),
    ] {
        let error = bound(&commands).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

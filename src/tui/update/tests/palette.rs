//! Commands that are typed.

use super::*;
use crate::model::{Snapshot, StackName};
use crate::tui::state::PaletteInput;
use crate::tui::state::logs::LogBegin;

/// Two stacks that both have a `db`.
fn two_stacks() -> Snapshot {
    let exchange = fixture::chain("exchange", &["gateway", "db"]);
    dressed(fixture::nine().beside(exchange).snapshot())
}

fn type_line(console: &mut TestConsole, line: &str) {
    console.press(":");
    for letter in line.chars() {
        console.act(Action::Edit(Edit::Insert(letter.to_string())));
    }
}

fn enter(console: &mut TestConsole, line: &str) {
    type_line(console, line);
    console.press("enter");
}

fn input(console: &TestConsole) -> Option<&PaletteInput> {
    match &console.ui.dialog {
        Some(Dialog::Palette(input)) => Some(input),
        _ => None,
    }
}

fn error(console: &TestConsole) -> &str {
    let error = input(console).and_then(|input| input.error.as_deref());
    error.unwrap_or_default()
}

/// The text inside the palette, its lines joined.
fn inside(screen: &str) -> String {
    let frame = |line: &str| line.find("╭─ Command").map(|at| line[..at].chars().count());
    let left = screen.lines().find_map(frame).expect("the palette");
    let rows = screen.lines().filter_map(|line| {
        let row: String = line.chars().skip(left).collect();
        let (text, _) = row.strip_prefix('│')?.split_once('│')?;
        Some(text.trim().to_owned())
    });
    rows.collect::<Vec<_>>().join(" ")
}

#[test]
fn a_typed_restart_shows_the_plan_and_asks() {
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    enter(&mut console, "restart redis worker");
    let Some(Dialog::Confirm {
        plan, yes: false, ..
    }) = &console.ui.dialog
    else {
        panic!("{:?}", console.ui.dialog)
    };
    assert_eq!(plan.operation.kind, OperationKind::Restart);
    assert_eq!(plan.operation.targets.len(), 2);
    assert!(submitted(&console).is_empty());
    console.press("y a");
    assert_eq!(submitted(&console).len(), 1);
}

#[test]
fn a_typed_kill_or_removal_shows_the_plan_and_asks() {
    let kill = |signal: &str| OperationKind::Kill {
        signal: signal.parse().expect("a signal"),
    };
    let remove = |force| OperationKind::Remove { force };
    for (line, kind, title) in [
        ("kill redis", kill("KILL"), "Kill hub/redis with SIGKILL?"),
        ("kill redis hup", kill("HUP"), "Kill hub/redis with SIGHUP?"),
        ("rm redis force", remove(true), "Force remove hub/redis?"),
        ("remove migrate", remove(false), "Remove hub/migrate?"),
    ] {
        let mut console = TestConsole::new(two_stacks(), 100, 30);
        enter(&mut console, line);
        let screen = console.screen();
        assert!(screen.contains(title), "{line}\n{screen}");
        assert!(submitted(&console).is_empty());
        console.press("y");
        let asked: Vec<OperationKind> = submitted(&console).into_iter().map(|it| it.0).collect();
        assert_eq!(asked, [kind], "{line}");
    }
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    enter(&mut console, "kill redis HUPP");
    assert!(
        error(&console).starts_with("there is no service HUPP"),
        "{}",
        error(&console)
    );
}

#[test]
fn what_is_wrong_is_one_sentence_and_the_text_is_kept() {
    for (line, sentence) in [
        (
            "restart db",
            "\"db\" is ambiguous: use exchange/db or hub/db",
        ),
        (
            "restart bakend",
            "there is no service bakend; did you mean hub/backend?",
        ),
        (
            "logs redis since x",
            "\"x\" is no time: use 30s, 5m, 2h or 1d",
        ),
        (
            "stack hup",
            "there is no stack hup; there are: exchange, hub",
        ),
        ("theme", "theme needs the name of a theme: theme NAME"),
        (
            "ctx",
            "one console shows one engine: start another with hubdeck --context NAME",
        ),
        (
            "restrat redis",
            "there is no command restrat; did you mean restart?",
        ),
        ("quit now", "quit takes nothing after it"),
    ] {
        let mut console = TestConsole::new(two_stacks(), 100, 30);
        enter(&mut console, line);
        assert_eq!(error(&console), sentence, "{line}");
        assert_eq!(
            input(&console).map(|input| input.field.text.as_str()),
            Some(line)
        );
        let screen = console.screen();
        assert!(inside(&screen).contains(sentence), "{screen}");
        console.press("backspace");
        assert_eq!(error(&console), "", "typing takes it away");
        assert!(console.effects.is_empty());
    }
}

#[test]
fn a_name_that_several_stacks_have_is_that_of_the_stack_in_view() {
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    console.ui.scope.stack = Some(StackName::from("hub"));
    enter(&mut console, "why db");
    let details = console.ui.details.as_ref();
    assert_eq!(
        details.map(|it| (it.service.as_str(), it.tab)),
        Some(("hub/db", DetailsTab::Why))
    );
}

#[test]
fn logs_since_a_time_begin_there() {
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    enter(&mut console, "logs backend worker since 5m");
    let services: Vec<&str> = console
        .ui
        .logs
        .services
        .iter()
        .map(ServiceId::as_str)
        .collect();
    assert_eq!(services, ["hub/backend", "hub/worker"]);
    let Some(Effect::FollowLogs {
        queries,
        replace: true,
    }) = console.effects.last()
    else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(queries[0].since, Some(fixture::ago(300)));
    console.press("1").ui.selection.selected = None;
    enter(&mut console, "logs since 1h");
    assert_eq!(
        console.ui.logs.services.len(),
        console.snapshot.services.len()
    );
    assert_eq!(
        console.ui.logs.begin,
        LogBegin::Since(jiff::SignedDuration::from_hours(1))
    );
}

#[test]
fn commands_set_what_is_shown() {
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    enter(&mut console, "stack exchange");
    assert_eq!(console.ui.scope.stack, Some(StackName::from("exchange")));
    enter(&mut console, "ns all");
    assert_eq!(console.ui.scope.stack, None);
    enter(&mut console, "filter red");
    assert_eq!(console.ui.scope.filter, "red");
    enter(&mut console, "filter");
    assert_eq!(console.ui.scope.filter, "");
    enter(&mut console, "sort cpu");
    assert_eq!(console.ui.view, View::Services);
    assert_eq!(
        console.ui.table.sort,
        crate::tui::input::column::Column::Cpu
    );
    enter(&mut console, "theme light");
    assert_eq!(
        console.effects.last(),
        Some(&Effect::SetTheme("light".to_owned()))
    );
    for (line, view) in [
        ("svc", View::Services),
        ("ev", View::Timeline),
        ("map", View::Map),
    ] {
        enter(&mut console, line);
        assert_eq!(console.ui.view, view, "{line}");
    }
    enter(&mut console, "q");
    assert_eq!(console.effects.last(), Some(&Effect::Quit));
}

#[test]
fn tab_completes_commands_and_what_they_take() {
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    type_line(&mut console, "filt");
    let text = |console: &TestConsole| input(console).map(|input| input.field.text.clone());
    console.press("down tab");
    assert_eq!(text(&console).as_deref(), Some("filter "));
    console.press("ctrl-u t h e m e space");
    console.press("h i tab");
    assert_eq!(text(&console).as_deref(), Some("theme high-contrast"));
    console.press("ctrl-u l o g s space r e d i tab s i n tab 5 tab");
    assert_eq!(text(&console).as_deref(), Some("logs redis since 5m"));
    console.press("ctrl-u r e s t a r t space d b");
    let screen = console.screen();
    assert!(
        screen.contains("exchange/db") && screen.contains("hub/db"),
        "{screen}"
    );
    console.press("down enter");
    assert!(
        matches!(console.ui.dialog, Some(Dialog::Confirm { .. })),
        "a chosen row acts"
    );
}

#[test]
fn earlier_lines_come_back_and_what_is_used_comes_first() {
    let mut console = TestConsole::new(two_stacks(), 100, 30);
    for line in ["filter a", "stack hub", "filter a"] {
        enter(&mut console, line);
    }
    let text = |console: &TestConsole| input(console).map(|input| input.field.text.clone());
    console.press(": up");
    assert_eq!(text(&console).as_deref(), Some("filter a"));
    console.press("up up");
    assert_eq!(
        text(&console).as_deref(),
        Some("stack hub"),
        "each once, and no further"
    );
    console.press("down down");
    assert_eq!(text(&console).as_deref(), Some(""));
    console.press("esc");

    let mut console = TestConsole::new(dressed(fixture::nine().snapshot()), 100, 30);
    console.press(": r e");
    let first = |console: &TestConsole| {
        let items =
            crate::tui::state::palette::find("re", &console.ui, &console.snapshot, &console.facts);
        items.first().map(|item| item.title.clone())
    };
    let usual = first(&console);
    console.press("esc");
    for _ in 0..5 {
        console.press(": r e f r e s h down up enter");
    }
    assert_ne!(usual.as_deref(), Some("Refresh"));
    assert_eq!(first(&console).as_deref(), Some("Refresh"));
}

#[test]
fn the_palette_of_a_command() {
    let mut console = TestConsole::new(two_stacks(), 80, 24);
    type_line(&mut console, "logs ba");
    crate::tui::test_console::assert_screen("palette_logs_80x24", &console.screen());
    console.press("ctrl-u r e s t a r t space d b enter");
    crate::tui::test_console::assert_screen("palette_ambiguous_80x24", &console.screen());
}

#[test]
fn a_command_shows_what_it_takes_also_beside_arguments_that_no_list_has() {
    for (line, usage) in [
        ("export e1.txt", "[json or text] [FILE]"),
        ("grep level:error", "FILTER"),
        ("goto 14:13", "TIME"),
    ] {
        let mut console = TestConsole::new(two_stacks(), 120, 30);
        console.press("3");
        type_line(&mut console, line);
        let screen = console.screen();
        assert!(screen.contains(usage), "{line}:\n{screen}");
        assert!(!screen.contains("nothing matches"), "{line}:\n{screen}");
        console.press("enter");
        assert!(input(&console).is_none(), "{line} is carried out");
    }
}

#[test]
fn an_export_names_its_form_and_a_time_that_is_not_backwards() {
    let mut console = TestConsole::new(two_stacks(), 120, 30);
    console.press("3");
    enter(&mut console, "export text e1.txt");
    let Some(Effect::Export(request)) = console.effects.last() else {
        panic!("{:?}", console.effects)
    };
    assert_eq!(
        (request.json, request.file.as_deref()),
        (false, Some("e1.txt"))
    );
    enter(&mut console, "export since 14:02 until 14:01");
    assert!(
        error(&console).starts_with("nothing lies since 14:02:00 and until 14:01:00"),
        "{}",
        error(&console)
    );
}

//! Huge lines, many lines, any size: what holds always.

use proptest::prelude::*;

use super::*;

#[test]
fn a_huge_wrapped_line_scrolls_by_rows() {
    let mut ui = many(3, 42, 7);
    let huge: String = (0..1640)
        .map(|n| char::from(b'a' + (n / 40 % 26) as u8))
        .collect();
    push(
        &mut ui.logs,
        LogBatch::of(vec![line(1, "b", &huge)], 0),
        100,
        1 << 20,
    );
    ui.logs.look.wrap = true;
    show(&mut ui, false);
    let row = |letter: char| letter.to_string().repeat(40);
    assert_eq!(
        body(&show(&mut ui, false))[5],
        row('o'),
        "41 rows end in the 41st letter"
    );
    let screen = act(&mut ui, Action::Scroll(-1));
    assert_eq!(body(&screen)[5], row('n'));
    let screen = act(&mut ui, Action::Page(-1));
    assert_eq!(body(&screen)[5], row('i'));
    let screen = act(&mut ui, Action::First);
    assert_eq!(
        body(&screen)[..4],
        ["▌line 0", "line 1", "line 2", &row('a')]
    );
    act(&mut ui, Action::Page(1));
    assert_eq!(body(&act(&mut ui, Action::Last))[5], row('o'));
}

#[test]
fn rows_of_wrapped_lines_are_scrolled_one_by_one_in_a_large_log() {
    let text = format!(r#"{{"msg":"{}"}}"#, "x".repeat(200));
    let mut ui = many(0, 80, 24);
    ui.logs.ring = LogRing {
        lines: VecDeque::from(vec![line(9, "b", &text).into(); 100_000]),
        ..LogRing::default()
    };
    ui.logs.look.wrap = true;
    for _ in 0..40 {
        act(&mut ui, Action::Scroll(-1));
    }
    assert!(
        ui.logs.back < 100,
        "40 rows are few lines, not {}",
        ui.logs.back
    );
    assert!(ui.drawn.viewport.top > 99_000);
}

#[test]
fn no_size_panics() {
    for width in 0..=60 {
        for height in 0..=30 {
            let mut ui = tail(width, height);
            (ui.logs.look.wrap, ui.logs.look.timestamps) = (height % 2 == 0, width % 3 == 0);
            show(&mut ui, width % 2 == 0);
            act(&mut ui, Action::Page(-1));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_text_and_no_walk_panics(
        texts in proptest::collection::vec("[\\PC\x1b\t]{0,90}", 0..12),
        walk in proptest::collection::vec(0u8..10, 0..12),
        search in "\\PC{0,2}", width in 1u16..50, height in 1u16..14, wrap: bool,
    ) {
        let mut ui = tail(width, height);
        ui.logs.look.wrap = wrap;
        find_now(&mut ui.logs, |wanted| wanted.search = search);
        let lines = texts.iter().map(|text| line(5, "b", text));
        push(&mut ui.logs, LogBatch::of(lines, 0), 15, 1 << 20);
        show(&mut ui, false);
        for step in walk {
            act(&mut ui, match step {
                0 => Action::Scroll(-1),
                1 => Action::Move(Direction::Down),
                2 => Action::Page(-1),
                3 => Action::Page(1),
                4 => Action::First,
                5 => Action::Last,
                6 => Action::Hit(1),
                7 => Action::Hit(-1),
                8 => Action::ToggleWrap,
                _ => Action::ToggleFollow,
            });
            prop_assert!(ui.logs.back < ui.logs.ring.lines.len().max(1));
        }
    }
}

#[test]
fn what_is_folded_or_cut_is_said_also_behind_a_line_that_is_too_long() {
    let mut ui = many(1, 60, 8);
    let long = "x".repeat(300);
    let lines = vec![
        line(3, "b", &format!("{long}\n  at a\n  at b")),
        LogLine {
            cut_bytes: 12_345,
            ..line(2, "b", &long)
        },
        line(1, "b", "short\n  at a"),
    ];
    push(&mut ui.logs, LogBatch::of(lines, 0), 100, 1 << 20);
    for left in [0, 40, 290] {
        ui.logs.look.left = left;
        let screen = show(&mut ui, false);
        assert!(screen.contains("x +2 lines\n"), "{left}: {screen}");
        assert!(
            screen.contains("x [12,345 bytes cut]\n"),
            "{left}: {screen}"
        );
        assert!(left > 0 || screen.contains("short +1 line\n"), "{screen}");
    }
    ui.logs.look.wrap = true;
    assert!(show(&mut ui, false).contains("short +1 line"));
}

//! What the terminal shows after frames, read from an emulator.

use proptest::prelude::*;
use ratatui::layout::{Position, Rect};
use ratatui::style::Style;

use super::*;

fn frame(lines: &[&str]) -> Buffer {
    Buffer::with_lines(lines.iter().copied())
}

fn written(canvas: &mut Canvas<Vec<u8>>, frame: Buffer) -> String {
    canvas.writer.clear();
    let bytes = canvas.show(frame, &[]).unwrap();
    assert_eq!(bytes, canvas.writer.len());
    String::from_utf8(canvas.writer.clone()).unwrap()
}

#[test]
fn an_unchanged_frame_costs_nothing_and_a_change_only_itself() {
    let mut canvas = Canvas::new(Vec::new());
    assert_eq!(
        written(&mut canvas, frame(&["abc", "def"])),
        "\x1b[0m\x1b[2J\x1b[1Habc\x1b[2Hdef"
    );
    assert_eq!(written(&mut canvas, frame(&["abc", "def"])), "");
    assert_eq!(written(&mut canvas, frame(&["abc", "dXf"])), "\x1b[2;2HX");
    assert_eq!(
        written(&mut canvas, frame(&["xbX", "dXf"])),
        "\x1b[1HxbX",
        "a small gap is bridged"
    );
    canvas.forget();
    assert!(written(&mut canvas, frame(&["xbX", "dXf"])).starts_with("\x1b[0m\x1b[2J"));
    assert!(
        written(&mut canvas, frame(&["ab"])).starts_with("\x1b[0m\x1b[2J"),
        "another size"
    );
}

fn color(color: Color) -> vt100::Color {
    match color {
        Color::Red => vt100::Color::Idx(1),
        Color::Indexed(index) => vt100::Color::Idx(index),
        Color::Rgb(r, g, b) => vt100::Color::Rgb(r, g, b),
        _ => vt100::Color::Default,
    }
}

fn cell() -> impl Strategy<Value = (u16, u16, &'static str, Style)> {
    let symbol = prop::sample::select(vec![
        "a",
        " ",
        "é",
        "日",
        "🦀",
        "●",
        "█",
        "♻\u{fe0f}",
        "e\u{301}",
        "1\u{fe0f}\u{20e3}",
    ]);
    let color = prop::sample::select(vec![
        Color::Reset,
        Color::Red,
        Color::Indexed(99),
        Color::Rgb(1, 2, 3),
    ]);
    let modifier =
        prop::sample::select(vec![Modifier::empty(), Modifier::BOLD, Modifier::REVERSED]);
    (0..20_u16, 0..6_u16, symbol, color.clone(), color, modifier).prop_map(
        |(x, y, symbol, fg, bg, modifier)| {
            (
                x,
                y,
                symbol,
                Style::new().fg(fg).bg(bg).add_modifier(modifier),
            )
        },
    )
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Whatever frames follow one another, the terminal shows the last one.
    #[test]
    fn the_terminal_shows_the_last_frame(frames in prop::collection::vec(prop::collection::vec(cell(), 0..40), 1..5)) {
        let area = Rect::new(0, 0, 20, 6);
        let mut parser = vt100::Parser::new(6, 20, 0);
        let mut canvas = Canvas::new(Vec::new());
        let mut last = Buffer::empty(area);
        for cells in frames {
            let mut next = Buffer::empty(area);
            for (x, y, symbol, style) in cells {
                next.set_string(x, y, symbol, style);
            }
            canvas.writer.clear();
            canvas.show(next.clone(), &[]).unwrap();
            parser.process(&canvas.writer);
            last = next;
        }
        for y in 0..area.height {
            let mut covered = 0;
            for x in 0..area.width {
                let shown = parser.screen().cell(y, x).unwrap();
                // Cells behind a wide symbol are its own, also where the emulator takes it for
                // narrow.
                if covered > 0 {
                    covered -= 1;
                    prop_assert!(!shown.has_contents() || shown.contents() == " ", "stale at {:?}", (x, y));
                    continue;
                }
                let wanted = &last[Position { x, y }];
                covered = wanted.cell_width().saturating_sub(1);
                let text = if shown.has_contents() { shown.contents().to_owned() } else { " ".to_owned() };
                prop_assert_eq!(text, wanted.symbol(), "at {:?}", (x, y));
                prop_assert_eq!(shown.inverse(), wanted.modifier.contains(Modifier::REVERSED));
                prop_assert_eq!(shown.bgcolor(), color(wanted.bg));
                if wanted.symbol() != " " || shown.inverse() {
                    prop_assert_eq!(shown.bold(), wanted.modifier.contains(Modifier::BOLD));
                    prop_assert_eq!(shown.fgcolor(), color(wanted.fg), "at {:?}", (x, y));
                }
            }
        }
    }
}

/// The rows of an emulator after `frames`, written over one another.
fn rows(frames: &[&[&str]]) -> Vec<String> {
    let mut parser = vt100::Parser::new(2, 8, 0);
    let mut canvas = Canvas::new(Vec::new());
    for lines in frames {
        canvas.writer.clear();
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 2));
        for (y, line) in (0..).zip(*lines) {
            buffer.set_string(0, y, line, Style::new());
        }
        canvas.show(buffer, &[]).unwrap();
        parser.process(&canvas.writer);
    }
    parser
        .screen()
        .rows(0, 8)
        .map(|row| row.trim_end().to_owned())
        .collect()
}

/// The emulator draws an emoji with U+FE0F one cell wide, as tmux 3.3 does, and joined emoji side
/// by side.
#[test]
fn symbols_that_terminals_draw_narrower_or_wider_leave_nothing_stale() {
    let recycled = "♻\u{fe0f}";
    let astronaut = "👩\u{200d}🚀";
    let x = "xxxxxxxx";
    for (line, shown) in [
        (
            format!("{recycled}{recycled} api"),
            format!("{recycled} {recycled}  api"),
        ),
        (format!("{astronaut} ab"), "👩\u{200d} ab".to_owned()),
        (format!("a{recycled}"), format!("a{recycled}")),
        ("cafe\u{301} b".to_owned(), "cafe\u{301} b".to_owned()),
        // At the end of the row the second emoji would go to the next one.
        (format!("abcdef{astronaut}"), "abcdef👩".to_owned()),
        (format!("abcdef{recycled}"), format!("abcdef{recycled}")),
    ] {
        let seen = rows(&[&[x, x], &[&line, x]]);
        assert_eq!(seen, [shown.as_str(), x], "{line:?} over x");
        assert_eq!(
            rows(&[&[x, x], &[&line, x], &[x, x]]),
            [x, x],
            "x over {line:?}"
        );
    }
}

#[test]
fn only_what_terminals_disagree_on_is_blanked_first() {
    let blanks = |text: &str| {
        let mut canvas = Canvas::new(Vec::new());
        written(&mut canvas, frame(&[text])).matches("  ").count()
    };
    assert_eq!(blanks("日本"), 0, "every terminal gives them two cells");
    assert_eq!(blanks("●─█"), 0);
    assert_eq!(blanks("🦀"), 1);
    assert_eq!(blanks("♻\u{fe0f}"), 1);
}

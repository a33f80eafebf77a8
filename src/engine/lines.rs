//! Bytes of a log line made into text that is safe to draw.

/// Bytes of one line that are kept and shown.
pub const LINE_LIMIT: usize = 16 * 1024;
const TAB: usize = 8;

/// The line as text, and how many bytes of it were cut off: lossy UTF-8, control sequences other
/// than SGR colours removed, tabs expanded, at most [`LINE_LIMIT`] bytes.
pub(super) fn clean(bytes: &[u8]) -> (String, u64) {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    if text.len() <= LINE_LIMIT && text.bytes().all(|byte| (0x20..0x7f).contains(&byte)) {
        return (text.into_owned(), 0);
    }
    cut(without_sequences(&text))
}

fn cut(mut text: String) -> (String, u64) {
    if text.len() <= LINE_LIMIT {
        return (text, 0);
    }
    let mut end = LINE_LIMIT;
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    // A replacement character stands for one byte or more of the original.
    let lost = text
        .get(end..)
        .unwrap_or("")
        .chars()
        .map(|c| if c == '\u{fffd}' { 1 } else { c.len_utf8() });
    let lost = lost.sum::<usize>();
    text.truncate(end);
    (text, u64::try_from(lost).unwrap_or(u64::MAX))
}

fn without_sequences(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut column = 0;
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => escape(&mut chars, &mut out),
            '\u{9b}' => control_sequence(&mut chars, &mut out),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_string(&mut chars),
            '\t' => {
                let spaces = TAB - column % TAB;
                out.extend(std::iter::repeat_n(' ', spaces));
                column += spaces;
            }
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}' => {}
            c => {
                out.push(if c.is_control() { ' ' } else { c });
                column += 1;
            }
        }
    }
    out
}

/// What follows an escape character.
fn escape(chars: &mut std::str::Chars<'_>, out: &mut String) {
    match chars.next() {
        Some('[') => control_sequence(chars, out),
        Some(']' | 'P' | 'X' | '^' | '_') => skip_string(chars),
        // Intermediate bytes announce one more: `ESC ( B`.
        Some(' '..='/') => {
            chars.next();
        }
        _ => {}
    }
}

/// Keeps `ESC [ … m` with plain parameters, drops every other control sequence.
/// Whether parameters of a sequence are numbers only.
fn are_plain(parameters: &str) -> bool {
    parameters
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'))
}

fn control_sequence(chars: &mut std::str::Chars<'_>, out: &mut String) {
    let mut parameters = String::new();
    loop {
        let mut ahead = chars.clone();
        match ahead.next() {
            Some(c @ '\u{20}'..='\u{3f}') => {
                parameters.push(c);
                *chars = ahead;
            }
            Some(c @ '\u{40}'..='\u{7e}') => {
                *chars = ahead;
                if c == 'm' && are_plain(&parameters) {
                    out.push_str("\x1b[");
                    out.push_str(&parameters);
                    out.push('m');
                }
                return;
            }
            // Not a sequence after all: what comes next is text again.
            _ => return,
        }
    }
}

/// Drops a string command up to its terminator, or to the end of the line.
fn skip_string(chars: &mut std::str::Chars<'_>) {
    while let Some(c) = chars.next() {
        match c {
            '\x07' | '\u{9c}' => return,
            '\x1b' => {
                chars.next();
                return;
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_colours_survive() {
        for (bytes, expected) in [
            (&b"plain"[..], "plain"),
            (b"a\r\n", "a"),
            (b"\x1b[31;1mred\x1b[0m", "\x1b[31;1mred\x1b[0m"),
            (b"\x1b[38:5:9mx", "\x1b[38:5:9mx"),
            (b"\x1b[2J\x1b[Hx\x1b[?25l", "x"),
            (b"\x1b[>4;1mx", "x"),
            (b"\x1b]0;title\x07x", "x"),
            (b"\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "link"),
            (b"\x1bPq#0\x1b\\x\x1b(By", "xy"),
            (b"\x1b]never ended", ""),
            (b"\x1b", ""),
            (b"\x1b[", ""),
            (b"a\tb\t\tc", "a       b               c"),
            (b"50%\r100%", "50% 100%"),
            (b"nul\0bell\x07", "nul bell "),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
            ("日本 🦀\u{202e}x".as_bytes(), "日本 🦀x"),
            ("c1 \u{9b}2Jx\u{9b}1my".as_bytes(), "c1 x\x1b[1my"),
        ] {
            assert_eq!(clean(bytes).0, expected, "{bytes:?}");
        }
    }

    #[test]
    fn long_lines_are_cut_at_a_character() {
        let (text, cut) = clean("é".repeat(LINE_LIMIT).as_bytes());
        assert_eq!((text.len(), cut), (LINE_LIMIT, LINE_LIMIT as u64));
        let (text, cut) = clean(&vec![0xff; LINE_LIMIT]);
        assert!(text.len() <= LINE_LIMIT && text.len() > LINE_LIMIT - 3);
        assert_eq!(text.chars().count() as u64 + cut, LINE_LIMIT as u64);
    }

    proptest! {
        #[test]
        fn nothing_a_terminal_acts_on_gets_through(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let (text, _) = clean(&bytes);
            let mut rest = text.as_str();
            while let Some(at) = rest.find(|c: char| c.is_control()) {
                rest = &rest[at..];
                let end = rest.find('m').expect("only SGR sequences remain");
                let body = rest[..end].strip_prefix("\x1b[").expect("only SGR sequences remain");
                prop_assert!(body.bytes().all(|b| b.is_ascii_digit() || b == b';' || b == b':'));
                rest = &rest[end + 1..];
            }
        }
    }
}

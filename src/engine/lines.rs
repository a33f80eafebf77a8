//! Bytes of a log line made into text that is safe to draw.

mod overwriting;

use crate::model::invisible::Invisible;
use overwriting::LineCells;

/// Bytes of one line that are kept; how much of it is shown is decided by who reads it.
pub const LINE_LIMIT: usize = 256 * 1024;
const TAB: usize = 8;

/// The line as text: lossy UTF-8 as a terminal would show it (what is written over after a carriage
/// return is gone), control sequences other than SGR colours and what cannot be seen removed. Tabs are
/// kept, except in a line that is written over: there they are columns of it.
///
/// Most lines are their bytes, which are not copied then.
pub(super) fn clean_line(bytes: Vec<u8>) -> String {
    if !is_printable(&bytes) {
        return clean(&bytes);
    }
    String::from_utf8(bytes).unwrap_or_else(|error| clean(error.as_bytes()))
}

/// The same of bytes that belong to somebody else.
pub(super) fn clean(bytes: &[u8]) -> String {
    let bytes = bytes.strip_suffix(b"\n").unwrap_or(bytes);
    let bytes = bytes.strip_suffix(b"\r").unwrap_or(bytes);
    let text = String::from_utf8_lossy(bytes);
    if text.contains(['\r', '\u{8}']) {
        let mut screen = LineCells::default();
        write(&text, &mut screen);
        return screen.text();
    }
    let mut out = String::new();
    write(&text, &mut out);
    out
}

/// Whether all of `bytes` are printable ASCII or tabs; eight at a time, as most lines are.
fn is_printable(bytes: &[u8]) -> bool {
    const HIGH: u64 = 0x8080_8080_8080_8080;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let plain = |byte: &u8| (0x20..0x7f).contains(byte) || *byte == b'\t';
    let (eights, rest) = bytes.as_chunks::<8>();
    let all_plain = |eight: &[u8; 8]| {
        let word = u64::from_ne_bytes(*eight);
        // The high bit of a byte is set where it is above ASCII, below a space, or DEL.
        let odd = word | (word | HIGH).wrapping_sub(ONES * 0x20) ^ HIGH | word.wrapping_add(ONES);
        odd & HIGH == 0 || eight.iter().all(plain)
    };
    eights.iter().all(all_plain) && rest.iter().all(plain)
}

/// Where the characters of a line go.
trait Canvas {
    fn put(&mut self, c: char);
    fn tab(&mut self);
    /// A colour from here on: `31;1`.
    fn colour(&mut self, parameters: &str);
    fn carriage_return(&mut self) {}
    fn backspace(&mut self) {}
    /// `ESC [ … K`.
    fn erase(&mut self, _parameters: &str) {}
}

/// Text that is never written over.
impl Canvas for String {
    fn put(&mut self, c: char) {
        self.push(c);
    }

    fn tab(&mut self) {
        self.push('\t');
    }

    fn colour(&mut self, parameters: &str) {
        self.push_str("\x1b[");
        self.push_str(parameters);
        self.push('m');
    }
}

/// How many columns of a terminal a character takes.
fn columns(c: char) -> usize {
    if c.is_ascii() {
        return 1;
    }
    unicode_width::UnicodeWidthChar::width(c).unwrap_or(1)
}

fn write(text: &str, out: &mut impl Canvas) {
    let mut invisible = Invisible::default();
    let mut chars = text.chars();
    while let Some(c) = chars.next() {
        match c {
            '\x1b' => escape(&mut chars, out),
            '\u{9b}' => control_sequence(&mut chars, out),
            '\u{90}' | '\u{98}' | '\u{9d}' | '\u{9e}' | '\u{9f}' => skip_string(&mut chars),
            '\t' => out.tab(),
            '\r' => out.carriage_return(),
            '\u{8}' => out.backspace(),
            '\u{2028}' | '\u{2029}' => out.put(' '),
            c if c.is_control() => out.put(' '),
            c if invisible.keeps(c) => out.put(c),
            _ => {}
        }
    }
}

/// What follows an escape character.
fn escape(chars: &mut std::str::Chars<'_>, out: &mut impl Canvas) {
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

/// Whether parameters of a sequence are numbers only.
fn are_plain(parameters: &str) -> bool {
    parameters
        .bytes()
        .all(|byte| byte.is_ascii_digit() || matches!(byte, b';' | b':'))
}

/// Keeps `ESC [ … m` with plain parameters, carries out `ESC [ … K`, drops every other control
/// sequence.
fn control_sequence(chars: &mut std::str::Chars<'_>, out: &mut impl Canvas) {
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
                match c {
                    'm' if are_plain(&parameters) => out.colour(&parameters),
                    'K' => out.erase(&parameters),
                    _ => {}
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
            '\x07' | '\u{9c}' | '\x18' | '\x1a' => return,
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
            (b"a\tb\t\tc", "a\tb\t\tc"),
            ("日\t\x1b[1Kx".as_bytes(), "日\tx"),
            (b"50%\r100%", "100%"),
            (b"nul\0bell\x07", "nul bell "),
            (b"\xff\xfe", "\u{fffd}\u{fffd}"),
            ("日本 🦀\u{202e}x".as_bytes(), "日本 🦀x"),
            ("c1 \u{9b}2Jx\u{9b}1my".as_bytes(), "c1 x\x1b[1my"),
        ] {
            assert_eq!(clean(bytes), expected, "{bytes:?}");
        }
    }

    #[test]
    fn lines_look_as_a_terminal_shows_them() {
        let bar: String = (0..=100).map(|it| format!("\rdone {it}%")).collect();
        for (text, expected) in [
            (bar.as_str(), "done 100%"),
            ("50%\r100%", "100%"),
            ("downloading\rdone", "doneloading"),
            ("downloading\r\x1b[Kdone", "done"),
            ("downloading\x1b[2K\rdone", "done"),
            ("abc\x1b[2K\x1b[2Kd\r\x1b[2Ke", "e"),
            ("abc\x1b[2K\x08\x08x\r\x1b[2Ky", "y"),
            ("ae\u{301}\u{301}\u{301}\u{301}\r\x08ae\u{301}", "ae\u{301}"),
            ("a\r\r\n", "a"),
            ("abc\x08\x08X", "aXc"),
            ("\x08\x08a", "a"),
            ("ab\tc\rX", "Xb      c"),
            ("\x1b[31mred\x1b[0m!\rR", "R\x1b[31med\x1b[0m!"),
            ("\x1b[31m1%\r\x1b[32m2%\x1b[0m", "\x1b[31m\x1b[32m2%\x1b[0m"),
            ("e\u{301}a\rx", "xa"),
            // Half of a wide character is none.
            ("日本語\rab", "ab本語"),
            ("日本語\rabc", "abc 語"),
            ("日本語\x08x", "日本 x"),
            ("ab\r日", "日"),
            ("a日\r日x", "日x"),
            ("日本\r\x1b[K日", "日"),
            ("日本\x08\x08\x08\x1b[Kx", " x"),
            ("long text\rshort\x1b[K!", "short!"),
            ("long text\rshort\x1b[1K!", "     !ext"),
            ("\r", ""),
        ] {
            assert_eq!(clean(text.as_bytes()), expected, "{text:?}");
        }
    }

    #[test]
    fn what_cannot_be_seen_is_removed() {
        let flood = format!("e{}x", "\u{301}".repeat(50));
        let zalgo = format!("e{}x", "\u{301}".repeat(4));
        for (text, expected) in [
            ("a\u{200b}b\u{2060}c\u{ad}d", "abcd"),
            ("pay\u{202e}gnp.exe\u{2066}x\u{2069}", "paygnp.exex"),
            ("a\u{200c}b\u{200d}c", "abc"),
            (
                "\u{645}\u{6cc}\u{200c}\u{62e}",
                "\u{645}\u{6cc}\u{200c}\u{62e}",
            ),
            ("\u{1f468}\u{200d}\u{1f469}", "\u{1f468}\u{200d}\u{1f469}"),
            (
                "\u{1f468}\u{200d}\u{200d}\u{200d}\u{1f469}",
                "\u{1f468}\u{200d}\u{1f469}",
            ),
            ("x\u{e0041}\u{e007f}", "x"),
            ("\u{2764}\u{fe0f}\u{fe0f}\u{fe0f}", "\u{2764}\u{fe0f}"),
            (flood.as_str(), zalgo.as_str()),
            ("a\u{fff9}b\u{fffa}c\u{fffb}", "abc"),
            ("one\u{2028}two\u{2029}three", "one two three"),
            ("\u{90}1;2|x\u{9c}y", "y"),
            ("\x1b]52;c;aGk=\x07copied", "copied"),
            ("\x1b_apc\x1b\\x", "x"),
            ("\u{85}next", " next"),
        ] {
            assert_eq!(clean(text.as_bytes()), expected, "{text:?}");
        }
        // Single bytes of C1 are no characters of UTF-8.
        assert_eq!(clean(b"\x9b2Jx"), "\u{fffd}2Jx");
    }

    proptest! {
        #[test]
        fn nothing_a_terminal_acts_on_gets_through(bytes in prop::collection::vec(any::<u8>(), 0..400)) {
            let text = clean(&bytes);
            let mut rest = text.as_str();
            while let Some(at) = rest.find(|c: char| c.is_control() && c != '\t') {
                rest = &rest[at..];
                let end = rest.find('m').expect("only SGR sequences remain");
                let body = rest[..end].strip_prefix("\x1b[").expect("only SGR sequences remain");
                prop_assert!(body.bytes().all(|b| b.is_ascii_digit() || b == b';' || b == b':'));
                rest = &rest[end + 1..];
            }
        }
    }
}

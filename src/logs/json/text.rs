//! Strings of JSON as they read.

use std::borrow::Cow;

use crate::model::invisible::Invisible;

/// The string `raw` (what stands between the quotes) without escapes, and without whatever a
/// terminal would act on: an escape may stand for any character.
pub(in crate::logs) fn unescaped(raw: &str) -> Cow<'_, str> {
    if !raw.contains('\\') {
        return Cow::Borrowed(raw);
    }
    let mut out = String::with_capacity(raw.len());
    let mut invisible = Invisible::default();
    let mut chars = raw.chars();
    while let Some(c) = chars.next() {
        let c = if c == '\\' {
            escape(&mut chars)
        } else {
            Some(c)
        };
        match c {
            Some('\u{1b}') => skip_sequence(&mut chars),
            Some('\n') => out.push('\n'),
            Some(c) if c.is_control() => out.push(' '),
            Some(c) if invisible.keeps(c) => out.push(c),
            Some(_) | None => {}
        }
    }
    Cow::Owned(out)
}

/// The character of an escape behind its backslash; `None` where it is cut off.
fn escape(chars: &mut std::str::Chars<'_>) -> Option<char> {
    Some(match chars.next()? {
        'n' => '\n',
        't' | 'r' | 'b' | 'f' => ' ',
        'u' => {
            let first = hexadecimal(chars)?;
            if !(0xd800..0xdc00).contains(&first) {
                return Some(char::from_u32(first).unwrap_or('\u{fffd}'));
            }
            let mut ahead = chars.clone();
            if ahead.next() != Some('\\') || ahead.next() != Some('u') {
                return Some('\u{fffd}');
            }
            let Some(second @ 0xdc00..0xe000) = hexadecimal(&mut ahead) else {
                return Some('\u{fffd}');
            };
            *chars = ahead;
            let code = 0x1_0000 + ((first - 0xd800) << 10) + (second - 0xdc00);
            char::from_u32(code).unwrap_or('\u{fffd}')
        }
        other => other,
    })
}

fn hexadecimal(chars: &mut std::str::Chars<'_>) -> Option<u32> {
    let mut ahead = chars.clone();
    let mut code = 0;
    for _ in 0..4 {
        code = code << 4 | ahead.next()?.to_digit(16)?;
    }
    *chars = ahead;
    Some(code)
}

/// Skips a colour that stands escaped in a string: `\u001b[31m`.
fn skip_sequence(chars: &mut std::str::Chars<'_>) {
    let mut ahead = chars.clone();
    if ahead.next() == Some('[') {
        while ahead
            .next()
            .is_some_and(|c| !('\u{40}'..='\u{7e}').contains(&c))
        {}
        *chars = ahead;
    }
}

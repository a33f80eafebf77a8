//! The tokens of a text, with what varies from line to line replaced by `<*>`.

use std::ops::Range;

/// What stands for a part that varies.
pub const WILDCARD: &str = "<*>";
/// Tokens read of a text; what comes after them is one wildcard.
const MAX_TOKENS: usize = 48;
/// Longest word kept as it is, in bytes: a longer one is data.
const MAX_WORD: usize = 96;
/// Longest text between quotes, in bytes: a quote without its end within this is an apostrophe.
const MAX_QUOTED: usize = 512;
/// Digits from which on a word that begins with a letter is an identifier.
const IDENTIFIER_DIGITS: usize = 3;
/// Bytes from which on a word of hexadecimal digits, one of them 0 to 9, is an identifier.
const HEXADECIMAL: usize = 6;

/// Tokens in one buffer, so that reading a line allocates nothing.
#[derive(Debug, Default)]
pub struct Tokens {
    text: String,
    ends: Vec<usize>,
}

impl Tokens {
    /// Removes all tokens.
    pub fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
    }

    /// How many there are.
    pub const fn len(&self) -> usize {
        self.ends.len()
    }

    /// The tokens in their order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        let starts = std::iter::once(&0).chain(&self.ends);
        starts
            .zip(&self.ends)
            .map(|(start, end)| self.text.get(*start..*end).unwrap_or_default())
    }

    /// Appends one token as it is.
    pub fn push(&mut self, token: &str) {
        self.text.push_str(token);
        self.end();
    }

    /// Appends the token `key=<*>`.
    pub fn push_key(&mut self, key: &str) {
        self.text.push_str(key);
        self.text.push('=');
        self.push(WILDCARD);
    }

    /// Appends the tokens of `text`.
    pub fn read(&mut self, text: &str) {
        let mut rest = text.trim_ascii();
        while !rest.is_empty() {
            if self.ends.len() >= MAX_TOKENS {
                return self.push(WILDCARD);
            }
            rest = self.token(rest).trim_ascii_start();
        }
    }

    /// Appends `text` as one token: a path.
    pub fn read_whole(&mut self, text: &str) {
        let mut rest = text;
        while !rest.is_empty() {
            rest = self.part(rest);
        }
        self.end();
    }

    /// Appends the token that `text` begins with and returns what comes after it.
    fn token<'a>(&mut self, text: &'a str) -> &'a str {
        let begin = self.text.len();
        let mut rest = text;
        while rest
            .as_bytes()
            .first()
            .is_some_and(|byte| !byte.is_ascii_whitespace())
        {
            rest = self.part(rest);
        }
        if self.text.len() > begin {
            self.end();
        }
        rest
    }

    fn end(&mut self) {
        self.ends.push(self.text.len());
    }

    /// Appends the word, the quoted text or the sign that `text` begins with.
    fn part<'a>(&mut self, text: &'a str) -> &'a str {
        let bytes = text.as_bytes();
        let first = bytes.first().copied().unwrap_or_default();
        if is_word(first) {
            return self.word_of(text);
        }
        if first == 0x1b {
            let end = bytes.iter().position(u8::is_ascii_alphabetic);
            return split(text, end.map_or(text.len(), |at| at + 1)).1;
        }
        if let Some(length) = quoted(bytes) {
            self.wildcard();
            return split(text, length).1;
        }
        self.text.push(char::from(first));
        split(text, 1).1
    }

    fn word_of<'a>(&mut self, text: &'a str) -> &'a str {
        let bytes = text.as_bytes();
        let mut digits = 0;
        let mut end = 0;
        for byte in bytes {
            if !is_word(*byte) {
                break;
            }
            digits += usize::from(byte.is_ascii_digit());
            end += 1;
        }
        // A full stop or dash at its end belongs to the sentence.
        while end > 1 && matches!(bytes.get(end - 1), Some(b'.' | b'-')) {
            end -= 1;
        }
        let (word, rest) = split(text, end);
        match varying(word, digits) {
            None => self.text.push_str(word),
            Some(part) => {
                self.text.push_str(split(word, part.start).0);
                self.wildcard();
            }
        }
        rest
    }

    /// Appends a wildcard; one that stands just before, behind nothing but a sign that holds numbers
    /// together (`10.0.0.1:80`, `12:30`), is the same.
    fn wildcard(&mut self) {
        let begin = self.ends.last().copied().unwrap_or_default();
        let token = self.text.get(begin..).unwrap_or_default();
        let joined = token.strip_suffix([':', ',', '+', '@']).unwrap_or(token);
        if joined.ends_with(WILDCARD) {
            self.text.truncate(begin + joined.len());
        } else {
            self.text.push_str(WILDCARD);
        }
    }
}

const fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'%' | 0x80..)
}

/// The length of the quoted text that `bytes` begin with, quotes included.
fn quoted(bytes: &[u8]) -> Option<usize> {
    let (quote, after) = bytes.split_first()?;
    if !matches!(quote, b'"' | b'\'' | b'`') {
        return None;
    }
    let within = after.get(..MAX_QUOTED).unwrap_or(after);
    let mut escaped = false;
    let length = within.iter().position(|byte| {
        let ends = byte == quote && !escaped;
        escaped = *byte == b'\\' && !escaped;
        ends
    })?;
    let next = after.get(length + 1).copied().unwrap_or(b' ');
    // `don't … can't` holds no quoted text.
    (!is_word(next)).then_some(length + 2)
}

/// The part of `word`, up to its end, that varies; `digits` is how many decimal ones it has.
fn varying(word: &str, digits: usize) -> Option<Range<usize>> {
    if word.len() > MAX_WORD {
        return Some(0..word.len());
    }
    if digits == 0 {
        return None;
    }
    let bytes = word.as_bytes();
    let first = bytes.iter().position(u8::is_ascii_digit)?;
    let is_joint = |byte: &u8| matches!(byte, b'-' | b'_' | b'.');
    let head = bytes.get(..first).unwrap_or_default();
    let begin = head.iter().rposition(is_joint).map_or(0, |at| at + 1);
    if head.iter().all(is_joint) {
        return Some(0..word.len());
    }
    let hexadecimal = |bytes: &[u8]| {
        bytes.len() >= HEXADECIMAL && bytes.iter().all(|b| b.is_ascii_hexdigit() || *b == b'-')
    };
    if hexadecimal(bytes) {
        return Some(0..word.len());
    }
    let tail = bytes.get(begin..).unwrap_or_default();
    let varies = begin == first || digits >= IDENTIFIER_DIGITS || hexadecimal(tail);
    varies.then_some(begin..word.len())
}

/// `text` split at byte `at`, which is a boundary of characters here.
fn split(text: &str, at: usize) -> (&str, &str) {
    text.split_at_checked(at).unwrap_or((text, ""))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn masked(text: &str) -> String {
        let mut tokens = Tokens::default();
        tokens.read(text);
        tokens.iter().collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn what_varies_is_a_wildcard() {
        for (text, expected) in [
            ("took 12 ms, 3.5s or 0.2%", "took <*> ms, <*> or <*>"),
            ("order 4711 lost", "order <*> lost"),
            ("order_4711 worker-3", "order_<*> worker-<*>"),
            ("10.0.0.7:5432 refused", "<*> refused"),
            ("at [::1]:8080", "at [::<*>]:<*>"),
            ("id=550e8400-e29b-41d4-a716-446655440000", "id=<*>"),
            ("id=f50e8400-e29b-41d4-a716-446655440000;", "id=<*>;"),
            ("commit deadbee0 by al", "commit <*> by al"),
            ("0x7ffe12 -5 +3", "<*> <*> +<*>"),
            ("GET /api/orders/17/items", "GET /api/orders/<*>/items"),
            ("relation \"users table\" is 'x'", "relation <*> is <*>"),
            ("user=\"a \\\" b\" ok", "user=<*> ok"),
            ("don't say it can't", "don't say it can't"),
            ("utf8 http2 s3 v1", "utf8 http2 s3 v1"),
            ("key abc123def456ghi", "key <*>"),
            ("at 2026-03-28T14:02:11.123Z end.", "at <*> end."),
            ("\u{1b}[31mred\u{1b}[0m 5", "red <*>"),
            ("größe 5€ übrig", "größe <*> übrig"),
            ("  ", ""),
        ] {
            assert_eq!(masked(text), expected, "{text}");
        }
    }

    #[test]
    fn long_texts_and_words_are_bounded() {
        let words = "a ".repeat(1_000);
        let mut tokens = Tokens::default();
        tokens.read(&words);
        assert_eq!(tokens.len(), MAX_TOKENS + 1);
        assert_eq!(tokens.iter().last(), Some(WILDCARD));
        assert_eq!(masked(&"x".repeat(500)), WILDCARD);
    }
}

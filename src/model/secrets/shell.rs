//! Enough of the shell's grammar to find words in a script without losing where each stands in it.

/// A word of a command, without its quotes.
#[derive(Debug, Default)]
pub(super) struct ShellWord {
    /// Its text.
    pub text: String,
    /// Where each byte of the text stands in the script.
    at: Vec<usize>,
}

impl ShellWord {
    fn push(&mut self, c: char, at: usize) {
        self.text.push(c);
        self.at.extend((0..c.len_utf8()).map(|byte| at + byte));
    }

    /// The part of the script that holds bytes `part` of the text.
    pub fn place(&self, part: &std::ops::Range<usize>) -> std::ops::Range<usize> {
        let first = self.at.get(part.start).copied();
        let last = part
            .end
            .checked_sub(1)
            .and_then(|last| self.at.get(last))
            .copied();
        match (first, last) {
            (Some(first), Some(last)) if first <= last => first..last + 1,
            _ => 0..0,
        }
    }
}

/// The simple commands of `script`, each as its words. Operators, parentheses, `$(` and backquotes
/// outside quotes begin a new command; what stands inside quotes is part of one word.
pub(super) fn commands(script: &str) -> Vec<Vec<ShellWord>> {
    let mut reader = Reader::default();
    let mut chars = script.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        match (reader.quote, c) {
            (Some(quote), _) if c == quote => reader.quote = None,
            (None, '"' | '\'') => {
                reader.quote = Some(c);
                reader.word.get_or_insert_default();
            }
            (None | Some('"'), '\\') => match chars.peek().copied() {
                // In double quotes a backslash stays before what it has no meaning for: `"\r\n"`.
                Some((next_at, next)) if reader.quote.is_none() || "\"\\$`".contains(next) => {
                    chars.next();
                    reader.add(next, next_at);
                }
                _ => reader.add(c, at),
            },
            (None, '$') if chars.peek().is_some_and(|(_, next)| *next == '(') => {
                chars.next();
                reader.end_command();
            }
            (None, ';' | '|' | '&' | '\n' | '(' | ')' | '`') => reader.end_command(),
            (None, _) if c.is_whitespace() => reader.end_word(),
            _ => reader.add(c, at),
        }
    }
    reader.end_command();
    reader.commands
}

#[derive(Default)]
struct Reader {
    commands: Vec<Vec<ShellWord>>,
    words: Vec<ShellWord>,
    word: Option<ShellWord>,
    quote: Option<char>,
}

impl Reader {
    fn add(&mut self, c: char, at: usize) {
        self.word.get_or_insert_default().push(c, at);
    }

    fn end_word(&mut self) {
        self.words.extend(self.word.take());
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.words));
        }
    }
}

//! Enough of the shell's grammar to find the commands of a one-line healthcheck.

/// The commands of `script`, each as its words with quotes removed.
///
/// Operators, parentheses and `$(` begin a new command; nothing is expanded. Quoted text inside
/// `"$(…)"` is read as commands too, since `[ "$(curl …)" = 200 ]` is common.
pub(super) fn commands(script: &str) -> Vec<Vec<String>> {
    let script = own_name(script);
    let mut reader = Reader::default();
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match (reader.quote, c) {
            (None, '\'') => reader.open(Quote::Single),
            (Some(Quote::Single), '\'') | (Some(Quote::Double), '"') => reader.quote = None,
            (Some(Quote::Single), _) => reader.add(c),
            (None, '"') => reader.open(Quote::Double),
            (_, '\\') => {
                if let Some(next) = chars.next() {
                    reader.add(next);
                }
            }
            (quote, '$') if chars.peek() == Some(&'(') => {
                chars.next();
                reader.nested.push(quote);
                reader.quote = None;
                reader.end_command();
            }
            (None, ')') => {
                reader.end_command();
                reader.quote = reader.nested.pop().flatten();
            }
            (None, ';' | '|' | '&' | '\n' | '(' | '{' | '}')
                if !(c == '{' || c == '}') || reader.word.is_none() =>
            {
                reader.end_command();
            }
            (None, _) if c.is_whitespace() => reader.end_word(),
            _ => reader.add(c),
        }
    }
    reader.end_command();
    reader.commands
}

/// `script` with the substitutions that name the container itself written out.
fn own_name(script: &str) -> String {
    ["$(hostname)", "$(hostname -i)", "`hostname`", "`hostname -i`"]
        .iter()
        .fold(script.to_owned(), |script, own| script.replace(own, "localhost"))
}

#[derive(Clone, Copy)]
enum Quote {
    Single,
    Double,
}

#[derive(Default)]
struct Reader {
    commands: Vec<Vec<String>>,
    words: Vec<String>,
    word: Option<String>,
    quote: Option<Quote>,
    /// Quotes around the open `$(`s.
    nested: Vec<Option<Quote>>,
}

impl Reader {
    fn open(&mut self, quote: Quote) {
        self.quote = Some(quote);
        self.word.get_or_insert_default();
    }

    fn add(&mut self, c: char) {
        self.word.get_or_insert_default().push(c);
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

//! Enough of the shell's grammar to find the commands of a one-line healthcheck.

use std::iter::Peekable;
use std::str::Chars;

use super::Environment;

/// The commands of `script`, each as its words with quotes removed and variables written out.
///
/// Operators, parentheses and `$(` begin a new command. A variable that `environment` does not know
/// stays as it is written; what a command in `$(…)` prints stays `$()`. Quoted text inside `"$(…)"`
/// is read as commands too, since `[ "$(curl …)" = 200 ]` is common.
pub(super) fn commands(script: &str, environment: &Environment) -> Vec<Vec<String>> {
    let script = own_name(script);
    let mut reader = Reader {
        environment,
        ..Reader::default()
    };
    let mut chars = script.chars().peekable();
    while let Some(c) = chars.next() {
        match (reader.open.quote, c) {
            (None, '\'') => reader.quote(Quote::Single),
            (Some(Quote::Single), '\'') | (Some(Quote::Double), '"') => reader.open.quote = None,
            (Some(Quote::Single), _) => reader.add(c),
            (None, '"') => reader.quote(Quote::Double),
            (_, '\\') => {
                if let Some(next) = chars.next() {
                    reader.add(next);
                }
            }
            (_, '$') if chars.peek() == Some(&'(') => {
                chars.next();
                reader.begin_nested();
            }
            (_, '$') => reader.variable(&mut chars),
            (None, ')') if !reader.outer.is_empty() => reader.end_nested(),
            (None, ';' | '|' | '&' | '\n' | '(' | ')' | '{' | '}')
                if !(c == '{' || c == '}') || reader.open.word.is_none() =>
            {
                reader.end_command();
            }
            (None, _) if c.is_whitespace() => reader.end_word(),
            _ => reader.add(c),
        }
    }
    reader.end()
}

/// `script` with the substitutions that name the container itself written out.
fn own_name(script: &str) -> String {
    [
        "$(hostname)",
        "$(hostname -i)",
        "`hostname`",
        "`hostname -i`",
    ]
    .iter()
    .fold(script.to_owned(), |script, own| {
        script.replace(own, "localhost")
    })
}

#[derive(Clone, Copy)]
enum Quote {
    Single,
    Double,
}

/// A command that is being read.
#[derive(Default)]
struct Open {
    words: Vec<String>,
    word: Option<String>,
    quote: Option<Quote>,
}

#[derive(Default)]
struct Reader<'a> {
    environment: &'a Environment,
    commands: Vec<Vec<String>>,
    open: Open,
    /// Commands around the open `$(`s.
    outer: Vec<Open>,
}

impl Reader<'_> {
    fn quote(&mut self, quote: Quote) {
        self.open.quote = Some(quote);
        self.open.word.get_or_insert_default();
    }

    fn add(&mut self, c: char) {
        self.open.word.get_or_insert_default().push(c);
    }

    fn add_all(&mut self, text: &str) {
        self.open.word.get_or_insert_default().push_str(text);
    }

    fn end_word(&mut self) {
        self.open.words.extend(self.open.word.take());
    }

    fn end_command(&mut self) {
        self.end_word();
        if !self.open.words.is_empty() {
            self.commands.push(std::mem::take(&mut self.open.words));
        }
    }

    fn begin_nested(&mut self) {
        self.outer.push(std::mem::take(&mut self.open));
    }

    /// The command around goes on; nobody knows what the one in it prints.
    fn end_nested(&mut self) {
        self.end_command();
        self.open = self.outer.pop().unwrap_or_default();
        self.add_all("$()");
    }

    fn end(mut self) -> Vec<Vec<String>> {
        self.end_command();
        while !self.outer.is_empty() {
            self.end_nested();
            self.end_command();
        }
        self.commands
    }

    /// `$NAME`, `${NAME}`, `${NAME:-default}` or `${NAME-default}`; anything else stays as it is
    /// written.
    fn variable(&mut self, chars: &mut Peekable<Chars<'_>>) {
        let braced = chars.next_if_eq(&'{').is_some();
        let mut text = String::new();
        while let Some(c) = chars.next_if(|c| if braced { *c != '}' } else { is_of_name(*c) }) {
            text.push(c);
        }
        let closed = !braced || chars.next_if_eq(&'}').is_some();
        let end = text.find(|c| !is_of_name(c)).unwrap_or(text.len());
        let (name, rest) = text.split_at(end);
        let default = rest.strip_prefix(":-").or_else(|| rest.strip_prefix('-'));
        match self.value(name) {
            Some(value) if closed && (rest.is_empty() || default.is_some()) => self.add_all(&value),
            None if default.is_some_and(|default| !default.contains('$')) && name != "HOSTNAME" => {
                self.add_all(default.unwrap_or_default());
            }
            _ => {
                let (open, close) = if braced {
                    ("{", if closed { "}" } else { "" })
                } else {
                    ("", "")
                };
                self.add_all(&format!("${open}{text}{close}"));
            }
        }
    }

    /// What the variable `name` holds in the container; its own name there is not in its
    /// configuration.
    fn value(&self, name: &str) -> Option<String> {
        let known = self
            .environment
            .iter()
            .find(|(known, _)| known == name && name != "HOSTNAME");
        known
            .map(|(_, value)| value.clone())
            .filter(|value| !value.is_empty())
    }
}

fn is_of_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || c == '_'
}

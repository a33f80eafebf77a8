//! What of a record decides to which pattern it belongs.

use std::hash::{DefaultHasher, Hash, Hasher};

use crate::logs::exception;
use crate::logs::forms::failure;
use crate::logs::mask::Tokens;
use crate::logs::record::{LogForm, Record};
use crate::logs::route::route;
use crate::model::LineLevel;

/// Names of fields shown in a template.
const MAX_KEYS: usize = 12;

/// Records with different groups never share a pattern.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct PatternGroup {
    level: Option<LineLevel>,
    is_access: bool,
    /// Of the names of the fields and of the exception.
    keys: u64,
    tokens: usize,
}

/// The tokens of a record: those of its message, then one for each field.
#[derive(Debug, Default)]
pub struct Shape {
    /// All tokens.
    pub tokens: Tokens,
    /// How many of them are those of the message.
    pub message: usize,
}

impl Shape {
    /// Reads `record`, whose level is `level`, and returns its group.
    pub fn read(&mut self, record: &Record<'_>, level: Option<LineLevel>) -> PatternGroup {
        self.tokens.clear();
        let is_access = self.read_access(record);
        let mut keys = 0;
        if !is_access {
            let exception = record
                .trace
                .and_then(|trace| exception::line(&record.message, trace));
            // The first line of every traceback is the same.
            if exception.is_none() || !exception::is_traceback(&record.message) {
                self.tokens.read(&record.message);
            }
            self.tokens.read(exception.as_deref().unwrap_or_default());
            keys = hash_of_keys(record, exception.as_deref());
        }
        self.message = self.tokens.len();
        if !is_access {
            for field in record.fields.iter().take(MAX_KEYS) {
                self.tokens.push_key(&field.key);
            }
        }
        PatternGroup {
            level,
            is_access,
            keys,
            tokens: self.message,
        }
    }

    /// Method, route and class of the status of an access log; `false` where `record` is none.
    fn read_access(&mut self, record: &Record<'_>) -> bool {
        if record.form != LogForm::Access && !record.message.is_empty() {
            return false;
        }
        let text = |key| record.field(key).map(|field| &*field.value);
        let (Some(method), Some(path), Some(status)) =
            (text("method"), text("path"), text("status"))
        else {
            return false;
        };
        self.tokens.push(method);
        self.tokens.push(&route(path));
        let class = status.get(..1).unwrap_or_default();
        self.tokens.push(&format!("{class}xx"));
        true
    }
}

/// Of the names of the fields, and of that of the exception: what differs only by it is another error.
fn hash_of_keys(record: &Record<'_>, exception: Option<&str>) -> u64 {
    let name = exception
        .map(str::trim_ascii_start)
        .and_then(failure::exception_name);
    if record.fields.is_empty() && name.is_none() {
        return 0;
    }
    let mut hasher = DefaultHasher::new();
    name.hash(&mut hasher);
    for field in &record.fields {
        field.key.hash(&mut hasher);
    }
    hasher.finish()
}

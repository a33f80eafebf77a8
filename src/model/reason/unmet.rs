//! What an answer lacks of what the configuration asks of it.

use serde::{Deserialize, Serialize};

/// What an answer lacks of what the configuration asks of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Unmet {
    /// The body does not hold a text.
    Text {
        /// That text.
        wanted: String,
        /// Whether only the first 256 KiB of the answer were read.
        cut: bool,
    },
    /// The body is compressed.
    Compressed {
        /// `Content-Encoding`.
        how: String,
        /// Whether hubdeck knows the encoding, and the body is broken.
        broken: bool,
    },
    /// The body is longer than 256 KiB, so that its JSON has no end.
    TooLong,
    /// The body is not JSON.
    NotJson,
    /// The JSON has nothing at the pointer.
    Absent {
        /// The JSON pointer; empty is the whole answer.
        place: String,
    },
    /// The JSON has another value at the pointer.
    Value {
        /// The JSON pointer; empty is the whole answer.
        place: String,
        /// The value.
        got: String,
        /// The value that is expected; `None` where any but `false` and `null` would do.
        wanted: Option<String>,
        /// Whether the value is a string.
        is_text: bool,
    },
    /// The first line over TCP is another one.
    Greeting {
        /// That line.
        got: String,
        /// What it should hold.
        wanted: String,
    },
}

macro_rules! visit_texts {
    ($name:ident $(, $mut:tt)?) => {
        pub(super) fn $name(&$($mut)? self, visit: &mut dyn FnMut(&$($mut)? String)) {
            match self {
                Self::Text { wanted: text, .. }
                | Self::Compressed { how: text, .. }
                | Self::Absent { place: text } => visit(text),
                Self::Value { place, got, wanted, .. } => {
                    visit(place);
                    visit(got);
                    if let Some(wanted) = wanted {
                        visit(wanted);
                    }
                }
                Self::Greeting { got, wanted } => {
                    visit(got);
                    visit(wanted);
                }
                Self::TooLong | Self::NotJson => {}
            }
        }
    };
}

impl Unmet {
    visit_texts!(texts);
    visit_texts!(texts_mut, mut);
}

//! How settings are written in the file.

use std::net::IpAddr;
use std::path::PathBuf;
use std::time::Duration;

use toml::Value;

use crate::config::choices::{AsciiMode, ColorMode, LinkMode, LogFormat, LogLevel};
use crate::config::token::Token;
use crate::model::Hidden;
use crate::model::ListenAddress;

/// A setting that can be written: what is read back from it is the same.
pub(super) trait Written {
    /// The value as it stands in the file.
    fn written(&self) -> Value;
}

fn text(text: impl Into<String>) -> Value {
    Value::String(text.into())
}

impl Written for bool {
    fn written(&self) -> Value {
        Value::Boolean(*self)
    }
}

macro_rules! numbers {
    ($($number:ty),*) => { $(
        impl Written for $number {
            fn written(&self) -> Value {
                Value::Integer(i64::try_from(*self).unwrap_or(i64::MAX))
            }
        }
    )* };
}

numbers!(u8, u16, u32, usize);

impl Written for Duration {
    /// In seconds, or in milliseconds where those are no whole seconds.
    fn written(&self) -> Value {
        if self.subsec_millis() == 0 {
            text(format!("{}s", self.as_secs()))
        } else {
            text(format!("{}ms", self.as_millis()))
        }
    }
}

impl Written for Option<Duration> {
    fn written(&self) -> Value {
        self.as_ref().map_or_else(|| text("off"), Written::written)
    }
}

impl Written for String {
    fn written(&self) -> Value {
        text(self)
    }
}

impl Written for Option<String> {
    fn written(&self) -> Value {
        text(self.as_deref().unwrap_or_default())
    }
}

impl Written for Option<PathBuf> {
    fn written(&self) -> Value {
        let path = self.as_deref().map(|path| path.display().to_string());
        path.written()
    }
}

impl Written for Option<Token> {
    fn written(&self) -> Value {
        text(if self.is_some() { "***" } else { "" })
    }
}

impl Written for Option<Hidden> {
    fn written(&self) -> Value {
        text(if self.is_some() { "***" } else { "" })
    }
}

impl Written for Vec<String> {
    fn written(&self) -> Value {
        Value::Array(self.iter().map(Written::written).collect())
    }
}

impl Written for Vec<ListenAddress> {
    fn written(&self) -> Value {
        Value::Array(self.iter().map(|each| text(each.to_string())).collect())
    }
}

impl Written for IpAddr {
    fn written(&self) -> Value {
        text(self.to_string())
    }
}

impl Written for AsciiMode {
    fn written(&self) -> Value {
        match self {
            Self::Auto => text("auto"),
            Self::Always => Value::Boolean(true),
            Self::Never => Value::Boolean(false),
        }
    }
}

impl Written for ColorMode {
    fn written(&self) -> Value {
        text(self.id())
    }
}

impl Written for LinkMode {
    fn written(&self) -> Value {
        text(self.id())
    }
}

impl Written for LogLevel {
    fn written(&self) -> Value {
        text(self.id())
    }
}

impl Written for LogFormat {
    fn written(&self) -> Value {
        text(self.id())
    }
}

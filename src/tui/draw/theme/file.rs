//! A theme file: `role = "colour"` or `role = { fg = …, bg = …, bold = true }`.

use std::collections::BTreeMap;

use ratatui::style::{Color, Modifier, Style};
use serde::Deserialize;
use serde::de::IntoDeserializer;
use serde::de::value::{Error as ValueError, StrDeserializer};
use toml::{Spanned, Value};

use crate::tui::draw::theme::Role;

/// Why a theme cannot be used.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ThemeError {
    /// No file and no embedded theme of this name.
    #[error(
        "there is no theme {name:?}; allowed are: {allowed}, or a file NAME.toml in the themes directory"
    )]
    Unknown {
        /// What was asked for.
        name: String,
        /// The embedded names.
        allowed: String,
    },
    /// The file cannot be read.
    #[error("cannot read the theme {file}: {error}")]
    Read {
        /// Its path.
        file: String,
        /// The system's error.
        error: String,
    },
    /// The file is wrong.
    #[error("{file}, line {line}, {key}: {problem}")]
    Parse {
        /// Its path.
        file: String,
        /// Line, from 1.
        line: usize,
        /// The key.
        key: String,
        /// What is wrong, and what is allowed.
        problem: String,
    },
    /// A theme is its own parent over some hops.
    #[error("theme {name:?}: its parents form a loop; remove one `parent = …`")]
    ParentLoop {
        /// The theme.
        name: String,
    },
}

/// What a file holds.
pub(super) struct ThemeFile {
    pub parent: Option<String>,
    pub styles: BTreeMap<Role, Style>,
}

const COLORS: &str = "\"#rrggbb\", a number from 0 to 255, reset, black, red, green, yellow, blue, magenta, cyan, gray, \
     dark-gray, light-red, light-green, light-yellow, light-blue, light-magenta, light-cyan, white, or a name of [palette]";

const FIELDS: &str = "fg, bg, bold, dim, italic, underline, reversed";

type Table = BTreeMap<Spanned<String>, Spanned<Value>>;

/// Reads the text of a theme file.
pub(super) fn parse(file: &str, text: &str) -> Result<ThemeFile, ThemeError> {
    let error = |at: usize, key: &str, problem: String| ThemeError::Parse {
        file: file.to_owned(),
        line: line_of(text, at),
        key: key.to_owned(),
        problem,
    };
    let table: Table = toml::from_str(text).map_err(|problem| {
        let at = problem.span().map_or(0, |span| span.start);
        error(at, "syntax", problem.message().to_owned())
    })?;
    let mut palette = BTreeMap::new();
    for (key, value) in &table {
        if key.get_ref() == "palette" {
            palette = read_palette(value.get_ref())
                .map_err(|problem| error(value.span().start, "palette", problem))?;
        }
    }
    let mut parsed = ThemeFile {
        parent: None,
        styles: BTreeMap::new(),
    };
    for (key, value) in &table {
        let name = key.get_ref().as_str();
        let failed = |problem| error(key.span().start, name, problem);
        match (name, value.get_ref()) {
            ("palette", _) => {}
            ("parent", Value::String(parent)) => parsed.parent = Some(parent.clone()),
            ("parent", _) => {
                return Err(failed("must be the name of a theme in quotes".to_owned()));
            }
            (_, value) => {
                let deserializer: StrDeserializer<'_, ValueError> = name.into_deserializer();
                let role = Role::deserialize(deserializer)
                    .map_err(|problem| failed(problem.to_string()))?;
                parsed
                    .styles
                    .insert(role, read_style(value, &palette).map_err(failed)?);
            }
        }
    }
    Ok(parsed)
}

fn line_of(text: &str, at: usize) -> usize {
    1 + text.bytes().take(at).filter(|byte| *byte == b'\n').count()
}

type Palette = BTreeMap<String, Color>;

fn read_palette(value: &Value) -> Result<Palette, String> {
    let Value::Table(table) = value else {
        return Err("must be a table of name = colour".to_owned());
    };
    let empty = Palette::new();
    table
        .iter()
        .map(|(name, value)| Ok((name.clone(), read_color(value, &empty)?)))
        .collect()
}

fn read_style(value: &Value, palette: &Palette) -> Result<Style, String> {
    let Value::Table(table) = value else {
        return Ok(Style::new().fg(read_color(value, palette)?));
    };
    let mut style = Style::new();
    for (field, value) in table {
        style = match field.as_str() {
            "fg" => style.fg(read_color(value, palette)?),
            "bg" => style.bg(read_color(value, palette)?),
            _ => {
                let modifier = modifier(field)
                    .ok_or_else(|| format!("{field} is unknown; allowed are: {FIELDS}"))?;
                match value {
                    Value::Boolean(true) => style.add_modifier(modifier),
                    Value::Boolean(false) => style,
                    other => return Err(format!("{field} = {other} must be true or false")),
                }
            }
        };
    }
    Ok(style)
}

fn modifier(field: &str) -> Option<Modifier> {
    match field {
        "bold" => Some(Modifier::BOLD),
        "dim" => Some(Modifier::DIM),
        "italic" => Some(Modifier::ITALIC),
        "underline" => Some(Modifier::UNDERLINED),
        "reversed" => Some(Modifier::REVERSED),
        _ => None,
    }
}

fn read_color(value: &Value, palette: &Palette) -> Result<Color, String> {
    let color = match value {
        Value::Integer(index) => u8::try_from(*index).ok().map(Color::Indexed),
        Value::String(name) => palette.get(name).copied().or_else(|| named_color(name)),
        _ => None,
    };
    color.ok_or_else(|| format!("{value} is not a colour; allowed are: {COLORS}"))
}

fn named_color(name: &str) -> Option<Color> {
    if let Some(hex) = name.strip_prefix('#') {
        return hex_color(hex);
    }
    Some(match name {
        "reset" => Color::Reset,
        "black" => Color::Black,
        "red" => Color::Red,
        "green" => Color::Green,
        "yellow" => Color::Yellow,
        "blue" => Color::Blue,
        "magenta" => Color::Magenta,
        "cyan" => Color::Cyan,
        "gray" => Color::Gray,
        "dark-gray" => Color::DarkGray,
        "light-red" => Color::LightRed,
        "light-green" => Color::LightGreen,
        "light-yellow" => Color::LightYellow,
        "light-blue" => Color::LightBlue,
        "light-magenta" => Color::LightMagenta,
        "light-cyan" => Color::LightCyan,
        "white" => Color::White,
        _ => return None,
    })
}

fn hex_color(hex: &str) -> Option<Color> {
    let valid = hex.len() == 6 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
    let rgb = u32::from_str_radix(hex, 16).ok().filter(|_| valid)?;
    Some(Color::from_u32(rgb))
}

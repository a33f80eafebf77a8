//! Themes name meanings; every colour on screen goes through a [`Role`].

mod depth;
mod file;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use ratatui::style::Style;

use crate::model::encoding::decode;
use crate::model::{HealthState, LineLevel, SortShared as _};

pub use depth::ColorDepth;
pub use file::ThemeError;

/// A meaning that a theme gives a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Ordinary text.
    Text,
    /// Secondary text: labels, units, ages.
    Muted,
    /// What is pushed back: cards that the selection does not concern.
    Dim,
    /// Titles.
    Title,
    /// Borders and lines.
    Border,
    /// Border of what is selected or focused.
    BorderFocus,
    /// The selected row or card.
    Selection,
    /// Marked rows.
    Marked,
    /// Hits of a search.
    Hit,
    /// Key names in footer and help.
    Key,
    /// Header bar.
    Header,
    /// Footer bar.
    Footer,
    /// What the selection needs: its card, its line, its name. Cyan in every shipped theme.
    Needs,
    /// What needs the selection: magenta in every shipped theme.
    NeededBy,
    /// Lines of the map: one service needs another.
    Edge,
    /// Lines of indirect needs and dependents of the selection.
    EdgeLit,
    /// Lines on the way from a root cause to what it blocks.
    EdgeFailing,
    /// State: healthy.
    Healthy,
    /// State: running, with nothing that checks it.
    Running,
    /// State: completed.
    Completed,
    /// State: stopped.
    Stopped,
    /// State: starting.
    Starting,
    /// State: unknown.
    Unknown,
    /// State: degraded; warnings.
    Degraded,
    /// State: unhealthy; errors.
    Unhealthy,
    /// Stale data and a lost engine.
    Stale,
    /// Chart line: CPU.
    Cpu,
    /// Chart line: memory.
    Memory,
    /// Chart line: network.
    Network,
    /// Chart line: disk I/O.
    Block,
    /// Chart line: latency.
    Latency,
    /// The mark of a demonstration.
    Demo,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 32] = [
        Self::Text,
        Self::Muted,
        Self::Dim,
        Self::Title,
        Self::Border,
        Self::BorderFocus,
        Self::Selection,
        Self::Marked,
        Self::Hit,
        Self::Key,
        Self::Header,
        Self::Footer,
        Self::Needs,
        Self::NeededBy,
        Self::Edge,
        Self::EdgeLit,
        Self::EdgeFailing,
        Self::Healthy,
        Self::Running,
        Self::Completed,
        Self::Stopped,
        Self::Starting,
        Self::Unknown,
        Self::Degraded,
        Self::Unhealthy,
        Self::Stale,
        Self::Cpu,
        Self::Memory,
        Self::Network,
        Self::Block,
        Self::Latency,
        Self::Demo,
    ];

    /// The role whose look it takes where a theme names none for it.
    const fn parent(self) -> Option<Self> {
        match self {
            Self::Edge => Some(Self::Border),
            Self::EdgeLit => Some(Self::Muted),
            Self::EdgeFailing => Some(Self::Unhealthy),
            Self::Running => Some(Self::Text),
            _ => None,
        }
    }

    /// The role of a state.
    #[must_use]
    pub const fn of(state: HealthState) -> Self {
        match state {
            HealthState::Healthy => Self::Healthy,
            HealthState::Running => Self::Running,
            HealthState::Completed => Self::Completed,
            HealthState::Stopped => Self::Stopped,
            HealthState::Starting => Self::Starting,
            HealthState::Unknown => Self::Unknown,
            HealthState::Degraded => Self::Degraded,
            HealthState::Unhealthy => Self::Unhealthy,
        }
    }

    /// The role of the level that a log line says.
    #[must_use]
    pub const fn of_level(level: LineLevel) -> Self {
        match level {
            LineLevel::Error => Self::Unhealthy,
            LineLevel::Warning => Self::Degraded,
            LineLevel::Info => Self::Healthy,
            LineLevel::Debug | LineLevel::Trace => Self::Muted,
        }
    }

    /// The role of a text that says this level: warnings and errors stand out.
    #[must_use]
    pub fn of_text(level: Option<LineLevel>) -> Self {
        let level = level.filter(|level| *level >= LineLevel::Warning);
        level.map_or(Self::Text, Self::of_level)
    }
}

/// A look for every meaning.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Theme {
    /// Name, as `--theme` takes it.
    pub name: String,
    /// Styles; a missing role is the terminal's own look.
    pub styles: BTreeMap<Role, Style>,
}

/// Themes that ship with the program: name and file.
const EMBEDDED: [(&str, &str); 6] = [
    ("dark", include_str!("../../../themes/dark.toml")),
    ("light", include_str!("../../../themes/light.toml")),
    (
        "high-contrast",
        include_str!("../../../themes/high-contrast.toml"),
    ),
    ("sixteen", include_str!("../../../themes/sixteen.toml")),
    (
        "colour-blind",
        include_str!("../../../themes/colour-blind.toml"),
    ),
    ("mono", include_str!("../../../themes/mono.toml")),
];

/// Parents a theme may have above it; a loop of parents is longer than this.
const MAX_PARENTS: usize = 8;

impl Theme {
    /// Names of the themes that ship with the program.
    pub const NAMES: [&str; EMBEDDED.len()] = {
        let mut names = [""; EMBEDDED.len()];
        let mut at = 0;
        while at < names.len() {
            names[at] = EMBEDDED[at].0;
            at += 1;
        }
        names
    };

    /// Names of the themes there are: those that ship, and the files in `dirs`.
    #[must_use]
    pub fn names(dirs: &[PathBuf]) -> Vec<String> {
        let files = dirs.iter().filter_map(|dir| std::fs::read_dir(dir).ok());
        let files = files.flatten().filter_map(|file| {
            let path = file.ok()?.path();
            let is_theme = path.extension().is_some_and(|end| end == "toml");
            let name = path.file_stem()?.to_str()?;
            (is_theme && !Self::NAMES.contains(&name)).then(|| name.to_owned())
        });
        let mut own: Vec<String> = files.collect();
        own.sort_shared();
        own.dedup();
        let shipped = Self::NAMES.map(str::to_owned);
        shipped.into_iter().chain(own).collect()
    }

    /// Reads the theme `name`: `NAME.toml` in the first of `dirs` that has it, else the embedded
    /// one.
    ///
    /// # Errors
    /// When there is no such theme, or its file is wrong; names file, line, key and what is
    /// allowed.
    pub fn load(name: &str, dirs: &[PathBuf]) -> Result<Self, ThemeError> {
        let mut styles = BTreeMap::new();
        let mut next = Some(name.to_owned());
        for _ in 0..MAX_PARENTS {
            let Some(current) = next else {
                return Ok(Self {
                    name: name.to_owned(),
                    styles,
                });
            };
            let (file, text) = source(&current, dirs)?;
            let parsed = file::parse(&file, &text)?;
            for (role, style) in parsed.styles {
                styles.entry(role).or_insert(style);
            }
            next = parsed.parent;
        }
        Err(ThemeError::ParentLoop {
            name: name.to_owned(),
        })
    }

    /// The theme in the colours a terminal of `depth` has.
    #[must_use]
    pub fn fit(&self, depth: ColorDepth) -> Self {
        let styles = self
            .styles
            .iter()
            .map(|(role, style)| (*role, depth.fit(*style)))
            .collect();
        Self {
            name: self.name.clone(),
            styles,
        }
    }

    /// The style of `role`; of its parent where the theme does not name it.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        let parent = || self.styles.get(&role.parent()?);
        self.styles
            .get(&role)
            .or_else(parent)
            .copied()
            .unwrap_or_default()
    }
}

/// File name and text of the theme `name`.
fn source(name: &str, dirs: &[PathBuf]) -> Result<(String, String), ThemeError> {
    for dir in dirs {
        let file = Path::new(name).with_extension("toml");
        let path = dir.join(file.file_name().unwrap_or_default());
        match std::fs::read(&path).and_then(|bytes| Ok(decode(&bytes)?)) {
            Ok(text) => return Ok((path.display().to_string(), text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
            Err(error) => {
                return Err(ThemeError::Read {
                    file: path.display().to_string(),
                    error: error.to_string(),
                });
            }
        }
    }
    EMBEDDED
        .iter()
        .find(|(each, _)| *each == name)
        .map(|(_, text)| (format!("themes/{name}.toml"), (*text).to_owned()))
        .ok_or_else(|| ThemeError::Unknown {
            name: name.to_owned(),
            allowed: Theme::NAMES.join(", "),
        })
}

#[cfg(test)]
mod tests;

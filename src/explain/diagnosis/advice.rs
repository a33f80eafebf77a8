//! What to try next, with the names at hand: a text with names in braces, which is taken only when
//! all of them are known.

use serde::Deserialize;

use crate::explain::next_step::NextStep;

/// A name in braces.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Name {
    /// The service in trouble, as people of its stack call it.
    Service,
    /// Its container.
    Container,
    /// Its image.
    Image,
    /// A moment before the change, as `docker logs --since` takes it.
    Since,
    /// Its memory limit, such as `32 MiB`.
    Limit,
    /// A network that it was made for.
    Network,
    /// The program that its healthcheck calls.
    Tool,
    /// The program that cannot be run.
    Program,
    /// A port of the host or of the container.
    Port,
    /// `host:port` of what our probe asks.
    Address,
    /// The container that has that port.
    Holder,
    /// An environment variable.
    Variable,
    /// A path inside the container.
    Path,
    /// The path of the host behind it.
    HostPath,
    /// The volume or path of the host that holds the data.
    Volume,
    /// The service, or the host name, that it calls.
    Peer,
    /// The id of that service.
    PeerId,
    /// The container of that service.
    PeerContainer,
    /// A user of a server.
    User,
    /// A database.
    Database,
    /// A table or column.
    Table,
    /// A module or library.
    Module,
    /// The other container that uses the same volume.
    Sharer,
}

impl Name {
    /// Every name.
    pub const ALL: [Self; 23] = [
        Self::Service,
        Self::Container,
        Self::Image,
        Self::Since,
        Self::Limit,
        Self::Network,
        Self::Tool,
        Self::Program,
        Self::Port,
        Self::Address,
        Self::Holder,
        Self::Variable,
        Self::Path,
        Self::HostPath,
        Self::Volume,
        Self::Peer,
        Self::PeerId,
        Self::PeerContainer,
        Self::User,
        Self::Database,
        Self::Table,
        Self::Module,
        Self::Sharer,
    ];

    /// As it stands in braces, and as a group of a pattern is called that finds it in a line.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Service => "service",
            Self::Container => "container",
            Self::Image => "image",
            Self::Since => "since",
            Self::Limit => "limit",
            Self::Network => "network",
            Self::Tool => "tool",
            Self::Program => "program",
            Self::Port => "port",
            Self::Address => "address",
            Self::Holder => "holder",
            Self::Variable => "variable",
            Self::Path => "path",
            Self::HostPath => "host_path",
            Self::Volume => "volume",
            Self::Peer => "peer",
            Self::PeerId => "peer_id",
            Self::PeerContainer => "peer_container",
            Self::User => "user",
            Self::Database => "database",
            Self::Table => "table",
            Self::Module => "module",
            Self::Sharer => "sharer",
        }
    }

    /// The name that is called `id`.
    #[must_use]
    pub fn of(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|name| name.id() == id)
    }
}

/// A part of a text.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Part {
    Text(String),
    Name(Name),
}

/// Programs whose commands stand whole in a text, in backticks; what runs inside of a container is
/// no command for a shell of the host.
const PROGRAMS: [&str; 7] = ["docker", "df", "dmesg", "ls", "openssl", "ss", "curl"];

/// A text with the command in it, where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Text {
    parts: Vec<Part>,
    command: Option<Vec<Part>>,
}

/// One piece of advice: texts of which the first is taken whose names are all known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Advice(Vec<Text>);

impl Advice {
    /// Reads texts with names in braces; `{{` and `}}` stand for braces.
    ///
    /// # Errors
    /// What stands in braces and is no name.
    pub fn parse(texts: &[String]) -> Result<Self, String> {
        let read = |text: &String| {
            Ok(Text {
                parts: parts(text)?,
                command: command(text).map(parts).transpose()?,
            })
        };
        texts.iter().map(read).collect::<Result<_, _>>().map(Self)
    }

    /// The first text whose names `known` has, with its command; `None` when there is none.
    #[must_use]
    pub fn fill(&self, known: &impl Fn(Name) -> Option<String>) -> Option<NextStep> {
        let filled = |parts: &Vec<Part>| {
            parts
                .iter()
                .map(|part| match part {
                    Part::Text(text) => Some(text.clone()),
                    Part::Name(name) => known(*name),
                })
                .collect::<Option<String>>()
        };
        self.0.iter().find_map(|text| {
            Some(NextStep {
                text: filled(&text.parts)?,
                command: text.command.as_ref().and_then(filled),
            })
        })
    }
}

/// The first command in a text: what stands in backticks and begins with a program and a blank.
fn command(text: &str) -> Option<&str> {
    let quoted = text.split('`').skip(1).step_by(2);
    let is_command = |quoted: &&str| {
        quoted
            .split_once(' ')
            .is_some_and(|(program, _)| PROGRAMS.contains(&program))
    };
    quoted.into_iter().find(is_command)
}

fn parts(text: &str) -> Result<Vec<Part>, String> {
    let mut parts = Vec::new();
    let mut plain = String::new();
    let mut rest = text;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, after) = rest.split_at(at);
        plain.push_str(before);
        if after.starts_with("{{") || after.starts_with("}}") {
            plain.push_str(&after[..1]);
            rest = &after[2..];
            continue;
        }
        let (name, after) = after
            .strip_prefix('{')
            .and_then(|after| after.split_once('}'))
            .ok_or_else(|| text.to_owned())?;
        parts.push(Part::Text(std::mem::take(&mut plain)));
        parts.push(Part::Name(Name::of(name).ok_or_else(|| name.to_owned())?));
        rest = after;
    }
    plain.push_str(rest);
    parts.push(Part::Text(plain));
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn step(texts: &[&str], known: &[(Name, &str)]) -> Option<NextStep> {
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        let known = |name: Name| {
            known
                .iter()
                .find(|(each, _)| *each == name)
                .map(|(_, value)| (*value).to_owned())
        };
        Advice::parse(&texts).expect("well-formed").fill(&known)
    }

    fn filled(texts: &[&str], known: &[(Name, &str)]) -> Option<String> {
        step(texts, known).map(|step| step.text)
    }

    #[test]
    fn a_command_is_filled_in_as_it_can_be_run() {
        let command = |text| step(&[text], &[(Name::Container, "hub-db-1")])?.command;
        for (text, expected) in [
            (
                "see `docker logs {container}` and `docker ps -a`",
                Some("docker logs hub-db-1"),
            ),
            ("set `mem_limit`, then `df -h`", Some("df -h")),
            ("check it with `nginx -t`", None),
            ("see `docker`", None),
            ("restart it", None),
        ] {
            assert_eq!(command(text).as_deref(), expected, "{text}");
        }
    }

    #[test]
    fn the_first_text_whose_names_are_known_is_taken() {
        let texts = [
            "stop {holder}, which has port {port}",
            "find who has port {port}",
            "find who has the port",
        ];
        for (known, expected) in [
            (
                vec![(Name::Port, "80"), (Name::Holder, "web")],
                "stop web, which has port 80",
            ),
            (vec![(Name::Port, "80")], "find who has port 80"),
            (vec![(Name::Holder, "web")], "find who has the port"),
        ] {
            assert_eq!(filled(&texts, &known).as_deref(), Some(expected));
        }
        assert_eq!(filled(&["see {path}"], &[]), None);
        assert_eq!(
            filled(&["--format '{{{{.Id}}}}' {image}"], &[(Name::Image, "x")]).as_deref(),
            Some("--format '{{.Id}}' x")
        );
    }

    #[test]
    fn what_is_no_name_is_refused() {
        for (text, expected) in [
            ("see {PORT}", "PORT"),
            ("see {port", "see {port"),
            ("see }", "see }"),
        ] {
            assert_eq!(
                Advice::parse(&[text.to_owned()]),
                Err(expected.to_owned()),
                "{text}"
            );
        }
        for name in Name::ALL {
            assert_eq!(Name::of(name.id()), Some(name));
        }
    }
}

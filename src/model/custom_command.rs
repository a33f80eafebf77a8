//! Commands of the operator's own: their words, and what stands in them for one container. They are
//! run without a shell, and what stands for a field comes from labels and names that others chose:
//! it never makes another word, and one that a shell could act on is refused, as the command itself
//! may be a shell.

use std::fmt;

use super::commands::is_safe;
use super::secrets::mask_words;
use super::service_rule::fits;
use super::shell_word::quoted;
use super::{Instance, InstanceId, Service, ServiceId, web_url};

/// Something of a container that may stand in a command, written `{name}`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CommandField {
    /// The container's name.
    Container,
    /// Its id.
    Id,
    /// The service's name.
    Service,
    /// Its stack.
    Stack,
    /// The image as it was asked for.
    Image,
    /// The container's first address in its networks.
    Address,
    /// Its lowest TCP port.
    Port,
    /// The URL of its first published TCP port.
    Url,
}

impl CommandField {
    /// Every field.
    pub const ALL: [Self; 8] = [
        Self::Container,
        Self::Id,
        Self::Service,
        Self::Stack,
        Self::Image,
        Self::Address,
        Self::Port,
        Self::Url,
    ];

    /// The word between the braces.
    #[must_use]
    pub const fn id(self) -> &'static str {
        match self {
            Self::Container => "container",
            Self::Id => "id",
            Self::Service => "service",
            Self::Stack => "stack",
            Self::Image => "image",
            Self::Address => "address",
            Self::Port => "port",
            Self::Url => "url",
        }
    }

    /// What it is of `instance` of `service`, which an engine at `endpoint` runs; `None` where it has
    /// none.
    fn value(self, service: &Service, instance: &Instance, endpoint: &str) -> Option<String> {
        let facts = &instance.facts;
        match self {
            Self::Container => Some(facts.name.clone()),
            Self::Id => Some(facts.id.to_string()),
            Self::Service => Some(service.name.to_string()),
            Self::Stack => service.stack.as_ref().map(ToString::to_string),
            Self::Image => Some(facts.image.clone()),
            Self::Address => {
                let addresses = facts.networks.iter().filter_map(|network| network.address);
                addresses.map(|address| address.to_string()).next()
            }
            Self::Port => {
                let ports = facts.ports.iter().filter(|port| port.is_tcp());
                ports
                    .map(|port| port.container)
                    .min()
                    .map(|port| port.to_string())
            }
            Self::Url => facts.ports.iter().find_map(|port| web_url(port, endpoint)),
        }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum WordPart {
    Text(String),
    Field(CommandField),
}

/// One word of a command, with its fields.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandWord(Vec<WordPart>);

impl CommandWord {
    /// Reads a word. `{lowercase}` is a field; every other brace stands for itself, as do two of
    /// them, so that `--format {{json .}}` needs no escape.
    ///
    /// # Errors
    /// The name of a field that there is not.
    pub fn parse(word: &str) -> Result<Self, String> {
        let mut parts = Vec::new();
        let (mut text, mut rest) = (String::new(), word);
        while let Some(at) = rest.find('{') {
            let (before, brace) = rest.split_at(at);
            text.push_str(before);
            if let Some(behind) = brace.strip_prefix("{{") {
                text.push_str("{{");
                rest = behind;
                continue;
            }
            let inside = brace.strip_prefix('{').unwrap_or(brace);
            match inside.split_once('}').filter(|(name, _)| is_name(name)) {
                Some((name, behind)) => {
                    let field = CommandField::ALL.into_iter().find(|it| it.id() == name);
                    if !text.is_empty() {
                        parts.push(WordPart::Text(std::mem::take(&mut text)));
                    }
                    parts.push(WordPart::Field(field.ok_or_else(|| name.to_owned())?));
                    rest = behind;
                }
                None => {
                    text.push('{');
                    rest = inside;
                }
            }
        }
        text.push_str(rest);
        if !text.is_empty() || parts.is_empty() {
            parts.push(WordPart::Text(text));
        }
        Ok(Self(parts))
    }

    /// Whether a field stands in it.
    #[must_use]
    pub fn has_field(&self) -> bool {
        self.0.iter().any(|part| matches!(part, WordPart::Field(_)))
    }

    fn fill(
        &self,
        value: impl Fn(CommandField) -> Result<String, UnfilledField>,
    ) -> Result<String, UnfilledField> {
        let mut word = String::new();
        for part in &self.0 {
            match part {
                WordPart::Text(text) => word.push_str(text),
                WordPart::Field(field) => word.push_str(&value(*field)?),
            }
        }
        Ok(word)
    }
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.chars().all(|c| c.is_ascii_lowercase() || c == '_')
}

/// Why a command cannot be run for a container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum UnfilledField {
    /// The container of this name has nothing of the kind.
    Missing(CommandField, String),
    /// What the container of this name has could do something else in a shell, or be taken for an
    /// option.
    Unsafe(CommandField, String),
}

impl fmt::Display for UnfilledField {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Missing(field, name) => write!(f, "{name} has no {{{}}}", field.id()),
            Self::Unsafe(field, name) => write!(
                f,
                "the {{{}}} of {name} has characters that a shell could act on",
                field.id()
            ),
        }
    }
}

/// A `[[command]]` of the config file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CustomCommand {
    /// What it is called in lists.
    pub name: String,
    /// Its key as it was written; `None` for a command that is only in lists.
    pub key: Option<String>,
    /// The command as it was written.
    pub run: String,
    /// The words of `run`.
    pub words: Vec<CommandWord>,
    /// The services it is for: `stack/name` or a bare name; `*` stands for any run of characters.
    pub pattern: String,
    /// Whether its output stays until Enter is pressed; `None` where it failed.
    pub wait: Option<bool>,
}

impl CustomCommand {
    /// Whether it is for `service`.
    #[must_use]
    pub fn is_for(&self, service: &Service) -> bool {
        fits(&self.pattern, service.id.as_str(), service.name.as_str())
    }

    /// What runs for `instance` of `service`, which an engine at `endpoint` runs.
    ///
    /// # Errors
    /// When a field has no value, or one that could be more than a value.
    pub fn request(
        &self,
        service: &Service,
        instance: &Instance,
        endpoint: &str,
    ) -> Result<CommandRequest, UnfilledField> {
        let name = &instance.facts.name;
        let value = |field: CommandField| {
            let value = field.value(service, instance, endpoint);
            filled(field, value, name)
        };
        let words = self.words.iter().map(|word| word.fill(value));
        Ok(CommandRequest {
            name: self.name.clone(),
            service: service.id.clone(),
            instance: instance.facts.id.clone(),
            container: name.clone(),
            words: words.collect::<Result<_, _>>()?,
            wait: self.wait,
        })
    }
}

/// A command of the operator's own for one container.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CommandRequest {
    /// What the command is called.
    pub name: String,
    /// The service.
    pub service: ServiceId,
    /// The container.
    pub instance: InstanceId,
    /// The container's name.
    pub container: String,
    /// The program and its arguments.
    pub words: Vec<String>,
    /// Whether its output stays until Enter is pressed; `None` where it failed.
    pub wait: Option<bool>,
}

impl CommandRequest {
    /// The command as it is typed into a shell, with secrets masked.
    #[must_use]
    pub fn shown(&self) -> String {
        let words: Vec<String> = mask_words(&self.words)
            .iter()
            .map(|word| quoted(word))
            .collect();
        words.join(" ")
    }
}

/// What stands for `field` of the container `name`.
fn filled(field: CommandField, value: Option<String>, name: &str) -> Result<String, UnfilledField> {
    let value = value.ok_or_else(|| UnfilledField::Missing(field, name.to_owned()))?;
    // A URL is made here, of numbers, and an address in brackets is none that is safe.
    if field == CommandField::Url || is_safe(&value) {
        Ok(value)
    } else {
        Err(UnfilledField::Unsafe(field, name.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::model::{InstanceFacts, NetworkAddress, Port, PortProtocol, Series, Timestamp};

    const LOCAL: &str = "unix:///var/run/docker.sock";

    fn service(change: impl FnOnce(&mut InstanceFacts)) -> Service {
        let mut facts = InstanceFacts::unknown("f00d".into(), "hub-db-1", None, "db".into());
        facts.image = "postgres:16".to_owned();
        facts.ports = vec![Port {
            container: 8080,
            protocol: PortProtocol::Tcp,
            published: Some(9000),
            address: Some("0.0.0.0".to_owned()),
        }];
        facts.networks = vec![NetworkAddress {
            network: "hub".to_owned(),
            address: "172.18.0.2".parse().ok(),
            aliases: Vec::new(),
        }];
        change(&mut facts);
        let mut service = Service::unknown(Some("hub".into()), "db".into(), Timestamp::UNIX_EPOCH);
        service.instances = vec![Instance {
            facts: Arc::new(facts),
            sample: None,
            series: Arc::new(Series::default()),
            probe: None,
        }];
        service
    }

    fn command(words: &[&str]) -> CustomCommand {
        let read = words.iter().map(|word| CommandWord::parse(word));
        CustomCommand {
            name: "psql".to_owned(),
            key: None,
            run: words.join(" "),
            words: read
                .collect::<Result<_, _>>()
                .expect("fields that there are"),
            pattern: "db*".to_owned(),
            wait: None,
        }
    }

    fn filled(words: &[&str], service: &Service) -> Result<Vec<String>, UnfilledField> {
        let request = command(words).request(service, &service.instances[0], LOCAL);
        request.map(|request| request.words)
    }

    #[test]
    fn fields_are_replaced_within_their_word() {
        let service = service(|_| {});
        for (word, expected) in [
            ("{container}", "hub-db-1"),
            ("--name={service}.{stack}", "--name=db.hub"),
            ("{id}", "f00d"),
            ("{image}", "postgres:16"),
            ("{address}:{port}", "172.18.0.2:8080"),
            ("{url}/health", "http://localhost:9000/health"),
            ("{{json .}}", "{{json .}}"),
            ("{{container}}", "{{container}}"),
            ("{\"a\":1}", "{\"a\":1}"),
            ("{print $1}", "{print $1}"),
            ("${HOME}", "${HOME}"),
            ("{", "{"),
            ("", ""),
        ] {
            assert_eq!(
                filled(&["x", word], &service),
                Ok(vec!["x".to_owned(), expected.to_owned()]),
                "{word}"
            );
        }
        assert_eq!(CommandWord::parse("{name}"), Err("name".to_owned()));
    }

    #[test]
    fn what_a_container_is_called_makes_no_word_and_no_option() {
        for name in [
            "a b",
            "a;reboot",
            "$(reboot)",
            "--privileged",
            "a\nb",
            "`x`",
        ] {
            let mut service = service(|_| {});
            service.name = name.into();
            assert_eq!(
                filled(&["sh", "-c", "echo {service}"], &service),
                Err(UnfilledField::Unsafe(
                    CommandField::Service,
                    "hub-db-1".to_owned()
                )),
                "{name:?}"
            );
        }
        let bare = service(|facts| facts.ports.clear());
        let missing = filled(&["curl", "{url}"], &bare).map_err(|it| it.to_string());
        assert_eq!(missing, Err("hub-db-1 has no {url}".to_owned()));
    }

    #[test]
    fn the_command_is_shown_quoted_and_masked() {
        let service = service(|_| {});
        let request = command(&["psql", "--password=geheim", "select 1", "{container}"]);
        let request = request.request(&service, &service.instances[0], LOCAL);
        assert_eq!(
            request.expect("fields that there are").shown(),
            "psql '--password=***' 'select 1' hub-db-1"
        );
        assert!(command(&["x"]).is_for(&service));
    }
}

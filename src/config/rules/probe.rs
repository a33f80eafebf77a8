//! `probe = { … }`: one table, checked as a whole for the kind of probe it is.

use std::time::Duration;

use crate::config::file::{Section, WrittenKey};
use crate::config::problem::Problem;
use crate::config::schema::{SLOW, probe_timeout, slow_after};
use crate::config::settings::Probes;
use crate::config::value::Raw;
use crate::model::{
    Credentials, Expect, HttpRequest, JsonCondition, ProbeKind, ProbeOrigin, ProbeSpec,
    SecretSource,
};

use super::address::Address;
use super::{fit, request, secret, values};
use crate::config::reader::TableReader;

/// Every key of the table.
pub(super) const KEYS: &[&str] = &[
    "kind",
    "url",
    "port",
    "path",
    "method",
    "host",
    "headers",
    "request_body",
    "tls",
    "server_name",
    "status",
    "body",
    "json",
    "json_equals",
    "expect",
    "database",
    "service",
    "name",
    "command",
    "user",
    "password_env",
    "password_file",
    "token_env",
    "token_file",
    "timeout",
    "slow_after",
];
/// A table on its way to a specification.
struct Draft<'a> {
    kind: Option<ProbeKind>,
    url: Option<&'a WrittenKey>,
    port: Option<u16>,
    path: Option<String>,
    request: HttpRequest,
    tls: Option<bool>,
    server_name: Option<String>,
    status: (u16, u16),
    expect: Expect,
    json_equals: Option<String>,
    subject: String,
    command: Vec<String>,
    user: Option<String>,
    secrets: Vec<(&'a WrittenKey, SecretSource)>,
    timeout: Duration,
    slow_after: Option<Duration>,
}

/// Reads the table of a probe; what is wrong goes to `problems`.
pub(super) fn probe(table: &Section, probes: &Probes, problems: &mut Vec<Problem>) -> ProbeSpec {
    let before = problems.len();
    let mut reader = TableReader {
        prefix: "service.probe.",
        problems,
    };
    let mut draft = Draft::new(probes);
    for key in &table.keys {
        draft.read(&mut reader, key);
    }
    for inner in &table.tables {
        match inner.name.as_str() {
            "headers" => request::headers(&mut reader, inner, &mut draft.request),
            name => reader.unknown(name, &inner.place, KEYS),
        }
    }
    if reader.problems.len() > before {
        return nothing();
    }
    draft.complete(&mut reader, table)
}

impl<'a> Draft<'a> {
    fn new(probes: &Probes) -> Self {
        Self {
            kind: None,
            url: None,
            port: None,
            path: None,
            request: HttpRequest::default(),
            tls: None,
            server_name: None,
            status: ProbeSpec::STATUS,
            expect: Expect::default(),
            json_equals: None,
            subject: String::new(),
            command: Vec::new(),
            user: None,
            secrets: Vec::new(),
            timeout: probes.timeout,
            slow_after: probes.slow_after,
        }
    }

    fn read(&mut self, reader: &mut TableReader<'_>, key: &'a WrittenKey) {
        let text = "text that is not empty";
        match key.name.as_str() {
            "kind" => self.read_kind(reader, key),
            "url" => self.url = Some(key),
            "port" => {
                let read = |raw: &Raw| raw.count(1, 65_535).map(Some);
                reader.read(key, "a number from 1 to 65535", read, &mut self.port);
            }
            "path" => {
                let read = |raw: &Raw| values::path(raw).map(Some);
                reader.read(key, "a path beginning with /", read, &mut self.path);
            }
            "tls" => {
                let read = |raw: &Raw| raw.bool().map(Some);
                reader.read(key, "true or false", read, &mut self.tls);
            }
            "status" | "body" | "expect" | "json" | "json_equals" => {
                self.read_expected(reader, key)
            }
            "database" | "service" | "name" => {
                let allowed = "a name without blanks";
                reader.read(key, allowed, values::name, &mut self.subject);
            }
            "command" => {
                let allowed = "a list of words, such as [\"pg_isready\", \"-U\", \"app\"]";
                reader.read(key, allowed, values::command, &mut self.command);
            }
            "user" => reader.read(key, text, |raw| values::text(raw).map(Some), &mut self.user),
            "timeout" => {
                let allowed = "a time from 100ms to 1m, such as \"5s\"";
                reader.read(key, allowed, probe_timeout, &mut self.timeout);
            }
            "slow_after" => reader.read(key, SLOW, slow_after, &mut self.slow_after),
            name if request::KEYS.contains(&name) => {
                request::read(reader, key, &mut self.request, &mut self.server_name);
            }
            name if secret::KEYS.contains(&name) => {
                self.secrets
                    .extend(secret::source(reader, key).map(|source| (key, source)));
            }
            name if secret::is_clear(name) => {
                reader.report(name, &key.place, &secret::instead_of(name))
            }
            name => reader.unknown(name, &key.place, KEYS),
        }
    }

    fn read_kind(&mut self, reader: &mut TableReader<'_>, key: &WrittenKey) {
        let text = values::text(&key.value);
        let Some(kind) = text.as_deref().and_then(ProbeKind::parse) else {
            return fit::unknown_kind(reader, key);
        };
        self.kind = Some(kind);
        // `https` says it too.
        let https = key.value.text() == Some("https");
        self.tls = self.tls.or(https.then_some(true));
    }

    /// Reads a key that says what the answer has to be.
    fn read_expected(&mut self, reader: &mut TableReader<'_>, key: &WrittenKey) {
        match key.name.as_str() {
            "status" => {
                let allowed = "a status or a range of them, such as 200 or \"200-399\"";
                reader.read(key, allowed, values::status, &mut self.status);
            }
            "body" | "expect" => {
                reader.read(
                    key,
                    "text that is not empty",
                    |raw| values::words(raw).map(Some),
                    &mut self.expect.text,
                );
            }
            "json" => {
                let allowed = "a JSON pointer such as \"/checks/0/status\", or a dotted path such as \"checks.0.status\"";
                let condition = |raw: &Raw| {
                    values::pointer(raw).map(|pointer| {
                        Some(JsonCondition {
                            pointer,
                            equals: None,
                        })
                    })
                };
                reader.read(key, allowed, condition, &mut self.expect.json);
            }
            _ => {
                reader.read(
                    key,
                    "text, a number, true or false",
                    |raw| values::plain(raw).map(Some),
                    &mut self.json_equals,
                );
            }
        }
    }

    /// Whom the probe asks as where it proves nothing, and what it proves who it is with.
    fn credentials(
        &self,
        reader: &mut TableReader<'_>,
        table: &Section,
        kind: ProbeKind,
    ) -> (String, Option<Credentials>) {
        // PostgreSQL is asked as somebody also where nothing has to be proven.
        let alone = kind == ProbeKind::Postgres && self.secrets.is_empty();
        let user = self.user.as_deref();
        let (asked_as, proven) = if alone { (user, None) } else { (None, user) };
        let credentials = secret::credentials(reader, &table.place, kind, proven, &self.secrets);
        (asked_as.unwrap_or_default().to_owned(), credentials)
    }

    /// Puts `json_equals` into the condition that it belongs to.
    fn json_condition(&mut self, reader: &mut TableReader<'_>, table: &Section) {
        match (&mut self.expect.json, self.json_equals.take()) {
            (Some(condition), equals) => condition.equals = equals,
            (None, Some(_)) => {
                reader.report("json_equals", &table.place, "needs json = \"/…\" beside it")
            }
            (None, None) => {}
        }
    }

    /// Checks that the parts fit together and fills what follows from them.
    fn complete(mut self, reader: &mut TableReader<'_>, table: &Section) -> ProbeSpec {
        let address = match self
            .url
            .map(|key| (key, Address::parse(key.value.text().unwrap_or_default())))
        {
            Some((key, Err(wrong))) => {
                fit::wrong_address(reader, key, &wrong);
                return nothing();
            }
            Some((key, Ok(address))) => Some((key, address)),
            None => None,
        };
        let meant = address.as_ref().map(|(_, address)| address.kind);
        let kind = self.kind.or(meant).unwrap_or(ProbeKind::Http);
        if fit::misfits(reader, table, kind) {
            return nothing();
        }
        let (user, credentials) = self.credentials(reader, table, kind);
        self.json_condition(reader, table);
        let mut spec = ProbeSpec {
            request: self.request,
            tls: self.tls.unwrap_or(false),
            server_name: self.server_name,
            status: self.status,
            expect: self.expect,
            subject: self.subject,
            user,
            command: self.command.into(),
            credentials,
            slow_after: self.slow_after,
            timeout: self.timeout,
            ..ProbeSpec::new(kind, 0, ProbeOrigin::Config)
        };
        match &address {
            Some((key, address)) => fit::at_address(reader, key, address, &mut spec),
            None => fit::at_port(reader, &table.place, self.port, self.path, &mut spec),
        }
        spec
    }
}

/// What stands for a table that is wrong: the rest of it would only lead to more complaints about
/// the same mistake, and nothing of it is used.
fn nothing() -> ProbeSpec {
    ProbeSpec::new(ProbeKind::Docker, 0, ProbeOrigin::Config)
}

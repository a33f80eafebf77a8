//! References in the words of a command: URLs, `host:port`, flags, and scripts given to a shell.

use super::key::{NameMeaning, meaning_of};
use super::{Reference, environment, scan};
use crate::model::Provenance;

/// Most bytes of a command that are looked at.
const LONGEST: usize = 65_536;
/// Flags that take a host without it in their names.
const HOST_FLAGS: &[&str] = &["-h", "-H", "-host"];
/// Programs that take a host and a port as words of their own.
const DIALLERS: &[&str] = &[
    "nc",
    "ncat",
    "netcat",
    "telnet",
    "ping",
    "wait-for",
    "wait-for-it",
    "wait_for",
];
/// Programs whose words name images and containers, not hosts.
const ENGINES: &[&str] = &["docker", "podman", "nerdctl"];

/// References in `words`; `what` stands in the detail where no flag does.
pub(super) fn words(words: &[String], what: &str, add: &mut impl FnMut(Reference)) {
    let mut left = LONGEST;
    let mut segment: Vec<&str> = Vec::new();
    let mut segments = Vec::new();
    for word in words {
        let Some(rest) = left.checked_sub(word.len()) else {
            break;
        };
        left = rest;
        if !word.contains(char::is_whitespace) {
            segment.push(word);
            continue;
        }
        // A script: each of its commands by itself, with the words before the first one.
        for (index, part) in without_last_text(word).split(ends_command).enumerate() {
            if index > 0 {
                segments.push(std::mem::take(&mut segment));
            }
            segment.extend(part.split_whitespace());
        }
        segments.push(std::mem::take(&mut segment));
    }
    segments.push(segment);
    for segment in segments {
        command(&segment, what, add);
    }
}

/// A script without the text that it writes into a file at its end (`cat << EOF > config.yml`):
/// nothing runs after that, so that the file is for somebody else.
fn without_last_text(script: &str) -> &str {
    let Some((before, after)) = script.split_once("<<") else {
        return script;
    };
    let command = before.rsplit(ends_command).next().unwrap_or(before);
    let writes = command
        .split_whitespace()
        .any(|word| matches!(base(word), "cat" | "tee"));
    let after = after.trim_start_matches(['-', ' ', '"', '\'', '\\']);
    let end = after
        .find(|c: char| !c.is_ascii_alphanumeric() && c != '_')
        .unwrap_or(after.len());
    let (mark, text) = after.split_at(end);
    if !writes || !mark.starts_with(|c: char| c.is_ascii_alphabetic()) {
        return script;
    }
    let mut rest = text.lines().skip_while(|line| line.trim() != mark).skip(1);
    if rest.any(|line| !line.trim().is_empty()) {
        script
    } else {
        before
    }
}

fn ends_command(c: char) -> bool {
    matches!(c, '\n' | ';' | '&' | '|')
}

/// References in the words of one command.
fn command(words: &[&str], what: &str, add: &mut impl FnMut(Reference)) {
    if words
        .first()
        .is_some_and(|head| ENGINES.contains(&base(head)))
    {
        return;
    }
    let dials = words
        .iter()
        .any(|word| DIALLERS.contains(&base(word).trim_end_matches(".sh")));
    let mut words = words
        .iter()
        .map(|word| word.trim_matches(['"', '\'', '(', ')', '`']))
        .peekable();
    while let Some(word) = words.next() {
        if word.starts_with('-') {
            let next = words.peek().copied().filter(|next| !next.starts_with('-'));
            if flag(word, next, add) {
                words.next();
            }
            continue;
        }
        let mut found =
            |host: &str, port| add(Reference::new(host, port, Provenance::Command, what));
        if let Some((name, value)) = word.split_once('=').filter(|(name, _)| is_name(name)) {
            environment::hosts(name, value, &mut found);
        } else {
            scan::hosts(word, &mut found);
        }
        if let Some((host, port)) = word
            .split_once("/dev/tcp/")
            .and_then(|(_, to)| to.split_once('/'))
            && let Some(host) = scan::as_host(host)
        {
            found(host, port.parse().ok());
        }
        let takes_next = matches!(word.to_ascii_lowercase().as_str(), "replicaof" | "slaveof");
        if let Some(next) = words.peek().copied().filter(|_| takes_next) {
            host_word(next, what, add);
        }
        if dials
            && let Some(port) = words.peek().and_then(|next| next.parse::<u16>().ok())
            && let Some(host) = scan::as_host(word)
        {
            add(Reference::new(host, Some(port), Provenance::Command, what));
        }
    }
}

/// References in a flag and the word after it; returns whether that word belongs to the flag.
fn flag(word: &str, next: Option<&str>, add: &mut impl FnMut(Reference)) -> bool {
    if let Some((name, value)) = word.split_once('=') {
        flag_with_value(name, value, add);
        return false;
    }
    let meaning = meaning_of(word);
    if HOST_FLAGS.contains(&word) || meaning == NameMeaning::Host {
        let Some(next) = next else {
            return false;
        };
        environment::hosts("host", next, &mut |host, port| {
            add(Reference::new(host, port, Provenance::Command, word));
        });
        return true;
    }
    // `mysql -hdb`.
    let after = word.strip_prefix("-h");
    if let Some(host) = after.filter(|rest| !rest.starts_with('-')) {
        host_word(host, "-h", add);
    }
    // The value of a flag whose name means no host is none; of any other it may be a URL.
    meaning == NameMeaning::NoHost && next.is_some()
}

/// `-Dspring.redis.host=redis` is a flag like any other.
fn flag_with_value(name: &str, value: &str, add: &mut impl FnMut(Reference)) {
    let value = value.trim_matches(['"', '\'']);
    environment::hosts(name, value, &mut |host, port| {
        add(Reference::new(host, port, Provenance::Command, name));
    });
}

fn host_word(word: &str, detail: &str, add: &mut impl FnMut(Reference)) {
    if let Some((host, port)) = scan::split_port(word) {
        add(Reference::new(host, port, Provenance::Command, detail));
    }
}

/// The name of a program without its folder.
fn base(word: &str) -> &str {
    word.rsplit('/').next().unwrap_or(word)
}

fn is_name(text: &str) -> bool {
    !text.is_empty()
        && text
            .chars()
            .all(|c| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-'))
}

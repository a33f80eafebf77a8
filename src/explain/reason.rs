//! Why a service is in its state, in words.

mod parts;

use std::time::Duration;

use crate::explain::affected::{missed, names};
use crate::explain::engine_error::engine_error;
use crate::explain::{exit, finding, missing};
use crate::model::text::middle;
use crate::model::words;
use crate::model::{
    DockerStatus, Finding, NotStarted, ProcessEnd, Reason, Service, StackName, Uncounted, Unread,
};

/// Longest text of a check or an error inside a reason, in characters.
const TEXT: usize = 160;

/// Why `service` is in its state, one clause, with what misses it.
#[must_use]
pub fn short(service: &Service) -> String {
    let health = &service.health;
    beside(
        own(service),
        missed(&health.missed_by, service.stack.as_ref()),
    )
}

/// The same without what misses it.
#[must_use]
pub fn own(service: &Service) -> String {
    of(&service.health.reason, service.stack.as_ref())
}

/// How the process of `service` ended, without restarts, counts and what misses it; the reason where
/// no process ended.
pub(super) fn end(service: &Service) -> String {
    match service.health.reason.innermost() {
        Reason::Exit { end, .. } | Reason::Restarting { end, .. } => process_end(*end),
        _ => own(service),
    }
}

/// Ever shorter forms of the same, from the whole: without counts at its end, without its source.
/// The cause stays.
#[must_use]
pub fn shorter(service: &Service) -> Vec<String> {
    forms(&service.health.reason, service.stack.as_ref())
}

/// Ever shorter forms of `reason`.
pub(super) fn forms(reason: &Reason, stack: Option<&StackName>) -> Vec<String> {
    Pieces::of(reason, stack).forms()
}

/// The same with what misses it.
#[must_use]
pub fn shorter_with_missed(service: &Service) -> Vec<String> {
    let stack = service.stack.as_ref();
    let pieces = Pieces::of(&service.health.reason, stack);
    let Some(missed) = missed(&service.health.missed_by, stack) else {
        return pieces.forms();
    };
    let end = format!("; {missed}");
    let bare = pieces.bare.as_ref().map(|bare| format!("{bare}{end}"));
    Pieces {
        bare,
        ..pieces.followed(&end)
    }
    .forms()
}

/// `reason` in words; services of `stack` by their names.
#[must_use]
pub fn of(reason: &Reason, stack: Option<&StackName>) -> String {
    Pieces::of(reason, stack).whole()
}

/// A reason with a second clause.
pub(super) fn beside(reason: String, other: Option<String>) -> String {
    match other {
        Some(other) => format!("{reason}; {other}"),
        None => reason,
    }
}

/// The pieces of a reason, in their order.
#[derive(Default)]
struct Pieces {
    /// Its source.
    speaker: &'static str,
    /// The reason itself.
    core: String,
    /// How often.
    count: String,
    /// The cause alone, where `core` holds more.
    bare: Option<String>,
}

impl Pieces {
    fn whole(&self) -> String {
        format!("{}{}{}", self.speaker, self.core, self.count)
    }

    /// Without the count.
    fn plain(&self) -> String {
        format!("{}{}", self.speaker, self.core)
    }

    /// Ever shorter forms, from the whole.
    fn forms(self) -> Vec<String> {
        let bare = self.bare.clone().unwrap_or_else(|| self.core.clone());
        vec![self.whole(), self.plain(), self.core, bare]
    }

    fn core(core: impl Into<String>) -> Self {
        Self {
            core: core.into(),
            ..Self::default()
        }
    }

    fn said(speaker: &'static str, core: impl Into<String>) -> Self {
        Self {
            speaker,
            ..Self::core(core)
        }
    }

    fn counted(self, count: String) -> Self {
        Self { count, ..self }
    }

    /// With more text before the reason itself.
    fn after(self, begin: &str) -> Self {
        Self {
            speaker: "",
            core: format!("{begin}{}", self.plain()),
            count: self.count,
            bare: None,
        }
    }

    /// With more text at the end.
    fn followed(self, end: &str) -> Self {
        Self {
            core: format!("{}{}{end}", self.core, self.count),
            count: String::new(),
            bare: None,
            ..self
        }
    }

    fn of(reason: &Reason, stack: Option<&StackName>) -> Self {
        match reason {
            Reason::Probe {
                finding,
                state,
                streak,
            } => {
                let found = finding.as_ref().map_or_else(String::new, message);
                let found = Some(found).filter(|found| !found.is_empty());
                let found = found.unwrap_or_else(|| state.id().to_owned());
                Self::said("probe: ", found).counted(in_a_row(*streak))
            }
            Reason::Works { probe, docker } => Self::works(probe.as_deref(), *docker, stack),
            Reason::Docker { output, streak } => match output_words(output) {
                output if output.is_empty() => Self::said("docker: ", "unhealthy")
                    .counted(format!(", {streak} failed checks in a row")),
                output => Self::said("docker: unhealthy, ", output),
            },
            Reason::Exit { end, error } => Self::exit(*end, error),
            Reason::Restarting {
                end,
                restarts,
                is_loop,
            } => Self::restarting(*end, *restarts, *is_loop),
            Reason::CannotStart { error } => Self::said("cannot start: ", engine_words(error)),
            Reason::WithUnread { reason, unread } => {
                Self::of(reason, stack).followed(&format!("; {}", unread_words(unread)))
            }
            Reason::NamedInstances {
                names,
                count,
                state,
                reason,
            } => Self::of(reason, stack).after(&format!(
                "{} {}: ",
                parts::named(names, *count),
                parts::verb(*state, *count)
            )),
            Reason::Instances {
                count,
                of,
                state,
                reason,
            } => Self::of(reason, stack).after(&format!(
                "{count} of {of} replicas {}: ",
                parts::verb(*state, *count)
            )),
            other => match other {
                Reason::Recovering { .. }
                | Reason::DockerInterrupted { .. }
                | Reason::DockerStarting
                | Reason::DockerFailing { .. } => spoken(other),
                other => Self::core(plain(other, stack)),
            },
        }
    }

    fn works(probe: Option<&Reason>, docker: DockerStatus, stack: Option<&StackName>) -> Self {
        let probe = probe.map(|probe| (probe, Self::of(probe, stack)));
        match (docker, probe) {
            (DockerStatus::Starting, Some((_, probe))) => probe.followed("; docker: starting"),
            (DockerStatus::Starting, None) => Self::said("docker: ", "starting"),
            // For a probe without a result its source is left out.
            (_, Some((Reason::NoResult { .. }, probe))) => {
                Self::said("docker: ", format!("healthy; probe: {}", probe.whole()))
            }
            (_, Some((_, probe))) => {
                Self::said("docker: ", format!("healthy; {}", probe.plain())).counted(probe.count)
            }
            (_, None) => Self::said("docker: ", "healthy"),
        }
    }

    fn restarting(end: ProcessEnd, restarts: u64, is_loop: bool) -> Self {
        let restarts = restarted(restarts, is_loop);
        let restarts = restarts.map_or_else(String::new, |words| format!(", {words}"));
        let speaker = if is_loop { "crash loop: " } else { "" };
        Self::said(speaker, process_end(end)).counted(restarts)
    }

    fn exit(end: ProcessEnd, error: &str) -> Self {
        let text = process_end(end);
        if error.is_empty() {
            return Self::core(text);
        }
        let error = engine_words(error);
        let has_code = end.code.is_some() && !end.is_out_of_memory();
        Self {
            bare: (has_code && !error.is_empty()).then(|| error.clone()),
            ..Self::core(format!("{text}: {error}"))
        }
    }
}

/// How often its restart policy restarted a process, and that it was the policy where that is no
/// crash loop; `None` for a loop that was not counted.
pub(super) fn restarted(restarts: u64, is_loop: bool) -> Option<String> {
    Some(match (is_loop, restarts) {
        (true, 0) => return None,
        (true, 1) => "1 restart".to_owned(),
        (true, more) => format!("{more} restarts"),
        (false, 0 | 1) => "restarted by the restart policy".to_owned(),
        (false, more) => format!("restarted {more} times by the restart policy"),
    })
}

/// The words of a check that has neither a finding nor an end of a process.
fn spoken(reason: &Reason) -> Pieces {
    match reason {
        Reason::Recovering { successes, of } => Pieces::said(
            "probe: ",
            format!("recovering ({successes} of {of} good probes)"),
        ),
        Reason::DockerFailing {
            output,
            streak,
            retries,
        } => {
            let output = output_words(output);
            let comma = if output.is_empty() { "" } else { ", " };
            Pieces::said(
                "docker: ",
                format!("{streak} of {retries} failed checks in a row{comma}{output}"),
            )
        }
        Reason::DockerInterrupted { works, interval } => interrupted(works.as_ref(), *interval),
        _ => Pieces::said("docker: ", "starting"),
    }
}

/// Docker's healthcheck was interrupted: what our probe finds, and when Docker decides anew.
fn interrupted(works: Option<&Finding>, interval: Duration) -> Pieces {
    let next = format!("next check within {}", words::seconds(interval));
    match works.map(message) {
        Some(found) => {
            let again = format!("answers again ({found})");
            let docker = "Docker's healthcheck says unhealthy";
            Pieces {
                bare: Some(again.clone()),
                ..Pieces::core(format!("{again}; {docker}, {next}"))
            }
        }
        None => {
            Pieces::said("docker: ", "unhealthy after an interruption").counted(format!(", {next}"))
        }
    }
}

/// The words of a reason that has no speaker and no count.
fn plain(reason: &Reason, stack: Option<&StackName>) -> String {
    let text = match reason {
        Reason::NoResult { seconds } => return format!("no result for {seconds} s"),
        Reason::Uncounted { finding, why } => return uncounted(finding, *why),
        Reason::StartPeriod {
            finding: Some(finding),
        } => return format!("starting; {}", message(finding)),
        Reason::Stopped { code: Some(code) } => return format!("stopped (exit code {code})"),
        Reason::StoppedWhileNeeded { code: Some(code) } => {
            return format!("stopped with exit code {code}");
        }
        Reason::LostNetwork(lost) => return missing::lost(lost),
        Reason::Pressure(warning) => return parts::pressure(*warning),
        Reason::Missing(needs) => {
            return needs.iter().map(words::need).collect::<Vec<_>>().join("; ");
        }
        Reason::NeedsDown { roots } => {
            let verb = if roots.len() == 1 { "is" } else { "are" };
            return format!("depends on {}, which {verb} down", names(roots, stack));
        }
        Reason::Unread(unread) => return unread_words(unread),
        Reason::Swarm(swarm) => return parts::swarm(*swarm),
        Reason::StartPeriod { finding: None } => "starting; not checked yet",
        Reason::NoCheck => "no check",
        Reason::NotChecked => "not checked yet",
        Reason::Completed {
            out_of_memory: true,
        } => "finished with exit code 0; a process inside was OOM-killed",
        Reason::Completed { .. } => "finished with exit code 0",
        Reason::Stopped { .. } | Reason::StoppedWhileNeeded { .. } => "stopped",
        Reason::NotStarted(NotStarted::Yet) => "created, not started yet",
        Reason::NotStarted(NotStarted::Unread) => "created; its details are not read yet",
        Reason::NotStarted(NotStarted::Never) => "created, never started",
        Reason::EndUnread => "ended; its details are not read yet",
        Reason::Paused => "paused",
        Reason::Removing => "being removed",
        Reason::Dead => return format!("dead: {DEAD}"),
        Reason::CutOff => CUT_OFF,
        // `Pieces::of` has written the others.
        _ => "no replicas",
    };
    text.to_owned()
}

/// The words for a running container that is on no network.
pub(super) const CUT_OFF: &str = "not attached to any network";

/// The words for a container that the engine calls dead.
pub(super) const DEAD: &str = "the engine could not stop or remove it";

/// An error of the engine, by its cause; empty without one.
pub(super) fn engine_words(error: &str) -> String {
    middle(&engine_error(error), TEXT)
}

/// What our probe found, cut so that the rest of a reason has room.
pub(super) fn message(found: &Finding) -> String {
    middle(&finding::finding(found), TEXT)
}

/// What a failed healthcheck wrote, by the error of its first program.
pub(super) fn output_words(output: &str) -> String {
    engine_words(output)
}

fn in_a_row(streak: u32) -> String {
    match streak {
        0 | 1 => String::new(),
        more => format!(", {more} failures in a row"),
    }
}

/// Why a result does not count.
fn uncounted(finding: &Finding, why: Uncounted) -> String {
    let message = message(finding);
    match why {
        Uncounted::Inconclusive => message,
        Uncounted::OutOfReach => format!("cannot be reached from here: {message}"),
        Uncounted::Guessed => format!("our probe gets {message} (ignored: guessed)"),
    }
}

/// What could not be read, or that nothing was read yet.
pub(super) fn unread_words(unread: &Unread) -> String {
    unread
        .words()
        .unwrap_or_else(|| "not inspected yet".to_owned())
}

/// How a process ended: "exited with code 1", "OOM-killed (exit code 137)".
pub(super) fn process_end(end: ProcessEnd) -> String {
    exit::words(end.code, end.out_of_memory)
}

#[cfg(test)]
mod tests;

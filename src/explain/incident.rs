//! An incident, in words.

use super::subject::ClauseSubject;
use super::{affected, reason, short_reason};
use crate::model::words::{elapsed, near};
use crate::model::{BrokenService, Incident, IncidentFact, IncidentRoot, ServiceId};

/// What broke and what that blocks, without a time: "db refuses connections; this blocks backend and
/// worker". One that is over with its end: "db had refused connections; this blocked backend and worker;
/// resolved after 22 s: hub/db recovered".
#[must_use]
pub fn sentence(incident: &Incident) -> String {
    match incident.log.last().filter(|_| !incident.is_open()) {
        Some(end) => format!(
            "{}; {}",
            past(incident),
            resolved(&incident.root, &end.fact)
        ),
        None => line(&incident.root, &incident.fact),
    }
}

/// What broke and what that blocked, of an incident that is over.
fn past(incident: &Incident) -> String {
    match &incident.fact {
        IncidentFact::Broken(broken) => {
            let stack = broken.stack.as_ref();
            let what = incident.root.service().map_or_else(
                || incident.root.words().to_owned(),
                |id| format!("{} {}", near(id, stack), broken.subject(id).past()),
            );
            let blocked = affected::blocked(&incident.blocked, stack);
            let parts = std::iter::once(what).chain(blocked);
            parts.collect::<Vec<_>>().join("; ")
        }
        IncidentFact::Suspected { failing, of } => failed_at_once(*failing, *of),
        IncidentFact::EngineLost => "the engine did not answer".to_owned(),
        IncidentFact::DiskFull { percent, path } => {
            format!("the disk of the host was {percent} % full ({path})")
        }
        other => line(&incident.root, other),
    }
}

/// One line about an incident with this root.
#[must_use]
pub fn line(root: &IncidentRoot, fact: &IncidentFact) -> String {
    let name = root.words();
    match fact {
        IncidentFact::Broken(broken) => match root.service() {
            Some(id) => broken.subject(id).root(&broken.blocked),
            None => name.to_owned(),
        },
        IncidentFact::Stopped(broken) => match root.service() {
            Some(id) => format!("{name} {}", broken.subject(id).clause()),
            None => name.to_owned(),
        },
        IncidentFact::Suspected { failing, of } => suspected(root, *failing, *of),
        IncidentFact::EngineLost => {
            "the engine does not answer; everything else is the last known state".to_owned()
        }
        IncidentFact::DiskFull { percent, path } => {
            format!("the disk of the host is {percent} % full ({path})")
        }
        IncidentFact::EngineBack => "the engine answers again".to_owned(),
        IncidentFact::DiskHasRoom => "the disk of the host has room again".to_owned(),
        IncidentFact::Removed => format!("{name} was removed"),
        IncidentFact::Maintenance => format!("{name} is in maintenance"),
        IncidentFact::Recovered { after } => {
            format!("{name} recovered after {}", elapsed(*after))
        }
        IncidentFact::MostRecovered { all, after } => {
            format!("{} recovered after {}", most(*all), elapsed(*after))
        }
        IncidentFact::BlockedBy {
            root: deeper,
            incident,
        } => format!("{name} is blocked by {deeper}: merged into incident #{incident}"),
        IncidentFact::PartOf { incident } => format!("{name}: merged into incident #{incident}"),
    }
}

/// The cause of an incident in ever shorter forms, the last one in at most 8 cells: "exited with
/// code 137 (killed with SIGKILL)", `exit 137`.
#[must_use]
pub fn cause(incident: &Incident) -> Vec<String> {
    let mut forms = match &incident.fact {
        IncidentFact::Broken(broken) | IncidentFact::Stopped(broken) => {
            reason::forms(&broken.reason, broken.stack.as_ref())
        }
        fact => vec![line(&incident.root, fact)],
    };
    forms.push(short_cause(&incident.fact));
    forms
}

/// The cause in at most 8 cells.
#[must_use]
pub fn short_cause(fact: &IncidentFact) -> String {
    let word = match fact {
        IncidentFact::Broken(broken) | IncidentFact::Stopped(broken) => {
            return short_reason::of(broken.reason.innermost(), broken.state, None);
        }
        IncidentFact::Suspected { failing, of } if *of < 1_000 => {
            return format!("{failing}/{of}");
        }
        IncidentFact::DiskFull { percent, .. } => return format!("disk {percent}%"),
        IncidentFact::Suspected { .. } => "many",
        IncidentFact::EngineLost => "lost",
        IncidentFact::EngineBack => "back",
        IncidentFact::DiskHasRoom => "has room",
        IncidentFact::Removed => "removed",
        IncidentFact::Maintenance => "muted",
        IncidentFact::Recovered { .. } | IncidentFact::MostRecovered { .. } => "ok again",
        IncidentFact::BlockedBy { .. } => "blocked",
        IncidentFact::PartOf { .. } => "merged",
    };
    word.to_owned()
}

/// Why an incident ended; without the time it took, which [`resolved`] names.
fn end(root: &IncidentRoot, fact: &IncidentFact) -> String {
    match fact {
        IncidentFact::Recovered { .. } => format!("{} recovered", root.words()),
        IncidentFact::MostRecovered { all, .. } => format!("{} recovered", most(*all)),
        other => line(root, other),
    }
}

/// "resolved after 22 s: hub/db recovered", "resolved: the engine answers again".
pub(super) fn resolved(root: &IncidentRoot, fact: &IncidentFact) -> String {
    let after = match fact {
        IncidentFact::Recovered { after } | IncidentFact::MostRecovered { after, .. } => {
            format!(" after {}", elapsed(*after))
        }
        _ => String::new(),
    };
    format!("resolved{after}: {}", end(root, fact))
}

const fn most(all: bool) -> &'static str {
    if all { "all services" } else { "most services" }
}

fn suspected(root: &IncidentRoot, failing: usize, of: usize) -> String {
    let hint = match root {
        IncidentRoot::Engine => "it was unreachable a moment ago",
        IncidentRoot::Network => "containers run, but hubdeck cannot reach any",
        _ => "their processes ended or fail their own checks together",
    };
    format!(
        "{}; check {} first: {hint}",
        failed_at_once(failing, of),
        root.words()
    )
}

fn failed_at_once(failing: usize, of: usize) -> String {
    format!("{failing} of {of} services failed at once without a common cause")
}

impl BrokenService {
    fn subject<'a>(&'a self, id: &'a ServiceId) -> ClauseSubject<'a> {
        ClauseSubject {
            id,
            stack: self.stack.as_ref(),
            state: self.state,
            reason: &self.reason,
            missed_by: &self.missed_by,
        }
    }
}

#[cfg(test)]
mod tests;

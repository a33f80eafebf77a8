//! An incident, in words.

use super::subject::ClauseSubject;
use super::{reason, short_reason};
use crate::model::words::elapsed;
use crate::model::{BrokenService, Incident, IncidentFact, IncidentRoot, ServiceId};

/// What broke and what that blocks, without a time: "db refuses connections; this blocks backend and
/// worker".
#[must_use]
pub fn sentence(incident: &Incident) -> String {
    line(&incident.root, &incident.fact)
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
        "{failing} of {of} services failed at once without a common cause; check {} first: {hint}",
        root.words()
    )
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

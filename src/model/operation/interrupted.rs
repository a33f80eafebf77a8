//! An operation that was under way when an earlier run of hubdeck ended.

use serde::{Deserialize, Serialize};

use std::fmt;

use crate::model::{InstanceId, ServiceId, Timestamp};

/// An operation of an earlier run that the audit record holds without an end: hubdeck was killed,
/// or the host lost power.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterruptedOperation {
    /// When it was begun.
    pub began_at: Timestamp,
    /// The verb of what was asked, as in audit records.
    pub verb: String,
    /// The services that were asked for.
    pub targets: Vec<ServiceId>,
    /// Calls that were begun and have no result: whether the engine carried them out shows in the
    /// state of the containers.
    pub unknown: Vec<InterruptedCall>,
    /// Calls that were not begun.
    pub not_begun: Vec<String>,
}

/// A call that was begun and has no result.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct InterruptedCall {
    /// The verb, as in audit records.
    pub verb: String,
    /// Name of the container or the Swarm service.
    pub name: String,
    /// The container; of a Swarm service its id, which no container has.
    pub instance: InstanceId,
    /// Of a replacement the name under which the container before is kept, where it had got that.
    pub kept_as: Option<String>,
}

/// How the container before comes back that is kept as `kept` in place of `name`, or goes.
#[must_use]
pub fn kept_words(name: &str, kept: &str) -> String {
    format!(
        "the container before is kept as {kept}: `docker rm --force {name}`, `docker rename {kept} {name}` and `docker \
         start {name}` bring it back, `docker rm {kept}` removes it where {name} is healthy"
    )
}

impl InterruptedCall {
    /// Writes how the container comes back that was kept, or goes.
    fn kept(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kept = self.kept_as.as_ref();
        kept.map_or(Ok(()), |kept| {
            write!(f, "; {}", kept_words(&self.name, kept))
        })
    }
}

impl fmt::Display for InterruptedCall {
    /// "restart hub-db-1".
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.verb, self.name)
    }
}

impl fmt::Display for InterruptedOperation {
    /// One sentence for the timeline and the log.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let targets: Vec<&str> = self.targets.iter().map(ServiceId::as_str).collect();
        write!(
            f,
            "hubdeck ended during {} {}",
            self.verb,
            targets.join(", ")
        )?;
        write!(f, ", begun at {:.0}", self.began_at)?;
        if !self.unknown.is_empty() {
            let calls: Vec<String> = self.unknown.iter().map(ToString::to_string).collect();
            write!(f, "; outcome unknown: {}", calls.join(", "))?;
        }
        self.unknown.iter().try_for_each(|call| call.kept(f))?;
        if !self.not_begun.is_empty() {
            write!(f, "; not begun: {}", self.not_begun.join(", "))?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sentence_names_what_is_unknown_and_what_was_not_begun() {
        let mut operation = InterruptedOperation {
            began_at: Timestamp::UNIX_EPOCH,
            verb: "restart".to_owned(),
            targets: vec![ServiceId::new("hub/db")],
            unknown: vec![InterruptedCall {
                verb: "restart".to_owned(),
                name: "hub-db-1".to_owned(),
                instance: "id-db".into(),
                kept_as: None,
            }],
            not_begun: vec![
                "restart hub-api-1".to_owned(),
                "restart hub-web-1".to_owned(),
            ],
        };
        assert_eq!(
            operation.to_string(),
            "hubdeck ended during restart hub/db, begun at 1970-01-01T00:00:00Z; outcome unknown: restart \
             hub-db-1; not begun: restart hub-api-1, restart hub-web-1"
        );
        operation.unknown.clear();
        operation.not_begun.clear();
        assert_eq!(
            operation.to_string(),
            "hubdeck ended during restart hub/db, begun at 1970-01-01T00:00:00Z"
        );
    }
}

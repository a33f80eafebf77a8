//! What speaks for a call besides a variable that everybody is given.
//!
//! Anything else that tells of the same edge: `depends_on`, a connection, a file, a command, a variable of
//! the caller's own. Besides that:
//!
//! - a service that runs the same image makes the call: it is the same program in another role;
//! - the caller waits for no store itself, but for programs that wait for this one, the only one of its
//!   kind: Compose files leave out what follows;
//! - no program of the stack is known to call this server, so that those who are told of it do.

use std::collections::{HashMap, HashSet};

use super::{Roles, Worth, depends};
use crate::model::{Edge, Layer, ServiceId};

/// Signs by caller and called.
pub(super) struct Signs<'e, 'r> {
    roles: &'r Roles<'r>,
    /// Who calls whom without doubt.
    callers: HashMap<&'e ServiceId, Vec<&'e ServiceId>>,
    /// Who waits for whom.
    needs: HashMap<&'e ServiceId, Vec<&'e ServiceId>>,
}

impl<'e, 'r> Signs<'e, 'r> {
    /// Those of `edges`, of which `worth` says what each piece of evidence is worth.
    pub fn new(edges: &'e [Edge], worth: &[Vec<Worth>], roles: &'r Roles<'r>) -> Self {
        let mut signs = Self { roles, callers: HashMap::new(), needs: HashMap::new() };
        for (edge, worth) in edges.iter().zip(worth) {
            if worth.contains(&Worth::Tells) {
                signs.callers.entry(&edge.to).or_default().push(&edge.from);
            }
            if depends(edge) {
                signs.needs.entry(&edge.from).or_default().push(&edge.to);
            }
        }
        signs
    }

    /// Whether something besides the edge's own evidence speaks for `edge`.
    pub fn speak_for(&self, edge: &Edge) -> bool {
        self.has_sister(edge) || self.waits_by_way(edge) || self.has_no_other_caller(edge)
    }

    fn has_sister(&self, edge: &Edge) -> bool {
        let Some(from) = self.roles.get(&edge.from) else { return false };
        let callers = self.callers.get(&edge.to).into_iter().flatten();
        callers.filter_map(|caller| self.roles.get(*caller)).any(|caller| caller.is_same_program(from))
    }

    fn waits_by_way(&self, edge: &Edge) -> bool {
        let needs = |id: &ServiceId| self.needs.get(id).into_iter().flatten().copied();
        let is_store = |id: &ServiceId| self.roles.get(id).is_some_and(|role| role.layer == Layer::Data);
        let is_own = |id: &ServiceId| self.roles.get(id).is_some_and(|role| role.is_own());
        if !self.roles.get(&edge.from).is_some_and(|from| from.is_program())
            || needs(&edge.from).any(is_store)
            || !self.is_only_one(&edge.to)
        {
            return false;
        }
        let mut seen: HashSet<&ServiceId> = HashSet::new();
        let mut open: Vec<&ServiceId> = needs(&edge.from).collect();
        while let Some(id) = open.pop() {
            if *id == edge.to {
                return true;
            }
            if is_own(id) && seen.insert(id) {
                open.extend(needs(id));
            }
        }
        false
    }

    /// Whether no other service is of the same kind.
    fn is_only_one(&self, id: &ServiceId) -> bool {
        let Some(kind) = self.roles.get(id).and_then(|role| role.kind) else { return false };
        self.roles.values().filter(|role| role.kind == Some(kind)).count() == 1
    }

    fn has_no_other_caller(&self, edge: &Edge) -> bool {
        let is_program = |id: &ServiceId| self.roles.get(id).is_some_and(|role| role.is_program());
        let is_server = self.roles.get(&edge.to).is_some_and(|to| !to.is_own() || to.layer == Layer::Data);
        let mut callers = self.callers.get(&edge.to).into_iter().flatten();
        is_server && is_program(&edge.from) && !callers.any(|caller| is_program(caller))
    }
}

//! Evidence for a call besides a variable that everybody is given.
//!
//! Anything else that is evidence of the same edge: `depends_on`, a connection, a file, a command,
//! a variable of the caller's own. Besides that, where both share a network:
//!
//! - a service that runs the same image makes the call: it is the same program in another role;
//! - the caller waits for programs that wait for this store, as Compose files leave out what
//!   follows;
//! - the caller waits for one store of those that it is given, so that it reads what it is given;
//! - no program of the stack is known to call this one, which only others are given;
//! - a published front end or an adapter (MCP, BFF) that is given the address of a back end calls
//!   it, and a back end that is given the address of a store; a program that is given the address
//!   of a sign-in service calls it.

use std::collections::{HashMap, HashSet};

use super::{Profiles, Worth, depends, variables};
use crate::inference::edges::start_order::ServiceProfile;
use crate::model::{Edge, Layer, ServiceId};

/// Words of names of the program behind pages and adapters.
const BACK_ENDS: &[&str] = &["api", "backend", "server", "graphql"];
/// Words of names of what stands in front of a back end for other clients than browsers.
const ADAPTERS: &[&str] = &["mcp", "bff", "gateway"];
/// Words of names of sign-in (identity) services.
const IDENTITY: &[&str] = &[
    "auth",
    "authn",
    "authz",
    "authentication",
    "authorization",
    "identity",
    "iam",
];

/// What supports an edge besides a shared variable, by caller and called.
pub(super) struct Corroboration<'e, 'r> {
    roles: &'r Profiles<'r>,
    /// Who calls whom without doubt.
    callers: HashMap<&'e ServiceId, Vec<&'e ServiceId>>,
    /// Who waits for whom.
    needs: HashMap<&'e ServiceId, Vec<&'e ServiceId>>,
    /// Programs that read what everybody is given, as they wait for one of the stores in it.
    readers: HashSet<&'e ServiceId>,
    /// Those who are given a variable that is evidence of a call only together with something else.
    given: HashSet<&'e ServiceId>,
}

impl<'e, 'r> Corroboration<'e, 'r> {
    /// Those of `edges`, of which `worth` is what each piece of evidence is worth.
    pub fn new(edges: &'e [Edge], worth: &[Vec<Worth>], roles: &'r Profiles<'r>) -> Self {
        let mut corroboration = Self {
            roles,
            callers: HashMap::new(),
            needs: HashMap::new(),
            readers: HashSet::new(),
            given: HashSet::new(),
        };
        for (edge, worth) in edges.iter().zip(worth) {
            if worth.contains(&Worth::Call) {
                corroboration
                    .callers
                    .entry(&edge.to)
                    .or_default()
                    .push(&edge.from);
            }
            if depends(edge) {
                corroboration
                    .needs
                    .entry(&edge.from)
                    .or_default()
                    .push(&edge.to);
            }
            if variables(edge).next().is_some() {
                corroboration.given.insert(&edge.from);
            }
        }
        corroboration.find_readers(edges, worth);
        corroboration
    }

    /// Finds those that use a store whose address also stands in a block that many share.
    fn find_readers(&mut self, edges: &'e [Edge], worth: &[Vec<Worth>]) {
        let all = edges.iter().zip(worth);
        for (edge, worth) in all.filter(|(_, worth)| worth.contains(&Worth::Inherited)) {
            let is_corroborated = worth.contains(&Worth::Call) || self.waits_by_way(edge);
            if is_corroborated && self.is(&edge.to, |to| to.layer == Layer::Data) {
                self.readers.insert(&edge.from);
            }
        }
    }

    /// Whether there is evidence for `edge` besides its own.
    pub fn has_other_evidence(&self, edge: &Edge) -> bool {
        self.has_sister(edge)
            || self.waits_by_way(edge)
            || self.reads_all(edge)
            || self.has_no_other_caller(edge)
            || self.is_meant(edge)
    }

    fn is(&self, id: &ServiceId, what: impl Fn(&ServiceProfile) -> bool) -> bool {
        self.roles.get(id).is_some_and(what)
    }

    fn has_sister(&self, edge: &Edge) -> bool {
        let Some(from) = self.roles.get(&edge.from) else {
            return false;
        };
        let callers = self.callers.get(&edge.to).into_iter().flatten();
        callers
            .filter_map(|caller| self.roles.get(*caller))
            .any(|caller| caller.is_same_program(from))
    }

    fn waits_by_way(&self, edge: &Edge) -> bool {
        let needs = |id: &ServiceId| self.needs.get(id).into_iter().flatten().copied();
        if !self.is(&edge.from, |role| role.is_program())
            || needs(&edge.from).any(|need| self.is(need, |role| role.layer == Layer::Data))
            || !(self.is_only_one(&edge.to) || self.is(&edge.from, |role| role.is_clock()))
        {
            return false;
        }
        let mut seen: HashSet<&ServiceId> = HashSet::new();
        let mut open: Vec<&ServiceId> = needs(&edge.from).collect();
        while let Some(id) = open.pop() {
            if *id == edge.to {
                return true;
            }
            // Who waits for a sign-in service calls it, and not what it keeps its users in.
            let leads_on = |role: &ServiceProfile| role.is_own() && !role.has_word(IDENTITY);
            if self.is(id, leads_on) && seen.insert(id) {
                open.extend(needs(id));
            }
        }
        false
    }

    /// Whether no other service is of the same kind.
    fn is_only_one(&self, id: &ServiceId) -> bool {
        let Some(kind) = self.roles.get(id).and_then(|role| role.kind) else {
            return false;
        };
        self.roles
            .values()
            .filter(|role| role.kind == Some(kind))
            .count()
            == 1
    }

    fn reads_all(&self, edge: &Edge) -> bool {
        self.readers.contains(&edge.from)
            && self.is(&edge.from, |from| from.is_program() && !from.is_clock())
            && self.is(&edge.to, |to| to.layer == Layer::Data)
    }

    fn has_no_other_caller(&self, edge: &Edge) -> bool {
        // What is published or stands in front is called from outside; what is given others itself
        // may be any.
        let may_be_called = |to: &ServiceProfile| match to.layer {
            Layer::Edge => false,
            Layer::Data => true,
            _ if to.server_kind().is_some() || !to.is_own() => true,
            _ => !to.publishes && !to.is_worker() && !to.is_job && !self.given.contains(&edge.to),
        };
        let mut callers = self.callers.get(&edge.to).into_iter().flatten();
        self.is(&edge.from, |role| role.is_program())
            && self.is(&edge.to, may_be_called)
            && !callers.any(|caller| self.is(caller, |role| role.is_program()))
    }

    fn is_meant(&self, edge: &Edge) -> bool {
        let is_front = |from: &ServiceProfile| {
            (from.layer == Layer::Ui && from.publishes)
                || (from.is_program() && from.has_word(ADAPTERS))
        };
        let is_back_end = |to: &ServiceProfile| {
            to.is_program() && to.has_word(BACK_ENDS) && !to.has_word(ADAPTERS)
        };
        (self.is(&edge.from, is_front) && self.is(&edge.to, is_back_end))
            || (self.is(&edge.from, is_back_end) && self.is(&edge.to, |to| to.layer == Layer::Data))
            || (self.is(&edge.from, |role| role.is_program())
                && self.is(&edge.to, |to| to.is_program() && to.has_word(IDENTITY)))
    }
}

//! What services in trouble say of those they need.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use crate::model::{Edge, ServiceId};
use crate::topology::blame::{self, Statements};

use super::ServiceState;

/// What services in trouble say of themselves, and how others are called; each is looked up once.
pub(super) struct BlameIndex<'a> {
    entries: &'a BTreeMap<ServiceId, ServiceState>,
    statements: RefCell<HashMap<ServiceId, Statements>>,
    names: RefCell<HashMap<ServiceId, Vec<String>>>,
}

impl<'a> BlameIndex<'a> {
    /// Over all services.
    pub fn new(entries: &'a BTreeMap<ServiceId, ServiceState>) -> Self {
        Self {
            entries,
            statements: RefCell::default(),
            names: RefCell::default(),
        }
    }

    /// Whether what `id` says of itself names `other` as out of reach.
    pub fn names(&self, id: &ServiceId, other: &ServiceId) -> bool {
        let (Some(from), Some(to)) = (self.entries.get(id), self.entries.get(other)) else {
            return false;
        };
        let (mut statements, mut names) = (self.statements.borrow_mut(), self.names.borrow_mut());
        let statements = statements
            .entry(id.clone())
            .or_insert_with(|| Statements::of(&from.service));
        let names = names
            .entry(other.clone())
            .or_insert_with(|| blame::names(&to.service));
        statements.blame(names)
    }

    /// Whether what `edge.from` says points at `edge.to`.
    pub fn blames(&self, edge: &Edge) -> bool {
        let (Some(from), Some(to)) = (self.entries.get(&edge.from), self.entries.get(&edge.to))
        else {
            return false;
        };
        let (mut statements, mut names) = (self.statements.borrow_mut(), self.names.borrow_mut());
        let statements = statements
            .entry(edge.from.clone())
            .or_insert_with(|| Statements::of(&from.service));
        let names = names
            .entry(edge.to.clone())
            .or_insert_with(|| blame::names(&to.service));
        blame::points_along(edge, &from.service, statements, names)
    }
}

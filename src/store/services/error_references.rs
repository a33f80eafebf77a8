//! Which dependencies the error texts of failing services name.

use std::cell::RefCell;
use std::collections::{BTreeMap, HashMap};

use crate::model::{Edge, ServiceId};
use crate::topology::unreachable_dependency::{self, ErrorTexts};

use super::ServiceState;

/// Error texts of failing services and names of the others; each is computed once.
pub(super) struct ErrorReferences<'a> {
    entries: &'a BTreeMap<ServiceId, ServiceState>,
    texts: RefCell<HashMap<ServiceId, ErrorTexts>>,
    names: RefCell<HashMap<ServiceId, Vec<String>>>,
}

impl<'a> ErrorReferences<'a> {
    /// Over all services.
    pub fn new(entries: &'a BTreeMap<ServiceId, ServiceState>) -> Self {
        Self {
            entries,
            texts: RefCell::default(),
            names: RefCell::default(),
        }
    }

    /// Whether the error texts of `id` report `other` as unreachable.
    pub fn error_names(&self, id: &ServiceId, other: &ServiceId) -> bool {
        let (Some(from), Some(to)) = (self.entries.get(id), self.entries.get(other)) else {
            return false;
        };
        let (mut texts, mut names) = (self.texts.borrow_mut(), self.names.borrow_mut());
        let texts = texts
            .entry(id.clone())
            .or_insert_with(|| ErrorTexts::of(&from.service));
        let names = names
            .entry(other.clone())
            .or_insert_with(|| unreachable_dependency::names(&to.service));
        texts.report_unreachable(names)
    }

    /// Whether the error texts of `edge.from` point at `edge.to`.
    pub fn error_names_dependency(&self, edge: &Edge) -> bool {
        let (Some(from), Some(to)) = (self.entries.get(&edge.from), self.entries.get(&edge.to))
        else {
            return false;
        };
        let (mut texts, mut names) = (self.texts.borrow_mut(), self.names.borrow_mut());
        let texts = texts
            .entry(edge.from.clone())
            .or_insert_with(|| ErrorTexts::of(&from.service));
        let names = names
            .entry(edge.to.clone())
            .or_insert_with(|| unreachable_dependency::names(&to.service));
        unreachable_dependency::points_along(edge, &from.service, texts, names)
    }
}

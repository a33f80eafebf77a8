//! How services relate to the selected one.

use std::collections::{HashMap, HashSet, VecDeque};

use crate::model::{Edge, ServiceId, Snapshot};
use crate::tui::draw::glyphs::Glyphs;
use crate::tui::draw::theme::Role;

/// What a service is to the selected one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Relation {
    /// Nothing is selected.
    None,
    /// It is the selected one.
    Selected,
    /// The selected one needs it directly.
    Needed,
    /// It needs the selected one directly.
    Needs,
    /// Both at once (a cycle).
    Both,
    /// Related over other services.
    Distant,
    /// Not concerned.
    Unrelated,
}

impl Relation {
    /// The role its mark is drawn in; `None` for no mark.
    #[must_use]
    pub const fn role(self) -> Option<Role> {
        match self {
            Self::Needed | Self::Both => Some(Role::Needs),
            Self::Needs => Some(Role::NeededBy),
            Self::None | Self::Selected | Self::Distant | Self::Unrelated => None,
        }
    }

    /// The word on a card.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Needed => "needed",
            Self::Needs => "needs it",
            Self::Both => "needed, needs it",
            Self::None | Self::Selected | Self::Distant | Self::Unrelated => "",
        }
    }

    /// The mark before a line or a glyph; one cell wide.
    #[must_use]
    pub const fn mark(self, glyphs: Glyphs) -> &'static str {
        match (self, glyphs.ascii) {
            (Self::Selected, false) => "▶",
            (Self::Selected, true) => ">",
            (Self::Needed, false) => "↓",
            (Self::Needed, true) => "v",
            (Self::Needs, false) => "↑",
            (Self::Needs, true) => "^",
            (Self::Both, false) => "↕",
            (Self::Both, true) => "x",
            (Self::None | Self::Distant | Self::Unrelated, _) => " ",
        }
    }
}

/// What a line is to the selected service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum LineRelation {
    /// Nothing is selected.
    None,
    /// From the selected service to one it needs.
    Needs,
    /// From a service that needs the selected one.
    NeededBy,
    /// Further along such a way.
    Distant,
    /// Not concerned.
    Unrelated,
}

/// Everything that is related to the selected service.
#[derive(Debug)]
pub struct Relations<'a> {
    selected: Option<&'a ServiceId>,
    needed: HashSet<&'a ServiceId>,
    needs: HashSet<&'a ServiceId>,
    /// Everything it needs, over any number of hops, itself included.
    down: HashSet<&'a ServiceId>,
    /// Everything that needs it, over any number of hops, itself included.
    up: HashSet<&'a ServiceId>,
}

impl<'a> Relations<'a> {
    /// Relations to `selected`, when it still exists.
    #[must_use]
    pub fn new(snapshot: &'a Snapshot, selected: Option<&ServiceId>) -> Self {
        let selected = selected
            .and_then(|id| snapshot.service(id))
            .map(|service| &service.id);
        let mut relations = Self {
            selected,
            needed: HashSet::new(),
            needs: HashSet::new(),
            down: HashSet::new(),
            up: HashSet::new(),
        };
        let Some(id) = selected else {
            return relations;
        };
        relations.needed = snapshot.needs(id).map(|edge| &edge.to).collect();
        relations.needs = snapshot.needed_by(id).map(|edge| &edge.from).collect();
        let (mut down, mut up) = (HashMap::new(), HashMap::new());
        for edge in snapshot.edges.iter() {
            down.entry(&edge.from)
                .or_insert_with(Vec::new)
                .push(&edge.to);
            up.entry(&edge.to).or_insert_with(Vec::new).push(&edge.from);
        }
        relations.down = reach(id, &down);
        relations.up = reach(id, &up);
        relations
    }

    /// The selected service.
    #[must_use]
    pub const fn selected(&self) -> Option<&'a ServiceId> {
        self.selected
    }

    /// What `id` is to the selected service.
    #[must_use]
    pub fn of(&self, id: &ServiceId) -> Relation {
        let Some(selected) = self.selected else {
            return Relation::None;
        };
        match (self.needed.contains(id), self.needs.contains(id)) {
            _ if selected == id => Relation::Selected,
            (true, true) => Relation::Both,
            (true, false) => Relation::Needed,
            (false, true) => Relation::Needs,
            (false, false) if self.down.contains(id) || self.up.contains(id) => Relation::Distant,
            (false, false) => Relation::Unrelated,
        }
    }
}

impl Relations<'_> {
    /// What the line of `edge` is to the selected service.
    #[must_use]
    pub fn relation_of_line(&self, edge: &Edge) -> LineRelation {
        let Some(selected) = self.selected else {
            return LineRelation::None;
        };
        let along = |way: &HashSet<&ServiceId>| way.contains(&edge.from) && way.contains(&edge.to);
        if edge.from == *selected {
            LineRelation::Needs
        } else if edge.to == *selected {
            LineRelation::NeededBy
        } else if along(&self.down) || along(&self.up) {
            LineRelation::Distant
        } else {
            LineRelation::Unrelated
        }
    }
}

fn reach<'a>(
    start: &'a ServiceId,
    next: &HashMap<&'a ServiceId, Vec<&'a ServiceId>>,
) -> HashSet<&'a ServiceId> {
    let mut seen = HashSet::from([start]);
    let mut queue = VecDeque::from([start]);
    while let Some(id) = queue.pop_front() {
        for neighbour in next.get(id).into_iter().flatten() {
            if seen.insert(*neighbour) {
                queue.push_back(neighbour);
            }
        }
    }
    seen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::tui::fixture;

    #[test]
    fn neighbours_are_told_from_distant_and_unrelated_services() {
        let snapshot = fixture::nine().snapshot();
        let relations = Relations::new(&snapshot, Some(&ServiceId::from("hub/backend")));
        for (id, expected) in [
            ("hub/backend", Relation::Selected),
            ("hub/db", Relation::Needed),
            ("hub/frontend", Relation::Needs),
            ("hub/proxy", Relation::Needs),
            ("hub/worker", Relation::Unrelated),
        ] {
            assert_eq!(relations.of(&ServiceId::from(id)), expected, "{id}");
        }
        let relations = Relations::new(&snapshot, Some(&ServiceId::from("hub/db")));
        assert_eq!(
            relations.of(&ServiceId::from("hub/proxy")),
            Relation::Distant
        );
        let relation_of_line = |from: &str, to: &str| {
            let edge = snapshot
                .edges
                .iter()
                .find(|edge| edge.from.as_str() == from && edge.to.as_str() == to);
            relations.relation_of_line(edge.unwrap())
        };
        assert_eq!(
            relation_of_line("hub/backend", "hub/db"),
            LineRelation::NeededBy
        );
        assert_eq!(
            relation_of_line("hub/proxy", "hub/backend"),
            LineRelation::Distant
        );
        assert_eq!(
            relation_of_line("hub/backend", "hub/redis"),
            LineRelation::Unrelated
        );
        let gone = Relations::new(&snapshot, Some(&ServiceId::from("gone")));
        assert_eq!(gone.of(&ServiceId::from("hub/db")), Relation::None);
    }
}

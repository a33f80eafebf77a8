//! The prefix tree of Drain (He, Zhu, Zheng, Lyu: "Drain: An Online Log Parsing Approach with Fixed
//! Depth Tree", ICWS 2017): group, first token, then the patterns with these, compared token by token.

use std::collections::HashMap;

use super::shape::{PatternGroup, Shape};
use super::{LogPattern, PatternId};
use crate::logs::mask::{Tokens, WILDCARD};

/// First tokens told apart in a group; lines with further ones are compared with each other.
const MAX_CHILDREN: usize = 100;
/// Share of the tokens without wildcards, in tenths, that have to be the same in lines of one pattern.
const SIMILAR_TENTHS: usize = 7;

/// A pattern in the tree.
#[derive(Debug)]
pub struct Entry {
    /// What is known of it.
    pub pattern: LogPattern,
    /// How many of its tokens are those of the message.
    pub message: usize,
    /// When a line of it was last added, by the number of the line.
    pub used: u64,
}

#[derive(Debug, Default)]
struct Node {
    children: HashMap<String, Vec<Entry>>,
    /// Of lines whose first token varies, or for which there is no room among `children`.
    rest: Vec<Entry>,
}

/// All patterns.
#[derive(Debug, Default)]
pub struct Tree {
    nodes: HashMap<PatternGroup, Node>,
    len: usize,
}

/// How a line and a template compare.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
struct Likeness {
    /// Tokens of the message that are the same, wildcards not counted.
    same: usize,
    /// Those that are not, where the template has no wildcard.
    different: usize,
}

impl Tree {
    /// How many patterns there are.
    pub const fn len(&self) -> usize {
        self.len
    }

    /// The patterns in any order.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        let nodes = self.nodes.values();
        nodes.flat_map(|node| node.children.values().flatten().chain(&node.rest))
    }

    /// The pattern whose template the line has.
    pub fn find(&self, group: PatternGroup, shape: &Shape) -> Option<&Entry> {
        let node = self.nodes.get(&group)?;
        let child = first(shape).and_then(|first| node.children.get(first));
        let exact = |entries: &Vec<Entry>| best(entries, shape, is_exact);
        let (entries, at) = child
            .and_then(|entries| Some((entries, exact(entries)?)))
            .or_else(|| Some((&node.rest, exact(&node.rest)?)))?;
        entries.get(at)
    }

    /// The pattern of the line, generalised where it is only similar.
    pub fn find_mut(&mut self, group: PatternGroup, shape: &Shape) -> Option<&mut Entry> {
        let node = self.nodes.get_mut(&group)?;
        let child = first(shape).and_then(|first| node.children.get_mut(first));
        let lists: Vec<&mut Vec<Entry>> = child.into_iter().chain([&mut node.rest]).collect();
        let matching = |fits: fn(&Entry, &Likeness) -> bool| {
            let found = |list: &&mut Vec<Entry>| best(list, shape, fits);
            lists
                .iter()
                .enumerate()
                .find_map(|(n, list)| Some((n, found(list)?)))
        };
        let (list, at) = matching(is_exact).or_else(|| matching(is_similar))?;
        let entry = lists.into_iter().nth(list)?.get_mut(at)?;
        generalise(entry, &shape.tokens);
        Some(entry)
    }

    /// Adds the pattern of a line that none has.
    pub fn insert(&mut self, group: PatternGroup, shape: &Shape, entry: Entry) {
        let node = self.nodes.entry(group).or_default();
        let entries = match first(shape) {
            Some(first)
                if node.children.len() < MAX_CHILDREN || node.children.contains_key(first) =>
            {
                node.children.entry(first.to_owned()).or_default()
            }
            _ => &mut node.rest,
        };
        entries.push(entry);
        self.len += 1;
    }

    /// Removes the pattern that no line has had for the longest time.
    pub fn remove_oldest(&mut self) {
        let Some(oldest) = self.entries().map(|entry| entry.used).min() else {
            return;
        };
        for node in self.nodes.values_mut() {
            node.rest.retain(|entry| entry.used != oldest);
            node.children.retain(|_, entries| {
                entries.retain(|entry| entry.used != oldest);
                !entries.is_empty()
            });
        }
        self.nodes
            .retain(|_, node| !node.rest.is_empty() || !node.children.is_empty());
        self.len -= 1;
    }
}

/// The first token of the message, where it does not vary.
fn first(shape: &Shape) -> Option<&str> {
    shape
        .tokens
        .iter()
        .take(shape.message.min(1))
        .find(|token| !token.contains(WILDCARD))
}

/// Where the entry is that the line is most like of those that `fits` lets through; the oldest of
/// several.
fn best(
    entries: &[Entry],
    shape: &Shape,
    fits: impl Fn(&Entry, &Likeness) -> bool,
) -> Option<usize> {
    let mut best: Option<(usize, usize, PatternId)> = None;
    for (at, entry) in entries.iter().enumerate() {
        let likeness = likeness(entry, &shape.tokens);
        if fits(entry, &likeness)
            && best.is_none_or(|(_, same, id)| {
                likeness.same > same || (likeness.same == same && entry.pattern.id < id)
            })
        {
            best = Some((at, likeness.same, entry.pattern.id));
        }
    }
    best.map(|(at, ..)| at)
}

fn likeness(entry: &Entry, tokens: &Tokens) -> Likeness {
    let mut likeness = Likeness {
        same: 0,
        different: 0,
    };
    let template = entry.pattern.template.iter().take(entry.message);
    for (template, token) in template.zip(tokens.iter()) {
        if &**template == WILDCARD {
            continue;
        }
        if **template == *token {
            likeness.same += 1;
        } else {
            likeness.different += 1;
        }
    }
    likeness
}

const fn is_exact(_entry: &Entry, likeness: &Likeness) -> bool {
    likeness.different == 0
}

/// Whether enough is the same, and enough of the message would remain.
fn is_similar(entry: &Entry, likeness: &Likeness) -> bool {
    let compared = likeness.same + likeness.different;
    likeness.same * 10 >= compared * SIMILAR_TENTHS && likeness.same * 2 >= entry.message
}

/// Makes a wildcard of every token of the template of `entry` that the line has not. No other entry
/// can have that template: the line would have matched it exactly.
fn generalise(entry: &mut Entry, tokens: &Tokens) {
    for (template, token) in entry.pattern.template.iter_mut().zip(tokens.iter()) {
        if &**template != WILDCARD && **template != *token {
            *template = WILDCARD.into();
        }
    }
}

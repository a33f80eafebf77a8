//! Reading the engine's JSON field by field: a value of another type than the API describes costs
//! itself only, and is listed.

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::model::{Timestamp, text};

/// Paths kept of one answer: enough to show what is wrong.
const PATHS: usize = 16;
/// Characters kept of one path; the keys of maps are anybody's.
const PATH_CHARS: usize = 80;

/// The paths of what could not be read in one answer, such as `State.Health`, in the order met.
#[derive(Debug, Default)]
pub(super) struct UnreadPaths(RefCell<Vec<String>>);

impl UnreadPaths {
    /// Notes a path, once.
    pub fn add(&self, path: &str) {
        let path = text::one_line(path, PATH_CHARS);
        let mut paths = self.0.borrow_mut();
        if paths.len() < PATHS && !paths.contains(&path) {
            paths.push(path);
        }
    }

    /// What was added.
    pub fn into_paths(self) -> Vec<String> {
        self.0.into_inner()
    }
}

/// One JSON object. Every getter gives `None` for what is absent, `null` or of another type; the
/// last is kept.
///
/// Values are parsed when they are asked for, so that a number too large for any type, or a text
/// that is none, spoils nothing beside it.
pub(super) struct JsonFields<'a> {
    members: BTreeMap<String, &'a RawValue>,
    path: String,
    unread: &'a UnreadPaths,
}

impl<'a> JsonFields<'a> {
    /// The object that `json` is; `None` when it is none.
    pub fn of(json: &'a str, unread: &'a UnreadPaths) -> Option<Self> {
        Self::at(json, String::new(), unread)
    }

    fn at(json: &'a str, path: String, unread: &'a UnreadPaths) -> Option<Self> {
        Some(Self {
            members: serde_json::from_str(json).ok()?,
            path,
            unread,
        })
    }

    fn path_of(&self, key: &str) -> String {
        if self.path.is_empty() {
            key.to_owned()
        } else {
            format!("{}.{key}", self.path)
        }
    }

    /// Records that the value of `key` could not be read, for what only its meaning shows.
    pub fn mark_unread(&self, key: &str) {
        self.unread.add(&self.path_of(key));
    }

    /// The value of `key` where there is one.
    fn raw(&self, key: &str) -> Option<&'a str> {
        self.members
            .get(key)
            .map(|raw| raw.get())
            .filter(|text| *text != "null")
    }

    /// The value of `key`.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        let value = serde_json::from_str(self.raw(key)?).ok();
        if value.is_none() {
            self.mark_unread(key);
        }
        value
    }

    /// The value of `key`, which every engine reports: its absence is recorded, too.
    pub fn required<T: DeserializeOwned>(&self, key: &str) -> Option<T> {
        if self.raw(key).is_none() {
            self.mark_unread(key);
        }
        self.get(key)
    }

    /// The text of `key`.
    pub fn text(&self, key: &str) -> Option<String> {
        self.get(key)
    }

    /// The time of `key`; the engine's zero time (`0001-01-01…`) is `None`.
    pub fn time(&self, key: &str) -> Option<Timestamp> {
        let text = self.text(key)?;
        match text.parse::<Timestamp>() {
            Ok(time) => Some(time).filter(|time| *time > Timestamp::UNIX_EPOCH),
            // Podman leaves some of them empty.
            Err(_) if text.is_empty() => None,
            Err(_) => {
                self.mark_unread(key);
                None
            }
        }
    }

    /// The object of `key`.
    pub fn object(&self, key: &str) -> Option<JsonFields<'a>> {
        let object = Self::at(self.raw(key)?, self.path_of(key), self.unread);
        if object.is_none() {
            self.mark_unread(key);
        }
        object
    }

    /// The object of `key`, which every engine reports: its absence is recorded, too.
    pub fn required_object(&self, key: &str) -> Option<JsonFields<'a>> {
        if self.raw(key).is_none() {
            self.mark_unread(key);
        }
        self.object(key)
    }

    /// The elements of the array of `key`, without those of another type.
    pub fn list<T: DeserializeOwned>(&self, key: &str) -> Option<Vec<T>> {
        self.elements(key, |element| serde_json::from_str(element).ok())
    }

    /// The objects in the array of `key`.
    pub fn objects(&self, key: &str) -> Option<Vec<JsonFields<'a>>> {
        self.elements(key, |element| {
            Self::at(element, self.path_of(key), self.unread)
        })
    }

    fn elements<T>(&self, key: &str, read: impl Fn(&'a str) -> Option<T>) -> Option<Vec<T>> {
        let Ok(elements) = serde_json::from_str::<Vec<&'a RawValue>>(self.raw(key)?) else {
            self.mark_unread(key);
            return None;
        };
        let all = elements.len();
        let read: Vec<T> = elements
            .into_iter()
            .filter_map(|element| read(element.get()))
            .collect();
        if read.len() < all {
            self.mark_unread(key);
        }
        Some(read)
    }

    /// The map of `key` whose values are texts, without those of another type.
    pub fn texts(&self, key: &str) -> Option<BTreeMap<String, String>> {
        let map = self.object(key)?;
        Some(
            map.members
                .keys()
                .filter_map(|name| Some((name.clone(), map.required(name)?)))
                .collect(),
        )
    }

    /// The map of `key` whose values are texts, or numbers as they are written.
    pub fn scalars(&self, key: &str) -> Option<BTreeMap<String, String>> {
        let read = |map: &JsonFields<'a>, name: &str| match map.raw(name) {
            Some(number) if number.starts_with(|c: char| c == '-' || c.is_ascii_digit()) => {
                Some(number.to_owned())
            }
            _ => map.required(name),
        };
        let map = self.map(key, read)?;
        Some(
            map.into_iter()
                .filter_map(|(name, value)| Some((name, value?)))
                .collect(),
        )
    }

    /// The map of `key`, each value made by `read`.
    pub fn map<T>(
        &self,
        key: &str,
        read: impl Fn(&JsonFields<'a>, &str) -> T,
    ) -> Option<BTreeMap<String, T>> {
        let map = self.object(key)?;
        Some(
            map.members
                .keys()
                .map(|name| (name.clone(), read(&map, name)))
                .collect(),
        )
    }
}

/// The elements of the array that `json` is, unread; `None` when it is none.
pub(super) fn elements(json: &str) -> Option<Vec<&str>> {
    let elements: Vec<&RawValue> = serde_json::from_str(json).ok()?;
    Some(elements.into_iter().map(RawValue::get).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_cannot_be_read_costs_itself_only_and_is_noted() {
        let huge = "9".repeat(400);
        let json = format!(
            r#"{{"Text":"x","Null":null,"Wrong":7,"Huge":{huge},"Half":"\ud800","List":[1,null,"a",2],
            "Objects":[{{"A":1}},null,[],{{"A":{huge}}}],"Map":{{"a":"b","n":null,"w":1}},"Not":[]}}"#
        );
        let unread = UnreadPaths::default();
        let fields = JsonFields::of(&json, &unread).expect("an object");
        assert_eq!(fields.text("Text").as_deref(), Some("x"));
        assert_eq!((fields.text("Null"), fields.text("Absent")), (None, None));
        assert_eq!(
            (
                fields.text("Wrong"),
                fields.get::<u64>("Huge"),
                fields.text("Half")
            ),
            (None, None, None)
        );
        assert_eq!(fields.list::<u64>("List"), Some(vec![1, 2]));
        let objects = fields.objects("Objects").expect("objects");
        assert_eq!(
            objects
                .iter()
                .map(|each| each.get::<u8>("A"))
                .collect::<Vec<_>>(),
            [Some(1), None]
        );
        assert_eq!(fields.texts("Map").map(|map| map.len()), Some(1));
        assert!(fields.object("Not").is_none() && fields.required_object("Gone").is_none());
        assert_eq!(
            unread.into_paths(),
            [
                "Wrong",
                "Huge",
                "Half",
                "List",
                "Objects",
                "Objects.A",
                "Map.n",
                "Map.w",
                "Not",
                "Gone"
            ]
        );
    }

    #[test]
    fn paths_are_bounded_and_safe_to_show() {
        let unread = UnreadPaths::default();
        for number in 0..100 {
            unread.add(&format!("Labels.{number}\u{1b}[2J{}", "x".repeat(900)));
        }
        let paths = unread.into_paths();
        assert_eq!(paths.len(), PATHS);
        assert!(
            paths
                .iter()
                .all(|path| path.chars().count() <= PATH_CHARS && !path.contains('\u{1b}'))
        );
    }

    #[test]
    fn an_array_is_cut_into_its_elements() {
        let all = elements(r#" [ {"a":"]"} , null, 1e999 ] "#);
        assert_eq!(all, Some(vec![r#"{"a":"]"}"#, "null", "1e999"]));
        for none in ["{}", "null", "", "[1", "[1]]", "<html>"] {
            assert_eq!(elements(none), None, "{none}");
        }
    }
}

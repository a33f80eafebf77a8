//! What is written is read back, and nothing that is read panics.

use std::collections::BTreeMap;

use proptest::prelude::*;
use serde::{Deserialize, Serialize};

use super::*;

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Shape {
    Point,
    Circle(f64),
    Line(i64, u8),
    Box { wide: u64, high: Option<u64> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
enum Tagged {
    Empty,
    Full { shape: Shape, note: String },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Shape(Shape),
    Words(Vec<String>),
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Flat {
    #[serde(flatten)]
    tagged: Tagged,
    at: i32,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
struct Everything {
    yes: bool,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    left_out: Vec<Shape>,
    number: i64,
    small: f32,
    name: char,
    flat: Flat,
    untagged: Untagged,
    map: BTreeMap<String, (u64, Option<bool>)>,
    unit: (),
    nested: Option<Box<Everything>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last: Option<String>,
}

fn any_shape() -> impl Strategy<Value = Shape> {
    prop_oneof![
        Just(Shape::Point),
        (-1e9..1e9_f64).prop_map(Shape::Circle),
        any::<(i64, u8)>().prop_map(|(a, b)| Shape::Line(a, b)),
        any::<(u64, Option<u64>)>().prop_map(|(wide, high)| Shape::Box { wide, high }),
    ]
}

fn any_everything() -> impl Strategy<Value = Everything> {
    let tagged = prop_oneof![
        Just(Tagged::Empty),
        (any_shape(), ".{0,9}").prop_map(|(shape, note)| Tagged::Full { shape, note }),
    ];
    let untagged = prop_oneof![
        any_shape().prop_map(Untagged::Shape),
        prop::collection::vec(".{0,4}", 0..3).prop_map(Untagged::Words),
    ];
    let map = prop::collection::btree_map(".{0,4}", any::<(u64, Option<bool>)>(), 0..3);
    let shapes = prop::collection::vec(any_shape(), 0..3);
    let plain = (any::<bool>(), any::<i64>(), -1e9..1e9_f32, any::<char>());
    let last = prop::option::of(".{0,4}");
    let one = (plain, shapes, (tagged, any::<i32>()), untagged, map, last)
        .prop_map(
            |((yes, number, small, name), left_out, (tagged, at), untagged, map, last)| {
                Everything {
                    yes,
                    left_out,
                    number,
                    small,
                    name,
                    flat: Flat { tagged, at },
                    untagged,
                    map,
                    unit: (),
                    nested: None,
                    last,
                }
            },
        )
        .boxed();
    let nested = one.clone().prop_map(Box::new);
    (one, prop::option::of(nested)).prop_map(|(one, nested)| Everything { nested, ..one })
}

proptest! {
    #[test]
    fn whatever_is_written_is_read_back(value in any_everything()) {
        let bytes = to_bytes(&value).expect("it has a form");
        prop_assert_eq!(from_bytes::<Everything>(&bytes).expect("it is read"), value);
        // Cut off anywhere, it is refused.
        for length in 0..bytes.len() {
            prop_assert!(from_bytes::<Everything>(&bytes[..length]).is_err());
        }
    }

    #[test]
    fn no_bytes_panic(bytes in prop::collection::vec(0..14_u8, 0..200)) {
        drop(from_bytes::<Everything>(&bytes));
        drop(from_bytes::<serde_json::Value>(&bytes));
    }
}

#[test]
fn what_is_no_value_is_refused_with_a_reason() {
    let refused = |bytes: &[u8]| from_bytes::<u64>(bytes).map_err(|error| error.to_string());
    assert_eq!(refused(&[NUMBER, 0xff, 1]), Ok(255));
    for (bytes, why) in [
        (vec![], "it is cut off"),
        (vec![NUMBER], "it is cut off"),
        (vec![NUMBER, 1, 0], "something follows the value"),
        (vec![TEXT, 0], "the mark 7 stands where another one has to"),
        (
            [vec![NUMBER], vec![0xff; 10]].concat(),
            "a number has more than 64 bits",
        ),
    ] {
        assert_eq!(refused(&bytes), Err(why.to_owned()), "{bytes:?}");
    }
    let deep = [SEQUENCE; 200];
    let nested = from_bytes::<serde_json::Value>(&deep);
    assert_eq!(
        nested.map_err(|error| error.to_string()),
        Err("it is nested too deeply".to_owned())
    );
    assert!(to_bytes(&u128::MAX).is_err());
}

//! `[[layer]]`: renaming, moving and adding layers of the map.

use hubdeck::model::Layer;

use super::{errors, load};

/// Ids of the layers, top to bottom.
fn layer_ids(text: &str) -> String {
    let layers = load(text, &[]).map(|loaded| loaded.settings.layers);
    let ids = layers
        .iter()
        .flat_map(|layers| layers.iter())
        .map(|name| name.id.as_str());
    ids.collect::<Vec<_>>().join(" ")
}

#[test]
fn layers_are_renamed_moved_and_added() {
    for (text, expected) in [
        ("", "edge ui app data infra"),
        ("[[layer]]\nid = \"batch\"", "edge ui app data infra batch"),
        (
            "[[layer]]\nid = \"batch\"\nafter = \"\"",
            "batch edge ui app data infra",
        ),
        (
            "[[layer]]\nid = \"batch\"\nafter = \"app\"",
            "edge ui app batch data infra",
        ),
        (
            "[[layer]]\nid = \"data\"\nafter = \"infra\"",
            "edge ui app infra data",
        ),
        (
            "[[layer]]\nid = \"infra\"\nafter = \"\"\n[[layer]]\nid = \"ui\"\nafter = \"data\"",
            "infra edge app data ui",
        ),
        // A layer may stand below one that comes later in the file.
        (
            "[[layer]]\nid = \"a\"\nafter = \"b\"\n[[layer]]\nid = \"b\"\nafter = \"ui\"",
            "edge ui b app data infra a",
        ),
    ] {
        assert_eq!(layer_ids(text), expected, "{text}");
    }
    let layers = load(
        "[[layer]]\nid = \"data\"\ntitle = \"Storage\"\n[[layer]]\nid = \"x\"",
        &[],
    )
    .unwrap();
    let layers = layers.settings.layers;
    assert_eq!(
        (layers.title(Layer::Data), layers.title(Layer::Added(0))),
        ("Storage", "x")
    );
    let many: String = (0..16)
        .map(|number| format!("[[layer]]\nid = \"l{number}\"\n"))
        .collect();
    assert!(
        errors(&many).contains("the layer \"l15\" is one too many; allowed are 20"),
        "{}",
        errors(&many)
    );
}

#[test]
fn rules_name_layers_of_the_file_wherever_those_stand() {
    let text = "[[service]]\nmatch = \"a\"\nlayer = \"Nightly work\"\nname = \" The job \"\n\
                [[layer]]\nid = \"batch\"\ntitle = \"Nightly work\"";
    let rules = load(text, &[]).unwrap().settings.services;
    assert_eq!(
        (rules[0].layer, rules[0].name.as_deref()),
        (Some(Layer::Added(0)), Some("The job"))
    );
}

#[test]
fn mistakes_of_layers_are_told_too() {
    for (text, expected) in [
        (
            "[layer]\nid = \"x\"",
            "c.toml, line 1: layers are written as [[layer]], with two brackets",
        ),
        (
            "[[layer]]\ntitle = \"X\"",
            "c.toml, line 1: this [[layer]] has no id",
        ),
        (
            "[[layer]]\nid = \"Top Layer\"",
            "c.toml, line 2: layer.id is \"Top Layer\"; allowed is lower-case letters, digits and -",
        ),
        (
            "[[layer]]\nid = \"\"",
            "layer.id is \"\"; allowed is lower-case",
        ),
        (
            "[[layer]]\nid = \"x\"\ntitle = \" \"",
            "c.toml, line 3: layer.title is \" \"; allowed is text of 1 to",
        ),
        (
            "[[layer]]\nid = \"x\"\nafter = \"y\"",
            "c.toml, line 3: layer.after is \"y\"; allowed is \"\" for the top, or one of edge, ui, app, data, infra",
        ),
        (
            "[[layer]]\nid = \"x\"\nafter = \"x\"",
            "layer.after is \"x\"; allowed is",
        ),
        (
            "[[layer]]\nid = \"x\"\n[[layer]]\nid = \"x\"",
            "c.toml, line 3: the layer \"x\" is defined twice",
        ),
        (
            "[[layer]]\nid = \"x\"\ntitl = \"X\"",
            "unknown key layer.titl; did you mean layer.title?",
        ),
        ("[[layer]]\nid = \"x\"\n[layer.y]\n", "unknown key layer.y"),
        (
            "[[service]]\nmatch = \"a\"\nlayer = \"top\"\n[[layer]]\nid = \"batch\"",
            "allowed is \"edge\", \"ui\", \"app\", \"data\", \"infra\" or \"batch\"",
        ),
        (
            "[[service]]\nmatch = \"a\"\nname = \"\"",
            "service.name is \"\"; allowed is text that is not empty",
        ),
    ] {
        let told = errors(text);
        assert!(told.contains(expected), "{text:?} told:\n{told}");
    }
}

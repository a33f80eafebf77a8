//! Paths that the walls would not see: `super::` beyond the room's own file, nested groups after
//! `crate::`, and rooms under another name.

use super::{code, files_by_room, module_of, names_after, names_through_super};

/// What `code` of `module` names outside its room without `crate::`.
fn beyond_room(code: &str, module: &[String]) -> Vec<String> {
    names_through_super(code, module)
        .into_iter()
        .filter(|path| path.first() != module.first())
        .map(|path| path.join("::"))
        .collect()
}

/// The first path of `code`, which stands in `room`, of which the walls see only a part.
fn hidden_path(code: &str, room: &str) -> Option<String> {
    let own = format!("use crate::{room};");
    let renamed = names_after(code, "use crate::")
        .into_iter()
        .find(|name| code.contains(&format!("use crate::{name} as ")));
    if code.contains("crate::{") {
        Some("crate::{".to_owned())
    } else if code.contains(&own) {
        Some(own)
    } else {
        renamed
    }
}

#[test]
fn paths_over_super_stay_in_their_room() {
    let mut broken = Vec::new();
    for (_, file) in files_by_room() {
        let module = module_of(&file);
        // The modules of `main` and `lib` are the rooms.
        if module.len() > 1 || !["main", "lib"].contains(&module[0].as_str()) {
            let beyond = beyond_room(&code(&file), &module);
            broken.extend(
                beyond
                    .into_iter()
                    .map(|path| format!("{}: {path}", file.display())),
            );
        }
    }
    assert!(
        broken.is_empty(),
        "write `crate::`, which the walls see:\n{}",
        broken.join("\n")
    );
}

#[test]
fn the_walls_see_every_path() {
    for (room, file) in files_by_room() {
        if let Some(path) = hidden_path(&code(&file), &room) {
            panic!("{}: {path} hides what is named", file.display());
        }
    }
}

#[test]
fn the_reader_of_paths_sees_them() {
    let module = ["tui", "draw"].map(ToOwned::to_owned);
    let code =
        "use super::state::A;\nuse super::super::store::{B, c};\nsuper::super::serve::run();";
    assert_eq!(beyond_room(code, &module), ["serve", "store"]);
    let door = ["tui"].map(ToOwned::to_owned);
    assert_eq!(beyond_room("use super::engine::Engine;", &door), ["engine"]);
    for hidden in [
        "use crate::{tui::draw::x, model::A};",
        "use crate::tui;",
        "use crate::tui as screen;",
    ] {
        assert!(hidden_path(hidden, "tui").is_some(), "{hidden}");
    }
    assert_eq!(hidden_path("use crate::tui::draw::X as Y;", "tui"), None);
}

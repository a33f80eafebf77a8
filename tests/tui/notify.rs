//! What the console writes beside the screen when an incident opens: what `[notify]` asks for, once;
//! nothing where it asks for nothing.

use std::time::Duration;

use crate::support::secrets::World;

const SCENARIO: &str = r#"
[[stack]]
name = "hub"

[[stack.service]]
name = "db"
image = "postgres:16-alpine"

[[stack.service]]
name = "api"
image = "acme/api:1"
depends_on = ["db:service_started:true"]
"#;

/// What a console with `config` has written, from its start until some time after `db` was killed.
fn written(config: &str) -> Vec<u8> {
    let world = World::start(SCENARIO, config);
    let mut terminal = world.open(&[], 120, 40);
    terminal.wait_for("api");
    // Older trouble is not told of: the kill has to lie after the first sight.
    terminal.run_for(Duration::from_millis(1_100));
    world.control.kill("hub-db-1", 137).unwrap();
    terminal.wait_for("exit 137");
    terminal.run_for(Duration::from_secs(3));
    terminal.send("q");
    terminal.wait_exit();
    terminal.assert_restored();
    terminal.raw().to_vec()
}

fn count(written: &[u8], text: &str) -> usize {
    let text = text.as_bytes();
    written
        .windows(text.len())
        .filter(|part| *part == text)
        .count()
}

#[test]
fn a_new_incident_rings_notifies_and_is_in_the_title_once() {
    let all = written("[notify]\nbell = true\nosc9 = true\ntitle = true\n");
    assert_eq!(count(&all, "\x07"), 1, "the bell");
    assert_eq!(count(&all, "\x1b]9;"), 1, "no other notification");
    assert_eq!(
        count(&all, "\x1b]9;hubdeck: incident #1 hub/db exit 137"),
        1
    );
    assert_eq!(count(&all, "\x1b]2;✖1 hub/db exit 137 · hubdeck"), 1);
    let (kept, back) = (count(&all, "\x1b[22;2t"), count(&all, "\x1b[23;2t"));
    assert_eq!((kept, back), (1, 1), "the old title comes back");
}

#[test]
fn by_default_nothing_is_written_beside_the_screen() {
    let all = written("");
    for (what, text) in [
        ("bell", "\x07"),
        ("notification", "\x1b]9;"),
        ("title", "\x1b]2;"),
    ] {
        assert_eq!(count(&all, text), 0, "{what}");
    }
    assert_eq!(count(&all, "\x1b[22;2t"), 0);
}

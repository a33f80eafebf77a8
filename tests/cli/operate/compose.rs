//! `hubdeck compose` and `hubdeck scale` where nothing may or can be done; what is done is tested on a real engine.

use crate::support::server::Engine;

use super::{SCENARIO, record};

#[test]
fn what_compose_may_not_or_cannot_do_is_refused() {
    let engine = Engine::of(SCENARIO);
    let home = engine.home();
    for (arguments, code, said) in [
        (
            &["compose", "up"][..],
            2,
            "hubdeck: nobody can be asked here, as standard input or standard error is no terminal; add --yes",
        ),
        (
            &["scale", "web=3", "--yes", "--read-only"],
            2,
            "hubdeck: hubdeck runs read-only",
        ),
        (&["scale", "web", "--yes"], 2, "error: invalid value 'web'"),
        (
            &["compose", "down", "--yes", "--stack", "other"],
            2,
            "hubdeck: there is no stack other; there are: hub",
        ),
        (
            &["compose", "up", "--yes"],
            1,
            "hubdeck: nothing was done: /srv/hub/compose.yaml is not on this machine, where the labels",
        ),
    ] {
        let output = home.run(arguments);
        assert_eq!(output.code, Some(code), "{arguments:?}: {output:?}");
        assert!(output.stderr.starts_with(said), "{arguments:?}: {output:?}");
        assert_eq!(output.stdout, "", "{arguments:?}");
    }
    assert!(!record(&home).exists(), "nothing was begun");
}

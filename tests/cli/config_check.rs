//! `hubdeck config check`.

use hubdeck::cli::ExitStatus;
use hubdeck::cli::config_check::config_check;
use hubdeck::config::arguments::Globals;
use hubdeck::config::{Loaded, Problem, ProcessEnvironment, Request};

use crate::support::hubdeck::Home;

fn check(
    text: &str,
    environment: &[(&str, &str)],
    more: impl Fn(&Loaded) -> Result<Vec<Problem>, Vec<Problem>>,
) -> (ExitStatus, String) {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("c.toml");
    std::fs::write(&file, text).unwrap();
    let pairs = environment
        .iter()
        .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let globals = Globals {
        config: Some(file.clone()),
        ..Globals::default()
    };
    let request = Request {
        globals,
        environment: ProcessEnvironment::new(pairs),
        default_file: None,
        default_tokens_file: None,
    };
    let mut out = Vec::new();
    let status = config_check(&request, more, None, &mut out).unwrap();
    (
        status,
        String::from_utf8(out)
            .unwrap()
            .replace(&file.display().to_string(), "c.toml"),
    )
}

#[test]
fn a_good_file_tells_what_sets_what() {
    let (status, said) = check(
        "[poll]\ninterval = 5\n[[service]]\nmatch = \"db\"\nhide = true",
        &[("HUBDECK_UI_ASCII", "1"), ("HUBDECK_NOTHING", "x")],
        |_| Ok(Vec::new()),
    );
    assert_eq!(
        said,
        "warning: environment variable HUBDECK_NOTHING sets nothing\n\
         c.toml is fine\n  poll.interval  line 2\n  ui.ascii       environment variable HUBDECK_UI_ASCII\n\
         1 [[service]] rules; all other settings: default\n"
    );
    assert_eq!(status, ExitStatus::Success);
}

#[test]
fn mistakes_of_every_room_are_told() {
    let (status, said) = check("[poll]\ninterval = 0", &[], |_| Ok(Vec::new()));
    assert!(
        said.starts_with("c.toml, line 2: poll.interval is 0; allowed is"),
        "{said}"
    );
    assert_eq!(status, ExitStatus::Usage);
    let theme = |loaded: &Loaded| {
        Err(vec![loaded.problem(
            "ui.theme",
            "x",
            "\"dark\" or \"light\"",
        )])
    };
    let (status, said) = check("[ui]\ntheme = \"x\"", &[("HUB_API_HOST", "0.0.0.0")], theme);
    assert!(
        said.starts_with("c.toml, line 2: ui.theme is \"x\"; allowed is \"dark\" or \"light\"\n"),
        "{said}"
    );
    assert!(
        said.contains("--serve: refusing to listen on 0.0.0.0:5003 without a token"),
        "{said}"
    );
    assert_eq!(status, ExitStatus::Usage);
}

#[test]
fn mistakes_of_all_rooms_are_told_in_one_run() {
    let home = Home::new();
    let file = home.path().join("c.toml");
    let text = "[ui]\ntheme = \"foo\"\ncolumns = [\"foo\", \"bar\"]\nview = \"foo\"\n\
                [keys]\nstart = [\"a\"]\nstop = [\"a\"]\nrestrt = [\"b\"]\nmark = [\"f99\"]\n\
                [poll]\ninterval = 0\n";
    std::fs::write(&file, text).unwrap();
    let check = home.run(&["config", "check", "--config", &file.display().to_string()]);
    assert_eq!(check.code, Some(2), "{check:?}");
    for line in [
        "line 2: ",
        "line 3: there is no column \"foo\"",
        "line 3: there is no column \"bar\"",
        "line 4: there is no view \"foo\"",
        "line 6: [keys] a is bound to both start and stop",
        "line 8: [keys] restrt: there is no such action",
        "line 9: [keys] mark: \"f99\" is not a key",
        "line 11: poll.interval is 0",
    ] {
        assert!(check.stdout.contains(line), "{line}: {check:?}");
    }
}

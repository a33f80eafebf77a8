//! Scenarios: sizes, files and mistakes.

use hubdeck::model::Timestamp;
use hubdeck::sim::{Control, Scenario, router};

use super::Sim;

#[tokio::test]
async fn sized_scenarios_have_the_size_they_promise() {
    for (running, stopped) in [(0, 0), (1, 0), (7, 3), (10, 250), (1000, 0), (0, 9)] {
        let scenario = Scenario::sized(running, stopped);
        assert_eq!(scenario.len(), running + stopped, "{running} {stopped}");
        let control = Control::new(Timestamp::now);
        let sim = Sim {
            router: router(&scenario, control.clone()),
            control,
        };
        assert_eq!(sim.names("").await.len(), running);
    }
}

#[test]
fn a_wrong_scenario_names_line_key_and_choice() {
    let cases = [
        (
            "[[stack]]\nname = 3\n",
            "scenario line 2, key `name`: invalid type: integer `3`, expected a string",
        ),
        (
            "nam = \"x\"\n",
            "scenario line 1, key `nam`: unknown field `nam`, expected one of",
        ),
        (
            "[[container]]\nname = \"a\"\nimage = \"b\"\nstate = \"up\"\n",
            "scenario line 4, key `state`: unknown variant `up`, expected one of `created`, `running`",
        ),
        (
            "[[container]]\nname = \"a\"\nimage = \"b\"\nlogs = [\"$nope\"]\n",
            "scenario line 4, key `logs`: unknown variable `$nope`; known are $time",
        ),
        (
            "[[container]]\nname = \"a\"\n",
            "scenario line 2, key `name`: `a` needs a `name` and an `image`",
        ),
        (
            "[[stack]]\nname = \"s\"\n[[stack.service]]\nname = \"a\"\nimage = \"b\"\ndepends_on = [\"c:service_healthy\"]\n",
            "scenario line 6, key `depends_on`: `s/a` depends on `c`, which is not in the stack",
        ),
        (
            "[[incident]]\nfirst = 1\neffect = [{ service = \"s/gone\" }]\n",
            "scenario line 3, key `effect`: the incident's service `s/gone` does not exist",
        ),
    ];
    for (text, expected) in cases {
        let error = Scenario::parse(text).unwrap_err().to_string();
        assert!(error.starts_with(expected), "{error}");
    }
}

#[test]
fn a_scenario_file_is_named_in_its_errors() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("bad.toml");
    std::fs::write(&path, "seed = \"x\"\n").unwrap();
    let error = Scenario::load(&path).unwrap_err().to_string();
    assert!(error.contains("bad.toml line 1, key `seed`"), "{error}");
    let error = Scenario::load(&dir.path().join("gone.toml"))
        .unwrap_err()
        .to_string();
    assert!(
        error.starts_with("cannot read the scenario") && error.contains("gone.toml"),
        "{error}"
    );
}

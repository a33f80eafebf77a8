//! `[[command]]`: commands of the operator's own.

use super::{errors, load};

fn command(rest: &str) -> String {
    format!("[[command]]\nname = \"psql\"\n{rest}\n")
}

#[test]
fn one_clear_sentence_for_each_mistake() {
    for (text, expected) in [
        (
            command(""),
            "this [[command]] runs nothing; allowed is run = \"docker exec -it {container} psql\"",
        ),
        (
            "[[command]]\nrun = \"ls\"\n".to_owned(),
            "this [[command]] has no name; allowed is name = \"psql\"",
        ),
        (
            command("run = \"psql {name}\""),
            "command.run has the field {name}, which does not exist; there are {container}, {id}, \
             {service}, {stack}, {image}, {address}, {port}, {url}",
        ),
        (
            command("run = \"sh -c 'ls\""),
            "command.run has a quotation mark too few",
        ),
        (
            command("run = \"{container} ls\""),
            "command.run begins with a field; write the program itself there",
        ),
        (
            command("run = \"\""),
            "command.run is \"\"; allowed is a command",
        ),
        (
            command("run = \"ls\"\nmatch = \"a b\""),
            "command.match is \"a b\"; allowed is a name or stack/name",
        ),
        (
            command("run = \"ls\"\nmatch = \"a/b/c\""),
            "command.match is \"a/b/c\"",
        ),
        (
            command("run = \"ls\"\nmach = \"a\""),
            "unknown key command.mach; did you mean command.match?",
        ),
        (
            command("run = \"ls\"\nwait = 3"),
            "command.wait is 3; allowed is true or false",
        ),
        (
            command("run = \"ls\"") + &command("run = \"id\""),
            "two commands are called \"psql\"; rename one",
        ),
        (
            "[command]\nname = \"x\"\n".to_owned(),
            "commands are written as [[command]], with two brackets",
        ),
    ] {
        let told = errors(&text);
        assert!(told.contains(expected), "{text}\n{told}");
        assert_eq!(told.lines().count(), 1, "{told}");
    }
}

#[test]
fn a_command_is_split_into_words_as_by_a_shell_or_written_as_words() {
    for run in [
        "\"docker exec -it {container} psql -c 'select 1'\"",
        "[\"docker\", \"exec\", \"-it\", \"{container}\", \"psql\", \"-c\", \"select 1\"]",
    ] {
        let loaded = load(
            &command(&format!("run = {run}\nmatch = \"postgres*\"")),
            &[],
        )
        .unwrap();
        let [command] = loaded.settings.ui.commands.as_slice() else {
            panic!("one command")
        };
        assert_eq!(command.words.len(), 7, "{run}");
        assert_eq!(
            command.run,
            "docker exec -it {container} psql -c 'select 1'"
        );
        assert_eq!(
            (command.pattern.as_str(), command.wait),
            ("postgres*", None)
        );
    }
}

#[test]
fn keys_that_are_taken_are_refused_with_the_place() {
    for (key, expected) in [
        (
            "r",
            "[[command]] psql: r is the key of restart; choose another, or give restart another one in [keys]",
        ),
        (
            "ctrl-i",
            "[[command]] psql: ctrl-i arrives as tab; choose another key",
        ),
        (
            "ctrl-",
            "[[command]] psql: \"ctrl-\" is not a key; allowed are:",
        ),
    ] {
        let home = crate::support::hubdeck::Home::new();
        let file = home.path().join("c.toml");
        let text = command(&format!("run = \"ls\"\nkey = \"{key}\""));
        std::fs::write(&file, format!("\n{text}")).unwrap();
        let output = home.run(&["--config", &file.display().to_string(), "config", "check"]);
        let told = output.stdout + &output.stderr;
        assert!(told.contains(expected), "{told}");
        assert!(told.contains("c.toml, line 2: "), "{told}");
        assert_ne!(output.code, Some(0), "{told}");
    }
}

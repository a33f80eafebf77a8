use super::*;

fn labels(entries: &[(&str, &str)]) -> BTreeMap<String, String> {
    let entries = entries.iter();
    let named = entries.map(|(key, value)| (format!("{PREFIX}{key}"), (*value).to_owned()));
    named.collect()
}

fn hub() -> ComposeProject {
    let labels = labels(&[
        ("project", "hub"),
        (
            "project.config_files",
            "/srv/hub/compose.yaml,/srv/hub/prod.yaml",
        ),
        ("project.working_dir", "/srv/my hub"),
        ("project.environment_file", "/srv/hub/prod.env"),
    ]);
    ComposeProject::of(&labels, "hub-db-1").expect("a project")
}

#[test]
fn labels_name_the_project_or_why_there_is_none() {
    let project = hub();
    assert_eq!(
        project.files,
        ["/srv/hub/compose.yaml", "/srv/hub/prod.yaml"]
    );
    assert_eq!(project.environment_files, ["/srv/hub/prod.env"]);
    for (labels, expected) in [
        (labels(&[]), NoComposeProject::NotCompose("db".to_owned())),
        (
            labels(&[("project", ""), ("project.config_files", "/x")]),
            NoComposeProject::NotCompose("db".to_owned()),
        ),
        (
            labels(&[("project", "hub"), ("project.config_files", " ,")]),
            NoComposeProject::NoFiles("db".to_owned()),
        ),
    ] {
        assert_eq!(ComposeProject::of(&labels, "db"), Err(expected));
    }
}

#[test]
fn a_call_names_project_files_and_directory() {
    let call = |verb, services: &[&str], dry_run| ComposeInvocation {
        project: hub(),
        verb,
        services: services.iter().map(|name| (*name).to_owned()).collect(),
        dry_run,
    };
    let begin = "docker compose --project-name hub --project-directory '/srv/my hub' --file /srv/hub/compose.yaml \
                 --file /srv/hub/prod.yaml --env-file /srv/hub/prod.env";
    for (call, end) in [
        (call(ComposeVerb::UP, &[], false), "up --detach"),
        (
            call(
                ComposeVerb::Up {
                    force_recreate: true,
                    wait: true,
                },
                &["db"],
                true,
            ),
            "--dry-run up --detach --force-recreate --wait db",
        ),
        (
            call(ComposeVerb::Pull, &["db", "web"], false),
            "pull db web",
        ),
        (
            call(
                ComposeVerb::Scale {
                    replicas: [("web".to_owned(), 3)].into(),
                },
                &[],
                false,
            ),
            "scale web=3",
        ),
        (
            call(
                ComposeVerb::Run {
                    command: vec!["load".to_owned(), "--password=geheim".to_owned()],
                },
                &["job"],
                false,
            ),
            "run --rm --no-TTY job load '--password=***'",
        ),
        (call(ComposeVerb::Down, &[], false), "down"),
    ] {
        assert_eq!(call.docker_command(), format!("{begin} {end}"));
        let arguments = call.arguments();
        let expected = [
            "compose",
            "--ansi",
            "never",
            "--progress",
            "plain",
            "--project-name",
        ];
        assert_eq!(arguments.get(..6).expect("options"), expected);
    }
}

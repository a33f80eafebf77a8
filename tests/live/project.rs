//! Compose projects from the text of a file.

use std::process::Command;

use crate::support::docker::unique;

/// A Compose project in a folder of its own. Dropping it removes its containers.
pub struct Project {
    /// Its name.
    pub name: String,
    folder: tempfile::TempDir,
}

impl Project {
    /// Starts `services`, the text of a Compose file, under a name of its own.
    pub fn up(prefix: &str, services: &str) -> Self {
        let project = Self {
            name: unique(prefix),
            folder: tempfile::tempdir().expect("a folder"),
        };
        std::fs::write(project.folder.path().join("compose.yaml"), services).expect("a file");
        project.compose(&["up", "-d"]);
        project
    }

    /// Runs `docker compose ARGS` on it; a failure fails the test.
    pub fn compose(&self, arguments: &[&str]) {
        let output = self.command(arguments).output().expect("docker compose");
        assert!(
            output.status.success(),
            "{arguments:?}: {}",
            String::from_utf8_lossy(&output.stderr)
        );
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("docker");
        command
            .args(["compose", "-p", &self.name])
            .args(arguments)
            .current_dir(self.folder.path());
        command
    }

    /// The id of one of its services.
    pub fn id(&self, service: &str) -> String {
        format!("{}/{service}", self.name)
    }
}

impl Drop for Project {
    fn drop(&mut self) {
        // `docker compose down` refuses where a dependency has no container. Failing here would
        // hide what the test itself reports.
        let filter = format!("label=com.docker.compose.project={}", self.name);
        let ours = |arguments: &[&str]| {
            let output = Command::new("docker")
                .args(arguments)
                .args(["--filter", &filter])
                .output();
            let listed = output
                .map(|output| String::from_utf8_lossy(&output.stdout).into_owned())
                .unwrap_or_default();
            listed
                .split_whitespace()
                .map(str::to_owned)
                .collect::<Vec<_>>()
        };
        for id in ours(&["ps", "-aq"]) {
            let _ = Command::new("docker")
                .args(["rm", "-f", "-v", &id])
                .output();
        }
        for id in ours(&["network", "ls", "-q"]) {
            let _ = Command::new("docker").args(["network", "rm", &id]).output();
        }
    }
}

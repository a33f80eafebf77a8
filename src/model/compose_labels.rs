//! The labels that Compose writes on its containers.
//!
//! Source: `pkg/api/labels.go` of docker/compose.

/// What every label of Compose begins with.
pub const PREFIX: &str = "com.docker.compose.";
/// The name of the project.
pub const PROJECT: &str = "com.docker.compose.project";
/// The directory that relative paths of the project's files are relative to.
pub const WORKING_DIR: &str = "com.docker.compose.project.working_dir";
/// The project's files, separated by commas, in the order in which they are merged.
pub const CONFIG_FILES: &str = "com.docker.compose.project.config_files";
/// The name of the service.
pub const SERVICE: &str = "com.docker.compose.service";
/// The hash of what the files said of the service when the container was created.
pub const CONFIG_HASH: &str = "com.docker.compose.config-hash";
/// The id of the image that the container was created from.
pub const IMAGE: &str = "com.docker.compose.image";
/// `True` on a container of `compose run`.
pub const ONE_OFF: &str = "com.docker.compose.oneoff";
/// The lifecycle hook that a container runs; empty on others.
pub const HOOK: &str = "com.docker.compose.hook";

//! Every call of the Docker API that hubdeck makes: what a proxy before the socket has to let
//! through. The transport makes no other one.

use crate::model::{CallPurpose, EngineRoute};

const fn watch(path: &'static str, what: &'static str) -> EngineRoute {
    EngineRoute {
        method: "GET",
        path,
        purpose: CallPurpose::Watch,
        what,
    }
}

const fn act(method: &'static str, path: &'static str, what: &'static str) -> EngineRoute {
    EngineRoute {
        method,
        path,
        purpose: CallPurpose::Act,
        what,
    }
}

/// The calls.
pub const ENGINE_ROUTES: &[EngineRoute] = &[
    watch("/_ping", "connect, and notice that the engine is back"),
    watch("/version", "agree on a version of the API"),
    watch("/info", "name the engine and its limits"),
    watch("/events", "see changes at once"),
    watch("/containers/json", "list containers"),
    watch("/containers/{id}/json", "inspect a container"),
    watch(
        "/containers/{id}/stats",
        "read CPU, memory, network and disk",
    ),
    watch("/containers/{id}/logs", "read logs"),
    watch("/containers/{id}/top", "list processes"),
    watch(
        "/containers/{id}/archive",
        "read configuration files of proxies",
    ),
    watch("/images/{name}/json", "compare images"),
    watch(
        "/distribution/{name}/json",
        "look for newer images (images.check_newer)",
    ),
    watch("/services", "list Swarm services"),
    watch("/services/{id}", "inspect a Swarm service"),
    act("POST", "/containers/{id}/start", "start"),
    act("POST", "/containers/{id}/stop", "stop"),
    act("POST", "/containers/{id}/restart", "restart"),
    act("POST", "/containers/{id}/pause", "pause"),
    act("POST", "/containers/{id}/unpause", "unpause"),
    act("POST", "/containers/{id}/kill", "send a signal"),
    act(
        "DELETE",
        "/containers/{id}",
        "remove, also what an update leaves",
    ),
    act("POST", "/containers/create", "recreate and update"),
    act("POST", "/containers/{id}/rename", "recreate and update"),
    act("POST", "/networks/{id}/connect", "recreate and update"),
    act("POST", "/images/create", "pull an image"),
    act("POST", "/images/{name}/tag", "roll an update back"),
    act("POST", "/services/{id}/update", "restart a Swarm service"),
    act(
        "POST",
        "/containers/{id}/exec",
        "run commands: exec probes, `hubdeck exec`, a shell",
    ),
    act("POST", "/exec/{id}/start", "run commands"),
    act("POST", "/exec/{id}/resize", "run commands"),
    act("GET", "/exec/{id}/json", "run commands"),
];

/// Whether `path`, with its query and without a version, is one of them.
pub(super) fn is_listed(method: &str, path: &str) -> bool {
    let path = path.split_once('?').map_or(path, |(path, _)| path);
    ENGINE_ROUTES.iter().any(|route| route.takes(method, path))
}

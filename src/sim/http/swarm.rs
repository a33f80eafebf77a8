//! `GET /services`, `GET /services/{id}` and `POST /services/{id}/update`.

use axum::body::Bytes;
use axum::response::Response;
use serde_json::Value;

use super::super::control::Control;
use super::{Params, reply};

pub(super) fn services(control: &Control) -> Response {
    match control.look(|world, _| world.swarm_services()) {
        Ok(services) => reply::json(&services),
        Err(refusal) => reply::refused(&refusal),
    }
}

pub(super) fn service(control: &Control, key: &str) -> Response {
    match control.look(|world, _| world.find_swarm_service(key)) {
        Ok(service) => reply::json(&service),
        Err(refusal) => reply::refused(&refusal),
    }
}

pub(super) fn update(control: &Control, key: &str, params: &Params, body: &Bytes) -> Response {
    let Ok(spec) = serde_json::from_slice::<Value>(body) else {
        return reply::message(400, "invalid JSON");
    };
    let done = control
        .change(|world, now| world.update_swarm_service(key, params.get("version"), &spec, now));
    match done {
        Ok(()) => reply::json(&serde_json::json!({ "Warnings": null })),
        Err(refusal) => reply::refused(&refusal),
    }
}

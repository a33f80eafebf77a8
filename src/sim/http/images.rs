//! Images as far as updates need them, and containers that replace others. Every image is the
//! newest already.

use std::time::Duration;

use axum::body::Bytes;
use axum::response::Response;
use futures_util::{StreamExt as _, stream};
use serde_json::{Value, json};

use crate::model::{ImageReference, InstanceFacts};

use super::super::control::Control;
use super::super::id::Id;
use super::super::refusal::LifecycleRefusal;
use super::{Params, reply};

/// Time between two reports of a pull.
const REPORTS: Duration = Duration::from_millis(150);
/// Layers of every image.
const LAYERS: [&str; 4] = ["a3ed95cae", "4f4fb700e", "7264a8db6", "c7a4b9d11"];

/// `GET /images/{name}/json`.
pub(super) fn inspect(control: &Control, name: &str) -> Response {
    let known = control.look(|world, _| {
        let mut images = world
            .all()
            .map(|(_, container)| container.spec.image.clone());
        images.find(|image| image == name || id(image) == name)
    });
    match known {
        Some(image) => reply::json(&json!({
            "Id": id(&image), "RepoTags": [&image], "RepoDigests": [repo_digest(&image)], "Os": "linux",
            "Architecture": "amd64", "Config": {},
        })),
        None => reply::message(404, &format!("No such image: {name}")),
    }
}

/// `GET /distribution/{name}/json`: what the registry has.
pub(super) fn distribution(control: &Control, name: &str) -> Response {
    let newer = control.look(|world, _| {
        let mut all = world.all().map(|(_, container)| &container.spec);
        let found = all.find(|spec| spec.image == name);
        found.map(|spec| spec.newer_image)
    });
    let Some(newer) = newer else {
        return reply::message(404, "manifest unknown");
    };
    let kind = if newer { "newer" } else { "digest" };
    let digest = digest(kind, name);
    reply::json(&json!({
        "Descriptor": { "digest": digest, "size": 1024 },
        "Platforms": [{ "architecture": "amd64", "os": "linux" }],
    }))
}

fn repo_digest(image: &str) -> String {
    let repository = ImageReference::of(image).map_or(image, |parts| parts.repository);
    format!("{repository}@{}", digest("digest", image))
}

fn digest(kind: &str, image: &str) -> String {
    format!("sha256:{}", Id::of(kind, image))
}

fn id(image: &str) -> String {
    format!("sha256:{}", Id::of("image", image))
}

/// `POST /images/create`: what is pulled has not changed.
pub(super) fn pull(params: &Params) -> Response {
    let tag = params.get("tag").unwrap_or("latest").to_owned();
    let mut reports = vec![json!({ "status": "Pulling from image", "id": tag })];
    let report =
        |status: &str, layer: &str| json!({ "status": status, "progressDetail": {}, "id": layer });
    reports.extend(LAYERS.iter().map(|layer| report("Pulling fs layer", layer)));
    reports.extend(LAYERS.iter().map(|layer| report("Already exists", layer)));
    reports.push(json!({ "status": "Status: Image is up to date" }));
    let body = stream::iter(reports).then(|report: Value| async move {
        tokio::time::sleep(REPORTS).await;
        Ok(Bytes::from(format!("{report}\r\n")))
    });
    reply::stream("application/json", body.boxed())
}

/// `POST /containers/create`: in place of the container that is kept under another name.
pub(super) fn create(control: &Control, params: &Params) -> Response {
    let name = params.get("name").unwrap_or_default().to_owned();
    let made = control.change(|world, now| {
        if world.find(&name).is_some() {
            return Err(LifecycleRefusal::Conflict(format!(
                "Conflict. The container name \"/{name}\" is already in use"
            )));
        }
        let kept = world.index(&InstanceFacts::kept_name(&name))?;
        let made = world.succeed(kept, &name, now);
        let made = made.ok_or_else(|| LifecycleRefusal::Missing("No such container".into()))?;
        world.event(world.index(&name)?, now, "create", &[]);
        Ok(made)
    });
    match made {
        Ok(made) => reply::created(&json!({ "Id": made.to_string(), "Warnings": [] })),
        Err(refusal) => reply::refused(&refusal),
    }
}

//! Images, networks, volumes and disk use: what the containers imply.

use std::collections::BTreeMap;

use axum::response::Response;
use serde_json::{Value, json};

use super::super::clock::{SECOND, stamp};
use super::super::control::Control;
use super::super::id::{Id, hash};
use super::super::network::subnet;
use super::super::world::World;
use super::inspect::volume_name;
use super::reply;

pub(super) fn images(control: &Control) -> Response {
    reply::json(&control.look(|world, _| image_list(world)))
}

fn image_list(world: &World) -> Vec<Value> {
    let mut counts: BTreeMap<&str, i64> = BTreeMap::new();
    for (_, container) in world.all() {
        *counts.entry(&container.spec.image).or_default() += 1;
    }
    let image = |(name, containers): (&str, i64)| {
        let seed = hash(name);
        json!({
            "Containers": containers,
            "Created": world.epoch / SECOND - (seed % 8_000_000) as i64,
            "Id": format!("sha256:{}", Id::of("image", name)),
            "Labels": null, "ParentId": "", "RepoDigests": [], "RepoTags": [name], "SharedSize": -1,
            "Size": 5_000_000 + seed % 400_000_000,
        })
    };
    counts.into_iter().map(image).collect()
}

/// The networks with their number among subnets.
fn network_list(world: &World) -> Vec<Value> {
    let default = [
        ("none", "null", None),
        ("host", "host", None),
        ("bridge", "bridge", Some(0)),
    ];
    let default = default
        .into_iter()
        .map(|(name, driver, index)| describe(world, name, driver, index, None));
    let stacks = world.stacks.iter().flat_map(|stack| {
        (stack.first_subnet..)
            .zip(&stack.networks)
            .map(|(index, network)| {
                let name = format!("{}_{network}", stack.name);
                describe(
                    world,
                    &name,
                    "bridge",
                    Some(index),
                    Some((&stack.name, network)),
                )
            })
    });
    default.chain(stacks).collect()
}

fn describe(
    world: &World,
    name: &str,
    driver: &str,
    index: Option<u32>,
    stack: Option<(&str, &str)>,
) -> Value {
    let config = index.map(|index| {
        let subnet = subnet(index);
        json!([{ "Subnet": format!("{subnet}.0/24"), "Gateway": format!("{subnet}.1") }])
    });
    let labels = stack.map_or_else(
        || json!({}),
        |(stack, network)| {
            json!({ "com.docker.compose.project": stack, "com.docker.compose.network": network, "com.docker.compose.version": "2.26.1" })
        },
    );
    json!({
        "Name": name, "Id": Id::of("network", name).to_string(), "Created": stamp(world.epoch - 86_400 * SECOND),
        "Scope": "local", "Driver": driver, "EnableIPv6": false,
        "IPAM": { "Driver": "default", "Options": null, "Config": config },
        "Internal": false, "Attachable": false, "Ingress": false, "ConfigFrom": { "Network": "" },
        "ConfigOnly": false, "Containers": {}, "Options": {}, "Labels": labels,
    })
}

pub(super) fn networks(control: &Control) -> Response {
    reply::json(&control.look(|world, _| network_list(world)))
}

pub(super) fn network(control: &Control, key: &str) -> Response {
    let all = control.look(|world, _| network_list(world));
    let found = all.into_iter().find(|network| {
        network["Name"] == key || network["Id"].as_str().is_some_and(|id| id.starts_with(key))
    });
    match found {
        Some(network) => reply::json(&network),
        None => reply::message(404, &format!("network {key} not found")),
    }
}

fn volume_list(world: &World) -> Vec<Value> {
    let mut volumes = BTreeMap::new();
    for (_, container) in world.all() {
        let stack = world.stack(container).map(|stack| stack.name.as_str());
        for mount in container
            .spec
            .mounts
            .iter()
            .filter(|mount| !mount.starts_with('/'))
        {
            let volume = mount.split(':').next().unwrap_or_default();
            volumes.insert(volume_name(stack, volume), (stack, volume));
        }
    }
    let volumes = volumes.into_iter();
    volumes
        .map(|(name, (stack, volume))| self::volume(world, &name, stack, volume))
        .collect()
}

fn volume(world: &World, name: &str, stack: Option<&str>, volume: &str) -> Value {
    json!({
        "CreatedAt": stamp(world.epoch - 86_400 * SECOND), "Driver": "local",
        "Labels": stack.map(|stack| json!({
            "com.docker.compose.project": stack, "com.docker.compose.volume": volume,
        })),
        "Mountpoint": format!("/var/lib/docker/volumes/{name}/_data"),
        "Name": name, "Options": null, "Scope": "local",
    })
}

pub(super) fn volumes(control: &Control) -> Response {
    let volumes = control.look(|world, _| volume_list(world));
    reply::json(&json!({ "Volumes": volumes, "Warnings": null }))
}

/// Minimal: containers are left out, as nobody asks for 30,000 of them here.
pub(super) fn disk(control: &Control) -> Response {
    let (images, mut volumes) = control.look(|world, _| (image_list(world), volume_list(world)));
    for volume in &mut volumes {
        let size = 1_000_000 + hash(volume["Name"].as_str().unwrap_or_default()) % 900_000_000;
        volume["UsageData"] = json!({ "Size": size, "RefCount": 1 });
    }
    let size: u64 = images
        .iter()
        .filter_map(|image| image["Size"].as_u64())
        .sum();
    reply::json(&json!({
        "LayersSize": size, "Images": images, "Containers": [], "Volumes": volumes, "BuildCache": [],
    }))
}

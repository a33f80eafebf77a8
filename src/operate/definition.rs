//! The definition of a container that replaces another one: pure, from the inspection of that one.
//!
//! What came from the defaults of the old image is left out, so that the defaults of the new image
//! hold; what the engine derived from the old container's id is, too.

mod networks;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

use crate::engine::EngineImage;
use crate::model::{InstanceFacts, InstanceId, compose_labels};

use networks::{NetworkEndpoint, leave_out_names, networks};

/// Fields of `Config` that are an image's default where they equal it.
const DEFAULTS: [&str; 6] = [
    "WorkingDir",
    "User",
    "StopSignal",
    "Healthcheck",
    "Shell",
    "OnBuild",
];

/// A container to be created.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct ContainerDefinition {
    /// What the engine is sent.
    pub document: Value,
    /// The networks that it is connected to once it is there, each with its settings.
    pub further: Vec<NetworkEndpoint>,
}

/// What a definition is made of.
pub(super) struct DefinitionSource<'a> {
    /// The inspection of the container that is replaced.
    pub inspected: &'a Value,
    /// The defaults of its image; null where the engine has that image no more.
    pub old_defaults: &'a Value,
    /// The image of the new one.
    pub image: &'a EngineImage,
    /// The reference of that image.
    pub reference: &'a str,
    /// The hash of what its Compose file says, where that is another one than before.
    pub compose_hash: Option<&'a str>,
    /// Containers that were replaced before, each with its new id.
    pub replaced: &'a BTreeMap<InstanceId, InstanceId>,
}

impl ContainerDefinition {
    /// The definition of the container that replaces the one of `source`.
    pub fn of(source: &DefinitionSource<'_>) -> Self {
        let inspected = source.inspected;
        let id = text(inspected, "/Id");
        let short = id.get(..12).unwrap_or(id);
        let mut config = object(inspected, "/Config");
        let mut host = object(inspected, "/HostConfig");
        leave_out_defaults(&mut config, source.old_defaults);
        let mode = text(inspected, "/HostConfig/NetworkMode");
        let shares_network = mode == "host" || mode.starts_with("container:");
        if shares_network || text(inspected, "/Config/Hostname") == short {
            config.remove("Hostname");
            config.remove("Domainname");
        }
        if mode.starts_with("container:") {
            config.remove("ExposedPorts");
        }
        config.insert("Image".to_owned(), json!(source.reference));
        let image = Some(source.image.id.as_str());
        for (name, value) in [
            (compose_labels::IMAGE, image),
            (compose_labels::CONFIG_HASH, source.compose_hash),
        ] {
            let labels = config.get_mut("Labels");
            let label = labels.and_then(|labels| labels.get_mut(name));
            if let (Some(label), Some(value)) = (label, value) {
                *label = json!(value);
            }
        }
        host.remove("ContainerIDFile");
        for key in ["NetworkMode", "PidMode", "IpcMode"] {
            follow(&mut host, key, source.replaced);
        }
        name_links(&mut host);
        attach_volumes(&mut host, inspected);
        let (main, further) = networks(inspected, mode, short);
        if let Some((name, endpoint)) = main {
            let endpoints = json!({ "EndpointsConfig": { name: endpoint } });
            config.insert("NetworkingConfig".to_owned(), endpoints);
        }
        config.insert("HostConfig".to_owned(), Value::Object(host));
        Self {
            document: Value::Object(config),
            further,
        }
    }

    /// The same to be tried beside the running one: without published ports, labels, names and
    /// fixed addresses, so that nothing finds it; the engine does not restart it.
    pub fn as_trial(&self) -> Self {
        let mut document = self.document.clone();
        let trial = json!({ InstanceFacts::TRIAL_LABEL: "true" });
        for (path, value) in [
            ("/Labels", trial),
            ("/Hostname", json!("")),
            ("/HostConfig/PortBindings", json!({})),
            ("/HostConfig/PublishAllPorts", json!(false)),
            ("/HostConfig/RestartPolicy", json!({ "Name": "no" })),
        ] {
            put(&mut document, path, value);
        }
        let endpoints = document.pointer_mut("/NetworkingConfig/EndpointsConfig");
        let endpoints = endpoints.and_then(Value::as_object_mut);
        endpoints
            .into_iter()
            .flat_map(Map::values_mut)
            .for_each(leave_out_names);
        let mut further = self.further.clone();
        further
            .iter_mut()
            .for_each(|(_, endpoint)| leave_out_names(endpoint));
        Self { document, further }
    }

    /// Whether it uses devices or namespaces of the host, of which there is one.
    pub fn uses_host(&self) -> bool {
        let host = |key: &str| self.document.pointer(&format!("/HostConfig/{key}"));
        let any = |key: &str| {
            let list = host(key).and_then(Value::as_array);
            list.is_some_and(|list| !list.is_empty())
        };
        let shares = |key: &str| {
            let mode = host(key).and_then(Value::as_str).unwrap_or_default();
            mode == "host" || mode.starts_with("container:")
        };
        host("Privileged") == Some(&json!(true))
            || ["Devices", "DeviceRequests"].into_iter().any(any)
            || ["PidMode", "IpcMode", "UTSMode"].into_iter().any(shares)
    }
}

/// Takes what equals the defaults of the old image out of `config`.
fn leave_out_defaults(config: &mut Map<String, Value>, defaults: &Value) {
    let default = |key: &str| defaults.get(key).unwrap_or(&Value::Null);
    for key in DEFAULTS {
        if config.get(key) == Some(default(key)) {
            config.remove(key);
        }
    }
    let is_default = |config: &Map<String, Value>, key: &str| {
        let list = |value: &Value| value.as_array().cloned().unwrap_or_default();
        list(config.get(key).unwrap_or(&Value::Null)) == list(default(key))
    };
    // With an entry point of its own a container does not take the image's command.
    if is_default(config, "Entrypoint") {
        config.remove("Entrypoint");
        if is_default(config, "Cmd") {
            config.remove("Cmd");
        }
    }
    if let (Some(Value::Array(own)), Value::Array(of_image)) =
        (config.get_mut("Env"), default("Env"))
    {
        own.retain(|entry| !of_image.contains(entry));
    }
    for key in ["Labels", "ExposedPorts", "Volumes"] {
        if let (Some(Value::Object(own)), Value::Object(of_image)) =
            (config.get_mut(key), default(key))
        {
            own.retain(|name, value| of_image.get(name) != Some(value));
        }
    }
}

/// Gives a mode `container:ID` the id of the container that has replaced that one.
fn follow(host: &mut Map<String, Value>, key: &str, replaced: &BTreeMap<InstanceId, InstanceId>) {
    let mode = host.get(key).and_then(Value::as_str);
    let owner = mode.and_then(|mode| mode.strip_prefix("container:"));
    if let Some(new) = owner.and_then(|owner| replaced.get(&InstanceId::new(owner))) {
        host.insert(key.to_owned(), json!(format!("container:{new}")));
    }
}

/// Links as they are given, `db:alias`, from how they are inspected, `/db:/web/alias`.
fn name_links(host: &mut Map<String, Value>) {
    let links = host.get_mut("Links").and_then(Value::as_array_mut);
    for link in links.into_iter().flatten() {
        let given = link.as_str().and_then(|link| {
            let (from, alias) = link.split_once(':')?;
            let alias = alias.rsplit('/').next()?;
            Some(format!("{}:{alias}", from.trim_start_matches('/')))
        });
        if let Some(given) = given {
            *link = json!(given);
        }
    }
}

/// Attaches the volumes without a name again.
fn attach_volumes(host: &mut Map<String, Value>, inspected: &Value) {
    let mounts = inspected.get("Mounts").and_then(Value::as_array);
    for mount in mounts.into_iter().flatten() {
        let field = |key: &str| mount.get(key).and_then(Value::as_str).unwrap_or_default();
        let (name, target) = (field("Name"), field("Destination"));
        if field("Type") != "volume" || name.is_empty() || is_bound(host, target) {
            continue;
        }
        let own = host.get_mut("Mounts").and_then(Value::as_array_mut);
        let own = own.and_then(|own| own.iter_mut().find(|each| targets(each, target)));
        if let Some(own) = own {
            if own
                .get("Source")
                .and_then(Value::as_str)
                .unwrap_or_default()
                .is_empty()
            {
                put(own, "/Source", json!(name));
            }
            continue;
        }
        let mode = if mount.get("RW") == Some(&json!(false)) {
            ":ro"
        } else {
            ""
        };
        let bind = json!(format!("{name}:{target}{mode}"));
        match host.get_mut("Binds").and_then(Value::as_array_mut) {
            Some(binds) => binds.push(bind),
            None => {
                host.insert("Binds".to_owned(), json!([bind]));
            }
        }
    }
}

fn is_bound(host: &Map<String, Value>, target: &str) -> bool {
    let binds = host.get("Binds").and_then(Value::as_array);
    let mut binds = binds.into_iter().flatten().filter_map(Value::as_str);
    binds.any(|bind| bind.split(':').nth(1) == Some(target))
}

fn targets(mount: &Value, target: &str) -> bool {
    mount.get("Target").and_then(Value::as_str) == Some(target)
}

fn text<'v>(value: &'v Value, path: &str) -> &'v str {
    value
        .pointer(path)
        .and_then(Value::as_str)
        .unwrap_or_default()
}

fn object(value: &Value, path: &str) -> Map<String, Value> {
    let object = value.pointer(path).and_then(Value::as_object);
    object.cloned().unwrap_or_default()
}

/// Puts `new` at `path`, whose parent is there.
fn put(value: &mut Value, path: &str, new: Value) {
    let Some((parent, key)) = path.rsplit_once('/') else {
        return;
    };
    let parent = value.pointer_mut(parent).and_then(Value::as_object_mut);
    if let Some(parent) = parent {
        parent.insert(key.to_owned(), new);
    }
}

#[cfg(test)]
mod tests;

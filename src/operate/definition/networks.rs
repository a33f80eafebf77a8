//! The networks of a container that replaces another one.

use serde_json::{Map, Value, json};

use super::object;

/// A network, and the settings of a container on it.
pub(in crate::operate) type NetworkEndpoint = (String, Value);

/// The network that a container is created on, and those that it is connected to afterwards.
pub(super) fn networks(
    inspected: &Value,
    mode: &str,
    short: &str,
) -> (Option<NetworkEndpoint>, Vec<NetworkEndpoint>) {
    if mode == "host" || mode == "none" || mode.starts_with("container:") {
        return (None, Vec::new());
    }
    let main = if mode == "default" { "bridge" } else { mode };
    let mac = inspected.pointer("/Config/MacAddress");
    let all = object(inspected, "/NetworkSettings/Networks");
    let (mut first, mut further) = (None, Vec::new());
    for (name, endpoint) in all {
        let is_main = name == main || endpoint.get("NetworkID") == Some(&json!(main));
        let mut settings = Map::new();
        for key in ["IPAMConfig", "Links", "DriverOpts", "GwPriority"] {
            if let Some(value) = endpoint.get(key).filter(|value| !value.is_null()) {
                settings.insert(key.to_owned(), value.clone());
            }
        }
        let aliases = endpoint.get("Aliases").and_then(Value::as_array);
        let aliases = aliases.into_iter().flatten();
        let aliases: Vec<&Value> = aliases
            .filter(|alias| alias.as_str() != Some(short))
            .collect();
        if !aliases.is_empty() {
            settings.insert("Aliases".to_owned(), json!(aliases));
        }
        if let Some(mac) = mac.filter(|mac| is_main && mac.as_str() != Some("")) {
            settings.insert("MacAddress".to_owned(), mac.clone());
        }
        let settings = Value::Object(settings);
        if is_main {
            first = Some((name, settings));
        } else {
            further.push((name, settings));
        }
    }
    (first, further)
}

/// Takes names and fixed addresses out of the settings of a network.
pub(super) fn leave_out_names(endpoint: &mut Value) {
    if let Some(endpoint) = endpoint.as_object_mut() {
        for key in ["Aliases", "IPAMConfig", "MacAddress"] {
            endpoint.remove(key);
        }
    }
}

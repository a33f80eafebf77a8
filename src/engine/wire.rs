//! The parts of the engine's JSON that are read, every field optional: Podman leaves many out,
//! Docker sends `null` for empty lists, and a value that is odd must not spoil what stands beside
//! it.

mod container;

use std::collections::BTreeMap;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};
use serde_json::Value;

use super::fields::JsonFields;

pub(super) use container::{
    Bindings, HealthConfig, HostConfig, MountPoint, Summary, SummaryPort, WireBinding, WireHealth,
    WireInspection, WireNetworks, WireState,
};

/// One line of `GET /events`.
#[derive(Clone, Debug, Default)]
pub(super) struct WireEvent {
    pub kind: Option<String>,
    pub action: Option<String>,
    pub id: Option<String>,
    pub attributes: BTreeMap<String, String>,
    pub time: Option<i64>,
    pub time_nano: Option<i64>,
}

impl WireEvent {
    pub fn read(fields: &JsonFields<'_>) -> Self {
        let actor = fields.object("Actor");
        let own = |fields: &JsonFields<'_>| fields.text("ID").filter(|id| !id.is_empty());
        Self {
            kind: fields.text("Type"),
            // The old name of `Action`, which Podman and old engines send.
            action: fields.text("Action").or_else(|| fields.text("status")),
            id: actor
                .as_ref()
                .and_then(own)
                .or_else(|| fields.text("id"))
                .filter(|id| !id.is_empty()),
            attributes: actor
                .and_then(|actor| actor.scalars("Attributes"))
                .unwrap_or_default(),
            time: fields.get("time"),
            time_nano: fields.get("timeNano"),
        }
    }
}

/// What of a value is of the type that is wanted: another one is as good as none.
fn lenient<'de, D: Deserializer<'de>, T: DeserializeOwned>(
    input: D,
) -> Result<Option<T>, D::Error> {
    Ok(serde_json::from_value(Value::deserialize(input)?).ok())
}

/// `GET /version`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WireVersion {
    #[serde(deserialize_with = "lenient")]
    pub platform: Option<Named>,
    #[serde(deserialize_with = "lenient")]
    pub components: Option<Vec<Named>>,
    #[serde(deserialize_with = "lenient")]
    pub version: Option<String>,
    #[serde(deserialize_with = "lenient")]
    pub api_version: Option<String>,
    #[serde(rename = "MinAPIVersion", deserialize_with = "lenient")]
    pub min_api_version: Option<String>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Named {
    #[serde(deserialize_with = "lenient")]
    pub name: Option<String>,
}

/// `GET /info`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Info {
    #[serde(rename = "ID", deserialize_with = "lenient")]
    pub id: Option<String>,
    #[serde(rename = "Name", deserialize_with = "lenient")]
    pub name: Option<String>,
    #[serde(rename = "NCPU", deserialize_with = "lenient")]
    pub cpus: Option<u32>,
    #[serde(rename = "MemTotal", deserialize_with = "lenient")]
    pub memory: Option<u64>,
    #[serde(rename = "SystemTime", deserialize_with = "lenient")]
    pub system_time: Option<String>,
    #[serde(rename = "DockerRootDir", deserialize_with = "lenient")]
    pub data_root: Option<String>,
}

/// `POST /containers/{id}/exec`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ExecCreated {
    pub id: String,
}

/// `GET /exec/{id}/json`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct ExecState {
    pub running: bool,
    /// `null` until it has ended.
    pub exit_code: Option<i64>,
}

/// `GET /containers/{id}/top`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct Top {
    /// Titles of the columns.
    pub titles: Option<Vec<String>>,
    /// Rows.
    pub processes: Option<Vec<Vec<String>>>,
}

/// `GET /services/{id}`, and one entry of `GET /services`.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct WireSwarmService {
    #[serde(rename = "ID")]
    pub id: Option<String>,
    pub version: Option<SwarmVersion>,
    /// Sent back as it came, but for what is to change.
    pub spec: Value,
    pub update_status: Option<SwarmUpdateStatus>,
    pub service_status: Option<SwarmServiceStatus>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmVersion {
    pub index: Option<u64>,
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmUpdateStatus {
    pub state: Option<String>,
    pub message: Option<String>,
}

/// Tasks over all nodes.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct SwarmServiceStatus {
    pub running_tasks: Option<u64>,
    pub desired_tasks: Option<u64>,
}

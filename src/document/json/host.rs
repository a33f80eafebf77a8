//! The engine's host, as a part of the document about the engine.

use serde::Serialize;

use crate::model::{DiskUse, EngineView, Timestamp};

/// How busy the engine's host is; what cannot be read is `null`.
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct HostDocument {
    /// When CPU and memory were read.
    pub at: Option<Timestamp>,
    /// Cores, as the engine reports them.
    pub cpus: Option<u32>,
    /// Use of all cores together, from 0 to 100.
    pub cpu_percent: Option<f64>,
    /// Memory that programs use.
    pub memory_used_bytes: Option<u64>,
    /// Memory of the host; read, or as the engine reports it.
    pub memory_total_bytes: Option<u64>,
    /// Size of the file system that the engine keeps images and volumes on.
    pub disk_total_bytes: Option<u64>,
    /// Bytes of it in use.
    pub disk_used_bytes: Option<u64>,
    /// What of it is used of what programs may use, rounded up.
    pub disk_percent: Option<u8>,
}

impl From<&EngineView> for HostDocument {
    fn from(view: &EngineView) -> Self {
        let info = view.info.as_ref();
        let latest = view.host.as_ref().map(|host| host.latest);
        let disk = view.disk.as_ref();
        Self {
            at: latest.map(|latest| latest.at),
            cpus: info.and_then(|info| info.cpus),
            cpu_percent: latest.and_then(|latest| latest.cpu_percent),
            memory_used_bytes: latest.map(|latest| latest.memory_used_bytes),
            memory_total_bytes: latest
                .map(|latest| latest.memory_total_bytes)
                .or(info.and_then(|info| info.memory_bytes)),
            disk_total_bytes: disk.map(|disk| disk.total_bytes),
            disk_used_bytes: disk.map(|disk| disk.used_bytes),
            disk_percent: disk.map(DiskUse::percent),
        }
    }
}

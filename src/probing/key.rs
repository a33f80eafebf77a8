//! The name of a target.

use crate::model::{InstanceId, ServiceId};

/// What is probed: a service as a whole, or one of its instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TargetKey {
    /// The service.
    pub service: ServiceId,
    /// The instance; `None` for the service as a whole.
    pub instance: Option<InstanceId>,
}

impl TargetKey {
    /// FNV-1a over the names; the same in every run.
    pub(super) fn hash(&self) -> u64 {
        let instance = self.instance.as_ref().map_or("", InstanceId::as_str);
        let bytes = self
            .service
            .as_str()
            .bytes()
            .chain([0])
            .chain(instance.bytes());
        bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        })
    }
}

//! Images with which a service did not become healthy.

use serde::{Deserialize, Serialize};

use crate::model::{ServiceId, Timestamp};

/// An image with which an update failed and was rolled back. It is not taken again unless it is
/// named.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BadImage {
    /// The reference under which it was pulled.
    pub reference: String,
    /// Its id: the digest of its configuration.
    pub id: String,
    /// The digest by which its registry knows it; empty where there is none.
    #[serde(default)]
    pub digest: String,
    /// The service that did not become healthy.
    pub service: ServiceId,
    /// When that was.
    pub at: Timestamp,
    /// Why, one sentence.
    pub error: String,
}

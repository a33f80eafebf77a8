//! Who sent a request over HTTP.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

/// A client of the HTTP API, as far as the record of what it asked for names it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct HttpCaller {
    /// The name of the token that it carried; `None` where none is demanded.
    pub token: Option<Arc<str>>,
    /// The correlation id of its request.
    pub correlation_id: Arc<str>,
}

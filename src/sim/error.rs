//! What can go wrong in the simulator, worded for the person who started it.

use std::io;
use std::path::PathBuf;

/// Failures of the simulated engine.
#[derive(Debug, thiserror::Error)]
pub enum SimError {
    /// The scenario file could not be read.
    #[error("cannot read the scenario {}: {source}", path.display())]
    Read {
        /// The file.
        path: PathBuf,
        /// The system's reason.
        source: io::Error,
    },
    /// The scenario says something impossible.
    #[error("{place}: {message}")]
    Scenario {
        /// `FILE line N, key …`, as far as it is known.
        place: String,
        /// What is wrong and what is allowed.
        message: String,
    },
    /// Another server answers on that address.
    #[error(
        "cannot listen on {address}: another server answers there; stop it or choose another address"
    )]
    InUse {
        /// The address.
        address: String,
    },
    /// The address cannot be used.
    #[error("cannot listen on {address}: {source}")]
    Bind {
        /// The address.
        address: String,
        /// The system's reason.
        source: io::Error,
    },
    /// A listener for the simulated services could not be opened.
    #[error("cannot open a local port for the simulated service {service}: {source}")]
    Listener {
        /// The container.
        service: String,
        /// The system's reason.
        source: io::Error,
    },
    /// Serving ended with an error.
    #[error("the simulated engine stopped serving on {address}: {source}")]
    Serve {
        /// The address.
        address: String,
        /// The system's reason.
        source: io::Error,
    },
    /// The simulated engine refuses what was asked of it, in Docker's words.
    #[error("the simulated engine refuses: {0}")]
    Refused(String),
}

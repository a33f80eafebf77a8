//! Targets over several snapshots.

use super::*;
use crate::model::{
    DockerStatus, HealthState, InstanceState, NetworkAddress, Port, ProbeKind, ProbeOrigin,
    ProbeOutcome, ProbeSpec, Service, ServiceRule, SignedDuration,
};
use crate::probe::testing::{facts, service};
use crate::probe::{Mismatch, Report};

use testing::{local, published, report, snapshot};

mod corrections;
mod memory;
mod quiet;
mod starting;
mod states;
mod targets;

//! Why there is no plan.

use crate::model::ServiceId;

/// Why a plan cannot be made; each is one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// No such service in the snapshot.
    #[error("there is no service {0}; see `hubdeck status` for the names")]
    UnknownService(ServiceId),
    /// The targets are already in the wanted state.
    #[error("nothing to do: {0}")]
    NothingToDo(String),
    /// Its containers are paused, which a start does not end.
    #[error("{0} is paused: unpause it, a start does not")]
    Paused(ServiceId),
    /// The service has no containers (an external URL).
    #[error("{0} has no containers that could be operated on")]
    NoInstances(ServiceId),
    /// It uses the network of a container that is gone: the engine cannot start it again.
    #[error("{service} must be recreated, not started: it {needs}; {how}")]
    NetworkGone {
        /// The service.
        service: ServiceId,
        /// What it needs, as a clause.
        needs: String,
        /// How it is recreated.
        how: String,
    },
    /// It uses the network of a container that does not run.
    #[error("{service} uses the network of {owner}, which is not running; start {owner} first")]
    NetworkDown {
        /// The service.
        service: ServiceId,
        /// The service whose network it uses.
        owner: ServiceId,
    },
    /// The Swarm would start another task.
    #[error(
        "{service} is a Swarm service: the Swarm replaces tasks that are stopped; `docker service scale {name}=0` \
         stops all of them"
    )]
    SwarmStop {
        /// The service.
        service: ServiceId,
        /// Its name in the Swarm.
        name: String,
    },
    /// The Swarm would make another task.
    #[error(
        "{service} is a Swarm service: the Swarm replaces tasks that are removed; `docker service rm {name}` removes \
         the service"
    )]
    SwarmRemove {
        /// The service.
        service: ServiceId,
        /// Its name in the Swarm.
        name: String,
    },
    /// The Swarm starts its tasks by itself.
    #[error(
        "{service} is a Swarm service: the Swarm starts its tasks; `docker service scale {name}=N` tells it how many, \
         and a restart replaces them"
    )]
    SwarmStart {
        /// The service.
        service: ServiceId,
        /// Its name in the Swarm.
        name: String,
    },
}

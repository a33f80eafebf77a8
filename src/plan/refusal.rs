//! Why there is no plan.

use crate::model::{NoComposeProject, ServiceId, StackName};

/// Why a plan cannot be made; each is one sentence for the operator.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PlanRefusal {
    /// No such service in the snapshot.
    #[error("there is no service {0}; see `hubdeck status` for the names")]
    UnknownService(ServiceId),
    /// The targets are already in the wanted state.
    #[error("nothing to do: {0}")]
    NothingToDo(String),
    /// Compose cannot be asked for anything about it.
    #[error(transparent)]
    NoComposeProject(#[from] NoComposeProject),
    /// No container tells where the stack comes from.
    #[error(
        "there is no container of the stack {0} that tells where its Compose files are; run `docker compose up` in its \
         directory"
    )]
    EmptyStack(StackName),
    /// The targets run, and only what does not run is removed without force.
    #[error("nothing was done: {0}")]
    Running(String),
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
    /// The Swarm makes its containers.
    #[error(
        "{service} is a Swarm service: `docker service update --force {name}` replaces its tasks, as a restart does"
    )]
    SwarmRecreate {
        /// The service.
        service: ServiceId,
        /// Its name in the Swarm.
        name: String,
    },
    /// The Swarm makes its containers, and rolls back by its own rules.
    #[error(
        "{service} is a Swarm service: `docker service update --image REFERENCE {name}` updates it, and \
         `docker service rollback {name}` takes that back"
    )]
    SwarmUpdate {
        /// The service.
        service: ServiceId,
        /// Its name in the Swarm.
        name: String,
    },
    /// Its container cannot be kept while a new one is tried.
    #[error(
        "{service} cannot be replaced: {container} was made with --rm, so that stopping it destroys it and nothing \
         could be brought back; run it anew"
    )]
    MadeWithRm {
        /// The service.
        service: ServiceId,
        /// The container.
        container: String,
    },
    /// What a new image does to data is not rolled back.
    #[error(
        "{service} keeps data in volumes ({targets}), which a rollback does not bring back: make a backup, then \
         update it with --with-volumes, in the console by `:update {service} with-volumes`"
    )]
    DataVolumes {
        /// The service.
        service: ServiceId,
        /// The paths in the container, joined by commas.
        targets: String,
    },
    /// systemd starts, stops and removes its container.
    #[error("{service} is run by a systemd unit, which would start it again or remove it; {how}")]
    SystemdUnit {
        /// The service.
        service: ServiceId,
        /// How it is operated, as a clause.
        how: String,
    },
}

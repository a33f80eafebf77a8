//! Needs without a container and networks that ended, in words. Pure.

use super::clause::Clause;
use super::next_step::NextStep;
use crate::model::commands;
use crate::model::words::{self, gone_network, need};
use crate::model::{
    Evidence, EvidenceSource, HealthState, InstanceState, LostNetwork, MissingNeed, NeedSource,
    NetworkEnd, Reason, Service, Snapshot,
};

/// Why a container fails whose network ended, one clause.
pub(super) fn lost(lost: &LostNetwork) -> String {
    let owner = lost.owner.title();
    match lost.cause {
        NetworkEnd::OwnerRestarted => format!("its network ended when {owner} restarted"),
        NetworkEnd::OwnerDown { state } => {
            format!("{owner}, whose network it uses, {}", down(state))
        }
        NetworkEnd::OwnerGone => gone_network(owner, &lost.owner.container),
    }
}

/// The same as the rest of a sentence that begins with the service's name.
pub(super) fn lost_clause(lost: &LostNetwork) -> Clause {
    let owner = lost.owner.title();
    match lost.cause {
        NetworkEnd::OwnerRestarted => {
            Clause::at(format!("lost its network when {owner} restarted"))
        }
        NetworkEnd::OwnerDown { .. } => no_network().explained(self::lost(lost)),
        NetworkEnd::OwnerGone => no_network().explained(format!("it {}", self::lost(lost))),
    }
}

fn no_network() -> Clause {
    Clause::since("has no network", "had no network").once_called("had no network")
}

/// How a container stands that does not run.
const fn down(state: InstanceState) -> &'static str {
    match state {
        InstanceState::Running => "is running",
        InstanceState::Paused => "is paused",
        InstanceState::Created => "was never started",
        InstanceState::Restarting => "is restarting",
        InstanceState::Removing => "is being removed",
        InstanceState::Exited => "is stopped",
        InstanceState::Dead => "is dead",
        InstanceState::Unknown => "is in an unknown state",
    }
}

/// Whether what has no container, or the network that ended, is why the service fails.
fn is_the_reason(service: &Service) -> bool {
    match service.health.state {
        HealthState::Unhealthy => {
            !service.lost_networks.is_empty()
                && service.lost_networks.len() == service.instances.len()
        }
        HealthState::Degraded => matches!(service.health.reason, Reason::Missing(_)),
        _ => false,
    }
}

/// "it needs zip, which has no container", for a service that fails for another reason.
pub(super) fn beside(service: &Service) -> Option<String> {
    if !service.health.state.is_problem() || is_the_reason(service) {
        return None;
    }
    let words: Vec<String> = service.missing.iter().map(need).collect();
    (!words.is_empty()).then(|| format!("it {}", words.join(", and it ")))
}

/// Each of them as evidence.
pub(super) fn evidence(service: &Service) -> Vec<Evidence> {
    let name = |lost: &LostNetwork| {
        let found = service
            .instances
            .iter()
            .find(|each| each.facts.id == lost.instance);
        found.map_or_else(|| service.name.to_string(), |each| each.facts.name.clone())
    };
    let missing = service.missing.iter().map(|need| {
        let words = words::need(need);
        let text = match &need.told_by {
            NeedSource::DependsOn { condition } => {
                format!("{words} (depends_on {})", condition.id())
            }
            NeedSource::NetworkNamespace { .. } => words,
        };
        Evidence::new(EvidenceSource::Needs, None, text).failed()
    });
    let lost = service
        .lost_networks
        .iter()
        .filter(|lost| lost.cause != NetworkEnd::OwnerGone)
        .map(|lost| {
            let text = format!("{}: {}", name(lost), self::lost(lost));
            Evidence::new(EvidenceSource::Needs, lost.at, text).failed()
        });
    missing.chain(lost).collect()
}

/// What to try, one sentence each.
pub(super) fn advice(service: &Service, snapshot: &Snapshot) -> Vec<NextStep> {
    let name = &service.name;
    let mut all = Vec::new();
    for lost in &service.lost_networks {
        let owner = lost.owner.title();
        all.push(match lost.cause {
            NetworkEnd::OwnerRestarted => NextStep::plain(format!(
                "restart {name}: it then joins the network of {owner} again"
            )),
            NetworkEnd::OwnerDown { .. } => {
                NextStep::plain(format!("start {owner}, then restart {name}"))
            }
            NetworkEnd::OwnerGone => again(service, snapshot),
        });
    }
    if service.lost_networks.is_empty() && service.missing.iter().any(MissingNeed::is_network) {
        all.push(again(service, snapshot));
    }
    if service.health.state.is_problem() {
        let absent = service.missing.iter().filter(|need| !need.is_network());
        all.extend(absent.map(|need| {
            let name = &need.name;
            match compose(snapshot, service, "up -d", name) {
                Some(command) => NextStep::with_command(&format!("create {name} with"), command),
                None => NextStep::plain(format!("create {name} from its Compose file")),
            }
        }));
    }
    all.dedup();
    all
}

/// The command of Compose that does `verb` to `name`, which is of the same stack as `service`.
fn compose(snapshot: &Snapshot, service: &Service, verb: &str, name: &str) -> Option<String> {
    commands::compose(snapshot, service.stack.as_ref()?, verb, Some(name))
}

/// How a container is recreated whose network was that of one that is gone.
fn again(service: &Service, snapshot: &Snapshot) -> NextStep {
    let name = &service.name;
    match compose(snapshot, service, commands::RECREATE, name.as_str()) {
        Some(command) => NextStep::with_command(
            &format!(
                "recreate {name}: a restart cannot join the network of a container that is gone:"
            ),
            command,
        ),
        None => NextStep::plain(format!(
            "recreate {name} with the network of a container that exists: a restart cannot join that of a container that \
             is gone"
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{InstanceId, NetworkOwner};

    #[test]
    fn lost_networks_in_words() {
        let container = InstanceId::new("0123456789abcdef");
        let lost = |cause, name: Option<&str>| LostNetwork {
            instance: InstanceId::new("b"),
            owner: NetworkOwner {
                container: container.clone(),
                name: name.map(str::to_owned),
                service: None,
            },
            cause,
            at: None,
        };
        let stopped = NetworkEnd::OwnerDown {
            state: InstanceState::Exited,
        };
        for (lost, reason, clause) in [
            (
                lost(NetworkEnd::OwnerRestarted, Some("vpn")),
                "its network ended when vpn restarted",
                "lost its network when vpn restarted",
            ),
            (
                lost(stopped, Some("vpn")),
                "vpn, whose network it uses, is stopped",
                "has no network: vpn, whose network it uses, is stopped",
            ),
            (
                lost(NetworkEnd::OwnerGone, Some("vpn")),
                "uses the network of a container that is gone: vpn (0123456789ab)",
                "has no network: it uses the network of a container that is gone: vpn (0123456789ab)",
            ),
            (
                lost(NetworkEnd::OwnerGone, None),
                "uses the network of a container that is gone: 0123456789ab",
                "has no network: it uses the network of a container that is gone: 0123456789ab",
            ),
        ] {
            assert_eq!(
                (
                    self::super::lost(&lost).as_str(),
                    lost_clause(&lost).now().as_str()
                ),
                (reason, clause)
            );
        }
    }
}

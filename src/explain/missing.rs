//! What is said of needs without a container and of networks that ended. Pure.

use crate::model::{
    Evidence, EvidenceSource, HealthState, LostNetwork, MissingNeed, NeedSource, NetworkEnd,
    Service,
};

/// What is wrong with a service for want of what has no container or of its network, as the rest of
/// a sentence that begins with its name; `None` where something else is.
pub(super) fn clause(service: &Service) -> Option<String> {
    match service.health.state {
        HealthState::Unhealthy if service.lost_networks.len() == service.instances.len() => {
            service.lost_networks.first().map(LostNetwork::clause)
        }
        HealthState::Degraded => {
            let words = needed(service)
                .map(MissingNeed::words)
                .collect::<Vec<_>>()
                .join("; ");
            (!words.is_empty() && service.health.reason == words).then_some(words)
        }
        _ => None,
    }
}

/// Needs without a container that are to run with the service.
fn needed(service: &Service) -> impl Iterator<Item = &MissingNeed> {
    service
        .missing
        .iter()
        .filter(|need| need.is_needed_running())
}

/// "it needs zip, which has no container", for a service that fails with something else to say.
pub(super) fn beside(service: &Service) -> Option<String> {
    if !service.health.state.is_problem() || clause(service).is_some() {
        return None;
    }
    let words: Vec<String> = service.missing.iter().map(MissingNeed::words).collect();
    (!words.is_empty()).then(|| format!("it {}", words.join(", and it ")))
}

/// Each of them with what tells so.
pub(super) fn evidence(service: &Service) -> Vec<Evidence> {
    let name = |lost: &LostNetwork| {
        let found = service
            .instances
            .iter()
            .find(|each| each.facts.id == lost.instance);
        found.map_or_else(|| service.name.to_string(), |each| each.facts.name.clone())
    };
    let missing = service.missing.iter().map(|need| {
        let text = match &need.told_by {
            NeedSource::DependsOn { condition } => {
                format!("{} (depends_on {})", need.words(), condition.id())
            }
            NeedSource::NetworkNamespace { .. } => need.words(),
        };
        Evidence {
            source: EvidenceSource::Needs,
            at: None,
            text,
        }
    });
    let lost = service
        .lost_networks
        .iter()
        .filter(|lost| lost.cause != NetworkEnd::OwnerGone)
        .map(|lost| Evidence {
            source: EvidenceSource::Needs,
            at: lost.at,
            text: format!("{}: {}", name(lost), lost.reason()),
        });
    missing.chain(lost).collect()
}

/// What to try, one sentence each.
pub(super) fn advice(service: &Service) -> Vec<String> {
    let name = &service.name;
    let mut all = Vec::new();
    for lost in &service.lost_networks {
        let owner = lost.owner.title();
        all.push(match lost.cause {
            NetworkEnd::OwnerRestarted => {
                format!("restart {name}: it then joins the network of {owner} again")
            }
            NetworkEnd::OwnerDown { .. } => format!("start {owner}, then restart {name}"),
            NetworkEnd::OwnerGone => again(service),
        });
    }
    if service.lost_networks.is_empty() && service.missing.iter().any(MissingNeed::is_network) {
        all.push(again(service));
    }
    if service.health.state.is_problem() {
        let absent = service.missing.iter().filter(|need| !need.is_network());
        all.extend(
            absent.map(|need| format!("make {} with `docker compose up -d {0}`", need.name)),
        );
    }
    all.dedup();
    all
}

/// How a container is made again whose network was that of one that is gone.
fn again(service: &Service) -> String {
    let name = &service.name;
    match &service.stack {
        Some(_) => format!(
            "make {name} again, as a restart cannot join the network of a container that is gone: \
             `docker compose up -d --force-recreate --no-deps {name}`"
        ),
        None => format!(
            "remove {name} and make it again with the network of a container that is there, as a restart cannot join \
             that of one that is gone"
        ),
    }
}

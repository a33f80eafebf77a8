//! The results of Docker's healthcheck.

use crate::model::SortShared as _;
use crate::model::{DockerStatus, Evidence, EvidenceSource, HealthcheckLog, Service};

use super::piece;

/// Failed healthchecks shown.
const CHECKS: usize = 5;

pub(super) fn healthcheck(service: &Service, all: &mut Vec<Evidence>) {
    let Some(docker) = &service.health.docker else {
        return;
    };
    let text = match docker.status {
        DockerStatus::None => return,
        DockerStatus::Starting => "starting".to_owned(),
        DockerStatus::Healthy => "healthy".to_owned(),
        DockerStatus::Unhealthy if docker.failing_streak == 0 => {
            "unhealthy, no failed check".to_owned()
        }
        DockerStatus::Unhealthy => format!(
            "unhealthy, {} failed checks in a row",
            docker.failing_streak
        ),
    };
    let failed = failures(service);
    let no_failure = failed.is_empty();
    all.extend(failed);
    let counts = docker.status == DockerStatus::Unhealthy && docker.failing_streak > 0;
    if no_failure && counts && !docker.output.trim().is_empty() {
        all.push(
            piece(
                EvidenceSource::Healthcheck,
                docker.checked_at,
                &docker.output,
            )
            .failed(),
        );
    }
    let verdict = piece(EvidenceSource::Healthcheck, docker.checked_at, &text);
    all.push(match docker.status {
        DockerStatus::Healthy => verdict.passed(),
        DockerStatus::Unhealthy => verdict.failed(),
        DockerStatus::Starting | DockerStatus::None => verdict,
    });
}

/// The last checks that failed, oldest first.
fn failures(service: &Service) -> Vec<Evidence> {
    let several = service.instances.len() > 1;
    let results = service.instances.iter().flat_map(|each| {
        each.facts
            .health_log
            .iter()
            .map(move |result| (each.facts.name.as_str(), result))
    });
    let mut failed: Vec<_> = results
        .filter(|(_, result)| result.exit_code != 0)
        .collect();
    failed.sort_shared_by_key(|(_, result)| result.at);
    let last = failed.iter().skip(failed.len().saturating_sub(CHECKS));
    last.map(|(name, result)| {
        let mut text = failure(result);
        if several {
            text = format!("{name}: {text}");
        }
        piece(EvidenceSource::Healthcheck, Some(result.at), &text).failed()
    })
    .collect()
}

fn failure(result: &HealthcheckLog) -> String {
    let (code, output) = (result.exit_code, result.output.trim());
    let text = format!("exit code {code}: {output}");
    text.trim_end_matches([':', ' ']).to_owned()
}

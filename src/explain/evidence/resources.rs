//! How near the containers are to their limits.

use crate::model::{Evidence, EvidenceSource, Metric, Service};

use super::{INSTANCES, piece};

/// Percent of its CPU limit from which its use tells something.
const BUSY: f64 = 50.0;

pub(super) fn resources(service: &Service, all: &mut Vec<Evidence>) {
    for instance in service.instances.iter().take(INSTANCES) {
        let Some(sample) = &instance.sample else {
            continue;
        };
        let limit = instance.facts.limits.memory_bytes;
        if let (Some(used), Some(limit)) =
            (sample.get(Metric::Memory), limit.filter(|limit| *limit > 0))
        {
            #[allow(clippy::cast_precision_loss)] // a percentage without decimals
            let (percent, limit) = (used / limit as f64 * 100.0, limit as f64 / 1_048_576.0);
            let text = format!(
                "{} uses {percent:.0} % of its memory limit of {limit:.0} MiB",
                instance.facts.name
            );
            all.push(piece(EvidenceSource::Resources, Some(sample.at), &text));
        }
        let cpus = instance.facts.limits.cpus.filter(|cpus| *cpus > 0.0);
        let share = sample
            .cpu_percent
            .zip(cpus)
            .map(|(percent, cpus)| (percent / cpus, cpus));
        if let Some((share, cpus)) = share.filter(|(share, _)| *share >= BUSY) {
            let text = format!(
                "{} uses {share:.0} % of its CPU limit of {cpus} cores",
                instance.facts.name
            );
            all.push(piece(EvidenceSource::Resources, Some(sample.at), &text));
        }
    }
}

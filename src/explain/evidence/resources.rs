//! How near the containers are to their limits.

use crate::model::{Evidence, EvidenceSource, InstanceFacts, Metric, Sample, Service};

use super::{INSTANCES, piece};

/// Percent of its CPU limit from which its use is evidence.
const BUSY: f64 = 50.0;

pub(super) fn resources(service: &Service, all: &mut Vec<Evidence>) {
    for instance in service.instances.iter().take(INSTANCES) {
        let Some(sample) = &instance.sample else {
            continue;
        };
        let facts = &instance.facts;
        let uses = [memory_use(facts, sample), cpu_use(facts, sample)];
        for text in uses.into_iter().flatten() {
            all.push(piece(EvidenceSource::Resources, Some(sample.at), &text));
        }
    }
}

fn memory_use(facts: &InstanceFacts, sample: &Sample) -> Option<String> {
    let limit = facts.limits.memory_bytes.filter(|limit| *limit > 0)?;
    let used = sample.get(Metric::Memory)?;
    #[allow(clippy::cast_precision_loss)] // a percentage without decimals
    let (percent, limit) = (used / limit as f64 * 100.0, limit as f64 / 1_048_576.0);
    let name = &facts.name;
    Some(format!(
        "{name} uses {percent:.0} % of its memory limit of {limit:.0} MiB"
    ))
}

/// Nothing where it uses little.
fn cpu_use(facts: &InstanceFacts, sample: &Sample) -> Option<String> {
    let cpus = facts.limits.cpus.filter(|cpus| *cpus > 0.0)?;
    let share = sample.cpu_percent? / cpus;
    let name = &facts.name;
    (share >= BUSY).then(|| format!("{name} uses {share:.0} % of its CPU limit of {cpus} cores"))
}

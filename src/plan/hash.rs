//! The name of a plan: equal plans have equal hashes, in every run of the program.

use crate::model::{Impact, Operation, OperationKind, ServiceId, Step};

/// FNV-1a 64 over everything a plan does and affects, as 16 lower-case hex digits.
pub(super) fn of(
    operation: &Operation,
    steps: &[Step],
    impact: &Impact,
    (removes, production): (&[String], &[ServiceId]),
) -> String {
    let mut hash = Fnv::default();
    hash.text(operation.kind.id());
    match operation.kind {
        OperationKind::Silence { minutes } => hash.number(
            minutes
                .and_then(|minutes| usize::try_from(minutes).ok())
                .unwrap_or_default(),
        ),
        OperationKind::Kill { signal } => hash.number(signal.number().into()),
        OperationKind::Remove { force } => hash.number(force.into()),
        OperationKind::Update { with_volumes } => hash.number(with_volumes.into()),
        _ => {}
    }
    hash.number(usize::from(operation.with_dependents));
    if let Some(image) = &operation.image {
        hash.text(image);
    }
    for id in &operation.targets {
        hash.text(id.as_str());
    }
    hash.number(steps.len());
    for step in steps {
        hash.text(step.kind.id());
        hash.text(step.service.as_str());
        hash.text(step.target_id());
        hash.number(step.wait as usize);
        hash.number(step.wave);
    }
    removes.iter().for_each(|name| hash.text(name));
    // Whoever confirmed it while it was no production typed no name.
    production.iter().for_each(|id| hash.text(id.as_str()));
    for ids in [&impact.hard, &impact.soft] {
        hash.number(ids.len());
        for id in ids {
            hash.text(id.as_str());
        }
    }
    for lost in &impact.routes {
        hash.text(lost.service.as_str());
        hash.number(lost.paths.len());
        lost.paths.iter().for_each(|path| hash.text(path));
    }
    format!("{:016x}", hash.0)
}

/// The name of a plan that is `hash` but for `texts`, which it depends on too.
pub(super) fn with(hash: &str, texts: &[String]) -> String {
    let mut all = Fnv::default();
    all.text(hash);
    texts.iter().for_each(|text| all.text(text));
    format!("{:016x}", all.0)
}

struct Fnv(u64);

impl Default for Fnv {
    fn default() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }
}

impl Fnv {
    fn byte(&mut self, byte: u8) {
        self.0 = (self.0 ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }

    /// The text with its end marked, so that "ab","c" differs from "a","bc".
    fn text(&mut self, text: &str) {
        text.bytes().for_each(|byte| self.byte(byte));
        self.byte(0xff);
    }

    fn number(&mut self, number: usize) {
        number
            .to_le_bytes()
            .into_iter()
            .for_each(|byte| self.byte(byte));
    }
}

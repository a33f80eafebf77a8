//! The shape of the data file.

use serde::Deserialize;

use crate::model::{FindingCode, ReasonCode};

use super::advice::{Advice, Name};
use super::pattern::Pattern;
use super::probed::Status;
use super::symptoms::Condition;
use super::{Cause, DiagnosisError};

/// One block of the file; its head describes the fields.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Block {
    id: String,
    words: String,
    hint: String,
    r#try: Vec<Texts>,
    #[serde(default)]
    needs: Vec<Condition>,
    #[serde(default)]
    unless: Vec<Condition>,
    #[serde(default)]
    general: bool,
    #[serde(default)]
    passing: bool,
    #[serde(default)]
    yields_to: Vec<String>,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    engine: Vec<String>,
    #[serde(default)]
    check: Vec<String>,
    #[serde(default)]
    log: Vec<String>,
    #[serde(default)]
    vague: Vec<String>,
    #[serde(default)]
    probe: Vec<String>,
    #[serde(default)]
    finding: Vec<FindingCode>,
    #[serde(default)]
    status: Vec<StatusBlock>,
    #[serde(default)]
    reason: Vec<ReasonCode>,
    #[serde(default)]
    suspect: Vec<String>,
    #[serde(default)]
    around: Vec<String>,
    #[serde(default)]
    alike: Vec<String>,
    #[serde(default)]
    not: Vec<String>,
    #[serde(default)]
    exit: Vec<i64>,
    #[serde(default)]
    oom: bool,
}

/// One text, or texts of which the first is taken that can be filled in.
#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Several(Vec<String>),
}

/// An HTTP status, or one with a pattern for everything in the answer beside it.
#[derive(Deserialize)]
#[serde(untagged)]
enum StatusBlock {
    Any(u16),
    Saying { code: u16, says: String },
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DiagnosisFile {
    diagnosis: Vec<Block>,
}

/// Reads a file.
pub(super) fn parse(text: &str) -> Result<Vec<Cause>, DiagnosisError> {
    causes(serde_json::from_str(text)?)
}

/// The causes of a file.
pub(super) fn causes(file: DiagnosisFile) -> Result<Vec<Cause>, DiagnosisError> {
    let causes: Vec<Cause> = file
        .diagnosis
        .into_iter()
        .map(cause)
        .collect::<Result<_, _>>()?;
    for cause in &causes {
        let unknown = cause
            .yields_to
            .iter()
            .find(|id| !causes.iter().any(|other| other.id == **id));
        if let Some(unknown) = unknown {
            return Err(DiagnosisError::Name {
                id: cause.id.clone(),
                name: unknown.clone(),
            });
        }
    }
    Ok(causes)
}

/// Compiles a pattern of the diagnosis `id`.
fn pattern(id: &str, text: &str) -> Result<Pattern, DiagnosisError> {
    let pattern = Pattern::new(text).map_err(|error| DiagnosisError::Pattern {
        id: id.to_owned(),
        pattern: text.to_owned(),
        error,
    })?;
    let unknown = pattern
        .group_names()
        .find(|name| Name::of(name).is_none())
        .map(str::to_owned);
    match unknown {
        Some(name) => Err(DiagnosisError::Name {
            id: id.to_owned(),
            name,
        }),
        None => Ok(pattern),
    }
}

fn cause(block: Block) -> Result<Cause, DiagnosisError> {
    let id = &block.id;
    let pattern = |text: &String| pattern(id, text);
    let patterns =
        |patterns: &[String]| patterns.iter().map(pattern).collect::<Result<Vec<_>, _>>();
    let advice = |texts: &Texts| {
        let texts = match texts {
            Texts::One(text) => std::slice::from_ref(text),
            Texts::Several(texts) => texts,
        };
        Advice::parse(texts).map_err(|name| DiagnosisError::Name {
            id: id.clone(),
            name,
        })
    };
    let status = |status: &StatusBlock| match status {
        StatusBlock::Any(code) => Ok(Status::new(*code, None)),
        StatusBlock::Saying { code, says } => {
            pattern(says).map(|pattern| Status::new(*code, Some(pattern)))
        }
    };
    Ok(Cause {
        text: patterns(&block.text)?,
        engine: patterns(&block.engine)?,
        check: patterns(&block.check)?,
        log: patterns(&block.log)?,
        vague: patterns(&block.vague)?,
        probe: patterns(&block.probe)?,
        status: block.status.iter().map(status).collect::<Result<_, _>>()?,
        finding: block.finding,
        reasons: block.reason,
        suspect: patterns(&block.suspect)?,
        around: patterns(&block.around)?,
        alike: patterns(&block.alike)?,
        not: patterns(&block.not)?,
        advice: block.r#try.iter().map(advice).collect::<Result<_, _>>()?,
        needs: block.needs,
        unless: block.unless,
        general: block.general,
        passing: block.passing,
        yields_to: block.yields_to,
        exit: block.exit,
        oom: block.oom,
        id: block.id,
        words: block.words,
        hint: block.hint,
    })
}

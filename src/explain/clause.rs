//! What is wrong with something, as the rest of a sentence that begins with its name: as it is now,
//! with the moment since when it is so or at which it happened, or as it was.

use crate::model::secrets::mask_urls;
use crate::model::text::middle;

/// Longest clause with its detail, in characters.
const CLAUSE: usize = 200;
/// Longest detail in parentheses, in characters; a longer one follows a colon.
const IN_PARENTHESES: usize = 60;

/// How a clause reads beside a moment.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Dated {
    /// It is so since then, as it reads after "has" and "had": "refused connections".
    Since(String),
    /// It happened then: "exited with code 1".
    At(String),
    /// The clause contains the time: "has a certificate that expired 3 days ago".
    Told,
}

/// What follows the clause, after the moment where there is one.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Detail {
    /// After a colon.
    Explained(String),
    /// In parentheses where it is short.
    Added(String),
}

/// What is wrong, in its parts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Clause {
    present: String,
    dated: Dated,
    /// As it was, where "had" before the participle does not read well.
    past: Option<&'static str>,
    detail: Option<Detail>,
    /// Whether the clause without a moment holds the detail already.
    told: bool,
    /// A second clause.
    beside: Option<String>,
}

impl Clause {
    /// What is so: "refuses connections", and as it reads after "has": "refused connections".
    pub fn since(present: impl Into<String>, participle: impl Into<String>) -> Self {
        Self::new(present.into(), Dated::Since(participle.into()))
    }

    /// What happened: "exited with code 1".
    pub fn at(past: impl Into<String>) -> Self {
        let past = past.into();
        Self::new(past.clone(), Dated::At(past))
    }

    /// What contains its time.
    pub fn told(text: impl Into<String>) -> Self {
        Self::new(text.into(), Dated::Told)
    }

    const fn new(present: String, dated: Dated) -> Self {
        Self {
            present,
            dated,
            past: None,
            detail: None,
            told: false,
            beside: None,
        }
    }

    /// With what explains it, after a colon; nothing where that is empty.
    pub fn explained(self, detail: impl Into<String>) -> Self {
        self.with(Detail::Explained(detail.into()))
    }

    /// With a short remark in parentheses; nothing where that is empty.
    pub fn added(self, detail: impl Into<String>) -> Self {
        self.with(Detail::Added(detail.into()))
    }

    /// [`Self::explained`], where the clause without a moment says it already.
    pub fn explained_since(self, detail: String) -> Self {
        Self {
            told: true,
            ..self.explained(detail)
        }
    }

    /// [`Self::added`], where the clause without a moment says it already.
    pub fn added_since(self, detail: String) -> Self {
        Self {
            told: true,
            ..self.added(detail)
        }
    }

    fn with(mut self, detail: Detail) -> Self {
        let (Detail::Explained(text) | Detail::Added(text)) = &detail;
        self.detail = (!text.is_empty()).then_some(detail);
        self
    }

    /// The same with another wording of how it is now.
    pub fn now_called(self, present: &str) -> Self {
        Self {
            present: present.to_owned(),
            ..self
        }
    }

    /// The same with another wording of how it was.
    pub fn once_called(self, past: &'static str) -> Self {
        Self {
            past: Some(past),
            ..self
        }
    }

    /// With a second clause.
    pub fn beside(self, other: String) -> Self {
        Self {
            beside: Some(other),
            ..self
        }
    }

    /// As it is now.
    pub fn now(&self) -> String {
        let detail = self.detail.as_ref().filter(|_| !self.told);
        self.written(&self.present, detail)
    }

    /// With the moment `clock`.
    pub fn dated(&self, clock: &str) -> String {
        let detail = self.detail.as_ref();
        match &self.dated {
            Dated::Since(so) => self.written(&format!("has {so} since {clock}"), detail),
            Dated::At(past) => self.written(&format!("{past} at {clock}"), detail),
            Dated::Told => self.now(),
        }
    }

    /// With its age: "has refused connections for 3 min", "exited with code 1 65 s ago".
    pub fn aged(&self, age: &str) -> String {
        let detail = self.detail.as_ref();
        match &self.dated {
            Dated::Since(so) => self.written(&format!("has {so} for {age}"), detail),
            Dated::At(past) => self.written(&format!("{past} {age} ago"), detail),
            Dated::Told => self.now(),
        }
    }

    /// As it was, of what is over: "had refused connections", "exited with code 1".
    pub fn past(&self) -> String {
        let detail = self.detail.as_ref();
        match (self.past, &self.dated) {
            (Some(past), _) => self.written(past, detail),
            (None, Dated::At(past)) => self.written(past, detail),
            (None, Dated::Since(so)) => self.written(&format!("had {so}"), detail),
            (None, Dated::Told) => self.now(),
        }
    }

    fn written(&self, begin: &str, detail: Option<&Detail>) -> String {
        let text = match detail {
            None => begin.to_owned(),
            Some(Detail::Added(text)) if is_short(text) => format!("{begin} ({text})"),
            Some(Detail::Added(text) | Detail::Explained(text)) => format!("{begin}: {text}"),
        };
        match &self.beside {
            Some(other) => format!("{}; {other}", cut(&text)),
            None => cut(&text),
        }
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= IN_PARENTHESES && !text.contains(['(', ')'])
}

fn cut(text: &str) -> String {
    mask_urls(&middle(text, CLAUSE))
}

//! What is odd in environment and file but keeps nothing from running.

use std::fmt;

use super::problem::Problem;

/// One odd thing; shown as one sentence.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Warning {
    /// A variable that looks like ours and sets nothing.
    SetsNothing {
        /// Its name.
        variable: String,
        /// The variable that was probably meant.
        near: Option<String>,
    },
    /// A number is an address: Kubernetes and Docker's links set such variables for a service of
    /// that name.
    ServiceLink {
        /// Its name.
        variable: String,
        /// Its value.
        value: String,
        /// The variable that no service can be called after.
        instead: String,
    },
    /// A value that hubdeck does not know under a name that other programs use too.
    ForeignValue {
        /// Its name.
        variable: String,
        /// Its value, as it may be shown.
        value: String,
        /// What hubdeck takes.
        allowed: &'static str,
        /// The variable of hubdeck's own.
        instead: String,
    },
    /// A secret that a rule refers to is not there.
    AbsentSecret(Problem),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::SetsNothing { variable, near } => {
                write!(f, "environment variable {variable} sets nothing")?;
                near.iter()
                    .try_for_each(|near| write!(f, "; did you mean {near}?"))
            }
            Self::ServiceLink {
                variable,
                value,
                instead,
            } => write!(
                f,
                "environment variable {variable} is {value:?} and is ignored: Kubernetes and Docker links set it for \
                 a service of that name; set {instead}, or switch service links off (enableServiceLinks: false)"
            ),
            Self::ForeignValue {
                variable,
                value,
                allowed,
                instead,
            } => write!(
                f,
                "environment variable {variable} is {value} and is ignored, as other programs use the name too; \
                 allowed is {allowed}, or set {instead}"
            ),
            Self::AbsentSecret(problem) => problem.fmt(f),
        }
    }
}

//! What is asked before an operation that interrupts, and which answers go on.

use crate::explain::plan::{services, title};
use crate::model::text::capitalized;
use crate::model::words::plural;
use crate::model::{Confirmation, Plan};

/// A question on the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TerminalQuestion {
    /// The question with what may be answered.
    pub text: String,
    answer: Answer,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Answer {
    /// `y` or `yes`.
    Yes,
    /// `all`: another word than that before, so that an answer held or typed twice is none.
    All,
    /// This name.
    Name(String),
}

impl TerminalQuestion {
    /// Whether `line` goes on; everything else does not.
    #[must_use]
    pub fn is_confirmed_by(&self, line: &str) -> bool {
        let line = line.trim();
        match &self.answer {
            Answer::Yes => line.eq_ignore_ascii_case("y") || line.eq_ignore_ascii_case("yes"),
            Answer::All => line.eq_ignore_ascii_case("all"),
            Answer::Name(name) => line == name,
        }
    }
}

/// What is asked before `plan` runs, in order: "Restart 6? [y/N]".
#[must_use]
pub fn questions(plan: &Plan) -> Vec<TerminalQuestion> {
    let asked = question(plan);
    let first = TerminalQuestion {
        text: format!("{asked}? [y/N]"),
        answer: Answer::Yes,
    };
    match plan.confirmation() {
        Confirmation::None => Vec::new(),
        Confirmation::Once => vec![first],
        Confirmation::Twice => {
            let count = match plan.compose() {
                Some(_) if !plan.removes.is_empty() => plural(plan.removes.len(), "container"),
                Some(_) => plural(plan.operation.targets.len(), "service"),
                None => plural(services(plan), "service"),
            };
            let second = TerminalQuestion {
                text: format!("{asked}, that is {count}? [all/N]"),
                answer: Answer::All,
            };
            vec![first, second]
        }
        Confirmation::Name(name) => vec![TerminalQuestion {
            text: format!("{asked}, which is production? Type {name} to go on:"),
            answer: Answer::Name(name),
        }],
    }
}

/// "Restart 6", "Stop hub/job and remove 1 container".
fn question(plan: &Plan) -> String {
    if plan.compose().is_some() {
        return title(plan);
    }
    let verb = capitalized(plan.operation.kind.verb());
    let what = match (plan.steps.len(), plan.operation.targets.as_slice()) {
        (1, [one]) => one.to_string(),
        (many, _) => many.to_string(),
    };
    let removes = match plan.removes.len() {
        0 => String::new(),
        _ if plan.operation.kind.removes() => String::new(),
        many => format!(" and remove {}", plural(many, "container")),
    };
    format!("{verb} {what}{removes}")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::operate::tests::plan;

    fn texts(plan: &Plan) -> Vec<String> {
        questions(plan).into_iter().map(|it| it.text).collect()
    }

    #[test]
    fn the_count_is_that_of_the_steps() {
        assert_eq!(texts(&plan()), ["Restart 3? [y/N]"]);
        let mut one = plan();
        one.steps.truncate(1);
        one.removes = vec!["hub-db-1".to_owned()];
        assert_eq!(
            texts(&one),
            ["Restart hub/db and remove 1 container? [y/N]"]
        );
    }

    #[test]
    fn several_services_are_asked_about_twice_with_other_answers() {
        let mut bulk = plan();
        bulk.operation.targets.push("hub/api".into());
        let asked = questions(&bulk);
        assert_eq!(
            texts(&bulk),
            ["Restart 3? [y/N]", "Restart 3, that is 2 services? [all/N]"]
        );
        for (line, expected) in [("y\n", false), ("yes", false), ("ALL\n", true), ("", false)] {
            assert_eq!(asked[1].is_confirmed_by(line), expected, "{line:?}");
        }
    }

    #[test]
    fn production_wants_its_name() {
        let mut production = plan();
        production.production = vec!["hub/db".into()];
        let asked = questions(&production);
        assert_eq!(
            texts(&production),
            ["Restart 3, which is production? Type hub/db to go on:"]
        );
        for (line, expected) in [
            ("hub/db\n", true),
            (" hub/db \r\n", true),
            ("y\n", false),
            ("db\n", false),
            ("hub/DB\n", false),
            ("", false),
        ] {
            assert_eq!(asked[0].is_confirmed_by(line), expected, "{line:?}");
        }
        production.production.push("shop/web".into());
        let name = Confirmation::Name("hub shop".to_owned());
        assert_eq!(production.confirmation(), name);
        production.operation.kind = crate::model::OperationKind::Start;
        assert_eq!(texts(&production), [""; 0]);
    }

    #[test]
    fn only_a_whole_yes_is_one() {
        let asked = questions(&plan());
        for (answer, expected) in [
            ("y\n", true),
            ("YES\r\n", true),
            ("", false),
            ("\n", false),
            ("yy\n", false),
            ("retry\n", false),
            ("n\n", false),
        ] {
            assert_eq!(asked[0].is_confirmed_by(answer), expected, "{answer:?}");
        }
    }
}

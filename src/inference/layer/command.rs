//! Which programs a command line runs.

use super::clues::Programs;

/// Longest command that is looked at, in bytes: what long scripts are stands at their begin.
const MAX_BYTES: usize = 4_096;

/// Words before a program that are not the program; the second list takes one more word with it.
const WRAPPERS: &str = "exec env sudo bundle python python3 python2 poetry pipenv uv run npx npm yarn pnpm bun bunx php sh \
    bash ash dumb-init tini catatonit nohup then do else if while until ! { ( ddtrace-run \
    opentelemetry-instrument newrelic-admin -m -- -u -e";
const WRAPPERS_WITH_WORD: &str = "gosu su-exec chpst timeout setpriv runuser";

/// Words that a script may end with after its work.
const TRIVIAL: &str =
    "exit echo true sleep touch ls cat fi done date wait } ) esac set printf rm mkdir cd";

/// A command line, cut into the commands a shell would run one after the other.
#[derive(Debug)]
pub(super) struct CommandLine<'a> {
    segments: Vec<Vec<&'a str>>,
}

impl<'a> CommandLine<'a> {
    /// Cuts `text`. Quotes are not understood: they are only stripped.
    pub fn of(text: &'a str) -> Self {
        let mut end = text.len().min(MAX_BYTES);
        while !text.is_char_boundary(end) {
            end -= 1;
        }
        let segments = text[..end]
            .split(['\n', ';', '|', '&'])
            .map(|segment| {
                let trim = |word: &'a str| {
                    word.trim_matches(['"', '\'', '`', '[', ']', ',', '(', ')', '$'])
                };
                segment
                    .split_whitespace()
                    .map(trim)
                    .filter(|word| !word.is_empty())
                    .collect::<Vec<_>>()
            })
            .filter(|words| !words.is_empty())
            .collect();
        Self { segments }
    }

    /// Every word.
    pub fn words(&self) -> impl Iterator<Item = &'a str> {
        self.segments.iter().flatten().copied()
    }

    /// What each command runs of `programs`, from the last command to the first.
    pub fn runs<'p, T>(&self, programs: &'p Programs<T>) -> impl Iterator<Item = (&'p str, &'p T)> {
        self.segments
            .iter()
            .rev()
            .flat_map(|segment| runs(segment, programs))
    }

    /// As [`Self::runs`], only those after which nothing more than the end of a script comes.
    pub fn ends_with<'p, T>(&self, programs: &'p Programs<T>) -> Option<(&'p str, &'p T)> {
        for segment in self.segments.iter().rev() {
            if let Some(found) = runs(segment, programs).into_iter().next() {
                return Some(found);
            }
            if !segment.first().is_some_and(|word| is_in(TRIVIAL, word)) {
                return None;
            }
        }
        None
    }
}

/// What one command runs of `programs`.
fn runs<'p, T>(segment: &[&str], programs: &'p Programs<T>) -> Vec<(&'p str, &'p T)> {
    let mut found = Vec::new();
    let mut words = segment.iter().enumerate();
    while let Some((at, word)) = words.next() {
        let name = word.rsplit('/').next().unwrap_or(word);
        for program in programs.get(name).into_iter().flatten() {
            let mut rest = segment[at + 1..].iter();
            if program
                .then
                .iter()
                .all(|wanted| rest.any(|word| word == wanted))
            {
                found.push((program.text.as_str(), &program.meaning));
            }
        }
        if is_in(WRAPPERS_WITH_WORD, name) {
            words.next();
        } else if !is_wrapper(name) {
            break;
        }
    }
    found
}

fn is_in(list: &str, word: &str) -> bool {
    list.split(' ').any(|each| each == word)
}

fn is_wrapper(word: &str) -> bool {
    is_in(WRAPPERS, word)
        || (word.starts_with('-') && !word.starts_with("--") && word.ends_with('c'))
        || word.contains('=')
        || (word.contains("entrypoint") && !word.ends_with(".py"))
}

#[cfg(test)]
mod tests {
    use super::super::clues::Clues;
    use super::*;

    #[test]
    fn programs_are_found_where_a_shell_would_run_them() {
        for (line, expected) in [
            ("postgres -c x=1", vec!["postgres"]),
            ("docker-entrypoint.sh postgres", vec!["postgres"]),
            (
                "/usr/local/bin/gosu redis redis-server --x",
                vec!["redis-server"],
            ),
            ("sh -c bundle exec puma -C config/puma.rb", vec!["puma"]),
            (
                "python -m celery --app a.b worker",
                vec!["python", "celery worker"],
            ),
            (
                "poetry run python manage.py migrate && gunicorn app",
                vec!["gunicorn", "python"],
            ),
            // A name in an argument is no program.
            ("wait -h postgres -U postgres", vec![]),
            ("my-app --database postgres", vec![]),
            ("", vec![]),
        ] {
            let found: Vec<&str> = CommandLine::of(line)
                .runs(&Clues::builtin().programs)
                .map(|(text, _)| text)
                .collect();
            assert_eq!(found, expected, "{line}");
        }
    }

    #[test]
    fn a_script_is_a_job_when_a_job_is_the_last_thing_it_does() {
        for (line, expected) in [
            ("alembic upgrade head", true),
            ("sh -c mc alias set x; mc mb x/y; exit 0", true),
            (
                "python manage.py migrate && python manage.py runserver",
                false,
            ),
            ("alembic upgrade head && ./start", false),
            ("./start && alembic upgrade head", true),
            ("node server.js", false),
        ] {
            let found = CommandLine::of(line).ends_with(&Clues::builtin().job_programs);
            assert_eq!(found.is_some(), expected, "{line}");
        }
    }
}

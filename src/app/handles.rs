//! How many files and connections this process may have open.

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// As many as are of use: those of HTTP clients are at most half of them.
const WANTED: u64 = 8_192;

/// Raises the soft limit as far as is of use and the hard limit permits. Many systems start
/// programs with 1,024, for the sake of programs that could not do with more.
pub fn raise_limit() {
    let Rlimit { current, maximum } = getrlimit(Resource::Nofile);
    let wanted = maximum.map_or(WANTED, |maximum| maximum.min(WANTED));
    if current.is_some_and(|current| current < wanted) {
        // Where that is refused, hubdeck does with what it has.
        let _ = setrlimit(
            Resource::Nofile,
            Rlimit {
                current: Some(wanted),
                maximum,
            },
        );
    }
}

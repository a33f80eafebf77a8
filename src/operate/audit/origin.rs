//! Who asked, as the audit record says it.

use super::heals::AUTO_HEAL;
use crate::model::Principal;

#[cfg(unix)]
fn user() -> String {
    format!("uid:{}", rustix::process::getuid().as_raw())
}

#[cfg(not(unix))]
fn user() -> String {
    "local".to_owned()
}

/// The face that an operation came from, and who asked for it there.
pub(super) fn origin(principal: &Principal) -> (&'static str, String) {
    match principal {
        Principal::Terminal => ("tui", user()),
        Principal::Cli => ("cli", user()),
        Principal::Http(caller) => {
            let token = caller.token.as_deref();
            (
                "http",
                token.map_or_else(|| "http".to_owned(), |name| format!("token:{name}")),
            )
        }
        Principal::AutoHeal => (AUTO_HEAL, AUTO_HEAL.to_owned()),
    }
}

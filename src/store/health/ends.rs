//! How a process ended, and what that means.

use crate::model::InstanceFacts;

/// How the end of a process was seen.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::store) enum End {
    /// Only the engine's record of it.
    #[default]
    Unseen,
    /// Asked for: a stop signal came before it, or the engine reported a stop after it.
    Asked,
    /// Not asked for.
    Unasked,
}

/// What an end means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::store) enum Ending {
    /// A one-shot did its work.
    Completed,
    /// Somebody stopped it.
    OnPurpose,
    /// It died.
    Unexpected,
}

/// What the end of a container's process means.
///
/// `awaited`: a service waits for its completion. `server`: its image is a server, which does not
/// complete by itself.
pub(in crate::store) fn ending(facts: &InstanceFacts, end: End, awaited: bool, server: bool) -> Ending {
    let clean = facts.exit_code == Some(0);
    if clean && awaited {
        return Ending::Completed;
    }
    let restarts = matches!(facts.restart_policy.as_str(), "always" | "unless-stopped");
    match end {
        End::Asked => Ending::OnPurpose,
        _ if facts.oom_killed => Ending::Unexpected,
        _ if clean && !restarts && !server => Ending::Completed,
        End::Unasked => Ending::Unexpected,
        // The engine starts these again unless somebody stopped them.
        End::Unseen if restarts && facts.error.is_empty() => Ending::OnPurpose,
        // SIGINT and SIGTERM are what people and engines stop processes with.
        End::Unseen if clean || matches!(facts.exit_code, Some(130 | 143)) => Ending::OnPurpose,
        End::Unseen => Ending::Unexpected,
    }
}

/// What is said of a process that was stopped. Where nobody saw how, an exit code that a stop does not
/// usually leave is named: it may have died as well.
pub(in crate::store) fn stopped_text(code: Option<i64>, end: End) -> String {
    match code.filter(|code| end != End::Asked && !matches!(code, 0 | 130 | 143)) {
        Some(code) => format!("stopped (exit code {code})"),
        None => "stopped".to_owned(),
    }
}

/// An exit code in words.
pub(in crate::store) fn exit_text(code: Option<i64>, out_of_memory: bool) -> String {
    let Some(code) = code else {
        return if out_of_memory { "killed for lack of memory".to_owned() } else { "exited".to_owned() };
    };
    if out_of_memory {
        return format!("killed for lack of memory (exit code {code})");
    }
    let meaning = match code {
        125 => " (the engine could not run it)",
        126 => " (command cannot be run)",
        127 => " (command not found)",
        129 => " (hung up)",
        130 => " (interrupted)",
        131 => " (quit)",
        132 => " (illegal instruction)",
        134 => " (aborted)",
        135 => " (bus error)",
        136 => " (arithmetic error)",
        137 => " (killed)",
        139 => " (segmentation fault)",
        143 => " (terminated)",
        _ => "",
    };
    format!("exited with code {code}{meaning}")
}

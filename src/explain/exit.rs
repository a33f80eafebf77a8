//! Ends of processes.

/// An exit code in words: `exited with code 127 (command not found)`.
#[must_use]
pub fn words(code: Option<i64>, out_of_memory: bool) -> String {
    let Some(code) = code else {
        return if out_of_memory {
            "OOM-killed".to_owned()
        } else {
            "exited".to_owned()
        };
    };
    if out_of_memory && code == 137 {
        return format!("OOM-killed (exit code {code})");
    }
    let inside = if out_of_memory && code != 0 {
        "; a process inside was OOM-killed"
    } else {
        ""
    };
    format!("exited with code {code}{}{inside}", meaning(code))
}

/// What an exit code means, in parentheses, after a blank.
const fn meaning(code: i64) -> &'static str {
    match code {
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
    }
}

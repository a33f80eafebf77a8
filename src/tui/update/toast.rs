//! Messages that go by themselves.

use crate::model::{SignedDuration, Timestamp};
use crate::tui::state::{Toast, UiState};

/// How long a message stays.
const TOAST: SignedDuration = SignedDuration::from_secs(4);

/// How long bad news stays.
const TOAST_ERROR: SignedDuration = SignedDuration::from_secs(10);

/// Messages shown at once; older ones go.
const MAX_TOASTS: usize = 4;

/// Takes away the messages that have been shown long enough.
pub fn expire_toasts(ui: &mut UiState, now: Timestamp) {
    ui.toasts.retain(|toast| toast.until > now);
}

/// Shows a message for a while.
pub fn toast(ui: &mut UiState, text: &str, error: bool, now: Timestamp) {
    let stay = if error { TOAST_ERROR } else { TOAST };
    let until = now.checked_add(stay).unwrap_or(now);
    ui.toasts.retain(|toast| toast.text != text);
    ui.toasts.push(Toast {
        text: text.to_owned(),
        error,
        until,
    });
    let excess = ui.toasts.len().saturating_sub(MAX_TOASTS);
    ui.toasts.drain(..excess);
}

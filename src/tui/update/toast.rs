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
    push(
        ui,
        Toast {
            text: text.to_owned(),
            error,
            is_refusal: false,
            until,
        },
    );
}

/// Takes away a message that is not true any more.
pub fn withdraw(ui: &mut UiState, text: &str) {
    ui.toasts.retain(|toast| toast.text != text);
}

/// Says why the key that was pressed does nothing here, until the next key at most.
pub(super) fn refuse(ui: &mut UiState, reason: &str, now: Timestamp) {
    push(
        ui,
        Toast {
            text: reason.to_owned(),
            error: false,
            is_refusal: true,
            until: now.checked_add(TOAST).unwrap_or(now),
        },
    );
}

/// Takes away what was said about the key before.
pub(super) fn forget_refusals(ui: &mut UiState) {
    ui.toasts.retain(|toast| !toast.is_refusal);
}

fn push(ui: &mut UiState, toast: Toast) {
    ui.toasts.retain(|each| each.text != toast.text);
    ui.toasts.push(toast);
    let excess = ui.toasts.len().saturating_sub(MAX_TOASTS);
    ui.toasts.drain(..excess);
}

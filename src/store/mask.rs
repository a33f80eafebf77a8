//! Texts with what is secret in them replaced.

use crate::model::Reason;

/// A text as it is masked; `None` where there is nothing to mask in it.
pub(super) type Mask<'a> = &'a dyn Fn(&str) -> Option<String>;

/// Replaces `text` by what `mask` makes of it; whether that is another one.
pub(super) fn rewrite(text: &mut String, mask: Mask<'_>) -> bool {
    let masked = mask(text);
    let differs = masked.is_some();
    if let Some(masked) = masked {
        *text = masked;
    }
    differs
}

/// Masks the texts of a reason; returns whether there was something to mask.
pub(super) fn mask_reason(reason: &mut Reason, mask: Mask<'_>) -> bool {
    let mut changed = false;
    reason.texts_mut(&mut |text| changed |= rewrite(text, mask));
    changed
}

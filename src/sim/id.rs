//! Ids and chance, both derived from names: the same scenario is the same world every time.

use std::fmt;

/// An engine id: 32 bytes, printed as 64 hex digits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) struct Id([u8; 32]);

impl Id {
    /// The id that belongs to `name` among things of one `kind`.
    pub(super) fn of(kind: &str, name: &str) -> Self {
        let mut state = mix(hash(kind)) ^ hash(name);
        let mut bytes = [0; 32];
        for lane in bytes.chunks_exact_mut(8) {
            state = mix(state);
            lane.copy_from_slice(&state.to_be_bytes());
        }
        Self(bytes)
    }

    /// The first twelve digits, as Docker prints ids.
    pub(super) fn short(self) -> String {
        let mut text = self.to_string();
        text.truncate(12);
        text
    }

    /// The smallest id that starts with these hex digits; `None` when `prefix` is no such thing.
    pub(super) fn floor(prefix: &str) -> Option<Self> {
        if prefix.is_empty() || prefix.len() > 64 {
            return None;
        }
        let mut bytes = [0; 32];
        for (at, digit) in prefix.chars().enumerate() {
            let value = u8::try_from(digit.to_digit(16)?).ok()?;
            bytes[at / 2] |= if at % 2 == 0 { value << 4 } else { value };
        }
        Some(Self(bytes))
    }
}

impl fmt::Display for Id {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// FNV-1a of `text`.
pub(super) fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// One round of splitmix64: spreads every bit of `x` over the result.
pub(super) const fn mix(x: u64) -> u64 {
    let mut z = x.wrapping_add(0x9e37_79b9_7f4a_7c15);
    z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    z ^ (z >> 31)
}

/// A number in `[0, 1)` that belongs to `x`.
pub(super) fn unit(x: u64) -> f64 {
    (mix(x) >> 11) as f64 / (1_u64 << 53) as f64
}

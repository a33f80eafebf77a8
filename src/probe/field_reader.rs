//! Reads the fields of a message that came over a wire: every step is checked, nothing is copied.

/// What is left to read of a message; every reader gives `None` past its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct FieldReader<'a>(&'a [u8]);

impl<'a> FieldReader<'a> {
    /// The fields of `bytes`.
    pub const fn of(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// The bytes that are left.
    pub const fn rest(&self) -> &'a [u8] {
        self.0
    }

    /// The next `count` bytes.
    pub fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let (taken, rest) = self.0.split_at_checked(count)?;
        self.0 = rest;
        Some(taken)
    }

    /// The next `N` bytes, as the number conversions of std want them.
    pub fn array<const N: usize>(&mut self) -> Option<[u8; N]> {
        self.take(N)?.try_into().ok()
    }

    /// One byte.
    pub fn byte(&mut self) -> Option<u8> {
        self.array().map(|[byte]| byte)
    }

    /// Two bytes, the highest first.
    pub fn be_u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_be_bytes)
    }

    /// Two bytes with a sign, the highest first.
    pub fn be_i16(&mut self) -> Option<i16> {
        self.array().map(i16::from_be_bytes)
    }

    /// Four bytes, the highest first.
    pub fn be_u32(&mut self) -> Option<u32> {
        self.array().map(u32::from_be_bytes)
    }

    /// Four bytes with a sign, the highest first.
    pub fn be_i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_be_bytes)
    }

    /// Two bytes, the lowest first.
    pub fn le_u16(&mut self) -> Option<u16> {
        self.array().map(u16::from_le_bytes)
    }

    /// Four bytes with a sign, the lowest first.
    pub fn le_i32(&mut self) -> Option<i32> {
        self.array().map(i32::from_le_bytes)
    }

    /// Bytes up to a NUL, which is passed over.
    pub fn until_nul(&mut self) -> Option<&'a [u8]> {
        let end = self.0.iter().position(|byte| *byte == 0)?;
        let taken = self.take(end)?;
        self.byte()?;
        Some(taken)
    }
}

/// `bytes` as text, with what is no UTF-8 replaced.
pub(super) fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_end_where_the_message_ends() {
        let mut fields = FieldReader::of(&[7, 1, 2, 2, 1, b'a', b'b', 0, 9]);
        assert_eq!(
            (fields.byte(), fields.be_u16(), fields.le_u16()),
            (Some(7), Some(258), Some(258))
        );
        assert_eq!(
            (fields.until_nul(), fields.until_nul()),
            (Some(&b"ab"[..]), None)
        );
        assert_eq!(
            (fields.be_u32(), fields.take(2), fields.take(usize::MAX)),
            (None, None, None)
        );
        assert_eq!(
            (fields.rest(), fields.byte(), fields.byte()),
            (&[9][..], Some(9), None)
        );
    }
}

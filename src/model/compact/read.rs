//! Reading.

use serde::de::value::StrDeserializer;
use serde::de::{
    DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer as _, MapAccess, SeqAccess,
    VariantAccess, Visitor,
};

use super::{
    BrokenForm, DOUBLE, END, FALSE, FLOAT, LEFT_OUT, MAP, NEGATIVE, NOTHING, NUMBER, SEQUENCE,
    TEXT, TRUE,
};

/// Sequences and maps within each other at most; hubdeck's own data has a dozen.
const DEPTH: usize = 64;

/// What is still to be read.
pub(super) struct FormReader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> FormReader<'a> {
    pub const fn new(bytes: &'a [u8]) -> Self {
        Self {
            rest: bytes,
            depth: 0,
        }
    }

    /// Nothing may follow.
    pub fn end(&self) -> Result<(), BrokenForm> {
        match self.rest {
            [] => Ok(()),
            _ => Err(BrokenForm::TooLong),
        }
    }

    #[inline(never)]
    fn take(&mut self, count: usize) -> Result<&'a [u8], BrokenForm> {
        let (taken, rest) = self
            .rest
            .split_at_checked(count)
            .ok_or(BrokenForm::CutOff)?;
        self.rest = rest;
        Ok(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], BrokenForm> {
        self.take(N)?.try_into().map_err(|_| BrokenForm::CutOff)
    }

    #[inline(never)]
    fn mark(&mut self) -> Result<u8, BrokenForm> {
        let [mark] = self.bytes()?;
        Ok(mark)
    }

    #[inline(never)]
    fn peek(&self) -> Result<u8, BrokenForm> {
        self.rest.first().copied().ok_or(BrokenForm::CutOff)
    }

    #[inline(never)]
    fn expect(&mut self, mark: u8) -> Result<(), BrokenForm> {
        match self.mark()? {
            found if found == mark => Ok(()),
            found => Err(BrokenForm::Unexpected(found)),
        }
    }

    #[inline(never)]
    fn groups(&mut self) -> Result<u64, BrokenForm> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let [byte] = self.bytes()?;
            let group = u64::from(byte & 0x7f);
            if shift > 63 || (shift == 63 && group > 1) {
                return Err(BrokenForm::TooLarge);
            }
            number |= group << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    /// The text behind its mark.
    #[inline(never)]
    fn rest_of_text(&mut self) -> Result<&'a str, BrokenForm> {
        let length = self.groups()?;
        let bytes = self.take(usize::try_from(length).map_err(|_| BrokenForm::CutOff)?)?;
        std::str::from_utf8(bytes).map_err(|_| BrokenForm::NotText)
    }

    #[inline(never)]
    fn text(&mut self) -> Result<&'a str, BrokenForm> {
        self.expect(TEXT)?;
        self.rest_of_text()
    }

    /// The items behind `mark`.
    fn items<T>(
        &mut self,
        mark: u8,
        visit: impl FnOnce(&mut Items<'_, 'a>) -> Result<T, BrokenForm>,
    ) -> Result<T, BrokenForm> {
        self.enter(mark)?;
        let mut items = Items {
            reader: self,
            ended: false,
        };
        let value = visit(&mut items)?;
        items.leave()?;
        Ok(value)
    }

    #[inline(never)]
    fn enter(&mut self, mark: u8) -> Result<(), BrokenForm> {
        self.expect(mark)?;
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(BrokenForm::TooDeep);
        }
        Ok(())
    }

    fn number<V: Visitor<'a>>(&mut self, visitor: V) -> Result<V::Value, BrokenForm> {
        match self.mark()? {
            NUMBER => visitor.visit_u64(self.groups()?),
            NEGATIVE => match i64::try_from(self.groups()?) {
                Ok(number) => visitor.visit_i64(!number),
                Err(_) => Err(BrokenForm::TooLarge),
            },
            FLOAT => visitor.visit_f32(f32::from_le_bytes(self.bytes()?)),
            DOUBLE => visitor.visit_f64(f64::from_le_bytes(self.bytes()?)),
            mark => Err(BrokenForm::Unexpected(mark)),
        }
    }
}

macro_rules! numbers {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
            self.number(visitor)
        })*
    };
}

macro_rules! texts {
    ($($method:ident)*) => {
        $(fn $method<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
            let text = self.text()?;
            visitor.visit_borrowed_str(text)
        })*
    };
}

impl<'a> Deserializer<'a> for &mut FormReader<'a> {
    type Error = BrokenForm;

    numbers! {
        deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64
        deserialize_u8 deserialize_u16 deserialize_u32 deserialize_u64
        deserialize_f32 deserialize_f64
    }

    texts! { deserialize_char deserialize_str deserialize_string deserialize_identifier }

    fn deserialize_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        match self.peek()? {
            NOTHING => self.deserialize_unit(visitor),
            FALSE | TRUE => self.deserialize_bool(visitor),
            TEXT => self.deserialize_str(visitor),
            SEQUENCE => self.deserialize_seq(visitor),
            MAP => self.deserialize_map(visitor),
            _ => self.number(visitor),
        }
    }

    fn deserialize_ignored_any<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        self.deserialize_any(visitor)
    }

    fn deserialize_bool<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        match self.mark()? {
            TRUE => visitor.visit_bool(true),
            FALSE => visitor.visit_bool(false),
            mark => Err(BrokenForm::Unexpected(mark)),
        }
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, _: V) -> Result<V::Value, BrokenForm> {
        Err(BrokenForm::Mismatch)
    }

    fn deserialize_byte_buf<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        self.deserialize_bytes(visitor)
    }

    fn deserialize_option<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        if self.peek()? == NOTHING {
            self.mark()?;
            return visitor.visit_none();
        }
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        self.expect(NOTHING)?;
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        self.items(SEQUENCE, |items| visitor.visit_seq(items))
    }

    fn deserialize_tuple<V: Visitor<'a>>(
        self,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: usize,
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_map<V: Visitor<'a>>(self, visitor: V) -> Result<V::Value, BrokenForm> {
        self.items(MAP, |items| visitor.visit_map(items))
    }

    fn deserialize_struct<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        self.deserialize_seq(visitor)
    }

    fn deserialize_enum<V: Visitor<'a>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        match self.peek()? {
            MAP => self.items(MAP, |items| visitor.visit_enum(Variant(items.reader))),
            _ => visitor.visit_enum(StrDeserializer::new(self.text()?)),
        }
    }
}

/// The items of a sequence or map.
struct Items<'r, 'a> {
    reader: &'r mut FormReader<'a>,
    ended: bool,
}

impl Items<'_, '_> {
    #[inline(never)]
    fn leave(&mut self) -> Result<(), BrokenForm> {
        if !self.ended {
            self.reader.expect(END)?;
        }
        self.reader.depth -= 1;
        Ok(())
    }

    /// Whether an item follows; none does where a field was left out.
    #[inline(never)]
    fn follows(&mut self) -> Result<bool, BrokenForm> {
        if self.ended {
            return Ok(false);
        }
        let mark = self.reader.peek()?;
        if mark == END || mark == LEFT_OUT {
            self.reader.mark()?;
            self.ended = mark == END;
            return Ok(false);
        }
        Ok(true)
    }
}

impl<'a> SeqAccess<'a> for &mut Items<'_, 'a> {
    type Error = BrokenForm;

    fn next_element_seed<T: DeserializeSeed<'a>>(
        &mut self,
        seed: T,
    ) -> Result<Option<T::Value>, BrokenForm> {
        if !self.follows()? {
            return Ok(None);
        }
        seed.deserialize(&mut *self.reader).map(Some)
    }
}

impl<'a> MapAccess<'a> for &mut Items<'_, 'a> {
    type Error = BrokenForm;

    fn next_key_seed<K: DeserializeSeed<'a>>(
        &mut self,
        seed: K,
    ) -> Result<Option<K::Value>, BrokenForm> {
        self.next_element_seed(seed)
    }

    fn next_value_seed<V: DeserializeSeed<'a>>(&mut self, seed: V) -> Result<V::Value, BrokenForm> {
        seed.deserialize(&mut *self.reader)
    }
}

/// A variant with content.
struct Variant<'r, 'a>(&'r mut FormReader<'a>);

impl<'a> EnumAccess<'a> for Variant<'_, 'a> {
    type Error = BrokenForm;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'a>>(self, seed: V) -> Result<(V::Value, Self), BrokenForm> {
        let name = self.0.text()?;
        let value = seed.deserialize(name.into_deserializer())?;
        Ok((value, self))
    }
}

impl<'a> VariantAccess<'a> for Variant<'_, 'a> {
    type Error = BrokenForm;

    fn unit_variant(self) -> Result<(), BrokenForm> {
        self.0.expect(NOTHING)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, BrokenForm> {
        seed.deserialize(self.0)
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, BrokenForm> {
        self.0.deserialize_seq(visitor)
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, BrokenForm> {
        self.0.deserialize_seq(visitor)
    }
}

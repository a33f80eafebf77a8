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
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    depth: usize,
}

impl<'a> Reader<'a> {
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
            _ => Err(BrokenForm::new("something follows the value")),
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], BrokenForm> {
        let (taken, rest) = self.rest.split_at_checked(count).ok_or_else(cut_off)?;
        self.rest = rest;
        Ok(taken)
    }

    fn bytes<const N: usize>(&mut self) -> Result<[u8; N], BrokenForm> {
        self.take(N)?.try_into().map_err(|_| cut_off())
    }

    fn mark(&mut self) -> Result<u8, BrokenForm> {
        let [mark] = self.bytes()?;
        Ok(mark)
    }

    fn peek(&self) -> Result<u8, BrokenForm> {
        self.rest.first().copied().ok_or_else(cut_off)
    }

    fn expect(&mut self, mark: u8) -> Result<(), BrokenForm> {
        match self.mark()? {
            found if found == mark => Ok(()),
            found => Err(unexpected(found)),
        }
    }

    fn groups(&mut self) -> Result<u64, BrokenForm> {
        let (mut number, mut shift) = (0_u64, 0);
        loop {
            let [byte] = self.bytes()?;
            let group = u64::from(byte & 0x7f);
            if shift > 63 || (shift == 63 && group > 1) {
                return Err(BrokenForm::new("a number has more than 64 bits"));
            }
            number |= group << shift;
            if byte & 0x80 == 0 {
                return Ok(number);
            }
            shift += 7;
        }
    }

    /// The text behind its mark.
    fn rest_of_text(&mut self) -> Result<&'a str, BrokenForm> {
        let length = self.groups()?;
        let bytes = self.take(usize::try_from(length).map_err(|_| cut_off())?)?;
        std::str::from_utf8(bytes).map_err(|_| BrokenForm::new("a text is not UTF-8"))
    }

    fn text(&mut self) -> Result<&'a str, BrokenForm> {
        self.expect(TEXT)?;
        self.rest_of_text()
    }

    /// The items behind the mark of their beginning.
    fn items<T>(
        &mut self,
        visit: impl FnOnce(&mut Items<'_, 'a>) -> Result<T, BrokenForm>,
    ) -> Result<T, BrokenForm> {
        self.depth += 1;
        if self.depth > DEPTH {
            return Err(BrokenForm::new("it is nested too deeply"));
        }
        let mut items = Items {
            reader: self,
            ended: false,
        };
        let value = visit(&mut items)?;
        let ended = items.ended;
        if !ended {
            self.expect(END)?;
        }
        self.depth -= 1;
        Ok(value)
    }

    fn number<V: Visitor<'a>>(&mut self, visitor: V) -> Result<V::Value, BrokenForm> {
        match self.mark()? {
            NUMBER => visitor.visit_u64(self.groups()?),
            NEGATIVE => match i64::try_from(self.groups()?) {
                Ok(number) => visitor.visit_i64(!number),
                Err(_) => Err(BrokenForm::new("a number has more than 64 bits")),
            },
            FLOAT => visitor.visit_f32(f32::from_le_bytes(self.bytes()?)),
            DOUBLE => visitor.visit_f64(f64::from_le_bytes(self.bytes()?)),
            mark => Err(unexpected(mark)),
        }
    }
}

fn cut_off() -> BrokenForm {
    BrokenForm::new("it is cut off")
}

fn unexpected(mark: u8) -> BrokenForm {
    BrokenForm(format!("the mark {mark} stands where another one has to"))
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

impl<'a> Deserializer<'a> for &mut Reader<'a> {
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
            mark => Err(unexpected(mark)),
        }
    }

    fn deserialize_bytes<V: Visitor<'a>>(self, _: V) -> Result<V::Value, BrokenForm> {
        Err(BrokenForm::new("bytes have no compact form"))
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
        self.expect(SEQUENCE)?;
        self.items(|items| visitor.visit_seq(items))
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
        self.expect(MAP)?;
        self.items(|items| visitor.visit_map(items))
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
        match self.mark()? {
            TEXT => {
                let name = self.rest_of_text()?;
                visitor.visit_enum(StrDeserializer::new(name))
            }
            MAP => self.items(|items| visitor.visit_enum(Variant(items.reader))),
            mark => Err(unexpected(mark)),
        }
    }
}

/// The items of a sequence or map.
struct Items<'r, 'a> {
    reader: &'r mut Reader<'a>,
    ended: bool,
}

impl<'a> Items<'_, 'a> {
    /// Whether an item follows; none does where a field was left out.
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
struct Variant<'r, 'a>(&'r mut Reader<'a>);

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

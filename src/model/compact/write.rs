//! Writing.

use serde::Serialize;
use serde::ser::{
    SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};

use crate::model::secrets::KnownSecrets;

use super::{
    BrokenForm, DOUBLE, END, FALSE, FLOAT, LEFT_OUT, MAP, NEGATIVE, NOTHING, NUMBER, SEQUENCE,
    TEXT, TRUE,
};

/// What was written.
#[derive(Default)]
pub(super) struct FormWriter<'k> {
    pub out: Vec<u8>,
    /// Secrets that stand in no text; `None` where texts are written as they are.
    pub hidden: Option<&'k KnownSecrets>,
}

/// A sequence or map that is being written; a variant has another end.
pub(super) struct Open<'a, 'k> {
    writer: &'a mut FormWriter<'k>,
    ends: u8,
}

type Written = Result<(), BrokenForm>;

impl<'k> FormWriter<'k> {
    #[inline(never)]
    fn mark(&mut self, mark: u8) {
        self.out.push(mark);
    }

    #[inline(never)]
    fn groups(&mut self, mut number: u64) {
        while number >= 0x80 {
            self.out.push((number & 0x7f) as u8 | 0x80);
            number >>= 7;
        }
        self.out.push(number as u8);
    }

    #[inline(never)]
    fn text(&mut self, text: &str) {
        self.mark(TEXT);
        self.groups(text.len() as u64);
        self.out.extend_from_slice(text.as_bytes());
    }

    #[inline(never)]
    fn open(&mut self, mark: u8) -> Open<'_, 'k> {
        self.mark(mark);
        Open {
            writer: self,
            ends: 1,
        }
    }

    /// A variant with content: a map of its name to the content.
    #[inline(never)]
    fn variant(&mut self, name: &str) {
        self.mark(MAP);
        self.text(name);
    }

    #[inline(never)]
    fn variant_sequence(&mut self, name: &str) -> Open<'_, 'k> {
        self.variant(name);
        self.mark(SEQUENCE);
        Open {
            writer: self,
            ends: 2,
        }
    }
}

impl Open<'_, '_> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        value.serialize(&mut *self.writer)
    }

    fn close(self) {
        for _ in 0..self.ends {
            self.writer.mark(END);
        }
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty => $as:ident;)*) => {
        $(fn $method(self, value: $type) -> Written {
            self.$as(value.into())
        })*
    };
}

impl<'a, 'k> Serializer for &'a mut FormWriter<'k> {
    type Ok = ();
    type Error = BrokenForm;
    type SerializeSeq = Open<'a, 'k>;
    type SerializeTuple = Open<'a, 'k>;
    type SerializeTupleStruct = Open<'a, 'k>;
    type SerializeTupleVariant = Open<'a, 'k>;
    type SerializeMap = Open<'a, 'k>;
    type SerializeStruct = Open<'a, 'k>;
    type SerializeStructVariant = Open<'a, 'k>;

    numbers! {
        serialize_i8: i8 => serialize_i64;
        serialize_i16: i16 => serialize_i64;
        serialize_i32: i32 => serialize_i64;
        serialize_u8: u8 => serialize_u64;
        serialize_u16: u16 => serialize_u64;
        serialize_u32: u32 => serialize_u64;
    }

    fn serialize_bool(self, value: bool) -> Written {
        self.mark(if value { TRUE } else { FALSE });
        Ok(())
    }

    fn serialize_i64(self, value: i64) -> Written {
        match u64::try_from(value) {
            Ok(value) => self.serialize_u64(value),
            Err(_) => {
                self.mark(NEGATIVE);
                self.groups(!value as u64);
                Ok(())
            }
        }
    }

    fn serialize_u64(self, value: u64) -> Written {
        self.mark(NUMBER);
        self.groups(value);
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Written {
        self.mark(FLOAT);
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_f64(self, value: f64) -> Written {
        self.mark(DOUBLE);
        self.out.extend_from_slice(&value.to_le_bytes());
        Ok(())
    }

    fn serialize_char(self, value: char) -> Written {
        self.text(value.encode_utf8(&mut [0; 4]));
        Ok(())
    }

    fn serialize_str(self, value: &str) -> Written {
        match self.hidden {
            Some(known) => self.text(&known.mask(value)),
            None => self.text(value),
        }
        Ok(())
    }

    fn serialize_bytes(self, _: &[u8]) -> Written {
        Err(BrokenForm::Mismatch)
    }

    fn serialize_none(self) -> Written {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Written {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Written {
        self.mark(NOTHING);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Written {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Written {
        self.text(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Written {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Written {
        self.variant(variant);
        value.serialize(&mut *self)?;
        self.mark(END);
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.open(SEQUENCE))
    }

    fn serialize_tuple(self, _: usize) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.open(SEQUENCE))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.open(SEQUENCE))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.variant_sequence(variant))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.open(MAP))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.open(SEQUENCE))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Open<'a, 'k>, BrokenForm> {
        Ok(self.variant_sequence(variant))
    }
}

macro_rules! sequences {
    ($($trait:ident: $method:ident;)*) => {
        $(impl $trait for Open<'_, '_> {
            type Ok = ();
            type Error = BrokenForm;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
                self.item(value)
            }

            fn end(self) -> Written {
                self.close();
                Ok(())
            }
        })*
    };
}

sequences! {
    SerializeSeq: serialize_element;
    SerializeTuple: serialize_element;
    SerializeTupleStruct: serialize_field;
    SerializeTupleVariant: serialize_field;
}

macro_rules! structures {
    ($($trait:ident,)*) => {
        $(impl $trait for Open<'_, '_> {
            type Ok = ();
            type Error = BrokenForm;

            fn serialize_field<T: Serialize + ?Sized>(
                &mut self,
                _: &'static str,
                value: &T,
            ) -> Written {
                self.item(value)
            }

            fn skip_field(&mut self, _: &'static str) -> Written {
                self.writer.mark(LEFT_OUT);
                Ok(())
            }

            fn end(self) -> Written {
                self.close();
                Ok(())
            }
        })*
    };
}

structures! {
    SerializeStruct,
    SerializeStructVariant,
}

impl SerializeMap for Open<'_, '_> {
    type Ok = ();
    type Error = BrokenForm;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Written {
        self.item(key)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Written {
        self.item(value)
    }

    fn end(self) -> Written {
        self.close();
        Ok(())
    }
}

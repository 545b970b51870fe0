//! What no text that comes in may hold, found in a value of any type.
//!
//! PostgreSQL stores no NUL, C libraries end at one, and nobody types one. A
//! value is looked through as it would be written, so that every text in it is
//! met, however deep it stands, and its place is known.

use crate::Error;
use serde::ser::{
    self, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTuple,
    SerializeTupleStruct, SerializeTupleVariant, Serializer,
};
use std::fmt;

/// How a cause begins that carries a refusal; its field follows.
const CAUSE: &str = "a text that cannot be stored: ";

/// Refuses a value with a NUL character in one of its texts, and names the field.
///
/// # Errors
/// `invalid`, with the field as a path such as `endpoints.0.model`.
pub fn check<T: Serialize + ?Sized>(value: &T) -> Result<(), Error> {
    value.serialize(Check { key: None }).map_err(|found| refusal(&found.place))
}

/// The same for the arguments of a call. What stands inside of an argument goes by its name there, as
/// in every other refusal.
///
/// # Errors
/// Those of [`check`].
pub fn check_arguments<T: Serialize + ?Sized>(arguments: &T) -> Result<(), Error> {
    arguments.serialize(Check { key: None }).map_err(|found| match found.place.split_once('.') {
        Some((_, inner)) if !inner.starts_with(|first: char| first.is_ascii_digit()) => refusal(inner),
        _ => refusal(&found.place),
    })
}

/// A refusal as the cause of an error of the library that reads arguments, which keeps nothing of it but a sentence.
#[must_use]
pub fn as_cause(refusal: &Error) -> String {
    format!("{CAUSE}{}", refusal.field.as_deref().unwrap_or_default())
}

/// The refusal that such a cause was made of, if it was.
#[must_use]
pub fn of_cause(cause: &str) -> Option<Error> {
    cause.strip_prefix(CAUSE).map(refusal)
}

/// The refusal of a text with a NUL character; `field` is empty where it is not known.
#[must_use]
pub fn refusal(field: &str) -> Error {
    let error = Error::invalid("The text contains a NUL character, which cannot be stored. Please remove it.");
    if field.is_empty() { error } else { error.field(field) }
}

/// Where a NUL is.
#[derive(Debug)]
struct Found {
    place: String,
}

impl Found {
    fn here() -> Self {
        Self { place: String::new() }
    }

    fn within(self, outer: impl fmt::Display) -> Self {
        let place = if self.place.is_empty() { outer.to_string() } else { format!("{outer}.{}", self.place) };
        Self { place }
    }
}

impl fmt::Display for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "a NUL in \"{}\"", self.place)
    }
}

impl std::error::Error for Found {}

impl ser::Error for Found {
    /// A value that cannot be written cannot be looked through: it is refused as well.
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self::here()
    }
}

/// Looks at one value; `key` gets its text when it is the key of a map.
struct Check<'a> {
    key: Option<&'a mut String>,
}

/// Looks at the parts of a value.
struct Parts {
    next: usize,
    key: String,
}

impl Parts {
    const START: Self = Self { next: 0, key: String::new() };

    fn part<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        let place = self.next;
        self.next += 1;
        value.serialize(Check { key: None }).map_err(|found| found.within(place))
    }
}

fn field<T: Serialize + ?Sized>(name: &'static str, value: &T) -> Result<(), Found> {
    value.serialize(Check { key: None }).map_err(|found| found.within(name))
}

/// Values that hold no text.
macro_rules! no_text {
    ($($method:ident: $kind:ty),* $(,)?) => {
        $(fn $method(self, _: $kind) -> Result<(), Found> {
            Ok(())
        })*
    };
}

impl Serializer for Check<'_> {
    type Ok = ();
    type Error = Found;
    type SerializeSeq = Parts;
    type SerializeTuple = Parts;
    type SerializeTupleStruct = Parts;
    type SerializeTupleVariant = Parts;
    type SerializeMap = Parts;
    type SerializeStruct = Parts;
    type SerializeStructVariant = Parts;

    no_text! {
        serialize_bool: bool, serialize_i8: i8, serialize_i16: i16, serialize_i32: i32, serialize_i64: i64,
        serialize_i128: i128, serialize_u128: u128,
        serialize_u8: u8, serialize_u16: u16, serialize_u32: u32, serialize_u64: u64, serialize_f32: f32,
        serialize_f64: f64, serialize_bytes: &[u8], serialize_unit_struct: &'static str,
    }

    fn serialize_char(self, value: char) -> Result<(), Found> {
        if value == '\0' { Err(Found::here()) } else { Ok(()) }
    }

    fn serialize_str(self, value: &str) -> Result<(), Found> {
        if value.as_bytes().contains(&0) {
            return Err(Found::here());
        }
        if let Some(key) = self.key {
            value.clone_into(key);
        }
        Ok(())
    }

    fn serialize_none(self) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, _: &'static str) -> Result<(), Found> {
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        _: &'static str,
        value: &T,
    ) -> Result<(), Found> {
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    fn serialize_tuple_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    fn serialize_struct_variant(self, _: &'static str, _: u32, _: &'static str, _: usize) -> Result<Parts, Found> {
        Ok(Parts::START)
    }

    /// Ids and the like are to be looked at as the binary form has them: quickly.
    fn is_human_readable(&self) -> bool {
        false
    }
}

/// The parts of sequences, by their number.
macro_rules! by_number {
    ($($kind:ident: $method:ident),* $(,)?) => {
        $(impl $kind for Parts {
            type Ok = ();
            type Error = Found;

            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
                self.part(value)
            }

            fn end(self) -> Result<(), Found> {
                Ok(())
            }
        })*
    };
}

by_number! {
    SerializeSeq: serialize_element, SerializeTuple: serialize_element, SerializeTupleStruct: serialize_field,
    SerializeTupleVariant: serialize_field,
}

/// The parts of structures, by their name.
macro_rules! by_name {
    ($($kind:ident),* $(,)?) => {
        $(impl $kind for Parts {
            type Ok = ();
            type Error = Found;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Found> {
                field(name, value)
            }

            fn end(self) -> Result<(), Found> {
                Ok(())
            }
        })*
    };
}

by_name!(SerializeStruct, SerializeStructVariant);

impl SerializeMap for Parts {
    type Ok = ();
    type Error = Found;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Found> {
        self.key.clear();
        key.serialize(Check { key: Some(&mut self.key) })
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Found> {
        value.serialize(Check { key: None }).map_err(|found| found.within(&self.key))
    }

    fn end(self) -> Result<(), Found> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[derive(serde::Serialize)]
    struct Arguments {
        id: u128,
        tags: Vec<Option<String>>,
        update: Update,
    }

    #[derive(serde::Serialize)]
    enum Kind {
        Plain(String),
        Pair(u8, String),
        Named { text: char },
    }

    #[derive(serde::Serialize)]
    struct Update {
        bytes: Vec<u8>,
        kinds: Vec<Kind>,
    }

    fn with(tag: &str, kind: Kind) -> Option<Option<String>> {
        let update = Update { bytes: vec![0, 1, 0], kinds: vec![Kind::Plain("b\u{1}\n".to_owned()), kind] };
        let arguments = Arguments { id: 0, tags: vec![None, Some(tag.to_owned())], update };
        check_arguments(&arguments).err().map(|error| error.field)
    }

    #[test]
    fn a_nul_is_found_wherever_it_stands() {
        let plain = || Kind::Plain("x".to_owned());
        let at = |place: &str| Some(Some(place.to_owned()));
        assert_eq!(with("a", plain()), None, "bytes are no text");
        assert_eq!(with("a\0b", plain()), at("tags.1"));
        assert_eq!(with("a", Kind::Plain("\0".to_owned())), at("kinds.1"));
        assert_eq!(with("a", Kind::Pair(0, "\0".to_owned())), at("kinds.1.1"));
        assert_eq!(with("a", Kind::Named { text: '\0' }), at("kinds.1.text"));
        assert_eq!(check(&json!({ "a": [1, { "b": "x\u{0}" }] })).unwrap_err().field.as_deref(), Some("a.1.b"));
        assert!(check(&json!({ "a\u{0}": 1 })).is_err() && check("\0").unwrap_err().field.is_none());
        let error = check_arguments(&json!({ "update": { "name": "\0" } })).unwrap_err();
        assert_eq!((error.field.as_deref(), of_cause(&as_cause(&error))), (Some("name"), Some(error.clone())));
        check(&json!({ "a": [1, null, true, 0.5, "\u{1}\t🌲"] })).unwrap();
    }
}

//! Which variants an enum has: asked of its own `Deserialize`.

use std::fmt;

use serde::de::{DeserializeOwned, Deserializer, Error as _, Visitor};
use serde_json::Value;

/// Carries the answer out of a deserialisation that is bound to fail.
#[derive(Debug)]
enum Answer {
    Variants(&'static [&'static str]),
    NotAnEnum(String),
}

impl fmt::Display for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}
impl std::error::Error for Answer {}
impl serde::de::Error for Answer {
    fn custom<T: fmt::Display>(what: T) -> Self {
        Self::NotAnEnum(what.to_string())
    }
}

struct Asking;

impl<'de> Deserializer<'de> for Asking {
    type Error = Answer;

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        _: V,
    ) -> Result<V::Value, Answer> {
        Err(Answer::Variants(variants))
    }

    fn deserialize_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Answer> {
        Err(Answer::custom("it asks for something else"))
    }

    serde::forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf option unit
        unit_struct newtype_struct seq tuple tuple_struct map struct identifier ignored_any
    }
}

/// The variants of `T` by their stored names.
pub fn variants_of<T: DeserializeOwned>() -> &'static [&'static str] {
    match T::deserialize(Asking) {
        Err(Answer::Variants(variants)) => variants,
        Err(Answer::NotAnEnum(why)) => panic!("{}: {why}", std::any::type_name::<T>()),
        Ok(_) => panic!("{} is read from nothing", std::any::type_name::<T>()),
    }
}

/// The variant of a stored value.
pub fn variant_of(value: &Value) -> &str {
    match value {
        Value::String(word) => word,
        Value::Object(map) => map.keys().next().unwrap(),
        other => panic!("{other} is of no enum"),
    }
}

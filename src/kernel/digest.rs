//! Keyed 128-bit hashes that are the same on every machine and in every release.

use std::fmt;
use std::hash::Hasher as _;

use serde::Deserialize;
use serde::ser::{self, Serialize};
use siphasher::sip128::SipHasher13;

/// The secret under which texts and requests are hashed before they reach an index or the journal.
///
/// With the key nobody can be found from a hash but by someone who has the key and guesses the text.
/// Keep it with your other secrets and never change it: stored hashes would no longer be found.
#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(transparent)]
pub struct SecretKey([u8; 16]);

impl SecretKey {
    /// The key with these bytes, which should be drawn at random once.
    #[must_use]
    pub const fn new(bytes: [u8; 16]) -> Self {
        Self(bytes)
    }

    /// A hash under this key, to be fed.
    #[must_use]
    pub fn digest(&self) -> Digest {
        Digest::new(&self.0)
    }
}

impl fmt::Debug for SecretKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SecretKey(..)")
    }
}

/// A hash in the making: SipHash-1-3 with 128 bits of result (Aumasson and Bernstein, 2012).
#[derive(Clone, Debug)]
pub struct Digest {
    hasher: SipHasher13,
    /// What the hasher has not seen yet: it is quicker with few long pieces than with many short ones.
    waiting: [u8; PIECE],
    length: usize,
}

/// Ends a text: no UTF-8 text holds this byte.
const END: u8 = 0xff;

/// How much is gathered before the hasher sees it, in bytes: all of most commands.
const PIECE: usize = 256;

/// Most texts are no longer than this, in bytes: names, and words of the business.
const SHORT: usize = 32;

/// Room for a short text and a few bytes around it: what is looked at once then, before it is written.
type Room = [u8; SHORT + 8];

/// Writes bytes at a place in a room.
#[inline]
fn put<const N: usize>(room: &mut Room, at: usize, bytes: [u8; N]) {
    let place = room.get_mut(at..);
    if let Some(place) = place.and_then(<[u8]>::first_chunk_mut) {
        *place = bytes;
    }
}

/// Writes the first and the last few bytes of a text, if it has as many: two pieces that may overlap are quicker than a copy
/// of any length.
#[inline]
fn put_ends<const N: usize>(room: &mut Room, at: usize, text: &[u8]) -> bool {
    let (Some(first), Some(last)) = (text.first_chunk::<N>(), text.last_chunk::<N>()) else {
        return false;
    };
    put(room, at, *first);
    put(room, at + (text.len() - N), *last);
    true
}

impl Digest {
    /// A hash under a key that is no secret, for what is not personal.
    #[must_use]
    pub fn public() -> Self {
        Self::new(b"aftercare public")
    }

    #[inline]
    fn new(key: &[u8; 16]) -> Self {
        Self {
            hasher: SipHasher13::new_with_key(key),
            waiting: [0; PIECE],
            length: 0,
        }
    }

    /// Feeds a number.
    #[must_use]
    pub fn with_u128(mut self, value: u128) -> Self {
        self.write_few(value.to_le_bytes());
        self
    }

    /// Feeds a text and its end.
    #[must_use]
    #[inline]
    pub fn with_str(mut self, text: &str) -> Self {
        self.put_str(text);
        self
    }

    /// Feeds any value by its serde shape. A field that is `None` counts as absent, so that a struct
    /// which later gains an optional field keeps its hash.
    #[must_use]
    #[inline]
    pub fn with<T: Serialize + ?Sized>(mut self, value: &T) -> Self {
        // This serializer fails only where a `Serialize` implementation says so itself.
        let feed = Feed {
            digest: &mut self,
            field: None,
        };
        if value.serialize(feed).is_err() {
            self.write_few([b'!']);
        }
        self
    }

    /// The hash.
    #[must_use]
    pub fn finish(&self) -> u128 {
        let waiting = self.waiting.get(..self.length).unwrap_or_default();
        // At once, behind what it has seen.
        self.hasher.hash(waiting).as_u128()
    }

    #[inline]
    fn write(&mut self, bytes: &[u8]) {
        let end = self.length.saturating_add(bytes.len());
        match self.waiting.get_mut(self.length..end) {
            Some(room) => {
                room.copy_from_slice(bytes);
                self.length = end;
            }
            None => self.pour(bytes),
        }
    }

    /// Writes what no longer fits behind what is waiting.
    fn pour(&mut self, bytes: &[u8]) {
        self.hasher
            .write(self.waiting.get(..self.length).unwrap_or_default());
        self.length = 0;
        if bytes.len() > PIECE {
            self.hasher.write(bytes);
        } else {
            self.write(bytes);
        }
    }

    #[inline]
    fn put_str(&mut self, text: &str) {
        self.write_between([], text, [END]);
    }

    /// Writes a text between a few bytes.
    #[inline]
    fn write_between<const B: usize, const E: usize>(
        &mut self,
        before: [u8; B],
        text: &str,
        after: [u8; E],
    ) {
        const { assert!(B + E <= 8, "a room has so much for what is around a text") };
        let text = text.as_bytes();
        let room = self.waiting.get_mut(self.length..);
        if text.len() <= SHORT
            && let Some(room) = room.and_then(<[u8]>::first_chunk_mut::<{ SHORT + 8 }>)
        {
            put(room, 0, before);
            let _ = put_ends::<16>(room, B, text)
                || put_ends::<8>(room, B, text)
                || put_ends::<4>(room, B, text)
                || put_ends::<2>(room, B, text)
                || put_ends::<1>(room, B, text);
            put(room, B + text.len(), after);
            self.length += B + text.len() + E;
        } else {
            self.write_few(before);
            self.write(text);
            self.write_few(after);
        }
    }

    /// Writes a few bytes, as many as the program says: quicker than a copy of any length.
    #[inline]
    fn write_few<const N: usize>(&mut self, bytes: [u8; N]) {
        let room = self.waiting.get_mut(self.length..);
        match room.and_then(|room| room.first_chunk_mut()) {
            Some(room) => {
                *room = bytes;
                self.length = self.length.saturating_add(N);
            }
            None => self.pour(&bytes),
        }
    }
}

/// Feeds a digest with a value's serde shape: a tag for each kind of value, then its bytes.
struct Feed<'a> {
    digest: &'a mut Digest,
    /// The field whose value comes next; written only once that value turns out to be something.
    field: Option<&'static str>,
}

/// The only failure: a `Serialize` implementation's own.
#[derive(Debug)]
struct Own;
impl fmt::Display for Own {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a value refused to be serialized")
    }
}
impl std::error::Error for Own {}
impl ser::Error for Own {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

macro_rules! numbers {
    ($($method:ident: $type:ty => $tag:literal,)*) => {
        $(fn $method(mut self, value: $type) -> Result<(), Own> {
            self.put($tag, value.to_le_bytes());
            Ok(())
        })*
    };
}

impl ser::Serializer for Feed<'_> {
    type Ok = ();
    type Error = Own;
    type SerializeSeq = Self;
    type SerializeTuple = Self;
    type SerializeTupleStruct = Self;
    type SerializeTupleVariant = Self;
    type SerializeMap = Self;
    type SerializeStruct = Self;
    type SerializeStructVariant = Self;

    numbers! {
        serialize_i128: i128 => b'i',
        serialize_u128: u128 => b'u',
        serialize_f64: f64 => b'f',
    }
    // A number is the same in whatever width it comes.
    fn serialize_i8(self, value: i8) -> Result<(), Own> {
        self.serialize_i128(value.into())
    }
    fn serialize_i16(self, value: i16) -> Result<(), Own> {
        self.serialize_i128(value.into())
    }
    fn serialize_i32(self, value: i32) -> Result<(), Own> {
        self.serialize_i128(value.into())
    }
    fn serialize_i64(self, value: i64) -> Result<(), Own> {
        self.serialize_i128(value.into())
    }
    fn serialize_u8(self, value: u8) -> Result<(), Own> {
        self.serialize_u128(value.into())
    }
    fn serialize_u16(self, value: u16) -> Result<(), Own> {
        self.serialize_u128(value.into())
    }
    fn serialize_u32(self, value: u32) -> Result<(), Own> {
        self.serialize_u128(value.into())
    }
    fn serialize_u64(self, value: u64) -> Result<(), Own> {
        self.serialize_u128(value.into())
    }
    fn serialize_f32(self, value: f32) -> Result<(), Own> {
        self.serialize_f64(value.into())
    }
    fn serialize_bool(mut self, value: bool) -> Result<(), Own> {
        self.put(b'b', [u8::from(value)]);
        Ok(())
    }
    fn serialize_char(mut self, value: char) -> Result<(), Own> {
        self.put(b'c', u32::from(value).to_le_bytes());
        Ok(())
    }
    fn serialize_str(mut self, value: &str) -> Result<(), Own> {
        self.put_str(b's', value);
        Ok(())
    }
    fn serialize_bytes(mut self, value: &[u8]) -> Result<(), Own> {
        let length = u128::try_from(value.len()).unwrap_or(0);
        self.put(b'y', length.to_le_bytes());
        self.digest.write_few([b'.']);
        match <[u8; 16]>::try_from(value) {
            Ok(id) => self.digest.write_few(id),
            Err(_) => self.digest.write(value),
        }
        Ok(())
    }
    fn serialize_none(mut self) -> Result<(), Own> {
        if self.field.is_none() {
            self.tag(b'0');
        }
        Ok(())
    }
    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Own> {
        value.serialize(self)
    }
    fn serialize_unit(self) -> Result<(), Own> {
        self.serialize_none()
    }
    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Own> {
        self.serialize_none()
    }
    fn serialize_unit_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), Own> {
        self.variant(variant);
        Ok(())
    }
    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), Own> {
        value.serialize(self)
    }
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Own> {
        self.variant(variant);
        value.serialize(self)
    }
    fn serialize_seq(mut self, _: Option<usize>) -> Result<Self, Own> {
        self.tag(b'[');
        Ok(self)
    }
    fn serialize_tuple(self, _: usize) -> Result<Self, Own> {
        self.serialize_seq(None)
    }
    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Self, Own> {
        self.serialize_seq(None)
    }
    fn serialize_tuple_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Own> {
        self.variant(variant);
        self.serialize_seq(None)
    }
    fn serialize_map(mut self, _: Option<usize>) -> Result<Self, Own> {
        self.tag(b'{');
        Ok(self)
    }
    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Self, Own> {
        self.serialize_map(None)
    }
    fn serialize_struct_variant(
        mut self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Self, Own> {
        self.variant(variant);
        self.serialize_map(None)
    }
    fn is_human_readable(&self) -> bool {
        false
    }
}

impl Feed<'_> {
    #[inline]
    fn tag(&mut self, tag: u8) {
        match self.field.take() {
            Some(name) => self.digest.write_between([b':'], name, [END, tag]),
            None => self.digest.write_few([tag]),
        }
    }

    #[inline]
    fn put<const N: usize>(&mut self, tag: u8, bytes: [u8; N]) {
        self.tag(tag);
        self.digest.write_few(bytes);
    }

    /// A tag, a text and its end.
    #[inline]
    fn put_str(&mut self, tag: u8, text: &str) {
        self.tag(tag);
        self.digest.put_str(text);
    }

    fn variant(&mut self, name: &str) {
        self.put_str(b'v', name);
    }

    fn next<T: Serialize + ?Sized>(
        &mut self,
        field: Option<&'static str>,
        value: &T,
    ) -> Result<(), Own> {
        value.serialize(Feed {
            digest: self.digest,
            field,
        })
    }

    fn close(mut self) -> Result<(), Own> {
        self.tag(b'.');
        Ok(())
    }
}

macro_rules! items {
    ($($trait:ident $method:ident,)*) => {
        $(impl ser::$trait for Feed<'_> {
            type Ok = ();
            type Error = Own;
            fn $method<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Own> {
                self.next(None, value)
            }
            fn end(self) -> Result<(), Own> {
                self.close()
            }
        })*
    };
}
items! {
    SerializeSeq serialize_element,
    SerializeTuple serialize_element,
    SerializeTupleStruct serialize_field,
    SerializeTupleVariant serialize_field,
}
impl ser::SerializeMap for Feed<'_> {
    type Ok = ();
    type Error = Own;
    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Own> {
        self.next(None, key)
    }
    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Own> {
        self.next(None, value)
    }
    fn end(self) -> Result<(), Own> {
        self.close()
    }
}
macro_rules! fields {
    ($($trait:ident)*) => {
        $(impl ser::$trait for Feed<'_> {
            type Ok = ();
            type Error = Own;
            fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Own> {
                self.next(Some(key), value)
            }
            fn end(self) -> Result<(), Own> {
                self.close()
            }
        })*
    };
}
fields! { SerializeStruct SerializeStructVariant }

#[cfg(test)]
mod tests {
    use super::*;
    use serde::Serialize;

    #[derive(Serialize)]
    struct Before {
        name: &'static str,
    }
    #[derive(Serialize)]
    struct After {
        name: &'static str,
        note: Option<u8>,
    }

    fn hash<T: Serialize>(value: &T) -> u128 {
        Digest::public().with(value).finish()
    }

    #[test]
    fn a_new_optional_field_that_is_absent_keeps_the_hash() {
        let before = hash(&Before { name: "a" });
        assert_eq!(
            before,
            hash(&After {
                name: "a",
                note: None
            })
        );
        assert_ne!(
            before,
            hash(&After {
                name: "a",
                note: Some(0)
            })
        );
    }

    #[test]
    fn values_of_different_shape_differ() {
        let hashes = [
            hash(&("ab", "c")),
            hash(&("a", "bc")),
            hash(&vec![vec![1], vec![2]]),
            hash(&vec![vec![1, 2]]),
            hash(&Some("x")),
            hash(&()),
            hash(&0_u8),
            hash(&0_i8),
            hash(&[Some(1), None]),
            hash(&[Some(1)]),
        ];
        for (n, a) in hashes.iter().enumerate() {
            for b in &hashes[n + 1..] {
                assert_ne!(a, b);
            }
        }
    }

    #[test]
    fn a_number_has_one_hash_in_whatever_width() {
        assert_eq!(hash(&7_u8), hash(&7_u128));
        assert_eq!(hash(&-7_i16), hash(&-7_i128));
    }

    #[test]
    fn a_hash_is_that_of_all_bytes_however_many_and_in_whatever_pieces() {
        let text: String = ('a'..='z').cycle().take(700).collect();
        for length in 0..text.len() {
            let (all, _) = text.split_at(length);
            let (first, second) = all.split_at(length / 3);
            let fed = Digest::public().with_str(first).with_str(second);
            let bytes = [first.as_bytes(), &[0xff], second.as_bytes(), &[0xff]].concat();
            let plain = SipHasher13::new_with_key(b"aftercare public").hash(&bytes);
            assert_eq!(fed.finish(), plain.as_u128(), "{length}");
        }
    }

    #[test]
    fn a_hash_is_the_same_in_every_release() {
        assert_eq!(
            hash(&After {
                name: "iade",
                note: Some(3)
            }),
            GOLDEN
        );
    }
    const GOLDEN: u128 = 177_436_951_703_610_925_343_690_477_645_158_031_967;

    #[test]
    fn the_key_decides_and_does_not_show() {
        let a = SecretKey::new([1; 16]);
        let b = SecretKey::new([2; 16]);
        assert_ne!(
            a.digest().with_str("x").finish(),
            b.digest().with_str("x").finish()
        );
        assert_eq!(format!("{a:?}"), "SecretKey(..)");
    }
}

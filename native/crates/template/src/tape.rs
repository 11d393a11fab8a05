//! A msgpack message as a flat tape that borrows from it: the children of an array lie side by side.

use crate::rendered::LARGE;

/// One value of the message.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'m> {
    /// Absent.
    Nil,
    /// A truth value.
    Bool(bool),
    /// An integer; msgpack carries 64 bits of either sign.
    Int(i128),
    /// Text.
    Str(&'m str),
    /// Bytes.
    Bin(&'m [u8]),
    /// What stands in place of a value that is not known: extension 1, with the code.
    NullFlavor(&'m str),
    /// A list or a struct: where its children begin, and how many there are.
    Array(u32, u32),
}

/// A message that was read whole. Its first value is the root.
#[derive(Debug, Default)]
pub(crate) struct Tape<'m> {
    values: Vec<Value<'m>>,
}

const MAX_DEPTH: u8 = 32;
/// The type of the extension that carries a null flavour.
const NULL_FLAVOR: u8 = 1;

impl<'m> Tape<'m> {
    /// Read a message: nil, booleans, integers, texts, bytes, null flavours and arrays of these.
    ///
    /// `None` when it is not msgpack, is cut short, goes on after its end, is nested deeper than 32, or holds maps,
    /// floats or other extensions.
    pub(crate) fn read(message: &'m [u8]) -> Option<Self> {
        let mut reader = Reader { rest: message, values: vec![Value::Nil] };
        let root = reader.value(0)?;
        reader.values[0] = root;
        reader.rest.is_empty().then_some(Self { values: reader.values })
    }

    /// The bytes of the message that are large bodies.
    pub(crate) fn bodies(&self) -> usize {
        let large = |value: &Value<'_>| if let Value::Bin(bytes) = value { bytes.len() } else { 0 };
        self.values.iter().map(large).filter(|length| *length >= LARGE).sum()
    }

    /// The root.
    pub(crate) fn root(&self) -> Value<'m> {
        self.at(0)
    }

    /// The value at `index`; nothing lies outside the tape.
    pub(crate) fn at(&self, index: u32) -> Value<'m> {
        self.values.get(index as usize).copied().unwrap_or(Value::Nil)
    }
}

struct Reader<'m> {
    rest: &'m [u8],
    values: Vec<Value<'m>>,
}

impl<'m> Reader<'m> {
    fn value(&mut self, depth: u8) -> Option<Value<'m>> {
        let [head] = self.take::<1>()?;
        Some(match head {
            0x00..=0x7F => Value::Int(i128::from(head)),
            0xE0..=0xFF => Value::Int(i128::from(head.cast_signed())),
            0x90..=0x9F => self.array(u32::from(head & 0x0F), depth)?,
            0xA0..=0xBF => self.text(u32::from(head & 0x1F))?,
            0xC0 => Value::Nil,
            0xC2 | 0xC3 => Value::Bool(head == 0xC3),
            0xC4..=0xC6 => {
                let length = self.length(head - 0xC4)?;
                Value::Bin(self.bytes(length)?)
            }
            0xC7..=0xC9 => {
                let length = self.length(head - 0xC7)?;
                self.null_flavor(length)?
            }
            0xD4..=0xD8 => self.null_flavor(1 << (head - 0xD4))?,
            0xCC..=0xD3 => self.integer(head)?,
            0xD9..=0xDB => {
                let length = self.length(head - 0xD9)?;
                self.text(length)?
            }
            0xDC | 0xDD => {
                let length = self.length(head - 0xDB)?;
                self.array(length, depth)?
            }
            _ => return None,
        })
    }

    fn integer(&mut self, head: u8) -> Option<Value<'m>> {
        Some(Value::Int(match head {
            0xCC => u8::from_be_bytes(self.take()?).into(),
            0xCD => u16::from_be_bytes(self.take()?).into(),
            0xCE => u32::from_be_bytes(self.take()?).into(),
            0xCF => u64::from_be_bytes(self.take()?).into(),
            0xD0 => i8::from_be_bytes(self.take()?).into(),
            0xD1 => i16::from_be_bytes(self.take()?).into(),
            0xD2 => i32::from_be_bytes(self.take()?).into(),
            _ => i64::from_be_bytes(self.take()?).into(),
        }))
    }

    /// A length of 1, 2 or 4 bytes: `width` is 0, 1 or 2.
    fn length(&mut self, width: u8) -> Option<u32> {
        Some(match width {
            0 => u8::from_be_bytes(self.take()?).into(),
            1 => u16::from_be_bytes(self.take()?).into(),
            _ => u32::from_be_bytes(self.take()?),
        })
    }

    fn text(&mut self, length: u32) -> Option<Value<'m>> {
        std::str::from_utf8(self.bytes(length)?).ok().map(Value::Str)
    }

    fn null_flavor(&mut self, length: u32) -> Option<Value<'m>> {
        let [kind] = self.take::<1>()?;
        if kind != NULL_FLAVOR {
            return None;
        }
        std::str::from_utf8(self.bytes(length)?).ok().map(Value::NullFlavor)
    }

    fn array(&mut self, length: u32, depth: u8) -> Option<Value<'m>> {
        // Every child takes at least one byte: a length beyond that is a lie, and must not reserve memory.
        if depth == MAX_DEPTH || length as usize > self.rest.len() {
            return None;
        }
        let first = self.values.len();
        self.values.resize(first + length as usize, Value::Nil);
        for at in first..first + length as usize {
            let child = self.value(depth + 1)?;
            self.values[at] = child;
        }
        Some(Value::Array(u32::try_from(first).ok()?, length))
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let (taken, rest) = self.rest.split_first_chunk::<N>()?;
        self.rest = rest;
        Some(*taken)
    }

    fn bytes(&mut self, length: u32) -> Option<&'m [u8]> {
        let (taken, rest) = self.rest.split_at_checked(length as usize)?;
        self.rest = rest;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::{any, proptest};

    use super::{Tape, Value};

    #[test]
    fn children_lie_side_by_side() {
        // [1, ["a", nil], true]
        let tape = Tape::read(&[0x93, 0x01, 0x92, 0xA1, b'a', 0xC0, 0xC3]).unwrap();
        assert_eq!(tape.root(), Value::Array(1, 3));
        assert_eq!(tape.at(1), Value::Int(1));
        assert_eq!(tape.at(2), Value::Array(4, 2));
        assert_eq!(tape.at(3), Value::Bool(true));
        assert_eq!((tape.at(4), tape.at(5)), (Value::Str("a"), Value::Nil));
    }

    #[test]
    fn every_width_of_integer_is_read() {
        let cases: [(&[u8], i128); 6] = [
            (&[0xFF], -1),
            (&[0xCC, 0xFF], 255),
            (&[0xCD, 0x01, 0x00], 256),
            (&[0xD0, 0x80], -128),
            (&[0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF], i128::from(u64::MAX)),
            (&[0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], i128::from(i64::MIN)),
        ];
        for (message, expected) in cases {
            assert_eq!(Tape::read(message).unwrap().root(), Value::Int(expected));
        }
    }

    #[test]
    fn null_flavours_of_every_length_are_read_and_other_extensions_refused() {
        let read = |message: &'static [u8]| Tape::read(message).map(|tape| tape.root());
        assert_eq!(read(&[0xD5, 1, b'N', b'I']), Some(Value::NullFlavor("NI")));
        assert_eq!(read(&[0xC7, 3, 1, b'U', b'N', b'K']), Some(Value::NullFlavor("UNK")));
        assert_eq!(read(&[0xD6, 1, b'A', b'S', b'K', b'U']), Some(Value::NullFlavor("ASKU")));
        for message in [&[0xD5, 2, b'N', b'I'][..], &[0xD6, 1, b'N', b'I'], &[0xC7, 1, 1, 0xFF], &[0xD4]] {
            assert!(Tape::read(message).is_none(), "{message:02X?}");
        }
    }

    #[test]
    fn broken_messages_are_refused() {
        let broken: [&[u8]; 7] = [
            &[],
            &[0x92, 0x01],
            &[0x01, 0x01],
            &[0xA1, 0xFF],
            &[0xDD, 0xFF, 0xFF, 0xFF, 0xFF],
            &[0x80],
            &[0xCB, 0, 0, 0, 0, 0, 0, 0, 0],
        ];
        for message in broken {
            assert!(Tape::read(message).is_none(), "{message:02X?}");
        }
        assert!(Tape::read(&[0x91; 100]).is_none());
    }

    proptest! {
        #[test]
        fn no_message_makes_it_panic(message in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = Tape::read(&message);
        }
    }
}

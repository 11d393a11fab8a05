//! A msgpack message as a flat tape that borrows from it: the children of an array lie side by side.

use crate::append::append;
use crate::plain::{Seen, look};
use crate::rendered::LARGE;

/// What a cell is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u32)]
pub(crate) enum Sort {
    /// Absent.
    Nil,
    /// A truth value.
    Bool,
    /// An integer.
    Int,
    /// An integer beyond the signed ones: msgpack carries 64 bits of either sign.
    Huge,
    /// Text, which was checked to be UTF-8.
    Str,
    /// Bytes.
    Bin,
    /// What stands in place of a value that is not known: extension 1, with the code.
    NullFlavor,
    /// A list or a struct.
    Array,
    /// Where a path does not fit the message.
    Wrong,
}

/// One value of the message in exactly two words, so that it travels in registers: its sort and length, and where it
/// begins (in the message, or for an array on the tape) or its bits.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cell {
    head: u64,
    pub(crate) data: u64,
}

/// Marks a text that was seen to be plain.
const PLAIN: u64 = 1 << 40;

impl Cell {
    pub(crate) const NIL: Self = Self::new(Sort::Nil, 0, 0);
    pub(crate) const WRONG: Self = Self::new(Sort::Wrong, 0, 0);

    const fn new(sort: Sort, length: u32, data: u64) -> Self {
        Self { head: (sort as u64) << 32 | length as u64, data }
    }

    /// The same text, marked as plain.
    fn plain(self) -> Self {
        Self { head: self.head | PLAIN, ..self }
    }

    #[inline]
    fn is_wrong(self) -> bool {
        self.head == Self::WRONG.head
    }

    fn bits(sort: Sort, data: u64) -> Self {
        Self::new(sort, 0, data)
    }

    /// What the cell is.
    #[inline]
    pub(crate) fn sort(self) -> Sort {
        match self.head >> 32 & 0xFF {
            0 => Sort::Nil,
            1 => Sort::Bool,
            2 => Sort::Int,
            3 => Sort::Huge,
            4 => Sort::Str,
            5 => Sort::Bin,
            6 => Sort::NullFlavor,
            7 => Sort::Array,
            _ => Sort::Wrong,
        }
    }

    /// A text in which nothing needs to be escaped or refused, wherever it is written.
    #[inline]
    pub(crate) fn is_plain(self) -> bool {
        self.head & PLAIN != 0
    }

    /// A text in which nothing needs to be escaped or refused.
    #[inline(always)]
    pub(crate) fn is_plain_text(self) -> bool {
        self.head >> 32 == Sort::Str as u64 | PLAIN >> 32
    }

    /// How many bytes or children it has.
    #[inline]
    pub(crate) fn length(self) -> u32 {
        // The sort is cut off.
        (self.head & u64::from(u32::MAX)) as u32
    }

    /// Where the children of an array begin on the tape, and where they end.
    pub(crate) fn children(self) -> (u32, u32) {
        // A tape is never longer than its message, whose lengths are 32 bits.
        let first = u32::try_from(self.data).unwrap_or(u32::MAX);
        (first, first.saturating_add(self.length()))
    }

    /// The integer of a cell of that sort.
    pub(crate) fn int(self) -> i64 {
        self.data.cast_signed()
    }
}

/// A cell as a value, for readers that are not in a hurry.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Value<'m> {
    /// Absent.
    Nil,
    /// An integer.
    Int(i64),
    /// Text.
    Str(&'m str),
    /// A list or a struct: where its children begin, and how many there are.
    Array(u32, u32),
    /// Anything else.
    Other,
}

/// A message that was read whole. Its first cell is the root.
#[derive(Debug, Default)]
pub(crate) struct Tape<'m> {
    message: &'m [u8],
    cells: Vec<Cell>,
}

const MAX_DEPTH: u8 = 32;
/// Room is reserved for the values of a message of this length at most.
const SMALL: usize = 1 << 20;
/// The type of the extension that carries a null flavour.
const NULL_FLAVOR: u8 = 1;

impl<'m> Tape<'m> {
    /// Read a message: nil, booleans, integers, texts, bytes, null flavours and arrays of these.
    ///
    /// `None` when it is not msgpack, is cut short, goes on after its end, is nested deeper than 32, or holds maps,
    /// floats or other extensions.
    pub(crate) fn read(message: &'m [u8]) -> Option<Self> {
        let mut cells = Vec::with_capacity(message.len().min(SMALL) / 8 + 8);
        cells.push(Cell::NIL);
        let mut reader = Reader { message, at: 0, cells };
        let root = reader.value(0);
        reader.cells[0] = root;
        (!root.is_wrong() && reader.at == message.len()).then_some(Self { message, cells: reader.cells })
    }

    /// The bytes of the message that are large bodies.
    pub(crate) fn bodies(&self) -> usize {
        let large = self.cells.iter().filter(|cell| cell.sort() == Sort::Bin).map(|cell| cell.length() as usize);
        large.filter(|length| *length >= LARGE).sum()
    }

    /// The root.
    pub(crate) fn root(&self) -> Cell {
        self.cell(0)
    }

    /// The cell at `index`; nothing lies outside the tape.
    #[inline]
    pub(crate) fn cell(&self, index: u32) -> Cell {
        self.cells.get(index as usize).copied().unwrap_or(Cell::NIL)
    }

    /// Go from one value down to another. A step through something absent is absent; one that does not fit is
    /// `Sort::Wrong`.
    #[inline(always)]
    pub(crate) fn follow(&self, mut cell: Cell, steps: &[u16]) -> Cell {
        for &step in steps {
            let is_inside = cell.head >> 32 == Sort::Array as u64 && u32::from(step) < cell.length();
            if !is_inside {
                return if cell.sort() == Sort::Nil { Cell::NIL } else { Cell::WRONG };
            }
            // A tape is never longer than its message, whose lengths are 32 bits.
            cell = self.cell((cell.data as u32).wrapping_add(step.into()));
        }
        cell
    }

    /// The bytes of a text, of bytes or of a null flavour.
    pub(crate) fn bytes(&self, cell: Cell) -> &'m [u8] {
        let start = usize::try_from(cell.data).unwrap_or(usize::MAX);
        self.message.get(start..start.saturating_add(cell.length() as usize)).unwrap_or(&[])
    }

    /// Append the bytes of a text.
    #[inline]
    pub(crate) fn append(&self, out: &mut Vec<u8>, cell: Cell) {
        append(out, &self.message[usize::try_from(cell.data).unwrap_or(usize::MAX)..], cell.length() as usize);
    }

    /// A text or a null flavour as text.
    pub(crate) fn text(&self, cell: Cell) -> &'m str {
        std::str::from_utf8(self.bytes(cell)).unwrap_or("")
    }

    /// The value at `index`.
    pub(crate) fn at(&self, index: u32) -> Value<'m> {
        self.value(self.cell(index))
    }

    /// A cell as a value.
    pub(crate) fn value(&self, cell: Cell) -> Value<'m> {
        match cell.sort() {
            Sort::Nil => Value::Nil,
            Sort::Int => Value::Int(cell.int()),
            Sort::Str => Value::Str(self.text(cell)),
            Sort::Array => Value::Array(cell.children().0, cell.length()),
            _ => Value::Other,
        }
    }
}

struct Reader<'m> {
    message: &'m [u8],
    at: usize,
    cells: Vec<Cell>,
}

impl Reader<'_> {
    /// Read one value and all that is in it; `Cell::WRONG` when that cannot be.
    fn value(&mut self, depth: u8) -> Cell {
        let Some([head]) = self.take::<1>() else { return Cell::WRONG };
        match head {
            0xA0..=0xBF => self.text(Sort::Str, u32::from(head & 0x1F)),
            0xC0 => Cell::NIL,
            0xD9..=0xDB => self.sized(head - 0xD9, |reader, length| reader.text(Sort::Str, length)),
            0x00..=0x7F => Cell::bits(Sort::Int, head.into()),
            0x90..=0x9F => self.array(u32::from(head & 0x0F), depth),
            0xE0..=0xFF => Cell::bits(Sort::Int, i64::from(head.cast_signed()).cast_unsigned()),
            0xC2 | 0xC3 => Cell::bits(Sort::Bool, u64::from(head == 0xC3)),
            0xC4..=0xC6 => self.sized(head - 0xC4, |reader, length| reader.run(Sort::Bin, length)),
            0xC7..=0xC9 => self.sized(head - 0xC7, Self::null_flavor),
            0xD4..=0xD8 => self.null_flavor(1 << (head - 0xD4)),
            0xCC..=0xD3 => self.integer(head).unwrap_or(Cell::WRONG),
            0xDC | 0xDD => self.sized(head - 0xDB, |reader, length| reader.array(length, depth)),
            _ => Cell::WRONG,
        }
    }

    /// Read what has its length, of that width, before it.
    fn sized(&mut self, width: u8, read: impl FnOnce(&mut Self, u32) -> Cell) -> Cell {
        self.length(width).map_or(Cell::WRONG, |length| read(self, length))
    }

    fn integer(&mut self, head: u8) -> Option<Cell> {
        let number: i64 = match head {
            0xCC => u8::from_be_bytes(self.take()?).into(),
            0xCD => u16::from_be_bytes(self.take()?).into(),
            0xCE => u32::from_be_bytes(self.take()?).into(),
            0xCF => {
                let number = u64::from_be_bytes(self.take()?);
                let sort = if i64::try_from(number).is_ok() { Sort::Int } else { Sort::Huge };
                return Some(Cell::bits(sort, number));
            }
            0xD0 => i8::from_be_bytes(self.take()?).into(),
            0xD1 => i16::from_be_bytes(self.take()?).into(),
            0xD2 => i32::from_be_bytes(self.take()?).into(),
            _ => i64::from_be_bytes(self.take()?),
        };
        Some(Cell::bits(Sort::Int, number.cast_unsigned()))
    }

    /// A length of 1, 2 or 4 bytes: `width` is 0, 1 or 2.
    fn length(&mut self, width: u8) -> Option<u32> {
        Some(match width {
            0 => u8::from_be_bytes(self.take()?).into(),
            1 => u16::from_be_bytes(self.take()?).into(),
            _ => u32::from_be_bytes(self.take()?),
        })
    }

    #[inline(always)]
    fn text(&mut self, sort: Sort, length: u32) -> Cell {
        let start = self.at;
        let run = self.run(sort, length);
        if run.is_wrong() {
            return run;
        }
        match look(self.message, start, length as usize) {
            Seen::Broken => Cell::WRONG,
            Seen::Special => run,
            Seen::Plain => run.plain(),
        }
    }

    fn null_flavor(&mut self, length: u32) -> Cell {
        match self.take::<1>() {
            Some([NULL_FLAVOR]) => self.text(Sort::NullFlavor, length),
            _ => Cell::WRONG,
        }
    }

    fn array(&mut self, length: u32, depth: u8) -> Cell {
        // Every child takes at least one byte: a length beyond that is a lie, and must not reserve memory.
        if depth == MAX_DEPTH || length as usize > self.message.len() - self.at {
            return Cell::WRONG;
        }
        let first = self.cells.len();
        self.cells.resize(first + length as usize, Cell::NIL);
        for at in first..first + length as usize {
            // Most values are of these three kinds.
            let child = match self.message.get(self.at) {
                Some(head @ 0xA0..=0xBF) => {
                    self.at += 1;
                    self.text(Sort::Str, u32::from(head & 0x1F))
                }
                Some(head @ 0x90..=0x9F) => {
                    self.at += 1;
                    self.array(u32::from(head & 0x0F), depth + 1)
                }
                Some(0xC0) => {
                    self.at += 1;
                    Cell::NIL
                }
                _ => self.value(depth + 1),
            };
            if child.is_wrong() {
                return Cell::WRONG;
            }
            self.cells[at] = child;
        }
        u32::try_from(first).map_or(Cell::WRONG, |first| Cell::new(Sort::Array, length, first.into()))
    }

    /// Go over a run of bytes.
    #[inline]
    fn run(&mut self, sort: Sort, length: u32) -> Cell {
        let start = self.at;
        if length as usize > self.message.len() - start {
            return Cell::WRONG;
        }
        self.at += length as usize;
        Cell::new(sort, length, start as u64)
    }

    fn take<const N: usize>(&mut self) -> Option<[u8; N]> {
        let taken = *self.message.get(self.at..)?.first_chunk::<N>()?;
        self.at += N;
        Some(taken)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use proptest::prelude::{any, proptest};

    use super::{Cell, Sort, Tape, Value};

    #[test]
    fn children_lie_side_by_side() {
        // [1, ["a", nil], true]
        let tape = Tape::read(&[0x93, 0x01, 0x92, 0xA1, b'a', 0xC0, 0xC3]).unwrap();
        assert_eq!(tape.at(0), Value::Array(1, 3));
        assert_eq!(tape.at(1), Value::Int(1));
        assert_eq!(tape.at(2), Value::Array(4, 2));
        assert_eq!(tape.cell(3), Cell::bits(Sort::Bool, 1));
        assert_eq!((tape.at(4), tape.at(5)), (Value::Str("a"), Value::Nil));
    }

    #[test]
    fn every_width_of_integer_is_read() {
        let cases: [(&[u8], i64); 5] = [
            (&[0xFF], -1),
            (&[0xCC, 0xFF], 255),
            (&[0xCD, 0x01, 0x00], 256),
            (&[0xD0, 0x80], -128),
            (&[0xD3, 0x80, 0, 0, 0, 0, 0, 0, 0], i64::MIN),
        ];
        for (message, expected) in cases {
            assert_eq!(Tape::read(message).unwrap().at(0), Value::Int(expected));
        }
        assert_eq!(Tape::read(&[0xCF, 0, 0, 0, 0, 0, 0, 0, 1]).unwrap().at(0), Value::Int(1));
        let most = [0xCF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF];
        assert_eq!(Tape::read(&most).unwrap().root(), Cell::bits(Sort::Huge, u64::MAX));
    }

    #[test]
    fn null_flavours_of_every_length_are_read_and_other_extensions_refused() {
        let read =
            |message: &'static [u8]| Tape::read(message).map(|tape| (tape.root().sort(), tape.text(tape.root())));
        assert_eq!(read(&[0xD5, 1, b'N', b'I']), Some((Sort::NullFlavor, "NI")));
        assert_eq!(read(&[0xC7, 3, 1, b'U', b'N', b'K']), Some((Sort::NullFlavor, "UNK")));
        assert_eq!(read(&[0xD6, 1, b'A', b'S', b'K', b'U']), Some((Sort::NullFlavor, "ASKU")));
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

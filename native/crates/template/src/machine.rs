//! Runs a program over a tape.

use std::sync::atomic::Ordering;

use crate::append::{self, BEYOND};
use crate::error::Error;
use crate::escape::{self, Forbidden};
use crate::format::Format;
use crate::hl7;
use crate::narrative::{self, Problem};
use crate::program::{Kind, Op, Path, Place, Program, Span, State, Step};
use crate::rendered::Rendered;
use crate::shape::Tag;
use crate::tape::{Cell, Sort, Tape};

/// No document reserves more than this because another one was long.
const LARGEST_ROOM: usize = 1 << 16;

/// A loop that runs: its current and its last item on the tape, and its number.
#[derive(Clone, Copy, Default)]
struct Loop {
    at: u32,
    end: u32,
    number: u32,
}

struct Machine<'p, 'm> {
    program: &'p Program,
    tape: &'p Tape<'m>,
    items: Vec<Cell>,
    loops: Vec<Loop>,
    /// The last time that was seen to exist.
    time: Option<&'m [u8]>,
    out: Rendered<'m>,
}

impl Program {
    /// Render one message of `array_like` structs. The result is its own inclusive C14N (Canonical XML 1.0).
    ///
    /// With `fragment` the root does not declare its namespaces: for insertion where they are in scope.
    ///
    /// # Errors
    /// [`Error::Message`], [`Error::Character`], [`Error::Format`], [`Error::NullFlavor`], [`Error::Narrative`], each with the path of the value.
    pub fn render<'m>(&self, message: &'m [u8], fragment: bool) -> Result<Rendered<'m>, Error> {
        let tape = Tape::read(message).ok_or(Error::Message { path: String::new() })?;
        let slots = usize::from(self.slots);
        let mut machine = Machine {
            program: self,
            tape: &tape,
            items: vec![Cell::NIL; slots],
            loops: vec![Loop::default(); slots],
            time: None,
            out: Rendered::with_capacity(self.room(message.len() - tape.bodies())),
        };
        machine.items[0] = tape.root();
        machine.run(fragment)?;
        self.longest.fetch_max(machine.out.text.len(), Ordering::Relaxed);
        Ok(machine.out)
    }

    /// How much room to begin with: what a message of that length makes of it as a rule, or what one made before.
    fn room(&self, message: usize) -> usize {
        let before = self.longest.load(Ordering::Relaxed).min(LARGEST_ROOM);
        before.max(self.literals.len() * 2 + message * 3 / 2) + BEYOND
    }
}

impl<'m> Machine<'_, 'm> {
    fn run(&mut self, fragment: bool) -> Result<(), Error> {
        let mut at = 0;
        while let Some(Step { lead, op }) = self.program.steps.get(at) {
            at += 1;
            self.literal(*lead);
            match *op {
                Op::Nothing => {}
                Op::RootNamespaces(span) if !fragment => self.literal(span),
                Op::RootNamespaces(_) => {}
                Op::Value { path, kind, place } => {
                    let cell = self.follow(path);
                    self.put(cell, path, kind, place)?;
                }
                Op::OptionalAttribute { name, path, kind } => {
                    let cell = self.follow(path);
                    if cell.sort() != Sort::Nil {
                        self.literal(name);
                        self.put(cell, path, kind, Place::Attribute)?;
                        self.out.text.push(b'"');
                    }
                }
                Op::Number { slot } => {
                    let number = self.loops[usize::from(slot)].number;
                    append::number(&mut self.out.text, number.into());
                }
                Op::Unless { path, wanted, target } => {
                    if self.holds(path)? != wanted {
                        at = target as usize;
                    }
                }
                Op::Jump { target } => at = target as usize,
                Op::UnlessState { path, state, target } => {
                    if !self.is(path, state)? {
                        at = target as usize;
                    }
                }
                Op::Choose { path, choice } => at = self.choose(path, choice)?,
                Op::NullFlavor { path } => self.null_flavor(path)?,
                Op::Narrative { path } => self.narrative(path)?,
                Op::For { path, slot, end } => {
                    if !self.begin(path, slot)? {
                        at = end as usize;
                    }
                }
                Op::Next { slot, body } => {
                    if self.advance(slot) {
                        at = body as usize;
                    }
                }
            }
        }
        Ok(())
    }

    #[inline(always)]
    fn literal(&mut self, span: Span) {
        let length = span.end.wrapping_sub(span.start) as usize;
        append::append(&mut self.out.text, &self.program.literals[span.start as usize..], length);
    }

    /// Follow a path. A step through something absent is absent; one that does not fit is `Sort::Wrong`.
    #[inline(always)]
    fn follow(&self, path: u32) -> Cell {
        let way = &self.program.ways[path as usize];
        let item = self.items[usize::from(way.slot)];
        match way.steps.get(..usize::from(way.length)) {
            Some(steps) => self.tape.follow(item, steps),
            None => self.tape.follow(item, &self.program.paths[path as usize].steps),
        }
    }

    fn holds(&self, path: u32) -> Result<bool, Error> {
        let cell = self.follow(path);
        match cell.sort() {
            Sort::Nil => Ok(false),
            Sort::Bool => Ok(cell.data != 0),
            Sort::Array => Ok(cell.length() > 0),
            Sort::NullFlavor if !self.program.paths[path as usize].nullable => Err(self.mismatch(path)),
            Sort::Wrong => Err(self.mismatch(path)),
            _ => Ok(true),
        }
    }

    fn is(&self, path: u32, state: State) -> Result<bool, Error> {
        match self.follow(path).sort() {
            Sort::Nil => Ok(false),
            Sort::NullFlavor => Ok(state == State::Null),
            Sort::Wrong => Err(self.mismatch(path)),
            _ => Ok(state == State::Known),
        }
    }

    /// Where the member that the value is of is written.
    fn choose(&self, path: u32, choice: u32) -> Result<usize, Error> {
        let cell = self.follow(path);
        if cell.sort() != Sort::Array || cell.length() == 0 {
            return Err(self.mismatch(path));
        }
        let wanted = self.tape.cell(cell.children().0);
        let is = |tag: &Tag| match tag {
            Tag::Text(tag) => wanted.sort() == Sort::Str && tag.as_bytes() == self.tape.bytes(wanted),
            Tag::Number(tag) => wanted.sort() == Sort::Int && *tag == wanted.int(),
        };
        let cases = &self.program.choices[choice as usize].cases;
        let case = cases.iter().find(|(tag, _)| is(tag)).ok_or_else(|| self.mismatch(path))?;
        Ok(case.1 as usize)
    }

    fn null_flavor(&mut self, path: u32) -> Result<(), Error> {
        let cell = self.follow(path);
        if cell.sort() != Sort::NullFlavor {
            return Err(self.mismatch(path));
        }
        let code = self.tape.text(cell);
        if !hl7::is_null_flavor(code) {
            return Err(Error::NullFlavor { path: self.label_of(path) });
        }
        self.out.text.extend_from_slice(code.as_bytes());
        Ok(())
    }

    fn narrative(&mut self, path: u32) -> Result<(), Error> {
        let block = self.follow(path);
        if block.sort() == Sort::Nil {
            return Ok(());
        }
        let events = if block.length() == 1 { self.tape.cell(block.children().0) } else { Cell::WRONG };
        if block.sort() != Sort::Array || events.sort() != Sort::Array {
            return Err(self.mismatch(path));
        }
        let (first, last) = events.children();
        narrative::write(&mut self.out.text, self.tape, first, last).map_err(|(event, problem)| {
            let path = format!("{}.events[{event}]", self.label_of(path));
            match problem {
                Problem::Mismatch => Error::Message { path },
                Problem::Character(character) => Error::Character { path, character },
                Problem::Rule(message) => Error::Narrative { path, message },
            }
        })
    }

    fn begin(&mut self, path: u32, slot: u16) -> Result<bool, Error> {
        let list = self.follow(path);
        match list.sort() {
            Sort::Array => {}
            Sort::Nil => return Ok(false),
            _ => return Err(self.mismatch(path)),
        }
        let (at, end) = list.children();
        self.loops[usize::from(slot)] = Loop { at, end, number: 1 };
        self.items[usize::from(slot)] = self.tape.cell(at);
        Ok(list.length() > 0)
    }

    fn advance(&mut self, slot: u16) -> bool {
        let current = &mut self.loops[usize::from(slot)];
        current.at += 1;
        if current.at >= current.end {
            return false;
        }
        current.number += 1;
        self.items[usize::from(slot)] = self.tape.cell(current.at);
        true
    }

    /// Write a value: a text that needs nothing, as most are, at once.
    #[inline(always)]
    fn put(&mut self, cell: Cell, path: u32, kind: Kind, place: Place) -> Result<(), Error> {
        if kind == Kind::Text && cell.is_plain_text() {
            self.tape.append(&mut self.out.text, cell);
            return Ok(());
        }
        self.value(cell, path, kind, place)
    }

    #[inline(never)]
    fn value(&mut self, cell: Cell, path: u32, kind: Kind, place: Place) -> Result<(), Error> {
        match (kind, cell.sort()) {
            (_, Sort::Nil) => Ok(()),
            (Kind::Text, Sort::Str) => self.text(path, place, cell),
            (Kind::Checked(format), Sort::Str) => {
                self.check(path, format, cell)?;
                self.text(path, place, cell)
            }
            (Kind::Integer, Sort::Int) => {
                self.out.text.extend_from_slice(cell.int().to_string().as_bytes());
                Ok(())
            }
            (Kind::Integer, Sort::Huge) => {
                self.out.text.extend_from_slice(cell.data.to_string().as_bytes());
                Ok(())
            }
            (Kind::Truth, Sort::Bool) => {
                self.out.text.extend_from_slice(if cell.data != 0 { b"true" } else { b"false" });
                Ok(())
            }
            (Kind::Base64, Sort::Bin) => {
                self.out.base64(self.tape.bytes(cell));
                Ok(())
            }
            _ => Err(self.mismatch(path)),
        }
    }

    /// Refuse a text that has not that form. Documents say the same time many times over: it is checked once.
    fn check(&mut self, path: u32, format: Format, cell: Cell) -> Result<(), Error> {
        let text = self.tape.bytes(cell);
        if format == Format::Time && Some(text) == self.time {
            return Ok(());
        }
        if !format.accepts(text) {
            return Err(Error::Format { path: self.label_of(path), code: format.refusal() });
        }
        if format == Format::Time {
            self.time = Some(text);
        }
        Ok(())
    }

    #[inline]
    fn text(&mut self, path: u32, place: Place, cell: Cell) -> Result<(), Error> {
        if cell.is_plain() {
            self.tape.append(&mut self.out.text, cell);
            return Ok(());
        }
        self.escaped(path, place, cell)
    }

    fn escaped(&mut self, path: u32, place: Place, cell: Cell) -> Result<(), Error> {
        let text = self.tape.bytes(cell);
        let written = match place {
            Place::Text => escape::text(&mut self.out.text, text),
            Place::Attribute => escape::attribute(&mut self.out.text, text),
        };
        written.map_err(|Forbidden(character)| Error::Character { path: self.label_of(path), character })
    }

    #[cold]
    fn mismatch(&self, path: u32) -> Error {
        Error::Message { path: self.label_of(path) }
    }

    fn label_of(&self, path: u32) -> String {
        self.label(&self.program.paths[path as usize])
    }

    /// The path with the position of each loop, from 0, as Python writes it.
    fn label(&self, path: &Path) -> String {
        let mut label = String::with_capacity(path.label.len() + 8);
        let mut loops = path.loops.iter();
        for (at, piece) in path.label.split("[]").enumerate() {
            if at > 0 {
                let number = loops.next().map_or(0, |slot| self.loops[usize::from(*slot)].number);
                label.push_str(&format!("[{}]", number.saturating_sub(1)));
            }
            label.push_str(piece);
        }
        label
    }
}

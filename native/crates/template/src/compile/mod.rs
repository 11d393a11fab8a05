//! From template files to a program.

mod choice;
mod condition;
mod datatype;
mod element;
mod emit;
mod scope;
mod slot;

use std::collections::HashMap;

use crate::error::Error;
use crate::program::{Op, Place, Program};
use crate::shape::{Shapes, Type};
use crate::source::{At, File, Namespace};

use emit::Emitter;
use scope::{Bound, Found, Scope, describe};

/// A template file and the name by which errors call it.
#[derive(Clone, Copy, Debug)]
pub struct Source<'s> {
    /// Name for errors.
    pub name: &'s str,
    /// UTF-8 XML.
    pub text: &'s [u8],
}

/// Compile a template and the preludes that it uses.
///
/// # Errors
/// [`Error::Template`] with the file and the line of what is wrong.
pub fn compile(template: Source<'_>, shapes: Shapes, preludes: &[Source<'_>]) -> Result<Program, Error> {
    let document = File::parse(template.name, template.text)?;
    let preludes =
        preludes.iter().map(|prelude| File::parse(prelude.name, prelude.text)).collect::<Result<Vec<_>, _>>()?;
    let mut compiler = Compiler::new(shapes);
    for prelude in &preludes {
        compiler.prelude(prelude.root())?;
    }
    compiler.document(document.root())?;
    Ok(compiler.emit.finish(compiler.slots))
}

/// Instructions and literal bytes: far beyond any document, far below what a position can say.
const MAX_SIZE: usize = 1 << 28;
/// Fragments opened in one template: they multiply when they use each other.
const MAX_OPENED: u32 = 20_000;
/// Nodes inside nodes, fragments opened: what the compiler's own stack bears with ease.
const MAX_DEPTH: u16 = 256;

struct Compiler<'a> {
    shapes: Shapes,
    fragments: HashMap<&'a str, At<'a>>,
    scope: Scope,
    /// The namespaces in scope in the output, innermost last.
    namespaces: Vec<Namespace>,
    using: Vec<&'a str>,
    depth: u16,
    slots: u16,
    /// How many fragments were opened.
    opened: u32,
    /// Is white space between elements a part of the output?
    keeps_space: bool,
    emit: Emitter,
}

impl<'a> Compiler<'a> {
    fn new(shapes: Shapes) -> Self {
        Self {
            shapes,
            fragments: HashMap::new(),
            scope: Scope::default(),
            namespaces: Vec::new(),
            using: Vec::new(),
            depth: 0,
            slots: 1,
            opened: 0,
            keeps_space: false,
            emit: Emitter::default(),
        }
    }

    fn prelude(&mut self, root: At<'a>) -> Result<(), Error> {
        if root.directive() != Some("prelude") {
            return Err(root.error("the root of a prelude is t:prelude"));
        }
        root.allow_attributes(&[])?;
        for child in root.children() {
            match child.directive() {
                Some("def") => self.define(child)?,
                _ if is_blank(child) => {}
                _ => return Err(child.error("a prelude holds only t:def")),
            }
        }
        Ok(())
    }

    fn document(&mut self, root: At<'a>) -> Result<(), Error> {
        if root.directive() != Some("document") {
            return Err(root.error("the root of a template is t:document"));
        }
        root.allow_attributes(&["model", "as", "space"])?;
        self.keeps_space = match root.node.attribute("space") {
            None => false,
            Some("keep") => true,
            Some(_) => return Err(root.error("space=\"keep\"")),
        };
        let model = root.required("model")?;
        let Some(number) = self.shapes.number(model) else { return Err(root.error(format!("no struct {model}"))) };
        let value =
            Bound { slot: 0, steps: Vec::new(), of: Type::Struct(number), label: String::new(), loops: Vec::new() };
        let mut output = None;
        for child in root.children() {
            match child.directive() {
                Some("def") => self.define(child)?,
                None if child.node.is_element() && output.is_none() => output = Some(child),
                _ if is_blank(child) => {}
                _ => return Err(child.error("t:document holds t:def and one element")),
            }
        }
        let output = output.ok_or_else(|| root.error("no element to write"))?;
        self.scope.bind(root, root.required("as")?, value)?;
        self.element(output, Some(root.declarations()))
    }

    fn define(&mut self, at: At<'a>) -> Result<(), Error> {
        at.allow_only(&["name", "of"])?;
        at.required("of")?;
        let name = at.required("name")?;
        if self.fragments.insert(name, at).is_some() {
            return Err(at.error(format!("{name} is defined twice")));
        }
        Ok(())
    }

    fn children(&mut self, at: At<'a>) -> Result<(), Error> {
        if self.depth == MAX_DEPTH {
            return Err(at.error("nested too deep"));
        }
        self.depth += 1;
        for child in at.children() {
            self.node(child)?;
        }
        self.depth -= 1;
        Ok(())
    }

    fn node(&mut self, at: At<'a>) -> Result<(), Error> {
        if is_blank(at) && !(self.keeps_space && at.node.is_text()) {
            return Ok(());
        }
        if self.emit.size() > MAX_SIZE {
            return Err(at.error("the template is too large"));
        }
        match at.directive() {
            None if at.node.is_element() => self.element(at, None),
            None => {
                let parts = slot::split(at, at.node.text().unwrap_or(""))?;
                self.parts(at, parts, Place::Text)
            }
            Some("for") => self.repeat(at),
            Some("if") => self.condition(at),
            Some("use") => self.fragment(at),
            Some("choice") => self.choice(at),
            Some("narrative") => self.narrative(at),
            Some(other) => Err(at.error(format!("t:{other} is not expected here"))),
        }
    }

    fn repeat(&mut self, at: At<'a>) -> Result<(), Error> {
        at.allow_only(&["each", "index"])?;
        let each = at.required("each")?;
        let (name, path) = each.split_once(" in ").ok_or_else(|| at.error("each=\"name in path\""))?;
        let (list, _) = self.value(at, path.trim())?;
        let Type::List(of) = &list.of else {
            return Err(at.error(format!("{path} is {}, not a list", describe(&self.shapes, &list.of))));
        };
        let slot = self.slots;
        self.slots = slot.checked_add(1).ok_or_else(|| at.error("too many loops"))?;
        let mut loops = list.loops.clone();
        loops.push(slot);
        let item = Bound { slot, steps: Vec::new(), of: *of.clone(), label: format!("{}[]", list.label), loops };
        let before = self.scope.enter();
        let path = self.emit.path(list.path());
        self.scope.bind(at, name.trim(), item)?;
        if let Some(index) = at.node.attribute("index") {
            self.scope.bind_number(at, index, slot)?;
        }
        let start = self.emit.op(Op::For { path, slot, end: 0 });
        let body = self.emit.here();
        self.children(at)?;
        self.emit.op(Op::Next { slot, body });
        self.emit.land(start);
        self.scope.leave(before);
        Ok(())
    }

    fn fragment(&mut self, at: At<'a>) -> Result<(), Error> {
        at.allow_only(&["def", "of"])?;
        let name = at.required("def")?;
        let Some((&name, &fragment)) = self.fragments.get_key_value(name) else {
            return Err(at.error(format!("no t:def {name}")));
        };
        self.opened += 1;
        if self.opened > MAX_OPENED {
            return Err(at.error("too many fragments"));
        }
        if self.using.contains(&name) {
            return Err(at.error(format!("{name} uses itself")));
        }
        let (value, absent) = self.value(at, at.required("of")?)?;
        let jump = absent.then(|| self.unless(&value, true));
        let before = self.scope.enter();
        self.scope.assume(&value);
        let hidden = self.scope.hide();
        self.using.push(name);
        self.scope.bind(fragment, fragment.required("of")?, value)?;
        self.children(fragment)?;
        self.using.pop();
        self.scope.restore(hidden);
        self.scope.leave(before);
        if let Some(jump) = jump {
            self.emit.land(jump);
        }
        Ok(())
    }

    fn narrative(&mut self, at: At<'a>) -> Result<(), Error> {
        at.allow_only(&["of"])?;
        let (value, _) = self.value(at, at.required("of")?)?;
        if value.of != Type::Narrative {
            return Err(at.error(format!("t:narrative of {}", describe(&self.shapes, &value.of))));
        }
        if let Some(child) = at.children().find(|child| !is_blank(*child)) {
            return Err(child.error("t:narrative holds nothing"));
        }
        let path = self.emit.path(value.path());
        self.emit.op(Op::Narrative { path });
        Ok(())
    }

    /// Resolve a path that may end in `?`. Returns the value and whether it may be absent here.
    fn value(&self, at: At<'a>, marked: &str) -> Result<(Bound, bool), Error> {
        let (path, mark) = slot::mark(marked);
        let Found::Value { value, optional, uncertain, .. } = self.scope.find(at, &self.shapes, path)? else {
            return Err(at.error(format!("{path} is a number")));
        };
        if uncertain && !mark {
            return Err(at.error(format!("{path} may be absent: write {path}? or put it in a t:if")));
        }
        if mark && !optional {
            return Err(at.error(format!("{path} is always there: write it without ?")));
        }
        Ok((value, uncertain))
    }

    /// Jump unless the value's presence is what is wanted; returns the jump, to be landed.
    fn unless(&mut self, value: &Bound, wanted: bool) -> usize {
        let path = self.emit.path(value.path());
        self.emit.op(Op::Unless { path, wanted, target: 0 })
    }
}

/// Comments, processing instructions and white space between elements are not part of the output.
fn is_blank(at: At<'_>) -> bool {
    let node = at.node;
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    node.is_comment() || node.is_pi() || node.is_text() && node.text().is_none_or(|text| text.chars().all(is_space))
}

//! `t:if`: what is written only when a value is there, or is or is not a null flavour.

use crate::error::Error;
use crate::program::{Op, State};
use crate::shape::Type;
use crate::source::At;

use super::Compiler;
use super::scope::{Bound, Found};

impl<'a> Compiler<'a> {
    pub(super) fn condition(&mut self, at: At<'a>) -> Result<(), Error> {
        at.allow_only(&["has", "lacks", "known", "null"])?;
        let asked: Vec<_> = at.node.attributes().map(|asked| (asked.name(), asked.value())).collect();
        match asked[..] {
            [("has", path)] => self.presence(at, path, true),
            [("lacks", path)] => self.presence(at, path, false),
            [("known", path)] => self.state(at, path, State::Known),
            [("null", path)] => self.state(at, path, State::Null),
            _ => Err(at.error("t:if wants one of has, lacks, known, null")),
        }
    }

    fn presence(&mut self, at: At<'a>, path: &str, wanted: bool) -> Result<(), Error> {
        let Found::Value { value, optional, .. } = self.scope.find(at, &self.shapes, path)? else {
            return Err(at.error(format!("{path} is always there")));
        };
        if !optional && !matches!(value.of, Type::List(_) | Type::Bool) {
            return Err(at.error(format!("{path} is always there")));
        }
        let jump = self.unless(&value, wanted);
        let before = self.scope.enter();
        if wanted {
            self.scope.assume(&value);
        }
        self.inside(at, Some(jump), before)
    }

    fn state(&mut self, at: At<'a>, path: &str, state: State) -> Result<(), Error> {
        let Found::Value { value, uncertain, null, .. } = self.scope.find(at, &self.shapes, path)? else {
            return Err(at.error(format!("{path} is never a null flavour")));
        };
        let before = self.scope.enter();
        if matches!(value.of, Type::OrNull(_)) && !null {
            let path = self.emit.path(value.path());
            let jump = self.emit.op(Op::UnlessState { path, state, target: 0 });
            self.scope.assume_state(&value, state);
            return self.inside(at, Some(jump), before);
        }
        self.settled(at, path, &value, Settled { uncertain, holds: null == (state == State::Null) })
    }

    /// A fragment may ask of any value; elsewhere an answer that is known beforehand is a mistake.
    fn settled(
        &mut self,
        at: At<'a>,
        path: &str,
        value: &Bound,
        Settled { uncertain, holds }: Settled,
    ) -> Result<(), Error> {
        if self.using.is_empty() {
            return Err(at.error(format!("whether {path} is a null flavour is known here")));
        }
        if !holds {
            return Ok(());
        }
        let before = self.scope.enter();
        let jump = uncertain.then(|| self.unless(value, true));
        self.scope.assume(value);
        self.inside(at, jump, before)
    }

    fn inside(&mut self, at: At<'a>, jump: Option<usize>, before: (usize, usize)) -> Result<(), Error> {
        self.children(at)?;
        if let Some(jump) = jump {
            self.emit.land(jump);
        }
        self.scope.leave(before);
        Ok(())
    }
}

/// An answer that is known when the template is compiled, but for an absence.
struct Settled {
    uncertain: bool,
    holds: bool,
}

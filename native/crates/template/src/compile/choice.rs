//! `t:choice`: one of several structs, told apart by their tags; every one of them is provided for.

use crate::error::Error;
use crate::program::Op;
use crate::shape::{Tag, Type};
use crate::source::At;

use super::scope::{Bound, describe};
use super::{Compiler, is_blank};

/// What has been provided for so far.
#[derive(Default)]
struct Cases {
    members: Vec<usize>,
    cases: Vec<(Tag, u32)>,
    otherwise: Option<u32>,
    ends: Vec<usize>,
}

impl<'a> Compiler<'a> {
    pub(super) fn choice(&mut self, at: At<'a>) -> Result<(), Error> {
        at.allow_only(&["of"])?;
        let (value, absent) = self.value(at, at.required("of")?)?;
        let Type::Union(members) = value.of.clone() else {
            return Err(at.error(format!("t:choice of {}", describe(&self.shapes, &value.of))));
        };
        let jump = absent.then(|| self.unless(&value, true));
        let before = self.scope.enter();
        self.scope.assume(&value);
        let path = self.emit.path(value.path());
        let choice = self.emit.choice();
        self.emit.op(Op::Choose { path, choice });
        let mut cases = Cases::default();
        for child in at.children() {
            match child.directive() {
                Some("when") if cases.otherwise.is_none() => self.when(child, &value, &members, &mut cases)?,
                Some("otherwise") if cases.otherwise.is_none() => self.otherwise(child, &mut cases)?,
                _ if is_blank(child) => {}
                _ => return Err(child.error("t:choice holds t:when and, last, one t:otherwise")),
            }
        }
        self.provide_for_the_rest(at, &members, &mut cases)?;
        for end in cases.ends {
            self.emit.land(end);
        }
        self.emit.decide(choice, cases.cases);
        self.scope.leave(before);
        if let Some(jump) = jump {
            self.emit.land(jump);
        }
        Ok(())
    }

    fn when(&mut self, at: At<'a>, value: &Bound, members: &[usize], cases: &mut Cases) -> Result<(), Error> {
        at.allow_only(&["is", "as"])?;
        let name = at.required("is")?;
        let member = self.shapes.number(name).filter(|number| members.contains(number));
        let member = member.ok_or_else(|| at.error(format!("{name} is not {}", describe(&self.shapes, &value.of))))?;
        if cases.members.contains(&member) {
            return Err(at.error(format!("{name} is provided for twice")));
        }
        cases.members.push(member);
        let target = self.emit.here();
        cases.cases.extend(self.shapes.tag(member).map(|tag| (tag.clone(), target)));
        let before = self.scope.enter();
        self.scope.bind(at, at.required("as")?, Bound { of: Type::Struct(member), ..value.clone() })?;
        self.children(at)?;
        self.scope.leave(before);
        cases.ends.push(self.emit.op(Op::Jump { target: 0 }));
        Ok(())
    }

    fn otherwise(&mut self, at: At<'a>, cases: &mut Cases) -> Result<(), Error> {
        at.allow_only(&[])?;
        cases.otherwise = Some(self.emit.here());
        self.children(at)?;
        cases.ends.push(self.emit.op(Op::Jump { target: 0 }));
        Ok(())
    }

    fn provide_for_the_rest(&self, at: At<'a>, members: &[usize], cases: &mut Cases) -> Result<(), Error> {
        let rest: Vec<_> = members.iter().filter(|member| !cases.members.contains(member)).collect();
        match (cases.otherwise, &rest[..]) {
            (None, []) => Ok(()),
            (Some(_), []) => Err(at.error("t:otherwise is never written")),
            (None, [first, ..]) => Err(at.error(format!("no t:when for {}", self.shapes.name(**first)))),
            (Some(target), rest) => {
                cases.cases.extend(rest.iter().filter_map(|member| Some((self.shapes.tag(**member)?.clone(), target))));
                Ok(())
            }
        }
    }
}

//! Document types as data: a well-formed XML file with typed slots, compiled once against the shape of the struct that
//! it renders, then run over a msgpack message. What comes out is its own canonical form.
//!
//! The language, in the namespace `urn:caducee:template:1` (here `t`):
//!
//! | written | means |
//! |---|---|
//! | `<t:document model="Letter" as="m">` | the root of a template: its struct and the name of its value |
//! | `<t:prelude>` | the root of a file that holds only `t:def` |
//! | `<t:def name="addr" of="a">` | a fragment over a value named `a` |
//! | `<t:use def="addr" of="m.address"/>` | that fragment, inlined |
//! | `<t:for each="x in m.list" index="n">` | once for each item; `{n}` counts from 1 |
//! | `<t:if has="m.x">`, `<t:if lacks="m.x">` | when an optional value is there, a list is not empty, a truth value is true |
//! | `{m.x}`, `{m.x?}` | a value in a text or an attribute; `?` marks what may be absent |
//! | `t:ii`, `t:cd`, `t:ts`, `t:tel` | the attributes of an HL7 data type, from a struct or, for times, from a text |
//! | `{{`, `}}` | braces |

mod compile;
mod error;
mod escape;
mod format;
mod hl7;
mod machine;
mod narrative;
mod program;
mod shape;
mod source;
mod tape;

pub use compile::{Source, compile};
pub use error::Error;
pub use program::Program;
pub use shape::Shapes;

//! Document types as data: a well-formed XML file with typed slots, compiled once against the shape of the struct that
//! it renders, then run over a msgpack message. What comes out is its own canonical form.
//!
//! The language, in the namespace `urn:caducee:template:1` (here `t`):
//!
//! | written | means |
//! |---|---|
//! | `<t:document model="Letter" as="m">` | the root of a template: its struct and the name of its value; `space="keep"` keeps white space between elements |
//! | `<t:prelude>` | the root of a file that holds only `t:def` |
//! | `<t:def name="addr" of="a">` | a fragment over a value named `a` |
//! | `<t:use def="addr" of="m.address"/>` | that fragment, inlined |
//! | `<t:for each="x in m.list" index="n">` | once for each item; `{n}` counts from 1 |
//! | `<t:if has="m.x">`, `<t:if lacks="m.x">` | when an optional value is there, a list is not empty, a truth value is true |
//! | `<t:if known="m.x">`, `<t:if null="m.x">` | when a value is there and is no null flavour, or is one; inside `null`, `{m.x}` is its code |
//! | `<t:choice of="m.x">` | one of several tagged structs: `<t:when is="Drug" as="d">` for each, or `<t:otherwise>` for the rest |
//! | `<t:narrative of="m.text"/>` | a narrative block of CDA, its elements and attributes checked |
//! | `{m.x}`, `{m.x?}` | a value in a text or an attribute; `?` marks what may be absent |
//! | `{m.x\|oid}` | a text that must have a form: `decimal`, `bool`, `oid`, `uuid`, `code`, `name`, `date`, `time` |
//! | `t:ii`, `t:cd`, `t:ts`, `t:tel`, `t:pq` | the attributes of an HL7 data type, from a struct or, for times, from a text; of a null flavour, `nullFlavor` alone |
//! | `{{`, `}}` | braces |

mod append;
mod compile;
mod error;
mod escape;
mod format;
mod hl7;
mod machine;
mod narrative;
mod plain;
mod program;
mod rendered;
mod shape;
#[cfg(target_arch = "x86_64")]
mod simd;
mod source;
mod tape;

pub use compile::{Source, compile};
pub use error::Error;
pub use program::Program;
pub use rendered::Rendered;
pub use shape::Shapes;

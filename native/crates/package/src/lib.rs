//! What documents travel in, written byte for byte the same whenever the parts are the same.

pub mod mtom;
pub mod zip;

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A header or a name that could break out of its place: a line end, a control, a quote, an empty name.
    Name,
    /// Two entries of one archive with the same name.
    Twice,
    /// The boundary stands in a part.
    Boundary,
}

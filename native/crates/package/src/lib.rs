//! What documents travel in, written byte for byte the same whenever the entries are the same.

pub mod zip;

/// Why nothing was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unfit {
    /// A name that could break out of its place: a control, a backslash, an empty or a climbing name.
    Name,
    /// Two entries of one archive with the same name.
    Twice,
}

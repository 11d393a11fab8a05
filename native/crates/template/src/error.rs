//! Everything that this crate refuses.

use std::fmt;

/// Why a template was not compiled or a model not rendered. Never holds a value of the model.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The template file is wrong.
    Template {
        /// Name of the file, as the caller gave it.
        file: String,
        /// Line, from 1.
        line: u32,
        /// What is wrong.
        message: String,
    },
    /// The description of the structs is wrong.
    Shapes(String),
    /// The message is not msgpack, or not what the template was compiled for.
    Message {
        /// Path of the value in the model, empty when the message itself is broken.
        path: String,
    },
    /// A character that XML 1.0 cannot carry.
    Character {
        /// Path of the value in the model.
        path: String,
        /// The character's number.
        character: u32,
    },
    /// A text that its formatter or its data type refuses.
    Format {
        /// Path of the value in the model.
        path: String,
        /// Stable name of what was wanted: `model.time`, `model.decimal`, `model.oid`, …
        code: &'static str,
    },
    /// A null flavour that HL7 does not have.
    NullFlavor {
        /// Path of the value in the model.
        path: String,
    },
    /// Something that the narrative block of CDA does not allow.
    Narrative {
        /// Path of the event in the model.
        path: String,
        /// What is wrong with it.
        message: &'static str,
    },
}

impl Error {
    /// Stable name of the kind of error.
    #[must_use]
    pub fn code(&self) -> &'static str {
        match self {
            Self::Template { .. } => "template.invalid",
            Self::Shapes(_) => "template.shapes",
            Self::Message { .. } => "model.mismatch",
            Self::Character { .. } => "model.character",
            Self::Format { code, .. } => code,
            Self::NullFlavor { .. } => "model.null_flavor",
            Self::Narrative { .. } => "model.narrative",
        }
    }

    /// Line of the template, 0 when the error is not in a template.
    #[must_use]
    pub fn line(&self) -> u32 {
        if let Self::Template { line, .. } = self { *line } else { 0 }
    }

    /// File of the template, empty when the error is not in a template.
    #[must_use]
    pub fn file(&self) -> &str {
        if let Self::Template { file, .. } = self { file } else { "" }
    }

    /// Path of the value in the model, empty when the error is not in a value.
    #[must_use]
    pub fn path(&self) -> &str {
        match self {
            Self::Message { path }
            | Self::Character { path, .. }
            | Self::Format { path, .. }
            | Self::NullFlavor { path }
            | Self::Narrative { path, .. } => path,
            Self::Template { .. } | Self::Shapes(_) => "",
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Template { file, line, message } => write!(f, "{file}, line {line}: {message}"),
            Self::Shapes(message) => write!(f, "shapes: {message}"),
            Self::Message { path } if path.is_empty() => write!(f, "the message is not well-formed"),
            Self::Message { path } => write!(f, "{path}: not of the type that the template was compiled for"),
            Self::Character { path, character } => write!(f, "{path}: character U+{character:04X} cannot be in XML"),
            Self::Format { path, code } => write!(f, "{path}: not of the form that is wanted ({code})"),
            Self::NullFlavor { path } => write!(f, "{path}: not a null flavour of HL7"),
            Self::Narrative { path, message } => write!(f, "{path}: {message}"),
        }
    }
}

impl std::error::Error for Error {}

//! `Signature`.

use caducee_digest::Algorithm;
use caducee_signature::Layout;
use pyo3::Py;
use pyo3::prelude::{Bound, PyResult, Python, pyclass, pymethods};
use pyo3::types::PyBytes;

use crate::border::{bytes, cross_for};
use crate::template::Template;

/// Both results of a preparation.
type Prepared<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>);

/// The templates of a document that carries a signature over digests of its own parts.
#[pyclass(frozen, module = "caducee_native._native")]
pub(crate) struct Signature {
    parts: Vec<Py<Template>>,
    signed: Py<Template>,
    whole: Py<Template>,
}

#[pymethods]
impl Signature {
    #[new]
    #[pyo3(signature = (*, parts, signed, whole))]
    fn new(parts: Vec<Py<Template>>, signed: Py<Template>, whole: Py<Template>) -> Self {
        Self { parts, signed, whole }
    }

    /// Digest the parts: what a key must sign, and the message to finish.
    #[pyo3(signature = (model, *, sha256))]
    fn prepare<'py>(&self, py: Python<'py>, model: &[u8], sha256: bool) -> PyResult<Prepared<'py>> {
        let algorithm = if sha256 { Algorithm::Sha256 } else { Algorithm::Sha1 };
        let layout = self.layout();
        let prepared = cross_for(py, model.len(), || Ok(layout.prepare(model, algorithm)?))?;
        Ok((bytes(py, &prepared.to_sign), bytes(py, &prepared.message)))
    }

    /// The document of a prepared message, with its signature.
    fn finish<'py>(&self, py: Python<'py>, message: &[u8], signature: &[u8]) -> PyResult<Bound<'py, PyBytes>> {
        let layout = self.layout();
        let document = cross_for(py, message.len(), || Ok(layout.finish(message, signature)?))?;
        Ok(bytes(py, &document))
    }
}

impl Signature {
    fn layout(&self) -> Layout<'_> {
        Layout {
            parts: self.parts.iter().map(|part| part.get().program()).collect(),
            signed: self.signed.get().program(),
            whole: self.whole.get().program(),
        }
    }
}

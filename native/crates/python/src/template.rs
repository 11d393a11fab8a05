//! `Template`.

use caducee_template::{Program, Rendered, Shapes, Source, compile};
use pyo3::IntoPyObject;
use pyo3::prelude::{Bound, PyResult, Python, pyclass, pymethods};
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyBytes, PyBytesMethods, PyList};

use crate::batch::{Cancel, many};
use crate::border::{bytes, cross, cross_for};

/// The three results of a seal.
type Sealed<'py> = (Bound<'py, PyBytes>, Bound<'py, PyBytes>, Bound<'py, PyBytes>);

/// A document type compiled from its template file against the shape of the struct that it renders.
#[pyclass(frozen, module = "caducee_native._native")]
pub(crate) struct Template(Program);

#[pymethods]
impl Template {
    /// Compile a template; `preludes` are pairs of a name and a source.
    #[staticmethod]
    #[pyo3(signature = (name, source, shapes, preludes))]
    fn compile(
        py: Python<'_>,
        name: &str,
        source: &[u8],
        shapes: &[u8],
        preludes: Vec<(String, Vec<u8>)>,
    ) -> PyResult<Self> {
        cross(py, || {
            let preludes: Vec<_> = preludes.iter().map(|(name, text)| Source { name, text }).collect();
            Ok(Self(compile(Source { name, text: source }, Shapes::read(shapes)?, &preludes)?))
        })
    }

    /// Render a msgpack message of array_like structs.
    #[pyo3(signature = (model, *, fragment = false))]
    fn render<'py>(&self, py: Python<'py>, model: &[u8], fragment: bool) -> PyResult<Bound<'py, PyBytes>> {
        let rendered = cross_for(py, model.len(), || Ok(self.0.render(model, fragment)?))?;
        written(py, &rendered)
    }

    /// Render and hash: document, SHA-1, SHA-256.
    fn seal<'py>(&self, py: Python<'py>, model: &[u8]) -> PyResult<Sealed<'py>> {
        let (rendered, both) = cross(py, || {
            let rendered = self.0.render(model, false)?;
            let both = rendered.whole().map(caducee_digest::digests);
            Ok((rendered, both))
        })?;
        let document = written(py, &rendered)?;
        let both = match both {
            Some(both) => both,
            None => {
                let document = document.as_bytes();
                cross(py, || Ok(caducee_digest::digests(document)))?
            }
        };
        Ok((document, bytes(py, &both.sha1), bytes(py, &both.sha256)))
    }

    /// Seal many models: for each its three results, its error, or `None` when the batch was cancelled before it.
    #[pyo3(signature = (models, *, workers, cancel = None))]
    fn seal_many<'py>(
        &self,
        py: Python<'py>,
        models: Vec<PyBackedBytes>,
        workers: usize,
        cancel: Option<&Cancel>,
    ) -> PyResult<Bound<'py, PyList>> {
        let seal = |model: &[u8]| {
            let document = self.0.render(model, false)?.into_bytes();
            let both = caducee_digest::digests(&document);
            Ok((document, both))
        };
        many(py, &models, workers, cancel, seal, |(document, both)| {
            let sealed = (bytes(py, &document), bytes(py, &both.sha1), bytes(py, &both.sha256));
            Ok(sealed.into_pyobject(py)?.into_any())
        })
    }
}

impl Template {
    pub(crate) fn program(&self) -> &Program {
        &self.0
    }
}

/// Give a document to Python: large bodies are encoded straight into the object, without the GIL.
fn written<'py>(py: Python<'py>, rendered: &Rendered<'_>) -> PyResult<Bound<'py, PyBytes>> {
    if let Some(document) = rendered.whole() {
        return Ok(bytes(py, document));
    }
    PyBytes::new_with(py, rendered.len(), |room| {
        cross(py, || {
            rendered.write(room);
            Ok(())
        })
    })
}

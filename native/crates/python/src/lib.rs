//! The border: what Python sees. Each function takes bytes, leaves the GIL while it works, and returns bytes.

mod batch;
mod border;
mod build;
mod keys;
mod package;
mod signature;
mod template;
mod tls;

use pyo3::Python;
use pyo3::prelude::{Bound, PyModule, PyModuleMethods, PyResult, pyfunction, pymodule, wrap_pyfunction};
use pyo3::types::PyBytes;

/// SHA-1 and SHA-256 of `data`.
#[pyfunction]
fn digests<'py>(py: Python<'py>, data: &[u8]) -> PyResult<(Bound<'py, PyBytes>, Bound<'py, PyBytes>)> {
    let both = border::cross(py, || Ok(caducee_digest::digests(data)))?;
    Ok((border::bytes(py, &both.sha1), border::bytes(py, &both.sha256)))
}

#[pymodule]
fn _native(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("NativeError", module.py().get_type::<border::NativeError>())?;
    module.add_class::<template::Template>()?;
    module.add_class::<signature::Signature>()?;
    module.add_class::<keys::RsaKey>()?;
    module.add_class::<batch::Cancel>()?;
    module.add_class::<tls::TlsClient>()?;
    module.add_class::<tls::TlsConnection>()?;
    module.add_function(wrap_pyfunction!(package::archive, module)?)?;
    module.add_function(wrap_pyfunction!(digests, module)?)?;
    module.add_function(wrap_pyfunction!(build::build_info, module)?)
}

//! `Cancel`, and the batches: one call for many items, each with its own result.

use caducee_batch::{Outcome, run};
use pyo3::prelude::{Bound, PyAny, PyResult, Python, pyclass, pymethods};
use pyo3::pybacked::PyBackedBytes;
use pyo3::types::{PyList, PyListMethods};

use crate::border::{Refusal, cross, raise};

/// Tells a batch to take no further item.
#[pyclass(frozen, module = "caducee_native._native")]
#[derive(Default)]
pub(crate) struct Cancel(caducee_batch::Cancel);

#[pymethods]
impl Cancel {
    #[new]
    fn new() -> Self {
        Self::default()
    }

    /// Let the items at hand end, take no other. From any thread.
    fn set(&self) {
        self.0.set();
    }
}

/// Work on many items without the GIL, then give each its result, its error, or `None` when it was not begun.
pub(crate) fn many<'py, R: Send>(
    py: Python<'py>,
    items: &[PyBackedBytes],
    workers: usize,
    cancel: Option<&Cancel>,
    work: impl Fn(&[u8]) -> Result<R, Refusal> + Send + Sync,
    give: impl Fn(R) -> PyResult<Bound<'py, PyAny>>,
) -> PyResult<Bound<'py, PyList>> {
    let never = Cancel::default();
    let cancel = &cancel.unwrap_or(&never).0;
    let outcomes = cross(py, || Ok(run(items, workers, cancel, |item| work(item))))?;
    let results = PyList::empty(py);
    for outcome in outcomes {
        let result = match outcome {
            Outcome::Done(Ok(result)) => give(result)?,
            Outcome::Done(Err(refusal)) => raise(py, &refusal).into_value(py).into_bound(py).into_any(),
            Outcome::Broken(defect) => raise(py, &Refusal::Defect(defect)).into_value(py).into_bound(py).into_any(),
            Outcome::Left => py.None().into_bound(py),
        };
        results.append(result)?;
    }
    Ok(results)
}

//! HdrHistogram V2 export and import, so other tools read our histograms and we merge theirs. The only user of the crate.
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use hdrhistogram::Histogram as HdrHistogram;
use hdrhistogram::serialization::{Deserializer, Serializer as _, V2DeflateSerializer};

use crate::histogram::{HistogramError, MAX_VALUE_US, Snapshot};

const SIGNIFICANT_DIGITS: u8 = 3;

/// The snapshot as base64 of a V2 compressed histogram in µs. Negative and overflow counts have no place in it.
///
/// # Errors
/// When the writer fails; it has no known reason to.
pub fn export_base64(snapshot: &Snapshot) -> Result<String, HistogramError> {
    let fail = |error: &dyn std::fmt::Display| HistogramError::Export(error.to_string());
    let mut histogram =
        HdrHistogram::<u64>::new_with_bounds(1, MAX_VALUE_US, SIGNIFICANT_DIGITS).map_err(|error| fail(&error))?;
    for (value_us, count) in snapshot.values_us() {
        histogram.record_n(value_us, count).map_err(|error| fail(&error))?;
    }
    let mut bytes = Vec::new();
    V2DeflateSerializer::new().serialize(&histogram, &mut bytes).map_err(|error| fail(&error))?;
    Ok(BASE64.encode(bytes))
}

/// Reads base64 of a V2 (compressed or not) histogram whose values are µs.
///
/// # Errors
/// When it is not one.
pub fn import_base64(text: &str) -> Result<Snapshot, HistogramError> {
    let bytes = BASE64.decode(text.trim()).map_err(|error| HistogramError::Import(error.to_string()))?;
    let histogram: HdrHistogram<u64> = Deserializer::new()
        .deserialize(&mut bytes.as_slice())
        .map_err(|error| HistogramError::Import(error.to_string()))?;
    Ok(Snapshot::from_values_us(
        histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())),
    ))
}

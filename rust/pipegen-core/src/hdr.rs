//! HdrHistogram V2 export and import, so other tools read our histograms and we merge theirs. The only user of the crate.
use std::error::Error;
use std::fmt;
use std::io::Read as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD as BASE64;
use flate2::read::ZlibDecoder;
use hdrhistogram::Histogram as HdrHistogram;
use hdrhistogram::serialization::{Deserializer, Serializer as _, V2DeflateSerializer};

use crate::histogram::{MAX_VALUE_US, Snapshot};

const SIGNIFICANT_DIGITS: u8 = 3;
const COMPRESSED: [u8; 4] = [0x1c, 0x84, 0x93, 0x14];
const HEADER_BYTES: usize = 40;
/// A histogram of every value that the format knows, at the highest precision, has less.
const MOST_BYTES: u64 = 32 << 20;

/// Bytes or a histogram that cannot be turned into the other.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum HdrError {
    /// Bytes that are not base64 of an HdrHistogram V2 compressed histogram.
    Import(String),
    /// The histogram could not be written.
    Export(String),
}

impl fmt::Display for HdrError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Import(why) => write!(out, "not a base64 HdrHistogram V2 compressed histogram: {why}"),
            Self::Export(why) => write!(out, "the histogram could not be exported: {why}"),
        }
    }
}

impl Error for HdrError {}

/// The snapshot as base64 of a V2 compressed histogram in µs. Negative and overflow counts have no place in it.
///
/// # Errors
/// When the writer fails; it has no known reason to.
pub fn export_base64(snapshot: &Snapshot) -> Result<String, HdrError> {
    let fail = |error: &dyn std::fmt::Display| HdrError::Export(error.to_string());
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
pub fn import_base64(text: &str) -> Result<Snapshot, HdrError> {
    let fail = |error: &dyn fmt::Display| HdrError::Import(error.to_string());
    let mut bytes = BASE64.decode(text.trim()).map_err(|error| fail(&error))?;
    if bytes.starts_with(&COMPRESSED) {
        let packed = bytes.get(8..).unwrap_or_default();
        let mut plain = Vec::new();
        ZlibDecoder::new(packed).take(MOST_BYTES).read_to_end(&mut plain).map_err(|error| fail(&error))?;
        bytes = plain;
    }
    // The crate makes room for as much as the header says before it looks whether that is there.
    let told = bytes.get(4..8).and_then(|told| told.try_into().ok()).map(u32::from_be_bytes);
    let counts = bytes.len().saturating_sub(HEADER_BYTES);
    if told.and_then(|told| usize::try_from(told).ok()).is_none_or(|told| told > counts) {
        return Err(fail(&"it ends before its counts do"));
    }
    let histogram: HdrHistogram<u64> =
        Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|error| fail(&error))?;
    Ok(Snapshot::from_values_us(
        histogram.iter_recorded().map(|step| (step.value_iterated_to(), step.count_at_value())),
    ))
}

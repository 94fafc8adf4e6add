//! The `pipegen` record header: due time, sequence and worker, 20 bytes, big-endian. The only place that knows its layout.
use std::error::Error;
use std::fmt;

/// Length of the header.
pub const HEADER_BYTES: usize = 20;

/// The name of the header on every record.
pub const HEADER_NAME: &str = "pipegen";

/// The worker number of probe records, which are no part of the load.
pub const PROBE_WORKER: u32 = u32::MAX;

/// The bit in the worker number of records with a fault on purpose that no pipeline can be expected to bring out. They are
/// numbered apart, so that the others have no gaps.
pub const EXCLUDED_FLAG: u32 = 1 << 31;

/// What a record says about its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// When the record was due, in µs since the epoch.
    pub due_us: i64,
    /// Position among the records its worker sent, from 0, without gaps.
    pub sequence: u64,
    /// The worker that sent it, [`PROBE_WORKER`] for a probe.
    pub worker: u32,
}

/// A `pipegen` header that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeaderError {
    /// The length found; a header has [`HEADER_BYTES`].
    pub found_bytes: usize,
}

impl fmt::Display for HeaderError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "a pipegen header has {HEADER_BYTES} bytes, not {}", self.found_bytes)
    }
}

impl Error for HeaderError {}

impl Header {
    /// The header's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let mut bytes = [0; HEADER_BYTES];
        bytes[..8].copy_from_slice(&self.due_us.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.sequence.to_be_bytes());
        bytes[16..].copy_from_slice(&self.worker.to_be_bytes());
        bytes
    }

    /// Reads a header.
    ///
    /// # Errors
    /// When the length is not [`HEADER_BYTES`].
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        let wrong_length = HeaderError { found_bytes: bytes.len() };
        let (due_us, rest) = bytes.split_first_chunk().ok_or(wrong_length)?;
        let (sequence, rest) = rest.split_first_chunk().ok_or(wrong_length)?;
        let worker = rest.try_into().map_err(|_| wrong_length)?;
        Ok(Self {
            due_us: i64::from_be_bytes(*due_us),
            sequence: u64::from_be_bytes(*sequence),
            worker: u32::from_be_bytes(worker),
        })
    }

    /// Whether this record carries a fault on purpose and is not expected at the far end.
    #[must_use]
    pub const fn is_excluded(&self) -> bool {
        self.worker & EXCLUDED_FLAG != 0 && !self.is_probe()
    }

    /// Whether this is a probe record.
    #[must_use]
    pub const fn is_probe(&self) -> bool {
        self.worker == PROBE_WORKER
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_header_is_big_endian_and_reads_back() {
        let header = Header { due_us: 1, sequence: 2, worker: 3 };
        let bytes = header.encode();
        assert_eq!(bytes, [0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 3]);
        assert_eq!(Header::decode(&bytes), Ok(header));
    }

    #[test]
    fn a_header_of_another_length_is_refused() {
        let error = Header::decode(&[0; 19]).unwrap_err();
        assert_eq!(error.to_string(), "a pipegen header has 20 bytes, not 19");
    }
}

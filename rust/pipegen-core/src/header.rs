//! The `pipegen` record header, version 2: 32 bytes, big-endian. The only place that knows its layout.
//!
//! | bytes | field | |
//! |---|---|---|
//! | 0 | version | u8, [`VERSION`] |
//! | 1 | flags | u8; bit 0: a probe, bit 1: not expected at the far end; the others are 0 and are not looked at |
//! | 2–3 | input | u16 |
//! | 4–7 | worker | u32 |
//! | 8–15 | number | u64 |
//! | 16–23 | due | i64, µs since the epoch |
//! | 24–31 | run | u64 |
use std::error::Error;
use std::fmt;

/// Length of the header.
pub const HEADER_BYTES: usize = 32;

/// The version that is written and read.
pub const VERSION: u8 = 2;

/// The name of the header on every record.
pub const HEADER_NAME: &str = "pipegen";

/// Length of the header of version 1, which named neither version nor run.
const VERSION_1_BYTES: usize = 20;
const PROBE: u8 = 1;
const EXCLUDED: u8 = 1 << 1;

/// What a record is to the load.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A part of it.
    Load,
    /// A part of it with a fault on purpose that no pipeline can be expected to bring out. These are numbered apart, so
    /// that the others have no gaps.
    Excluded,
    /// No part of it: sent beforehand, to see whether the pipeline works.
    Probe,
}

/// What a record says about its origin.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Header {
    /// What it is to the load.
    pub kind: Kind,
    /// The input it was sent to.
    pub input: u16,
    /// The worker that sent it.
    pub worker: u32,
    /// Position among the records of its kind that its worker sent to its input, from 0, without gaps.
    pub number: u64,
    /// When the record was due, in µs since the epoch.
    pub due_us: i64,
    /// The run that sent it.
    pub run: u64,
}

/// A `pipegen` header that cannot be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum HeaderError {
    /// It is of another version, so another run sent it.
    Version,
    /// It is none; the length found.
    Length(usize),
}

impl fmt::Display for HeaderError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Version => write!(out, "the pipegen header is not of version {VERSION}"),
            Self::Length(found) => write!(out, "a pipegen header has {HEADER_BYTES} bytes, not {found}"),
        }
    }
}

impl Error for HeaderError {}

impl Header {
    /// Who numbered the record: each worker numbers those of each input on their own.
    #[must_use]
    pub fn sender(&self) -> u64 {
        (u64::from(self.input) << 32) | u64::from(self.worker)
    }

    /// The header's bytes.
    #[must_use]
    pub fn encode(&self) -> [u8; HEADER_BYTES] {
        let flags = match self.kind {
            Kind::Load => 0,
            Kind::Excluded => EXCLUDED,
            Kind::Probe => PROBE,
        };
        let mut bytes = [0; HEADER_BYTES];
        bytes[0] = VERSION;
        bytes[1] = flags;
        bytes[2..4].copy_from_slice(&self.input.to_be_bytes());
        bytes[4..8].copy_from_slice(&self.worker.to_be_bytes());
        bytes[8..16].copy_from_slice(&self.number.to_be_bytes());
        bytes[16..24].copy_from_slice(&self.due_us.to_be_bytes());
        bytes[24..].copy_from_slice(&self.run.to_be_bytes());
        bytes
    }

    /// Reads a header.
    ///
    /// # Errors
    /// When it is of another version, or too long or too short to be one.
    pub fn decode(bytes: &[u8]) -> Result<Self, HeaderError> {
        if bytes.len() == VERSION_1_BYTES {
            return Err(HeaderError::Version);
        }
        let bytes: &[u8; HEADER_BYTES] = bytes.try_into().map_err(|_| HeaderError::Length(bytes.len()))?;
        let [version, flags, i0, i1, w0, w1, w2, w3, rest @ ..] = *bytes;
        if version != VERSION {
            return Err(HeaderError::Version);
        }
        let eight = |from: usize| std::array::from_fn(|index| rest[from + index]);
        Ok(Self {
            kind: match flags & (PROBE | EXCLUDED) {
                0 => Kind::Load,
                EXCLUDED => Kind::Excluded,
                _ => Kind::Probe,
            },
            input: u16::from_be_bytes([i0, i1]),
            worker: u32::from_be_bytes([w0, w1, w2, w3]),
            number: u64::from_be_bytes(eight(0)),
            due_us: i64::from_be_bytes(eight(8)),
            run: u64::from_be_bytes(eight(16)),
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HEADER: Header =
        Header { kind: Kind::Load, input: 0x0102, worker: 0x0304_0506, number: 7, due_us: 8, run: 0x090a };

    #[test]
    fn a_header_is_big_endian_and_reads_back() {
        let bytes = HEADER.encode();
        let written = [2, 0, 1, 2, 3, 4, 5, 6, 0, 0, 0, 0, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 8, 0, 0, 0, 0, 0, 0, 9, 10];
        assert_eq!(bytes, written);
        assert_eq!(Header::decode(&bytes), Ok(HEADER));
    }

    #[test]
    fn a_flag_says_what_a_record_is_to_the_load() {
        for (kind, flags) in [(Kind::Load, 0), (Kind::Probe, 1), (Kind::Excluded, 2)] {
            let header = Header { kind, due_us: -1, worker: u32::MAX, ..HEADER };
            assert_eq!(header.encode()[1], flags);
            assert_eq!(Header::decode(&header.encode()), Ok(header));
        }
    }

    #[test]
    fn flags_of_a_later_version_change_nothing() {
        let mut bytes = HEADER.encode();
        bytes[1] = 0b1111_1100;
        assert_eq!(Header::decode(&bytes), Ok(HEADER));
    }

    #[test]
    fn a_header_of_another_version_is_told_from_bytes_that_are_none() {
        let mut later = HEADER.encode();
        later[0] = 3;
        assert_eq!(Header::decode(&later), Err(HeaderError::Version));
        assert_eq!(Header::decode(&[0; 20]), Err(HeaderError::Version));
        assert_eq!(Header::decode(&[2; 31]), Err(HeaderError::Length(31)));
        assert_eq!(Header::decode(&[]).unwrap_err().to_string(), "a pipegen header has 32 bytes, not 0");
    }
}

//! Reads on in binary that is known to be valid, one part after another.

use super::binary::take_long;

/// Where the next part starts. What cannot be read is `None`: then the bytes are not what they should be.
pub(crate) struct Cursor<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Cursor<'a> {
    pub(crate) const fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// The offset of the next part.
    pub(crate) const fn at(&self) -> usize {
        self.at
    }

    /// What was read since an offset.
    #[inline]
    pub(crate) fn since(&self, start: usize) -> &'a [u8] {
        &self.bytes[start..self.at]
    }

    /// What is still to be read.
    pub(crate) fn rest(&self) -> &'a [u8] {
        &self.bytes[self.at..]
    }

    /// Passes over bytes that were read otherwise.
    pub(crate) const fn skip(&mut self, length: usize) {
        self.at += length;
    }

    /// An int or long.
    #[inline]
    pub(crate) fn long(&mut self) -> Option<i64> {
        let (value, length) = take_long(self.bytes.get(self.at..)?).ok()?;
        self.at += length;
        Some(value)
    }

    /// So many bytes.
    #[inline]
    pub(crate) fn take(&mut self, length: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..self.at.checked_add(length)?)?;
        self.at += length;
        Some(taken)
    }

    /// Bytes or text with its length before it.
    #[inline]
    pub(crate) fn sized(&mut self) -> Option<&'a [u8]> {
        let length = usize::try_from(self.long()?).ok()?;
        self.take(length)
    }
}

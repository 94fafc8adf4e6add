//! Keys and values of a batch in one allocation, filled by the generator or from Python, read once by the send loop.
use std::ops::Range;

use crate::fault::FaultKind;

/// The records of one batch.
#[derive(Debug, Default, Clone)]
pub struct RecordBuffer {
    bytes: Vec<u8>,
    spans: Vec<Span>,
}

#[derive(Debug, Clone)]
struct Span {
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    fault: Option<FaultKind>,
}

/// Where the parts of a record stand that was written in place; `None` is Kafka's null.
#[derive(Debug, Clone)]
pub struct Parts {
    /// The key.
    pub key: Option<Range<usize>>,
    /// The value.
    pub value: Option<Range<usize>>,
}

impl RecordBuffer {
    /// A buffer with room for `records` records of about `record_bytes` each.
    #[must_use]
    pub fn with_capacity(records: usize, record_bytes: usize) -> Self {
        Self { bytes: Vec::with_capacity(records * record_bytes), spans: Vec::with_capacity(records) }
    }

    /// Adds a record that exists already; `None` is Kafka's null.
    pub fn push(&mut self, key: Option<&[u8]>, value: Option<&[u8]>) {
        let mut copy = |part: Option<&[u8]>| {
            part.map(|part| {
                let start = self.bytes.len();
                self.bytes.extend_from_slice(part);
                start..self.bytes.len()
            })
        };
        let (key, value) = (copy(key), copy(value));
        self.spans.push(Span { key, value, fault: None });
    }

    /// Adds a record written in place: first the key, then the value, each by a closure that appends its bytes and says
    /// whether there is such a part (`false`: null).
    ///
    /// # Errors
    /// What the closures return; the record is then not added.
    pub fn push_with<E>(
        &mut self,
        write_key: impl FnOnce(&mut Vec<u8>) -> Result<bool, E>,
        write_value: impl FnOnce(&mut Vec<u8>) -> Result<bool, E>,
    ) -> Result<(), E> {
        let start = self.bytes.len();
        let outcome = (|| {
            let key = write_key(&mut self.bytes)?;
            let middle = self.bytes.len();
            let value = write_value(&mut self.bytes)?;
            Ok(Span {
                key: key.then_some(start..middle),
                value: value.then_some(middle..self.bytes.len()),
                fault: None,
            })
        })();
        match outcome {
            Ok(span) => self.spans.push(span),
            Err(error) => {
                self.bytes.truncate(start);
                return Err(error);
            }
        }
        Ok(())
    }

    /// Adds a record written in place: the closure appends its parts and says where they are. `fault` is the one that was
    /// put into it on purpose.
    pub fn push_parts(&mut self, fault: Option<FaultKind>, write: impl FnOnce(&mut Vec<u8>) -> Parts) {
        let Parts { key, value } = write(&mut self.bytes);
        self.spans.push(Span { key, value, fault });
    }

    /// Forgets the records and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
    }

    /// How many records there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.spans.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.spans.is_empty()
    }

    /// A record's key.
    #[must_use]
    pub fn key(&self, index: usize) -> Option<&[u8]> {
        self.spans.get(index)?.key.clone().map(|range| &self.bytes[range])
    }

    /// The fault that was put into a record on purpose.
    #[must_use]
    pub fn fault(&self, index: usize) -> Option<FaultKind> {
        self.spans.get(index)?.fault
    }

    /// A record's value.
    #[must_use]
    pub fn value(&self, index: usize) -> Option<&[u8]> {
        self.spans.get(index)?.value.clone().map(|range| &self.bytes[range])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_come_back_as_they_went_in() {
        let mut buffer = RecordBuffer::with_capacity(2, 4);
        buffer.push(None, Some(b"one"));
        buffer.push(Some(b"k"), None);
        buffer
            .push_with::<()>(
                |out| {
                    out.extend_from_slice(b"key");
                    Ok(true)
                },
                |_| Ok(true),
            )
            .unwrap();
        assert_eq!((buffer.key(0), buffer.value(0)), (None, Some(b"one".as_slice())));
        assert_eq!((buffer.key(1), buffer.value(1)), (Some(b"k".as_slice()), None));
        assert_eq!((buffer.key(2), buffer.value(2)), (Some(b"key".as_slice()), Some(b"".as_slice())));
        assert_eq!(buffer.len(), 3);
    }

    #[test]
    fn a_record_that_fails_half_way_leaves_nothing_behind() {
        let mut buffer = RecordBuffer::default();
        let outcome = buffer.push_with(
            |out| {
                out.push(1);
                Ok(true)
            },
            |_| Err("no"),
        );
        assert_eq!(outcome, Err("no"));
        buffer.push(None, Some(b"x"));
        assert_eq!((buffer.len(), buffer.value(0)), (1, Some(b"x".as_slice())));
    }
}

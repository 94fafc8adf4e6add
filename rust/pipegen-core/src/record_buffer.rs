//! Keys and values of a batch in one allocation, filled by the generator or from Python, read once by the send loop.
use std::ffi::CString;
use std::ops::Range;

use crate::fault::FaultKind;

/// A header that a record brings along, besides our own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ExtraHeader {
    /// Its name, as C reads it.
    pub name: CString,
    /// Its value; `None` is Kafka's null.
    pub value: Option<Vec<u8>>,
}

/// The records of one batch.
#[derive(Debug, Default, Clone)]
pub struct RecordBuffer {
    bytes: Vec<u8>,
    spans: Vec<Span>,
    /// Those of all records, one after the other; most batches have none.
    headers: Vec<ExtraHeader>,
}

#[derive(Debug, Clone)]
struct Span {
    key: Option<Range<usize>>,
    value: Option<Range<usize>>,
    /// Where its headers end; they begin where those of the record before end.
    headers_end: usize,
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
        Self { bytes: Vec::with_capacity(records * record_bytes), spans: Vec::with_capacity(records), headers: vec![] }
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
        self.spans.push(Span { key, value, headers_end: self.headers.len(), fault: None });
    }

    /// Gives the last record headers besides our own.
    pub fn add_headers(&mut self, headers: impl IntoIterator<Item = ExtraHeader>) {
        self.headers.extend(headers);
        if let Some(span) = self.spans.last_mut() {
            span.headers_end = self.headers.len();
        }
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
                headers_end: self.headers.len(),
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
        self.spans.push(Span { key, value, headers_end: self.headers.len(), fault });
    }

    /// Forgets the records and keeps the memory.
    pub fn clear(&mut self) {
        self.bytes.clear();
        self.spans.clear();
        self.headers.clear();
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

    /// The headers that a record brings along.
    #[must_use]
    pub fn headers(&self, index: usize) -> &[ExtraHeader] {
        let end = |index: usize| self.spans.get(index).map_or(0, |span| span.headers_end);
        let start = index.checked_sub(1).map_or(0, end);
        self.headers.get(start..end(index)).unwrap_or_default()
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
    fn each_record_has_its_own_headers() {
        let header = |name: &str| ExtraHeader { name: CString::new(name).unwrap(), value: Some(name.into()) };
        let mut buffer = RecordBuffer::default();
        buffer.push(None, Some(b"one"));
        buffer.push(None, Some(b"two"));
        buffer.add_headers([header("a"), header("b")]);
        buffer.push(None, Some(b"three"));
        buffer.push(None, Some(b"four"));
        buffer.add_headers([header("c")]);
        let names = |index| buffer.headers(index).iter().map(|each| each.name.to_str().unwrap()).collect::<Vec<_>>();
        assert_eq!([names(0), names(1), names(2), names(3)], [vec![], vec!["a", "b"], vec![], vec!["c"]]);
        assert!(buffer.headers(4).is_empty());
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

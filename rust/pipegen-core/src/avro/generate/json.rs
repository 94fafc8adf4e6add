//! A value's Avro binary as JSON, the way Flink's `json` format and people read it: null and unions are plain values, bytes are
//! base64, logical types are texts or numbers.

use std::io::Write as _;
use std::ops::Range;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::key::put_decimal_text;
use crate::avro::schema::calendar::put_whole;
use crate::avro::schema::cursor::Cursor;
use crate::avro::schema::digits::put_uuid;
use crate::avro::schema::types::{Field, Kind, Logical, Schema, TypeId};

/// Reads on from where the value before ended.
struct Reader<'a> {
    schema: &'a Schema,
    /// Between date and time.
    between: u8,
    binary: Cursor<'a>,
}

impl Schema {
    /// Appends a value as JSON; what is written is not JSON when the bytes are no value of the schema.
    ///
    /// Of a record that is the value itself, only the first `fields` fields; `between` stands between date and time.
    pub(crate) fn put_json(&self, bytes: &[u8], fields: usize, between: u8, out: &mut Vec<u8>) {
        let mut reader = Reader { schema: self, between, binary: Cursor::new(bytes) };
        // Only what the generator has written gets here, so there is always a value.
        let _whole = match &self.types[self.root].kind {
            Kind::Record { fields: all, .. } => reader.record(&all[..fields.min(all.len())], out),
            _ => reader.value(self.root, out),
        };
    }

    /// Where the fields of a record stand in its binary; `None` when the bytes are no value of the schema.
    pub(crate) fn field_ranges(&self, bytes: &[u8]) -> Option<Vec<Range<usize>>> {
        let Kind::Record { fields, .. } = &self.types[self.root].kind else { return None };
        let mut reader = Reader { schema: self, between: b'T', binary: Cursor::new(bytes) };
        let mut text = Vec::new();
        let ranges = fields.iter().map(|field| {
            let start = reader.binary.at();
            text.clear();
            reader.value(field.type_id, &mut text).map(|()| start..reader.binary.at())
        });
        let ranges = ranges.collect::<Option<Vec<_>>>()?;
        (reader.binary.at() == bytes.len()).then_some(ranges)
    }

    /// Appends fields of the record, each with its index, its name and its binary, as a JSON object.
    pub(crate) fn put_json_columns<'a>(
        &self,
        columns: impl Iterator<Item = (usize, &'a str, &'a [u8])>,
        between: u8,
        out: &mut Vec<u8>,
    ) {
        out.push(b'{');
        for (number, (index, name, bytes)) in columns.enumerate() {
            if number > 0 {
                out.push(b',');
            }
            put_string(name, out);
            out.push(b':');
            let mut reader = Reader { schema: self, between, binary: Cursor::new(bytes) };
            let _whole = self.root_field(index).and_then(|type_id| reader.value(type_id, out));
        }
        out.push(b'}');
    }
}

impl Reader<'_> {
    fn value(&mut self, type_id: TypeId, out: &mut Vec<u8>) -> Option<()> {
        let schema = self.schema;
        let each = &schema.types[type_id];
        match (&each.kind, each.logical) {
            (Kind::Null, _) => out.extend_from_slice(b"null"),
            (Kind::Boolean, _) => {
                let word = if self.binary.take(1)? == [0] { "false" } else { "true" };
                out.extend_from_slice(word.as_bytes());
            }
            (Kind::Int | Kind::Long, logical) => put_whole(self.binary.long()?, logical, self.between, out)?,
            (Kind::Float, _) => {
                let number = f32::from_le_bytes(self.binary.take(4)?.try_into().ok()?);
                put_real(number, number.is_finite(), out);
            }
            (Kind::Double, _) => {
                let number = f64::from_le_bytes(self.binary.take(8)?.try_into().ok()?);
                put_real(number, number.is_finite(), out);
            }
            (Kind::String, _) => put_string(std::str::from_utf8(self.binary.sized()?).ok()?, out),
            (Kind::Bytes, Some(Logical::Decimal { scale, .. })) => {
                let start = out.len();
                out.extend_from_slice(self.binary.sized()?);
                put_decimal(start, scale, out);
            }
            (Kind::Bytes, _) => put_base64(self.binary.sized()?, out),
            (Kind::Fixed { size, .. }, Some(Logical::Decimal { scale, .. })) => {
                let start = out.len();
                out.extend_from_slice(self.binary.take(*size)?);
                put_decimal(start, scale, out);
            }
            (Kind::Fixed { size, .. }, Some(Logical::Uuid)) => {
                let uuid: [u8; 16] = self.binary.take(*size)?.try_into().ok()?;
                out.push(b'"');
                put_uuid(out, &uuid);
                out.push(b'"');
            }
            (Kind::Fixed { size, .. }, _) => put_base64(self.binary.take(*size)?, out),
            (Kind::Enum { symbols, .. }, _) => {
                put_string(symbols.get(usize::try_from(self.binary.long()?).ok()?)?, out);
            }
            (Kind::Union(branches), _) => {
                let branch = usize::try_from(self.binary.long()?).ok()?;
                self.value(*branches.get(branch)?, out)?;
            }
            (Kind::Record { fields, .. }, _) => self.record(fields, out)?,
            (Kind::Array(item), _) => self.items(*item, false, out)?,
            (Kind::Map(item), _) => self.items(*item, true, out)?,
        }
        Some(())
    }

    fn record(&mut self, fields: &[Field], out: &mut Vec<u8>) -> Option<()> {
        out.push(b'{');
        for (index, field) in fields.iter().enumerate() {
            if index > 0 {
                out.push(b',');
            }
            put_string(field.json_name.as_ref().unwrap_or(&field.name), out);
            out.push(b':');
            self.value(field.type_id, out)?;
        }
        out.push(b'}');
        Some(())
    }

    /// The blocks of an array, or of a map where `keyed`.
    fn items(&mut self, item: TypeId, keyed: bool, out: &mut Vec<u8>) -> Option<()> {
        let (open, close) = if keyed { (b'{', b'}') } else { (b'[', b']') };
        out.push(open);
        let mut is_first = true;
        loop {
            let count = self.binary.long()?;
            if count == 0 {
                break;
            }
            if count < 0 {
                self.binary.long()?;
            }
            for _ in 0..count.unsigned_abs() {
                if !is_first {
                    out.push(b',');
                }
                is_first = false;
                if keyed {
                    put_string(std::str::from_utf8(self.binary.sized()?).ok()?, out);
                    out.push(b':');
                }
                self.value(item, out)?;
            }
        }
        out.push(close);
        Some(())
    }
}

/// JSON has no word for a number that is not finite.
fn put_real(number: impl std::fmt::Display, is_finite: bool, out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = if is_finite { write!(out, "{number}") } else { write!(out, "null") };
}

fn put_string(text: &str, out: &mut Vec<u8>) {
    // Writing to memory does not fail.
    let _ = serde_json::to_writer(out, text);
}

fn put_base64(bytes: &[u8], out: &mut Vec<u8>) {
    let text = STANDARD.encode(bytes);
    out.push(b'"');
    out.extend_from_slice(text.as_bytes());
    out.push(b'"');
}

/// Replaces the bytes of a decimal, which stand at the end from `start` on, by its digits.
fn put_decimal(start: usize, scale: u32, out: &mut Vec<u8>) {
    let end = out.len();
    put_decimal_text(start..end, scale, out);
    out.drain(start..end);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_stand_in_one_object_with_a_comma_between_two() {
        let schema = Schema::parse(
            r#"{"type": "record", "name": "R", "fields": [{"name": "a", "type": "int"}, {"name": "b", "type": "string"}]}"#,
        )
        .unwrap();
        let mut out = Vec::new();
        let columns: [(usize, &str, &[u8]); 2] = [(1, "text", b"\x04hi"), (0, "number", b"\x0e")];
        schema.put_json_columns(columns.into_iter(), b'T', &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#"{"text":"hi","number":7}"#);
    }

    #[test]
    fn local_microseconds_are_a_text() {
        let schema = Schema::parse(r#"{"type": "long", "logicalType": "local-timestamp-micros"}"#).unwrap();
        let mut out = Vec::new();
        schema.put_json(b"\x02", 1, b'T', &mut out);
        assert_eq!(String::from_utf8(out).unwrap(), r#""1970-01-01T00:00:00.000001""#);
    }
}

//! Finds one field in the bytes of a record and turns its value back; builds nothing from the rest.

use super::codec::Codec;
use crate::avro::Schema;
use crate::avro::schema::binary::take_long;
use crate::avro::schema::types::{Kind, TypeId};

/// What a field says of the event that its record comes from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// The field is null or not there, as where an outer join finds no partner.
    Absent,
    /// A value that was not made of a number of the trace.
    Foreign,
    /// The number that it was made of.
    Number(u64),
}

/// A value as it stands in a record.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Value<'a> {
    Absent,
    Whole(i64),
    Text(&'a [u8]),
    Other,
}

/// Where a field stands: names from the outside in. Of a list, the first item counts.
#[derive(Clone, Debug)]
pub struct FieldPath(Box<[Box<str>]>);

impl FieldPath {
    /// A field within others.
    #[must_use]
    pub fn new<'a>(names: impl IntoIterator<Item = &'a str>) -> Self {
        Self(names.into_iter().map(Into::into).collect())
    }

    /// What it says in a JSON value.
    #[must_use]
    pub fn in_json(&self, json: &[u8], codec: &Codec, limit: u64) -> Found {
        let mut scan = Scan { bytes: json, at: 0 };
        let value = self.0.iter().try_for_each(|name| scan.enter(name)).map(|()| scan.leaf());
        decoded(value.unwrap_or(Value::Absent), codec, limit)
    }

    /// What it says in a value of an Avro schema.
    #[must_use]
    pub fn in_avro(&self, schema: &Schema, binary: &[u8], codec: &Codec, limit: u64) -> Found {
        decoded(self.avro_value(schema, binary).unwrap_or(Value::Other), codec, limit)
    }

    fn avro_value<'a>(&self, schema: &Schema, mut binary: &'a [u8]) -> Option<Value<'a>> {
        let mut type_id = schema.root;
        for name in &self.0 {
            type_id = branch(schema, type_id, &mut binary)?;
            let fields = match &schema.types[type_id].kind {
                Kind::Record { fields, .. } => fields,
                Kind::Null => return Some(Value::Absent),
                _ => return None,
            };
            let index = fields.iter().position(|field| field.name == **name)?;
            for before in &fields[..index] {
                let length = schema.walk_type(before.type_id, binary).ok()?;
                binary = &binary[length..];
            }
            type_id = fields[index].type_id;
        }
        type_id = branch(schema, type_id, &mut binary)?;
        Some(match &schema.types[type_id].kind {
            Kind::Null => Value::Absent,
            Kind::Int | Kind::Long => Value::Whole(take_long(binary).ok()?.0),
            Kind::String => {
                let (length, start) = take_long(binary).ok()?;
                Value::Text(binary.get(start..)?.get(..usize::try_from(length).ok()?)?)
            }
            _ => Value::Other,
        })
    }
}

/// The type behind a union, whose branch is read.
fn branch(schema: &Schema, type_id: TypeId, binary: &mut &[u8]) -> Option<TypeId> {
    let Kind::Union(branches) = &schema.types[type_id].kind else { return Some(type_id) };
    let (index, length) = take_long(binary).ok()?;
    *binary = &binary[length..];
    branches.get(usize::try_from(index).ok()?).copied()
}

fn decoded(value: Value<'_>, codec: &Codec, limit: u64) -> Found {
    let number = match value {
        Value::Absent => return Found::Absent,
        Value::Whole(value) if !codec.kind().is_text() => codec.number_of_whole(value, limit),
        Value::Text(text) if codec.kind().is_text() => codec.number_of_text(text, limit),
        _ => None,
    };
    number.map_or(Found::Foreign, Found::Number)
}

/// A place in a JSON text. What is no JSON ends the search: whether values are good is checked elsewhere.
struct Scan<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Scan<'a> {
    fn blank(&mut self) -> Option<u8> {
        while matches!(self.bytes.get(self.at)?, b' ' | b'\n' | b'\r' | b'\t') {
            self.at += 1;
        }
        self.bytes.get(self.at).copied()
    }

    /// Goes to the value of a member of the object here.
    fn enter(&mut self, name: &str) -> Option<()> {
        if self.blank()? == b'[' {
            self.at += 1;
        }
        if self.blank()? != b'{' {
            return None;
        }
        self.at += 1;
        loop {
            if self.blank()? == b',' {
                self.at += 1;
                self.blank()?;
            }
            if self.bytes[self.at] != b'"' {
                return None;
            }
            let key = self.string()?;
            if self.blank()? != b':' {
                return None;
            }
            self.at += 1;
            if key == name.as_bytes() {
                return Some(());
            }
            self.skip()?;
        }
    }

    /// The bytes between the quotes of the string here, as they are written.
    fn string(&mut self) -> Option<&'a [u8]> {
        let start = self.at + 1;
        let mut at = start;
        loop {
            match self.bytes.get(at)? {
                b'\\' => at += 2,
                b'"' => break,
                _ => at += 1,
            }
        }
        self.at = at + 1;
        self.bytes.get(start..at)
    }

    /// Goes behind the value here.
    fn skip(&mut self) -> Option<()> {
        let mut depth = 0_u32;
        loop {
            match self.blank()? {
                b'"' => {
                    self.string()?;
                }
                b'{' | b'[' => {
                    depth += 1;
                    self.at += 1;
                }
                b'}' | b']' => {
                    depth = depth.checked_sub(1)?;
                    self.at += 1;
                }
                b',' | b':' => self.at += 1,
                _ => {
                    self.bare();
                }
            }
            if depth == 0 {
                return Some(());
            }
        }
    }

    /// A number or a word.
    fn bare(&mut self) -> &'a [u8] {
        let start = self.at;
        let ends =
            |byte: &u8| matches!(byte, b',' | b'}' | b']' | b':' | b'"' | b'{' | b'[') || byte.is_ascii_whitespace();
        let length = self.bytes[start..].iter().position(ends).unwrap_or(self.bytes.len() - start);
        self.at = start + length;
        &self.bytes[start..self.at]
    }

    fn leaf(&mut self) -> Value<'a> {
        match self.blank() {
            None => Value::Absent,
            Some(b'"') => self.string().map_or(Value::Other, Value::Text),
            Some(b'{' | b'[') => Value::Other,
            Some(_) => match self.bare() {
                b"null" => Value::Absent,
                number => whole(number).map_or(Value::Other, Value::Whole),
            },
        }
    }
}

fn whole(digits: &[u8]) -> Option<i64> {
    std::str::from_utf8(digits).ok()?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::super::codec::TraceKind;
    use super::*;

    fn codec(kind: TraceKind) -> Codec {
        Codec::new(kind, 11, "o-")
    }

    fn text(number: u64) -> String {
        let mut out = Vec::new();
        codec(TraceKind::Text).put_text(number, &mut out);
        String::from_utf8(out).unwrap()
    }

    fn in_json(path: &[&str], json: &str, kind: TraceKind) -> Found {
        FieldPath::new(path.iter().copied()).in_json(json.as_bytes(), &codec(kind), 1_000)
    }

    #[test]
    fn a_field_is_found_in_json_wherever_it_stands() {
        let id = codec(TraceKind::Long).whole(42);
        for json in [
            format!("{{\"id\":{id}}}"),
            format!(
                " {{ \"a\" : {{\"id\": 1, \"b\": [1, {{}}]}}, \"c\":\"}},\\\"id\\\":7\", \"id\" : {id} , \"d\":null}}"
            ),
        ] {
            assert_eq!(in_json(&["id"], &json, TraceKind::Long), Found::Number(42), "{json}");
        }
        let changed = format!("{{\"before\":null,\"after\":{{\"x\":true,\"id\":\"{}\"}},\"op\":\"c\"}}", text(9));
        assert_eq!(in_json(&["after", "id"], &changed, TraceKind::Text), Found::Number(9));
        let listed = format!("{{\"data\":[{{\"id\":{id}}}]}}");
        assert_eq!(in_json(&["data", "id"], &listed, TraceKind::Long), Found::Number(42));
    }

    #[test]
    fn null_and_nothing_are_absent_and_another_value_is_foreign() {
        for json in ["{\"id\":null}", "{}", "{\"a\":1}", "", "[]", "7", "{\"id\"", "{\"after\":null}"] {
            assert_eq!(in_json(&["id"], json, TraceKind::Long), Found::Absent, "{json}");
        }
        assert_eq!(in_json(&["after", "id"], "{\"after\":null}", TraceKind::Long), Found::Absent);
        for json in ["{\"id\":17}", "{\"id\":\"x\"}", "{\"id\":1.5}", "{\"id\":{}}", "{\"id\":true}"] {
            assert_eq!(in_json(&["id"], json, TraceKind::Long), Found::Foreign, "{json}");
        }
        let id = codec(TraceKind::Long).whole(1_000);
        assert_eq!(in_json(&["id"], &format!("{{\"id\":{id}}}"), TraceKind::Long), Found::Foreign);
    }

    #[test]
    fn a_field_is_found_in_avro() {
        let schema = r#"{"type": "record", "name": "r", "fields": [{"name": "a", "type": "string"},
            {"name": "after", "type": ["null", {"type": "record", "name": "s", "fields": [
                {"name": "b", "type": {"type": "array", "items": "int"}}, {"name": "id", "type": ["null", "string"]}]}]},
            {"name": "id", "type": "long"}]}"#;
        let schema = Schema::parse(schema).unwrap();
        let mut binary = vec![2, b'x', 2, 2, 4, 0, 2];
        crate::avro::schema::binary::put_sized(&mut binary, |out| out.extend_from_slice(text(5).as_bytes()));
        crate::avro::schema::binary::put_long(&mut binary, codec(TraceKind::Long).whole(6));
        let at = |path: &[&str], binary: &[u8], kind| {
            FieldPath::new(path.iter().copied()).in_avro(&schema, binary, &codec(kind), 1_000)
        };
        assert_eq!(at(&["id"], &binary, TraceKind::Long), Found::Number(6));
        assert_eq!(at(&["after", "id"], &binary, TraceKind::Text), Found::Number(5));
        assert_eq!(at(&["id"], &binary[..9], TraceKind::Long), Found::Foreign);
        let without = [2, b'x', 0, 2];
        assert_eq!(at(&["after", "id"], &without, TraceKind::Text), Found::Absent);
        assert_eq!(at(&["nothing"], &binary, TraceKind::Long), Found::Foreign);
    }
}

//! How a change is written as a message value, in each changelog format that Flink reads.

use std::ops::Range;

use serde_json::{Map, Value, json};

use super::rows::Operation;
use crate::avro::schema::binary::{put_long, put_sized};
use crate::avro::schema::calendar::{DAY_NS, put_date, put_time_of_day};
use crate::avro::schema::error::{SchemaError, meant};

const NS_PER_MS: i64 = 1_000_000;

/// A row's Avro binary, where its fields are, and how many of them are in the value.
#[derive(Debug)]
pub(crate) struct Row {
    pub(crate) binary: Vec<u8>,
    pub(crate) fields: Vec<Range<usize>>,
    pub(crate) value_fields: usize,
}

impl Row {
    /// The value's part of the binary.
    pub(crate) fn value(&self) -> &[u8] {
        &self.binary[..self.fields[..self.value_fields].last().map_or(0, |last| last.end)]
    }

    /// A field's binary.
    pub(crate) fn field(&self, index: usize) -> &[u8] {
        &self.binary[self.fields[index].clone()]
    }
}

/// Writes rows in the format of values.
pub(crate) trait Written {
    /// The whole row.
    fn row(&self, row: &Row, out: &mut Vec<u8>);

    /// Some of its fields, as a JSON object.
    fn some(&self, row: &Row, fields: &[usize], out: &mut Vec<u8>);
}

/// A changelog format, with what stays the same in every value.
#[derive(Clone, Debug)]
pub(crate) enum Envelope {
    /// The row itself; null deletes.
    Upsert,
    DebeziumAvro {
        source: Source,
    },
    DebeziumJson {
        source: Source,
        schema: Option<String>,
    },
    Canal {
        tail: String,
    },
    Maxwell {
        head: String,
    },
    Ogg {
        head: String,
    },
}

/// The database and the table that changes are said to come from.
#[derive(Clone, Debug)]
pub(crate) struct Source {
    database: String,
    table: String,
}

impl Envelope {
    const NAMES: [&str; 6] =
        ["upsert", "debezium-json", "debezium-avro-confluent", "canal-json", "maxwell-json", "ogg-json"];

    pub(super) fn read(object: &Map<String, Value>) -> Result<Self, SchemaError> {
        let text = |name: &str, default: &str| object.get(name).and_then(Value::as_str).unwrap_or(default).to_owned();
        let (database, table) = (text("database", "pipegen"), text("table", "table"));
        let key = object.get("key").cloned().unwrap_or_else(|| json!([]));
        let source = Source { database: database.clone(), table: table.clone() };
        match text("format", "").as_str() {
            "upsert" => Ok(Self::Upsert),
            "debezium-avro-confluent" => Ok(Self::DebeziumAvro { source }),
            "debezium-json" => Ok(Self::DebeziumJson { source, schema: object.get("schema").map(Value::to_string) }),
            "canal-json" => Ok(Self::Canal {
                tail: format!(
                    r#""database":{},"table":{},"pkNames":{key},"isDdl":false,"sql":"""#,
                    json!(database),
                    json!(table)
                ),
            }),
            "maxwell-json" => {
                Ok(Self::Maxwell { head: format!(r#"{{"database":{},"table":{}"#, json!(database), json!(table)) })
            }
            "ogg-json" => Ok(Self::Ogg {
                head: format!(r#"{{"table":{},"primary_keys":{key}"#, json!(format!("{database}.{table}"))),
            }),
            other => Err(wrong(&format!("there is no changelog format \"{other}\""), &meant(other, Self::NAMES))),
        }
    }

    /// Appends the value of a change; false for null. One of the rows is always there.
    pub(crate) fn put(
        &self,
        operation: Operation,
        event: u64,
        due_ns: i64,
        (before, after): (Option<&Row>, Option<&Row>),
        written: &impl Written,
        out: &mut Vec<u8>,
    ) -> bool {
        let due_ms = due_ns.div_euclid(NS_PER_MS);
        let optional = |row: Option<&Row>, out: &mut Vec<u8>| match row {
            Some(row) => written.row(row, out),
            None => out.extend_from_slice(b"null"),
        };
        match self {
            Self::Upsert => {
                let Some(after) = after else { return false };
                written.row(after, out);
            }
            Self::DebeziumAvro { source } => {
                for row in [before, after] {
                    match row {
                        None => out.push(0),
                        Some(row) => {
                            out.push(2);
                            written.row(row, out);
                        }
                    }
                }
                source.put_avro(operation, event, due_ms, out);
            }
            Self::DebeziumJson { source, schema } => {
                if let Some(schema) = schema {
                    put_text(out, &format!(r#"{{"schema":{schema},"payload":"#));
                }
                out.extend_from_slice(b"{\"before\":");
                optional(before, out);
                out.extend_from_slice(b",\"after\":");
                optional(after, out);
                put_text(out, &source.json_tail(operation, event, due_ms));
                if schema.is_some() {
                    out.push(b'}');
                }
            }
            Self::Canal { tail } => {
                out.extend_from_slice(b"{\"data\":[");
                optional(after.or(before), out);
                out.extend_from_slice(b"],\"old\":");
                match (before, after) {
                    (Some(before), Some(after)) => {
                        out.push(b'[');
                        written.some(before, &changed(before, after), out);
                        out.push(b']');
                    }
                    _ => out.extend_from_slice(b"null"),
                }
                let word = word(operation, ["INSERT", "UPDATE", "DELETE"]);
                put_text(out, &format!(r#","type":"{word}","es":{due_ms},"ts":{due_ms},"id":{event},{tail}}}"#));
            }
            Self::Maxwell { head } => {
                let word = word(operation, ["insert", "update", "delete"]);
                let due_s = due_ms.div_euclid(1_000);
                put_text(out, &format!(r#"{head},"type":"{word}","ts":{due_s},"xid":{event},"commit":true,"data":"#));
                optional(after.or(before), out);
                if let (Some(before), Some(after)) = (before, after) {
                    out.extend_from_slice(b",\"old\":");
                    written.some(before, &changed(before, after), out);
                }
                out.push(b'}');
            }
            Self::Ogg { head } => {
                let word = word(operation, ["I", "U", "D"]);
                put_text(out, &format!(r#"{head},"op_type":"{word}","op_ts":""#));
                put_moment(due_ns, out);
                out.extend_from_slice(b"\",\"current_ts\":\"");
                put_moment(due_ns, out);
                put_text(out, &format!(r#"","pos":"{event:020}","before":"#));
                optional(before, out);
                out.extend_from_slice(b",\"after\":");
                optional(after, out);
                out.push(b'}');
            }
        }
        true
    }
}

impl Source {
    fn json_tail(&self, operation: Operation, event: u64, due_ms: i64) -> String {
        let (database, table) = (json!(self.database), json!(self.table));
        let snapshot = if operation == Operation::Read { "true" } else { "false" };
        format!(
            concat!(
                r#","source":{{"version":"pipegen","connector":"pipegen","name":"pipegen","ts_ms":{due_ms},"#,
                r#""snapshot":"{snapshot}","db":{database},"schema":{database},"table":{table},"pos":{event}}},"#,
                r#""op":"{letter}","ts_ms":{due_ms},"transaction":null}}"#
            ),
            due_ms = due_ms,
            snapshot = snapshot,
            database = database,
            table = table,
            event = event,
            letter = letter(operation)
        )
    }

    /// The fields `source`, `op` and `ts_ms` of the envelope's schema, in this order, each a union with null.
    fn put_avro(&self, operation: Operation, event: u64, due_ms: i64, out: &mut Vec<u8>) {
        let text = |out: &mut Vec<u8>, text: &str| put_sized(out, |out| out.extend_from_slice(text.as_bytes()));
        out.push(2);
        for name in ["pipegen", "pipegen", "pipegen"] {
            text(out, name);
        }
        put_long(out, due_ms);
        text(out, if operation == Operation::Read { "true" } else { "false" });
        for name in [&self.database, &self.database, &self.table] {
            text(out, name);
        }
        put_long(out, event.cast_signed());
        out.push(2);
        text(out, letter(operation));
        out.push(2);
        put_long(out, due_ms);
    }
}

pub(super) fn wrong(problem: &str, remedy: &str) -> SchemaError {
    SchemaError::new("changes", problem, remedy)
}

/// The fields whose values differ.
fn changed(before: &Row, after: &Row) -> Vec<usize> {
    (0..before.value_fields).filter(|index| before.field(*index) != after.field(*index)).collect()
}

const fn letter(operation: Operation) -> &'static str {
    match operation {
        Operation::Read => "r",
        Operation::Create => "c",
        Operation::Update => "u",
        Operation::Delete => "d",
    }
}

const fn word(operation: Operation, [insert, update, delete]: [&'static str; 3]) -> &'static str {
    match operation {
        Operation::Read | Operation::Create => insert,
        Operation::Update => update,
        Operation::Delete => delete,
    }
}

/// `2026-11-05 09:30:00.123000`
fn put_moment(time_ns: i64, out: &mut Vec<u8>) {
    put_date(out, time_ns.div_euclid(DAY_NS));
    out.push(b' ');
    put_time_of_day(out, time_ns);
    out.extend_from_slice(b"000");
}

fn put_text(out: &mut Vec<u8>, text: &str) {
    out.extend_from_slice(text.as_bytes());
}

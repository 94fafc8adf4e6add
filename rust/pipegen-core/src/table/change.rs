//! What one record does to a row of its table, read from its key and its value in each changelog format of Flink.
use std::borrow::Cow;
use std::collections::BTreeMap;

use serde_json::value::RawValue;

use crate::sketch::hash_bytes;

/// What is done to a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Done {
    /// It is written, whether it was there before or not.
    Written,
    /// It is taken back: deleted, or the first half of an update.
    TakenBack,
    /// The value is null: the row of the key is deleted.
    Tombstone,
}

/// What one record does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    /// The hash of what tells its row apart; `None` where the record lacks it.
    pub key: Option<u64>,
    /// What is done to the row.
    pub done: Done,
    /// When the row was due, in ms since the epoch.
    pub due_ms: Option<i64>,
}

/// Where a format has the row and what is done to it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Layout {
    operation: &'static str,
    removed: &'static str,
    /// Where a row that is taken back stands; it may stand where the written one does.
    before: &'static str,
    after: &'static str,
}

const DEBEZIUM: Layout = Layout { operation: "op", removed: "\"d\"", before: "before", after: "after" };
const OGG: Layout = Layout { operation: "op_type", removed: "\"D\"", before: "before", after: "after" };
const CANAL: Layout = Layout { operation: "type", removed: "\"DELETE\"", before: "data", after: "data" };
const MAXWELL: Layout = Layout { operation: "type", removed: "\"delete\"", before: "data", after: "data" };

/// How the records of an output are read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reading {
    /// The Kafka key tells rows apart; a null value deletes.
    Upsert,
    /// The value says what is done; the columns of the key, or the whole row where there are none, tell rows apart.
    Changelog {
        /// The columns of the key.
        columns: Vec<String>,
        /// The format.
        format: Changelog,
    },
}

/// A changelog format whose values are JSON.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Changelog(Layout);

impl Changelog {
    /// The format that Flink calls so.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "debezium-json" => Some(Self(DEBEZIUM)),
            "ogg-json" => Some(Self(OGG)),
            "canal-json" => Some(Self(CANAL)),
            "maxwell-json" => Some(Self(MAXWELL)),
            _ => None,
        }
    }
}

impl Reading {
    /// What a record does; `None` for a value that is none of the format.
    #[must_use]
    pub fn read(&self, key: Option<&[u8]>, value: Option<&[u8]>, due_ms: Option<i64>) -> Option<Change> {
        match (self, value) {
            (Self::Upsert, value) => {
                let done = if value.is_some() { Done::Written } else { Done::Tombstone };
                Some(Change { key: key.map(hash_bytes), done, due_ms })
            }
            // Debezium sends one after each delete, for the compaction of the topic: the row is gone by then.
            (Self::Changelog { .. }, None) => Some(Change { key: None, done: Done::Tombstone, due_ms }),
            (Self::Changelog { columns, format }, Some(value)) => {
                let (done, row) = format.0.row(value)?;
                Some(Change { key: key_of(row, columns), done, due_ms })
            }
        }
    }
}

type Members<'a> = BTreeMap<Cow<'a, str>, &'a RawValue>;

impl Layout {
    fn row(self, value: &[u8]) -> Option<(Done, &str)> {
        let members: Members<'_> = serde_json::from_slice(value).ok()?;
        let removed = members.get(self.operation)?.get() == self.removed;
        let (done, place) = if removed { (Done::TakenBack, self.before) } else { (Done::Written, self.after) };
        let row = members.get(place)?.get();
        // Canal has a list of rows; Flink writes one at a time.
        if row.starts_with('[') {
            let rows: Vec<&RawValue> = serde_json::from_str(row).ok()?;
            return rows.first().map(|row| (done, row.get()));
        }
        Some((done, row))
    }
}

/// The hash of a row's key; `None` where the row has not all of its columns.
fn key_of(row: &str, columns: &[String]) -> Option<u64> {
    if columns.is_empty() {
        return Some(hash_bytes(row.as_bytes()));
    }
    let members: Members<'_> = serde_json::from_str(row).ok()?;
    let mut key = String::new();
    for column in columns {
        key.push_str(members.get(column.as_str())?.get());
        key.push('\0');
    }
    Some(hash_bytes(key.as_bytes()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(format: &str, columns: &[&str], value: &str) -> Option<(Done, Option<u64>)> {
        let columns = columns.iter().map(|&name| name.to_owned()).collect();
        let reading = Reading::Changelog { columns, format: Changelog::named(format).unwrap() };
        reading.read(None, Some(value.as_bytes()), None).map(|change| (change.done, change.key))
    }

    #[test]
    fn each_format_says_which_row_it_writes_and_which_it_takes_back() {
        for (format, written, taken) in [
            (
                "debezium-json",
                r#"{"before":null,"after":{"id":1,"n":"a"},"op":"c"}"#,
                r#"{"before":{"id":1,"n":"b"},"after":null,"op":"d"}"#,
            ),
            (
                "ogg-json",
                r#"{"before":null,"after":{"id":1,"n":"a"},"op_type":"I"}"#,
                r#"{"before":{"id":1,"n":"b"},"after":null,"op_type":"D"}"#,
            ),
            (
                "canal-json",
                r#"{"data":[{"id":1,"n":"a"}],"type":"INSERT"}"#,
                r#"{"data":[{"id":1,"n":"b"}],"type":"DELETE"}"#,
            ),
            (
                "maxwell-json",
                r#"{"data":{"id":1,"n":"a"},"type":"insert"}"#,
                r#"{"data":{"id":1,"n":"b"},"type":"delete"}"#,
            ),
        ] {
            let (done, key) = read(format, &["id"], written).unwrap();
            assert_eq!(done, Done::Written, "{format}");
            assert!(key.is_some(), "{format}");
            assert_eq!(read(format, &["id"], taken), Some((Done::TakenBack, key)), "{format}");
            assert_ne!(read(format, &[], written).unwrap().1, read(format, &[], taken).unwrap().1, "{format}");
        }
        assert_eq!(Changelog::named("json"), None);
    }

    #[test]
    fn a_value_that_is_none_of_the_format_changes_nothing() {
        for value in ["", "[1]", r#"{"after":{"id":1}}"#, r#"{"op":"c"}"#, r#"{"op":"d","after":{"id":1}}"#] {
            assert_eq!(read("debezium-json", &["id"], value), None, "{value}");
        }
    }

    #[test]
    fn a_row_without_a_column_of_its_key_has_none() {
        assert_eq!(read("debezium-json", &["id", "x"], r#"{"after":{"id":1},"op":"c"}"#), Some((Done::Written, None)));
        assert_eq!(read("debezium-json", &["id"], r#"{"after":null,"op":"c"}"#), None.or(Some((Done::Written, None))));
    }

    #[test]
    fn keys_of_several_columns_do_not_run_into_each_other() {
        let keys: Vec<_> = [r#"{"after":{"a":1,"b":23},"op":"c"}"#, r#"{"after":{"a":12,"b":3},"op":"c"}"#]
            .map(|value| read("debezium-json", &["a", "b"], value).unwrap().1)
            .into();
        assert_ne!(keys[0], keys[1]);
    }

    #[test]
    fn an_upsert_is_told_by_its_key_and_deleted_by_a_null_value() {
        let written = Reading::Upsert.read(Some(b"k"), Some(b"v"), Some(7)).unwrap();
        assert_eq!((written.done, written.due_ms), (Done::Written, Some(7)));
        let gone = Reading::Upsert.read(Some(b"k"), None, None).unwrap();
        assert_eq!((gone.done, gone.key), (Done::Tombstone, written.key));
        assert_eq!(Reading::Upsert.read(None, Some(b"v"), None).unwrap().key, None);
    }
}

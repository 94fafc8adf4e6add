//! The setting of a changelog as JSON, and the changelog made of it.

use std::sync::{Mutex, PoisonError};

use serde_json::{Map, Value};

use super::envelope::{Envelope, wrong};
use super::rows::{Law, Rows, Turn};
use crate::avro::schema::error::{SchemaError, meant};
use crate::rng::Share;

const POOL_MAX: u64 = 10_000_000;
const MILLION: f64 = 1_000_000.0;
const KNOWN: [&str; 11] = [
    "format",
    "create_ppm",
    "update_ppm",
    "delete_ppm",
    "pool",
    "loaded",
    "loaded_due_ns",
    "database",
    "table",
    "key",
    "schema",
];

/// A table that changes.
#[derive(Debug)]
pub(crate) struct Changelog {
    pub(crate) envelope: Envelope,
    rows: Mutex<Rows>,
}

impl Changelog {
    /// Reads the setting.
    pub(crate) fn read(json: &str, seed: u64) -> Result<Self, SchemaError> {
        let Ok(Value::Object(object)) = serde_json::from_str(json) else {
            return Err(wrong("the changes are no JSON object", "write {\"format\": \"upsert\", …}"));
        };
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(wrong(&format!("there is no \"{unknown}\""), &meant(unknown, KNOWN)));
        }
        let shares = ["create_ppm", "update_ppm", "delete_ppm"].map(|name| share(&object, name));
        let [create, update, delete] = [shares[0].clone()?, shares[1].clone()?, shares[2].clone()?];
        if (create + update + delete - 1.0).abs() > 1e-5 {
            return Err(wrong("the shares of create, update and delete are not 1 together", "change one of them"));
        }
        let pool = object.get("pool").and_then(Value::as_u64).filter(|pool| (1..=POOL_MAX).contains(pool));
        let pool = pool.ok_or_else(|| wrong("the pool is no number of rows", "write one from 1 to 10000000"))?;
        let loaded = object.get("loaded").map_or(Some(0), Value::as_u64).filter(|loaded| *loaded <= pool);
        let law = Law {
            seed,
            create: Share::new(create),
            write: Share::new(1.0 - delete),
            pool: u32::try_from(pool).unwrap_or(1),
            loaded: loaded.ok_or_else(|| wrong("more rows are loaded than the pool has", "load fewer"))?,
            loaded_due_ns: object.get("loaded_due_ns").and_then(Value::as_i64).unwrap_or(0),
        };
        Ok(Self { envelope: Envelope::read(&object)?, rows: Mutex::new(Rows::new(law)) })
    }

    /// What an event does.
    pub(crate) fn turn(&self, event: u64, due_ns: i64, due_ns_of: impl Fn(u64) -> i64) -> Turn {
        self.rows.lock().unwrap_or_else(PoisonError::into_inner).turn(event, due_ns, due_ns_of)
    }
}

fn share(object: &Map<String, Value>, name: &str) -> Result<f64, SchemaError> {
    let found = object.get(name).map_or(Some(0.0), Value::as_f64).filter(|ppm| (0.0..=MILLION).contains(ppm));
    found.map(|ppm| ppm / MILLION).ok_or_else(|| wrong(&format!("\"{name}\" is no share"), "write 0 to 1000000"))
}

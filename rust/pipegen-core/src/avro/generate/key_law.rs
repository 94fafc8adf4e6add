//! Where a record's Kafka key comes from: a field of the record, or a pool of keys with a skew of its own.

use serde_json::Value;

use super::key::Key;
use super::key_columns::KeyColumns;
use crate::avro::schema::digits::put_digits;
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::Schema;
use crate::rng::{Rng, Share, Zipf};

const POOL_MAX: u64 = 1 << 40;
const POOL: u64 = 1_000;
/// Keeps keys apart from the streams that values are drawn from: another schema has the same keys.
const SALT: u64 = 0x4b45_5953_0000_0001;
const FORM: &str = "write {\"field\": \"…\"}, {\"zipf\": 1.1, \"pool\": 1000}, {\"hot\": 0.2, \"keys\": 1, \"pool\": 1000} or \"none\"";

/// A compiled key setting.
#[derive(Clone, Debug)]
pub(crate) enum KeyLaw {
    Field(Key),
    /// Columns in a format of their own.
    Columns(KeyColumns),
    /// `key-00042`: the first keys of the pool come oftenest.
    Zipf(Zipf),
    /// `key-00042`: a share of the records has one of the first `keys` keys, the others one of the rest.
    Hot {
        share: Share,
        keys: u64,
        pool: u64,
    },
}

impl KeyLaw {
    /// Reads the setting as JSON; `None` for records without a key.
    pub(crate) fn read(schema: &Schema, json: &str) -> Result<Option<Self>, SchemaError> {
        let wrong = |problem: String, remedy: String| SchemaError::new("key", problem, remedy);
        let value: Value =
            serde_json::from_str(json).map_err(|error| wrong(format!("not JSON ({error})"), FORM.into()))?;
        let object = match &value {
            Value::String(word) if word == "none" => return Ok(None),
            Value::Object(object) => object,
            other => return Err(wrong(format!("{other} is no key"), FORM.into())),
        };
        if object.contains_key("columns") {
            return Ok(Some(Self::Columns(KeyColumns::read(schema, object)?)));
        }
        let sources: Vec<&str> = ["field", "zipf", "hot"].into_iter().filter(|key| object.contains_key(*key)).collect();
        let [source] = sources[..] else {
            return Err(wrong(format!("{value} does not say by one word where keys come from"), FORM.into()));
        };
        let allowed: &[&str] = match source {
            "field" => &["field"],
            "zipf" => &["zipf", "pool"],
            _ => &["hot", "keys", "pool"],
        };
        if let Some(unknown) = object.keys().find(|key| !allowed.contains(&key.as_str())) {
            let remedy = meant(unknown, allowed.iter().copied());
            return Err(wrong(format!("a key by \"{source}\" has no \"{unknown}\""), remedy));
        }
        let count = |name: &str, default: u64| match object.get(name) {
            None => Ok(default),
            Some(value) => value.as_u64().filter(|count| (1..=POOL_MAX).contains(count)).ok_or_else(|| {
                wrong(format!("\"{name}\" is {value}"), format!("write a whole number from 1 to {POOL_MAX}"))
            }),
        };
        let number = |name: &str| object.get(name).and_then(Value::as_f64);
        match source {
            "field" => {
                let field = object.get("field").and_then(Value::as_str);
                let field = field.ok_or_else(|| wrong("\"field\" is no text".into(), "name a field".into()))?;
                Ok(Some(Self::Field(Key::find(schema, field)?)))
            }
            "zipf" => {
                let exponent = number("zipf").filter(|exponent| *exponent > 0.0 && *exponent <= 20.0);
                let exponent = exponent
                    .ok_or_else(|| wrong("\"zipf\" is no exponent".into(), "write a number such as 1.1".into()))?;
                Ok(Some(Self::Zipf(Zipf::new(count("pool", POOL)?, exponent))))
            }
            _ => {
                let share = number("hot").filter(|share| (0.0..=1.0).contains(share));
                let share =
                    share.ok_or_else(|| wrong("\"hot\" is no share".into(), "write a number from 0 to 1".into()))?;
                let (keys, pool) = (count("keys", 1)?, count("pool", POOL)?);
                if keys >= pool {
                    let problem = format!("{keys} hot keys leave none of a pool of {pool} for the other records");
                    return Err(wrong(problem, "write fewer \"keys\" or a larger \"pool\"".into()));
                }
                Ok(Some(Self::Hot { share: Share::new(share), keys, pool }))
            }
        }
    }

    /// Appends the key of an event whose record has the field's value at `field`; false where it has none.
    pub(crate) fn put(&self, (seed, event): (u64, u64), field: std::ops::Range<usize>, out: &mut Vec<u8>) -> bool {
        let mut rng = Rng::for_event(seed ^ SALT, event);
        let number = match self {
            Self::Field(key) => return key.put(field, out),
            // Needs the whole record: see `Plan`.
            Self::Columns(_) => return false,
            Self::Zipf(zipf) => zipf.draw(&mut rng),
            Self::Hot { share, keys, .. } if rng.chance(*share) => 1 + rng.below(*keys),
            Self::Hot { keys, pool, .. } => keys + 1 + rng.below(pool - keys),
        };
        out.extend_from_slice(b"key-");
        put_digits(out, number, 5);
        true
    }

    /// The index of the field that the key is read from.
    pub(crate) const fn field_index(&self) -> Option<usize> {
        match self {
            Self::Field(key) => Some(key.index),
            Self::Columns(_) | Self::Zipf(_) | Self::Hot { .. } => None,
        }
    }

    /// The columns that make the key.
    pub(crate) const fn columns(&self) -> Option<&KeyColumns> {
        match self {
            Self::Columns(columns) => Some(columns),
            _ => None,
        }
    }
}

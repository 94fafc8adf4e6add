//! The hint `shared`: keys that several inputs have in common, so that a join finds partners.
//!
//! A key follows from a stream and an event's number alone, and from nothing else in its record. So another input that knows
//! the stream makes the same keys, and one that follows computes the key of the event it follows: nothing is remembered.
//!
//! | key       | meaning                                                                                              |
//! |-----------|------------------------------------------------------------------------------------------------------|
//! | `stream`  | which keys: a number up to 2^63                                                                      |
//! | `pool`    | how many different ones; without it event *n* has key *n*                                            |
//! | `first`   | the first key's number, 1 when not said                                                              |
//! | `zipf`    | an exponent: the pool's first keys come oftenest                                                     |
//! | `all`     | every key once, in order, before any comes again; of a key of several fields how many keys it has    |
//! | `stride`  | with `all`: how many keys have the same value here one after another                                 |
//! | `prefix`  | stands before the number in a text                                                                   |
//! | `width`   | the least digits of the number in a text                                                             |
//! | `follows` | `{"stream": …, "share_ppm": 950000, "block": 64}`: the keys are those of the events that are followed |
//! | `trace`   | without `pool`: the values lead back to the key's number; `int`, `long`, `uuid` or `text`, see [`crate::trace`] |

use serde_json::{Map, Value};

use super::draw::Draw;
use super::hint::Hint;
use crate::avro::schema::error::{SchemaError, meant};
use crate::rng::{Rng, Zipf};
use crate::trace::codec::{Codec, TraceKind};

const COUNT_MAX: u64 = 1 << 40;
const STREAM_MAX: u64 = 1 << 63;
const BLOCK_MAX: u64 = 1 << 20;
const MILLION: u64 = 1_000_000;
const KNOWN: [&str; 10] = ["stream", "pool", "first", "zipf", "all", "stride", "prefix", "width", "follows", "trace"];

/// Keys from one stream.
#[derive(Clone, Debug)]
pub(crate) struct Shared {
    stream: u64,
    pick: Pick,
    follow: Option<Follow>,
    pub(crate) first: i64,
    /// How many different keys there are; `None` without an end.
    pub(crate) pool: Option<u64>,
    pub(crate) prefix: Box<str>,
    pub(crate) width: usize,
    /// What makes the values, where they lead back to the key's number.
    pub(crate) trace: Option<Codec>,
}

#[derive(Clone, Debug)]
enum Pick {
    Serial,
    Uniform(u64),
    Zipf(Zipf),
    /// Key `event / stride % pool` of the first `all` events, then of any of them.
    All {
        all: u64,
        stride: u64,
        pool: u64,
    },
}

/// Which event of another input an event follows.
#[derive(Clone, Debug)]
struct Follow {
    stream: u64,
    share_ppm: u64,
    block: u64,
}

impl Follow {
    /// The events that are followed lie evenly at the given share; within a block of a power of two they are shuffled by an
    /// odd factor, which keeps them different from each other.
    fn leader(&self, event: u64) -> u64 {
        let base = u128::from(event) * u128::from(MILLION) / u128::from(self.share_ppm);
        let base = u64::try_from(base).unwrap_or(u64::MAX);
        let (block, place) = (base / self.block, base % self.block);
        let mut rng = Rng::for_event(self.stream, block);
        let (factor, offset) = (rng.bits() | 1, rng.bits());
        block * self.block + (place.wrapping_mul(factor).wrapping_add(offset) & (self.block - 1))
    }
}

impl Shared {
    /// Reads the hint; `None` where it is not given.
    pub(crate) fn read(hint: &Hint) -> Result<Option<Self>, SchemaError> {
        let Some(value) = hint.value("shared") else { return Ok(None) };
        let form = "write {\"stream\": 1, \"pool\": 1000}";
        let Value::Object(object) = value else { return Err(hint.wrong("\"shared\" is no object", form)) };
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(hint.wrong(format!("\"shared\" has no \"{unknown}\""), meant(unknown, KNOWN)));
        }
        let Some(stream) = count(object, "stream", 0, STREAM_MAX, hint)? else {
            return Err(hint.wrong("\"shared\" lacks \"stream\"", form));
        };
        let pool = count(object, "pool", 1, COUNT_MAX, hint)?;
        let pick = match (pool, object.get("zipf"), count(object, "all", 1, COUNT_MAX, hint)?) {
            (None, ..) => Pick::Serial,
            (Some(pool), None, None) => Pick::Uniform(pool),
            (Some(pool), _, Some(all)) => {
                Pick::All { all, stride: count(object, "stride", 1, COUNT_MAX, hint)?.unwrap_or(1), pool }
            }
            (Some(pool), Some(zipf), None) => {
                let exponent = zipf.as_f64().filter(|exponent| *exponent > 0.0 && *exponent <= 20.0);
                let exponent = exponent.ok_or_else(|| hint.wrong(format!("the \"zipf\" is {zipf}"), "write 1.1"))?;
                Pick::Zipf(Zipf::new(pool, exponent))
            }
        };
        let text = object.get("prefix").map_or(Some(""), Value::as_str);
        let prefix: Box<str> =
            text.ok_or_else(|| hint.wrong("the \"prefix\" is no text", "write a text in quotes"))?.into();
        let trace = match (object.get("trace"), pool) {
            (None, _) => None,
            (Some(_), Some(_)) => return Err(hint.wrong("a \"trace\" has no \"pool\"", "leave one of them out")),
            (Some(value), None) => {
                let name = value.as_str().unwrap_or_default();
                let kind = TraceKind::named(name)
                    .ok_or_else(|| hint.wrong(format!("the \"trace\" is {value}"), meant(name, TraceKind::NAMES)))?;
                Some(Codec::new(kind, stream, &prefix))
            }
        };
        let width = count(object, "width", 0, 20, hint)?.and_then(|width| width.try_into().ok()).unwrap_or(0);
        let first = object.get("first").map_or(Some(1), Value::as_i64);
        let first = first.ok_or_else(|| hint.wrong("the \"first\" is no whole number", "write a whole number"))?;
        let follow = match object.get("follows") {
            None => None,
            Some(Value::Object(follows)) => {
                let number = |key, least, most| {
                    let found = count(follows, key, least, most, hint)?;
                    found.ok_or_else(|| hint.wrong(format!("\"follows\" lacks \"{key}\""), "add it"))
                };
                let (stream, block) = (number("stream", 0, STREAM_MAX)?, number("block", 1, BLOCK_MAX)?);
                let share_ppm = number("share_ppm", 1, MILLION)?;
                if !block.is_power_of_two() {
                    return Err(hint.wrong(format!("the \"block\" is {block}"), "write a power of two"));
                }
                Some(Follow { stream, share_ppm, block })
            }
            Some(other) => return Err(hint.wrong(format!("\"follows\" is {other}"), "write an object")),
        };
        Ok(Some(Self { stream, pick, follow, first, pool, prefix, width, trace }))
    }

    /// Appends the text that leads back to the number of an event's key.
    pub(crate) fn put_traced(&self, event: u64, out: &mut Vec<u8>) {
        if let Some(trace) = &self.trace {
            trace.put_text(self.of_event(event), out);
        }
    }

    /// The number of a record's key, from 0: of an event, or of the row that the record is about.
    pub(crate) fn index(&self, draw: &Draw) -> u64 {
        match (draw.row, &self.pick) {
            (Some(row), Pick::All { stride, pool, .. }) => row / stride % pool,
            _ => self.of_event(draw.event),
        }
    }

    fn of_event(&self, event: u64) -> u64 {
        let event = self.follow.as_ref().map_or(event, |follow| follow.leader(event));
        let rng = || Rng::for_event(self.stream, event);
        match &self.pick {
            Pick::Serial => event,
            Pick::Uniform(pool) => rng().below(*pool),
            Pick::Zipf(zipf) => zipf.draw(&mut rng()) - 1,
            Pick::All { all, stride, pool } => {
                let key = if event < *all { event } else { rng().below(*all) };
                key / stride % pool
            }
        }
    }
}

fn count(
    object: &Map<String, Value>,
    key: &str,
    least: u64,
    most: u64,
    hint: &Hint,
) -> Result<Option<u64>, SchemaError> {
    let Some(value) = object.get(key) else { return Ok(None) };
    value.as_u64().filter(|count| (least..=most).contains(count)).map(Some).ok_or_else(|| {
        hint.wrong(format!("the \"{key}\" is {value}"), format!("write a whole number from {least} to {most}"))
    })
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use serde_json::json;

    use super::*;

    fn shared(value: &Value) -> Shared {
        Shared::read(&Hint::read("x", &json!({"shared": value})).unwrap()).unwrap().unwrap()
    }

    #[test]
    fn no_event_is_followed_twice_and_the_share_is_kept() {
        let follower = shared(&json!({"stream": 1, "follows": {"stream": 9, "share_ppm": 950_000, "block": 64}}));
        let followed: BTreeSet<u64> = (0..9_500).map(|event| follower.of_event(event)).collect();
        assert_eq!(followed.len(), 9_500);
        assert!(followed.iter().all(|leader| *leader < 10_048));
    }

    #[test]
    fn a_follower_has_the_key_that_its_leader_drew() {
        let leader = shared(&json!({"stream": 1, "pool": 500, "zipf": 1.1}));
        let follows = json!({"stream": 9, "share_ppm": 1_000_000, "block": 1});
        let follower = shared(&json!({"stream": 1, "pool": 500, "zipf": 1.1, "follows": follows}));
        assert!((0..1_000).all(|event| leader.of_event(event) == follower.of_event(event)));
    }

    #[test]
    fn the_row_that_a_record_is_about_decides_its_key() {
        let key = shared(&json!({"stream": 1, "pool": 5, "all": 100, "stride": 20}));
        let draw = Draw::new(1, 0, 0).of_row(47);
        assert_eq!(key.index(&draw), 2);
    }

    #[test]
    fn every_key_comes_once_before_any_comes_again() {
        let (left, right) = (
            shared(&json!({"stream": 1, "pool": 20, "all": 100})),
            shared(&json!({"stream": 1, "pool": 5, "all": 100, "stride": 20})),
        );
        let keys: BTreeSet<(u64, u64)> = (0..100).map(|event| (left.of_event(event), right.of_event(event))).collect();
        assert_eq!(keys.len(), 100);
        assert!((100..1_000).all(|event| keys.contains(&(left.of_event(event), right.of_event(event)))));
    }
}

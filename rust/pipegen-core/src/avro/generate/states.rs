//! State machines: a field that goes through states, step by step, for one entity after another.
//!
//! Which entity an event belongs to, and where that one stands, must follow from (seed, event) alone, so that any number of
//! senders agrees and no event depends on the one before. Event *n* is turn `n / pool` of slot `n mod pool`. A slot's turns
//! are cut into stretches of [`STRETCH`]; within one, entities live one after another from the start state to a state
//! without a way on, and the last one may be cut short. So at most [`STRETCH`] draws are repeated for a record.

use serde_json::{Map, Value};

use super::hint::Hint;
use crate::avro::schema::error::{SchemaError, meant};
use crate::rng::{Rng, Weighted};

/// Turns that are walked through from the first.
const STRETCH: u64 = 32;
const POOL: u64 = 1_000;
const POOL_MAX: u64 = 1 << 40;
/// Keeps the walks apart from the streams that values are drawn from.
const SALT: u64 = 0x5354_4154_4553_0001;
const FORM: &str =
    "write {\"start\": \"new\", \"next\": {\"new\": {\"paid\": 9, \"cancelled\": 1}}, \"entity\": \"order_id\"}";

const KNOWN: [&str; 4] = ["start", "next", "pool", "entity"];

/// A compiled state machine.
#[derive(Clone, Debug)]
pub(crate) struct Machine {
    names: Box<[Box<str>]>,
    start: usize,
    next: Box<[Option<Weighted<usize>>]>,
    pool: u64,
}

/// Where an entity stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Standing {
    /// The entity's number, from 1.
    pub(crate) entity: u64,
    pub(crate) state: usize,
}

impl Machine {
    /// Reads the hint `states`: the machine and the name of the field that holds the entity.
    pub(crate) fn read(hint: &Hint) -> Result<Option<(Self, Option<String>)>, SchemaError> {
        let Some(value) = hint.value("states") else { return Ok(None) };
        let Value::Object(object) = value else { return Err(hint.wrong("\"states\" is no object", FORM)) };
        if let Some(unknown) = object.keys().find(|key| !KNOWN.contains(&key.as_str())) {
            return Err(hint.wrong(format!("\"states\" has no \"{unknown}\""), meant(unknown, KNOWN)));
        }
        let (Some(start), Some(Value::Object(next))) =
            (object.get("start").and_then(Value::as_str), object.get("next"))
        else {
            return Err(hint.wrong("\"states\" lacks \"start\" or \"next\"", FORM));
        };
        let pool = match object.get("pool") {
            None => POOL,
            Some(value) => value.as_u64().filter(|pool| (1..=POOL_MAX).contains(pool)).ok_or_else(|| {
                hint.wrong(format!("the \"pool\" of \"states\" is {value}"), "write how many entities live at a time")
            })?,
        };
        let entity = match object.get("entity") {
            None => None,
            Some(Value::String(field)) => Some(field.clone()),
            Some(other) => return Err(hint.wrong(format!("the \"entity\" is {other}"), "name a field of the record")),
        };
        Ok(Some((Self::build(start, next, pool, hint)?, entity)))
    }

    fn build(start: &str, next: &Map<String, Value>, pool: u64, hint: &Hint) -> Result<Self, SchemaError> {
        let mut names: Vec<&str> = vec![start];
        let targets = next.values().filter_map(Value::as_object).flat_map(Map::keys);
        for name in next.keys().chain(targets) {
            if !names.contains(&name.as_str()) {
                names.push(name);
            }
        }
        let mut laws: Vec<Option<Weighted<usize>>> = vec![None; names.len()];
        for (from, to) in next {
            let wrong = || hint.wrong(format!("\"next\" of \"{from}\" is {to}"), "write {\"state\": weight, …}");
            let weights = to.as_object().ok_or_else(wrong)?;
            let pairs = weights.iter().map(|(name, weight)| Some((index_of(&names, name)?, weight.as_f64()?)));
            let pairs: Vec<(usize, f64)> = pairs.collect::<Option<_>>().ok_or_else(wrong)?;
            if let (Some(from), false) = (index_of(&names, from), pairs.is_empty()) {
                laws[from] = Some(Weighted::new(pairs).ok_or_else(wrong)?);
            }
        }
        Ok(Self { names: names.into_iter().map(Into::into).collect(), start: 0, next: laws.into(), pool })
    }

    /// The states' names.
    pub(crate) fn names(&self) -> impl Iterator<Item = &str> {
        self.names.iter().map(AsRef::as_ref)
    }

    pub(crate) fn name(&self, state: usize) -> &str {
        &self.names[state]
    }

    /// The entity of an event and its state.
    pub(crate) fn at(&self, seed: u64, event: u64) -> Standing {
        let (slot, turn) = (event % self.pool, event / self.pool);
        let stretch = (turn / STRETCH).wrapping_mul(self.pool).wrapping_add(slot);
        let mut rng = Rng::for_event(seed ^ SALT, stretch);
        let (mut life, mut state) = (0, self.start);
        for _ in 0..turn % STRETCH {
            if let Some(next) = &self.next[state] {
                state = *next.draw(&mut rng);
            } else {
                life += 1;
                state = self.start;
            }
        }
        Standing { entity: stretch.wrapping_mul(STRETCH).wrapping_add(life + 1), state }
    }
}

fn index_of(names: &[&str], name: &str) -> Option<usize> {
    names.iter().position(|each| *each == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use serde_json::json;

    use super::*;

    fn machine() -> Machine {
        let next = json!({"created": {"paid": 9, "cancelled": 1}, "paid": {"shipped": 1}});
        let hint = json!({"states": {"start": "created", "next": next, "pool": 10}});
        Machine::read(&Hint::read("x", &hint).unwrap()).unwrap().unwrap().0
    }

    #[test]
    fn every_entity_starts_at_the_start_and_takes_only_ways_there_are() {
        let machine = machine();
        let mut last: HashMap<u64, &str> = HashMap::new();
        let mut ways = HashMap::new();
        for event in 0..100_000 {
            let standing = machine.at(7, event);
            let state = machine.name(standing.state);
            *ways.entry((last.insert(standing.entity, state).unwrap_or("-"), state)).or_insert(0_u32) += 1;
        }
        let mut met: Vec<_> = ways.keys().copied().collect();
        met.sort_unstable();
        assert_eq!(met, [("-", "created"), ("created", "cancelled"), ("created", "paid"), ("paid", "shipped")]);
        let share = f64::from(ways[&("created", "cancelled")]) / f64::from(ways[&("-", "created")]);
        assert!((0.08..0.11).contains(&share), "{share}");
    }

    #[test]
    fn entities_of_one_moment_are_as_many_as_the_pool() {
        let machine = machine();
        let entities: std::collections::BTreeSet<u64> = (500..510).map(|event| machine.at(1, event).entity).collect();
        assert_eq!(entities.len(), 10);
    }
}

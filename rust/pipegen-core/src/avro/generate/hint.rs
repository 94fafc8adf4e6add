//! Hints: what a person says about a field's values, from the schema's `pipegen` attributes or from the project.
//!
//! | key                        | for                   | meaning                                                      |
//! |----------------------------|-----------------------|--------------------------------------------------------------|
//! | `one_of`                   | text, enums, numbers  | list of values, or `{value: weight}`                         |
//! | `weights`                  | with a `one_of` list  | one weight a value                                           |
//! | `min` `max`                | numbers               | the range, both ends included                                |
//! | `normal`                   | numbers               | `{"mean": …, "deviation": …}`                                |
//! | `lognormal`                | numbers               | `{"median": …, "sigma": …}`                                  |
//! | `quantiles`                | numbers               | list: values at even shares, from the least to the greatest  |
//! | `zipf`                     | numbers, ids          | an exponent: the range's or pool's first values come oftenest|
//! | `sequence`                 | numbers, text         | `true`, or `{"start": 1, "step": 1}`, per event              |
//! | `decimals`                 | double, float, text   | digits after the point                                       |
//! | `pool`                     | ids                   | how many different ones there are                            |
//! | `pattern`                  | text                  | see `pattern`                                                |
//! | `kind`                     | text, numbers         | what the name would have said, such as `email`               |
//! | `pool_of`                  | text, numbers         | another field's path: values come from where its do          |
//! | `states`                   | text, enums           | `{"start": …, "next": {…}, "entity": …}`, see `states`       |
//! | `min_length` `max_length`  | text, bytes           | letters or bytes                                             |
//! | `min_items` `max_items`    | arrays, maps          | entries                                                      |
//! | `true_share`               | booleans              | the share of true, 0 to 1                                    |
//! | `null`                     | nullable unions       | the share of null, 0 to 1 (5 % when not said)                |
//! | `present_if`               | nullable unions       | `{"kind": 0}`: there where a field beside it is so           |
//! | `shared`                   | text, numbers         | keys that several inputs have in common, see `shared`        |
//! | `lateness_ms`              | times, numbers, text  | how far the due time goes back: a number, or least and most  |
//! | `unit`                     | numbers               | of a time: `s`, `ms`, `us` or `ns`                           |
//! | `time_format`              | text                  | of a time: `yyyy-MM-dd HH:mm:ss`, see `moment`               |
//! | `bits`                     | ints                  | 8 or 16: values lie in the range of so many                  |
//! | `length`                   | text                  | the most characters: what is longer is cut                   |
//! | `stratified`               | all but lists         | drawn without replacement, see `stratum`                     |

use std::cell::RefCell;
use std::collections::BTreeMap;

use serde_json::{Map, Value};

use crate::avro::schema::error::{SchemaError, meant};

pub(crate) const KEYS: [&str; 29] = [
    "one_of",
    "weights",
    "min",
    "max",
    "normal",
    "lognormal",
    "quantiles",
    "zipf",
    "sequence",
    "decimals",
    "pool",
    "pattern",
    "kind",
    "pool_of",
    "states",
    "min_length",
    "max_length",
    "min_items",
    "max_items",
    "true_share",
    "null",
    "present_if",
    "shared",
    "lateness_ms",
    "unit",
    "time_format",
    "bits",
    "length",
    "stratified",
];

/// Hints that say by themselves where values come from: a field takes one of them.
const SOURCES: [&str; 13] = [
    "one_of",
    "normal",
    "lognormal",
    "quantiles",
    "sequence",
    "pattern",
    "kind",
    "pool_of",
    "states",
    "shared",
    "lateness_ms",
    "min_length",
    "max_length",
];

/// Hints that say how many, how exact or whether at all, and not what the values are.
const BESIDE_VALUES: [&str; 7] = ["null", "min_items", "max_items", "decimals", "present_if", "bits", "length"];

/// The hints on one field. A key that is read is marked, so that what nobody reads can be reported.
#[derive(Clone, Debug, Default)]
pub(crate) struct Hint {
    /// Where the hint stands, for messages.
    pub(crate) path: String,
    keys: BTreeMap<String, Value>,
    used: RefCell<Vec<&'static str>>,
}

impl Hint {
    pub(crate) fn none(path: &str) -> Self {
        Self { path: path.to_owned(), ..Self::default() }
    }

    /// Checks the keys of a hint object.
    pub(crate) fn read(path: &str, json: &Value) -> Result<Self, SchemaError> {
        let Value::Object(object) = json else {
            return Err(SchemaError::new(path, format!("{json} is no hint"), "write an object such as {\"min\": 1}"));
        };
        for key in object.keys() {
            if !KEYS.contains(&key.as_str()) {
                return Err(SchemaError::new(path, format!("the hint \"{key}\" is not known"), meant(key, KEYS)));
            }
        }
        let sources: Vec<&str> = SOURCES.into_iter().filter(|key| object.contains_key(*key)).collect();
        if let [first, second, ..] = sources[..]
            && second != "max_length"
        {
            return Err(SchemaError::new(
                path,
                format!("\"{first}\" and \"{second}\" both say where values come from"),
                "keep one of them",
            ));
        }
        let keys = object.iter().map(|(key, value)| (key.clone(), value.clone())).collect();
        Ok(Self { path: path.to_owned(), keys, used: RefCell::default() })
    }

    /// This hint with the keys of a stronger one added. Where the stronger one says what the values are, this one no
    /// longer does.
    pub(crate) fn overridden_by(mut self, stronger: Self) -> Self {
        if stronger.keys.keys().any(|key| !BESIDE_VALUES.contains(&key.as_str())) {
            self.keys.retain(|key, _| BESIDE_VALUES.contains(&key.as_str()));
        }
        self.keys.extend(stronger.keys);
        Self { path: stronger.path, ..self }
    }

    fn get(&self, key: &'static str) -> Option<&Value> {
        let value = self.keys.get(key)?;
        self.used.borrow_mut().push(key);
        Some(value)
    }

    pub(crate) fn has(&self, key: &str) -> bool {
        self.keys.contains_key(key)
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.keys.is_empty()
    }

    /// The keys that say how many, how exact or whether at all, with no key marked as read.
    pub(crate) fn beside_values(&self) -> Self {
        let keep = self.keys.iter().filter(|(key, _)| BESIDE_VALUES.contains(&key.as_str()));
        let keys = keep.map(|(key, value)| (key.clone(), value.clone())).collect();
        Self { path: self.path.clone(), keys, used: RefCell::default() }
    }

    /// The keys that say what the values are, with no key marked as read.
    pub(crate) fn of_values(&self) -> Self {
        let keep = self.keys.iter().filter(|(key, _)| !BESIDE_VALUES.contains(&key.as_str()) || *key == "decimals");
        let keys = keep.map(|(key, value)| (key.clone(), value.clone())).collect();
        Self { path: self.path.clone(), keys, used: RefCell::default() }
    }

    /// This hint less one key, with no key marked as read.
    pub(crate) fn without(&self, key: &str) -> Self {
        let mut keys = self.keys.clone();
        keys.remove(key);
        Self { path: self.path.clone(), keys, used: RefCell::default() }
    }

    /// Refuses a key that had no meaning for the type it was given to.
    pub(crate) fn finish(&self, what: &str) -> Result<(), SchemaError> {
        let used = self.used.borrow();
        match self.keys.keys().find(|key| !used.contains(&key.as_str())) {
            None => Ok(()),
            Some(key) => Err(self.wrong(
                format!("the hint \"{key}\" has no meaning for {what}"),
                "remove it, or see the table of hints",
            )),
        }
    }

    pub(crate) fn wrong(&self, problem: impl Into<String>, remedy: impl Into<String>) -> SchemaError {
        SchemaError::new(&self.path, problem, remedy)
    }

    /// A finite number.
    pub(crate) fn number(&self, key: &'static str) -> Result<Option<f64>, SchemaError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let number = value.as_f64().filter(|number| number.is_finite());
        number.map(Some).ok_or_else(|| self.wrong(format!("\"{key}\" is {value}, not a number"), "write a number"))
    }

    /// The JSON value, for numbers that must stay exact.
    pub(crate) fn value(&self, key: &'static str) -> Option<&Value> {
        self.get(key)
    }

    pub(crate) fn text(&self, key: &'static str) -> Result<Option<&str>, SchemaError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        value
            .as_str()
            .map(Some)
            .ok_or_else(|| self.wrong(format!("\"{key}\" is {value}, not a text"), "write a text in quotes"))
    }

    /// A share from 0 to 1.
    pub(crate) fn share(&self, key: &'static str) -> Result<Option<f64>, SchemaError> {
        match self.number(key)? {
            Some(share) if !(0.0..=1.0).contains(&share) => {
                Err(self.wrong(format!("\"{key}\" is {share}, not a share"), "write a number from 0 to 1"))
            }
            other => Ok(other),
        }
    }

    /// A whole number up to `most`.
    pub(crate) fn count(&self, key: &'static str, most: u64) -> Result<Option<u64>, SchemaError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let count = value.as_u64().filter(|count| *count <= most);
        count.map(Some).ok_or_else(|| {
            self.wrong(format!("\"{key}\" is {value}"), format!("write a whole number from 0 to {most}"))
        })
    }

    /// A range of counts; a border that is not given follows the other where it must.
    pub(crate) fn range(
        &self,
        (min_key, max_key): (&'static str, &'static str),
        (min, max): (u64, u64),
        most: u64,
    ) -> Result<(u64, u64), SchemaError> {
        let (low, high) = (self.count(min_key, most)?, self.count(max_key, most)?);
        let range = match (low, high) {
            (Some(low), Some(high)) => (low, high),
            (Some(low), None) => (low, max.max(low)),
            (None, Some(high)) => (min.min(high), high),
            (None, None) => (min, max),
        };
        if range.0 > range.1 {
            let problem = format!("\"{min_key}\" is greater than \"{max_key}\"");
            return Err(self.wrong(problem, "exchange them"));
        }
        Ok(range)
    }

    /// The numbers of an object hint such as `normal`; every name is required unless it has a default.
    pub(crate) fn parameters<const N: usize>(
        &self,
        key: &'static str,
        names: [(&str, Option<f64>); N],
    ) -> Result<Option<[f64; N]>, SchemaError> {
        let Some(value) = self.get(key) else { return Ok(None) };
        let empty = Map::new();
        let object = match value {
            Value::Object(object) => object,
            Value::Bool(true) if names.iter().all(|(_, default)| default.is_some()) => &empty,
            _ => {
                let form: Vec<String> = names.iter().map(|(name, _)| format!("\"{name}\": …")).collect();
                let remedy = format!("write {{{}}}", form.join(", "));
                return Err(self.wrong(format!("\"{key}\" is {value}"), remedy));
            }
        };
        if let Some(unknown) = object.keys().find(|given| !names.iter().any(|(name, _)| name == given)) {
            let known: Vec<&str> = names.iter().map(|(name, _)| *name).collect();
            return Err(self.wrong(format!("\"{key}\" has no \"{unknown}\""), meant(unknown, known)));
        }
        let mut numbers = [0.0; N];
        for (slot, (name, default)) in numbers.iter_mut().zip(names) {
            let given = object.get(name).map_or(default, Value::as_f64).filter(|number| number.is_finite());
            *slot = given.ok_or_else(|| {
                self.wrong(format!("\"{key}\" lacks the number \"{name}\""), format!("add \"{name}\": …"))
            })?;
        }
        Ok(Some(numbers))
    }

    /// The values of `one_of` with their weights.
    pub(crate) fn one_of(&self) -> Result<Option<Vec<(Value, f64)>>, SchemaError> {
        let weights = self.get("weights");
        let Some(value) = self.get("one_of") else {
            return match weights {
                None => Ok(None),
                Some(_) => Err(self.wrong("\"weights\" stands without \"one_of\"", "add the list \"one_of\"")),
            };
        };
        let pairs = match (value, weights) {
            (Value::Object(object), None) => {
                object.iter().map(|(value, weight)| (Value::String(value.clone()), weight.as_f64())).collect()
            }
            (Value::Array(list), None) => list.iter().map(|value| (value.clone(), Some(1.0))).collect(),
            (Value::Array(list), Some(Value::Array(weights))) if list.len() == weights.len() => {
                list.iter().cloned().zip(weights.iter().map(Value::as_f64)).collect()
            }
            (Value::Array(list), Some(_)) => {
                let problem = "\"weights\" does not have one number for each value of \"one_of\"";
                return Err(self.wrong(problem, format!("write {} numbers", list.len())));
            }
            _ => Vec::new(),
        };
        let sound: Option<Vec<(Value, f64)>> = pairs
            .into_iter()
            .map(|(value, weight)| weight.filter(|w| w.is_finite() && *w >= 0.0).map(|weight| (value, weight)))
            .collect();
        match sound {
            Some(pairs) if pairs.iter().any(|(_, weight)| *weight > 0.0) => Ok(Some(pairs)),
            _ => Err(self.wrong(
                "\"one_of\" gives nothing to choose from",
                "write a list of values, or {value: weight} with weights of 0 or more, one of them above 0",
            )),
        }
    }
}

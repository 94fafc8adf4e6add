//! Values drawn without replacement: in so many events each value comes as often as its share says, in a random order.
//!
//! An event's place among them decides where on the value's distribution it lies, instead of the random stream. What
//! places that belong to one stratum draw is the same: so many different values there are.
#![expect(clippy::cast_possible_truncation, reason = "results are below a count or a span of 64 bits")]

use super::hint::Hint;
use crate::avro::schema::error::SchemaError;
use crate::rng::{Rng, mix};

const ROWS_MAX: u64 = 1 << 40;
const ROUNDS: u64 = 4;

/// The hint `stratified` of a field.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stratified {
    rows: u64,
    strata: u64,
    salt: u64,
}

impl Stratified {
    /// Reads `{"rows": 3376, "strata": 2675}`; without `strata` all values may differ.
    pub(crate) fn read(hint: &Hint) -> Result<Option<Self>, SchemaError> {
        let Some(value) = hint.value("stratified") else { return Ok(None) };
        let count = |name| value.get(name).map(serde_json::Value::as_u64);
        let known = value.as_object().is_some_and(|object| object.keys().all(|key| key == "rows" || key == "strata"));
        let (rows, strata) = (count("rows").flatten(), count("strata").unwrap_or(count("rows").flatten()));
        match (rows, strata) {
            (Some(rows @ 1..=ROWS_MAX), Some(strata)) if known && (1..=rows).contains(&strata) => {
                let salt = hint.path.bytes().fold(0, |salt, byte| mix(salt ^ u64::from(byte)));
                Ok(Some(Self { rows, strata, salt }))
            }
            _ => Err(hint.wrong(
                format!("\"stratified\" is {value}"),
                "write {\"rows\": 1000, \"strata\": 800}: of how many records, and how many different values",
            )),
        }
    }

    /// Where an event lies.
    pub(crate) const fn of(&self, event: u64, seed: u64) -> Stratum {
        let cycle = event / self.rows;
        let salt = mix(seed ^ self.salt);
        let place = permuted(event % self.rows, self.rows, salt ^ mix(cycle));
        Stratum { place, rows: self.rows, strata: self.strata, salt }
    }
}

/// A place among so many.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Stratum {
    pub(crate) place: u64,
    pub(crate) rows: u64,
    strata: u64,
    salt: u64,
}

impl Stratum {
    /// Whether the place is among the first ones, of which there are as many as the share says; the rest moves up.
    pub(crate) const fn takes(&mut self, threshold: u64) -> bool {
        let taken = ((self.rows as u128 * threshold as u128 + (1 << 52)) >> 53) as u64;
        if self.place < taken {
            return true;
        }
        self.place -= taken;
        self.rows -= taken;
        false
    }

    /// The number of the stratum, and how many there are.
    pub(crate) const fn number(&self) -> (u64, u64) {
        let strata = if self.strata < self.rows { self.strata } else { self.rows };
        ((self.place as u128 * strata as u128 / self.rows as u128) as u64, strata)
    }

    /// A number from 0 to `span`, both ends reached.
    pub(crate) const fn between(&self, span: u64) -> u64 {
        let (number, strata) = self.number();
        if strata < 2 {
            return span / 2;
        }
        ((number as u128 * span as u128 + (strata as u128 - 1) / 2) / (strata as u128 - 1)) as u64
    }

    /// The random stream of the stratum.
    pub(crate) const fn stream(&self) -> Rng {
        Rng::for_event(self.salt, self.number().0)
    }

    /// One of `count` numbers, another one for each stratum.
    pub(crate) const fn one_of(&self, count: u64) -> u64 {
        permuted(self.number().0, count, self.salt)
    }
}

/// A permutation of the numbers below `count`: a Feistel network, walked until it is below it again.
const fn permuted(number: u64, count: u64, salt: u64) -> u64 {
    let half = count.next_power_of_two().trailing_zeros().div_ceil(2);
    let mask = (1 << half) - 1;
    let mut number = number;
    loop {
        let (mut left, mut right) = (number >> half, number & mask);
        let mut round = 0;
        while round < ROUNDS {
            (left, right) = (right, left ^ (mix(salt ^ (right << 8) ^ round) & mask));
            round += 1;
        }
        number = left << half | right;
        if number < count {
            return number;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_place_comes_once_in_so_many_events_and_in_another_order_the_next_time() {
        for rows in [1_u64, 2, 3, 7, 100, 1_000] {
            let stratified = Stratified { rows, strata: rows, salt: 5 };
            let places =
                |first: u64| -> Vec<u64> { (first..first + rows).map(|event| stratified.of(event, 1).place).collect() };
            let mut sorted = places(0);
            sorted.sort_unstable();
            assert_eq!(sorted, (0..rows).collect::<Vec<_>>());
            assert!(rows < 7 || places(0) != places(rows));
        }
    }

    #[test]
    fn both_ends_are_reached_and_so_many_numbers_differ() {
        let stratified = Stratified { rows: 100, strata: 25, salt: 5 };
        let mut numbers: Vec<u64> = (0..100).map(|event| stratified.of(event, 1).between(1_000)).collect();
        numbers.sort_unstable();
        assert_eq!((numbers[0], numbers[99]), (0, 1_000));
        numbers.dedup();
        assert_eq!(numbers.len(), 25);
    }
}

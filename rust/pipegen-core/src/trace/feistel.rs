//! A seeded permutation of the numbers of so many bits: its inverse costs as much, and needs no memory.
//!
//! Two halves are changed in turn, each by a keyed hash of the other, so that every step undoes itself.

use crate::rng::mix;

const ROUNDS: usize = 6;
const STEP: u64 = 0x9e37_79b9_7f4a_7c15;
/// Odd, so that the product's upper bits depend on all bits of the half.
const FACTOR: u64 = 0xd6e8_feb8_6659_fd93;

/// A permutation of `0..2^bits`.
#[derive(Clone, Debug)]
pub(super) struct Feistel {
    /// The bits of the lower half, and of the upper one.
    bits: [u32; 2],
    keys: [u64; ROUNDS],
}

impl Feistel {
    /// The permutation of `bits` bits (2 to 63) that a key chooses.
    pub(super) fn new(bits: u32, key: u64) -> Self {
        let keys = std::array::from_fn(|round| mix(key.wrapping_add(STEP.wrapping_mul(round as u64 + 1))));
        Self { bits: [bits.div_ceil(2), bits / 2], keys }
    }

    /// How many numbers it permutes.
    pub(super) const fn size(&self) -> u64 {
        1 << (self.bits[0] + self.bits[1])
    }

    /// The place of a number below [`Self::size`].
    #[inline]
    pub(super) fn forth(&self, number: u64) -> u64 {
        let mut halves = self.split(number);
        for (round, key) in self.keys.iter().enumerate() {
            self.change(&mut halves, round, *key);
        }
        self.join(halves)
    }

    /// The number at a place below [`Self::size`].
    #[inline]
    pub(super) fn back(&self, place: u64) -> u64 {
        let mut halves = self.split(place);
        for (round, key) in self.keys.iter().enumerate().rev() {
            self.change(&mut halves, round, *key);
        }
        self.join(halves)
    }

    #[inline]
    fn change(&self, halves: &mut [u64; 2], round: usize, key: u64) {
        let (changed, other) = (round % 2, 1 - round % 2);
        let hash = (halves[other] ^ key).wrapping_mul(FACTOR);
        let hash = (hash ^ (hash >> 32)).wrapping_mul(FACTOR);
        halves[changed] ^= hash >> (64 - self.bits[changed]);
    }

    const fn split(&self, number: u64) -> [u64; 2] {
        [number & ((1 << self.bits[0]) - 1), number >> self.bits[0]]
    }

    const fn join(&self, halves: [u64; 2]) -> u64 {
        halves[1] << self.bits[0] | halves[0]
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn every_number_has_a_place_of_its_own_and_comes_back() {
        for bits in [2, 3, 11, 16] {
            let permutation = Feistel::new(bits, 7);
            let places: BTreeSet<u64> = (0..permutation.size()).map(|number| permutation.forth(number)).collect();
            assert_eq!(places.len() as u64, permutation.size(), "{bits} bits");
            assert!(places.iter().all(|place| *place < permutation.size()));
            assert!((0..permutation.size()).all(|number| permutation.back(permutation.forth(number)) == number));
        }
    }

    #[test]
    fn neighbours_lie_far_from_each_other_and_another_key_places_them_otherwise() {
        let (one, other) = (Feistel::new(62, 1), Feistel::new(62, 2));
        let near = |number: &u64| one.forth(*number).abs_diff(one.forth(number + 1)) < 1 << 50;
        assert!((0..1_000).filter(near).count() < 10);
        assert!((0..1_000).all(|number| one.forth(number) != other.forth(number)));
    }
}

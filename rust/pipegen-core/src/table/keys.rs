//! What is remembered of each key of a table: 8 bytes beside the hash of the key, at most [`BYTES_PER_KEY`] bytes in all.
//!
//! Keys are told apart by their 64-bit hash: among 5 million keys, the chance that two are taken for one is below one in a
//! million. Open addressing in [`SHARDS`] parts that grow one by one, so that growing never needs the double of the whole.

/// Keys that are remembered at most.
pub const KEYS_MAX: usize = 5_000_000;
/// Upper bound of the memory of a key, where there are many.
pub const BYTES_PER_KEY: usize = 24;
const SHARDS: usize = 64;
const SHARD_BITS: u32 = SHARDS.trailing_zeros();
const SLOTS_MIN: usize = 16;

/// A key and what is remembered of it; a hash of 0 marks a free slot.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u64,
    state: u64,
}

/// A number for each key.
#[derive(Debug)]
pub struct Keys {
    shards: Vec<Shard>,
    room: usize,
    len: usize,
}

#[derive(Debug, Default)]
struct Shard {
    slots: Vec<Slot>,
    used: usize,
}

impl Default for Keys {
    fn default() -> Self {
        Self::new(KEYS_MAX)
    }
}

impl Keys {
    /// For at most `room` keys.
    #[must_use]
    pub fn new(room: usize) -> Self {
        Self { shards: (0..SHARDS).map(|_| Shard::default()).collect(), room, len: 0 }
    }

    /// The number of a key, 0 for a new one; `None` where there is no room for another key.
    pub fn of(&mut self, hash: u64) -> Option<&mut u64> {
        let hash = hash.max(1);
        let full = self.len >= self.room;
        let shard = &mut self.shards[usize::try_from(hash >> (64 - SHARD_BITS)).unwrap_or(0)];
        let mut index = shard.find(hash);
        if index.is_none_or(|index| shard.slots[index].hash == 0) {
            if full {
                return None;
            }
            // A tenth of the slots stays free: probing stays short.
            if (shard.used + 1) * 10 > shard.slots.len() * 9 {
                shard.grow();
                index = shard.find(hash);
            }
            shard.used += 1;
            self.len += 1;
        }
        let slot = shard.slots.get_mut(index?)?;
        slot.hash = hash;
        Some(&mut slot.state)
    }

    /// Keys seen.
    #[must_use]
    pub const fn len(&self) -> usize {
        self.len
    }

    /// Whether no key was seen.
    #[must_use]
    pub const fn is_empty(&self) -> bool {
        self.len == 0
    }

    /// Memory of the slots.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.shards.iter().map(|shard| shard.slots.capacity() * size_of::<Slot>()).sum()
    }
}

impl Shard {
    /// The slot of a key, or the free one for it; `None` where there are no slots yet.
    fn find(&self, hash: u64) -> Option<usize> {
        let slots = self.slots.len();
        if slots == 0 {
            return None;
        }
        // The bits below those that chose the shard, spread over any number of slots.
        let place = (u128::from(hash << SHARD_BITS) * slots as u128) >> 64;
        let mut index = usize::try_from(place).unwrap_or(0);
        while self.slots[index].hash != 0 && self.slots[index].hash != hash {
            index = if index + 1 == slots { 0 } else { index + 1 };
        }
        Some(index)
    }

    fn grow(&mut self) {
        let slots = (self.slots.len() * 5 / 4).max(SLOTS_MIN);
        let old = std::mem::replace(&mut self.slots, vec![Slot::default(); slots]);
        for slot in old.into_iter().filter(|slot| slot.hash != 0) {
            if let Some(index) = self.find(slot.hash) {
                self.slots[index] = slot;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sketch::hash_number;

    #[test]
    fn each_key_keeps_its_own_number_whatever_comes_in_between() {
        let mut keys = Keys::default();
        for round in 1..=3 {
            for key in 0..20_000 {
                let state = keys.of(hash_number(key)).unwrap();
                assert_eq!(*state, (round - 1) * key);
                *state += key;
            }
        }
        assert_eq!(keys.len(), 20_000);
    }

    #[test]
    fn the_memory_of_a_key_keeps_to_its_bound_while_the_table_grows() {
        let mut keys = Keys::default();
        for key in 0..400_000 {
            keys.of(hash_number(key)).unwrap();
            if key > 20_000 && key % 1_000 == 0 {
                assert!(keys.bytes() <= BYTES_PER_KEY * keys.len(), "{} for {}", keys.bytes(), keys.len());
            }
        }
    }

    #[test]
    fn a_key_that_there_is_no_room_for_is_refused_and_the_others_stay() {
        let mut keys = Keys::new(3);
        for key in 0..3 {
            *keys.of(key + 7).unwrap() = key;
        }
        assert_eq!(keys.of(99), None);
        assert_eq!(keys.of(8).copied(), Some(1));
        assert_eq!(keys.len(), 3);
    }

    #[test]
    fn a_hash_of_0_is_a_key_like_any_other() {
        let mut keys = Keys::default();
        *keys.of(0).unwrap() = 5;
        assert_eq!(keys.of(0).copied(), Some(5));
        assert_eq!(keys.len(), 1);
    }
}

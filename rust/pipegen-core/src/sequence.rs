//! Which of the sent records have arrived, twice, or in another order: from their (sender, sequence) pairs, in bounded
//! memory.
//!
//! A sender is a worker that sends to one input. It numbers its records 0, 1, 2, … What was seen is kept as bitmaps of [`CHUNK`] sequences; a chunk that is
//! full shrinks to a number. When more than a set number of chunks are open, the oldest is given up: whether a later record
//! of it is new or a duplicate is then *uncertain*, and counted as that, not guessed.
//!
//! Lost is not counted here: it is what was delivered less [`SequenceTracker::distinct`]. With uncertain records, the truth
//! lies between that and the same less [`SequenceTracker::uncertain`].
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Sequences in one bitmap.
pub const CHUNK: u64 = 4_096;
const WORDS: usize = 64;
/// 16 million open sequences, 2 MB.
const CHUNKS_DEFAULT: usize = 4_096;
/// Headers are data from outside: more senders than this are not tracked, and their records uncertain.
const SENDERS_MAX: usize = 4_096;
/// Pairs of partition and sender whose order is followed.
const LANES_MAX: usize = 1 << 16;

/// What one record turned out to be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arrival {
    /// Seen for the first time, and none of its sender's later ones came before it on its partition.
    New,
    /// Seen for the first time, after a later one of the same sender on the same partition.
    OutOfOrder,
    /// Seen before.
    Duplicate,
    /// Of a stretch that was given up.
    Uncertain,
}

/// What has arrived so far.
#[derive(Debug)]
pub struct SequenceTracker {
    senders: BTreeMap<u64, Sender>,
    /// The highest sequence of each sender on each partition.
    highest: HashMap<(u32, u64), u64>,
    chunks_max: usize,
    distinct: u64,
    duplicated: u64,
    out_of_order: u64,
    uncertain: u64,
}

/// Chunks by index: `0..seen_below` full, `seen_below..given_up_below` given up, from there to `full_below` full, and above
/// that full ones, open ones, and those not met yet.
#[derive(Debug, Default)]
struct Sender {
    seen_below: u64,
    given_up_below: u64,
    full_below: u64,
    full: BTreeSet<u64>,
    open: BTreeMap<u64, Chunk>,
}

#[derive(Debug)]
struct Chunk {
    bits: Box<[u64; WORDS]>,
    seen: u64,
}

impl Default for SequenceTracker {
    fn default() -> Self {
        Self::new(CHUNKS_DEFAULT)
    }
}

impl SequenceTracker {
    /// A tracker that keeps at most `chunks_max` (at least one) chunks open.
    #[must_use]
    pub fn new(chunks_max: usize) -> Self {
        Self {
            senders: BTreeMap::new(),
            highest: HashMap::new(),
            chunks_max: chunks_max.max(1),
            distinct: 0,
            duplicated: 0,
            out_of_order: 0,
            uncertain: 0,
        }
    }

    /// Takes note of one record that arrived on `partition` of the output; [`crate::header::Header::sender`] says whose.
    pub fn observe(&mut self, sender: u64, sequence: u64, partition: u32) -> Arrival {
        if self.senders.len() >= SENDERS_MAX && !self.senders.contains_key(&sender) {
            self.uncertain += 1;
            return Arrival::Uncertain;
        }
        let arrival = self.senders.entry(sender).or_default().mark(sequence);
        match arrival {
            Arrival::Duplicate => self.duplicated += 1,
            Arrival::Uncertain => self.uncertain += 1,
            Arrival::New | Arrival::OutOfOrder => {
                self.distinct += 1;
                self.give_up_oldest(sender);
                if self.is_late(sender, sequence, partition) {
                    self.out_of_order += 1;
                    return Arrival::OutOfOrder;
                }
            }
        }
        arrival
    }

    /// Different records that arrived.
    #[must_use]
    pub const fn distinct(&self) -> u64 {
        self.distinct
    }

    /// Arrivals of records that had arrived before.
    #[must_use]
    pub const fn duplicated(&self) -> u64 {
        self.duplicated
    }

    /// First arrivals after a later record of the same sender on the same partition.
    #[must_use]
    pub const fn out_of_order(&self) -> u64 {
        self.out_of_order
    }

    /// Arrivals of which is not known whether they were new.
    #[must_use]
    pub const fn uncertain(&self) -> u64 {
        self.uncertain
    }

    /// The first `most` sequences of a sender below `end` that have not been seen, of the stretches not given up.
    #[must_use]
    pub fn missing(&self, sender: u64, end: u64, most: usize) -> Vec<u64> {
        let nothing = Sender::default();
        let found = self.senders.get(&sender).unwrap_or(&nothing);
        let chunks = (found.full_below..end.div_ceil(CHUNK)).filter(|index| !found.full.contains(index));
        let within = |index: u64| {
            let chunk = found.open.get(&index);
            let unseen = move |place: &u64| chunk.is_none_or(|chunk| !chunk.has(*place));
            (0..CHUNK).filter(unseen).map(move |place| index * CHUNK + place)
        };
        chunks.flat_map(within).take_while(|sequence| *sequence < end).take(most).collect()
    }

    fn is_late(&mut self, sender: u64, sequence: u64, partition: u32) -> bool {
        if let Some(highest) = self.highest.get_mut(&(partition, sender)) {
            let late = sequence < *highest;
            *highest = (*highest).max(sequence);
            return late;
        }
        if self.highest.len() < LANES_MAX {
            self.highest.insert((partition, sender), sequence);
        }
        false
    }

    /// Only the sender at hand may have grown; what it gives up is its own.
    fn give_up_oldest(&mut self, sender: u64) {
        let share = (self.chunks_max / self.senders.len()).max(1);
        if let Some(found) = self.senders.get_mut(&sender) {
            while found.open.len() + found.full.len() > share {
                found.give_up_oldest();
            }
        }
    }
}

impl Chunk {
    fn has(&self, within: u64) -> bool {
        self.bits[usize::try_from(within / 64).unwrap_or(0)] & 1 << (within % 64) != 0
    }
}

impl Sender {
    fn mark(&mut self, sequence: u64) -> Arrival {
        let index = sequence / CHUNK;
        if index < self.seen_below || (self.given_up_below..self.full_below).contains(&index) {
            return Arrival::Duplicate;
        }
        if index < self.given_up_below {
            return Arrival::Uncertain;
        }
        if self.full.contains(&index) {
            return Arrival::Duplicate;
        }
        let chunk = self.open.entry(index).or_insert_with(|| Chunk { bits: Box::new([0; WORDS]), seen: 0 });
        let within = sequence % CHUNK;
        if chunk.has(within) {
            return Arrival::Duplicate;
        }
        chunk.bits[usize::try_from(within / 64).unwrap_or(0)] |= 1 << (within % 64);
        chunk.seen += 1;
        if chunk.seen == CHUNK {
            self.open.remove(&index);
            self.full.insert(index);
            self.join();
        }
        Arrival::New
    }

    /// Full chunks that follow the full ones below become one with them.
    fn join(&mut self) {
        while self.full.remove(&self.full_below) {
            self.full_below += 1;
        }
        if self.seen_below == self.given_up_below {
            self.seen_below = self.full_below;
            self.given_up_below = self.full_below;
        }
    }

    /// Everything up to the oldest chunk is no longer told apart.
    fn give_up_oldest(&mut self) {
        let open = self.open.keys().next().copied();
        let full = self.full.first().copied();
        let Some(oldest) = open.into_iter().chain(full).min() else { return };
        self.open.remove(&oldest);
        self.full.remove(&oldest);
        self.given_up_below = oldest + 1;
        self.full_below = oldest + 1;
        while self.full.remove(&self.full_below) {
            self.full_below += 1;
        }
    }
}

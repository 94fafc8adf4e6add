//! Rows that were taken back a moment ago: an update if a row of the same key is written in their place, else a delete.
use std::collections::{HashMap, VecDeque};

/// How long a row that was taken back is waited for to be written again.
const WAIT_MS: i64 = 1_000;

/// Keys whose rows were taken back, oldest first.
#[derive(Debug, Default)]
pub(crate) struct TakenBack {
    since_ms: HashMap<u64, i64>,
    queue: VecDeque<(u64, i64)>,
}

impl TakenBack {
    /// The row of a key was taken back.
    pub(crate) fn note(&mut self, key: u64, now_ms: i64) {
        self.since_ms.insert(key, now_ms);
        self.queue.push_back((key, now_ms));
    }

    /// Whether a row that is written now takes the place of one taken back.
    pub(crate) fn replaced(&mut self, key: u64) -> bool {
        !self.since_ms.is_empty() && self.since_ms.remove(&key).is_some()
    }

    /// How many rows have been waited for long enough; they are forgotten.
    pub(crate) fn settle(&mut self, now_ms: i64) -> u64 {
        let mut deleted = 0;
        while let Some(&(key, at_ms)) = self.queue.front() {
            if now_ms.saturating_sub(at_ms) < WAIT_MS {
                break;
            }
            self.queue.pop_front();
            if self.since_ms.get(&key) == Some(&at_ms) {
                self.since_ms.remove(&key);
                deleted += 1;
            }
        }
        deleted
    }
}

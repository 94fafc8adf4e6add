//! Statistics of each field, of one or of several schemas: where they are kept and how they are told.

use std::collections::HashMap;

use super::profile_text::range_text;
use crate::avro::schema::types::Logical;
use crate::sketch::FieldSketch;

/// Fields beyond this number are not looked at: each takes about 4 KiB.
pub const FIELDS_MAX: usize = 200;
/// The index of a field in its profile.
pub(super) type Slot = usize;

/// Statistics by field, of one or of several schemas.
#[derive(Debug, Default)]
pub struct Profile {
    pub(super) fields: Vec<ProfiledField>,
    slots: HashMap<(String, String), Slot>,
    skipped: u64,
}

#[derive(Debug)]
pub(super) struct ProfiledField {
    path: String,
    type_word: String,
    logical: Option<Logical>,
    pub(super) sketch: FieldSketch,
}

/// What is known of one field.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldStats {
    /// Its path, joined by dots.
    pub path: String,
    /// Its type in Avro's words.
    pub type_word: String,
    /// Values that are there.
    pub present: u64,
    /// Values that are null.
    pub nulls: u64,
    /// About how many are different.
    pub distinct: u64,
    /// The smallest and the greatest as text.
    pub range: Option<(String, String)>,
}

/// What came since the interval was taken last.
#[derive(Clone, Debug, PartialEq)]
pub struct FieldInterval {
    /// The field's path.
    pub path: String,
    /// Values that are there.
    pub present: u64,
    /// Values that are null.
    pub nulls: u64,
    /// Mean and standard deviation where values are numbers.
    pub numbers: Option<(f64, f64)>,
}

impl Profile {
    /// What is known of each field, in the order of the schema.
    #[must_use]
    pub fn stats(&self) -> Vec<FieldStats> {
        let stats = |field: &ProfiledField| FieldStats {
            path: field.path.clone(),
            type_word: field.type_word.clone(),
            present: field.sketch.present,
            nulls: field.sketch.nulls,
            distinct: field.sketch.distinct.estimate().min(field.sketch.present),
            range: range_text(&field.sketch.range, &field.type_word, field.logical),
        };
        self.fields.iter().map(stats).collect()
    }

    /// What came since this was asked last.
    pub fn take_interval(&mut self) -> Vec<FieldInterval> {
        let take = |field: &mut ProfiledField| {
            let interval = std::mem::take(&mut field.sketch.interval);
            FieldInterval {
                path: field.path.clone(),
                present: interval.present,
                nulls: interval.nulls,
                numbers: interval.numbers.mean_and_deviation(),
            }
        };
        self.fields.iter_mut().map(take).collect()
    }

    /// Fields that are not looked at because there are more than [`FIELDS_MAX`].
    #[must_use]
    pub const fn skipped(&self) -> u64 {
        self.skipped
    }

    /// The slot of a field; fields of the same path and type share it, whichever schema they are of.
    pub(super) fn slot(&mut self, path: &str, type_word: String, logical: Option<Logical>) -> Option<Slot> {
        let key = (path.to_owned(), type_word);
        if let Some(slot) = self.slots.get(&key) {
            return Some(*slot);
        }
        if self.fields.len() >= FIELDS_MAX {
            self.skipped += 1;
            return None;
        }
        let slot = self.fields.len();
        let type_word = key.1.clone();
        self.fields.push(ProfiledField { path: key.0.clone(), type_word, logical, sketch: FieldSketch::default() });
        self.slots.insert(key, slot);
        Some(slot)
    }
}

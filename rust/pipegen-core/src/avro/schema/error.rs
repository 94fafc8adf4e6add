//! What is wrong with a schema, a hint or a setting of the generator.

use std::fmt;

/// A schema or a hint that cannot be used: where, why, and what to do about it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SchemaError {
    /// The JSON path (`$.fields[2].type`) or the hint's field path (`hints["customer.email"]`).
    pub path: String,
    /// What is wrong there, without a full stop.
    pub problem: String,
    /// What to do, without a full stop.
    pub remedy: String,
}

impl SchemaError {
    pub(crate) fn new(path: &str, problem: impl Into<String>, remedy: impl Into<String>) -> Self {
        Self { path: path.to_owned(), problem: problem.into(), remedy: remedy.into() }
    }
}

impl fmt::Display for SchemaError {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}; {}", self.path, self.problem, self.remedy)
    }
}

impl std::error::Error for SchemaError {}

/// Longer words are not compared, and no more than so many: what nobody writes has no nearest.
const LONGEST_WORD: usize = 200;
const MOST_WORDS: usize = 2_000;
const MOST_NAMED: usize = 80;

/// The known word that `word` was probably meant to be; `None` when none is near.
pub(crate) fn nearest<'a>(word: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > LONGEST_WORD {
        return None;
    }
    let limit = (word.chars().count() / 3).max(2);
    known
        .into_iter()
        .take(MOST_WORDS)
        .filter(|candidate| candidate.len() <= LONGEST_WORD)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, _)| *distance <= limit)
        .min()
        .map(|(_, candidate)| candidate)
}

/// A remedy that names the nearest known word, or else all of them, if they are not too many to read.
pub(crate) fn meant<'a>(word: &str, known: impl IntoIterator<Item = &'a str> + Clone) -> String {
    if let Some(candidate) = nearest(word, known.clone()) {
        return format!("did you mean \"{candidate}\"?");
    }
    let count = known.clone().into_iter().count();
    let named: Vec<&str> = known.into_iter().take(MOST_NAMED).collect();
    match count {
        0 => "there is none to choose from".to_owned(),
        1..=MOST_NAMED => format!("use one of: {}", named.join(", ")),
        _ => format!("use one of {count}, such as: {}", named.join(", ")),
    }
}

/// The number of letters to insert, remove, replace or exchange with the next one; either case is the same.
fn distance(left: &str, right: &str) -> usize {
    let letters = |word: &str| word.to_lowercase().chars().collect::<Vec<char>>();
    let (left, right) = (letters(left), letters(right));
    let mut rows: Vec<Vec<usize>> = vec![(0..=right.len()).collect()];
    for (i, letter) in left.iter().enumerate() {
        let mut row = vec![i + 1];
        for (j, other) in right.iter().enumerate() {
            let replaced = rows[i][j] + usize::from(letter != other);
            let mut least = replaced.min(rows[i][j + 1] + 1).min(row[j] + 1);
            if i > 0 && j > 0 && *letter == right[j - 1] && left[i - 1] == *other {
                least = least.min(rows[i - 1][j - 1] + 1);
            }
            row.push(least);
        }
        rows.push(row);
    }
    rows[left.len()][right.len()]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_word_is_named() {
        assert_eq!(meant("patern", ["min", "pattern"]), "did you mean \"pattern\"?");
        assert_eq!(meant("mni", ["max", "min"]), "did you mean \"min\"?");
        assert_eq!(meant("x_y_z_w", ["min", "max"]), "use one of: min, max");
    }
}

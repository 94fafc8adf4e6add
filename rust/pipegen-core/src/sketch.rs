//! What can be said of a field's values in bounded memory: how many there are, how many are missing, their range, and
//! about how many are different.
//!
//! Different values are estimated with `HyperLogLog` (4,096 registers, Ertl's estimator): the standard error is
//! [`DISTINCT_ERROR`], below a few hundred values far less.

/// Registers are chosen by so many bits of the hash.
const INDEX_BITS: u32 = 12;
const REGISTERS: usize = 1 << INDEX_BITS;
/// What is left of the hash after its index, so the highest rank is one more.
const RANK_BITS: usize = 64 - INDEX_BITS as usize;
/// Standard error of the distinct estimate, as a share: 1.04 / √4096.
pub const DISTINCT_ERROR: f64 = 0.016_25;
/// Texts are kept up to here: a range is to be read, not to be searched.
const TEXT_BYTES_MAX: usize = 48;
const FOLD: u64 = 0x9E37_79B9_7F4A_7C15;

/// A well mixed hash of a number.
#[inline]
#[must_use]
pub const fn hash_number(number: u64) -> u64 {
    let mut hash = number.wrapping_add(FOLD);
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    hash ^ (hash >> 31)
}

/// A well mixed hash of bytes.
#[inline]
#[must_use]
pub fn hash_bytes(bytes: &[u8]) -> u64 {
    let mut hash = FOLD ^ bytes.len() as u64;
    let mut chunks = bytes.chunks_exact(8);
    for chunk in &mut chunks {
        hash = fold(hash, chunk.try_into().map_or(0, u64::from_le_bytes));
    }
    let mut last = [0; 8];
    last[..chunks.remainder().len()].copy_from_slice(chunks.remainder());
    hash_number(fold(hash, u64::from_le_bytes(last)))
}

#[inline]
#[expect(clippy::cast_possible_truncation, reason = "both halves of the product are used")]
fn fold(hash: u64, word: u64) -> u64 {
    let product = u128::from(hash ^ word).wrapping_mul(0xD6E8_FEB8_6659_FD93_A076_1D64_78BD_642F);
    product as u64 ^ (product >> 64) as u64
}

/// About how many different hashes were seen, in 4 KiB.
#[derive(Clone, Debug)]
pub struct HyperLogLog {
    registers: Box<[u8]>,
}

impl Default for HyperLogLog {
    fn default() -> Self {
        Self { registers: vec![0; REGISTERS].into_boxed_slice() }
    }
}

impl HyperLogLog {
    /// Takes note of a value by its hash.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "an index of 12 bits, a rank of at most 53")]
    pub fn insert(&mut self, hash: u64) {
        let index = (hash >> RANK_BITS) as usize;
        // The bit that is set bounds the rank where the rest is all zeros.
        let rank = ((hash << INDEX_BITS) | (1 << (INDEX_BITS - 1))).leading_zeros() as u8 + 1;
        let register = &mut self.registers[index];
        if rank > *register {
            *register = rank;
        }
    }

    /// How many different values there were, about.
    #[must_use]
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "an estimate below 2^64")]
    pub fn estimate(&self) -> u64 {
        let mut counts = [0_u32; RANK_BITS + 2];
        for register in &self.registers {
            counts[usize::from(*register)] += 1;
        }
        let size = f64::from(1_u32 << INDEX_BITS);
        let mut sum = size * tau(1.0 - f64::from(counts[RANK_BITS + 1]) / size);
        for count in counts[1..=RANK_BITS].iter().rev() {
            sum = 0.5 * (sum + f64::from(*count));
        }
        sum += size * sigma(f64::from(counts[0]) / size);
        (size * size / (2.0 * std::f64::consts::LN_2 * sum)).round() as u64
    }
}

/// Ertl's correction for registers that nothing was written to.
fn sigma(share: f64) -> f64 {
    if share >= 1.0 {
        return f64::INFINITY;
    }
    let (mut x, mut y, mut z) = (share, 1.0, share);
    loop {
        x *= x;
        let before = z;
        z += x * y;
        y += y;
        if z <= before {
            return z;
        }
    }
}

/// Ertl's correction for registers that are full.
fn tau(share: f64) -> f64 {
    if share <= 0.0 || share >= 1.0 {
        return 0.0;
    }
    let (mut x, mut y, mut z) = (share, 1.0, 1.0 - share);
    loop {
        x = x.sqrt();
        let before = z;
        y *= 0.5;
        z -= (1.0 - x).powi(2) * y;
        if z >= before {
            return z / 3.0;
        }
    }
}

/// The smallest and the greatest value, true to the type.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Range {
    /// Nothing was seen, or the type has no order that means something.
    #[default]
    None,
    /// Whole numbers, points in time, unscaled decimals, lengths.
    Whole(i128, i128),
    /// Real numbers; those that are none are left out.
    Real(f64, f64),
    /// The first bytes of texts.
    Text(Box<str>, Box<str>),
}

impl Range {
    /// Widens the range of whole numbers.
    #[inline]
    pub fn take_whole(&mut self, value: i128) {
        match self {
            Self::Whole(min, max) => {
                *min = value.min(*min);
                *max = value.max(*max);
            }
            _ => *self = Self::Whole(value, value),
        }
    }

    /// Widens the range of real numbers.
    #[inline]
    pub fn take_real(&mut self, value: f64) {
        match self {
            _ if value.is_nan() => {}
            Self::Real(min, max) => {
                *min = value.min(*min);
                *max = value.max(*max);
            }
            _ => *self = Self::Real(value, value),
        }
    }

    /// Widens the range of texts, compared as bytes.
    #[inline]
    pub fn take_text(&mut self, value: &[u8]) {
        // Only the beginning is kept, so only the beginning is compared.
        let value = &value[..value.len().min(TEXT_BYTES_MAX)];
        if let Self::Text(min, max) = self
            && value >= min.as_bytes()
            && value <= max.as_bytes()
        {
            return;
        }
        let text = head(value);
        match self {
            Self::Text(min, _) if value < min.as_bytes() => *min = text,
            Self::Text(_, max) => *max = text,
            _ => *self = Self::Text(text.clone(), text),
        }
    }
}

/// The beginning of a text, whole characters only.
fn head(bytes: &[u8]) -> Box<str> {
    let text = match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(error) => std::str::from_utf8(&bytes[..error.valid_up_to()]).unwrap_or_default(),
    };
    text.into()
}

/// A mean and how far values are from it. They are summed up around the first one, so that great numbers lose nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Moments {
    first: f64,
    count: u64,
    sum: f64,
    squares: f64,
}

impl Moments {
    /// Takes note of a number; one that is not finite is left out.
    #[inline]
    pub fn take(&mut self, value: f64) {
        if !value.is_finite() {
            return;
        }
        if self.count == 0 {
            self.first = value;
        }
        let off = value - self.first;
        self.count += 1;
        self.sum += off;
        self.squares += off * off;
    }

    /// The mean and the standard deviation; `None` without numbers.
    #[must_use]
    #[expect(clippy::cast_precision_loss, reason = "a mean of more than 2^53 numbers is near enough")]
    pub fn mean_and_deviation(&self) -> Option<(f64, f64)> {
        if self.count == 0 {
            return None;
        }
        let count = self.count as f64;
        let off = self.sum / count;
        Some((self.first + off, (self.squares / count - off * off).max(0.0).sqrt()))
    }
}

/// What is known of one field.
#[derive(Clone, Debug, Default)]
pub struct FieldSketch {
    /// Values that are there.
    pub present: u64,
    /// Values that are null.
    pub nulls: u64,
    /// About how many are different.
    pub distinct: HyperLogLog,
    /// From which to which.
    pub range: Range,
    /// Since the interval was taken last: values there, nulls, and the numbers.
    pub interval: Interval,
}

/// What came since the interval was taken last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Interval {
    /// Values that are there.
    pub present: u64,
    /// Values that are null.
    pub nulls: u64,
    /// Numbers among them.
    pub numbers: Moments,
}

impl FieldSketch {
    /// A value that is missing.
    #[inline]
    pub const fn take_null(&mut self) {
        self.nulls += 1;
        self.interval.nulls += 1;
    }

    /// A value that is there.
    #[inline]
    pub fn take(&mut self, hash: u64) {
        self.present += 1;
        self.interval.present += 1;
        self.distinct.insert(hash);
    }
}

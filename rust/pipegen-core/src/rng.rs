//! Random numbers of one record: a pure function of (seed, event), whoever asks and in whatever order.
//!
//! `SplitMix64` started from a hash of seed and event. Not for secrets. Distributions use the `libm` crate and not the
//! platform's library, so that a seed gives the same bytes on every machine.
#![expect(
    clippy::cast_possible_truncation,
    clippy::cast_precision_loss,
    reason = "cutting random bits into smaller pieces is what this module does"
)]

const GOLDEN: u64 = 0x9e37_79b9_7f4a_7c15;

/// Scrambles 64 bits so that neighbouring inputs give unrelated outputs (the `SplitMix64` finaliser).
pub(crate) const fn mix(bits: u64) -> u64 {
    let bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    bits ^ (bits >> 31)
}

/// The random stream of one record.
#[derive(Clone, Debug)]
pub(crate) struct Rng {
    state: u64,
}

impl Rng {
    /// The stream that belongs to `event` under `seed`.
    pub(crate) const fn for_event(seed: u64, event: u64) -> Self {
        let seed = mix(seed.wrapping_add(GOLDEN));
        Self { state: mix(seed ^ event.wrapping_mul(GOLDEN)) }
    }

    /// 64 random bits.
    #[inline]
    pub(crate) const fn bits(&mut self) -> u64 {
        self.state = self.state.wrapping_add(GOLDEN);
        mix(self.state)
    }

    /// A number in `0..bound`; `0` for an empty range. The bias of the multiplication is below `bound / 2^64`.
    #[inline]
    pub(crate) const fn below(&mut self, bound: u64) -> u64 {
        ((self.bits() as u128 * bound as u128) >> 64) as u64
    }

    /// A number in `[0, 1)`.
    #[inline]
    pub(crate) const fn unit(&mut self) -> f64 {
        (self.bits() >> 11) as f64 * (1.0 / (1_u64 << 53) as f64)
    }

    /// True with the probability that `share` stands for, see [`Share`].
    #[inline]
    pub(crate) const fn chance(&mut self, share: Share) -> bool {
        (self.bits() >> 11) < share.0
    }

    /// A normally distributed number, mean 0 and deviation 1 (Acklam's inverse, relative error below 1.2e-9).
    pub(crate) fn normal(&mut self) -> f64 {
        // Half a step up keeps the argument away from 0, where the inverse is infinite.
        inverse_normal(self.unit() + 0.5 / (1_u64 << 53) as f64)
    }
}

/// A probability as a threshold on 53 random bits, so that 0 never and 1 always happens.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Share(u64);

impl Share {
    /// From a ratio; what lies outside 0..=1 is clamped.
    #[expect(clippy::cast_sign_loss, reason = "clamped to 0..=1 first")]
    pub(crate) fn new(ratio: f64) -> Self {
        Self((ratio.clamp(0.0, 1.0) * (1_u64 << 53) as f64) as u64)
    }

    /// The number of 53 bits below which it happens.
    pub(crate) const fn threshold(self) -> u64 {
        self.0
    }
}

fn inverse_normal(p: f64) -> f64 {
    const A: [f64; 6] = [
        -3.969_683_028_665_376e1,
        2.209_460_984_245_205e2,
        -2.759_285_104_469_687e2,
        1.383_577_518_672_69e2,
        -3.066_479_806_614_716e1,
        2.506_628_277_459_239,
    ];
    const B: [f64; 5] = [
        -5.447_609_879_822_406e1,
        1.615_858_368_580_409e2,
        -1.556_989_798_598_866e2,
        6.680_131_188_771_972e1,
        -1.328_068_155_288_572e1,
    ];
    const C: [f64; 6] = [
        -7.784_894_002_430_293e-3,
        -3.223_964_580_411_365e-1,
        -2.400_758_277_161_838,
        -2.549_732_539_343_734,
        4.374_664_141_464_968,
        2.938_163_982_698_783,
    ];
    const D: [f64; 4] =
        [7.784_695_709_041_462e-3, 3.224_671_290_700_398e-1, 2.445_134_137_142_996, 3.754_408_661_907_416];
    const LOW: f64 = 0.024_25;

    let polynomial = |coefficients: &[f64], x: f64| coefficients.iter().fold(0.0, |sum, c| sum * x + c);
    if (LOW..=1.0 - LOW).contains(&p) {
        let q = p - 0.5;
        let r = q * q;
        polynomial(&A, r) * q / (polynomial(&B, r) * r + 1.0)
    } else {
        let tail = if p < LOW { p } else { 1.0 - p };
        let q = (-2.0 * libm::log(tail)).sqrt();
        let x = polynomial(&C, q) / (polynomial(&D, q) * q + 1.0);
        if p < LOW { x } else { -x }
    }
}

/// Items drawn with given weights in constant time (Vose's alias table).
#[derive(Clone, Debug)]
pub(crate) struct Weighted<T> {
    items: Box<[T]>,
    thresholds: Box<[u32]>,
    aliases: Box<[u32]>,
    /// The share of all items up to each one.
    ends: Box<[f64]>,
}

impl<T> Weighted<T> {
    /// Pairs of item and weight; `None` when there is none, or a weight is negative or not finite, or all are zero.
    #[expect(clippy::cast_sign_loss, reason = "weights are checked to be positive")]
    pub(crate) fn new(pairs: Vec<(T, f64)>) -> Option<Self> {
        let total: f64 = pairs.iter().map(|(_, weight)| weight).sum();
        let sound = pairs.iter().all(|(_, weight)| weight.is_finite() && *weight >= 0.0);
        if !sound || total <= 0.0 || !total.is_finite() || u32::try_from(pairs.len()).is_err() {
            return None;
        }
        let count = pairs.len();
        let mut end = 0.0;
        let ends = pairs.iter().map(|(_, weight)| {
            end += weight / total;
            end
        });
        let ends = ends.collect();
        let mut shares: Vec<f64> = pairs.iter().map(|(_, weight)| weight / total * count as f64).collect();
        let mut thresholds = vec![u32::MAX; count];
        let mut aliases: Vec<u32> = (0..count as u32).collect();
        let (mut small, mut large): (Vec<usize>, Vec<usize>) = (0..count).partition(|&index| shares[index] < 1.0);
        while let (Some(low), Some(&high)) = (small.pop(), large.last()) {
            thresholds[low] = (shares[low] * f64::from(u32::MAX)) as u32;
            aliases[low] = high as u32;
            shares[high] -= 1.0 - shares[low];
            if shares[high] < 1.0 {
                large.pop();
                small.push(high);
            }
        }
        let items = pairs.into_iter().map(|(item, _)| item).collect();
        Some(Self { items, thresholds: thresholds.into(), aliases: aliases.into(), ends })
    }

    /// The same weights for other items.
    pub(crate) fn map<U>(self, change: impl FnMut(T) -> U) -> Weighted<U> {
        let items = self.items.into_iter().map(change).collect();
        Weighted { items, thresholds: self.thresholds, aliases: self.aliases, ends: self.ends }
    }

    /// The item at a place of so many, when they stand in order, each as often as its weight says.
    pub(crate) fn at(&self, place: u64, places: u64) -> &T {
        let share = (place as f64 + 0.5) / places as f64;
        let index = self.ends.partition_point(|end| *end <= share);
        &self.items[index.min(self.items.len() - 1)]
    }

    /// One item.
    #[inline]
    pub(crate) fn draw(&self, rng: &mut Rng) -> &T {
        let bits = rng.bits();
        let index = (((bits >> 32) * self.items.len() as u64) >> 32) as usize;
        let coin = bits as u32;
        if coin <= self.thresholds[index] && self.thresholds[index] > 0 {
            &self.items[index]
        } else {
            &self.items[self.aliases[index] as usize]
        }
    }
}

/// Ranks 1, 2, … n with probability ∝ 1 / rank^exponent, in constant time and memory
/// (rejection-inversion after Hörmann and Derflinger).
#[derive(Clone, Copy, Debug)]
pub(crate) struct Zipf {
    count: u64,
    exponent: f64,
    area_first: f64,
    area_last: f64,
    accept: f64,
}

impl Zipf {
    /// `count` ≥ 1 ranks, `exponent` > 0.
    pub(crate) fn new(count: u64, exponent: f64) -> Self {
        let mut zipf = Self { count, exponent, area_first: 0.0, area_last: 0.0, accept: 0.0 };
        zipf.area_first = zipf.area(1.5) - 1.0;
        zipf.area_last = zipf.area(count as f64 + 0.5);
        zipf.accept = 2.0 - zipf.area_inverse(zipf.area(2.5) - zipf.height(2.0));
        zipf
    }

    /// One rank, from 1 to the count.
    #[expect(clippy::cast_sign_loss, reason = "ranks are positive")]
    pub(crate) fn draw(&self, rng: &mut Rng) -> u64 {
        loop {
            let area = self.area_last + rng.unit() * (self.area_first - self.area_last);
            let x = self.area_inverse(area);
            let rank = ((x + 0.5) as u64).clamp(1, self.count);
            let rank_real = rank as f64;
            if rank_real - x <= self.accept || area >= self.area(rank_real + 0.5) - self.height(rank_real) {
                return rank;
            }
        }
    }

    fn height(&self, x: f64) -> f64 {
        libm::exp(-self.exponent * libm::log(x))
    }

    /// The integral of `height` up to `x`, exact also for an exponent of 1.
    fn area(&self, x: f64) -> f64 {
        let log = libm::log(x);
        let t = (1.0 - self.exponent) * log;
        let ratio = if t.abs() > 1e-8 { libm::expm1(t) / t } else { 1.0 + t * 0.5 * (1.0 + t / 3.0) };
        ratio * log
    }

    fn area_inverse(&self, area: f64) -> f64 {
        let t = (area * (1.0 - self.exponent)).max(-1.0);
        let ratio = if t.abs() > 1e-8 { libm::log1p(t) / t } else { 1.0 - t * (0.5 - t / 3.0) };
        libm::exp(ratio * area)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_zero_never_and_of_one_always_happens() {
        let mut rng = Rng::for_event(1, 2);
        assert!((0..10_000).all(|_| rng.chance(Share::new(1.0)) && !rng.chance(Share::new(0.0))));
    }

    #[test]
    fn weights_are_kept() {
        let weighted = Weighted::new(vec![("a", 9.0), ("b", 1.0), ("never", 0.0)]).unwrap();
        let mut rng = Rng::for_event(7, 0);
        let drawn: Vec<&str> = (0..100_000).map(|_| *weighted.draw(&mut rng)).collect();
        let rare = drawn.iter().filter(|item| **item == "b").count();
        assert!((9_500..10_500).contains(&rare), "{rare}");
        assert!(!drawn.contains(&"never"));
    }

    #[test]
    fn in_order_each_item_has_as_many_places_as_its_weight_says() {
        let weighted = Weighted::new(vec![("a", 1.0), ("b", 3.0), ("never", 0.0), ("c", 1.0)]).unwrap();
        let placed: Vec<&str> = (0..10).map(|place| *weighted.at(place, 10)).collect();
        assert_eq!(placed, ["a", "a", "b", "b", "b", "b", "b", "b", "c", "c"]);
    }

    #[test]
    fn zipf_ranks_fall_as_the_law_says() {
        let mut rng = Rng::for_event(7, 1);
        for exponent in [0.8, 1.0, 1.3] {
            let zipf = Zipf::new(1_000, exponent);
            let mut counts = vec![0_u32; 1_001];
            (0..400_000).for_each(|_| counts[usize::try_from(zipf.draw(&mut rng)).unwrap()] += 1);
            let ratio = f64::from(counts[1]) / f64::from(counts[4]);
            assert!((ratio / 4_f64.powf(exponent) - 1.0).abs() < 0.1, "{exponent}: {ratio}");
        }
    }

    #[test]
    fn where_the_law_is_steep_the_second_rank_is_not_drawn_too_often() {
        let (mut rng, zipf) = (Rng::for_event(7, 2), Zipf::new(1_000, 3.0));
        let mut counts = [0_u32; 3];
        (0..100_000).for_each(|_| counts[usize::try_from(zipf.draw(&mut rng).min(3) - 1).unwrap()] += 1);
        let ratio = f64::from(counts[0]) / f64::from(counts[1]);
        assert!((ratio / 8.0 - 1.0).abs() < 0.05, "{ratio}");
    }

    #[test]
    fn normal_numbers_have_mean_zero_and_deviation_one() {
        let mut rng = Rng::for_event(3, 3);
        let numbers: Vec<f64> = (0..100_000).map(|_| rng.normal()).collect();
        let mean = numbers.iter().sum::<f64>() / 1e5;
        let variance = numbers.iter().map(|x| x * x).sum::<f64>() / 1e5;
        assert!(mean.abs() < 0.02 && (variance - 1.0).abs() < 0.03, "{mean} {variance}");
    }
}

//! Where on the area under the rate curve each event lies: evenly, or at random as a Poisson process has it.
//!
//! Along the area the rate is 1, whatever the traffic's shape; [`crate::schedule`] turns a place into a time. The random
//! process is a function of its seed alone and needs no history: any event can be asked for, in any order, by any worker.
//! It is cut into blocks of equal area, each with a Poisson count of events; a block's events are dealt to its two
//! halves by as many fair coins, and so on down to small leaves, in which they lie evenly at random. That is exactly how
//! the events of a Poisson process lie, and only the counts of the blocks have to be kept.
use crate::rng::Rng;

/// How events lie along the area.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Arrivals {
    /// Each event in the middle of its own unit of area: as even as can be.
    #[default]
    Uniform,
    /// Independent of each other, at random.
    Poisson {
        /// Decides all places.
        seed: u64,
    },
}

/// 2^40: with more, a block takes too long to deal out.
pub(crate) const MAX_RANDOM_EVENTS: f64 = 1_099_511_627_776.0;

/// Keeps these draws apart from those of the records, which may have the same seed.
const STREAM: u64 = 0x5ca1_ab1e_a221_7a15;
const LEAF_AREA: u64 = 8;
const MIN_DEPTH: u32 = 9;
/// 16 MiB of counts at most.
const MAX_BLOCKS: f64 = 2_097_152.0;

/// The places of all events.
#[derive(Debug, Clone)]
pub(crate) enum Places {
    Uniform,
    Poisson(Poisson),
}

impl Places {
    /// The places on so much area.
    pub(crate) fn new(arrivals: Arrivals, area: f64) -> Self {
        match arrivals {
            Arrivals::Uniform => Self::Uniform,
            Arrivals::Poisson { seed } => Self::Poisson(Poisson::new(seed, area)),
        }
    }

    /// How many events lie before a place.
    pub(crate) fn events_within(&self, area: f64) -> u64 {
        match self {
            #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "positive and below 2^50")]
            Self::Uniform => (area - 0.5).ceil().max(0.0) as u64,
            Self::Poisson(poisson) => poisson.events_within(area),
        }
    }

    /// Asks for the places of events that follow each other closely.
    pub(crate) const fn walk(&self) -> Walk<'_> {
        Walk { places: self, leaf: None }
    }

    /// Where an event lies.
    pub(crate) fn place_of(&self, event: u64) -> f64 {
        self.walk().place_of(event)
    }
}

/// Remembers the leaf last dealt out.
pub(crate) struct Walk<'a> {
    places: &'a Places,
    leaf: Option<Leaf>,
}

impl Walk<'_> {
    /// Where an event lies.
    pub(crate) fn place_of(&mut self, event: u64) -> f64 {
        match self.places {
            #[expect(clippy::cast_precision_loss, reason = "event numbers stay below 2^50")]
            Places::Uniform => event as f64 + 0.5,
            Places::Poisson(poisson) => loop {
                if let Some(place) = self.leaf.as_ref().and_then(|leaf| leaf.place_of(event)) {
                    return place;
                }
                self.leaf = Some(poisson.leaf_with(event));
            },
        }
    }
}

/// A Poisson process of rate 1, repeatable from its seed.
#[derive(Debug, Clone)]
pub(crate) struct Poisson {
    seed: u64,
    /// A block has 2^depth leaves.
    depth: u32,
    /// How many events lie before each block, and in all blocks last.
    starts: Vec<u64>,
}

struct Leaf {
    first_event: u64,
    places: Vec<f64>,
}

impl Leaf {
    fn place_of(&self, event: u64) -> Option<f64> {
        let index = usize::try_from(event.checked_sub(self.first_event)?).ok()?;
        self.places.get(index).copied()
    }
}

#[expect(
    clippy::cast_precision_loss,
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "areas are positive and at most 2^40, numbers of blocks and leaves smaller still"
)]
impl Poisson {
    fn new(seed: u64, area: f64) -> Self {
        let mut depth = MIN_DEPTH;
        while area / (LEAF_AREA << depth) as f64 > MAX_BLOCKS {
            depth += 1;
        }
        let mut poisson = Self { seed: seed ^ STREAM, depth, starts: vec![0] };
        let blocks = (area / poisson.block_area()) as u64 + 1;
        let mut events = 0;
        for block in 0..blocks {
            events += poisson_count(&mut poisson.rng(block, 0), poisson.block_area());
            poisson.starts.push(events);
        }
        poisson
    }

    fn block_area(&self) -> f64 {
        (LEAF_AREA << self.depth) as f64
    }

    /// The random stream of a node of a block's tree; node 0 is the block's count.
    const fn rng(&self, block: u64, node: u64) -> Rng {
        Rng::for_event(self.seed, (block << 32) | node)
    }

    fn events_within(&self, area: f64) -> u64 {
        let block = ((area / self.block_area()) as usize).min(self.starts.len() - 2);
        let leaf = ((area - block as f64 * self.block_area()) / LEAF_AREA as f64) as u64;
        let leaf = leaf.min((1 << self.depth) - 1);
        let found = self.descend(block, |level, _| (leaf >> level) & 1 == 1);
        found.first_event + found.places.partition_point(|&place| place < area) as u64
    }

    fn leaf_with(&self, event: u64) -> Leaf {
        let block = self.starts[1..].partition_point(|&start| start <= event).min(self.starts.len() - 2);
        self.descend(block, |_, first_on_the_right| event >= first_on_the_right)
    }

    /// Deals a block's events out to halves, halves of halves and so on, following one path down to a leaf.
    fn descend(&self, block: usize, goes_right: impl Fn(u32, u64) -> bool) -> Leaf {
        let mut first_event = self.starts[block];
        let mut count = self.starts[block + 1] - first_event;
        let mut node = 1;
        for level in (0..self.depth).rev() {
            let left = heads(&mut self.rng(block as u64, node), count);
            if goes_right(level, first_event + left) {
                first_event += left;
                count -= left;
                node = 2 * node + 1;
            } else {
                count = left;
                node *= 2;
            }
        }
        let leaf = node - (1 << self.depth);
        let start = block as f64 * self.block_area() + (leaf * LEAF_AREA) as f64;
        let mut rng = self.rng(block as u64, node);
        // Half a step up keeps the first event off a border, where it could fall into a pause.
        let mut place = || start + (rng.unit() + 0.5 / (1_u64 << 53) as f64) * LEAF_AREA as f64;
        let mut places: Vec<f64> = (0..count).map(|_| place()).collect();
        places.sort_unstable_by(f64::total_cmp);
        Leaf { first_event, places }
    }
}

/// How many of so many fair coins show heads.
fn heads(rng: &mut Rng, coins: u64) -> u64 {
    let whole: u64 = (0..coins / 64).map(|_| u64::from(rng.bits().count_ones())).sum();
    let rest = (1_u64 << (coins % 64)) - 1;
    whole + u64::from((rng.bits() & rest).count_ones())
}

/// A Poisson-distributed count for a mean above 10 (transformed rejection after Hörmann, 1993).
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked not to be negative")]
fn poisson_count(rng: &mut Rng, mean: f64) -> u64 {
    let b = 0.931 + 2.53 * mean.sqrt();
    let a = -0.059 + 0.024_83 * b;
    let inverse_alpha = 1.1239 + 1.1328 / (b - 3.4);
    let squeeze = 0.9277 - 3.6224 / (b - 2.0);
    loop {
        let u = rng.unit() - 0.5;
        let v = rng.unit();
        let us = 0.5 - u.abs();
        let count = ((2.0 * a / us + b) * u + mean + 0.43).floor();
        if us >= 0.07 && v <= squeeze {
            return count as u64;
        }
        if count < 0.0 || (us < 0.013 && v > us) {
            continue;
        }
        let accepted = libm::log(v * inverse_alpha / (a / (us * us) + b));
        if accepted <= count * libm::log(mean) - mean - libm::lgamma(count + 1.0) {
            return count as u64;
        }
    }
}

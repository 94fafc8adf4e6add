//! A compiled schema: a flat arena of steps, each of which says how one value is written.

use super::draw::StepId;
use super::number::Number;
use super::stratum::Stratified;
use super::text::Text;
use crate::rng::{Share, Weighted};

/// The steps of a plan.
#[derive(Clone, Debug)]
pub(crate) struct Steps {
    pub(crate) all: Vec<Step>,
    pub(crate) root: StepId,
    /// Of steps whose values are drawn without replacement, how; empty where none is.
    pub(crate) stratified: Vec<Option<Stratified>>,
    /// Records nested deeper than this are left out where the schema allows it.
    pub(crate) depth_max: u32,
}

/// How one value is written.
#[derive(Clone, Debug)]
pub(crate) enum Step {
    Null,
    Boolean(Share),
    /// Int, long and enum.
    Whole(Number),
    /// The number divided by `scale`.
    Double {
        number: Number,
        scale: f64,
    },
    Float {
        number: Number,
        scale: f64,
    },
    DoubleChoice(Weighted<f64>),
    FloatChoice(Weighted<f32>),
    Text(Text),
    Bytes {
        min: u64,
        max: u64,
    },
    Fixed(usize),
    UuidFixed,
    Duration,
    DecimalBytes(Number),
    DecimalFixed {
        number: Number,
        size: usize,
    },
    Record(Box<[StepId]>),
    /// Arrays, and maps where `keyed`.
    Items {
        item: StepId,
        keyed: bool,
        min: u64,
        max: u64,
        height: u32,
    },
    Union {
        null: Option<(usize, Share)>,
        branches: Box<[Branch]>,
    },
    /// A union that is null unless every condition holds.
    Present {
        conditions: Box<[Condition]>,
        null: usize,
        branches: Box<[Branch]>,
    },
    /// Drawn from a stream of its own, so that it is the same wherever it is drawn.
    Own {
        step: StepId,
        salt: u64,
    },
}

/// A branch of a union that is not null.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    pub(crate) index: usize,
    pub(crate) step: StepId,
    /// How many records must be nested to hold a value of it.
    pub(crate) height: u32,
}

/// A field that decides: its step and the values, as they are written, with which the other one is there.
#[derive(Clone, Debug)]
pub(crate) struct Condition {
    pub(crate) step: StepId,
    pub(crate) values: Box<[Box<[u8]>]>,
}

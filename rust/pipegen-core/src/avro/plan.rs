//! A compiled schema: a flat arena of steps, each writing one value's Avro binary.

use super::draw::Draw;
use super::error::SchemaError;
use super::number::Number;
use super::rng::{Share, Weighted};
use super::schema::{Kind, Schema};
use super::text::Text;
use super::{compile, key};
use crate::record_buffer::RecordBuffer;

/// The index of a step in its plan's arena.
pub(crate) type StepId = usize;

/// Writes one value.
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
}

/// A branch of a union that is not null.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Branch {
    pub(crate) index: usize,
    pub(crate) step: StepId,
    /// How many records must be nested to hold a value of it.
    pub(crate) height: u32,
}

/// What a plan is compiled with.
#[derive(Clone, Debug, Default)]
pub struct PlanOptions<'a> {
    /// Hints by field path as JSON text, stronger than the schema's own.
    pub hints_json: Option<&'a str>,
    /// Decides all values together with the event's index.
    pub seed: u64,
    /// Stands before every value, such as the Confluent framing.
    pub value_prefix: &'a [u8],
    /// The top-level field whose value as text is the Kafka key.
    pub key_field: Option<&'a str>,
}

/// A schema compiled to a generator of records: record n depends on (seed, n, due time) and nothing else.
#[derive(Clone, Debug)]
pub struct Plan {
    pub(crate) steps: Vec<Step>,
    pub(crate) root: StepId,
    pub(crate) depth_max: u32,
    pub(crate) key: Option<key::Key>,
    seed: u64,
    value_prefix: Box<[u8]>,
}

impl Plan {
    /// Compiles a schema.
    ///
    /// # Errors
    /// When no record of the schema can end, a hint is wrong, or the key field is none.
    pub fn compile(schema: &Schema, options: &PlanOptions<'_>) -> Result<Self, SchemaError> {
        let compiled = compile::compile(schema, options.hints_json)?;
        let key = options.key_field.map(|field| key::Key::find(schema, field)).transpose()?;
        Ok(Self {
            steps: compiled.steps,
            root: compiled.root,
            depth_max: compiled.depth_max,
            key,
            seed: options.seed,
            value_prefix: options.value_prefix.into(),
        })
    }

    /// Adds the record of one event.
    pub fn push(&self, event: u64, due_ns: i64, records: &mut RecordBuffer) {
        records.push_value(|out| {
            let mut draw = Draw::new(self.seed, event, due_ns);
            out.extend_from_slice(&self.value_prefix);
            let Some(key) = &self.key else {
                self.step(self.root, 0, &mut draw, out);
                return None;
            };
            let Step::Record(fields) = &self.steps[self.root] else { return None };
            let mut field = 0..0;
            for (index, &step) in fields.iter().enumerate() {
                let start = out.len();
                self.step(step, 1, &mut draw, out);
                if index == key.index {
                    field = start..out.len();
                }
            }
            let key_start = out.len();
            key.put(field, out).then_some(key_start)
        });
    }
}

impl Schema {
    /// The names of the root record's fields; empty when the root is no record.
    #[must_use]
    pub fn field_names(&self) -> Vec<&str> {
        match &self.types[self.root].kind {
            Kind::Record { fields, .. } => fields.iter().map(|field| field.name.as_str()).collect(),
            _ => Vec::new(),
        }
    }
}

//! A compiled schema, and the records that it makes.

use std::ops::Range;
use std::sync::Arc;

use super::changelog::{Changelog, Operation, Row, Version, Written};
use super::compile::NULL_SHARE;
use super::draw::Draw;
use super::faulty::Faults;
use super::format::ValueFormat;
use super::key_law::KeyLaw;
use super::step::{Step, Steps};
use super::{compile, key};
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::Schema;
use crate::fault::FaultKind;
use crate::record_buffer::{Parts, RecordBuffer};
use crate::rng::Rng;

/// The length of Confluent's framing: a zero byte and the schema's id.
const FRAME_BYTES: usize = 5;

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
    /// Where keys come from, as JSON text, instead of `key_field`.
    pub key_json: Option<&'a str>,
    /// The format of values: `avro` (when not said) or `json`.
    pub value_format: Option<&'a str>,
    /// Faults on purpose, as JSON text.
    pub faults_json: Option<&'a str>,
    /// The share of null in a nullable union whose hint does not say; 5 % when not said.
    pub null_share: Option<f64>,
    /// How many of the root record's fields are in the value; the others are in the key alone. All when not said.
    pub value_fields: Option<usize>,
    /// How the rows of a table change, as JSON text; without it, every record is a row of its own.
    pub changes_json: Option<&'a str>,
}

/// A schema compiled to a generator of records: record n depends on (seed, n, due time) and nothing else; a change of a
/// table also on the changes before it.
#[derive(Clone, Debug)]
pub struct Plan {
    steps: Steps,
    schema: Box<Schema>,
    value_fields: usize,
    key: Option<KeyLaw>,
    faults: Option<Faults>,
    format: ValueFormat,
    changelog: Option<Arc<Changelog>>,
    seed: u64,
    value_prefix: Box<[u8]>,
}

impl Plan {
    /// Compiles a schema.
    ///
    /// # Errors
    /// When no record of the schema can end, or a hint, the key, the format or a fault is wrong.
    pub fn compile(schema: &Schema, options: &PlanOptions<'_>) -> Result<Self, SchemaError> {
        let mut compiled = compile::compile(schema, options.hints_json, options.null_share.unwrap_or(NULL_SHARE))?;
        let key = match (options.key_field, options.key_json) {
            (Some(_), Some(_)) => return Err(SchemaError::new("key", "a key and a key field", "give one of them")),
            (Some(field), None) => Some(KeyLaw::Field(key::Key::find(schema, field)?)),
            (None, Some(json)) => KeyLaw::read(schema, json)?,
            (None, None) => None,
        };
        let name = options.value_format.unwrap_or(ValueFormat::NAMES[0]);
        let format = ValueFormat::named(name, schema).ok_or_else(|| {
            let problem = format!("there is no format \"{name}\"");
            SchemaError::new("value_format", problem, meant(name, ValueFormat::NAMES))
        })?;
        let faults = options.faults_json.map(|json| Faults::read(schema, &mut compiled, json)).transpose()?;
        if options.value_prefix.len() != FRAME_BYTES
            && faults.as_ref().is_some_and(|f| f.has(FaultKind::UnknownSchemaId))
        {
            let problem = "values do not carry a schema's id";
            return Err(SchemaError::new("faults.unknown_schema_id", problem, "leave the fault out"));
        }
        let changelog = options.changes_json.map(|json| Changelog::read(json, options.seed)).transpose()?;
        if changelog.is_some() && (faults.is_some() || key.as_ref().and_then(KeyLaw::columns).is_none()) {
            let problem = "changes of a table go with a key of columns, and not with faults";
            return Err(SchemaError::new("changes", problem, "give the key columns, and leave the faults out"));
        }
        Ok(Self {
            steps: compiled.steps,
            schema: Box::new(schema.clone()),
            value_fields: options.value_fields.unwrap_or(usize::MAX),
            key,
            faults,
            format,
            changelog: changelog.map(Arc::new),
            seed: options.seed,
            value_prefix: options.value_prefix.into(),
        })
    }

    /// Adds the record of one event, without a fault.
    pub fn push(&self, event: u64, due_ns: i64, records: &mut RecordBuffer) {
        if let Some(changelog) = &self.changelog {
            records.push_parts(None, |out| self.change(changelog, event, due_ns, |_| due_ns, out));
            return;
        }
        records.push_parts(None, |out| self.write(Draw::new(self.seed, event, due_ns), out));
    }

    /// Adds a record made elsewhere, encoded like this plan's own: value in its format, and key; false when the bytes
    /// are not a value of the schema. `event` determines a generated key.
    pub fn push_binary(&self, event: u64, binary: &[u8], records: &mut RecordBuffer) -> bool {
        let Some(fields) = self.schema.field_ranges(binary) else { return false };
        records.push_parts(None, |out| self.written(event, binary, &fields, out));
        true
    }

    /// Adds what one event sends: its record, or what its fault makes of it.
    ///
    /// `due_ns_of` says when an earlier event was due, for a record that is sent once more.
    pub fn push_outgoing(
        &self,
        event: u64,
        due_ns: i64,
        due_ns_of: impl Fn(u64) -> i64,
        records: &mut RecordBuffer,
    ) -> Option<FaultKind> {
        if let Some(changelog) = &self.changelog {
            records.push_parts(None, |out| self.change(changelog, event, due_ns, due_ns_of, out));
            return None;
        }
        let found = self.faults.as_ref().and_then(|faults| Some((faults, faults.of(self.seed, event)?)));
        let Some((faults, (kind, mut rng))) = found else {
            self.push(event, due_ns, records);
            return None;
        };
        let mut draw = Draw::new(self.seed, event, due_ns.saturating_sub(faults.shift_ns(kind)));
        if kind == FaultKind::Duplicates {
            let Some(source) = faults.source(self.seed, event) else {
                self.push(event, due_ns, records);
                return None;
            };
            draw = Draw::new(self.seed, source, due_ns_of(source));
        }
        if let Some(instead) = faults.instead(kind, &mut rng) {
            draw.instead = instead;
        }
        records.push_parts(Some(kind), |out| {
            let mut parts = self.write(draw, out);
            match (kind, &mut parts.value) {
                (FaultKind::Corrupt, Some(value)) => cut(value, self.value_prefix.len(), &mut rng),
                (FaultKind::UnknownSchemaId, Some(value)) => {
                    out[value.start + 1..value.start + FRAME_BYTES].copy_from_slice(&faults.unknown_id.to_be_bytes());
                }
                (FaultKind::Tombstones, value) => *value = None,
                _ => {}
            }
            parts
        });
        Some(kind)
    }

    /// Writes value and key, and says where they are.
    fn write(&self, mut draw: Draw, out: &mut Vec<u8>) -> Parts {
        let start = out.len();
        out.extend_from_slice(&self.value_prefix);
        if self.key.as_ref().and_then(KeyLaw::columns).is_some() {
            let mut binary = Vec::with_capacity(256);
            let fields = self.fields(&mut draw, &mut binary);
            out.truncate(start);
            return self.written(draw.event, &binary, &fields, out);
        }
        if self.format.is_binary() {
            let field = self.binary(&mut draw, out);
            let end = out.len();
            let has_key = self.put_key(&draw, field, out);
            return Parts { value: Some(start..end), key: has_key.then_some(end..out.len()) };
        }
        let mut binary = Vec::with_capacity(256);
        let field = self.binary(&mut draw, &mut binary);
        self.format.put(&binary, usize::MAX, out);
        let end = out.len();
        let key_start = binary.len();
        let has_key = self.put_key(&draw, field, &mut binary);
        out.extend_from_slice(&binary[key_start..]);
        Parts { value: Some(start..end), key: has_key.then_some(end..out.len()) }
    }

    /// Writes value and key of the change that an event makes in a table.
    fn change(
        &self,
        changelog: &Changelog,
        event: u64,
        due_ns: i64,
        due_ns_of: impl Fn(u64) -> i64,
        out: &mut Vec<u8>,
    ) -> Parts {
        let turn = changelog.turn(event, due_ns, due_ns_of);
        let row = |version: Version| {
            let mut draw = Draw::new(self.seed, version.event, version.due_ns).of_row(turn.row);
            let mut binary = Vec::with_capacity(256);
            let fields = self.fields(&mut draw, &mut binary);
            Row { value_fields: self.value_fields.min(fields.len()), binary, fields }
        };
        let before = turn.before.map(row);
        let after = (turn.operation != Operation::Delete).then(|| row(turn.after));
        let start = out.len();
        out.extend_from_slice(&self.value_prefix);
        let rows = (before.as_ref(), after.as_ref());
        let has_value = changelog.envelope.put(turn.operation, event, turn.after.due_ns, rows, self, out);
        if !has_value {
            out.truncate(start);
        }
        let end = out.len();
        let has_key = match (self.key.as_ref().and_then(KeyLaw::columns), after.or(before)) {
            (Some(columns), Some(row)) => columns.put(&self.schema, &row.binary, &row.fields, out),
            _ => false,
        };
        Parts { value: has_value.then_some(start..end), key: has_key.then_some(end..out.len()) }
    }

    /// Writes value and key of a record whose fields are at `fields` in `binary`.
    fn written(&self, event: u64, binary: &[u8], fields: &[Range<usize>], out: &mut Vec<u8>) -> Parts {
        let start = out.len();
        out.extend_from_slice(&self.value_prefix);
        let value = fields[..self.value_fields.min(fields.len())].last().map_or(0, |last| last.end);
        self.format.put(&binary[..value], self.value_fields, out);
        let end = out.len();
        let has_key = match &self.key {
            None => false,
            Some(KeyLaw::Columns(columns)) => columns.put(&self.schema, binary, fields, out),
            Some(key) => {
                let field = key.field_index().map_or(0..0, |index| fields[index].clone());
                let mut text = binary.to_vec();
                let has_key = key.put((self.seed, event), field, &mut text);
                out.extend_from_slice(&text[binary.len()..]);
                has_key
            }
        };
        Parts { value: Some(start..end), key: has_key.then_some(end..out.len()) }
    }

    /// Writes the record's binary and says where each field is.
    fn fields(&self, draw: &mut Draw, out: &mut Vec<u8>) -> Vec<Range<usize>> {
        let Step::Record(fields) = &self.steps.all[self.steps.root] else { return Vec::new() };
        let write = |step: &usize| {
            let start = out.len();
            self.steps.write(*step, 1, draw, out);
            start..out.len()
        };
        fields.iter().map(write).collect()
    }

    /// Writes the record's binary and says where the field is that the key is made from.
    fn binary(&self, draw: &mut Draw, out: &mut Vec<u8>) -> Range<usize> {
        let (Some(wanted), Step::Record(fields)) =
            (self.key.as_ref().and_then(KeyLaw::field_index), &self.steps.all[self.steps.root])
        else {
            self.steps.write(self.steps.root, 0, draw, out);
            return 0..0;
        };
        let mut field = 0..0;
        for (index, &step) in fields.iter().enumerate() {
            let start = out.len();
            self.steps.write(step, 1, draw, out);
            if index == wanted {
                field = start..out.len();
            }
        }
        field
    }

    fn put_key(&self, draw: &Draw, field: Range<usize>, out: &mut Vec<u8>) -> bool {
        self.key.as_ref().is_some_and(|key| key.put((self.seed, draw.event), field, out))
    }
}

impl Written for Plan {
    fn row(&self, row: &Row, out: &mut Vec<u8>) {
        self.format.put(row.value(), row.value_fields, out);
    }

    fn some(&self, row: &Row, fields: &[usize], out: &mut Vec<u8>) {
        let names = self.schema.json_names();
        self.format.put_columns(fields.iter().map(|index| (*index, names[*index], row.field(*index))), out);
    }
}

/// Cuts a value off within its record, so that it never can be read; one without a byte of record, within its framing.
fn cut(value: &mut Range<usize>, prefix_bytes: usize, rng: &mut Rng) {
    let first = value.start + prefix_bytes;
    let first = if first < value.end { first } else { value.start };
    let kept = rng.below((value.end - first) as u64);
    value.end = first + usize::try_from(kept).unwrap_or(0);
}

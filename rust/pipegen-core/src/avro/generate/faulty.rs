//! Faults on purpose: which event has which, and the record that it sends instead of its own.
//!
//! An event has at most one fault, drawn from (seed, event) alone, so that any number of senders agrees and each kind can be
//! counted exactly.

use std::collections::BTreeMap;

use serde_json::Value;

use super::compile::Compiled;
use super::draw::StepId;
use super::hints::path_of;
use super::number::Law;
use super::step::{Branch, Step};
use super::text::Text;
use crate::avro::schema::error::{SchemaError, meant};
use crate::avro::schema::types::{Kind, Schema, TypeId};
use crate::fault::FaultKind;
use crate::rng::{Rng, Share};

const SALT: u64 = 0x4641_554c_5453_0001;
/// A duplicate repeats a record at most so many events back.
const SOURCE_REACH: u64 = 64;
const OPTIONS: [&str; 6] =
    ["late_by_ns", "out_of_order_by_ns", "null_fields", "rule_fields", "oversized_bytes", "unknown_id"];

/// The faults of a run, compiled for one schema.
#[derive(Clone, Debug)]
pub(crate) struct Faults {
    /// Each kind with the end of its stretch of 0..1, on 53 bits.
    shares: Vec<(u64, FaultKind)>,
    late_by_ns: i64,
    out_of_order_by_ns: i64,
    nulls: Vec<Instead>,
    rules: Vec<Instead>,
    oversized: Option<Instead>,
    pub(crate) unknown_id: u32,
}

/// A step and the one that runs instead of it.
pub(crate) type Instead = (StepId, StepId);

/// A field that every record has exactly once: of the record itself, or of a record directly in it.
struct Place {
    path: String,
    type_id: TypeId,
    step: StepId,
}

impl Faults {
    /// Reads the setting: shares by the kinds' names, and options.
    pub(crate) fn read(schema: &Schema, compiled: &mut Compiled, json: &str) -> Result<Self, SchemaError> {
        let Ok(Value::Object(settings)) = serde_json::from_str(json) else {
            return Err(SchemaError::new("faults", "the faults are no JSON object", "write {\"late\": 0.01, …}"));
        };
        let names = FaultKind::ALL.map(FaultKind::name);
        if let Some(unknown) =
            settings.keys().find(|key| !names.contains(&key.as_str()) && !OPTIONS.contains(&key.as_str()))
        {
            let problem = format!("there is no fault \"{unknown}\"");
            return Err(SchemaError::new("faults", problem, meant(unknown, names)));
        }
        let mut shares = Vec::new();
        let mut sum = 0.0;
        for kind in FaultKind::ALL {
            let Some(value) = settings.get(kind.name()) else { continue };
            let share = value.as_f64().filter(|share| (0.0..=1.0).contains(share));
            let share =
                share.ok_or_else(|| wrong(kind, &format!("{value} is no share"), "write a number from 0 to 1"))?;
            if share > 0.0 {
                sum += share;
                shares.push((Share::new(sum).threshold(), kind));
            }
        }
        if sum > 1.0 + 1e-9 {
            let problem = format!("the shares of all faults together are {sum}, and a record has at most one fault");
            return Err(SchemaError::new("faults", problem, "lower some of them"));
        }
        let number = |name: &str, default: i64| settings.get(name).and_then(Value::as_i64).unwrap_or(default);
        let fields = |name: &str| -> Option<Vec<&str>> {
            settings.get(name)?.as_array().map(|list| list.iter().filter_map(Value::as_str).collect())
        };
        let mut faults = Self {
            shares,
            late_by_ns: number("late_by_ns", 60_000_000_000),
            out_of_order_by_ns: number("out_of_order_by_ns", 2_000_000_000),
            nulls: Vec::new(),
            rules: Vec::new(),
            oversized: None,
            unknown_id: u32::try_from(number("unknown_id", i64::from(i32::MAX))).unwrap_or(u32::MAX),
        };
        let mut places = Vec::new();
        find_places(schema, compiled, (schema.root, compiled.steps.root), "", &mut places);
        if faults.has(FaultKind::Nulls) {
            let chosen = chosen(&places, fields("null_fields").as_deref(), FaultKind::Nulls)?;
            faults.nulls = chosen.into_iter().filter_map(|place| make_null(compiled, place)).collect();
            refuse_none(FaultKind::Nulls, faults.nulls.is_empty(), "no nullable field")?;
        }
        if faults.has(FaultKind::RuleViolations) {
            let chosen = chosen(&places, fields("rule_fields").as_deref(), FaultKind::RuleViolations)?;
            let breaches = compiled.breaches.clone();
            faults.rules = chosen.into_iter().filter_map(|place| break_rule(compiled, place, &breaches)).collect();
            let missing = "no field whose hint draws a line (\"min\", \"max\", or \"one_of\" of a text)";
            refuse_none(FaultKind::RuleViolations, faults.rules.is_empty(), missing)?;
        }
        if faults.has(FaultKind::Oversized) {
            let length = u64::try_from(number("oversized_bytes", 100_000)).unwrap_or(100_000);
            faults.oversized = places.iter().rev().find_map(|place| make_long(schema, compiled, place, length));
            refuse_none(FaultKind::Oversized, faults.oversized.is_none(), "no field of free text or bytes")?;
        }
        for kind in [FaultKind::Late, FaultKind::OutOfOrder] {
            let has_time = compiled.steps.all.iter().any(is_event_time);
            refuse_none(kind, faults.has(kind) && !has_time, "no field that holds the event's time")?;
        }
        Ok(faults)
    }

    pub(crate) fn has(&self, kind: FaultKind) -> bool {
        self.shares.iter().any(|(_, each)| *each == kind)
    }

    /// The fault of an event and the random stream that its details are drawn from.
    pub(crate) fn of(&self, seed: u64, event: u64) -> Option<(FaultKind, Rng)> {
        let mut rng = Rng::for_event(seed ^ SALT, event);
        let bits = rng.bits() >> 11;
        let kind = self.shares.iter().find(|(end, _)| bits < *end).map(|(_, kind)| *kind)?;
        Some((kind, rng))
    }

    /// The event whose record a duplicate repeats: the nearest earlier one without a fault.
    pub(crate) fn source(&self, seed: u64, event: u64) -> Option<u64> {
        let first = event.saturating_sub(SOURCE_REACH);
        (first..event).rev().find(|earlier| self.of(seed, *earlier).is_none())
    }

    /// How far back the event time lies.
    pub(crate) const fn shift_ns(&self, kind: FaultKind) -> i64 {
        match kind {
            FaultKind::Late => self.late_by_ns,
            FaultKind::OutOfOrder => self.out_of_order_by_ns,
            _ => 0,
        }
    }

    /// The step to replace for a fault within the value.
    pub(crate) fn instead(&self, kind: FaultKind, rng: &mut Rng) -> Option<Instead> {
        let list = match kind {
            FaultKind::Nulls => &self.nulls,
            FaultKind::RuleViolations => &self.rules,
            FaultKind::Oversized => return self.oversized,
            _ => return None,
        };
        list.get(usize::try_from(rng.below(list.len() as u64)).unwrap_or(0)).copied()
    }
}

fn wrong(kind: FaultKind, problem: &str, remedy: &str) -> SchemaError {
    SchemaError::new(&format!("faults.{}", kind.name()), problem, remedy)
}

fn refuse_none(kind: FaultKind, none: bool, missing: &str) -> Result<(), SchemaError> {
    if none {
        Err(wrong(kind, &format!("the schema has {missing}"), "leave the fault out, or add one"))
    } else {
        Ok(())
    }
}

fn find_places(schema: &Schema, compiled: &Compiled, at: (TypeId, StepId), path: &str, places: &mut Vec<Place>) {
    let (Kind::Record { fields, .. }, Step::Record(steps)) = (&schema.types[at.0].kind, &compiled.steps.all[at.1])
    else {
        return;
    };
    for (field, &step) in fields.iter().zip(steps) {
        let path = path_of(path, field);
        find_places(schema, compiled, (field.type_id, step), &path, places);
        places.push(Place { path, type_id: field.type_id, step });
    }
}

/// The named places, or all.
fn chosen<'a>(places: &'a [Place], names: Option<&[&str]>, kind: FaultKind) -> Result<Vec<&'a Place>, SchemaError> {
    let Some(names) = names.filter(|names| !names.is_empty()) else { return Ok(places.iter().collect()) };
    let known = places.iter().map(|place| place.path.as_str());
    let find = |name: &&str| {
        let place = places.iter().find(|place| place.path == *name);
        place.ok_or_else(|| wrong(kind, &format!("there is no field \"{name}\""), &meant(name, known.clone())))
    };
    names.iter().map(find).collect()
}

fn make_null(compiled: &mut Compiled, place: &Place) -> Option<Instead> {
    let Step::Union { null: Some((index, _)), .. } = &compiled.steps.all[place.step] else { return None };
    let always = Step::Union { null: Some((*index, Share::new(1.0))), branches: [].into() };
    compiled.steps.all.push(always);
    Some((place.step, compiled.steps.all.len() - 1))
}

fn break_rule(compiled: &mut Compiled, place: &Place, breaches: &BTreeMap<StepId, Step>) -> Option<Instead> {
    replaced_leaf(compiled, place, |id, _| breaches.get(&id).cloned())
}

fn make_long(schema: &Schema, compiled: &mut Compiled, place: &Place, length: u64) -> Option<Instead> {
    let logical = schema.types[schema.inside(place.type_id)].logical;
    let breaches = compiled.breaches.clone();
    replaced_leaf(compiled, place, |id, step| match step {
        // A text that says what is allowed, or that other records refer to, stays as it is.
        Step::Text(Text::Choice(_) | Text::Entity { .. } | Text::State(_) | Text::Uuid) => None,
        Step::Text(_) if logical.is_none() && !breaches.contains_key(&id) => {
            Some(Step::Text(Text::Letters { min: length, max: length }))
        }
        Step::Bytes { .. } => Some(Step::Bytes { min: length, max: length }),
        _ => None,
    })
}

/// Replaces the value of a field, which is then never null.
fn replaced_leaf(
    compiled: &mut Compiled,
    place: &Place,
    replace: impl Fn(StepId, &Step) -> Option<Step>,
) -> Option<Instead> {
    let union = match &compiled.steps.all[place.step] {
        Step::Union { branches, .. } => {
            let found = branches
                .iter()
                .find_map(|branch| Some((*branch, replace(branch.step, &compiled.steps.all[branch.step])?)));
            let (branch, leaf) = found?;
            compiled.steps.all.push(leaf);
            let only = Branch { step: compiled.steps.all.len() - 1, ..branch };
            Step::Union { null: None, branches: [only].into() }
        }
        step => replace(place.step, step)?,
    };
    compiled.steps.all.push(union);
    Some((place.step, compiled.steps.all.len() - 1))
}

fn is_event_time(step: &Step) -> bool {
    match step {
        Step::Whole(number) => matches!(number.law, Law::Due { .. }),
        Step::Text(text) => matches!(text, Text::Instant | Text::Date | Text::TimeOfDay | Text::Moment { .. }),
        _ => false,
    }
}

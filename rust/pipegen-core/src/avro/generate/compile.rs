//! Schema and hints → steps: decides once, for every field, where its values come from.

use std::collections::BTreeMap;

use super::draw::{ITEMS_MAX, StepId};
use super::hint::Hint;
use super::hints::{Hints, path_of};
use super::machines::machines;
use super::pool_of::foreign;
use super::site::Site;
use super::step::{Branch, Step, Steps};
use super::stratum::Stratified;
use super::{breach, field_names, leaf, present};
use crate::avro::schema::error::SchemaError;
use crate::avro::schema::types::{Kind, Schema, TypeId};
use crate::rng::Share;

/// The share of null in a nullable union when no hint says otherwise.
pub(crate) const NULL_SHARE: f64 = 0.05;
/// Records nested in a recursive schema beyond what its shallowest value needs.
const RECURSION_DEPTH: u32 = 2;
/// Named types are compiled once for each place they are used at; more steps than this would be an explosion.
const STEPS_MAX: usize = 100_000;
const ITEMS: (u64, u64) = (1, 3);

pub(crate) struct Compiled {
    pub(crate) steps: Steps,
    /// For steps whose hint says what is allowed, a step whose values are not.
    pub(crate) breaches: BTreeMap<StepId, Step>,
}

/// Compiles a schema with the hints of the project.
pub(crate) fn compile(schema: &Schema, hints_json: Option<&str>, null_share: f64) -> Result<Compiled, SchemaError> {
    let heights = schema.heights();
    let Some(root_height) = heights[schema.root] else {
        let name = schema.types[schema.root].kind.name().unwrap_or("the type");
        return Err(SchemaError::new(
            &schema.types[schema.root].path,
            format!("{name} always contains itself, so that no record could ever end"),
            "make the recursive field nullable, or an array or map",
        ));
    };
    let mut compiler = Compiler {
        schema,
        heights: &heights,
        hints: Hints::read(hints_json)?,
        null_share,
        steps: Vec::new(),
        breaches: BTreeMap::new(),
        stratified: Vec::new(),
        open: Vec::new(),
        recursive: false,
    };
    let site = Site { field: "", record: "", path: "", machine: None };
    let root = compiler.compile(schema.root, &site, Hint::none("hints"))?;
    compiler.hints.refuse_unmet()?;
    let depth_max = if compiler.recursive { root_height + RECURSION_DEPTH } else { u32::MAX / 2 };
    let steps = Steps { all: compiler.steps, root, stratified: compiler.stratified, depth_max };
    Ok(Compiled { steps, breaches: compiler.breaches })
}

struct Compiler<'a> {
    schema: &'a Schema,
    heights: &'a [Option<u32>],
    hints: Hints,
    null_share: f64,
    steps: Vec<Step>,
    breaches: BTreeMap<StepId, Step>,
    stratified: Vec<Option<Stratified>>,
    /// The records being compiled, from the outside in.
    open: Vec<(TypeId, StepId)>,
    recursive: bool,
}

impl Compiler<'_> {
    fn reserve(&mut self, path: &str) -> Result<StepId, SchemaError> {
        if self.steps.len() >= STEPS_MAX {
            return Err(SchemaError::new(
                path,
                format!("the schema unfolds to more than {STEPS_MAX} values a record"),
                "refer to large named types less often",
            ));
        }
        self.steps.push(Step::Null);
        Ok(self.steps.len() - 1)
    }

    fn compile(&mut self, type_id: TypeId, site: &Site<'_>, hint: Hint) -> Result<StepId, SchemaError> {
        let schema = self.schema;
        let each = &schema.types[type_id];
        if let Some((_, step)) = self.open.iter().find(|(open, _)| *open == type_id) {
            self.recursive = true;
            return Ok(*step);
        }
        let hint = match &each.hint {
            Some(own) => Hint::read(&format!("{}.pipegen", each.path), own)?.overridden_by(hint),
            None => hint,
        };
        let id = self.reserve(&each.path)?;
        let listed = matches!(each.kind, Kind::Record { .. } | Kind::Array(_) | Kind::Map(_));
        let hint = match if listed { None } else { Stratified::read(&hint)? } {
            None => hint,
            Some(stratified) => {
                self.stratified.resize(self.stratified.len().max(id + 1), None);
                self.stratified[id] = Some(stratified);
                hint.without("stratified")
            }
        };
        let step = match &each.kind {
            Kind::Record { .. } => {
                hint.finish("a record")?;
                self.record(type_id, id, site)?
            }
            Kind::Array(item) | Kind::Map(item) => {
                let (min, max) = hint.range(("min_items", "max_items"), ITEMS, u64::from(ITEMS_MAX))?;
                let keyed = matches!(each.kind, Kind::Map(_));
                // An array of a type that never ends can only be empty.
                let Some(height) = self.heights[*item] else {
                    self.steps[id] = Step::Items { item: id, keyed, min: 0, max: 0, height: 0 };
                    return Ok(id);
                };
                let item = self.compile(*item, site, hint)?;
                Step::Items { item, keyed, min, max, height }
            }
            Kind::Union(branches) => self.union(branches, site, &hint)?,
            _ => {
                let step = leaf::compile(each, site, &hint)?;
                let article = if matches!(each.kind, Kind::Int | Kind::Enum { .. }) { "an" } else { "a" };
                hint.finish(&format!("{article} {}", each.kind.word()))?;
                if let Some(breach) = breach::of(each, &hint, &step) {
                    self.breaches.insert(id, breach);
                }
                step
            }
        };
        self.steps[id] = step;
        Ok(id)
    }

    fn record(&mut self, type_id: TypeId, id: StepId, site: &Site<'_>) -> Result<Step, SchemaError> {
        let Kind::Record { name, fields } = &self.schema.types[type_id].kind else { return Ok(Step::Null) };
        self.open.push((type_id, id));
        let record = field_names::snake_case(name.rsplit('.').next().unwrap_or(name));
        let mut steps = Vec::with_capacity(fields.len());
        let paths: Vec<String> = fields.iter().map(|field| path_of(site.path, field)).collect();
        self.hints.meet(&paths);
        let hints =
            paths.iter().zip(fields).map(|(path, field)| self.hints.of(path, field)).collect::<Result<Vec<_>, _>>()?;
        let machines = machines(fields, &hints)?;
        let conditions = hints.clone();
        for (index, (field, hint)) in fields.iter().zip(hints).enumerate() {
            let hint = if hint.has("present_if") { hint.without("present_if") } else { hint };
            let own = (field_names::snake_case(&field.name), record.clone());
            let (hint, (field_name, record)) = match hint.text("pool_of")? {
                Some(other) => foreign(self.schema, &self.hints, other, field, &hint)?,
                None => (hint, own),
            };
            let machine = machines.get(&index);
            let site = Site { field: &field_name, record: &record, path: &paths[index], machine };
            steps.push(self.compile(field.type_id, &site, hint)?);
        }
        self.open.pop();
        present::connect(self.schema, fields, &conditions, &steps, &mut self.steps)?;
        Ok(Step::Record(steps.into()))
    }

    fn union(&mut self, types: &[TypeId], site: &Site<'_>, hint: &Hint) -> Result<Step, SchemaError> {
        let is_null = |type_id: &TypeId| matches!(self.schema.types[*type_id].kind, Kind::Null);
        let null_index = types.iter().position(is_null);
        let share = match (null_index, hint.share("null")?) {
            (None, Some(_)) => {
                return Err(hint.wrong(
                    "the hint \"null\" stands at a union without null",
                    "add null to the union, or remove the hint",
                ));
            }
            (_, share) => share.unwrap_or(self.null_share),
        };
        let values: Vec<(usize, TypeId, u32)> = types
            .iter()
            .enumerate()
            .filter(|(_, type_id)| !is_null(type_id))
            .filter_map(|(index, type_id)| self.heights[*type_id].map(|height| (index, *type_id, height)))
            .collect();
        let mut branches = Vec::with_capacity(values.len());
        let mut refusal = None;
        for &(index, type_id, height) in &values {
            let rest = hint.without("null");
            let first_step = self.steps.len();
            match self.compile(type_id, site, rest) {
                Ok(step) => branches.push(Branch { index, step, height }),
                // A hint may suit only some of several branches: those are the ones to draw from.
                Err(error) if !hint.is_empty() => {
                    self.steps.truncate(first_step);
                    self.breaches.retain(|step, _| *step < first_step);
                    refusal = Some(error);
                }
                Err(error) => return Err(error),
            }
        }
        match refusal {
            Some(error) if branches.is_empty() => Err(error),
            _ => {
                Ok(Step::Union { null: null_index.map(|index| (index, Share::new(share))), branches: branches.into() })
            }
        }
    }
}

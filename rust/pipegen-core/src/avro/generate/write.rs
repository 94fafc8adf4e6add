//! Runs a plan: writes one value's Avro binary after another.

use super::draw::{Draw, StepId};
use super::step::{Branch, Step, Steps};
use super::text::put;
use super::words::NOUNS;
use crate::avro::schema::binary::{put_decimal, put_length, put_long, put_sized};
use crate::avro::schema::digits::put_digits;
use crate::rng::Rng;

impl Steps {
    /// Writes the value of one step; `depth` counts the records around it.
    pub(super) fn write(&self, id: StepId, depth: u32, draw: &mut Draw, out: &mut Vec<u8>) {
        if let Some(Some(stratified)) = self.stratified.get(id) {
            draw.stratum = Some(stratified.of(draw.event, draw.seed));
            self.write_step(id, depth, draw, out);
            draw.stratum = None;
            return;
        }
        self.write_step(id, depth, draw, out);
    }

    #[expect(clippy::cast_precision_loss, reason = "a scaled number of up to 15 digits is exact")]
    fn write_step(&self, id: StepId, depth: u32, draw: &mut Draw, out: &mut Vec<u8>) {
        let id = if id == draw.instead.0 { draw.instead.1 } else { id };
        match &self.all[id] {
            Step::Null => {}
            Step::Boolean(share) => out.push(u8::from(draw.happens(*share))),
            Step::Whole(number) => put_long(out, number.draw(draw)),
            Step::Double { number, scale } => {
                out.extend_from_slice(&(number.draw(draw) as f64 / scale).to_le_bytes());
            }
            Step::Float { number, scale } => put_float(out, number.draw(draw) as f64 / scale),
            Step::DoubleChoice(choice) => out.extend_from_slice(&draw.choose(choice).to_le_bytes()),
            Step::FloatChoice(choice) => out.extend_from_slice(&draw.choose(choice).to_le_bytes()),
            Step::Text(text) => put_sized(out, |out| text.put(draw, out)),
            Step::Bytes { min, max } => {
                let length = min + draw.rng.below(max - min + 1);
                put_sized(out, |out| put_random(out, usize::try_from(length).unwrap_or(0), draw));
            }
            Step::Fixed(size) => put_random(out, *size, draw),
            Step::UuidFixed => out.extend_from_slice(&draw.uuid()),
            Step::Duration => put_duration(out, draw),
            Step::DecimalBytes(number) => put_decimal(out, number.draw(draw)),
            Step::DecimalFixed { number, size } => put_decimal_fixed(out, number.draw(draw), *size),
            Step::Record(fields) => fields.iter().for_each(|field| self.write(*field, depth + 1, draw, out)),
            Step::Items { item, keyed, min, max, height } => {
                let wanted = min + draw.rng.below(max - min + 1);
                let fits = depth + height <= self.depth_max;
                let count = if fits { wanted.min(u64::from(draw.items_left)) } else { 0 };
                if count > 0 {
                    draw.items_left -= u32::try_from(count).unwrap_or(draw.items_left);
                    put_length(out, usize::try_from(count).unwrap_or(0));
                    for index in 0..count {
                        if *keyed {
                            put_sized(out, |out| put_map_key(out, index));
                        }
                        self.write(*item, depth, draw, out);
                    }
                }
                out.push(0);
            }
            Step::Own { step, salt } => {
                let stream = Rng::for_event(draw.seed ^ salt, draw.event);
                let around = std::mem::replace(&mut draw.rng, stream);
                self.write(*step, depth, draw, out);
                draw.rng = around;
            }
            Step::Present { conditions, null, branches } => {
                let holds = conditions.iter().all(|condition| {
                    let start = out.len();
                    self.write(condition.step, depth, draw, out);
                    let found = condition.values.iter().any(|value| **value == out[start..]);
                    out.truncate(start);
                    found
                });
                match if holds { self.branch(branches, depth, draw, Some(*null)) } else { Err(*null) } {
                    Ok(branch) => {
                        put_length(out, branch.index);
                        self.write(branch.step, depth, draw, out);
                    }
                    Err(null) => put_length(out, null),
                }
            }
            Step::Union { null, branches } => match null {
                Some((index, share)) if branches.is_empty() || draw.happens(*share) => put_length(out, *index),
                _ => {
                    let branch = self.branch(branches, depth, draw, null.as_ref().map(|(index, _)| *index));
                    match branch {
                        Ok(branch) => {
                            put_length(out, branch.index);
                            self.write(branch.step, depth, draw, out);
                        }
                        Err(null_index) => put_length(out, null_index),
                    }
                }
            },
        }
    }

    /// One of the branches that still fit below the greatest depth; null when none does, else the least deep one.
    fn branch<'a>(
        &self,
        branches: &'a [Branch],
        depth: u32,
        draw: &mut Draw,
        null: Option<usize>,
    ) -> Result<&'a Branch, usize> {
        let room = if draw.items_left == 0 { 0 } else { self.depth_max.saturating_sub(depth) };
        let fitting = branches.iter().filter(|branch| branch.height <= room);
        let count = fitting.clone().count();
        if count > 0 {
            let chosen = if count == 1 { 0 } else { draw.rng.below(count as u64) };
            let chosen = fitting.clone().nth(usize::try_from(chosen).unwrap_or(0)).unwrap_or(&branches[0]);
            draw.items_left = draw.items_left.saturating_sub(chosen.height.min(1));
            return Ok(chosen);
        }
        match null {
            Some(index) => Err(index),
            None => Ok(branches.iter().min_by_key(|branch| branch.height).unwrap_or(&branches[0])),
        }
    }
}

#[expect(clippy::cast_possible_truncation, reason = "a float's precision is what the schema asks for")]
fn put_float(out: &mut Vec<u8>, value: f64) {
    out.extend_from_slice(&(value as f32).to_le_bytes());
}

fn put_random(out: &mut Vec<u8>, length: usize, draw: &mut Draw) {
    for first in (0..length).step_by(8) {
        let bytes = draw.rng.bits().to_le_bytes();
        out.extend_from_slice(&bytes[..(length - first).min(8)]);
    }
}

/// Months, days and milliseconds, each as a little-endian u32.
#[expect(clippy::cast_possible_truncation, reason = "all below 2^32")]
fn put_duration(out: &mut Vec<u8>, draw: &mut Draw) {
    for bound in [12, 30, 86_400_000] {
        out.extend_from_slice(&(draw.rng.below(bound) as u32).to_le_bytes());
    }
}

fn put_decimal_fixed(out: &mut Vec<u8>, value: i64, size: usize) {
    let bytes = value.to_be_bytes();
    let sign = if value < 0 { 0xff } else { 0 };
    out.resize(out.len() + size.saturating_sub(8), sign);
    out.extend_from_slice(&bytes[8_usize.saturating_sub(size)..]);
}

/// A map's keys differ from each other, as its readers expect.
fn put_map_key(out: &mut Vec<u8>, index: u64) {
    let count = NOUNS.len() as u64;
    put(out, NOUNS[usize::try_from(index % count).unwrap_or(0)]);
    if index >= count {
        put_digits(out, index / count, 1);
    }
}

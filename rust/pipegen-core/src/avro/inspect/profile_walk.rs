//! Walks Avro binary that is known to be valid and takes note of each field; no value is built.

use super::profile::{Profile, ProfiledField, Slot};
use super::profile_plan::{Node, NodeId, ProfilePlan};
use crate::avro::schema::binary::take_long;
use crate::avro::schema::cursor::Cursor;
use crate::avro::schema::types::{Kind, Schema, TypeId};
use crate::sketch::{FieldSketch, hash_bytes, hash_number};

impl ProfilePlan {
    /// Takes note of a value. The bytes must have passed [`Schema::check`]; of others nothing sensible is noted.
    pub fn observe(&self, schema: &Schema, bytes: &[u8], profile: &mut Profile) {
        // What was checked ends where it should.
        let _whole = Reader::new(self, schema, bytes, profile).value(self.root);
    }
}

/// Reads on from where the field before ended.
struct Reader<'a> {
    plan: &'a ProfilePlan,
    schema: &'a Schema,
    binary: Cursor<'a>,
    fields: &'a mut [ProfiledField],
}

impl<'a> Reader<'a> {
    fn new(plan: &'a ProfilePlan, schema: &'a Schema, bytes: &'a [u8], profile: &'a mut Profile) -> Self {
        Self { plan, schema, binary: Cursor::new(bytes), fields: &mut profile.fields }
    }

    #[expect(clippy::cast_precision_loss, reason = "a mean of numbers beyond 2^53 is near enough")]
    fn value(&mut self, node: NodeId) -> Option<()> {
        let plan = self.plan;
        match &plan.nodes[node] {
            Node::Record(fields) => {
                for field in fields {
                    self.value(*field)?;
                }
            }
            Node::Nullable { null, slot, value } => {
                if self.binary.long()? == *null {
                    self.field(*slot).take_null();
                } else {
                    self.value(*value)?;
                }
            }
            Node::NullableRecord { null, slot, record } => {
                if self.binary.long()? == *null {
                    self.field(*slot).take_null();
                } else {
                    let start = self.binary.at();
                    self.value(*record)?;
                    let hash = hash_bytes(self.binary.since(start));
                    self.field(*slot).take(hash);
                }
            }
            Node::Null(slot) => self.field(*slot).take_null(),
            Node::Boolean(slot) => {
                let value = i64::from(self.binary.take(1)?[0]);
                self.whole(*slot, value);
            }
            Node::Whole { slot, is_number } => {
                let value = self.binary.long()?;
                self.whole(*slot, value);
                if *is_number {
                    self.number(*slot, value as f64);
                }
            }
            Node::Float(slot) => {
                let value = f32::from_le_bytes(self.binary.take(4)?.try_into().ok()?);
                self.real(*slot, f64::from(value));
            }
            Node::Double(slot) => {
                let value = f64::from_le_bytes(self.binary.take(8)?.try_into().ok()?);
                self.real(*slot, value);
            }
            Node::Text(slot) => {
                let text = self.binary.sized()?;
                let field = self.field(*slot);
                field.take(hash_bytes(text));
                field.range.take_text(text);
            }
            Node::Bytes(slot) => {
                let bytes = self.binary.sized()?;
                let field = self.field(*slot);
                field.take(hash_bytes(bytes));
                field.range.take_whole(bytes.len() as i128);
            }
            Node::Decimal { slot, size, divisor } => {
                let bytes = match size {
                    Some(size) => self.binary.take(*size)?,
                    None => self.binary.sized()?,
                };
                self.decimal(*slot, bytes, *divisor);
            }
            Node::Opaque { slot, type_id } => {
                let start = self.binary.at();
                self.skip(*type_id)?;
                let value = self.binary.since(start);
                if self.is_null(*type_id, value) {
                    self.field(*slot).take_null();
                } else {
                    self.field(*slot).take(hash_bytes(value));
                }
            }
            Node::Items { slot, item, keyed } => {
                let start = self.binary.at();
                let count = self.items(*item, *keyed)?;
                let hash = hash_bytes(self.binary.since(start));
                let field = self.field(*slot);
                field.take(hash);
                field.range.take_whole(i128::from(count));
            }
            Node::Skip(type_id) => self.skip(*type_id)?,
        }
        Some(())
    }

    fn field(&mut self, slot: Slot) -> &mut FieldSketch {
        &mut self.fields[slot].sketch
    }

    #[expect(clippy::cast_sign_loss, reason = "only the bits count")]
    fn whole(&mut self, slot: Slot, value: i64) {
        let field = self.field(slot);
        field.take(hash_number(value as u64));
        field.range.take_whole(i128::from(value));
    }

    fn number(&mut self, slot: Slot, value: f64) {
        self.field(slot).interval.numbers.take(value);
    }

    fn real(&mut self, slot: Slot, value: f64) {
        // Zero has two signs and is one value.
        let bits = if value == 0.0 { 0 } else { value.to_bits() };
        let field = self.field(slot);
        field.take(hash_number(bits));
        field.range.take_real(value);
        field.interval.numbers.take(value);
    }

    /// Decimals of more than 16 bytes have no range: nobody needs numbers beyond 38 digits.
    #[expect(clippy::cast_precision_loss, reason = "a mean of numbers beyond 2^53 is near enough")]
    fn decimal(&mut self, slot: Slot, bytes: &[u8], divisor: f64) {
        let sign: i128 = if bytes.first().is_some_and(|byte| byte & 0x80 != 0) { -1 } else { 0 };
        let value = bytes.iter().fold(sign, |sum, byte| (sum << 8) | i128::from(*byte));
        let field = self.field(slot);
        field.take(hash_bytes(bytes));
        if bytes.len() <= 16 {
            field.range.take_whole(value);
            field.interval.numbers.take(value as f64 / divisor);
        }
    }

    fn is_null(&self, type_id: TypeId, value: &[u8]) -> bool {
        let Kind::Union(branches) = &self.schema.types[type_id].kind else { return false };
        let index = take_long(value).ok().and_then(|(index, _)| usize::try_from(index).ok());
        index.and_then(|index| branches.get(index)).is_some_and(|branch| self.schema.types[*branch].kind == Kind::Null)
    }

    fn items(&mut self, item: TypeId, keyed: bool) -> Option<u64> {
        let mut items = 0;
        loop {
            let count = self.binary.long()?;
            if count == 0 {
                return Some(items);
            }
            if count < 0 {
                self.binary.long()?;
            }
            items += count.unsigned_abs();
            for _ in 0..count.unsigned_abs() {
                if keyed {
                    self.binary.sized()?;
                }
                self.skip(item)?;
            }
        }
    }

    fn skip(&mut self, type_id: TypeId) -> Option<()> {
        self.binary.skip(self.schema.walk_type(type_id, self.binary.rest()).ok()?);
        Some(())
    }
}

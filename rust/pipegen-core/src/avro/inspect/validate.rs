//! Walks a value's Avro binary against a schema without building anything: are these bytes one value of that schema?

use std::fmt;

use crate::avro::schema::binary::{VarintError, take_long};
use crate::avro::schema::types::{Kind, Schema, TypeId};

/// Values nested deeper are refused: hostile bytes must not exhaust the stack.
const DEPTH_MAX: u32 = 128;
/// Items that take no bytes, such as nulls, are refused beyond this number: their count alone would keep us busy.
const EMPTY_ITEMS_MAX: u64 = 1 << 20;

/// Why bytes are no value of the schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reason {
    /// The bytes end too early.
    Truncated,
    /// Bytes are left over after the value.
    TrailingBytes,
    /// A boolean is neither 0 nor 1.
    BadBoolean,
    /// An int is beyond 32 bits, or a number beyond 64.
    BadInteger,
    /// A length or count is negative, or greater than the bytes there are.
    BadLength,
    /// A union has no such branch.
    BadUnionIndex,
    /// An enum has no such symbol.
    BadEnumIndex,
    /// A string is not UTF-8.
    BadUtf8,
    /// Values are nested beyond reason.
    TooDeep,
}

impl Reason {
    /// All reasons.
    pub const ALL: [Self; 9] = [
        Self::Truncated,
        Self::TrailingBytes,
        Self::BadBoolean,
        Self::BadInteger,
        Self::BadLength,
        Self::BadUnionIndex,
        Self::BadEnumIndex,
        Self::BadUtf8,
        Self::TooDeep,
    ];

    /// The reason as a word to count by.
    #[must_use]
    pub const fn word(self) -> &'static str {
        match self {
            Self::Truncated => "truncated",
            Self::TrailingBytes => "trailing_bytes",
            Self::BadBoolean => "bad_boolean",
            Self::BadInteger => "bad_integer",
            Self::BadLength => "bad_length",
            Self::BadUnionIndex => "bad_union_index",
            Self::BadEnumIndex => "bad_enum_index",
            Self::BadUtf8 => "bad_utf8",
            Self::TooDeep => "too_deep",
        }
    }

    const fn sentence(self) -> &'static str {
        match self {
            Self::Truncated => "the bytes end too early",
            Self::TrailingBytes => "bytes are left over after the value",
            Self::BadBoolean => "a boolean is neither 0 nor 1",
            Self::BadInteger => "an integer is too large for its type",
            Self::BadLength => "a length is negative or greater than the bytes there are",
            Self::BadUnionIndex => "the union has no such branch",
            Self::BadEnumIndex => "the enum has no such symbol",
            Self::BadUtf8 => "a string is not UTF-8",
            Self::TooDeep => "values are nested too deeply",
        }
    }
}

/// What is wrong with a value, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Why.
    pub reason: Reason,
    /// The offset of the offending part, from the start of what was checked.
    pub offset: usize,
    /// The fields that lead there, joined by dots; empty at the top.
    pub field: String,
}

impl fmt::Display for Fault {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{} at byte {}", self.reason.sentence(), self.offset)?;
        if self.field.is_empty() { Ok(()) } else { write!(formatter, " in field {}", self.field) }
    }
}

impl std::error::Error for Fault {}

impl Schema {
    /// Checks that `bytes` are exactly one value.
    ///
    /// # Errors
    /// The first fault found.
    pub fn check(&self, bytes: &[u8]) -> Result<(), Fault> {
        let consumed = self.walk(bytes)?;
        if consumed < bytes.len() {
            return Err(Fault { reason: Reason::TrailingBytes, offset: consumed, field: String::new() });
        }
        Ok(())
    }

    /// Checks the value at the start of `bytes` and returns its length.
    ///
    /// # Errors
    /// The first fault found.
    pub fn walk(&self, bytes: &[u8]) -> Result<usize, Fault> {
        self.walk_type(self.root, bytes)
    }

    /// The same for a type within the schema.
    pub(crate) fn walk_type(&self, type_id: TypeId, bytes: &[u8]) -> Result<usize, Fault> {
        let mut walker = Walker { schema: self, bytes, at: 0, empty_items: 0, trail: Vec::new() };
        match walker.value(type_id, 0) {
            Ok(()) => Ok(walker.at),
            Err(reason) => {
                let names: Vec<&str> = walker.trail.into_iter().rev().collect();
                Err(Fault { reason, offset: walker.at, field: names.join(".") })
            }
        }
    }
}

struct Walker<'a> {
    schema: &'a Schema,
    bytes: &'a [u8],
    at: usize,
    empty_items: u64,
    /// The fields around a fault, from the inside out.
    trail: Vec<&'a str>,
}

impl<'a> Walker<'a> {
    fn value(&mut self, type_id: TypeId, depth: u32) -> Result<(), Reason> {
        if depth > DEPTH_MAX {
            return Err(Reason::TooDeep);
        }
        let schema = self.schema;
        match &schema.types[type_id].kind {
            Kind::Null => Ok(()),
            Kind::Boolean => match self.take(1)? {
                [0 | 1] => Ok(()),
                _ => self.back(1, Reason::BadBoolean),
            },
            Kind::Int => {
                let start = self.at;
                let value = self.long()?;
                if i32::try_from(value).is_err() {
                    self.at = start;
                    return Err(Reason::BadInteger);
                }
                Ok(())
            }
            Kind::Long => self.long().map(drop),
            Kind::Float => self.take(4).map(drop),
            Kind::Double => self.take(8).map(drop),
            Kind::Bytes => self.sized().map(drop),
            Kind::String => {
                let start = self.at;
                if std::str::from_utf8(self.sized()?).is_err() {
                    self.at = start;
                    return Err(Reason::BadUtf8);
                }
                Ok(())
            }
            Kind::Fixed { size, .. } => self.take(*size).map(drop),
            Kind::Enum { symbols, .. } => self.index(symbols.len(), Reason::BadEnumIndex).map(drop),
            Kind::Union(branches) => {
                let index = self.index(branches.len(), Reason::BadUnionIndex)?;
                self.value(branches[index], depth + 1)
            }
            Kind::Record { fields, .. } => {
                for field in fields {
                    if let Err(reason) = self.value(field.type_id, depth + 1) {
                        self.trail.push(&field.name);
                        return Err(reason);
                    }
                }
                Ok(())
            }
            Kind::Array(item) => self.blocks(*item, false, depth),
            Kind::Map(value) => self.blocks(*value, true, depth),
        }
    }

    /// The blocks of an array or map up to the empty one that ends it.
    fn blocks(&mut self, item: TypeId, keyed: bool, depth: u32) -> Result<(), Reason> {
        loop {
            let start = self.at;
            let count = self.long()?;
            if count == 0 {
                return Ok(());
            }
            // A negative count is followed by the block's size in bytes.
            let block_end = if count < 0 {
                let size = self.length(start)?;
                Some(self.at + size)
            } else {
                None
            };
            for _ in 0..count.unsigned_abs() {
                let item_start = self.at;
                if keyed {
                    let key = self.sized()?;
                    std::str::from_utf8(key).map_err(|_| Reason::BadUtf8)?;
                }
                self.value(item, depth + 1)?;
                if self.at == item_start {
                    self.empty_items += 1;
                    if self.empty_items > EMPTY_ITEMS_MAX {
                        return Err(Reason::BadLength);
                    }
                }
            }
            if block_end.is_some_and(|end| end != self.at) {
                self.at = start;
                return Err(Reason::BadLength);
            }
        }
    }

    fn take(&mut self, count: usize) -> Result<&'a [u8], Reason> {
        let taken = self.bytes[self.at..].get(..count).ok_or(Reason::Truncated)?;
        self.at += count;
        Ok(taken)
    }

    fn back<T>(&mut self, count: usize, reason: Reason) -> Result<T, Reason> {
        self.at -= count;
        Err(reason)
    }

    fn long(&mut self) -> Result<i64, Reason> {
        match take_long(&self.bytes[self.at..]) {
            Ok((value, length)) => {
                self.at += length;
                Ok(value)
            }
            Err(VarintError::Truncated) => Err(Reason::Truncated),
            Err(VarintError::TooLong) => Err(Reason::BadInteger),
        }
    }

    /// A length that the remaining bytes can satisfy.
    fn length(&mut self, start: usize) -> Result<usize, Reason> {
        let length = self.long()?;
        let rest = self.bytes.len() - self.at;
        match usize::try_from(length) {
            Ok(length) if length <= rest => Ok(length),
            _ => {
                self.at = start;
                Err(Reason::BadLength)
            }
        }
    }

    fn sized(&mut self) -> Result<&'a [u8], Reason> {
        let length = self.length(self.at)?;
        self.take(length)
    }

    fn index(&mut self, count: usize, reason: Reason) -> Result<usize, Reason> {
        let start = self.at;
        let index = self.long()?;
        match usize::try_from(index) {
            Ok(index) if index < count => Ok(index),
            _ => {
                self.at = start;
                Err(reason)
            }
        }
    }
}

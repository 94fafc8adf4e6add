//! A schema compiled to look at its values.
//!
//! Fields of records within records count under their path (`customer.email`); arrays and maps count as one field, whose
//! range is that of their lengths. A field of a record that is itself null is neither present nor null.

use super::profile::{Profile, Slot};
use super::profile_text::type_word;
use crate::avro::schema::types::{Kind, Logical, Schema, TypeId};

/// Records within records are followed so far.
const DEPTH_MAX: usize = 8;

/// The index of a node in its plan.
pub(super) type NodeId = usize;

/// How the values of one type are looked at.
#[derive(Debug)]
pub(super) enum Node {
    Record(Box<[NodeId]>),
    /// A union of null and one type: null counts here, the rest below.
    Nullable {
        null: i64,
        slot: Slot,
        value: NodeId,
    },
    /// The same around a record, whose own presence counts.
    NullableRecord {
        null: i64,
        slot: Slot,
        record: NodeId,
    },
    Boolean(Slot),
    Whole {
        slot: Slot,
        is_number: bool,
    },
    Float(Slot),
    Double(Slot),
    Text(Slot),
    Bytes(Slot),
    Decimal {
        slot: Slot,
        size: Option<usize>,
        divisor: f64,
    },
    /// Types without an order: their bytes tell them apart.
    Opaque {
        slot: Slot,
        type_id: TypeId,
    },
    Items {
        slot: Slot,
        item: TypeId,
        keyed: bool,
    },
    Null(Slot),
    Skip(TypeId),
}

/// A schema compiled to look at its values.
#[derive(Debug)]
pub struct ProfilePlan {
    pub(super) nodes: Vec<Node>,
    pub(super) root: NodeId,
}

impl ProfilePlan {
    /// Compiles a schema; its fields get their places in `profile`.
    #[must_use]
    pub fn compile(schema: &Schema, profile: &mut Profile) -> Self {
        let mut compiler = Compiler { schema, profile, nodes: Vec::new() };
        let root = compiler.node(schema.root, "", 0);
        Self { nodes: compiler.nodes, root }
    }
}

struct Compiler<'a> {
    schema: &'a Schema,
    profile: &'a mut Profile,
    nodes: Vec<Node>,
}

impl Compiler<'_> {
    fn add(&mut self, node: Node) -> NodeId {
        self.nodes.push(node);
        self.nodes.len() - 1
    }

    fn node(&mut self, type_id: TypeId, path: &str, depth: usize) -> NodeId {
        let schema = self.schema;
        let node = match &schema.types[type_id].kind {
            Kind::Record { fields, .. } if depth < DEPTH_MAX => {
                let join = |name: &str| if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
                Node::Record(
                    fields.iter().map(|field| self.node(field.type_id, &join(&field.name), depth + 1)).collect(),
                )
            }
            Kind::Record { .. } => Node::Skip(type_id),
            Kind::Union(branches) => self.union(type_id, branches, path, depth),
            _ => self.leaf(type_id, path),
        };
        self.add(node)
    }

    fn slot(&mut self, type_id: TypeId, path: &str) -> Option<Slot> {
        let path = if path.is_empty() { "value" } else { path };
        self.profile.slot(path, type_word(self.schema, type_id), self.schema.types[type_id].logical)
    }

    fn union(&mut self, type_id: TypeId, branches: &[TypeId], path: &str, depth: usize) -> Node {
        let schema = self.schema;
        let null = branches.iter().position(|branch| schema.types[*branch].kind == Kind::Null);
        let (Some(null), 2) = (null, branches.len()) else {
            return self.slot(type_id, path).map_or(Node::Skip(type_id), |slot| Node::Opaque { slot, type_id });
        };
        let value = branches[1 - null];
        let null = i64::from(null == 1);
        let Some(slot) = self.slot(value, path) else { return Node::Skip(type_id) };
        let is_record = matches!(schema.types[value].kind, Kind::Record { .. });
        let node = self.node(value, path, depth);
        if is_record {
            Node::NullableRecord { null, slot, record: node }
        } else {
            Node::Nullable { null, slot, value: node }
        }
    }

    fn leaf(&mut self, type_id: TypeId, path: &str) -> Node {
        let Some(slot) = self.slot(type_id, path) else { return Node::Skip(type_id) };
        let each = &self.schema.types[type_id];
        match (&each.kind, each.logical) {
            (Kind::Null, _) => Node::Null(slot),
            (Kind::Boolean, _) => Node::Boolean(slot),
            (Kind::Int | Kind::Long, logical) => Node::Whole { slot, is_number: logical.is_none() },
            (Kind::Float, _) => Node::Float(slot),
            (Kind::Double, _) => Node::Double(slot),
            (Kind::Bytes, Some(Logical::Decimal { scale, .. })) => decimal(slot, None, scale),
            (Kind::Fixed { size, .. }, Some(Logical::Decimal { scale, .. })) => decimal(slot, Some(*size), scale),
            (Kind::String, _) => Node::Text(slot),
            (Kind::Bytes, _) => Node::Bytes(slot),
            (Kind::Array(item), _) => Node::Items { slot, item: *item, keyed: false },
            (Kind::Map(item), _) => Node::Items { slot, item: *item, keyed: true },
            _ => Node::Opaque { slot, type_id },
        }
    }
}

fn decimal(slot: Slot, size: Option<usize>, scale: u32) -> Node {
    Node::Decimal { slot, size, divisor: 10_f64.powi(i32::try_from(scale).unwrap_or(i32::MAX)) }
}

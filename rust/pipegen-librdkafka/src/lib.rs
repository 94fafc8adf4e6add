//! A Kafka producer over the librdkafka that is loaded into this process already: the one that confluent-kafka ships.
//!
//! Nothing is linked and nothing is bundled: the C functions are looked up in the library that Python has loaded, so both
//! clients of a process are the same code in the same version. This crate holds all of PipeGen's `unsafe` code, in three
//! modules: `loaded` asks the platform's loader, `symbols` declares the C side, `producer` keeps its rules. What is public
//! is safe to use.
mod loaded;
mod producer;
mod symbols;

pub use producer::{Producer, StartError};
pub use symbols::{Library, OpenError};

//! The pure hot path of PipeGen: no Python, no I/O, time is an argument.
pub mod arrivals;
pub mod avro;
pub mod clock;
pub mod counters;
pub mod delays;
pub mod errors;
pub mod fault;
pub mod hdr;
pub mod header;
pub mod histogram;
pub mod meters;
pub mod pacer;
pub mod record_buffer;
pub mod schedule;
pub mod seconds;
pub mod sequence;
pub mod sketch;

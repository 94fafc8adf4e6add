//! librdkafka's C interface: the types and functions of `rdkafka.h` that are used here, found in the loaded library.
//!
//! All of them have been in that header, unchanged, since 1.5 (`rd_kafka_produceva`); the library promises to keep them for
//! all of 1.x and 2.x, whose shared object is `librdkafka.so.1`.
#![allow(unsafe_code, reason = "calls a C library")]
use std::error::Error;
use std::ffi::{CStr, c_char, c_int, c_void};
use std::fmt;
use std::sync::Arc;

use crate::loaded::Loaded;

/// `rd_kafka_t`, `rd_kafka_conf_t`, `rd_kafka_topic_t`, `rd_kafka_error_t`: only ever seen through pointers.
#[repr(C)]
pub(crate) struct Client([u8; 0]);
#[repr(C)]
pub(crate) struct Conf([u8; 0]);
#[repr(C)]
pub(crate) struct Topic([u8; 0]);
#[repr(C)]
pub(crate) struct Failure([u8; 0]);

/// `rd_kafka_message_t`.
#[repr(C)]
pub(crate) struct Message {
    pub err: c_int,
    pub topic: *mut Topic,
    pub partition: i32,
    pub payload: *mut c_void,
    pub payload_bytes: usize,
    pub key: *mut c_void,
    pub key_bytes: usize,
    pub offset: i64,
    /// What was given with [`tag::OPAQUE`].
    pub opaque: *mut c_void,
}

/// `rd_kafka_vu_t`: one argument of `rd_kafka_produceva`.
#[repr(C)]
pub(crate) struct Argument {
    pub tag: c_int,
    pub value: ArgumentValue,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) union ArgumentValue {
    pub topic: *mut Topic,
    pub int: c_int,
    pub int64: i64,
    pub memory: Memory,
    pub header: HeaderValue,
    pub pointer: *mut c_void,
    /// Sets the size of the union for all versions of the library.
    pub padding: [u8; 64],
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct Memory {
    pub start: *const c_void,
    pub bytes: usize,
}

#[repr(C)]
#[derive(Clone, Copy)]
pub(crate) struct HeaderValue {
    pub name: *const c_char,
    pub start: *const c_void,
    pub bytes: isize,
}

/// `RD_KAFKA_VTYPE_…`
pub(crate) mod tag {
    use std::ffi::c_int;
    pub const TOPIC_HANDLE: c_int = 2;
    pub const VALUE: c_int = 4;
    pub const KEY: c_int = 5;
    pub const OPAQUE: c_int = 6;
    pub const FLAGS: c_int = 7;
    pub const TIMESTAMP: c_int = 8;
    pub const HEADER: c_int = 9;
}

/// `RD_KAFKA_MSG_F_COPY`: the bytes are copied before `rd_kafka_produceva` returns.
pub(crate) const COPY: c_int = 0x2;
/// `RD_KAFKA_PURGE_F_QUEUE | RD_KAFKA_PURGE_F_INFLIGHT`
pub(crate) const PURGE_ALL: c_int = 0x1 | 0x2;
/// `RD_KAFKA_PRODUCER`
pub(crate) const PRODUCER: c_int = 0;
/// `RD_KAFKA_CONF_OK`
pub(crate) const CONF_OK: c_int = 0;
/// `RD_KAFKA_RESP_ERR__QUEUE_FULL`
pub(crate) const QUEUE_FULL: c_int = -184;
/// `RD_KAFKA_RESP_ERR__INVALID_ARG`
pub(crate) const INVALID_ARGUMENT: c_int = -186;
/// `RD_KAFKA_RESP_ERR__FATAL`
pub(crate) const FATAL: c_int = -150;

pub(crate) type ReportCallback = unsafe extern "C" fn(*mut Client, *const Message, *mut c_void);
pub(crate) type FaultCallback = unsafe extern "C" fn(*mut Client, c_int, *const c_char, *mut c_void);
pub(crate) type LogCallback = unsafe extern "C" fn(*const Client, c_int, *const c_char, *const c_char);

macro_rules! symbols {
    ($($field:ident = $name:literal: fn($($argument:ty),*) $(-> $answer:ty)?;)*) => {
        /// The functions of the loaded library, by the rest of their name.
        pub(crate) struct Symbols {
            $(pub(crate) $field: unsafe extern "C" fn($($argument),*) $(-> $answer)?,)*
        }

        impl Symbols {
            fn find(library: &Loaded) -> Result<Self, OpenError> {
                Ok(Self {
                    $($field: {
                        // SAFETY: `rdkafka.h` declares this name with this signature.
                        let function = unsafe {
                            library.function::<unsafe extern "C" fn($($argument),*) $(-> $answer)?>($name)
                        };
                        function.ok_or_else(|| OpenError::Lacks($name.to_string_lossy().into_owned()))?
                    },)*
                })
            }
        }
    };
}

symbols! {
    version = c"rd_kafka_version": fn() -> c_int;
    version_str = c"rd_kafka_version_str": fn() -> *const c_char;
    err2name = c"rd_kafka_err2name": fn(c_int) -> *const c_char;
    last_error = c"rd_kafka_last_error": fn() -> c_int;
    conf_new = c"rd_kafka_conf_new": fn() -> *mut Conf;
    conf_destroy = c"rd_kafka_conf_destroy": fn(*mut Conf);
    conf_set = c"rd_kafka_conf_set": fn(*mut Conf, *const c_char, *const c_char, *mut c_char, usize) -> c_int;
    conf_set_opaque = c"rd_kafka_conf_set_opaque": fn(*mut Conf, *mut c_void);
    conf_set_dr_msg_cb = c"rd_kafka_conf_set_dr_msg_cb": fn(*mut Conf, ReportCallback);
    conf_set_error_cb = c"rd_kafka_conf_set_error_cb": fn(*mut Conf, FaultCallback);
    conf_set_log_cb = c"rd_kafka_conf_set_log_cb": fn(*mut Conf, LogCallback);
    new = c"rd_kafka_new": fn(c_int, *mut Conf, *mut c_char, usize) -> *mut Client;
    destroy = c"rd_kafka_destroy": fn(*mut Client);
    topic_new = c"rd_kafka_topic_new": fn(*mut Client, *const c_char, *mut c_void) -> *mut Topic;
    topic_destroy = c"rd_kafka_topic_destroy": fn(*mut Topic);
    produceva = c"rd_kafka_produceva": fn(*mut Client, *const Argument, usize) -> *mut Failure;
    error_code = c"rd_kafka_error_code": fn(*const Failure) -> c_int;
    error_destroy = c"rd_kafka_error_destroy": fn(*mut Failure);
    fatal_error = c"rd_kafka_fatal_error": fn(*mut Client, *mut c_char, usize) -> c_int;
    poll = c"rd_kafka_poll": fn(*mut Client, c_int) -> c_int;
    flush = c"rd_kafka_flush": fn(*mut Client, c_int) -> c_int;
    outq_len = c"rd_kafka_outq_len": fn(*mut Client) -> c_int;
    purge = c"rd_kafka_purge": fn(*mut Client, c_int) -> c_int;
}

impl Symbols {
    /// The name of an error code, such as `_MSG_TIMED_OUT`.
    pub(crate) fn name_of(&self, code: c_int) -> &'static str {
        // SAFETY: any code is allowed; the answer is text that lives as long as the library, which is never unloaded.
        let name = unsafe { CStr::from_ptr((self.err2name)(code)) };
        name.to_str().unwrap_or("_UNKNOWN")
    }
}

/// The librdkafka of this process.
#[derive(Clone)]
pub struct Library(pub(crate) Arc<Symbols>);

/// Why the library cannot be used.
#[derive(Debug, PartialEq, Eq)]
pub enum OpenError {
    /// No library of that path is loaded.
    NotLoaded(String),
    /// It lacks a function.
    Lacks(String),
    /// It is of another generation.
    Version(String),
}

impl fmt::Display for OpenError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NotLoaded(path) => write!(out, "librdkafka is not loaded from {path}"),
            Self::Lacks(name) => write!(out, "the loaded librdkafka has no {name}"),
            Self::Version(found) => write!(out, "the loaded librdkafka is {found}; 2.x is needed"),
        }
    }
}

impl Error for OpenError {}

impl Library {
    /// Finds the functions in the library that is loaded from `path`. Loads nothing itself.
    ///
    /// # Errors
    /// When it is not loaded, or not one that is known to have these functions.
    pub fn loaded_from(path: &str) -> Result<Self, OpenError> {
        let symbols = Symbols::find(&Loaded::from(path).ok_or_else(|| OpenError::NotLoaded(path.to_owned()))?)?;
        // SAFETY: takes nothing, and answers with a number.
        let version = unsafe { (symbols.version)() };
        let library = Self(Arc::new(symbols));
        if version >> 24 != 2 {
            return Err(OpenError::Version(library.version()));
        }
        Ok(library)
    }

    /// The library's version, such as `2.16.1`.
    #[must_use]
    pub fn version(&self) -> String {
        // SAFETY: takes nothing; the answer is text that lives as long as the library, which is never unloaded.
        unsafe { CStr::from_ptr((self.0.version_str)()) }.to_string_lossy().into_owned()
    }
}

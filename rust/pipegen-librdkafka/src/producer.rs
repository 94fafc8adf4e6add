//! The producer: owns a client of librdkafka and keeps the rules of its C interface.
#![allow(unsafe_code, reason = "calls a C library")]
use std::cell::Cell;
use std::error::Error;
use std::ffi::{CStr, CString, c_char, c_int, c_void};
use std::fmt;
use std::mem;
use std::ptr::{self, NonNull};

use pipegen_core::client::{Client as KafkaClient, ClientFault, Outgoing, Refusal, Reports};

use crate::symbols::{
    Argument, ArgumentValue, CONF_OK, COPY, Client, Conf, FATAL, HeaderValue, INVALID_ARGUMENT, Library, Memory,
    Message, PRODUCER, PURGE_ALL, QUEUE_FULL, Topic, tag,
};

const TEXT_BYTES: usize = 512;
/// [`pipegen_core::header::HEADER_NAME`] for C.
const HEADER_NAME: &CStr = c"pipegen";

/// Why a producer cannot start, in librdkafka's own words.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StartError {
    /// A property is unknown, or its value is refused.
    Property(String),
    /// Something else, with the name of the error.
    Client(&'static str, String),
}

impl fmt::Display for StartError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (Self::Property(text) | Self::Client(_, text)) = self;
        out.write_str(text)
    }
}

impl Error for StartError {}

/// A producer of some topics.
///
/// Its methods take `&mut self`, and librdkafka calls back only from within [`poll`](KafkaClient::poll) and
/// [`flush`](KafkaClient::flush), on the thread that called them: no callback ever meets another one, or a method.
pub struct Producer {
    library: Library,
    client: NonNull<Client>,
    topics: Vec<NonNull<Topic>>,
    /// What callbacks get as their opaque pointer; ours to free, once the client is gone.
    desk: NonNull<Desk>,
}

// SAFETY: librdkafka's handles may be used from any thread, and `Desk` only during calls that borrow the producer
// exclusively.
unsafe impl Send for Producer {}

/// Where callbacks find the listener of the call that they happen in.
struct Desk {
    library: Library,
    reports: Cell<Option<NonNull<dyn Reports>>>,
}

impl Producer {
    /// Starts a producer.
    ///
    /// # Errors
    /// When librdkafka does not know a property, refuses a value, or cannot start.
    pub fn start(library: &Library, properties: &[(String, String)], topics: &[String]) -> Result<Self, StartError> {
        let symbols = &library.0;
        let names = topics.iter().map(|topic| c_text("the topic", topic)).collect::<Result<Vec<_>, _>>()?;
        let mut conf = OwnedConf::new(library);
        for (name, value) in properties {
            conf.set(name, value)?;
        }
        let desk = Desk { library: library.clone(), reports: Cell::new(None) };
        let desk = NonNull::from(Box::leak(Box::new(desk)));
        let mut text = [0_u8; TEXT_BYTES];
        // SAFETY: the configuration is alive, and the callbacks have the types that `rdkafka.h` gives them. `desk` outlives
        // the client: it is freed after `destroy`, or below when there is no client. `new` takes the configuration over
        // when it succeeds, and only then; it writes at most TEXT_BYTES, NUL included, to the text.
        let client = unsafe {
            (symbols.conf_set_opaque)(conf.pointer, desk.as_ptr().cast());
            (symbols.conf_set_dr_msg_cb)(conf.pointer, on_report);
            (symbols.conf_set_error_cb)(conf.pointer, on_fault);
            (symbols.conf_set_log_cb)(conf.pointer, on_log);
            (symbols.new)(PRODUCER, conf.pointer, text.as_mut_ptr().cast(), TEXT_BYTES)
        };
        let Some(client) = NonNull::new(client) else {
            // SAFETY: the desk was made by `Box::leak` above, and no client knows of it. The last error is this thread's own.
            let code = unsafe {
                drop(Box::from_raw(desk.as_ptr()));
                (symbols.last_error)()
            };
            let text = text_of(&text);
            return Err(if code == INVALID_ARGUMENT {
                StartError::Property(text)
            } else {
                StartError::Client(symbols.name_of(code), text)
            });
        };
        conf.taken_over();
        // From here on dropping it puts everything away.
        let mut producer = Self { library: library.clone(), client, topics: Vec::with_capacity(names.len()), desk };
        for (name, topic) in names.iter().zip(topics) {
            // SAFETY: the client is alive and the name ends with NUL; null means the client's own topic settings.
            let handle = unsafe { (symbols.topic_new)(client.as_ptr(), name.as_ptr(), ptr::null_mut()) };
            let Some(handle) = NonNull::new(handle) else {
                return Err(StartError::Property(format!("{topic} is no name of a topic")));
            };
            producer.topics.push(handle);
        }
        Ok(producer)
    }

    /// Makes `reports` the listener of callbacks while `call` runs.
    fn heard<T>(&mut self, reports: &mut dyn Reports, call: impl FnOnce(&Self) -> T) -> T {
        let listener = NonNull::from(reports);
        // SAFETY: only the lifetime is changed. The pointer is taken back before this function, and with it the borrow of
        // `reports`, ends; `call` cannot unwind past that, since the C functions in it do not unwind.
        let listener = unsafe { mem::transmute::<NonNull<dyn Reports + '_>, NonNull<dyn Reports>>(listener) };
        // SAFETY: the desk lives as long as the producer.
        let desk = unsafe { self.desk.as_ref() };
        desk.reports.set(Some(listener));
        let answer = call(self);
        desk.reports.set(None);
        answer
    }
}

impl KafkaClient for Producer {
    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), Refusal> {
        let symbols = &self.library.0;
        let Some(topic) = self.topics.get(record.topic) else { return Err(Refusal::Never("_UNKNOWN_TOPIC")) };
        let memory = |part: Option<&[u8]>| {
            let memory = part.map_or(Memory { start: ptr::null(), bytes: 0 }, |part| Memory {
                start: part.as_ptr().cast(),
                bytes: part.len(),
            });
            ArgumentValue { memory }
        };
        let header_of = |name: &CStr, value: Option<&[u8]>| {
            let header = HeaderValue {
                name: name.as_ptr(),
                start: value.map_or(ptr::null(), |value| value.as_ptr().cast()),
                bytes: value.map_or(0, |value| isize::try_from(value.len()).unwrap_or(0)),
            };
            Argument { tag: tag::HEADER, value: ArgumentValue { header } }
        };
        // A token is no address: librdkafka hands it back as it is.
        let token = ptr::without_provenance_mut(record.token);
        let arguments = [
            Argument { tag: tag::TOPIC_HANDLE, value: ArgumentValue { topic: topic.as_ptr() } },
            Argument { tag: tag::FLAGS, value: ArgumentValue { int: COPY } },
            Argument { tag: tag::VALUE, value: memory(record.value) },
            Argument { tag: tag::KEY, value: memory(record.key) },
            Argument { tag: tag::TIMESTAMP, value: ArgumentValue { int64: record.timestamp_ms } },
            header_of(HEADER_NAME, Some(record.header)),
            Argument { tag: tag::OPAQUE, value: ArgumentValue { pointer: token } },
        ];
        // Only captured records bring headers along; the others pay for no allocation.
        let with_extra: Vec<Argument>;
        let arguments = if record.extra_headers.is_empty() {
            arguments.as_slice()
        } else {
            let extra = record.extra_headers.iter().map(|header| header_of(&header.name, header.value.as_deref()));
            with_extra = arguments.into_iter().chain(extra).collect();
            &with_extra
        };
        // SAFETY: client and topic are alive, each argument has the member that its tag calls for, and with COPY all of
        // their memory is only read before the call returns. An error is ours to free, and is read before that.
        let code = unsafe {
            let error = (symbols.produceva)(self.client.as_ptr(), arguments.as_ptr(), arguments.len());
            if error.is_null() {
                return Ok(());
            }
            let code = (symbols.error_code)(error);
            (symbols.error_destroy)(error);
            code
        };
        Err(if code == QUEUE_FULL { Refusal::QueueFull } else { Refusal::Never(symbols.name_of(code)) })
    }

    fn poll(&mut self, timeout_ms: u16, reports: &mut dyn Reports) {
        self.heard(reports, |this| {
            // SAFETY: the client is alive; callbacks see the desk as `heard` set it.
            unsafe { (this.library.0.poll)(this.client.as_ptr(), timeout_ms.into()) };
        });
    }

    fn flush(&mut self, timeout_ms: u16, reports: &mut dyn Reports) -> usize {
        self.heard(reports, |this| {
            // SAFETY: as in `poll`.
            let left = unsafe {
                (this.library.0.flush)(this.client.as_ptr(), timeout_ms.into());
                (this.library.0.outq_len)(this.client.as_ptr())
            };
            usize::try_from(left).unwrap_or(0)
        })
    }

    fn purge(&mut self) {
        // SAFETY: the client is alive; reports of what is purged come at the next poll or flush.
        unsafe { (self.library.0.purge)(self.client.as_ptr(), PURGE_ALL) };
    }
}

impl Drop for Producer {
    fn drop(&mut self) {
        let symbols = &self.library.0;
        // SAFETY: all of them are ours. Topics go before their client, and the desk last: `destroy` returns when no
        // thread of the client is left.
        unsafe {
            for topic in &self.topics {
                (symbols.topic_destroy)(topic.as_ptr());
            }
            (symbols.destroy)(self.client.as_ptr());
            drop(Box::from_raw(self.desk.as_ptr()));
        }
    }
}

/// A configuration that no client has taken over yet.
struct OwnedConf<'a> {
    library: &'a Library,
    pointer: *mut Conf,
}

impl<'a> OwnedConf<'a> {
    fn new(library: &'a Library) -> Self {
        // SAFETY: takes nothing and gives a configuration that is ours.
        Self { library, pointer: unsafe { (library.0.conf_new)() } }
    }

    fn set(&mut self, name: &str, value: &str) -> Result<(), StartError> {
        let (name, value) = (c_text("a property's name", name)?, c_text(name, value)?);
        let mut text = [0_u8; TEXT_BYTES];
        // SAFETY: the configuration is alive, both texts end with NUL, and at most TEXT_BYTES are written to the third.
        let outcome = unsafe {
            (self.library.0.conf_set)(self.pointer, name.as_ptr(), value.as_ptr(), text.as_mut_ptr().cast(), TEXT_BYTES)
        };
        if outcome == CONF_OK { Ok(()) } else { Err(StartError::Property(text_of(&text))) }
    }

    fn taken_over(mut self) {
        self.pointer = ptr::null_mut();
    }
}

impl Drop for OwnedConf<'_> {
    fn drop(&mut self) {
        if !self.pointer.is_null() {
            // SAFETY: ours, and no client has taken it over.
            unsafe { (self.library.0.conf_destroy)(self.pointer) };
        }
    }
}

/// # Safety
/// Called by librdkafka, from within `poll` or `flush`, with a message that lives as long as the call and the desk as opaque.
unsafe extern "C" fn on_report(_client: *mut Client, message: *const Message, opaque: *mut c_void) {
    // SAFETY: see above; nobody writes to either meanwhile.
    let (message, desk) = unsafe { (&*message, &*opaque.cast::<Desk>()) };
    let error = (message.err != 0).then(|| desk.library.0.name_of(message.err));
    desk.tell(|reports| reports.report(message.opaque.addr(), error));
}

/// # Safety
/// Called by librdkafka, from within `poll` or `flush`, with a text that lives as long as the call and the desk as opaque.
unsafe extern "C" fn on_fault(client: *mut Client, code: c_int, text: *const c_char, opaque: *mut c_void) {
    // SAFETY: see above.
    let (desk, mut text) = unsafe { (&*opaque.cast::<Desk>(), CStr::from_ptr(text).to_string_lossy().into_owned()) };
    let symbols = &desk.library.0;
    let mut code = code;
    let fatal = code == FATAL;
    if fatal {
        let mut buffer = [0_u8; TEXT_BYTES];
        // SAFETY: the client is alive, since it is calling; at most TEXT_BYTES are written.
        code = unsafe { (symbols.fatal_error)(client, buffer.as_mut_ptr().cast(), TEXT_BYTES) };
        text = text_of(&buffer);
    }
    let name = symbols.name_of(code);
    desk.tell(|reports| reports.fault(ClientFault { name, text, fatal }));
}

/// Drops what librdkafka would write to stderr, from any thread.
unsafe extern "C" fn on_log(_client: *const Client, _level: c_int, _facility: *const c_char, _text: *const c_char) {}

impl Desk {
    fn tell(&self, tell: impl FnOnce(&mut dyn Reports)) {
        if let Some(mut reports) = self.reports.get() {
            // SAFETY: set by `heard`, which borrows the listener exclusively for as long as it is set; callbacks do not
            // nest, so this is the only reference.
            tell(unsafe { reports.as_mut() });
        }
    }
}

fn c_text(name: &str, text: &str) -> Result<CString, StartError> {
    CString::new(text).map_err(|_| StartError::Property(format!("{name} has a NUL byte in it")))
}

fn text_of(buffer: &[u8]) -> String {
    CStr::from_bytes_until_nul(buffer).map(CStr::to_string_lossy).unwrap_or_default().into_owned()
}

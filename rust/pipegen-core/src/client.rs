//! What the send loop asks of a Kafka client, and what it hears from one.

use crate::record_buffer::ExtraHeader;

/// A record on its way to the client.
#[derive(Debug, Clone, Copy)]
pub struct Outgoing<'a> {
    /// Which of the client's topics it goes to.
    pub topic: usize,
    /// The value; `None` is Kafka's null.
    pub value: Option<&'a [u8]>,
    /// The key; `None` is Kafka's null.
    pub key: Option<&'a [u8]>,
    /// Kafka's timestamp, ms since the epoch.
    pub timestamp_ms: i64,
    /// The value of the header [`crate::header::HEADER_NAME`].
    pub header: &'a [u8],
    /// Headers that the record brings along.
    pub extra_headers: &'a [ExtraHeader],
    /// Comes back with the delivery report.
    pub token: usize,
}

/// Why a client did not take a record.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Refusal {
    /// Its queue is full: poll and try again.
    QueueFull,
    /// It never will; the name of the error.
    Never(&'static str),
}

impl Refusal {
    /// The name of the error.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::QueueFull => "_QUEUE_FULL",
            Self::Never(name) => name,
        }
    }
}

/// A fault that a client reports by itself, such as a broker that went away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ClientFault {
    /// The error's name.
    pub name: &'static str,
    /// What the client says about it.
    pub text: String,
    /// Whether the client can send nothing more.
    pub fatal: bool,
}

/// Hears what became of records. Called from within [`Client::poll`] and [`Client::flush`]; must not panic.
pub trait Reports {
    /// A record was acknowledged, or given up on with the name of the error.
    fn report(&mut self, token: usize, error: Option<&'static str>);
    /// Something happened that belongs to no record.
    fn fault(&mut self, fault: ClientFault);
}

/// A Kafka client that sends to topics it was given.
pub trait Client {
    /// Queues a record; every one that is taken gets a report.
    ///
    /// # Errors
    /// When it is not taken.
    fn send(&mut self, record: &Outgoing<'_>) -> Result<(), Refusal>;
    /// Hands over the reports there are; waits for the first one if there is none.
    fn poll(&mut self, timeout_ms: u16, reports: &mut dyn Reports);
    /// Sends what is queued and hands over reports; how many are still to come.
    fn flush(&mut self, timeout_ms: u16, reports: &mut dyn Reports) -> usize;
    /// Gives up on whatever has no report yet: it gets one, with an error.
    fn purge(&mut self);
}

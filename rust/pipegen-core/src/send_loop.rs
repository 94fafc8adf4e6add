//! The send loop: every record goes out when it is due, and each delivery report is counted, on one thread.
//!
//! The client, the clock, the wait and the making of records are arguments.
use std::sync::atomic::{AtomicBool, Ordering};

use crate::client::{Client, ClientFault, Outgoing, Refusal, Reports};
use crate::clock::Clock;
use crate::fault::FaultKind;
use crate::meters::Meters;
use crate::pacer::{Decision, Pacer, Permits};
use crate::record_buffer::RecordBuffer;

/// Records made at once.
const BATCH_EVENTS: u64 = 500;
const RECORD_BYTES: usize = 128;
const LONGEST_WAIT_MS: u16 = 100;
/// The client waits in whole ms and wakes for reports; the last stretch before a record is due is waited for exactly.
const LAST_STRETCH_NS: i64 = 2_000_000;
const LONGEST_STRETCH_NS: i64 = 4_000_000;
const NS_PER_MS: i64 = 1_000_000;

/// What one thread sends, and by which clock.
pub struct SendLoop<'a, T: Clock> {
    /// Says which events are due.
    pub pacer: &'a Pacer,
    /// Counts and measures.
    pub meters: &'a Meters,
    /// The clock of pacer and meters.
    pub clock: &'a T,
    /// Waits so many ns.
    pub wait: &'a dyn Fn(i64),
    /// Set from outside to give up on records under way: they count as failed.
    pub abandon: &'a AtomicBool,
}

impl<T: Clock> SendLoop<'_, T> {
    /// Sends until the plan is exhausted or the pacer stopped, then waits for the delivery reports.
    ///
    /// # Errors
    /// What `make` returns, or the fault after which the client can send nothing more. Records under way are then not
    /// waited for.
    pub fn run<E: From<ClientFault>>(
        &self,
        client: &mut impl Client,
        mut make: impl FnMut(&Permits, &mut RecordBuffer) -> Result<(), E>,
        on_fault: &mut dyn FnMut(&ClientFault),
    ) -> Result<(), E> {
        let mut flights =
            Flights { meters: self.meters, clock: self.clock, slots: vec![], free: vec![], on_fault, fatal: None };
        let mut records = RecordBuffer::with_capacity(usize::try_from(BATCH_EVENTS).unwrap_or(0), RECORD_BYTES);
        loop {
            let now_ns = self.clock.now_ns();
            let wait_ns = self.pacer.next_due_in_ns(now_ns);
            if wait_ns > LAST_STRETCH_NS && !self.pacer.stopped() {
                client.poll(poll_ms(wait_ns - LAST_STRETCH_NS / 2), &mut flights);
            } else {
                match self.pacer.poll(now_ns, BATCH_EVENTS) {
                    Decision::Due(permits) => {
                        records.clear();
                        make(&permits, &mut records)?;
                        self.send(client, &permits, &records, &mut flights);
                    }
                    Decision::Wait { until_ns } => (self.wait)((until_ns - now_ns).clamp(0, LONGEST_STRETCH_NS)),
                    Decision::NotStarted => (self.wait)(LAST_STRETCH_NS),
                    Decision::Exhausted | Decision::Stopped => break,
                }
                client.poll(0, &mut flights);
            }
            flights.check()?;
        }
        while client.flush(LONGEST_WAIT_MS, &mut flights) > 0 {
            flights.check()?;
            if self.abandon.load(Ordering::Acquire) {
                client.purge();
                client.flush(LONGEST_WAIT_MS, &mut flights);
                break;
            }
        }
        flights.check()?;
        Ok(())
    }

    fn send(&self, client: &mut impl Client, permits: &Permits, records: &RecordBuffer, flights: &mut Flights<'_, T>) {
        for (index, &due_ns) in permits.due_ns.iter().enumerate() {
            let (value, key, fault) = (records.value(index), records.key(index), records.fault(index));
            let record_bytes = value.map_or(0, <[u8]>::len) + key.map_or(0, <[u8]>::len);
            let sent_ns = self.clock.now_ns();
            let header = self.meters.send(due_ns, sent_ns, record_bytes as u64, fault).encode();
            let token = flights.begin(Flight { due_ns, sent_ns, fault });
            let record = Outgoing { value, key, timestamp_ms: due_ns.div_euclid(NS_PER_MS), header: &header, token };
            while let Err(refusal) = client.send(&record) {
                if refusal != Refusal::QueueFull || self.abandon.load(Ordering::Acquire) {
                    flights.report(token, Some(refusal.name()));
                    break;
                }
                // The broker is slower than the plan. Waiting here makes later records late, which is counted.
                client.poll(LONGEST_WAIT_MS, flights);
            }
        }
    }
}

fn poll_ms(wait_ns: i64) -> u16 {
    u16::try_from(wait_ns / NS_PER_MS).unwrap_or(LONGEST_WAIT_MS).min(LONGEST_WAIT_MS)
}

/// A record without a delivery report yet.
#[derive(Clone, Copy)]
struct Flight {
    due_ns: i64,
    sent_ns: i64,
    fault: Option<FaultKind>,
}

/// The records without a delivery report yet, by token, and what is counted when one comes.
struct Flights<'a, T: Clock> {
    meters: &'a Meters,
    clock: &'a T,
    slots: Vec<Flight>,
    free: Vec<usize>,
    on_fault: &'a mut dyn FnMut(&ClientFault),
    fatal: Option<ClientFault>,
}

impl<T: Clock> Flights<'_, T> {
    fn begin(&mut self, flight: Flight) -> usize {
        if let Some(token) = self.free.pop() {
            self.slots[token] = flight;
            return token;
        }
        self.slots.push(flight);
        self.slots.len() - 1
    }

    fn check(&mut self) -> Result<(), ClientFault> {
        self.fatal.take().map_or(Ok(()), Err)
    }
}

impl<T: Clock> Reports for Flights<'_, T> {
    fn report(&mut self, token: usize, error: Option<&'static str>) {
        let Some(&Flight { due_ns, sent_ns, fault }) = self.slots.get(token) else { return };
        self.free.push(token);
        match error {
            None => self.meters.deliver(due_ns, sent_ns, self.clock.now_ns(), fault),
            Some(name) => self.meters.counters.fail(name),
        }
    }

    fn fault(&mut self, fault: ClientFault) {
        if fault.fatal {
            self.fatal.get_or_insert(fault);
        } else {
            (self.on_fault)(&fault);
        }
    }
}

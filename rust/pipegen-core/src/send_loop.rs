//! The send loop: every record goes out when it is due, and each delivery report is counted, on one thread.
//!
//! It serves any number of inputs, each with a plan of its own. What is due is sent in order of due time, of equal ones in
//! the order of the inputs.
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

/// One input.
#[derive(Clone, Copy)]
pub struct SendInput<'a> {
    /// Says which events are due.
    pub pacer: &'a Pacer,
    /// Counts and measures.
    pub meters: &'a Meters,
}

/// What one thread sends, and by which clock.
pub struct SendLoop<'a, T: Clock> {
    /// The inputs; the client's topics are in the same order.
    pub inputs: &'a [SendInput<'a>],
    /// The clock of pacer and meters.
    pub clock: &'a T,
    /// Waits so many ns.
    pub wait: &'a dyn Fn(i64),
    /// Set from outside to give up on records under way: they count as failed.
    pub abandon: &'a AtomicBool,
}

impl<T: Clock> SendLoop<'_, T> {
    /// Sends until each plan is exhausted or its pacer stopped, then waits for the delivery reports.
    ///
    /// `make` is told the index of the input.
    ///
    /// # Errors
    /// What `make` returns, or the fault after which the client can send nothing more. Records under way are then not
    /// waited for.
    pub fn run<E: From<ClientFault>>(
        &self,
        client: &mut impl Client,
        mut make: impl FnMut(usize, &Permits, &mut RecordBuffer) -> Result<(), E>,
        on_fault: &mut dyn FnMut(&ClientFault),
    ) -> Result<(), E> {
        let mut flights =
            Flights { inputs: self.inputs, clock: self.clock, slots: vec![], free: vec![], on_fault, fatal: None };
        let mut batches: Vec<Batch> = (0..self.inputs.len()).map(|_| Batch::default()).collect();
        loop {
            let now_ns = self.clock.now_ns();
            let wait_ns = self.next_due_in_ns(now_ns);
            if wait_ns > LAST_STRETCH_NS {
                client.poll(poll_ms(wait_ns - LAST_STRETCH_NS / 2), &mut flights);
            } else {
                let mut until_ns = None;
                for (index, (input, batch)) in self.inputs.iter().zip(&mut batches).enumerate() {
                    let asked_again_ns = match input.pacer.poll(now_ns, BATCH_EVENTS) {
                        Decision::Due(permits) => {
                            make(index, &permits, &mut batch.records)?;
                            batch.due_ns = permits.due_ns;
                            now_ns
                        }
                        Decision::Wait { until_ns } => until_ns,
                        Decision::NotStarted => now_ns.saturating_add(LAST_STRETCH_NS),
                        Decision::Exhausted | Decision::Stopped => continue,
                    };
                    until_ns = Some(until_ns.map_or(asked_again_ns, |earlier: i64| earlier.min(asked_again_ns)));
                }
                let Some(until_ns) = until_ns else { break };
                if until_ns > now_ns {
                    (self.wait)((until_ns - now_ns).min(LONGEST_STRETCH_NS));
                } else {
                    self.send(client, &mut batches, &mut flights);
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

    /// How long until any input has a record that is due; 0 too when all have ended.
    fn next_due_in_ns(&self, now_ns: i64) -> i64 {
        let open = self.inputs.iter().filter(|input| !input.pacer.exhausted() && !input.pacer.stopped());
        open.map(|input| input.pacer.next_due_in_ns(now_ns)).min().unwrap_or(0)
    }

    /// Sends what is due, and leaves the batches empty.
    fn send(&self, client: &mut impl Client, batches: &mut [Batch], flights: &mut Flights<'_, T>) {
        while let Some(input) = next_of(batches) {
            let batch = &mut batches[input];
            let index = batch.sent;
            batch.sent += 1;
            self.send_one(client, input, batch, index, flights);
        }
        batches.iter_mut().for_each(Batch::clear);
    }

    fn send_one(
        &self,
        client: &mut impl Client,
        input: usize,
        batch: &Batch,
        index: usize,
        flights: &mut Flights<'_, T>,
    ) {
        let (due_ns, records) = (batch.due_ns[index], &batch.records);
        let (value, key, fault) = (records.value(index), records.key(index), records.fault(index));
        let record_bytes = value.map_or(0, <[u8]>::len) + key.map_or(0, <[u8]>::len);
        let sent_ns = self.clock.now_ns();
        let header = self.inputs[input].meters.send(due_ns, sent_ns, record_bytes as u64, fault).encode();
        let token = flights.begin(Flight { input, due_ns, sent_ns, fault });
        let timestamp_ms = due_ns.div_euclid(NS_PER_MS);
        let extra_headers = records.headers(index);
        let record = Outgoing { topic: input, value, key, timestamp_ms, header: &header, extra_headers, token };
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

/// What is due of one input.
struct Batch {
    due_ns: Vec<i64>,
    records: RecordBuffer,
    sent: usize,
}

impl Default for Batch {
    fn default() -> Self {
        let records = RecordBuffer::with_capacity(usize::try_from(BATCH_EVENTS).unwrap_or(0), RECORD_BYTES);
        Self { due_ns: vec![], records, sent: 0 }
    }
}

impl Batch {
    fn clear(&mut self) {
        self.due_ns.clear();
        self.records.clear();
        self.sent = 0;
    }
}

/// The input whose next record is due first.
fn next_of(batches: &[Batch]) -> Option<usize> {
    let next = |(input, batch): (usize, &Batch)| Some((*batch.due_ns.get(batch.sent)?, input));
    batches.iter().enumerate().filter_map(next).min().map(|(_, input)| input)
}

fn poll_ms(wait_ns: i64) -> u16 {
    u16::try_from(wait_ns / NS_PER_MS).unwrap_or(LONGEST_WAIT_MS).min(LONGEST_WAIT_MS)
}

/// A record without a delivery report yet.
#[derive(Clone, Copy)]
struct Flight {
    input: usize,
    due_ns: i64,
    sent_ns: i64,
    fault: Option<FaultKind>,
}

/// The records without a delivery report yet, by token, and what is counted when one comes.
struct Flights<'a, T: Clock> {
    inputs: &'a [SendInput<'a>],
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
        let Some(&Flight { input, due_ns, sent_ns, fault }) = self.slots.get(token) else { return };
        let meters = self.inputs[input].meters;
        self.free.push(token);
        match error {
            None => meters.deliver(due_ns, sent_ns, self.clock.now_ns(), fault),
            Some(name) => meters.counters.fail(name),
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

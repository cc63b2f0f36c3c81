//! A mote in this process: its time, its radio's neighbour, its words.

use sixlo_agent::Outbox;
use sixlo_agent_process::fcs;

use super::contract::{Contract, Missing};
use super::library::{Library, LibraryError, Symbol};
use super::memory::Snapshot;
use super::thread::{Arguments, Call, Threads, call_plain};
use super::{echo, tap};
use crate::mac;

/// Ticks that may bring forth nothing before the mote counts as waiting for time to
/// pass: a busy wait, such as one for an acknowledgement, never sleeps.
const PATIENCE: u32 = 64;
/// Frames in a row that a mote may send without a moment's pause.
const MOST_FRAMES: u32 = 4096;
/// How far time goes on for a mote that waits without sleeping; Cooja's own step.
const STEP_US: u64 = 1000;
/// Steps of one call of `advance`, after which time jumps.
const MOST_STEPS: u32 = 100_000;
/// Longest time that a function may wait in a call, in steps.
const MOST_CALL_STEPS: u32 = 1000;
/// Octets of a line of the mote's that are passed on.
const LONGEST_LINE: usize = 200;

/// Why an image is no mote.
#[derive(Debug, thiserror::Error)]
pub enum MoteError {
    /// It cannot be loaded.
    #[error(transparent)]
    Library(#[from] LibraryError),
    /// It has not what Cooja's motes have.
    #[error(transparent)]
    Missing(#[from] Missing),
}

/// Who the mote is to be.
#[derive(Debug, Clone, Copy)]
pub struct Birth {
    /// Its number.
    pub mote_id: u16,
    /// Seed of its random numbers.
    pub seed: u32,
}

/// A loaded mote.
pub struct Mote {
    /// Where its symbols are.
    pub library: Library,
    contract: Contract,
    unborn: Snapshot,
    threads: Option<Threads>,
    birth: Birth,
    now_us: u64,
    /// It waits for time to pass without sleeping.
    waits: bool,
    /// What it has printed since its last whole line.
    line: Vec<u8>,
}

impl Mote {
    /// Loads an image; it is not running yet.
    pub fn load(path: &std::path::Path, birth: Birth) -> Result<Self, MoteError> {
        let library = Library::open(path)?;
        let contract = Contract::of(&library)?;
        echo::prepare(&library);
        tap::prepare(&library);
        // Before the memory is kept: what making threads leaves there stays.
        let threads = Threads::of(&library);
        Ok(Mote {
            unborn: Snapshot::of(contract.tick),
            threads,
            library,
            contract,
            birth,
            now_us: 0,
            waits: false,
            line: Vec::new(),
        })
    }

    /// Power-on: memory as it was loaded, time as it is. Runs until there is nothing
    /// to do at this time.
    pub fn boot(&mut self, out: &mut dyn Outbox) {
        self.unborn.restore();
        if let Some(threads) = &mut self.threads {
            threads.powered_on();
        }
        self.line.clear();
        tap::take(|_| {});
        let contract = &self.contract;
        contract.mote_id.set(self.birth.mote_id.into());
        contract.random_seed.set(self.birth.seed.into());
        contract.mote_id_changed.set(1);
        self.set_time(self.now_us);
        call_plain(self.contract.init);
        self.settle(out);
    }

    /// A frame without FCS reaches the radio; false if that does not listen, or the
    /// frame is longer than the radio takes.
    pub fn hear(&mut self, frame: &[u8], out: &mut dyn Outbox) -> bool {
        let listens = self.contract.radio_on.get() != 0;
        if !listens || frame.is_empty() || !self.contract.in_data.write(frame) {
            return false;
        }
        self.contract.in_size.set(frame.len() as u64);
        self.settle(out);
        true
    }

    /// Time goes on to `to_us`, from timer to timer.
    pub fn advance(&mut self, to_us: u64, out: &mut dyn Outbox) {
        for _ in 0..MOST_STEPS {
            let next = self.next_timer_us().filter(|due| *due < to_us);
            let Some(due) = next else { break };
            self.set_time(due.max(self.now_us + 1));
            self.settle(out);
        }
        self.set_time(to_us.max(self.now_us));
        self.settle(out);
    }

    /// When it wants to run next.
    pub fn next_timer_us(&self) -> Option<u64> {
        let contract = &self.contract;
        let etimer = (contract.etimer_pending.get() != 0)
            .then(|| contract.etimer_due_ms.get().saturating_mul(1000));
        // One that is past would never fire: the mote compares for equality.
        let rtimer = (contract.rtimer_pending.get() != 0)
            .then(|| contract.rtimer_due_us.get())
            .filter(|due| *due > self.now_us);
        let waiting = self.waits.then_some(self.now_us + STEP_US);
        etimer.into_iter().chain(rtimer).chain(waiting).min()
    }

    /// Calls a function of the mote's; none if it does not return.
    pub fn call(
        &mut self,
        function: Symbol,
        arguments: Arguments,
        out: &mut dyn Outbox,
    ) -> Option<u64> {
        let mut call = Call::new(function, arguments, self.threads.as_mut());
        let mut result = call.go_on(self.threads.as_mut());
        let mut steps = 0;
        while result.is_none() && steps <= MOST_CALL_STEPS {
            if !self.collect(out) {
                steps += 1;
                self.set_time(self.now_us + STEP_US);
            }
            result = call.go_on(self.threads.as_mut());
        }
        if result.is_some() {
            self.collect(out);
            self.settle(out);
        }
        match &mut self.threads {
            Some(threads) if result.is_some() => threads.end(call),
            Some(threads) => threads.lose(call),
            // Called straight, it has returned.
            None => {}
        }
        result
    }

    fn set_time(&mut self, now_us: u64) {
        self.now_us = now_us;
        self.contract.time_ms.set(now_us / 1000);
        self.contract.time_us.set(now_us);
    }

    /// Lets it run until it has nothing more to do without time passing.
    fn settle(&mut self, out: &mut dyn Outbox) {
        let mut idle = 0;
        let mut frames = 0;
        while idle < PATIENCE && frames < MOST_FRAMES {
            call_plain(self.contract.tick);
            if self.collect(out) {
                idle = 0;
                frames += 1;
            } else if self.has_more() {
                idle += 1;
            } else {
                self.waits = false;
                return;
            }
        }
        self.waits = true;
    }

    fn has_more(&self) -> bool {
        let contract = &self.contract;
        let is_due = contract.etimer_pending.get() != 0
            && contract.etimer_due_ms.get() <= contract.time_ms.get();
        contract.run_value.get() != 0 || contract.in_size.get() != 0 || is_due
    }

    /// Takes what the mote has put out; true if there was a frame.
    fn collect(&mut self, out: &mut dyn Outbox) -> bool {
        self.collect_words(out);
        // Packets before frames: what was restored caused what was sent.
        tap::take(|packet| out.delivered(packet));
        let length = self.contract.out_size.get();
        if length == 0 {
            return false;
        }
        let mut psdu = self.contract.out_data.read(length as usize);
        fcs::append(&mut psdu);
        out.transmitted(&psdu);
        self.contract.out_size.set(0);
        self.acknowledge(&psdu);
        true
    }

    /// The radio of its neighbours acknowledges at once. The frame may not have been
    /// for any of them; a mote that is not acknowledged would only send it again.
    fn acknowledge(&mut self, psdu: &[u8]) {
        let asked = mac::Frame::of(psdu).filter(mac::Frame::asks);
        if let Some(sequence) = asked.and_then(|frame| frame.sequence())
            && self.contract.in_size.get() == 0
        {
            let acknowledgement = mac::acknowledgement(sequence);
            if let Some(frame) = fcs::check(&acknowledgement)
                && self.contract.in_data.write(frame)
            {
                self.contract.in_size.set(frame.len() as u64);
            }
        }
    }

    fn collect_words(&mut self, out: &mut dyn Outbox) {
        let contract = &self.contract;
        if contract.logged_flag.get() == 0 {
            return;
        }
        let length = contract.logged_length.get() as usize;
        let words = contract.logged_data.read(length);
        contract.logged_length.set(0);
        contract.logged_flag.set(0);
        for octet in words {
            if octet == b'\n' {
                out.log(String::from_utf8_lossy(&self.line).trim_end());
                self.line.clear();
            } else if self.line.len() < LONGEST_LINE {
                self.line.push(octet);
            }
        }
    }
}

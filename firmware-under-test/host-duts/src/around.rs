//! A stack in the hands of a meddler that changes what it hears and says.

use sixlo_agent::protocol::Setting;
use sixlo_agent::{Identity, Outbox, Outcome, Stack};

/// Any stack, owned.
pub type Boxed = Box<dyn Stack>;

/// One thing a stack has put out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// A frame, FCS included.
    Frame(Vec<u8>),
    /// A restored packet.
    Packet(Vec<u8>),
    /// A line.
    Line(String),
}

impl Said {
    /// Puts it where the stack wanted it.
    pub fn pass(&self, out: &mut dyn Outbox) {
        match self {
            Said::Frame(psdu) => out.transmitted(psdu),
            Said::Packet(packet) => out.delivered(packet),
            Said::Line(text) => out.log(text),
        }
    }
}

/// Stands between a stack and the air.
pub trait Meddler {
    /// What it makes of the stack, added to the build options.
    fn label(&self) -> &'static str;

    /// A frame is about to reach the stack.
    fn heard(&mut self, _psdu: &[u8], _out: &mut dyn Outbox) {}

    /// The stack has put this out, all in one go, at `now_us`.
    fn said(&mut self, batch: Vec<Said>, _now_us: u64, out: &mut dyn Outbox) {
        batch.iter().for_each(|said| said.pass(out));
    }

    /// When the meddler itself wants to act.
    fn next_timer_us(&self) -> Option<u64> {
        None
    }

    /// Acts on what is due by `now_us`.
    fn advance(&mut self, _now_us: u64, _out: &mut dyn Outbox) {}

    /// The device starts afresh.
    fn reset(&mut self) {}
}

/// A stack with a meddler around it.
pub struct Around<M> {
    stack: Boxed,
    meddler: M,
    build: String,
    now_us: u64,
}

impl<M: Meddler> Around<M> {
    /// Puts `meddler` around `stack`.
    pub fn new(stack: Boxed, meddler: M) -> Self {
        let inner = stack.identity().build;
        let build = if inner.is_empty() {
            meddler.label().to_owned()
        } else {
            format!("{inner}; {}", meddler.label())
        };
        Around {
            stack,
            meddler,
            build,
            now_us: 0,
        }
    }

    fn collecting<T>(
        &mut self,
        out: &mut dyn Outbox,
        act: impl FnOnce(&mut dyn Stack, &mut dyn Outbox) -> T,
    ) -> T {
        let mut batch = Batch(Vec::new());
        let result = act(&mut *self.stack, &mut batch);
        if !batch.0.is_empty() {
            self.meddler.said(batch.0, self.now_us, out);
        }
        result
    }
}

struct Batch(Vec<Said>);

impl Outbox for Batch {
    fn transmitted(&mut self, psdu: &[u8]) {
        self.0.push(Said::Frame(psdu.to_vec()));
    }

    fn delivered(&mut self, packet: &[u8]) {
        self.0.push(Said::Packet(packet.to_vec()));
    }

    fn log(&mut self, text: &str) {
        self.0.push(Said::Line(text.to_owned()));
    }
}

impl<M: Meddler> Stack for Around<M> {
    fn identity(&self) -> Identity<'_> {
        Identity {
            build: &self.build,
            ..self.stack.identity()
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        self.stack.configure(setting)
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        self.meddler.reset();
        self.collecting(out, |stack, batch| stack.reset(batch))
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        self.meddler.heard(psdu, out);
        self.collecting(out, |stack, batch| stack.receive(psdu, batch));
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        self.collecting(out, |stack, batch| stack.send_ipv6(packet, batch))
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        // In order: whoever is due first acts first, the meddler on a tie.
        loop {
            let stack = self.stack.next_timer_us().filter(|at| *at < now_us);
            let meddler = self.meddler.next_timer_us().filter(|at| *at <= now_us);
            let (at, meddling) = match (stack, meddler) {
                (Some(stack), Some(meddler)) => (stack.min(meddler), meddler <= stack),
                (Some(stack), None) => (stack, false),
                (None, Some(meddler)) => (meddler, true),
                (None, None) => break,
            };
            self.now_us = self.now_us.max(at);
            if meddling {
                self.meddler.advance(self.now_us, out);
            } else {
                let now_us = self.now_us;
                self.collecting(out, |stack, batch| stack.advance(now_us, batch));
                if self.stack.next_timer_us() == Some(at) {
                    break; // A stack whose timer stands still must not hold time up.
                }
            }
        }
        self.now_us = self.now_us.max(now_us);
        self.collecting(out, |stack, batch| stack.advance(now_us, batch));
        self.meddler.advance(now_us, out);
    }

    fn next_timer_us(&self) -> Option<u64> {
        match (self.stack.next_timer_us(), self.meddler.next_timer_us()) {
            (Some(stack), Some(meddler)) => Some(stack.min(meddler)),
            (stack, meddler) => stack.or(meddler),
        }
    }
}

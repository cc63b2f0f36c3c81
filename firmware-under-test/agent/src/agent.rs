//! Octets in, commands to the stack, octets out.

use sixlo_agent_protocol::{
    Abilities, Accumulator, AgentMessage, FromAgent, FromHost, Hello, HostMessage, LARGEST_FRAME,
    PROTOCOL_VERSION, encode,
};

use crate::stack::{Outbox, Outcome, Stack};

/// Where encoded frames go: a pipe, an RTT channel, a serial line.
pub trait Outlet {
    /// Takes all of `frame`; how long that may block is the transport's affair.
    fn write(&mut self, frame: &[u8]);

    /// The same for what a device's radio says: some transports have a channel for that.
    fn write_phy(&mut self, frame: &[u8]) {
        self.write(frame);
    }
}

/// The agent: one stack, one link.
pub struct Agent<S> {
    stack: S,
    boot: u32,
    version: u32,
    now_us: u64,
    input: Accumulator,
}

impl<S: Stack> Agent<S> {
    /// An agent for `stack`; `boot` must differ after each reboot.
    pub fn new(stack: S, boot: u32) -> Self {
        Agent {
            stack,
            boot,
            version: PROTOCOL_VERSION,
            now_us: 0,
            input: Accumulator::new(),
        }
    }

    /// The same agent, saying that it speaks this version of the protocol: a harness must
    /// notice.
    pub fn of_version(mut self, version: u32) -> Self {
        self.version = version;
        self
    }

    /// Says hello unasked, which tells the harness that the device has (re)booted.
    pub fn announce(&mut self, outlet: &mut impl Outlet) {
        self.hello(0, outlet);
    }

    /// Obeys every complete command in `octets`; the rest waits for more.
    pub fn hear(&mut self, mut octets: &[u8], outlet: &mut impl Outlet) {
        while !octets.is_empty() {
            // The message is copied so that the stack may be borrowed next to it.
            let mut message = [0u8; sixlo_agent_protocol::LARGEST_MESSAGE];
            let (rest, frame) = self.input.feed(octets);
            octets = rest;
            // A damaged frame is dropped: the harness notices the missing answer.
            let Some(Ok(frame)) = frame else { continue };
            let length = frame.len();
            message[..length].copy_from_slice(frame);
            self.obey(&message[..length], outlet);
        }
    }

    /// The stack's own time goes on (wall-clock devices call this, and
    /// whenever [`Stack::next_timer_us`] is due).
    pub fn tick(&mut self, now_us: u64, outlet: &mut impl Outlet) {
        self.now_us = now_us;
        let mut out = Sender { seq: 0, outlet };
        self.stack.advance(now_us, &mut out);
    }

    /// The stack.
    pub fn stack_mut(&mut self) -> &mut S {
        &mut self.stack
    }

    /// Obeys one message, for a transport that takes frames apart itself.
    pub fn obey(&mut self, message: &[u8], outlet: &mut impl Outlet) {
        let Ok(FromHost { seq, message }) = minicbor::decode::<FromHost<'_>>(message) else {
            if let Some(seq) = sequence_number(message) {
                say(outlet, seq, AgentMessage::Unsupported);
            }
            return;
        };
        let settles = self.stack.identity().abilities.has(Abilities::SETTLES);
        let mut out = Sender { seq, outlet };
        match message {
            HostMessage::Hello { .. } => self.hello(seq, outlet),
            HostMessage::Configure { setting } => {
                let outcome = self.stack.configure(&setting);
                answer(outlet, seq, outcome);
            }
            HostMessage::Reset => {
                let outcome = self.stack.reset(&mut out);
                answer(outlet, seq, outcome);
                self.settled(seq, settles, outlet);
            }
            HostMessage::SendIpv6 { packet } => {
                let outcome = self.stack.send_ipv6(packet, &mut out);
                answer(outlet, seq, outcome);
                self.settled(seq, settles, outlet);
            }
            HostMessage::Receive { psdu } => {
                self.stack.receive(psdu, &mut out);
                if settles {
                    self.settled(seq, true, outlet);
                } else {
                    answer(outlet, seq, Outcome::Done);
                }
            }
            HostMessage::AdvanceClock { to_us } => {
                if self.stack.identity().abilities.has(Abilities::VIRTUAL_TIME) {
                    self.now_us = self.now_us.max(to_us);
                    self.stack.advance(self.now_us, &mut out);
                    self.settled(seq, true, outlet);
                } else {
                    answer(outlet, seq, Outcome::Unsupported);
                }
            }
            HostMessage::Radio { .. } | HostMessage::Transmit { .. } | HostMessage::Statistics => {
                answer(outlet, seq, Outcome::Unsupported);
            }
        }
    }

    fn settled(&mut self, seq: u32, settles: bool, outlet: &mut impl Outlet) {
        if settles {
            let next_timer_us = self.stack.next_timer_us();
            say(outlet, seq, AgentMessage::Settled { next_timer_us });
        }
    }

    fn hello(&mut self, seq: u32, outlet: &mut impl Outlet) {
        let identity = self.stack.identity();
        say(
            outlet,
            seq,
            AgentMessage::Hello(Hello {
                version: self.version,
                boot: self.boot,
                stack: identity.stack,
                build: identity.build,
                abilities: identity.abilities,
                hooks: identity.hooks,
                tap: identity.tap,
                largest_psdu: identity.largest_psdu,
                clock_us: self.now_us,
            }),
        );
    }
}

/// Reads the sequence number of a message, be its command known or not.
pub fn sequence_number(message: &[u8]) -> Option<u32> {
    let mut decoder = minicbor::Decoder::new(message);
    decoder.array().ok()?;
    decoder.u32().ok()
}

fn answer(outlet: &mut impl Outlet, seq: u32, outcome: Outcome) {
    let message = match outcome {
        Outcome::Done => AgentMessage::Done,
        Outcome::Unsupported => AgentMessage::Unsupported,
        Outcome::Refused(text) => AgentMessage::Error { text },
    };
    say(outlet, seq, message);
}

fn say(outlet: &mut impl Outlet, seq: u32, message: AgentMessage<'_>) {
    let mut frame = [0u8; LARGEST_FRAME];
    let is_phy = matches!(
        message,
        AgentMessage::Transmitted { .. } | AgentMessage::Captured { .. }
    );
    // Everything an agent says is bounded below the frame's size; what is not
    // (a log line longer than a message) is left out rather than cut.
    if let Ok(length) = encode(&FromAgent { seq, message }, &mut frame) {
        match is_phy {
            true => outlet.write_phy(&frame[..length]),
            false => outlet.write(&frame[..length]),
        }
    }
}

/// An outbox that sends each thing at once.
struct Sender<'o, O> {
    seq: u32,
    outlet: &'o mut O,
}

impl<O: Outlet> Outbox for Sender<'_, O> {
    fn transmitted(&mut self, psdu: &[u8]) {
        say(self.outlet, self.seq, AgentMessage::Transmitted { psdu });
    }

    fn delivered(&mut self, packet: &[u8]) {
        say(self.outlet, self.seq, AgentMessage::Delivered { packet });
    }

    fn log(&mut self, text: &str) {
        say(self.outlet, self.seq, AgentMessage::Log { text });
    }
}

//! Octets in, commands to the stack, octets out.

use sixlo_agent_protocol::{
    Abilities, Accumulator, AgentMessage, FromAgent, FromHost, Hello, HostMessage, LARGEST_FRAME,
    PROTOCOL_VERSION, RadioRole, encode,
};

use crate::radio::{DeviceOnly, Radio, Sent, Signal};
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

/// The agent: one stack, one radio, one link.
pub struct Agent<S, R = DeviceOnly> {
    stack: S,
    radio: R,
    role: RadioRole,
    boot: u32,
    version: u32,
    now_us: u64,
    input: Accumulator,
}

impl<S: Stack> Agent<S> {
    /// An agent for `stack`, which serves no others as a radio; `boot` must differ after
    /// each reboot.
    pub fn new(stack: S, boot: u32) -> Self {
        Agent::with_radio(stack, DeviceOnly, boot)
    }
}

impl<S: Stack, R: Radio> Agent<S, R> {
    /// An agent for `stack` on `radio`, which the host may give other roles.
    pub fn with_radio(stack: S, radio: R, boot: u32) -> Self {
        Agent {
            stack,
            radio,
            role: RadioRole::Device,
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

    /// The device's own time goes on (wall-clock devices call this, and
    /// whenever [`Stack::next_timer_us`] is due).
    pub fn tick(&mut self, now_us: u64, outlet: &mut impl Outlet) {
        self.now_us = now_us;
        self.advance(0, outlet);
    }

    /// The radio has received a frame, FCS included.
    pub fn heard(&mut self, psdu: &[u8], signal: Signal, outlet: &mut impl Outlet) {
        self.receive(0, psdu, signal, outlet);
    }

    /// The stack.
    pub fn stack_mut(&mut self) -> &mut S {
        &mut self.stack
    }

    /// The radio.
    pub fn radio_mut(&mut self) -> &mut R {
        &mut self.radio
    }

    /// When the stack's next timer is due, if it is the device and has one.
    pub fn next_timer_us(&self) -> Option<u64> {
        match self.role {
            RadioRole::Device => self.stack.next_timer_us(),
            _ => None,
        }
    }

    /// Obeys one message, for a transport that takes frames apart itself.
    pub fn obey(&mut self, message: &[u8], outlet: &mut impl Outlet) {
        let Ok(FromHost { seq, message }) = minicbor::decode::<FromHost<'_>>(message) else {
            if let Some(seq) = sequence_number(message) {
                say(outlet, seq, AgentMessage::Unsupported);
            }
            return;
        };
        let abilities = self.abilities();
        let settles = abilities.has(Abilities::SETTLES);
        let is_device = self.role == RadioRole::Device;
        match message {
            HostMessage::Hello { .. } => self.hello(seq, outlet),
            HostMessage::Configure { setting } => {
                let outcome = self.stack.configure(&setting);
                if outcome == Outcome::Done {
                    self.radio.configure(&setting);
                }
                answer(outlet, seq, outcome);
            }
            HostMessage::Reset => {
                let (stack, mut out) = self.parts(seq, outlet);
                let outcome = stack.reset(&mut out);
                answer(outlet, seq, outcome);
                self.settled(seq, settles, outlet);
            }
            HostMessage::SendIpv6 { packet } => {
                let (stack, mut out) = self.parts(seq, outlet);
                let outcome = match is_device {
                    true => stack.send_ipv6(packet, &mut out),
                    false => Outcome::Refused("the device serves as a radio for others"),
                };
                answer(outlet, seq, outcome);
                self.settled(seq, settles, outlet);
            }
            HostMessage::Radio { role } => {
                let outcome = self.radio.set_role(role);
                if outcome == Outcome::Done {
                    self.role = role;
                }
                answer(outlet, seq, outcome);
            }
            HostMessage::Transmit { psdu } => {
                let outcome = self.inject(seq, psdu, outlet);
                answer(outlet, seq, outcome);
            }
            HostMessage::Receive { .. } if abilities.has(Abilities::RADIO) => {
                answer(outlet, seq, Outcome::Unsupported);
            }
            HostMessage::Receive { psdu } => {
                if let Some(signal) = self.radio.hear(psdu, self.now_us) {
                    self.receive(seq, psdu, signal, outlet);
                }
                if settles {
                    self.settled(seq, true, outlet);
                } else {
                    answer(outlet, seq, Outcome::Done);
                }
            }
            HostMessage::AdvanceClock { to_us } => {
                if abilities.has(Abilities::VIRTUAL_TIME) {
                    self.now_us = self.now_us.max(to_us);
                    self.advance(seq, outlet);
                    self.settled(seq, true, outlet);
                } else {
                    answer(outlet, seq, Outcome::Unsupported);
                }
            }
            HostMessage::Rest { for_us } => {
                let (stack, mut out) = self.parts(seq, outlet);
                let outcome = match is_device {
                    true => stack.rest(for_us, &mut out),
                    false => Outcome::Unsupported,
                };
                answer(outlet, seq, outcome);
            }
            HostMessage::Energy => match self.radio.energy_dbm() {
                Some(dbm) => say(outlet, seq, AgentMessage::Energy { dbm }),
                None => answer(outlet, seq, Outcome::Unsupported),
            },
            HostMessage::Statistics => match self.radio.statistics().or(self.stack.statistics()) {
                Some(counts) => {
                    let message = AgentMessage::Statistics {
                        received: counts.received,
                        transmitted: counts.transmitted,
                        dropped: counts.dropped,
                    };
                    say(outlet, seq, message);
                }
                None => answer(outlet, seq, Outcome::Unsupported),
            },
        }
    }

    /// The stack, and where it puts what it produces.
    fn parts<'a, O: Outlet>(
        &'a mut self,
        seq: u32,
        outlet: &'a mut O,
    ) -> (&'a mut S, Sender<'a, R, O>) {
        let Agent { stack, radio, .. } = self;
        (stack, Sender { seq, radio, outlet })
    }

    fn abilities(&self) -> Abilities {
        self.radio.abilities(self.stack.identity().abilities)
    }

    /// A frame from the air goes to the stack, or to the host, as the role wants it.
    fn receive(&mut self, seq: u32, psdu: &[u8], signal: Signal, outlet: &mut impl Outlet) {
        match self.role {
            RadioRole::Device => {
                let (stack, mut out) = self.parts(seq, outlet);
                stack.receive(psdu, &mut out);
            }
            RadioRole::Sniff | RadioRole::Both => {
                let Signal {
                    time_us,
                    rssi_dbm,
                    lqi,
                } = signal;
                let message = AgentMessage::Captured {
                    psdu,
                    time_us,
                    rssi_dbm,
                    lqi,
                };
                say(outlet, seq, message);
            }
            RadioRole::Off | RadioRole::Inject => {}
        }
    }

    /// Puts a frame of the host's on the air.
    fn inject(&mut self, seq: u32, psdu: &[u8], outlet: &mut impl Outlet) -> Outcome {
        if !matches!(self.role, RadioRole::Inject | RadioRole::Both) {
            return Outcome::Unsupported;
        }
        match self.radio.transmit(psdu) {
            Sent::ByHost => say(outlet, seq, AgentMessage::Transmitted { psdu }),
            Sent::OnAir => {}
            Sent::Failed(why) => return Outcome::Refused(why),
        }
        Outcome::Done
    }

    /// Fires the stack's timers; the stack of a radio for others stands still.
    fn advance(&mut self, seq: u32, outlet: &mut impl Outlet) {
        if self.role == RadioRole::Device {
            let now_us = self.now_us;
            let (stack, mut out) = self.parts(seq, outlet);
            stack.advance(now_us, &mut out);
        }
    }

    fn settled(&mut self, seq: u32, settles: bool, outlet: &mut impl Outlet) {
        if settles {
            let next_timer_us = self.next_timer_us();
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
                abilities: self.abilities(),
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
struct Sender<'o, R, O> {
    seq: u32,
    radio: &'o mut R,
    outlet: &'o mut O,
}

impl<R: Radio, O: Outlet> Outbox for Sender<'_, R, O> {
    fn transmitted(&mut self, psdu: &[u8]) {
        match self.radio.transmit(psdu) {
            Sent::ByHost => say(self.outlet, self.seq, AgentMessage::Transmitted { psdu }),
            // A frame that fails is the air's loss: the radio counts it.
            Sent::OnAir | Sent::Failed(_) => {}
        }
    }

    fn delivered(&mut self, packet: &[u8]) {
        say(self.outlet, self.seq, AgentMessage::Delivered { packet });
    }

    fn log(&mut self, text: &str) {
        say(self.outlet, self.seq, AgentMessage::Log { text });
    }
}

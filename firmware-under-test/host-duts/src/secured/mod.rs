//! A radio that secures what it sends and takes nothing else: IEEE 802.15.4-2015 clause 9
//! around a stack that knows nothing of it.
//!
//! Written apart from the tester's codec. Level 5 to 7, key id mode 1. It learns its
//! neighbours' EUI-64s from frames that name them; whose a short address is it finds
//! out by trying those.

mod ccm;

use sixlo_agent::protocol::Setting;
use sixlo_agent::{Identity, Outbox, Outcome, Stack};
use sixlo_agent_process::fcs;

use crate::arguments::{ArgumentError, Arguments};
use crate::around::Boxed;
use crate::registry;
use sixlo_mac::Header;

/// The key that dut.yaml names.
const KEY: [u8; 16] = *b"a stand-in's key";
const KEY_INDEX: u8 = 1;
/// Key id mode 1, in its place in the security control.
const KEY_ID_MODE: u8 = 1 << 3;
/// Bit 3 of the frame control.
const SECURITY: u8 = 1 << 3;
/// Two bits of the frame control's second octet.
const VERSION: u8 = 3 << 4;
const VERSION_2006: u8 = 1 << 4;
/// Security control, frame counter, key index.
const HEADER_OCTETS: usize = 1 + 4 + 1;
/// The stack's parameter for octets that the radio adds.
const LINK_OCTETS: u32 = 12;
/// Neighbours it remembers.
const MOST_NEIGHBOURS: usize = 16;

/// `--param level=5|6|7`, `--param around=NAME` of a stack that has the parameter.
pub fn secured(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let level = arguments.take("level", 5_u8, "5, 6 or 7")?;
    if !(5..=7).contains(&level) {
        return Err(ArgumentError::BadChoice {
            key: "level",
            value: level.to_string(),
            allowed: "5, 6, 7".to_owned(),
        });
    }
    let name = arguments.take("around", "p6lowpan-5".to_owned(), "the name of a device")?;
    let stack = registry::make(&name, arguments)?;
    let build = format!("{}; secured at level {level}", stack.identity().build);
    let mut radio = Radio {
        stack,
        build,
        level,
        eui64: [0; 8],
        counter: 0,
        neighbours: Vec::new(),
    };
    radio.leave_room();
    Ok(Box::new(radio))
}

struct Radio {
    stack: Boxed,
    build: String,
    level: u8,
    eui64: [u8; 8],
    counter: u32,
    neighbours: Vec<[u8; 8]>,
}

impl Radio {
    fn mic_octets(&self) -> usize {
        2 << (self.level & 3)
    }

    /// The stack makes its frames so much shorter.
    fn leave_room(&mut self) {
        let octets = (HEADER_OCTETS + self.mic_octets()) as u64;
        self.stack
            .configure(&Setting::Parameter(LINK_OCTETS, octets));
    }

    /// The frame in plain text; none where it is not secured as this link demands.
    fn opened(&mut self, psdu: &[u8]) -> Option<Vec<u8>> {
        let frame = fcs::check(psdu)?;
        if frame.first()? & SECURITY == 0 {
            return None;
        }
        let mut plain = frame.to_vec();
        plain[0] &= !SECURITY;
        let addresses = Header::of(&plain)?.length;
        let security = frame.get(addresses..addresses + HEADER_OCTETS)?;
        if security[0] != self.level | KEY_ID_MODE || security[5] != KEY_INDEX {
            return None;
        }
        let counter = u32::from_le_bytes(*security[1..].first_chunk()?);
        let start = addresses + HEADER_OCTETS;
        let end = frame.len().checked_sub(self.mic_octets())?;
        let payload = frame.get(start..end)?;
        let opened = self
            .sources(frame, addresses)
            .into_iter()
            .find_map(|source| {
                let nonce = ccm::nonce(source, counter, self.level);
                ccm::open(KEY, nonce, &frame[..start], payload, &frame[end..])
            })?;
        plain.truncate(addresses);
        plain.extend(opened);
        fcs::append(&mut plain);
        Some(plain)
    }

    /// Who may have sent a frame.
    fn sources(&mut self, frame: &[u8], addresses: usize) -> Vec<[u8; 8]> {
        const EXTENDED: u8 = 3 << 6;
        if frame[1] & EXTENDED != EXTENDED {
            return self.neighbours.clone();
        }
        let Some(octets) = frame[..addresses].last_chunk::<8>() else {
            return Vec::new();
        };
        let mut source = *octets;
        source.reverse();
        if !self.neighbours.contains(&source) && self.neighbours.len() < MOST_NEIGHBOURS {
            self.neighbours.push(source);
        }
        vec![source]
    }
}

/// Secures what the stack sends.
struct Outlet<'a> {
    out: &'a mut dyn Outbox,
    counter: &'a mut u32,
    source: [u8; 8],
    level: u8,
}

impl Outlet<'_> {
    fn secured(&self, psdu: &[u8]) -> Option<Vec<u8>> {
        let plain = fcs::check(psdu)?;
        let addresses = Header::of(plain)?.length;
        let mut frame = plain[..addresses].to_vec();
        frame[0] |= SECURITY;
        // Frames of 2003 have another security. 7.2.1.9.
        frame[1] = frame[1] & !VERSION | VERSION_2006;
        frame.push(self.level | KEY_ID_MODE);
        frame.extend(self.counter.to_le_bytes());
        frame.push(KEY_INDEX);
        let nonce = ccm::nonce(self.source, *self.counter, self.level);
        let sealed = ccm::seal(KEY, nonce, &frame, &plain[addresses..])?;
        frame.extend(sealed);
        fcs::append(&mut frame);
        Some(frame)
    }
}

impl Outbox for Outlet<'_> {
    fn transmitted(&mut self, psdu: &[u8]) {
        match self.secured(psdu) {
            Some(frame) => {
                *self.counter += 1;
                self.out.transmitted(&frame);
            }
            // An acknowledgement is not secured; nothing else leaves a radio in plain text.
            None if psdu.first().is_some_and(|control| control & 7 == 2) => {
                self.out.transmitted(psdu);
            }
            None => self.out.log("a frame that cannot be secured was not sent"),
        }
    }

    fn delivered(&mut self, packet: &[u8]) {
        self.out.delivered(packet);
    }

    fn log(&mut self, text: &str) {
        self.out.log(text);
    }
}

/// The stack, and the outbox through which it speaks.
macro_rules! outlet {
    ($radio:ident, $out:ident) => {
        Outlet {
            out: $out,
            counter: &mut $radio.counter,
            source: $radio.eui64,
            level: $radio.level,
        }
    };
}

impl Stack for Radio {
    fn identity(&self) -> Identity<'_> {
        Identity {
            build: &self.build,
            ..self.stack.identity()
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        if let Setting::Eui64(eui64) = setting {
            self.eui64 = *eui64;
        }
        let outcome = self.stack.configure(setting);
        if *setting == Setting::Defaults {
            self.leave_room();
        }
        outcome
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        self.stack.reset(&mut outlet!(self, out))
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        if let Some(plain) = self.opened(psdu) {
            self.stack.receive(&plain, &mut outlet!(self, out));
        }
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        self.stack.send_ipv6(packet, &mut outlet!(self, out))
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        self.stack.advance(now_us, &mut outlet!(self, out));
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.stack.next_timer_us()
    }
}

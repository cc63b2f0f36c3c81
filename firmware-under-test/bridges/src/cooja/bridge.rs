//! The mote behind the agent's `Stack`.

use std::collections::BTreeMap;
use std::os::fd::BorrowedFd;
use std::time::Instant;

use sixlo_agent::{Identity, Outbox, Outcome, Stack};
use sixlo_agent_process::fcs;
use sixlo_agent_protocol::{Abilities, Setting, Tap};

use super::hooks::Hooks;
use super::mote::{Birth, Mote};
use super::perform::{Given, perform};
use super::settings::{Cooja, Prefix};
use super::value::{self, Value};
use crate::error::BridgeError;
use crate::hook;
use crate::mac;
use crate::serve::Bridge;
use crate::settings::Settings;

/// Settings kept to be made again after a reset; no trial makes as many.
const MOST_SETTINGS: usize = 64;
/// Octets of packets sent that may be kept for the mote between two resets.
const MOST_GIVEN: usize = 4096;
/// Octets of a PSDU.
const LARGEST_PSDU: u16 = 127;

/// A mote and what it has been told.
pub struct CoojaMote {
    mote: Mote,
    hooks: Hooks,
    /// Contexts that the image was built with.
    contexts: BTreeMap<u8, Prefix>,
    /// Settings to make again after a reset.
    made: Vec<Setting>,
    given: Given,
    stack: String,
    build: String,
    taps: bool,
    /// The next sequence number, where each frame gets one of its own.
    sequence: Option<u8>,
}

impl CoojaMote {
    /// Loads and starts the mote.
    ///
    /// # Errors
    /// If the image is none, or a line of dut.yaml cannot be read.
    pub fn new(settings: Settings<Cooja>) -> Result<Self, BridgeError> {
        let Settings {
            stack,
            start,
            configure,
            mac,
        } = settings;
        let birth = Birth {
            mote_id: start.mote_id,
            seed: start.seed,
        };
        let refused = |error: String| BridgeError::Mote { error };
        let mote = Mote::load(&start.image, birth).map_err(|error| refused(error.to_string()))?;
        let hooks = Hooks::read(&configure, &start.send_ipv6, &mote.library);
        let hooks = hooks.map_err(|error| refused(error.to_string()))?;
        let taps = hooks.begin.iter().any(|ready| ready.taps());
        let mut bridge = CoojaMote {
            build: build(&start, &hooks)?,
            mote,
            hooks,
            contexts: start.contexts,
            made: Vec::new(),
            given: Vec::new(),
            stack,
            taps,
            sequence: mac.fresh_sequence_numbers.then_some(0),
        };
        bridge.restart(&mut Nobody);
        Ok(bridge)
    }

    /// Power-on, with all settings made again.
    fn restart(&mut self, out: &mut dyn Outbox) {
        self.mote.boot(out);
        self.given.clear();
        let begun = perform(
            &mut self.mote,
            &self.hooks.begin,
            &Vec::new(),
            &mut self.given,
            out,
        );
        if let Err(why) = begun {
            out.log(&format!("cooja-mote: begin: {why}"));
        }
        for setting in self.made.clone() {
            // Refusals were told when the setting was made.
            let _ = self.make(&setting, out);
        }
    }

    fn make(&mut self, setting: &Setting, out: &mut dyn Outbox) -> Result<(), Outcome> {
        let Some(statements) = self.hooks.of(setting) else {
            return self.is_compiled_in(setting);
        };
        let values = value::of(setting);
        perform(&mut self.mote, statements, &values, &mut self.given, out).map_err(Outcome::Refused)
    }

    /// Without hooks for them, a context is there or it is not; another build might have
    /// another, so that it is not says nothing of the stack.
    fn is_compiled_in(&self, setting: &Setting) -> Result<(), Outcome> {
        let is_so = match setting {
            Setting::Context {
                id,
                prefix,
                prefix_length,
                ..
            } => {
                let wanted = Prefix {
                    prefix: (*prefix).into(),
                    length: *prefix_length,
                };
                self.contexts.get(id) == Some(&wanted)
            }
            Setting::NoContext(id) => !self.contexts.is_empty() && !self.contexts.contains_key(id),
            _ => false,
        };
        is_so.then_some(()).ok_or(Outcome::Unsupported)
    }

    fn hooks(&self) -> u32 {
        let named = hook::bits(self.hooks.settings.keys().map(String::as_str));
        let fixed = match self.contexts.is_empty() {
            true => 0,
            false => hook::bits(["context", "no-context"].into_iter()),
        };
        named | fixed | Setting::Defaults.hook()
    }
}

/// What makes verdicts differ: the image, octet by octet, and what it cannot be told.
fn build(start: &Cooja, hooks: &Hooks) -> Result<String, BridgeError> {
    let image = std::fs::read(&start.image).map_err(BridgeError::system("the image"))?;
    let mut words = vec![format!("image {:016x}", fingerprint(&image))];
    words.push(format!("mote {}", start.mote_id));
    for (id, prefix) in &start.contexts {
        words.push(format!("context {id} {}/{}", prefix.prefix, prefix.length));
    }
    words.extend(hooks.lacking.iter().map(|lacking| format!("no {lacking}")));
    Ok(words.join(", "))
}

/// FNV-1a: tells images apart that nobody has made alike on purpose.
fn fingerprint(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |hash, octet| {
        (hash ^ u64::from(*octet)).wrapping_mul(0x100_0000_01b3)
    })
}

/// For what a mote says when nobody has asked it anything yet.
struct Nobody;

impl Outbox for Nobody {
    fn transmitted(&mut self, _: &[u8]) {}
    fn delivered(&mut self, _: &[u8]) {}
    fn log(&mut self, _: &str) {}
}

impl Stack for CoojaMote {
    fn identity(&self) -> Identity<'_> {
        let abilities = Abilities::SETTLES
            .and(Abilities::VIRTUAL_TIME)
            .and(Abilities::FILTERS);
        Identity {
            stack: &self.stack,
            build: &self.build,
            abilities: match self.hooks.send.is_empty() {
                true => abilities,
                false => abilities.and(Abilities::SEND_IPV6),
            },
            hooks: self.hooks(),
            tap: match self.taps {
                true => Tap::BeforeChecks,
                false => Tap::None,
            },
            largest_psdu: LARGEST_PSDU,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        if *setting == Setting::Defaults {
            self.made.clear();
            self.restart(&mut Nobody);
            return Outcome::Done;
        }
        if self.made.len() == MOST_SETTINGS {
            return Outcome::Refused("more settings than a bridge keeps");
        }
        match self.make(setting, &mut Nobody) {
            Ok(()) => {
                self.made.push(setting.clone());
                Outcome::Done
            }
            Err(outcome) => outcome,
        }
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        self.restart(out);
        Outcome::Done
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        let psdu = mac::dressed(psdu, self.sequence, false);
        self.sequence = self.sequence.map(|sequence| sequence.wrapping_add(1));
        // A radio hands on no frame whose FCS is wrong.
        if let Some(frame) = fcs::check(&psdu)
            && !self.mote.hear(frame, out)
        {
            out.log("cooja-mote: the radio is off, or takes no frame of this length");
        }
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        if self.hooks.send.is_empty() {
            return Outcome::Unsupported;
        }
        if self.given.len() > MOST_GIVEN {
            return Outcome::Refused("more packets than a bridge keeps until a reset");
        }
        let values = vec![
            ("packet", Value::Octets(packet.to_vec())),
            ("length", Value::Number(packet.len() as u64)),
        ];
        let send = &self.hooks.send;
        match perform(&mut self.mote, send, &values, &mut self.given, out) {
            Ok(()) => Outcome::Done,
            Err(why) => Outcome::Refused(why),
        }
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        self.mote.advance(now_us, out);
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.mote.next_timer_us()
    }
}

impl Bridge for CoojaMote {
    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        Vec::new()
    }

    fn next_wake(&self) -> Option<Instant> {
        None
    }

    fn trouble(&mut self) -> Option<BridgeError> {
        None
    }
}

//! An OpenThread radio co-processor: any dongle with that firmware, over Spinel in HDLC-lite
//! frames.
//!
//! As an injector it puts frames on air as they are, one at a time, and says whether it could;
//! as a sniffer it tells every frame that it hears. With addresses of its own, an injector
//! acknowledges what is sent to them, in the time that a MAC has for that.

pub mod hdlc;
pub mod message;
pub mod packed;

use std::collections::VecDeque;
use std::time::Duration;

use sixlo_agent_process::fcs;
use sixlo_agent_protocol::RadioRole;
use sixlo_transport::Line;

use self::message::{CAP_CONFIG_RADIO, CAP_MAC_RAW, LAST_TRANSACTION, Said, Status, property};
use self::packed::Reader;
use super::heard::Heard;
use super::language::{Language, tell, until};
use super::trouble::RadioTrouble;
use crate::settings::Own;

/// How long it may take to start again.
const STARTED_WITHIN: Duration = Duration::from_secs(1);
/// How often it is told to: the first one may have been the end of somebody else's frame.
const STARTS: usize = 3;
/// How long it may take to answer.
const ANSWERED_WITHIN: Duration = Duration::from_millis(300);
/// How long it may take to put a frame on air, and to wait for an acknowledgement.
const SENT_WITHIN: Duration = Duration::from_millis(500);
/// How often it is tried to find the channel free, besides what the radio itself tries.
const TRIES: usize = 3;
/// Frames heard that wait to be taken.
const MOST_WAITING: usize = 1024;
/// Characters of a firmware's name that are kept.
const LONGEST_NAME: usize = 100;
/// The protocol's version that is spoken.
const MAJOR: u32 = 4;

/// What was answered.
enum Answer {
    Status(Status, Option<Heard>),
    Value(u32, Vec<u8>),
}

/// The language of a co-processor, and what it said.
pub struct Spinel {
    role: RadioRole,
    channel: u8,
    /// Addresses to acknowledge for.
    own: Option<Own>,
    decoder: hdlc::Decoder,
    /// The command last sent.
    transaction: u8,
    answer: Option<Answer>,
    /// It has started again, and nobody has put it into its role since.
    has_restarted: bool,
    heard: VecDeque<Heard>,
    /// The last result of an energy scan, in dBm.
    energy: Option<i8>,
    firmware: String,
    /// Frames of the line that were damaged.
    damaged: u64,
}

impl Spinel {
    /// Of one that takes this role on this channel.
    pub fn new(role: RadioRole, channel: u8, own: Option<Own>) -> Spinel {
        Spinel {
            role,
            channel,
            own,
            decoder: hdlc::Decoder::default(),
            transaction: 0,
            answer: None,
            has_restarted: false,
            heard: VecDeque::new(),
            energy: None,
            firmware: String::new(),
            damaged: 0,
        }
    }

    fn take_message(&mut self, message: &[u8]) {
        let Some(said) = Said::read(message) else {
            return;
        };
        if let Some(heard) = said.heard() {
            if self.heard.len() < MOST_WAITING {
                self.heard.push_back(heard);
            }
            return;
        }
        if let (property::MAC_ENERGY_SCAN_RESULT, [channel, energy, ..]) =
            (said.property, said.value)
            && *channel == self.channel
        {
            self.energy = Some(energy.cast_signed());
        }
        let status = said.status();
        self.has_restarted |= matches!(status, Some(Status::Reset(_)));
        if said.transaction != 0 && said.transaction == self.transaction {
            self.answer = Some(match status {
                Some(status) => Answer::Status(status, said.acknowledgement()),
                None => Answer::Value(said.property, said.value.to_vec()),
            });
        }
    }

    /// A number for the next command; an answer to an earlier one is none to it.
    fn next_transaction(&mut self) -> u8 {
        self.transaction = self.transaction % LAST_TRANSACTION + 1;
        self.answer = None;
        self.transaction
    }

    /// Tells it something, and waits for what it says to that.
    fn ask(
        &mut self,
        line: &mut Line,
        message: &[u8],
        limit: Duration,
    ) -> Result<Answer, RadioTrouble> {
        tell(line, &hdlc::encode(message))?;
        let answer = until(line, self, limit, |own| own.answer.take())?;
        answer.ok_or(RadioTrouble::Silent("does not answer in Spinel"))
    }

    /// A property's value.
    fn get(&mut self, line: &mut Line, property: u32) -> Result<Vec<u8>, RadioTrouble> {
        let message = message::get(self.next_transaction(), property);
        match self.ask(line, &message, ANSWERED_WITHIN)? {
            Answer::Value(of, value) if of == property => Ok(value),
            _ => Err(unfit("does not tell", property)),
        }
    }

    fn set(&mut self, line: &mut Line, property: u32, value: &[u8]) -> Result<(), RadioTrouble> {
        let message = message::set(self.next_transaction(), property, value);
        match self.ask(line, &message, ANSWERED_WITHIN)? {
            Answer::Value(of, _) if of == property => Ok(()),
            Answer::Status(Status::Ok, _) => Ok(()),
            _ => Err(unfit("does not take", property)),
        }
    }

    fn restart(&mut self, line: &mut Line) -> Result<(), RadioTrouble> {
        for _ in 0..STARTS {
            self.has_restarted = false;
            tell(line, &hdlc::encode(&message::reset()))?;
            let started = until(line, self, STARTED_WITHIN, |own| {
                own.has_restarted.then_some(())
            })?;
            if started.is_some() {
                return Ok(());
            }
        }
        Err(RadioTrouble::Silent(
            "does not start again when told in Spinel",
        ))
    }

    fn check_version(&mut self, line: &mut Line) -> Result<(), RadioTrouble> {
        let version = self.get(line, property::PROTOCOL_VERSION)?;
        let mut reader = Reader::new(&version);
        let (major, minor) = (reader.packed(), reader.packed());
        if major != Some(MAJOR) {
            let found = [major, minor].map(|number| number.unwrap_or_default());
            return Err(RadioTrouble::Unfit(format!(
                "speaks Spinel {}.{}, and not {MAJOR}",
                found[0], found[1]
            )));
        }
        let name = self.get(line, property::NCP_VERSION)?;
        self.firmware = Reader::new(&name).text(LONGEST_NAME);
        let capabilities = self.get(line, property::CAPS)?;
        let mut reader = Reader::new(&capabilities);
        let mut all = std::iter::from_fn(|| reader.packed());
        match all.any(|one| one == CAP_MAC_RAW || one == CAP_CONFIG_RADIO) {
            true => Ok(()),
            false => Err(RadioTrouble::Unfit(format!(
                "is `{}`, which gives no raw frames: flash it as a radio co-processor (ot-rcp)",
                self.firmware
            ))),
        }
    }

    /// The most energy on its channel within this time, in dBm.
    fn energy(&mut self, line: &mut Line, within_ms: u16) -> Result<i8, RadioTrouble> {
        self.energy = None;
        self.set(line, property::MAC_SCAN_MASK, &[self.channel])?;
        self.set(line, property::MAC_SCAN_PERIOD, &within_ms.to_le_bytes())?;
        self.set(line, property::MAC_SCAN_STATE, &[message::SCAN_ENERGY])?;
        let limit = ANSWERED_WITHIN + Duration::from_millis(within_ms.into());
        let energy = until(line, self, limit, |own| own.energy)?;
        energy.ok_or(RadioTrouble::Silent("does not end an energy scan"))
    }

    /// The strength of what is on its channel right now, in dBm.
    fn rssi(&mut self, line: &mut Line) -> Result<i8, RadioTrouble> {
        let value = self.get(line, property::PHY_RSSI)?;
        let rssi = Reader::new(&value).i8();
        rssi.ok_or_else(|| unfit("does not tell", property::PHY_RSSI))
    }
}

fn unfit(what: &str, property: u32) -> RadioTrouble {
    RadioTrouble::Unfit(format!("{what} property {property:#x} of Spinel"))
}

impl Language for Spinel {
    fn take(&mut self, octets: &[u8]) {
        for octet in octets {
            match self.decoder.push(*octet) {
                Some(Ok(message)) => self.take_message(&message),
                Some(Err(_)) => self.damaged += 1,
                None => {}
            }
        }
    }

    fn begin(&mut self, line: &mut Line, start: bool) -> Result<(), RadioTrouble> {
        self.decoder = hdlc::Decoder::default();
        if start {
            self.restart(line)?;
        }
        self.has_restarted = false;
        self.check_version(line)?;
        self.set(line, property::PHY_ENABLED, &[1])?;
        self.set(line, property::PHY_CHAN, &[self.channel])?;
        let all = match self.own.clone().filter(|_| self.role != RadioRole::Sniff) {
            Some(own) => {
                self.set(line, property::MAC_15_4_PANID, &own.pan_id.to_le_bytes())?;
                self.set(line, property::MAC_15_4_SADDR, &own.short.to_le_bytes())?;
                self.set(line, property::MAC_15_4_LADDR, &own.eui64.to_be_bytes())?;
                0
            }
            None => 2,
        };
        self.set(line, property::MAC_PROMISCUOUS_MODE, &[all])?;
        self.set(line, property::MAC_RAW_STREAM_ENABLED, &[1])
    }

    fn is_lost(&self) -> bool {
        self.has_restarted
    }

    fn send(&mut self, psdu: &[u8], line: &mut Line) -> Result<bool, RadioTrouble> {
        // The radio writes an FCS of its own, so a broken one must end here.
        if fcs::check(psdu).is_none() {
            return Ok(false);
        }
        for _ in 0..TRIES {
            let message = message::send(self.next_transaction(), psdu, self.channel);
            match self.ask(line, &message, SENT_WITHIN)? {
                Answer::Status(Status::Ok, acknowledgement) => {
                    self.heard.extend(acknowledgement);
                    return Ok(true);
                }
                Answer::Status(Status::NoAck, _) => return Ok(true),
                Answer::Status(Status::ChannelBusy, _) => {}
                // It refuses this frame, or is none of what it was any more.
                Answer::Status(_, _) | Answer::Value(..) => return Ok(false),
            }
        }
        Ok(false)
    }

    fn heard(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }

    fn look(&mut self, line: &mut Line) -> Result<Vec<String>, RadioTrouble> {
        const SCANNED_MS: u16 = 100;
        let mut words = vec![format!("firmware {}", self.firmware)];
        let mut told = vec![format!("{} dBm now", self.rssi(line)?)];
        match self.energy(line, SCANNED_MS) {
            Ok(energy) => told.push(format!("at most {energy} dBm within {SCANNED_MS} ms")),
            // Not every radio can.
            Err(RadioTrouble::Unfit(_)) => told.push("which scans for no energy".to_owned()),
            Err(error) => return Err(error),
        }
        words.push(format!("channel {}: {}", self.channel, told.join(", ")));
        if self.damaged > 0 {
            words.push(format!("{} damaged frames on its line", self.damaged));
        }
        Ok(words)
    }
}

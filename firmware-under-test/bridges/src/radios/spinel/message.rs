//! Spinel's messages, as far as a radio co-processor's host needs them. Facts from OpenThread's
//! `spinel.h`: protocol version 4.

use super::packed::{Reader, write_packed};
use crate::radios::heard::{Heard, LARGEST_PSDU, with_fcs};

/// Of the header's octet: 2 in the upper two bits, the interface below, the transaction last.
const VERSION: u8 = 0x80;
const VERSION_BITS: u8 = 0xc0;
/// The interface spoken to; a co-processor for several networks has more.
const INTERFACE_BITS: u8 = 0x30;
const TRANSACTION_BITS: u8 = 0x0f;
/// Transactions are 1 to 15; 0 is what nobody asked for.
pub const LAST_TRANSACTION: u8 = 15;

/// Commands.
const RESET: u32 = 1;
const GET: u32 = 2;
const SET: u32 = 3;
const IS: u32 = 6;

/// Properties.
pub mod property {
    /// How the last command went, and after a reset, why.
    pub const LAST_STATUS: u32 = 0;
    /// Major and minor version, two packed numbers.
    pub const PROTOCOL_VERSION: u32 = 1;
    /// The firmware's name and version, a text.
    pub const NCP_VERSION: u32 = 2;
    /// What it can do, packed numbers.
    pub const CAPS: u32 = 5;
    /// Whether the radio is on.
    pub const PHY_ENABLED: u32 = 0x20;
    /// The channel, an octet.
    pub const PHY_CHAN: u32 = 0x21;
    /// Power on air in dBm.
    pub const PHY_TX_POWER: u32 = 0x25;
    /// Strength of what is on air now, in dBm.
    pub const PHY_RSSI: u32 = 0x26;
    /// 0: idle, 2: an energy scan.
    pub const MAC_SCAN_STATE: u32 = 0x30;
    /// The channels to scan.
    pub const MAC_SCAN_MASK: u32 = 0x31;
    /// Milliseconds on each.
    pub const MAC_SCAN_PERIOD: u32 = 0x32;
    /// Its own 64-bit address, as printed.
    pub const MAC_15_4_LADDR: u32 = 0x34;
    /// Its own 16-bit address.
    pub const MAC_15_4_SADDR: u32 = 0x35;
    /// Its own PAN id.
    pub const MAC_15_4_PANID: u32 = 0x36;
    /// Whether frames heard are told as STREAM_RAW.
    pub const MAC_RAW_STREAM_ENABLED: u32 = 0x37;
    /// 0: frames for its own addresses, 2: all.
    pub const MAC_PROMISCUOUS_MODE: u32 = 0x38;
    /// A channel and the most energy there, in dBm.
    pub const MAC_ENERGY_SCAN_RESULT: u32 = 0x39;
    /// Frames, in both directions.
    pub const STREAM_RAW: u32 = 0x71;
}

/// It can be told frames, and tells those it hears.
pub const CAP_MAC_RAW: u32 = 513;
/// It is a radio co-processor.
pub const CAP_CONFIG_RADIO: u32 = 34;
/// Scans for energy.
pub const SCAN_ENERGY: u8 = 2;

/// How a command went.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Done; of a frame: sent, and acknowledged if it asked for that.
    Ok,
    /// Sent, and not acknowledged.
    NoAck,
    /// Not sent: the channel was never free.
    ChannelBusy,
    /// The co-processor has started again.
    Reset(u32),
    /// Not done, by its number in `spinel.h`.
    Failed(u32),
}

impl Status {
    fn of(number: u32) -> Status {
        match number {
            0 => Status::Ok,
            17 => Status::NoAck,
            18 => Status::ChannelBusy,
            112..128 => Status::Reset(number),
            other => Status::Failed(other),
        }
    }
}

/// What a co-processor says: a property's value.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Said<'a> {
    /// The command that it answers, 1 to 15; 0: unasked.
    pub transaction: u8,
    /// The property.
    pub property: u32,
    /// Its value.
    pub value: &'a [u8],
}

impl<'a> Said<'a> {
    /// Reads a message; none where it is none of a co-processor's that concerns a host.
    pub fn read(message: &'a [u8]) -> Option<Said<'a>> {
        let mut reader = Reader::new(message);
        let header = reader.u8()?;
        if header & VERSION_BITS != VERSION || header & INTERFACE_BITS != 0 {
            return None;
        }
        if reader.packed()? != IS {
            return None;
        }
        Some(Said {
            transaction: header & TRANSACTION_BITS,
            property: reader.packed()?,
            value: reader.rest(),
        })
    }

    /// How the command went, if that is what it says.
    pub fn status(&self) -> Option<Status> {
        (self.property == property::LAST_STATUS)
            .then(|| Reader::new(self.value).packed().map(Status::of))?
    }

    /// The acknowledgement that came with the status of a frame sent, if one did.
    pub fn acknowledgement(&self) -> Option<Heard> {
        if self.status()? != Status::Ok {
            return None;
        }
        let mut reader = Reader::new(self.value);
        reader.packed()?;
        // Whether frames are pending, and whether the header was changed.
        reader.u8()?;
        reader.u8()?;
        frame(reader)
    }

    /// The frame it heard, if that is what it says.
    pub fn heard(&self) -> Option<Heard> {
        (self.property == property::STREAM_RAW).then(|| frame(Reader::new(self.value)))?
    }
}

/// A frame and what is said of it. Metadata that a version lacks is at the end.
fn frame(mut reader: Reader<'_>) -> Option<Heard> {
    let psdu = reader.data().filter(|psdu| psdu.len() <= LARGEST_PSDU)?;
    // Some radios leave no FCS there but what their hardware writes in its place.
    let mut heard = Heard::plain(with_fcs(psdu)?);
    heard.rssi_dbm = reader.i8();
    let _noise_floor = reader.i8();
    let _flags = reader.u16();
    if let Some(phy) = reader.data() {
        let mut phy = Reader::new(phy);
        let _channel = phy.u8();
        heard.lqi = phy.u8();
        heard.time_us = phy.u64();
    }
    // Of one that could not be received, this says why.
    let error = reader.data().and_then(|data| Reader::new(data).packed());
    (error.unwrap_or(0) == 0).then_some(heard)
}

fn message(transaction: u8, command: u32) -> Vec<u8> {
    let mut octets = vec![VERSION | transaction & TRANSACTION_BITS];
    write_packed(command, &mut octets);
    octets
}

/// Start again. It is answered with an unasked status.
pub fn reset() -> Vec<u8> {
    message(0, RESET)
}

/// What is this property's value?
pub fn get(transaction: u8, property: u32) -> Vec<u8> {
    let mut octets = message(transaction, GET);
    write_packed(property, &mut octets);
    octets
}

/// Let this property have this value.
pub fn set(transaction: u8, property: u32, value: &[u8]) -> Vec<u8> {
    let mut octets = message(transaction, SET);
    write_packed(property, &mut octets);
    octets.extend_from_slice(value);
    octets
}

/// Put this frame on air as it is, once, on this channel, after a check that it is free.
pub fn send(transaction: u8, psdu: &[u8], channel: u8) -> Vec<u8> {
    /// Attempts to find the channel free: macMaxCSMABackoffs, IEEE 802.15.4-2015 8.4.3.1.
    const BACKOFFS: u8 = 4;
    const NO_RETRIES: u8 = 0;
    let mut value = Vec::with_capacity(psdu.len() + 16);
    let length = u16::try_from(psdu.len()).unwrap_or(u16::MAX);
    value.extend(length.to_le_bytes());
    value.extend(psdu);
    value.extend([channel, BACKOFFS, NO_RETRIES]);
    // With CSMA-CA; the header is final; no retransmission; nothing is left to secure.
    value.extend([1, 1, 0, 1]);
    // No delay, and the time that one would count from.
    value.extend([0; 8]);
    value.push(channel);
    set(transaction, property::STREAM_RAW, &value)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// What a co-processor says when it heard `02 00 56`, by hand.
    fn stream_raw(error: u8) -> Vec<u8> {
        let mut message = vec![0x80, 0x06, 0x71];
        message.extend([5, 0, 0x02, 0x00, 0x56, 0xff, 0xff]);
        message.extend([0xd6, 0x80, 0, 0]); // -42 dBm, noise not told, no flags
        message.extend([10, 0, 26, 0xc8, 1, 2, 0, 0, 0, 0, 0, 0]); // channel, LQI, time
        message.extend([1, 0, error]);
        message.extend([5, 0, 0, 0, 0, 0, 0]);
        message
    }

    #[test]
    fn a_frame_by_hand_is_read_with_its_metadata() {
        let message = stream_raw(0);
        let said = Said::read(&message).expect("a message");
        assert_eq!((said.transaction, said.status()), (0, None));
        assert_eq!(
            said.heard(),
            Some(Heard {
                psdu: vec![0x02, 0x00, 0x56, 0x0b, 0x82],
                rssi_dbm: Some(-42),
                lqi: Some(0xc8),
                time_us: Some(0x201),
            })
        );
        let message = stream_raw(6);
        assert_eq!(Said::read(&message).and_then(|said| said.heard()), None);
    }

    #[test]
    fn metadata_that_an_older_one_lacks_is_not_told() {
        let message = &stream_raw(0)[..3 + 7 + 1];
        let heard = Said::read(message).and_then(|said| said.heard());
        let heard = heard.expect("a frame");
        assert_eq!(
            (heard.rssi_dbm, heard.lqi, heard.time_us),
            (Some(-42), None, None)
        );
    }

    #[test]
    fn a_status_by_hand() {
        let status = |number: &[u8]| {
            let mut message = vec![0x83, 0x06, 0x00];
            message.extend(number);
            Said::read(&message).and_then(|said| said.status())
        };
        assert_eq!(status(&[0]), Some(Status::Ok));
        assert_eq!(status(&[17]), Some(Status::NoAck));
        assert_eq!(status(&[18]), Some(Status::ChannelBusy));
        assert_eq!(status(&[0x72]), Some(Status::Reset(114)));
        assert_eq!(status(&[0x80, 0x78]), Some(Status::Failed(15360)));
        assert_eq!(status(&[]), None);
        assert_eq!(Said::read(&[0x03, 0x06, 0x00, 0x00]), None, "no Spinel");
        assert_eq!(
            Said::read(&[0x93, 0x06, 0x00, 0x00]),
            None,
            "another interface"
        );
    }

    #[test]
    fn a_frame_sent_by_hand() {
        assert_eq!(
            send(5, &[0x02, 0x00, 0x56, 0x0b, 0x82], 15),
            [
                0x85, 0x03, 0x71, 5, 0, 0x02, 0x00, 0x56, 0x0b, 0x82, 15, 4, 0, 1, 1, 0, 1, 0, 0,
                0, 0, 0, 0, 0, 0, 15
            ]
        );
    }

    proptest! {
        #[test]
        fn no_message_breaks_the_reader(octets: Vec<u8>) {
            let dressed = [&[0x80, 0x06, 0x71][..], &octets].concat();
            for message in [&octets, &dressed] {
                if let Some(said) = Said::read(message) {
                    let _ = (said.status(), said.acknowledgement());
                    if let Some(heard) = said.heard() {
                        prop_assert!(heard.psdu.len() <= LARGEST_PSDU);
                    }
                }
            }
        }
    }
}

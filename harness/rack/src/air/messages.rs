//! Agent messages on their way through the host: taken out of octets, given another number,
//! put back.

use minicbor::encode::{Error, Write};
use minicbor::{Decoder, Encode, Encoder};
use sixlo_agent_protocol::{Accumulator, LARGEST_FRAME, encode};
use sixlo_transport::Channel;

/// Messages out of the octets of both channels.
#[derive(Default)]
pub(super) struct Messages(Box<[Accumulator; 2]>);

impl Messages {
    /// The messages that are whole with these octets. A damaged frame is dropped: whoever waits
    /// for an answer to it notices.
    pub fn take(&mut self, channel: Channel, octets: &[u8]) -> Vec<Vec<u8>> {
        let mut whole = Vec::new();
        let mut rest = octets;
        while !rest.is_empty() {
            let (after, frame) = self.0[channel as usize].feed(rest);
            rest = after;
            if let Some(Ok(message)) = frame {
                whole.push(message.to_vec());
            }
        }
        whole
    }
}

/// A message as a frame; empty where it is larger than any may be.
pub(super) fn framed(message: &impl Encode<()>) -> Vec<u8> {
    let mut frame = Box::new([0; LARGEST_FRAME]);
    match encode(message, &mut frame) {
        Ok(length) => frame[..length].to_vec(),
        Err(_) => Vec::new(),
    }
}

/// A message that is not looked into, under a number.
pub(super) struct Numbered<'m> {
    /// Its number.
    pub seq: u32,
    /// What stands behind the number.
    pub rest: &'m [u8],
}

impl<'m> Numbered<'m> {
    /// A message taken apart; none where it is not numbered.
    pub fn of(message: &'m [u8]) -> Option<Self> {
        let mut decoder = Decoder::new(message);
        if decoder.array().ok()? != Some(2) {
            return None;
        }
        let seq = decoder.u32().ok()?;
        let rest = message.get(decoder.position()..)?;
        Some(Numbered { seq, rest })
    }

    /// The same under another number.
    pub fn numbered(self, seq: u32) -> Self {
        Numbered { seq, ..self }
    }
}

impl Encode<()> for Numbered<'_> {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut (),
    ) -> Result<(), Error<W::Error>> {
        encoder.array(2)?.u32(self.seq)?;
        encoder
            .writer_mut()
            .write_all(self.rest)
            .map_err(Error::write)
    }
}

#[cfg(test)]
mod tests {
    use sixlo_agent_protocol::{FromHost, HostMessage};

    use super::*;

    fn asked(seq: u32) -> FromHost<'static> {
        let psdu = b"a frame";
        let message = HostMessage::Transmit { psdu };
        FromHost { seq, message }
    }

    #[test]
    fn a_message_under_another_number_is_the_same_message() {
        for (from, to) in [(1, 2), (23, 24), (255, 256), (70_000, 0)] {
            let mut messages = Messages::default();
            let mut found = Vec::new();
            for message in messages.take(Channel::Control, &framed(&asked(from))) {
                found = framed(&Numbered::of(&message).unwrap().numbered(to));
            }
            assert_eq!(found, framed(&asked(to)), "{from} {to}");
        }
    }

    #[test]
    fn halves_of_two_channels_are_kept_apart() {
        let (one, two) = (framed(&asked(1)), framed(&asked(2)));
        let mut messages = Messages::default();
        let mut numbers = Vec::new();
        let halves = [
            (Channel::Control, &one[..4]),
            (Channel::Phy, &two[..3]),
            (Channel::Control, &one[4..]),
            (Channel::Phy, &two[3..]),
        ];
        for (channel, octets) in halves {
            for message in messages.take(channel, octets) {
                numbers.push(Numbered::of(&message).unwrap().seq);
            }
        }
        assert_eq!(numbers, [1, 2]);
    }

    #[test]
    fn what_is_no_message_has_no_number() {
        for octets in [&[][..], &[0x81, 1], &[0x82], &[0x82, 0x40], &[0xff; 9]] {
            assert!(Numbered::of(octets).is_none(), "{octets:x?}");
        }
    }
}

//! Whatever a device puts on its agent stream, and whatever a host says to an agent.

#![no_main]

use std::time::{Duration, Instant};

use libfuzzer_sys::fuzz_target;
use sixlo_agent_protocol::{Accumulator, FromAgent, FromHost, HostMessage, LARGEST_FRAME, encode};
use sixlo_harness::agent_link::{AgentLink, Channel, Transport, TransportError};

/// A device that says this, a part at a time, and hears nothing.
struct Script {
    said: Vec<u8>,
    at: usize,
}

impl Transport for Script {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        let rest = &self.said[self.at..];
        let part = rest.len().min(into.len()).min(97);
        into[..part].copy_from_slice(&rest[..part]);
        self.at += part;
        Ok(Some((Channel::Control, part)))
    }

    fn write(&mut self, _: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        Ok(octets.len())
    }

    fn wait(&mut self, _to_write: bool, _limit: Duration) -> Result<(), TransportError> {
        Ok(())
    }
}

fuzz_target!(|octets: &[u8]| {
    // As it comes: hardly ever a message, so that the framing is tried.
    hear(octets.to_vec());
    // Each part a frame with a right CRC, so that what is inside is tried.
    let mut framed = Vec::new();
    let mut frame = [0; LARGEST_FRAME];
    for part in octets.split(|&octet| octet == 0xff) {
        if let Ok(length) = encode(&Plain(part), &mut frame) {
            framed.extend_from_slice(&frame[..length]);
        }
    }
    let mut accumulator = Accumulator::new();
    let mut rest = &framed[..];
    while !rest.is_empty() {
        let (after, message) = accumulator.feed(rest);
        rest = after;
        if let Some(Ok(message)) = message {
            let _ = minicbor::decode::<FromHost<'_>>(message);
            let _ = minicbor::decode::<FromAgent<'_>>(message);
        }
    }
    hear(framed);
});

fn hear(said: Vec<u8>) {
    let mut link = AgentLink::new(Script { said, at: 0 });
    link.queue(HostMessage::Hello { version: 1 });
    link.queue(HostMessage::Reset);
    let now = Instant::now();
    while let Ok(Some(_)) = link.hear_until(now + Duration::from_secs(1)) {}
}

/// Octets that stand for a message as they are.
struct Plain<'a>(&'a [u8]);

impl minicbor::Encode<()> for Plain<'_> {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut (),
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        encoder
            .writer_mut()
            .write_all(self.0)
            .map_err(minicbor::encode::Error::write)
    }
}

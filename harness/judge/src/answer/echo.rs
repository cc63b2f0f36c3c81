//! An echo reply, RFC 4443 4.2.

use std::net::Ipv6Addr;

use crate::matching::octets_shown;
use crate::reading::{Echo, Reading, icmpv6_type};

/// The echo request inside a packet.
pub(crate) struct EchoRequest<'p> {
    pub src: Ipv6Addr,
    pub dst: Ipv6Addr,
    pub echo: Echo<'p>,
}

impl<'p> EchoRequest<'p> {
    pub fn in_packet(packet: &'p [u8]) -> Option<Self> {
        EchoRequest::of(packet, &Reading::of(packet)?)
    }

    /// The request in a packet that has been read already.
    pub fn of(packet: &'p [u8], reading: &Reading) -> Option<Self> {
        Some(EchoRequest {
            src: reading.src,
            dst: reading.dst,
            echo: reading.echo(packet, icmpv6_type::ECHO_REQUEST)?,
        })
    }

    /// The right reply, in words.
    pub fn expected(&self) -> String {
        format!(
            "echo reply id 0x{:04x} seq {} from {} to {}",
            self.echo.identifier, self.echo.sequence, self.dst, self.src
        )
    }

    /// What is wrong in the reply that `packet` holds, in words; none where it is right.
    /// `may_answer`: whether its source may answer this request.
    pub fn wrong_in(
        &self,
        reply: &Echo,
        packet: &[u8],
        reading: &Reading,
        may_answer: bool,
    ) -> Option<String> {
        let mut wrong = Vec::new();
        if let Some((_, code @ 1..)) = reading.icmpv6(packet) {
            wrong.push(format!("code {code} (expected 0)"));
        }
        if !reading.checksum_right(packet) {
            wrong.push("a wrong checksum".to_owned());
        }
        if reply.identifier != self.echo.identifier {
            wrong.push(format!(
                "identifier 0x{:04x} (expected 0x{:04x})",
                reply.identifier, self.echo.identifier
            ));
        }
        if reply.sequence != self.echo.sequence {
            wrong.push(format!(
                "sequence number {} (expected {})",
                reply.sequence, self.echo.sequence
            ));
        }
        if reply.data != self.echo.data {
            wrong.push(format!(
                "data {} (expected {})",
                octets_shown(reply.data),
                octets_shown(self.echo.data)
            ));
        }
        if reading.dst != self.src {
            wrong.push(format!(
                "destination {} (expected {})",
                reading.dst, self.src
            ));
        }
        if !may_answer {
            wrong.push(format!("source {} (pinged was {})", reading.src, self.dst));
        }
        (!wrong.is_empty()).then(|| format!("echo reply with {}", wrong.join(", ")))
    }
}

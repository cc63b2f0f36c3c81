//! ICMPv6: echo, and which message goes where. RFC 4443.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Incoming, protocol, transport_checksum};
use crate::nd::Message;
use crate::{Node, Sink};

/// Octets of type, code and checksum.
const HEADER: usize = 4;

impl<const LEVEL: u8> Node<LEVEL> {
    /// `assigned` is false while the destination is still being probed.
    pub(crate) fn hear_icmpv6(
        &mut self,
        incoming: &Incoming<'_>,
        at: usize,
        assigned: bool,
        sink: &mut dyn Sink,
    ) {
        let message = &incoming.packet[at..];
        let &[kind, code, _, _, ref body @ ..] = message else {
            return;
        };
        let header = &incoming.header;
        let sum = transport_checksum(
            &header.source,
            &header.destination,
            protocol::ICMPV6,
            message,
        );
        if sum != 0 && !seeded!(Icmpv6ChecksumNotVerified) {
            return;
        }
        let discovery = (protocol::ROUTER_SOLICITATION..=protocol::REDIRECT).contains(&kind);
        if !assigned && !discovery {
            return;
        }
        sink.deliver(incoming.packet);
        let direct = incoming.depth == 0;
        if kind == self.settings.error_type && direct && !header.destination.is_multicast() {
            self.hear_class_unsupported(incoming, code);
        } else if kind == protocol::ECHO_REQUEST {
            self.answer_echo(incoming, body, sink);
        } else if discovery
            && direct
            && let Some(message) = Message::parse(header, message)
        {
            self.hear_discovery(incoming, &message, sink);
        }
    }

    /// RFC 4443 4.2: identifier, sequence number and data come back unchanged,
    /// also to those who asked a group.
    fn answer_echo(&mut self, incoming: &Incoming<'_>, body: &[u8], sink: &mut dyn Sink) {
        let Some(own) = self.answering_address(incoming) else {
            return;
        };
        // Identifier and sequence number. RFC 4443 4.1.
        if body.len() < HEADER {
            return;
        }
        let mut draft = Draft::new(own, incoming.header.source, protocol::ICMPV6);
        draft.put(&[protocol::ECHO_REPLY, 0, 0, 0]);
        if seeded!(EchoIdentifierWrong) {
            draft.put(&[body[0], body[1] ^ 1]);
            draft.put(&body[2..]);
        } else {
            draft.put(body);
        }
        self.output(draft.finish(), sink);
    }
}

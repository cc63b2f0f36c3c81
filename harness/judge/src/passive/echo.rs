//! Echo requests and replies. RFC 4443 4.

use super::Observer;
use super::asking::{Key, Open, Wrong};
use super::packet::Packet;
use crate::answer::EchoRequest;
use crate::reading::{Echo, icmpv6_type};

/// How a reply belongs to a question.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Tie {
    /// It answers this one.
    Answers,
    /// It answers this one wrongly, if no other request explains it.
    Perhaps,
}

impl Observer {
    pub(super) fn echo_reply(&mut self, packet: Packet) {
        let Some(reply) = packet.reading.echo(&packet.octets, icmpv6_type::ECHO_REPLY) else {
            return;
        };
        let key = Key::Echo {
            asker: packet.reading.dst,
            asked: packet.reading.src,
            identifier: reply.identifier,
            sequence: reply.sequence,
        };
        // A late one belongs to a question that was given up, not to its neighbours.
        let given_up = self.table.given_up(&key);
        let found = match self.table.get_mut(&key) {
            Some(open) => Some((open.key, Tie::Answers)),
            None if given_up.is_some() => None,
            None => self.nearly_asked(&packet, &reply),
        };
        let proof = self.proof_of_checksum(&packet);
        let Some((key, tie)) = found else {
            return self.stray_reply(key, packet, proof);
        };
        let Some(open) = self.table.get_mut(&key) else {
            return;
        };
        let Some(request) = EchoRequest::of(&open.request.octets, &open.request.reading) else {
            return;
        };
        let src = packet.reading.src;
        let may_answer = match request.dst.is_multicast() {
            true => !src.is_multicast() && !src.is_unspecified(),
            false => src == request.dst,
        };
        let words = request.wrong_in(&reply, &packet.octets, &packet.reading, may_answer);
        let Some(words) = words else {
            return self.right(key, &packet);
        };
        let by_checksum = !packet.checksum_right;
        let wrong = Wrong {
            number: packet.number,
            words,
            proof: match (by_checksum, given_up) {
                (true, _) => proof,
                (false, Some(earlier)) => Err(format!(
                    "packet {} may answer an earlier request, packet {earlier}",
                    packet.number
                )),
                (false, None) => Ok(()),
            },
            needs_whole: !by_checksum,
        };
        match tie {
            Tie::Answers => open.wrong.get_or_insert(wrong),
            Tie::Perhaps => open.perhaps.get_or_insert(wrong),
        };
    }

    /// The open question that a reply answers in all but one thing, or as one of a group.
    fn nearly_asked(&self, packet: &Packet, reply: &Echo) -> Option<(Key, Tie)> {
        self.table
            .latest()
            .find_map(|open| Some((open.key, tie(open, packet, reply)?)))
    }
}

fn tie(open: &Open, packet: &Packet, reply: &Echo) -> Option<Tie> {
    let Key::Echo {
        asker,
        asked,
        identifier,
        sequence,
    } = open.key
    else {
        return None;
    };
    let request = EchoRequest::of(&open.request.octets, &open.request.reading)?;
    let (src, dst) = (packet.reading.src, packet.reading.dst);
    let numbers = (reply.identifier == identifier, reply.sequence == sequence);
    if asked.is_multicast() && dst == asker && numbers == (true, true) {
        return Some(Tie::Answers);
    }
    // Without data of its own nothing ties it to this request.
    if reply.data != request.echo.data || reply.data.is_empty() || open.is_answered() {
        return None;
    }
    let one_number_wrong = numbers.0 != numbers.1 && (src, dst) == (asked, asker);
    // Another asker may have had the same numbers, one that the sniffer does not hear:
    // the frame at least must go back where the request came from.
    let goes_back = packet.src == open.request.dst && packet.dst == open.request.src;
    let one_address_wrong =
        numbers == (true, true) && goes_back && (src == asked) != (dst == asker);
    (one_number_wrong || one_address_wrong).then_some(Tie::Perhaps)
}

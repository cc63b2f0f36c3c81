//! Neighbour advertisements sent. RFC 4861 7.2.4.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Address, Incoming, protocol};
use crate::nd::message::advertisement_flags;
use crate::nd::option::{put_capability, put_target_link_address};
use crate::{Node, Sink};

impl<const LEVEL: u8> Node<LEVEL> {
    /// Answers a solicitation of `target`. Who asked without an address gets
    /// his answer with everyone (RFC 4861 7.2.4), uncompressed if he asked so:
    /// he may be of level 0.
    pub(super) fn advertise(
        &mut self,
        target: Address,
        incoming: &Incoming<'_>,
        sink: &mut dyn Sink,
    ) {
        let asker = incoming.header.source;
        if asker.is_unspecified() {
            let mut draft = self.advertisement(target, target, Address::ALL_NODES, false);
            let tries = u8::from(incoming.plain);
            self.broadcast(&mut draft, self.link_address_of(&target), tries, sink);
        } else {
            let mut draft = self.advertisement(target, target, asker, true);
            self.output(draft.finish(), sink);
        }
    }

    /// With this node's level. Draft section 6.2.
    pub(super) fn advertisement(
        &self,
        own: Address,
        target: Address,
        destination: Address,
        solicited: bool,
    ) -> Draft {
        let mut draft = Draft::discovery(own, destination);
        let flags = advertisement_flags(self.is_router(), solicited);
        draft.put(&[protocol::NEIGHBOR_ADVERTISEMENT, 0, 0, 0, flags, 0, 0, 0]);
        draft.put(&target.0);
        if own == target {
            put_target_link_address(&mut draft, self.link_address_of(&own));
        }
        if let Some(flags) = self.own_capability() {
            put_capability(&mut draft, flags);
        }
        draft
    }
}

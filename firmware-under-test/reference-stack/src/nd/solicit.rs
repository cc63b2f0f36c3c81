//! Neighbour solicitations sent. RFC 4861 7.2.2 and 7.3.3, RFC 4862 5.4.2.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Address, protocol};
use crate::mac::{Link, LinkAddress};
use crate::nd::option::put_source_link_address;
use crate::{Node, Sink};

impl<const LEVEL: u8> Node<LEVEL> {
    /// Asks the link who has `target`, after `tries` times without answer. The
    /// first goes out at the level of all neighbours heard; every repetition
    /// uncompressed, for a peer of level 0 understands nothing else and may
    /// not complain of a broadcast.
    pub(crate) fn solicit(&mut self, target: Address, tries: u8, sink: &mut dyn Sink) {
        let Some(own) = self.addresses.source_for(&target) else {
            return;
        };
        let link_address = self.link_address_of(&own);
        let mut draft = solicitation(own, target.solicited_node(), target);
        put_source_link_address(&mut draft, link_address);
        self.broadcast(&mut draft, link_address, tries, sink);
    }

    /// Asks a neighbour whether it is still there.
    pub(super) fn probe(&mut self, target: Address, link: LinkAddress, sink: &mut dyn Sink) {
        let Some(own) = self.addresses.source_for(&target) else {
            return;
        };
        let mut draft = solicitation(own, target, target);
        put_source_link_address(&mut draft, self.link_address_of(&own));
        self.transmit_to(draft.finish(), link, sink);
    }

    /// Asks whether anybody has this address, which is to become this node's.
    pub(super) fn probe_duplicate(&mut self, own: Address, tries: u8, sink: &mut dyn Sink) {
        let link_address = self.link_address_of(&own);
        let mut draft = solicitation(Address::UNSPECIFIED, own.solicited_node(), own);
        self.broadcast(&mut draft, link_address, tries, sink);
    }

    /// Sends to everyone: at their level first, uncompressed when repeated.
    pub(super) fn broadcast(
        &mut self,
        draft: &mut Draft,
        source: LinkAddress,
        tries: u8,
        sink: &mut dyn Sink,
    ) {
        let level = if tries == 0 {
            self.level_towards_all()
        } else {
            0
        };
        let link = Link {
            source,
            destination: LinkAddress::BROADCAST,
        };
        self.transmit(draft.finish(), link, level, sink);
    }
}

/// RFC 4861 4.3, without options.
pub(super) fn solicitation(source: Address, destination: Address, target: Address) -> Draft {
    let mut draft = Draft::discovery(source, destination);
    draft.put(&[protocol::NEIGHBOR_SOLICITATION, 0, 0, 0, 0, 0, 0, 0]);
    draft.put(&target.0);
    draft
}

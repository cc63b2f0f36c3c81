//! Neighbour advertisements sent. RFC 4861 7.2.4.

use crate::ipv6::draft::Draft;
use crate::ipv6::{Address, protocol};
use crate::nd::message::advertisement_flags;
use crate::nd::option::{Registration, put_capability, put_target_link_address};
use crate::{Node, Sink};

impl<const LEVEL: u8> Node<LEVEL> {
    /// Answers a solicitation of `target` by `asker`; who asked without an
    /// address gets his answer with everyone. RFC 4861 7.2.4.
    pub(super) fn advertise(
        &mut self,
        target: Address,
        asker: Address,
        registration: Option<Registration>,
        sink: &mut dyn Sink,
    ) {
        let solicited = !asker.is_unspecified();
        let destination = if solicited { asker } else { Address::ALL_NODES };
        let mut draft = self.advertisement(target, destination, solicited);
        if let Some(registration) = registration {
            registration.put(&mut draft);
        }
        self.output(draft.finish(), sink);
    }

    /// With this node's level. Draft section 6.2.
    pub(super) fn advertisement(
        &self,
        target: Address,
        destination: Address,
        solicited: bool,
    ) -> Draft {
        let mut draft = Draft::discovery(target, destination);
        let flags = advertisement_flags(self.is_router(), solicited);
        draft.put(&[protocol::NEIGHBOR_ADVERTISEMENT, 0, 0, 0, flags, 0, 0, 0]);
        draft.put(&target.0);
        put_target_link_address(&mut draft, self.link_address_of(&target));
        if let Some(flags) = self.own_capability() {
            put_capability(&mut draft, flags);
        }
        draft
    }
}

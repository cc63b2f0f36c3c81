//! What is heard of neighbours, and what becomes of those that stay silent.
//! RFC 4861 section 7.

use crate::ipv6::{Address, Incoming, Standing};
use crate::mac::LinkAddress;
use crate::nd::cache::{Advertised, Heard, Neighbour, Neighbours, State};
use crate::nd::option::Options;
use crate::nd::{MAX_SOLICIT, Message};
use crate::{Node, Sink};

impl<const LEVEL: u8> Node<LEVEL> {
    pub(crate) fn hear_discovery(
        &mut self,
        incoming: &Incoming<'_>,
        message: &Message<'_>,
        sink: &mut dyn Sink,
    ) {
        self.hear_options(incoming, message.options());
        match message {
            Message::NeighborSolicitation { target, options } => {
                self.hear_neighbor_solicitation(incoming, *target, options, sink);
            }
            Message::NeighborAdvertisement {
                solicited,
                replaces,
                target,
                options,
                ..
            } => {
                let said = Advertised {
                    link: options.target_link_address(),
                    solicited: *solicited,
                    replaces: *replaces,
                };
                self.hear_neighbor_advertisement(*target, said, sink);
                self.hear_registration_answer(incoming, options);
            }
            Message::RouterSolicitation { options } => {
                self.hear_router_solicitation(incoming, options, sink);
            }
            Message::RouterAdvertisement {
                lifetime_s,
                options,
            } => self.hear_router_advertisement(incoming, *lifetime_s, options, sink),
        }
    }

    /// A level is told of the neighbour, by whichever MAC address it goes.
    fn hear_options(&mut self, incoming: &Incoming<'_>, options: &Options<'_>) {
        let Some(flags) = options.capability() else {
            return;
        };
        let told = [options.source_link_address(), options.target_link_address()];
        self.hear_capability(incoming.link.source, flags);
        for link in told.into_iter().flatten() {
            self.hear_capability(link, flags);
        }
    }

    fn hear_neighbor_solicitation(
        &mut self,
        incoming: &Incoming<'_>,
        target: Address,
        options: &Options<'_>,
        sink: &mut dyn Sink,
    ) {
        if self.hear_registration(incoming, target, options, sink) {
            return;
        }
        let Some(own) = self.addresses.find(&target) else {
            return;
        };
        let source = incoming.header.source;
        if let Standing::Tentative { .. } = own.standing {
            // Someone else probes it, too. RFC 4862 5.4.3.
            if source.is_unspecified() {
                self.addresses.retain(|own| own.address != target);
            }
            return;
        }
        if let Some(link) = options.source_link_address()
            && !source.is_unspecified()
        {
            self.hear_source(source, link, sink);
        }
        self.advertise(target, incoming, sink);
    }

    /// A message told its sender's link-layer address.
    pub(super) fn hear_source(&mut self, source: Address, link: LinkAddress, sink: &mut dyn Sink) {
        let heard = self.neighbours.hear_source(source, link, self.now_us);
        self.after_hearing(source, heard, sink);
    }

    fn hear_neighbor_advertisement(
        &mut self,
        target: Address,
        said: Advertised,
        sink: &mut dyn Sink,
    ) {
        if let Some(own) = self.addresses.find(&target) {
            // Taken already. RFC 4862 5.4.4.
            if let Standing::Tentative { .. } = own.standing {
                self.addresses.retain(|own| own.address != target);
            }
            return;
        }
        let now_us = self.now_us;
        if let Some(heard) = self.neighbours.hear_advertisement(&target, said, now_us) {
            self.after_hearing(target, heard, sink);
        }
    }

    fn after_hearing(&mut self, address: Address, heard: Heard, sink: &mut dyn Sink) {
        if let Some(link) = heard.was {
            self.forget_level(link);
        }
        let link = self.neighbours.find(&address).and_then(Neighbour::link);
        if let Some(destination) = link.filter(|_| heard.resolved)
            && let Some((packet, length)) = self.waiting.take(&address)
        {
            self.transmit_to(&packet[..length], destination, sink);
        }
    }

    /// A learnt level goes with the last neighbour entry of its MAC address.
    pub(crate) fn forget_level(&mut self, link: LinkAddress) {
        if !self
            .neighbours
            .all()
            .any(|other| other.link() == Some(link))
        {
            self.peers.forget(link);
        }
    }

    /// Looks after a neighbour that is due.
    pub(crate) fn serve_neighbour(&mut self, neighbour: Neighbour, sink: &mut dyn Sink) {
        let Neighbour { address, state, .. } = neighbour;
        let spent = match state {
            State::Incomplete { tries, .. } | State::Probe { tries, .. } => tries >= MAX_SOLICIT,
            _ => false,
        };
        if spent {
            self.give_up(&neighbour);
            return;
        }
        let asked = Neighbours::asked_again(state, self.now_us);
        self.neighbours.set_state(&address, asked);
        match state {
            State::Incomplete { tries, .. } => self.solicit(address, tries, sink),
            _ => {
                if let Some(link) = neighbour.link() {
                    self.probe(address, link, sink);
                }
            }
        }
    }

    /// The neighbour does not answer.
    fn give_up(&mut self, neighbour: &Neighbour) {
        self.neighbours.remove(&neighbour.address);
        self.waiting.take(&neighbour.address);
        if let Some(link) = neighbour.link() {
            self.forget_level(link);
        }
    }
}

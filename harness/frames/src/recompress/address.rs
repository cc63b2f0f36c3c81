//! The fewest octets for the addresses of an IPv6 header. RFC 6282 3.1.1.

use std::net::Ipv6Addr;

use super::{Feature, FeatureSet};
use crate::context::{Context, ContextTable};
use crate::craft::IphcSpec;
use crate::iid::{self, Iid};

/// How one address travels.
#[derive(Debug, Clone, Copy)]
struct Mode {
    /// SAC or DAC.
    stateful: bool,
    /// SAM or DAM.
    bits: u8,
    /// SCI or DCI.
    context: u8,
    /// Octets in line.
    octets: usize,
}

/// The best ways for one address.
#[derive(Debug, Clone, Copy)]
struct Choice {
    /// Without a context octet: stateless, or out of context 0.
    without_cid: Mode,
    /// With any context.
    with_cid: Mode,
}

impl Choice {
    fn new(in_line: usize) -> Self {
        let mode = Mode {
            stateful: false,
            bits: 0,
            context: 0,
            octets: in_line,
        };
        Choice {
            without_cid: mode,
            with_cid: mode,
        }
    }

    fn offer(&mut self, mode: Mode) {
        if mode.context == 0 && mode.octets < self.without_cid.octets {
            self.without_cid = mode;
        }
        if mode.octets < self.with_cid.octets {
            self.with_cid = mode;
        }
    }
}

/// What addresses may be taken from.
pub(super) struct Sources<'a> {
    pub contexts: &'a ContextTable,
    pub allowed: FeatureSet,
    /// IIDs of the encapsulating header, source and destination.
    pub encapsulating: (Option<Iid>, Option<Iid>),
}

impl Sources<'_> {
    /// Fills in CID, SAC, SAM, M, DAC and DAM.
    pub(super) fn choose(&self, src: Ipv6Addr, dst: Ipv6Addr, spec: &mut IphcSpec) {
        let source = self.source(src);
        spec.m = dst.is_multicast();
        let destination = match spec.m {
            true => self.multicast(dst),
            false => self.unicast(dst, self.encapsulating.1),
        };
        let without_cid = source.without_cid.octets + destination.without_cid.octets;
        let with_cid = 1 + source.with_cid.octets + destination.with_cid.octets;
        let (source, destination) = match without_cid <= with_cid {
            true => (source.without_cid, destination.without_cid),
            false => {
                spec.cid = Some(source.with_cid.context << 4 | destination.with_cid.context);
                (source.with_cid, destination.with_cid)
            }
        };
        (spec.sac, spec.sam) = (source.stateful, source.bits);
        (spec.dac, spec.dam) = (destination.stateful, destination.bits);
    }

    fn source(&self, address: Ipv6Addr) -> Choice {
        let mut choice = self.unicast(address, self.encapsulating.0);
        if address.is_unspecified() && self.allowed.has(Feature::Unspecified) {
            choice.offer(Mode {
                stateful: true,
                bits: 0,
                context: 0,
                octets: 0,
            });
        }
        choice
    }

    fn unicast(&self, address: Ipv6Addr, encapsulating: Option<Iid>) -> Choice {
        let mut choice = Choice::new(16);
        let mut offer = |base: &Context, stateful, context| {
            let own = iid::of(address);
            for (bits, octets, iid) in [
                (3, 0, encapsulating),
                (
                    2,
                    2,
                    Some(iid::from_short(u16::from_be_bytes([own[6], own[7]]))),
                ),
                (1, 8, Some(own)),
            ] {
                if iid.is_some_and(|iid| base.with_iid(iid) == address) {
                    choice.offer(Mode {
                        stateful,
                        bits,
                        context,
                        octets,
                    });
                    break;
                }
            }
        };
        if self.allowed.has(Feature::StatelessUnicast) {
            offer(&Context::LINK_LOCAL, false, 0);
        }
        if self.allowed.has(Feature::StatefulUnicast) {
            for (id, context) in self.contexts.iter() {
                offer(context, true, id);
            }
        }
        choice
    }

    fn multicast(&self, address: Ipv6Addr) -> Choice {
        let octets = address.octets();
        let mut choice = Choice::new(16);
        let zeros = |from: usize, to: usize| octets[from..to].iter().all(|&octet| octet == 0);
        if self.allowed.has(Feature::StatelessMulticast) {
            let stateless = |bits, octets| Mode {
                stateful: false,
                bits,
                context: 0,
                octets,
            };
            if octets[1] == 0x02 && zeros(2, 15) {
                choice.offer(stateless(3, 1));
            } else if zeros(2, 13) {
                choice.offer(stateless(2, 4));
            } else if zeros(2, 11) {
                choice.offer(stateless(1, 6));
            }
        }
        if self.allowed.has(Feature::StatefulMulticast) {
            for (context, _) in self
                .contexts
                .iter()
                .filter(|(_, context)| is_prefix_of(context, &octets))
            {
                choice.offer(Mode {
                    stateful: true,
                    bits: 0,
                    context,
                    octets: 6,
                });
            }
        }
        choice
    }
}

/// Whether prefix and length of a unicast-prefix-based group (RFC 3306) are this
/// context's. What becomes of more than 64 bits is open, so it does not count.
fn is_prefix_of(context: &Context, group: &[u8; 16]) -> bool {
    context.length <= 64
        && group[3] == context.length
        && group[4..12] == context.with_iid([0; 8]).octets()[..8]
}

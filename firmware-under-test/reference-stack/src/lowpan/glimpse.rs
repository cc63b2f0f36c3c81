//! What a node sees of a frame that it does not take: enough to answer
//! "class unsupported", and to know when not to.
//!
//! The draft's section 6.1 makes restoring stateless source addresses part of
//! level 0, for an error needs somewhere to go.

use crate::context::Contexts;
use crate::ipv6::{Address, protocol};
use crate::lowpan::iphc::{Base, short_iid};
use crate::mac::Link;
use crate::reader::Reader;

/// An IPHC frame seen from afar.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Glimpse {
    pub source: Address,
    /// The ICMPv6 type inside, where it can be told.
    pub icmpv6_type: Option<u8>,
}

impl Glimpse {
    /// `None` if the source cannot be restored or the destination is a group.
    /// `contexts` is `None` below level 2.
    pub fn of(lowpan: &[u8], link: Link, contexts: Option<(&Contexts, u64)>) -> Option<Self> {
        let mut reader = Reader::new(lowpan);
        let base = Base::read(&mut reader)?;
        if base.m {
            return None;
        }
        let source_context = if base.cid { reader.u8()? >> 4 } else { 0 };
        reader.take(base.tf_octets())?;
        let next_header = if base.nh { None } else { Some(reader.u8()?) };
        if base.hlim == 0 {
            reader.u8()?;
        }
        let iid = match base.sam {
            0 => None,
            1 => Some(reader.array()?),
            2 => Some(short_iid(reader.array()?)),
            _ => Some(link.source.iid()),
        };
        let source = match (base.sac, iid) {
            (false, None) => Address(reader.array()?),
            (true, None) => return None,
            (false, Some(iid)) => Address::link_local(iid),
            (true, Some(iid)) => {
                let (contexts, now_us) = contexts?;
                contexts.get(source_context, now_us)?.complete(iid)
            }
        };
        let destination_octets = match (base.dac, base.dam) {
            (false, 0) => 16,
            (_, 1) => 8,
            (_, 2) => 2,
            _ => 0,
        };
        reader.take(destination_octets)?;
        Some(Glimpse {
            source,
            icmpv6_type: icmpv6_type(next_header, reader),
        })
    }
}

/// Looks for an ICMPv6 type behind NHC extension headers, in a tunnel, or at
/// the start of RFC 7400's bytecode.
fn icmpv6_type(next_header: Option<u8>, mut reader: Reader<'_>) -> Option<u8> {
    match next_header {
        Some(protocol::ICMPV6) => return reader.peek(),
        Some(_) => return None,
        None => {}
    }
    loop {
        match reader.u8()? {
            // The copy code 00kkkkkk is followed by that many octets as they are.
            0xdf => return matches!(reader.u8()?, 1..=0x5f).then(|| reader.peek())?,
            0xee => return None,
            octet @ 0xe0..=0xed => {
                let inline = if octet & 1 == 0 {
                    Some(reader.u8()?)
                } else {
                    None
                };
                let length = reader.u8()?;
                reader.take(usize::from(length))?;
                if let Some(value) = inline {
                    return (value == protocol::ICMPV6).then(|| reader.peek())?;
                }
            }
            _ => return None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::mac::LinkAddress;

    fn glimpse(lowpan: &[u8]) -> Option<Glimpse> {
        let link = Link {
            source: LinkAddress::Extended([0, 0x12, 0x4b, 0, 0, 0, 0, 1]),
            destination: LinkAddress::Short(2),
        };
        Glimpse::of(lowpan, link, None)
    }

    #[test]
    fn restores_every_stateless_source() {
        let elided = Address::link_local([2, 0x12, 0x4b, 0, 0, 0, 0, 1]);
        let seen = glimpse(&[0x7a, 0x33, 0x3a, 0x80, 0]).unwrap();
        assert_eq!((seen.source, seen.icmpv6_type), (elided, Some(0x80)));
        // CID=1, TF=00, HLIM=00, SAM=10.
        let seen = glimpse(&[0x60, 0xa3, 0, 1, 2, 3, 4, 17, 64, 0x12, 0x34]).unwrap();
        assert_eq!(seen.source, Address::link_local(short_iid([0x12, 0x34])));
        assert_eq!(seen.icmpv6_type, None);
    }

    #[test]
    fn groups_and_lost_sources_give_nothing() {
        assert_eq!(glimpse(&[0x7a, 0x3b, 0x3a, 0x01, 0x80]), None, "M=1");
        assert_eq!(glimpse(&[0x7a, 0x43, 0x3a, 0x80]), None, "::");
        assert_eq!(glimpse(&[0x7a, 0x73, 0x3a, 0x80]), None, "stateful");
    }

    #[test]
    fn finds_the_icmpv6_type_behind_nhc() {
        for (lowpan, kind) in [
            (&[0x7e, 0x33, 0xe0, 0x3a, 2, 1, 0, 0x03][..], Some(3)),
            (&[0x7e, 0x33, 0xdf, 0x04, 0x01, 0, 0, 0], Some(1)),
            (&[0x7e, 0x33, 0xf3, 0x12, 0, 0], None),
        ] {
            assert_eq!(glimpse(lowpan).unwrap().icmpv6_type, kind, "{lowpan:02x?}");
        }
    }
}

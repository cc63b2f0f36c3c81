//! IPHC: every pair of address modes, every TF and HLIM. RFC 6282 3.

use std::net::Ipv6Addr;

use super::address::{Multicast, Unicast};
use super::{Dice, Specimen, WIDTHS, Widths, broadcast, upper_layer};
use crate::craft::{Body, FrameSpec, IphcSpec};
use crate::iid::{self, Iid};
use crate::mac::MacFrame;
use crate::packet::{Ipv6Header, Packet};

pub(super) fn add(specimens: &mut Vec<Specimen>) {
    let mut dice = Dice(0x6282);
    for widths in WIDTHS {
        for src in Unicast::sources() {
            for dst in Unicast::destinations() {
                specimens.push(unicast(widths, src, dst, &mut dice));
            }
            for dst in Multicast::all() {
                specimens.push(multicast(widths, src, dst, &mut dice));
            }
        }
    }
    for tf in 0..4 {
        for hlim in 0..4 {
            for pad_ones in [false, true] {
                let (src, dst) = (Unicast::Stateless(3), Unicast::Stateless(3));
                let mut specimen = unicast(WIDTHS[0], src, dst, &mut dice);
                specimen.name = format!("tf {tf:02b} hlim {hlim:02b}");
                let Body::Iphc(iphc) = &mut specimen.frame.body else {
                    continue;
                };
                (iphc.tf, iphc.hlim, iphc.pad_ones) = (tf, hlim, pad_ones);
                header_fields(iphc, &mut specimen.packet.header, &mut dice);
                specimens.push(specimen);
            }
        }
    }
}

/// The IIDs that a frame's addresses stand for.
pub(super) fn elided(mac: &MacFrame) -> (Iid, Iid) {
    let of = |address| iid::from_mac(address).unwrap_or_default();
    (of(mac.src), of(mac.dst))
}

pub(super) fn unicast(widths: Widths, src: Unicast, dst: Unicast, dice: &mut Dice) -> Specimen {
    let mac = widths.frame();
    let (src_iid, dst_iid) = elided(&mac);
    let addresses = (src.address(src_iid, dice), dst.address(dst_iid, dice));
    let iphc = IphcSpec {
        dac: dst.is_stateful(),
        dam: dst.mode(),
        ..with_source(src, dst.context(), dice)
    };
    specimen(
        format!("iphc {src:?} to {dst:?}"),
        mac,
        addresses,
        iphc,
        dice,
    )
}

fn multicast(widths: Widths, src: Unicast, dst: Multicast, dice: &mut Dice) -> Specimen {
    let mac = broadcast(widths.src());
    let addresses = (src.address(elided(&mac).0, dice), dst.address(dice));
    let (dac, dam, dci) = match dst {
        Multicast::Stateless(dam) => (false, dam, 0),
        Multicast::Stateful { context } => (true, 0, context),
    };
    let iphc = IphcSpec {
        m: true,
        dac,
        dam,
        ..with_source(src, dci, dice)
    };
    specimen(
        format!("iphc {src:?} to {dst:?}"),
        mac,
        addresses,
        iphc,
        dice,
    )
}

/// SAC, SAM, and the CID octet where one is needed; sometimes where none is.
pub(super) fn with_source(src: Unicast, dci: u8, dice: &mut Dice) -> IphcSpec {
    let cid = src.context() << 4 | dci;
    IphcSpec {
        tf: dice.below(4) as u8,
        hlim: dice.below(4) as u8,
        cid: (cid != 0 || dice.below(4) == 0).then_some(cid),
        sac: src.is_stateful(),
        sam: src.mode(),
        ..IphcSpec::default()
    }
}

fn specimen(
    name: String,
    mac: MacFrame,
    (src, dst): (Ipv6Addr, Ipv6Addr),
    iphc: IphcSpec,
    dice: &mut Dice,
) -> Specimen {
    let mut header = Ipv6Header::new(src, dst);
    header_fields(&iphc, &mut header, dice);
    Specimen {
        name,
        packet: Packet::new(header, upper_layer::any(dice)),
        frame: FrameSpec {
            mac,
            body: Body::Iphc(iphc),
            ..FrameSpec::default()
        },
    }
}

/// Traffic class, flow label and hop limit that TF and HLIM restore. RFC 6282 3.1.1.
pub(super) fn header_fields(iphc: &IphcSpec, header: &mut Ipv6Header, dice: &mut Dice) {
    header.traffic_class = match iphc.tf {
        0 | 2 => dice.u8(),
        1 => dice.u8() & 0x03,
        _ => 0,
    };
    header.flow_label = match iphc.tf {
        0 | 1 => dice.u32() & 0xf_ffff,
        _ => 0,
    };
    header.hop_limit = match iphc.hlim {
        0 => dice.u8(),
        1 => 1,
        2 => 64,
        _ => 255,
    };
}

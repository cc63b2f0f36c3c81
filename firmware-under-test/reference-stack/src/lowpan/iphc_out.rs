//! Compresses IPv6 headers to the fewest octets that a level takes. RFC 6282 section 3.

use crate::context::Contexts;
use crate::ipv6::{Address, HEADER_OCTETS, Header};
use crate::lowpan::iphc::{Base, Iids, short_iid};
use crate::lowpan::nhc_out;
use crate::mac::{LARGEST_PSDU, Link};
use crate::writer::{Full, Writer};

/// The start of a frame: a dispatch, and what stands for the packet's first octets.
#[derive(Debug, Clone)]
pub(super) struct Head {
    buffer: [u8; LARGEST_PSDU],
    length: usize,
    /// Octets of the packet that it stands for.
    pub covers: usize,
}

impl Head {
    /// Uncompressed IPv6: a dispatch and nothing else. RFC 4944 5.1.
    pub fn plain() -> Self {
        let mut buffer = [0; LARGEST_PSDU];
        buffer[0] = super::dispatch::IPV6;
        Head {
            buffer,
            length: 1,
            covers: 0,
        }
    }

    pub fn octets(&self) -> &[u8] {
        &self.buffer[..self.length]
    }

    /// How much the packet grows when its headers are restored.
    pub fn growth(&self) -> usize {
        self.covers.saturating_sub(self.length)
    }
}

/// What a packet is compressed for.
pub(super) struct Compressor<'a> {
    pub contexts: &'a Contexts,
    pub link: Link,
    /// The highest level of the draft's Figure 4 that may be used; above 0.
    pub level: u8,
    /// Compress the source, too, by a context.
    pub stateful_source: bool,
    /// Elide UDP checksums. RFC 6282 4.3.2.
    pub elide_checksums: bool,
    /// Leave in line what may stay in line.
    pub wordy: bool,
    pub now_us: u64,
}

/// One way to write an address.
#[derive(Debug, Clone, Copy)]
struct Form {
    context: Option<u8>,
    mode: u8,
    octets: [u8; 16],
    length: usize,
}

impl Form {
    fn new(context: Option<u8>, mode: u8, octets: &[u8]) -> Self {
        let mut form = Form {
            context,
            mode,
            octets: [0; 16],
            length: octets.len(),
        };
        form.octets[..octets.len()].copy_from_slice(octets);
        form
    }

    /// Whether it wants the octet of context identifiers. RFC 6282 3.1.2.
    fn names_context(&self) -> bool {
        self.context.is_some_and(|id| id != 0)
    }
}

/// The shortest forms: without a context, with context 0, with another one.
type Forms = [Option<Form>; 3];

fn shorter(slot: &mut Option<Form>, form: Form) {
    if slot.is_none_or(|other| form.length < other.length) {
        *slot = Some(form);
    }
}

impl Compressor<'_> {
    /// `None` if the packet cannot be compressed or its headers do not fit a frame.
    pub fn compress(&self, packet: &[u8]) -> Option<Head> {
        let header = Header::parse(packet)?;
        // The length is elided, so it must be what can be inferred.
        if HEADER_OCTETS + header.payload_length != packet.len() {
            return None;
        }
        let mut buffer = [0; LARGEST_PSDU];
        let mut writer = Writer::new(&mut buffer);
        let covers = self.put(packet, &header, &mut writer).ok()?;
        let length = writer.length();
        Some(Head {
            buffer,
            length,
            covers,
        })
    }

    fn put(&self, packet: &[u8], header: &Header, writer: &mut Writer<'_>) -> Result<usize, Full> {
        let (source, destination) = self.addresses(header);
        let nh = !self.wordy && nhc_out::takes(packet, header.next_header, HEADER_OCTETS, self);
        let (tf, class_and_label) = self.traffic_class_and_flow_label(packet);
        let cid =
            source.names_context() || destination.names_context() || self.wordy && self.level >= 2;
        let base = Base {
            tf,
            nh,
            hlim: match header.hop_limit {
                _ if self.level < 3 || self.wordy => 0,
                63 if seeded!(HopLimitFormKept) => 2,
                254 if seeded!(HopLimitFormKept) => 3,
                1 => 1,
                64 => 2,
                255 => 3,
                _ => 0,
            },
            cid,
            sac: source.context.is_some() || header.source.is_unspecified() && source.length == 0,
            sam: source.mode,
            m: header.destination.is_multicast(),
            dac: destination.context.is_some(),
            dam: destination.mode,
        };
        writer.put(&base.octets())?;
        if cid {
            let (sci, dci) = (
                source.context.unwrap_or(0),
                destination.context.unwrap_or(0),
            );
            writer.put(&[sci << 4 | dci])?;
        }
        writer.put(&class_and_label[4 - base.tf_octets()..])?;
        if !nh {
            writer.put(&[header.next_header])?;
        }
        if base.hlim == 0 {
            writer.put(&[header.hop_limit])?;
        }
        writer.put(&source.octets[..source.length])?;
        writer.put(&destination.octets[..destination.length])?;
        if nh {
            nhc_out::put_chain(packet, header.next_header, self, writer)
        } else {
            Ok(HEADER_OCTETS)
        }
    }

    /// The TF mode, and its octets right-aligned. RFC 6282 3.2.1: ECN goes first.
    fn traffic_class_and_flow_label(&self, packet: &[u8]) -> (u8, [u8; 4]) {
        let [first, second, middle, low] = [packet[0], packet[1], packet[2], packet[3]];
        let class = first << 4 | second >> 4;
        let rotated = class.rotate_right(2);
        let high = second & 0x0f;
        let no_label = high == 0 && middle == 0 && low == 0;
        let no_dscp = rotated & 0x3f == 0;
        match (no_label, no_dscp) {
            _ if self.level < 3 || self.wordy => (0, [rotated, high, middle, low]),
            (true, true) if rotated == 0 => (3, [0; 4]),
            (true, _) => (2, [0, 0, 0, rotated]),
            (false, true) => (1, [0, rotated | high, middle, low]),
            (false, false) => (0, [rotated, high, middle, low]),
        }
    }

    /// The pair of forms with the fewest octets together.
    fn addresses(&self, header: &Header) -> (Form, Form) {
        let iids = Iids::from(self.link);
        let source = if header.source.is_unspecified() && !self.wordy {
            [Some(Form::new(None, 0, &[])), None, None]
        } else {
            self.unicast(&header.source, iids.source, self.stateful_source)
        };
        let destination = if header.destination.is_multicast() {
            self.multicast(&header.destination)
        } else {
            self.unicast(&header.destination, iids.destination, true)
        };
        let inline = |address: &Address| Form::new(None, 0, &address.0);
        let mut best = (inline(&header.source), inline(&header.destination));
        let mut least = usize::MAX;
        for source in source.into_iter().flatten() {
            for destination in destination.into_iter().flatten() {
                let cid = source.names_context() || destination.names_context();
                let octets = source.length + destination.length + usize::from(cid);
                if octets < least {
                    least = octets;
                    best = (source, destination);
                }
            }
        }
        best
    }

    fn unicast(&self, address: &Address, elided: [u8; 8], stateful: bool) -> Forms {
        let mut forms = [Some(Form::new(None, 0, &address.0)), None, None];
        if self.wordy {
            return forms;
        }
        let [stateless, zero, other] = &mut forms;
        if let Some(form) = with_iid(address, elided, None, Address::link_local) {
            shorter(stateless, form);
        }
        if self.level < 2 || !stateful {
            return forms;
        }
        for (id, context) in self.contexts.compressing(self.now_us) {
            let slot = if id == 0 { &mut *zero } else { &mut *other };
            if let Some(form) = with_iid(address, elided, Some(id), |iid| context.complete(iid)) {
                shorter(slot, form);
            }
        }
        forms
    }

    /// RFC 6282 3.2.3 and 3.2.4.
    fn multicast(&self, address: &Address) -> Forms {
        let a = &address.0;
        let mut forms = [Some(Form::new(None, 0, a)), None, None];
        if self.wordy {
            return forms;
        }
        let [stateless, zero, other] = &mut forms;
        let is_zero = |range: core::ops::Range<usize>| a[range].iter().all(|octet| *octet == 0);
        if a[1] == 2 && is_zero(2..15) {
            shorter(stateless, Form::new(None, 3, &[a[15]]));
        }
        if is_zero(2..13) {
            shorter(stateless, Form::new(None, 2, &[a[1], a[13], a[14], a[15]]));
        }
        if is_zero(2..11) {
            let octets = [a[1], a[11], a[12], a[13], a[14], a[15]];
            shorter(stateless, Form::new(None, 1, &octets));
        }
        if self.level < 2 {
            return forms;
        }
        for (id, context) in self.contexts.compressing(self.now_us) {
            let slot = if id == 0 { &mut *zero } else { &mut *other };
            let prefix = context.complete([0; 8]).prefix();
            if context.length <= 64 && a[3] == context.length && a[4..12] == prefix {
                let octets = [a[1], a[2], a[12], a[13], a[14], a[15]];
                shorter(slot, Form::new(Some(id), 0, &octets));
            }
        }
        forms
    }
}

/// The shortest form whose identifier `restores` the address. RFC 6282 3.2.2.
fn with_iid(
    address: &Address,
    elided: [u8; 8],
    context: Option<u8>,
    restores: impl Fn([u8; 8]) -> Address,
) -> Option<Form> {
    let iid = address.iid();
    let last = [iid[6], iid[7]];
    if restores(elided) == *address {
        Some(Form::new(context, 3, &[]))
    } else if restores(short_iid(last)) == *address {
        Some(Form::new(context, 2, &last))
    } else if restores(iid) == *address {
        Some(Form::new(context, 1, &iid))
    } else {
        None
    }
}

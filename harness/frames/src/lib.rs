//! 802.15.4 and 6LoWPAN frames: octets to fields and back, with full control of every bit.
//!
//! [`packet`] builds uncompressed IPv6 packets, [`craft`] puts them into frames, [`dissect`]
//! takes frames and packets apart, [`recompress`] finds the smallest legal encoding,
//! [`security`] secures frames and opens them.
//! No I/O, no clock, no verdicts; no input makes any of it panic.
//!
//! ```
//! use sixlo_frames::context::ContextTable;
//! use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, NhcSpec, craft};
//! use sixlo_frames::dissect::{DissectOptions, FcsMode, dissect};
//! use sixlo_frames::field::{FieldId, Value};
//! use sixlo_frames::mac::{MacAddress, MacFrame};
//! use sixlo_frames::packet::{Ipv6Header, Packet, Udp};
//!
//! let (one, two) = (MacAddress::Short(1), MacAddress::Short(2));
//! let header = Ipv6Header::new("fe80::ff:fe00:1".parse()?, "fe80::ff:fe00:2".parse()?);
//! let packet = Packet::new(header, Udp::new(0xf0b1, 0xf0b2, *b"hi")).to_octets();
//! let spec = FrameSpec {
//!     mac: MacFrame::data(7, 0xabcd, two, one),
//!     body: Body::Iphc(IphcSpec {
//!         tf: 3,   // traffic class and flow label elided
//!         hlim: 2, // 64
//!         sam: 3,  // both addresses from the MAC header
//!         dam: 3,
//!         nhc: vec![NhcSpec::Udp { p: 3, elide_checksum: false }],
//!         ..IphcSpec::default()
//!     }),
//!     ..FrameSpec::default()
//! };
//! let psdus = craft(&spec, &packet)?;
//! assert_eq!(psdus[0].len(), 9 + 4 + 2 + 2 + 2); // MAC, headers, checksum, data, FCS
//!
//! let contexts = ContextTable::new();
//! let options = DissectOptions { contexts: &contexts, fcs: FcsMode::Present, keys: None };
//! let read = dissect(&psdus[0], &options);
//! assert_eq!(read.packet.as_deref(), Some(&packet[..]));
//! assert_eq!(read.get(FieldId::NhcUdpP), Some(&Value::Uint(3)));
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

pub mod context;
pub mod craft;
pub mod dissect;
pub mod field;
pub mod ghc;
pub mod iid;
pub mod mac;
pub mod packet;
pub mod reassembly;
pub mod recompress;
pub mod security;
pub mod workload;

#[cfg(test)]
mod hex;
#[cfg(test)]
mod properties;

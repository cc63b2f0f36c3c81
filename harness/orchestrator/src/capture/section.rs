//! What every section begins with: the section header and both interfaces.

use std::borrow::Cow;
use std::io::Write;

use pcap_file::pcapng::blocks::interface_description::{
    InterfaceDescriptionBlock, InterfaceDescriptionOption, InterfaceTsResolution,
};
use pcap_file::pcapng::{PcapNgWriteError, PcapNgWriter};
use pcap_file::{DataLink, Endianness};

use super::packet::Interface;

/// Begins a section: always in the same octets, so that a reader who knows
/// them can start at any packet.
pub(super) fn begin<W: Write>(writer: W) -> Result<PcapNgWriter<W>, PcapNgWriteError> {
    let mut writer = PcapNgWriter::with_endianness(writer, Endianness::Little)?;
    for interface in Interface::ALL {
        writer.write_pcapng_block(describe(interface))?;
    }
    Ok(writer)
}

/// The octets of [`begin`].
pub(super) fn beginning() -> Vec<u8> {
    begin(Vec::new())
        .expect("memory takes what is written to it")
        .into_inner()
}

fn describe(interface: Interface) -> InterfaceDescriptionBlock<'static> {
    let (linktype, name) = match interface {
        // LINKTYPE_IEEE802_15_4_WITHFCS, 195.
        Interface::Air => (DataLink::IEEE802_15_4, "air"),
        // LINKTYPE_IPV6, 229.
        Interface::Delivered => (DataLink::IPV6, "delivered"),
    };
    InterfaceDescriptionBlock {
        linktype,
        // No limit.
        snaplen: 0,
        options: vec![
            InterfaceDescriptionOption::IfName(Cow::Borrowed(name)),
            InterfaceDescriptionOption::IfTsResol(InterfaceTsResolution::NANO),
        ],
    }
}

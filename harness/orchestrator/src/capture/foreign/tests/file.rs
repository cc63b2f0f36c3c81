//! Files of both formats.

use crate::capture::foreign::container::Endian;

fn u16(endian: Endian, number: u16) -> [u8; 2] {
    match endian {
        Endian::Little => number.to_le_bytes(),
        Endian::Big => number.to_be_bytes(),
    }
}

fn u32(endian: Endian, number: u32) -> [u8; 4] {
    match endian {
        Endian::Little => number.to_le_bytes(),
        Endian::Big => number.to_be_bytes(),
    }
}

/// The time of every packet that is given none: some day of 2023.
pub const SECONDS: u32 = 1_700_000_000;

/// A pcap.
pub struct OldFile {
    endian: Endian,
    pub octets: Vec<u8>,
}

impl OldFile {
    pub fn new(endian: Endian, nano: bool, link: u32) -> Self {
        let magic = if nano { 0xa1b2_3c4d } else { 0xa1b2_c3d4 };
        let mut octets = u32(endian, magic).to_vec();
        octets.extend(u16(endian, 2));
        octets.extend(u16(endian, 4));
        for word in [0, 0, 65_535, link] {
            octets.extend(u32(endian, word));
        }
        OldFile { endian, octets }
    }

    /// One of the usual kind with these packets.
    pub fn of<'a>(link: u32, packets: impl IntoIterator<Item = &'a [u8]>) -> Vec<u8> {
        let file = OldFile::new(Endian::Little, false, link);
        packets
            .into_iter()
            .fold(file, |file, packet| file.packet(0, packet))
            .octets
    }

    pub fn packet(self, fraction: u32, octets: &[u8]) -> Self {
        self.snapped(fraction, octets, octets.len() as u32)
    }

    pub fn snapped(mut self, fraction: u32, octets: &[u8], length: u32) -> Self {
        for word in [SECONDS, fraction, octets.len() as u32, length] {
            self.octets.extend(u32(self.endian, word));
        }
        self.octets.extend(octets);
        self
    }
}

/// A pcapng.
pub struct NgFile {
    endian: Endian,
    pub octets: Vec<u8>,
}

impl NgFile {
    pub fn new() -> Self {
        let octets = Vec::new();
        let endian = Endian::Little;
        NgFile { endian, octets }.section(endian)
    }

    pub fn section(mut self, endian: Endian) -> Self {
        self.endian = endian;
        let mut body = u32(endian, 0x1a2b_3c4d).to_vec();
        body.extend(u16(endian, 1));
        body.extend(u16(endian, 0));
        body.extend([0xff; 8]);
        self.block(0x0a0d_0d0a, &body)
    }

    pub fn interface(self, link: u16, options: &[(u16, &[u8])]) -> Self {
        let endian = self.endian;
        let mut body = [u16(endian, link), u16(endian, 0)].concat();
        body.extend(u32(endian, 0));
        for (code, value) in options {
            body.extend(u16(endian, *code));
            body.extend(u16(endian, value.len() as u16));
            body.extend(*value);
            body.resize(body.len().next_multiple_of(4), 0);
        }
        self.block(1, &body)
    }

    pub fn packet(self, interface: u32, ticks: u64, octets: &[u8]) -> Self {
        let endian = self.endian;
        let length = octets.len() as u32;
        let mut body = Vec::new();
        for word in [
            interface,
            (ticks >> 32) as u32,
            ticks as u32,
            length,
            length,
        ] {
            body.extend(u32(endian, word));
        }
        body.extend(octets);
        self.block(6, &body)
    }

    /// The obsolete packet block.
    pub fn old_packet(self, interface: u16, ticks: u64, octets: &[u8]) -> Self {
        let endian = self.endian;
        let length = octets.len() as u32;
        let mut body = [u16(endian, interface), u16(endian, 0xffff)].concat();
        for word in [(ticks >> 32) as u32, ticks as u32, length, length] {
            body.extend(u32(endian, word));
        }
        body.extend(octets);
        self.block(2, &body)
    }

    pub fn simple_packet(self, octets: &[u8]) -> Self {
        let mut body = u32(self.endian, octets.len() as u32).to_vec();
        body.extend(octets);
        self.block(3, &body)
    }

    pub fn block(mut self, kind: u32, body: &[u8]) -> Self {
        let padded = body.len().next_multiple_of(4);
        let length = u32(self.endian, padded as u32 + 12);
        self.octets.extend(u32(self.endian, kind));
        self.octets.extend(length);
        self.octets.extend(body);
        self.octets
            .resize(self.octets.len() + padded - body.len(), 0);
        self.octets.extend(length);
        self
    }
}

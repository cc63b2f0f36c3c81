//! Other addresses in place of those of the run.

use std::net::Ipv6Addr;

use sixlo_frames::context::Context;
use sixlo_frames::mac::MacAddress;

use super::salt::Salt;
use super::substitution::Substitution;
use crate::catalogue::Parameters;

/// Which address stands for which.
pub(super) struct Addresses<'a> {
    salt: &'a Salt,
    /// EUI-64s, most significant octet first: as they were, as they are.
    nodes: Vec<([u8; 8], [u8; 8])>,
    substitution: Substitution,
}

impl<'a> Addresses<'a> {
    /// For a run of these parameters; they are returned with their new addresses.
    pub fn new(salt: &'a Salt, was: &Parameters) -> (Self, Parameters) {
        let mut addresses = Addresses {
            salt,
            nodes: Vec::new(),
            substitution: Substitution::default(),
        };
        let mut is = was.clone();
        let all = &mut is.addresses;
        for node in [&mut all.tester, &mut all.dut, &mut all.peer] {
            node.eui64 = addresses.eui64(node.eui64);
        }
        all.prefix = addresses.prefix(Context {
            prefix: all.prefix,
            length: 64,
        });
        for context in is.prefixes.values_mut() {
            context.prefix = addresses.prefix(*context);
        }
        (addresses, is)
    }

    /// What stands for an EUI-64. Zeros stay zeros and the two flags stay flags, so that
    /// whatever compresses an address compresses the other as well; so do `ff fe` in the
    /// middle, which say that it was made of an EUI-48.
    pub fn eui64(&mut self, was: [u8; 8]) -> [u8; 8] {
        if let Some((_, is)) = self.nodes.iter().find(|(known, _)| *known == was) {
            return *is;
        }
        let is = (0u32..)
            .map(|attempt| self.candidate(was, attempt))
            .find(|is| {
                self.nodes
                    .iter()
                    .all(|(other, new)| other[5..] == was[5..] || new[5..] != is[5..])
            })
            .expect("three octets are enough for the nodes of a run");
        self.nodes.push((was, is));
        self.add(was, is);
        is
    }

    fn candidate(&self, was: [u8; 8], attempt: u32) -> [u8; 8] {
        let keyed = self
            .salt
            .keyed("EUI-64", &[&was[..], &attempt.to_be_bytes()].concat());
        let mut is = was;
        for (at, octet) in is.iter_mut().enumerate() {
            *octet = match (at, *octet) {
                (0, old) => keyed[0] & !3 | old & 3,
                (_, 0) => 0,
                (3 | 4, _) if was[3..5] == [0xff, 0xfe] => *octet,
                // Neither zero nor the mark of an EUI-48.
                (_, _) => 1 + keyed[at] % 0xfd,
            };
        }
        is
    }

    /// Every form in which an EUI-64 stands in a frame or a packet.
    fn add(&mut self, was: [u8; 8], is: [u8; 8]) {
        let reversed = |mut octets: [u8; 8]| {
            octets.reverse();
            octets
        };
        // RFC 4291 appendix A: the universal/local bit is inverted in an IID.
        let iid = |mut octets: [u8; 8]| {
            octets[0] ^= 2;
            octets
        };
        // The end of a solicited-node address, RFC 4291 2.7.1, in line or compressed.
        let group = |octets: [u8; 8]| [0x01, 0xff, octets[5], octets[6], octets[7]];
        self.substitution.add(&was, &is);
        self.substitution.add(&reversed(was), &reversed(is));
        self.substitution.add(&iid(was), &iid(is));
        self.substitution.add(&group(was), &group(is));
        // What a context of 80 bits leaves of an IID (RFC 6282 3.1.1: the context covers the rest).
        self.substitution.add(&was[2..], &is[2..]);
    }

    /// What stands for a prefix: one for documentation (RFC 3849), as those of most runs are.
    fn prefix(&mut self, context: Context) -> Ipv6Addr {
        let octets = context.prefix.octets();
        let length = usize::from(context.length).min(64) / 8;
        let is_local = octets[0] == 0xfe;
        if octets[..4] == [0x20, 0x01, 0x0d, 0xb8] || is_local || length < 6 {
            return context.prefix;
        }
        let keyed = self.salt.keyed("prefix", &octets[..length]);
        let mut is = octets;
        is[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        for (at, octet) in is.iter_mut().enumerate().take(length).skip(4) {
            *octet = match *octet {
                0 => 0,
                _ => 1 + keyed[at] % 0xff,
            };
        }
        self.substitution.add(&octets[..length], &is[..length]);
        is.into()
    }

    /// Takes note of an address that a case gives to the device: the catalogue names it.
    pub fn given(&mut self, was: [u8; 8], is: [u8; 8]) {
        if !self.nodes.iter().any(|(known, _)| *known == was) {
            self.nodes.push((was, is));
            self.add(was, is);
        }
    }

    /// Takes note of an address that a device uses and the parameters do not know.
    pub fn meet(&mut self, address: MacAddress) {
        if let MacAddress::Extended(eui64) = address {
            let is_known = |(was, is): &([u8; 8], [u8; 8])| *was == eui64 || *is == eui64;
            if !self.nodes.iter().any(is_known) {
                self.eui64(eui64);
            }
        }
    }

    /// What to put in place of what.
    pub fn substitution(&self) -> &Substitution {
        &self.substitution
    }
}

/// The parameter file that gives these parameters.
pub(super) fn file(parameters: &Parameters) -> String {
    let all = &parameters.addresses;
    let mut text = format!(
        "seed: {}\npan-id: {}\nprefix: \"{}\"\n",
        parameters.seed, all.pan_id, all.prefix
    );
    for (name, node) in [("tester", all.tester), ("dut", all.dut), ("peer", all.peer)] {
        let eui64: Vec<String> = node
            .eui64
            .iter()
            .map(|octet| format!("{octet:02x}"))
            .collect();
        text += &format!(
            "{name}: {{ eui64: \"{}\", short: {} }}\n",
            eui64.join(" "),
            node.short
        );
    }
    text += "prefixes:\n";
    for (name, Context { prefix, length }) in &parameters.prefixes {
        text += &format!("  {name}: \"{prefix}/{length}\"\n");
    }
    text += "ports:\n";
    for (name, port) in &parameters.ports {
        text += &format!("  {name}: {port}\n");
    }
    text
}

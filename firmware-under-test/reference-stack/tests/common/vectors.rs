//! Reads `testcases/vectors/iphc.txt`.

use sixlo_reference_stack::{Address, LinkAddress};

use super::{AnyNode, eui64, frame, hex, node};

/// A LoWPAN frame and the packet it stands for.
#[derive(Debug, Clone)]
pub struct Vector {
    pub name: String,
    pub level: u8,
    pub from: LinkAddress,
    pub to: LinkAddress,
    /// Identifier, prefix, length.
    pub contexts: Vec<(u8, [u8; 16], u8)>,
    pub elision: bool,
    pub lowpan: Vec<u8>,
    pub ipv6: Vec<u8>,
}

impl Vector {
    fn named(name: &str) -> Self {
        Vector {
            name: name.into(),
            level: 0,
            from: LinkAddress::Extended(eui64(1)),
            to: LinkAddress::Extended(eui64(2)),
            contexts: Vec::new(),
            elision: false,
            lowpan: Vec::new(),
            ipv6: Vec::new(),
        }
    }

    fn address(&self, at: usize) -> Address {
        Address(self.ipv6[at..at + 16].try_into().unwrap())
    }

    pub fn source(&self) -> Address {
        self.address(8)
    }

    pub fn destination(&self) -> Address {
        self.address(24)
    }

    /// The frame as a PSDU.
    pub fn psdu(&self) -> Vec<u8> {
        frame(self.from, self.to, &self.lowpan)
    }

    /// A node of level `level` to which it is addressed.
    pub fn receiver(&self, level: u8) -> Box<dyn AnyNode> {
        let mut node = node(level);
        node.set_eui64(eui64(2));
        node.set_short(2);
        match self.destination() {
            group @ Address([0xff, ..]) => {
                node.add_address(super::link_local(2));
                node.join(group);
            }
            address => node.add_address(address),
        }
        // A tunnel's inner packet goes to the node's own address.
        if self.ipv6[6] == 41 {
            node.add_address(Address(self.ipv6[64..80].try_into().unwrap()));
        }
        for (id, prefix, length) in &self.contexts {
            node.set_context(*id, *prefix, *length);
        }
        if self.elision {
            node.authorise_elision();
        }
        node.reset();
        node
    }
}

fn mac(text: &str) -> LinkAddress {
    match hex(text)[..] {
        [high, low] => LinkAddress::Short(u16::from_be_bytes([high, low])),
        ref octets => LinkAddress::Extended(octets.try_into().unwrap()),
    }
}

/// All of them.
pub fn all() -> Vec<Vector> {
    let text = include_str!("../../../../testcases/vectors/iphc.txt");
    let mut vectors: Vec<Vector> = Vec::new();
    for line in text
        .lines()
        .filter(|line| !line.starts_with('#') && !line.is_empty())
    {
        let (key, value) = line.split_once(' ').unwrap_or((line, ""));
        if key == "vector" {
            vectors.push(Vector::named(value));
            continue;
        }
        let vector = vectors.last_mut().unwrap();
        match key {
            "level" => vector.level = value.parse().unwrap(),
            "from" => vector.from = mac(value),
            "to" => vector.to = mac(value),
            "elision" => vector.elision = true,
            "lowpan" => vector.lowpan = hex(value),
            "ipv6" => vector.ipv6 = hex(value),
            "context" => {
                let words: Vec<&str> = value.split(' ').collect();
                let prefix = hex(words[1]).try_into().unwrap();
                let (id, length) = (words[0].parse().unwrap(), words[2].parse().unwrap());
                vector.contexts.push((id, prefix, length));
            }
            _ => panic!("{line}"),
        }
    }
    vectors
}

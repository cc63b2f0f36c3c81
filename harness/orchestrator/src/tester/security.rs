//! The tester's end of a secured link: its counter, its keys, and who is who.

use hmac::{Hmac, Mac};
use sha2::Sha256;
use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, MacInfo, dissect};
use sixlo_frames::field::{FieldId, Value};
use sixlo_frames::mac::{FrameType, MacAddress};
use sixlo_frames::security::{AuxiliaryHeader, Key, Keys, Level, SecureError, open, secure};
use sixlo_judge::evidence::{Evidence, What};
use sixlo_judge::link::{Link, Thread};
use sixlo_judge::profile::Addresses;
use sixlo_judge::testcase::Given;

/// Why a frame cannot go out on a secured link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsecurable {
    /// The nonce needs the EUI-64 of its source.
    #[error("a secured frame needs a source whose EUI-64 is known")]
    Source,
    /// The codec says why.
    #[error(transparent)]
    Frame(#[from] SecureError),
}

/// One end of a secured link.
#[derive(Debug, Clone)]
pub struct Security {
    header: AuxiliaryHeader,
    key: Key,
    /// With the nodes that are always there.
    base: Keys,
    /// With the EUI-64, too, that the device has in this trial.
    keys: Keys,
    nodes: [(u16, [u8; 8]); 3],
    dut_short: u16,
}

impl Security {
    /// That of this link; none where it is plain.
    pub fn of(link: &Link, addresses: &Addresses) -> Option<Security> {
        let header = link.header()?;
        let key = match link {
            Link::Plain => return None,
            Link::Secured(secured) => secured.key.into(),
            Link::Thread(thread) => thread_keys(thread).mac,
        };
        let nodes = [addresses.tester, addresses.peer, addresses.dut];
        let nodes = nodes.map(|node| (node.short, node.eui64));
        let mut keys = Keys::new().with_key(header.key_id, key);
        for (short, eui64) in nodes {
            keys.add_node(short, eui64);
        }
        Some(Security {
            header,
            key,
            base: keys.clone(),
            keys,
            nodes,
            dut_short: addresses.dut.short,
        })
    }

    /// The keys, for those who read frames as they were on air.
    pub fn keys(&self) -> &Keys {
        &self.keys
    }

    /// The frame as it goes on air: each with a counter one higher than the one before.
    /// Acknowledgements have no source, and go as they are.
    ///
    /// # Errors
    /// Where the frame cannot be secured.
    pub fn secure(&mut self, psdu: &[u8]) -> Result<Vec<u8>, Unsecurable> {
        let secured = self.secured(psdu)?;
        self.header.frame_counter = self.header.frame_counter.wrapping_add(1);
        Ok(secured)
    }

    /// The same frame with the counter that the next one has.
    ///
    /// # Errors
    /// Where the frame cannot be secured.
    pub fn secured(&self, psdu: &[u8]) -> Result<Vec<u8>, Unsecurable> {
        let mac = mac_of(psdu).ok_or(Unsecurable::Frame(SecureError::Header))?;
        if mac.frame_type == FrameType::Ack {
            return Ok(psdu.to_vec());
        }
        let source = self.eui64_of(mac.src).ok_or(Unsecurable::Source)?;
        Ok(secure(psdu, &self.header, self.key, source)?)
    }

    fn eui64_of(&self, source: MacAddress) -> Option<[u8; 8]> {
        match source {
            MacAddress::Absent => None,
            MacAddress::Extended(eui64) => Some(eui64),
            MacAddress::Short(short) => {
                let node = self.nodes.iter().find(|(known, _)| *known == short);
                node.map(|(_, eui64)| *eui64)
            }
        }
    }

    /// The plain frame of one that came over the link; none where it was not secured as
    /// the link demands.
    pub fn open(&self, psdu: &[u8]) -> Option<Vec<u8>> {
        let opened = open(psdu, &self.keys).ok()?;
        (opened.header.level >= self.header.level).then_some(opened.psdu)
    }

    /// A trial may give the device another EUI-64.
    pub fn begin(&mut self, given: &[Given]) {
        self.keys = self.base.clone();
        for given in given {
            if let Given::FreshEui64(eui64) = given {
                self.keys.add_node(self.dut_short, *eui64);
            }
        }
    }

    /// Of a recorded trial the frames alone tell: it is where the device was sent frames at.
    fn meet(&mut self, psdu: &[u8]) {
        let dst = mac_of(psdu).map(|mac| mac.dst);
        if let Some(MacAddress::Extended(eui64)) = dst
            && !self.nodes.iter().any(|(_, own)| *own == eui64)
        {
            self.keys = self.base.clone().with_node(self.dut_short, eui64);
        }
    }

    /// Opens recorded frames: each event then has the plain one, and the evidence keeps
    /// what was on air.
    pub fn open_all(&self, evidence: &mut Evidence) {
        let mut link = self.clone();
        for event in &evidence.events {
            if let What::Sent { psdu, .. } = &event.what {
                link.meet(psdu);
            }
        }
        for (at, event) in evidence.events.iter_mut().enumerate() {
            let psdu = match &mut event.what {
                What::Sent { psdu, .. } | What::Heard(psdu) => psdu,
                _ => continue,
            };
            if let Some(plain) = link.open(psdu) {
                evidence.on_air.insert(at, std::mem::replace(psdu, plain));
            }
        }
    }

    /// Secures again frames that were secured under other addresses, and changed in it since:
    /// under the same counters.
    pub fn secure_again(&self, evidence: &mut Evidence) {
        let secured = std::mem::take(&mut evidence.on_air);
        for (at, then) in secured {
            let psdu = match evidence.events.get(at).map(|event| &event.what) {
                Some(What::Sent { psdu, .. } | What::Heard(psdu)) => psdu,
                _ => continue,
            };
            let source = mac_of(psdu).and_then(|mac| self.eui64_of(mac.src));
            let again = self.header_of(&then).zip(source);
            let again =
                again.and_then(|(header, source)| secure(psdu, &header, self.key, source).ok());
            evidence.on_air.extend(again.map(|again| (at, again)));
        }
    }

    /// The security header of a frame, which needs no key.
    fn header_of(&self, psdu: &[u8]) -> Option<AuxiliaryHeader> {
        let dissection = read(psdu);
        let number = |id| match dissection.get(id) {
            Some(&Value::Uint(number)) => u32::try_from(number).ok(),
            _ => None,
        };
        Some(AuxiliaryHeader {
            level: Level::new(number(FieldId::MacSecurityLevel)? as u8)?,
            frame_counter: number(FieldId::MacFrameCounter)?,
            ..self.header
        })
    }
}

/// The MAC header, which security leaves readable.
fn mac_of(psdu: &[u8]) -> Option<MacInfo> {
    read(psdu).mac
}

/// As much of a frame as is readable without keys.
fn read(psdu: &[u8]) -> Dissection {
    let contexts = ContextTable::new();
    let options = DissectOptions {
        contexts: &contexts,
        fcs: FcsMode::Present,
        keys: None,
    };
    dissect(psdu, &options)
}

/// The keys of a Thread network.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ThreadKeys {
    /// Of MLE messages.
    pub mle: Key,
    /// Of frames.
    pub mac: Key,
}

/// Thread 1.1, 7.1.4: HMAC-SHA256 under the network key over the sequence number and the
/// word `Thread`; the first half is MLE's key, the second the MAC's.
pub(super) fn thread_keys(thread: &Thread) -> ThreadKeys {
    let mut hmac = Hmac::<Sha256>::new_from_slice(&thread.network_key.0)
        .expect("HMAC takes keys of any length");
    hmac.update(&thread.key_sequence.to_be_bytes());
    hmac.update(b"Thread");
    let hash: [u8; 32] = hmac.finalize().into_bytes().into();
    let half = |from: usize| {
        let mut key = [0; 16];
        key.copy_from_slice(&hash[from..from + 16]);
        Key(key)
    };
    ThreadKeys {
        mle: half(0),
        mac: half(16),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use sixlo_judge::link::{Role, SharedKey};

    /// Recorded from a Thread node with network key 00 11 … ff, key sequence 0: an echo
    /// reply of 5 octets, level 5, key id mode 1, counter 0.
    #[test]
    fn a_recorded_frame_opens_with_the_derived_key() {
        let thread = Thread {
            role: Role::Child,
            network_key: SharedKey(std::array::from_fn(|n| n as u8 * 0x11)),
            key_sequence: 0,
            mesh_local_prefix: "2001:db8::".parse().expect("a prefix"),
        };
        let header = Link::Thread(thread.clone())
            .header()
            .expect("it is secured");
        let keys = Keys::new().with_key(header.key_id, thread_keys(&thread).mac);
        let psdu = octets(
            "69dca0cdab2b000010ef5e00021a000010ef5e00020d0000000001\
             0f4631838b74de23c7efe7370b43f7d966880c3a2db3",
        );
        let opened = open(&psdu, &keys).expect("the key is right");
        // IPHC with TF elided, next header 3a in line, hop limit 64, both addresses elided; echo reply.
        assert_eq!(opened.psdu[21..25], [0x7a, 0x33, 0x3a, 0x81]);
    }

    fn octets(text: &str) -> Vec<u8> {
        crate::catalogue::yaml::scalar::octets(text).expect("hexadecimal")
    }
}

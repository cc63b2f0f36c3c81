//! AES-CCM* with a MIC. IEEE 802.15.4-2015 9.3.

use aes::Aes128;
use ccm::Ccm;
use ccm::aead::generic_array::typenum::{U4, U8, U13, U16};
use ccm::aead::{Aead, KeyInit, Payload};

pub type Nonce = [u8; 13];

/// Source, counter, level: the octets of each, highest first.
pub fn nonce(source: [u8; 8], counter: u32, level: u8) -> Nonce {
    let mut octets = [level; 13];
    octets[..8].copy_from_slice(&source);
    octets[8..12].copy_from_slice(&counter.to_be_bytes());
    octets
}

/// The payload encrypted, and its MIC behind it; the level is the nonce's last octet.
pub fn seal(key: [u8; 16], nonce: Nonce, header: &[u8], payload: &[u8]) -> Option<Vec<u8>> {
    let payload = Payload {
        msg: payload,
        aad: header,
    };
    let (key, iv) = ((&key).into(), (&nonce).into());
    let sealed = match nonce[12] & 3 {
        1 => Ccm::<Aes128, U4, U13>::new(key).encrypt(iv, payload),
        2 => Ccm::<Aes128, U8, U13>::new(key).encrypt(iv, payload),
        _ => Ccm::<Aes128, U16, U13>::new(key).encrypt(iv, payload),
    };
    sealed.ok()
}

/// The payload in plain text; none where the MIC does not match.
pub fn open(
    key: [u8; 16],
    nonce: Nonce,
    header: &[u8],
    payload: &[u8],
    mic: &[u8],
) -> Option<Vec<u8>> {
    let sealed = [payload, mic].concat();
    let payload = Payload {
        msg: &sealed,
        aad: header,
    };
    let (key, iv) = ((&key).into(), (&nonce).into());
    let opened = match nonce[12] & 3 {
        1 => Ccm::<Aes128, U4, U13>::new(key).decrypt(iv, payload),
        2 => Ccm::<Aes128, U8, U13>::new(key).decrypt(iv, payload),
        _ => Ccm::<Aes128, U16, U13>::new(key).decrypt(iv, payload),
    };
    opened.ok()
}

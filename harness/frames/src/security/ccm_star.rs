//! AES-CCM*: CCM with a nonce of 13 octets, and encryption alone where there is no MIC.
//! IEEE 802.15.4-2015 9.3 and annex B.

use aes::Aes128;
use aes::cipher::{BlockEncrypt, KeyInit};
use ccm::Ccm;
use ccm::aead::AeadInPlace;
use ccm::aead::generic_array::GenericArray;
use ccm::aead::generic_array::typenum::{U4, U8, U13, U16};

use super::{AuxiliaryHeader, Key, Level};

/// Octets of a nonce.
const NONCE_OCTETS: usize = 13;

/// A nonce: source address, frame counter, level; most significant octets first. 9.3.2.1.
pub(super) fn nonce(source: [u8; 8], header: &AuxiliaryHeader) -> [u8; NONCE_OCTETS] {
    let mut nonce = [0; NONCE_OCTETS];
    nonce[..8].copy_from_slice(&source);
    nonce[8..12].copy_from_slice(&header.frame_counter.to_be_bytes());
    nonce[12] = header.level.bits();
    nonce
}

/// Encrypts `payload` where the level says so, and returns the MIC over it and `open`.
pub(super) fn protect(
    key: Key,
    nonce: [u8; NONCE_OCTETS],
    level: Level,
    open: &[u8],
    payload: &mut [u8],
) -> Vec<u8> {
    match level.mic_octets() {
        0 => {
            if level.encrypts() {
                stream(key, nonce, payload);
            }
            Vec::new()
        }
        4 => seal::<Ccm<Aes128, U4, U13>>(key, nonce, level, open, payload),
        8 => seal::<Ccm<Aes128, U8, U13>>(key, nonce, level, open, payload),
        _ => seal::<Ccm<Aes128, U16, U13>>(key, nonce, level, open, payload),
    }
}

/// Undoes [`protect`]; false where the MIC does not match: the payload is then nobody's.
pub(super) fn unprotect(
    key: Key,
    nonce: [u8; NONCE_OCTETS],
    level: Level,
    open: &[u8],
    payload: &mut [u8],
    mic: &[u8],
) -> bool {
    match level.mic_octets() {
        0 => {
            if level.encrypts() {
                stream(key, nonce, payload);
            }
            mic.is_empty()
        }
        4 => unseal::<Ccm<Aes128, U4, U13>>(key, nonce, level, open, payload, mic),
        8 => unseal::<Ccm<Aes128, U8, U13>>(key, nonce, level, open, payload, mic),
        _ => unseal::<Ccm<Aes128, U16, U13>>(key, nonce, level, open, payload, mic),
    }
}

fn seal<C: AeadInPlace + KeyInit>(
    key: Key,
    nonce: [u8; NONCE_OCTETS],
    level: Level,
    open: &[u8],
    payload: &mut [u8],
) -> Vec<u8> {
    let Ok(cipher) = C::new_from_slice(&key.0) else {
        return Vec::new();
    };
    let nonce = GenericArray::from_slice(&nonce);
    let sealed = match level.encrypts() {
        true => cipher.encrypt_in_place_detached(nonce, open, payload),
        // Without encryption everything is only authenticated. 9.3.3.1.
        false => cipher.encrypt_in_place_detached(nonce, &[open, payload].concat(), &mut []),
    };
    // Only what is longer than any frame fails.
    sealed.map(|mic| mic.to_vec()).unwrap_or_default()
}

fn unseal<C: AeadInPlace + KeyInit>(
    key: Key,
    nonce: [u8; NONCE_OCTETS],
    level: Level,
    open: &[u8],
    payload: &mut [u8],
    mic: &[u8],
) -> bool {
    let Ok(cipher) = C::new_from_slice(&key.0) else {
        return false;
    };
    let nonce = GenericArray::from_slice(&nonce);
    let mic = GenericArray::from_slice(mic);
    let opened = match level.encrypts() {
        true => cipher.decrypt_in_place_detached(nonce, open, payload, mic),
        false => cipher.decrypt_in_place_detached(nonce, &[open, payload].concat(), &mut [], mic),
    };
    opened.is_ok()
}

/// The key stream of CCM from its second block on: the first one is the MIC's. B.4.1.3.
///
/// ```text
///   block  |flags: 1 (a length of 2 octets)|nonce (13)|number (2)|
/// ```
fn stream(key: Key, nonce: [u8; NONCE_OCTETS], payload: &mut [u8]) {
    let cipher = Aes128::new(GenericArray::from_slice(&key.0));
    for (number, octets) in (1_u16..).zip(payload.chunks_mut(16)) {
        let mut block = [0; 16];
        block[0] = 1;
        block[1..14].copy_from_slice(&nonce);
        block[14..].copy_from_slice(&number.to_be_bytes());
        cipher.encrypt_block(GenericArray::from_mut_slice(&mut block));
        for (octet, key) in octets.iter_mut().zip(block) {
            *octet ^= key;
        }
    }
}

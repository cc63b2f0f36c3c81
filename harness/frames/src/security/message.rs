//! Messages that protocols above the MAC protect as the MAC protects its frames: MLE.

use super::{AuxiliaryHeader, Key, auxiliary, ccm_star};
use crate::dissect::Reader;

/// The auxiliary header, the encrypted payload and the MIC, one behind the other. `open` is what
/// the MIC covers in front of the header; `source` the EUI-64 of whoever sends.
pub fn seal(
    key: Key,
    source: [u8; 8],
    header: &AuxiliaryHeader,
    open: &[u8],
    payload: &[u8],
) -> Vec<u8> {
    let mut sealed = Vec::with_capacity(header.overhead() + payload.len());
    auxiliary::append(header, &mut sealed);
    let open = [open, &sealed].concat();
    let mut payload = payload.to_vec();
    let nonce = ccm_star::nonce(source, header);
    let mic = ccm_star::protect(key, nonce, header.level, &open, &mut payload);
    sealed.extend(payload);
    sealed.extend(mic);
    sealed
}

/// Undoes [`seal`]; none where the header cannot be read or the MIC does not match.
pub fn unseal(
    key: Key,
    source: [u8; 8],
    open: &[u8],
    sealed: &[u8],
) -> Option<(AuxiliaryHeader, Vec<u8>)> {
    let mut reader = Reader::new(sealed);
    let header = auxiliary::read(&mut reader).ok()??;
    let (own, rest) = sealed.split_at_checked(header.octets())?;
    let (payload, mic) =
        rest.split_at_checked(rest.len().checked_sub(header.level.mic_octets())?)?;
    let open = [open, own].concat();
    let mut payload = payload.to_vec();
    let nonce = ccm_star::nonce(source, &header);
    ccm_star::unprotect(key, nonce, header.level, &open, &mut payload, mic)
        .then_some((header, payload))
}

//! A secured frame opened. IEEE 802.15.4-2015 9.2.3.

use super::parts::Parts;
use super::secure::SECURITY_ENABLED;
use super::{AuxiliaryHeader, KeyId, Keys, auxiliary, ccm_star};
use crate::dissect::Reader;
use crate::mac::{FCS_OCTETS, FrameVersion, fcs, is_fcs_right};

/// Why a frame cannot be opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum OpenError {
    /// Its security bit is not set.
    #[error("the frame is not secured")]
    Plain,
    /// Something before its payload, or its MIC, breaks off.
    #[error("the frame ends inside its headers or its MIC")]
    Truncated,
    /// Security of the first edition, or without a frame counter.
    #[error("a kind of security that is not followed here (of 2003, or without frame counter)")]
    Unsupported,
    /// No key of this name is known.
    #[error("no key is known with mode {} and index {}", .0.mode(), .0.index())]
    UnknownKey(KeyId),
    /// Nobody knows the EUI-64 of its source, which the nonce needs.
    #[error("nobody knows the EUI-64 of the frame's source")]
    UnknownSource,
    /// The MIC does not match.
    #[error("the MIC does not match: another key, another sender, or octets changed under way")]
    WrongMic,
}

/// A frame that was secured.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opened {
    /// The plain PSDU with its FCS, wrong where that of the secured frame was wrong.
    pub psdu: Vec<u8>,
    /// Its security.
    pub header: AuxiliaryHeader,
    /// The EUI-64 of its sender.
    pub source: [u8; 8],
}

/// The plain frame of a secured PSDU with its FCS.
///
/// # Errors
/// Where it is plain, or nobody here can open it.
pub fn open(psdu: &[u8], keys: &Keys) -> Result<Opened, OpenError> {
    let Some((octets, _)) = psdu.split_last_chunk::<FCS_OCTETS>() else {
        return Err(OpenError::Truncated);
    };
    let Uncovered {
        octets,
        addresses,
        header,
        source,
    } = uncover(octets, keys)?;
    let mut plain = Vec::with_capacity(psdu.len());
    plain.extend_from_slice(&octets[..addresses]);
    plain[0] &= !SECURITY_ENABLED;
    plain.extend_from_slice(&octets[addresses + header.octets()..]);
    let right = fcs(&plain);
    let trailer = match is_fcs_right(psdu) {
        true => right,
        false => !right,
    };
    plain.extend_from_slice(&trailer.to_le_bytes());
    Ok(Opened {
        psdu: plain,
        header,
        source,
    })
}

/// A secured frame whose payload can be read where it stands.
#[derive(Debug)]
pub(crate) struct Uncovered {
    /// The frame without MIC and trailer, its payload in plain text.
    pub octets: Vec<u8>,
    /// Octets up to the last address.
    pub addresses: usize,
    pub header: AuxiliaryHeader,
    pub source: [u8; 8],
}

/// Opens a frame that has no trailer, in place.
pub(crate) fn uncover(octets: &[u8], keys: &Keys) -> Result<Uncovered, OpenError> {
    let parts = Parts::of(octets).ok_or(OpenError::Truncated)?;
    if !parts.info.security_enabled {
        return Err(OpenError::Plain);
    }
    if parts.info.version == FrameVersion::V2003 {
        return Err(OpenError::Unsupported);
    }
    let mut reader = Reader::new(&octets[parts.addresses..]);
    let header = auxiliary::read(&mut reader).map_err(|_| OpenError::Truncated)?;
    let header = header.ok_or(OpenError::Unsupported)?;
    let key = keys
        .key(header.key_id)
        .ok_or(OpenError::UnknownKey(header.key_id))?;
    let behind = parts.addresses + header.octets();
    let end = octets.len().checked_sub(header.level.mic_octets());
    let end = end
        .filter(|end| *end >= behind)
        .ok_or(OpenError::Truncated)?;
    let mic = &octets[end..];
    let open = parts
        .open_octets(&octets[behind..end])
        .ok_or(OpenError::Truncated)?;
    let mut failed = OpenError::UnknownSource;
    for source in keys.sources(parts.info.src) {
        let mut uncovered = octets[..end].to_vec();
        let (open, payload) = uncovered.split_at_mut(behind + open);
        let nonce = ccm_star::nonce(source, &header);
        if ccm_star::unprotect(key, nonce, header.level, open, payload, mic) {
            return Ok(Uncovered {
                octets: uncovered,
                addresses: parts.addresses,
                header,
                source,
            });
        }
        failed = OpenError::WrongMic;
    }
    Err(failed)
}

//! A plain frame secured. IEEE 802.15.4-2015 9.2.1.

use super::parts::Parts;
use super::{AuxiliaryHeader, Key, auxiliary, ccm_star};
use crate::mac::{FCS_OCTETS, FrameVersion, MAX_PSDU_OCTETS, fcs, is_fcs_right};

/// Bit of the frame control that says so. 7.2.1.2.
pub(super) const SECURITY_ENABLED: u8 = 0x08;
/// The two bits of the frame version, in the second octet of the frame control.
const VERSION_BITS: u8 = 0x30;
const VERSION_2006: u8 = 0x10;

/// Why a frame cannot be secured.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SecureError {
    /// Its MAC header breaks off, or is of a kind nobody knows.
    #[error("the frame's MAC header cannot be read; only whole headers are secured")]
    Header,
    /// Its security bit is set.
    #[error("the frame says that it is secured already; a plain one is needed")]
    Secured,
    /// Header elements, beacon fields or the command break off.
    #[error("what stands before the frame's payload breaks off")]
    Truncated,
    /// With its security it is longer than a frame may be.
    #[error("secured, the frame has {octets} octets; a frame has at most {MAX_PSDU_OCTETS}")]
    TooLong {
        /// Octets that it would have, FCS included.
        octets: usize,
    },
}

/// The secured frame of a plain PSDU with its FCS, sent by the node with EUI-64 `source`:
/// what its MAC header says stays, save the security bit and, where it is of 2003, the
/// version (that one's security is another). A wrong FCS stays wrong.
///
/// # Errors
/// Where the frame cannot be secured, or gets too long.
pub fn secure(
    psdu: &[u8],
    header: &AuxiliaryHeader,
    key: Key,
    source: [u8; 8],
) -> Result<Vec<u8>, SecureError> {
    let Some((octets, _)) = psdu.split_last_chunk::<FCS_OCTETS>() else {
        return Err(SecureError::Header);
    };
    let parts = Parts::of(octets).ok_or(SecureError::Header)?;
    if parts.info.security_enabled {
        return Err(SecureError::Secured);
    }
    let octets_on_air = psdu.len() + header.overhead();
    if octets_on_air > MAX_PSDU_OCTETS {
        return Err(SecureError::TooLong {
            octets: octets_on_air,
        });
    }
    let (addresses, rest) = octets.split_at(parts.addresses);
    let open = parts.open_octets(rest).ok_or(SecureError::Truncated)?;
    let mut secured = Vec::with_capacity(octets_on_air);
    secured.extend_from_slice(addresses);
    secured[0] |= SECURITY_ENABLED;
    if parts.info.version == FrameVersion::V2003 {
        secured[1] = secured[1] & !VERSION_BITS | VERSION_2006;
    }
    auxiliary::append(header, &mut secured);
    secured.extend_from_slice(rest);
    let private = addresses.len() + header.octets() + open;
    let (open, payload) = secured.split_at_mut(private);
    let nonce = ccm_star::nonce(source, header);
    let mic = ccm_star::protect(key, nonce, header.level, open, payload);
    secured.extend_from_slice(&mic);
    let right = fcs(&secured);
    let trailer = match is_fcs_right(psdu) {
        true => right,
        false => !right,
    };
    secured.extend_from_slice(&trailer.to_le_bytes());
    Ok(secured)
}

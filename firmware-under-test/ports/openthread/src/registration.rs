//! How a border router has its prefixes told: it registers them with its leader, in a CoAP
//! message of Thread's management (Thread 1.1, 5.15.6; RFC 7252). Leader and border router are
//! one node here, so the message goes round within OpenThread.
//!
//! OpenThread's own border router, which says the same, is no part of what its libraries for
//! microcontrollers are built with.

use alloc::vec::Vec;
use core::ffi::c_void;
use core::ptr;

use openthread_sys as ot;

use crate::contexts::Prefix;

/// UDP port of Thread's management.
const TMF_PORT: u16 = 61631;
/// Octets of network data at most (Thread 1.1, 5.18).
const MOST: usize = 254;
/// A non-confirmable POST without a token, message number 1, to a/sd, up to its payload: the
/// header, two Uri-Path options, the marker.
const POST: [u8; 10] = [0x50, 0x02, 0, 1, 0xb1, b'a', 0x02, b's', b'd', 0xff];
/// TLV of Thread's management: network data.
const NETWORK_DATA: u8 = 10;
/// TLVs of network data, both stable: that bit is the lowest.
const PREFIX: u8 = 1 << 1 | STABLE;
const BORDER_ROUTER: u8 = 2 << 1 | STABLE;
const STABLE: u8 = 1;
/// Of a border router's flags: the prefix is on the mesh.
const ON_MESH: u16 = 1 << 8;

/// Network data of a border router at `rloc16`.
///
/// ```text
/// prefix:  |1, stable|length|domain 0|prefix length (bits)|prefix ...|border router|
/// border router:  |2, stable|4|rloc16 (2)|flags (2)|
/// ```
fn network_data(prefixes: impl Iterator<Item = Prefix>, rloc16: u16) -> Vec<u8> {
    let [high, low] = rloc16.to_be_bytes();
    let [flags, more_flags] = ON_MESH.to_be_bytes();
    let border_router = [BORDER_ROUTER, 4, high, low, flags, more_flags];
    let mut data = Vec::new();
    for (octets, bits) in prefixes {
        let octets = &octets[..usize::from(bits).div_ceil(8)];
        let length = 2 + octets.len() + border_router.len();
        // 24 at most.
        data.extend([PREFIX, length as u8, 0, bits]);
        data.extend(octets);
        data.extend(border_router);
    }
    data
}

/// Has this instance, which leads, tell these prefixes: all of them, or none if there is no room
/// for all.
pub fn register(instance: *mut ot::otInstance, prefixes: impl Iterator<Item = Prefix>) {
    // SAFETY: `instance` is initialised.
    let (rloc16, own) = unsafe {
        (
            ot::otThreadGetRloc16(instance),
            *ot::otThreadGetRloc(instance),
        )
    };
    let data = network_data(prefixes, rloc16);
    let length = match u8::try_from(data.len()) {
        Ok(length) if (1..=MOST).contains(&data.len()) => length,
        _ => return,
    };
    let mut message = POST.to_vec();
    message.extend([NETWORK_DATA, length]);
    message.extend(data);
    let about = ot::otMessageInfo {
        mSockAddr: own,
        mPeerAddr: own,
        mPeerPort: TMF_PORT,
        ..ot::otMessageInfo::default()
    };
    let mut socket = ot::otUdpSocket::default();
    // SAFETY: `instance` is initialised; the socket lives until it is closed. OpenThread takes the
    // datagram, or refuses it; then it is this function's to free.
    unsafe {
        if ot::otUdpOpen(instance, &mut socket, Some(unasked), ptr::null_mut())
            != ot::otError_OT_ERROR_NONE
        {
            return;
        }
        let datagram = ot::otUdpNewMessage(instance, ptr::null());
        let is_sent = !datagram.is_null()
            && ot::otMessageAppend(datagram, message.as_ptr().cast(), message.len() as u16)
                == ot::otError_OT_ERROR_NONE
            && ot::otUdpSend(instance, &mut socket, datagram, &about) == ot::otError_OT_ERROR_NONE;
        if !is_sent && !datagram.is_null() {
            ot::otMessageFree(datagram);
        }
        ot::otUdpClose(instance, &mut socket);
    }
}

/// Nobody answers what is not confirmable.
unsafe extern "C" fn unasked(_: *mut c_void, _: *mut ot::otMessage, _: *const ot::otMessageInfo) {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn network_data_of_two_prefixes() {
        let mut prefix = [0; 16];
        prefix[..4].copy_from_slice(&[0x20, 0x01, 0x0d, 0xb8]);
        let data = network_data([(prefix, 29), (prefix, 8)].into_iter(), 0x1800);
        let expected = [
            &[0x03, 12, 0, 29, 0x20, 0x01, 0x0d, 0xb8][..],
            &[0x05, 4, 0x18, 0x00, 0x01, 0x00],
            &[0x03, 9, 0, 8, 0x20],
            &[0x05, 4, 0x18, 0x00, 0x01, 0x00],
        ];
        assert_eq!(data, expected.concat());
    }
}

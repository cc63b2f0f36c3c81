//! Type, length, value: what an MLE message is made of, and network data inside it.

/// MLE's types. Thread 1.1, 4.19.
pub mod mle {
    pub const SOURCE_ADDRESS: u8 = 0;
    pub const MODE: u8 = 1;
    pub const TIMEOUT: u8 = 2;
    pub const CHALLENGE: u8 = 3;
    pub const RESPONSE: u8 = 4;
    pub const LINK_FRAME_COUNTER: u8 = 5;
    pub const MLE_FRAME_COUNTER: u8 = 8;
    pub const ADDRESS16: u8 = 10;
    pub const LEADER_DATA: u8 = 11;
    pub const NETWORK_DATA: u8 = 12;
    pub const TLV_REQUEST: u8 = 13;
    pub const SCAN_MASK: u8 = 14;
    pub const CONNECTIVITY: u8 = 15;
    pub const LINK_MARGIN: u8 = 16;
    pub const STATUS: u8 = 17;
    pub const VERSION: u8 = 18;
    pub const ADDRESS_REGISTRATION: u8 = 19;
}

/// Each TLV in its order, up to one that breaks off.
pub fn each(mut octets: &[u8]) -> impl Iterator<Item = (u8, &[u8])> {
    std::iter::from_fn(move || {
        let (&[found, length], rest) = octets.split_first_chunk()?;
        let (value, rest) = rest.split_at_checked(length.into())?;
        octets = rest;
        Some((found, value))
    })
}

/// The value of the first TLV of this type; none where there is none, or where one before it
/// breaks off.
pub fn find(octets: &[u8], wanted: u8) -> Option<&[u8]> {
    each(octets).find_map(|(found, value)| (found == wanted).then_some(value))
}

/// Appends one; its value has no more than 254 octets.
pub fn append(octets: &mut Vec<u8>, tlv: u8, value: &[u8]) {
    octets.push(tlv);
    octets.push(u8::try_from(value.len()).unwrap_or(0));
    octets.extend_from_slice(value);
}

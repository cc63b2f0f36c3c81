//! Interface identifiers from MAC addresses. RFC 6282 3.2.2, RFC 4944 6.

use std::net::Ipv6Addr;

use crate::mac::MacAddress;

/// The 64 low bits of an IPv6 address.
pub type Iid = [u8; 8];

/// An EUI-64 with its universal/local bit inverted.
pub const fn from_eui64(eui64: [u8; 8]) -> Iid {
    let mut iid = eui64;
    iid[0] ^= 0x02;
    iid
}

/// `0000:00ff:fe00:XXXX`; no bit is inverted and no PAN id goes in.
pub const fn from_short(short: u16) -> Iid {
    let [high, low] = short.to_be_bytes();
    [0, 0, 0, 0xff, 0xfe, 0, high, low]
}

/// The IID that elided bits stand for; an absent address has none.
pub const fn from_mac(address: MacAddress) -> Option<Iid> {
    match address {
        MacAddress::Absent => None,
        MacAddress::Short(short) => Some(from_short(short)),
        MacAddress::Extended(eui64) => Some(from_eui64(eui64)),
    }
}

/// The address of this prefix's first 64 bits and this IID.
pub const fn with_prefix(prefix: Ipv6Addr, iid: Iid) -> Ipv6Addr {
    let p = prefix.octets();
    let i = iid;
    Ipv6Addr::from_octets([
        p[0], p[1], p[2], p[3], p[4], p[5], p[6], p[7], i[0], i[1], i[2], i[3], i[4], i[5], i[6],
        i[7],
    ])
}

/// fe80::/64 and this IID.
pub const fn link_local(iid: Iid) -> Ipv6Addr {
    with_prefix(Ipv6Addr::new(0xfe80, 0, 0, 0, 0, 0, 0, 0), iid)
}

/// The IID of an address.
pub const fn of(address: Ipv6Addr) -> Iid {
    let a = address.octets();
    [a[8], a[9], a[10], a[11], a[12], a[13], a[14], a[15]]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn eui64_is_flipped_and_short_is_not() {
        let eui64 = [0x00, 0x12, 0x4b, 0x00, 0x00, 0x00, 0x00, 0x01];
        assert_eq!(
            link_local(from_eui64(eui64)),
            "fe80::212:4b00:0:1".parse::<Ipv6Addr>().unwrap()
        );
        assert_eq!(
            link_local(from_short(0x0102)),
            "fe80::ff:fe00:102".parse::<Ipv6Addr>().unwrap()
        );
    }
}

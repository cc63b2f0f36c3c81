//! Faults that can be seeded, each a mistake that somebody has made or could
//! make, so that the harness can show that it finds them.
//!
//! Without the Cargo feature `faults` every [`seeded!`] is a constant `false`.

use core::sync::atomic::{AtomicU8, Ordering};

/// Whether the fault of this name is seeded.
macro_rules! seeded {
    ($fault:ident) => {
        cfg!(feature = "faults") && $crate::fault::is_seeded($crate::fault::Fault::$fault)
    };
}

/// The seeded fault's place in [`Fault::ALL`], from 1 on; 0: none.
static SEEDED: AtomicU8 = AtomicU8::new(0);

pub(crate) fn is_seeded(fault: Fault) -> bool {
    SEEDED.load(Ordering::Relaxed) == fault as u8 + 1
}

/// Seeds a fault into every node of the process, or none.
#[cfg(feature = "faults")]
pub fn seed(fault: Option<Fault>) {
    let place = fault.map_or(0, |fault| fault as u8 + 1);
    SEEDED.store(place, Ordering::Relaxed);
}

macro_rules! faults {
    ($($name:ident $id:literal $clause:literal $what:literal;)*) => {
        /// One mistake.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub enum Fault {
            $(#[doc = concat!($what, " (", $clause, ")")] $name,)*
        }

        impl Fault {
            /// All of them.
            pub const ALL: &'static [Fault] = &[$(Fault::$name),*];

            /// Its name on a command line.
            pub const fn id(self) -> &'static str {
                match self { $(Fault::$name => $id),* }
            }

            /// The clause it breaks.
            pub const fn clause(self) -> &'static str {
                match self { $(Fault::$name => $clause),* }
            }

            /// What goes wrong.
            pub const fn what(self) -> &'static str {
                match self { $(Fault::$name => $what),* }
            }
        }
    };
}

impl Fault {
    /// The fault of this name.
    pub fn with_id(id: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.id() == id)
    }
}

faults! {
    // IPHC
    TfNotRotated "tf-not-rotated" "RFC 6282 3.2.1" "ECN and DSCP are taken in IPv6's order";
    IidNotFlipped "iid-not-flipped" "RFC 6282 3.2.2" "the universal/local bit of an EUI-64 stays as it is";
    ShortIidHoldsPan "short-iid-holds-pan" "RFC 6282 3.2.2" "a PAN id stands in the identifier of a 16-bit address";
    HopLimitsSwapped "hop-limits-swapped" "RFC 6282 3.1.1" "HLIM 01 means 64 and 10 means 1";
    ContextZeroRefused "context-zero-refused" "RFC 6282 3.1.1" "without the octet of identifiers no context applies";
    ContextsSwapped "contexts-swapped" "RFC 6282 3.1.2" "SCI and DCI change places";
    UnusedContextOctetKept "unused-context-octet-kept" "RFC 6282 3.1.2" "the octet of identifiers is not consumed if no address uses it";
    ContextLosesInIid "context-loses-in-iid" "RFC 6282 3.1.1" "the interface identifier wins over a context longer than 64 bits";
    ContextGapsNotZeroed "context-gaps-not-zeroed" "RFC 6282 3.1.1" "bits between a short context and the identifier are not zero";
    ReservedDamTaken "reserved-dam-taken" "RFC 6282 3.1.1" "DAC=1 with DAM=00 is taken as 128 bits in line, and reserved multicast modes as 00";
    Multicast48Shifted "multicast-48-shifted" "RFC 6282 3.2.3" "the group of a 48-bit multicast address lands one octet too far left";
    StatefulMulticastUsesSci "stateful-multicast-uses-sci" "RFC 6282 3.2.4" "a stateful multicast address takes the source's context";
    NalpTaken "nalp-taken" "RFC 4944 5.1" "an octet of \"not a LoWPAN frame\" is skipped instead of the frame";
    // NHC
    ExtensionLengthInUnits "extension-length-in-units" "RFC 6282 4.2" "the length of an extension header is taken in 8-octet units";
    PaddingNotRestored "padding-not-restored" "RFC 6282 4.2" "elided padding comes back as something else than Pad1 or PadN";
    ReservedEidTaken "reserved-eid-taken" "RFC 6282 4.2" "EID 5 and 6 are taken as destination options";
    TunnelIidFromMac "tunnel-iid-from-mac" "RFC 6282 3.2.2" "identifiers elided inside a tunnel come from the MAC header";
    TunnelLengthsEqual "tunnel-lengths-equal" "RFC 6282 4.2" "the inner payload length is the outer one";
    UdpLengthWithExtensions "udp-length-with-extensions" "RFC 6282 4.3.3" "the UDP length counts extension headers";
    PortModesSwapped "port-modes-swapped" "RFC 6282 4.3.3" "P=01 and P=10 change places";
    PortNibblesSwapped "port-nibbles-swapped" "RFC 6282 4.3.3" "with P=11 the low nibble is the source's";
    UnauthorisedElisionTaken "unauthorised-elision-taken" "RFC 6282 4.3.2" "an elided checksum is taken from anybody";
    ElidedChecksumNotRestored "elided-checksum-not-restored" "RFC 6282 4.3.2" "an elided checksum stays zero";
    ZeroChecksumKept "zero-checksum-kept" "RFC 6282 4.3.2" "a restored checksum of 0000 does not become ffff";
    // Fragments
    FragmentLengthFromFrame "fragment-length-from-frame" "RFC 4944 5.3" "elided lengths of a first fragment come from its frame, not from datagram_size";
    OffsetInOctets "offset-in-octets" "RFC 4944 5.3" "datagram_offset is taken in octets";
    FragmentTagIgnored "fragment-tag-ignored" "RFC 4944 5.3" "datagrams of one sender are not told apart by datagram_tag";
    FragmentSenderIgnored "fragment-sender-ignored" "RFC 4944 5.3" "datagrams are not told apart by their sender";
    FragmentDestinationIgnored "fragment-destination-ignored" "RFC 4944 5.3" "datagrams are not told apart by their destination";
    FragmentSizeIgnored "fragment-size-ignored" "RFC 4944 5.3" "datagrams are not told apart by datagram_size";
    OverlapTaken "overlap-taken" "RFC 4944 5.3" "an overlapping fragment is written over what is there";
    DuplicateFragmentsCounted "duplicate-fragments-counted" "RFC 4944 5.3" "a fragment heard twice counts twice";
    ReassemblyNeverExpires "reassembly-never-expires" "RFC 4944 5.3" "fragments are kept for longer than 60 s";
    // Mesh
    MeshAddressesSwapped "mesh-addresses-swapped" "RFC 4944 5.2" "the final destination is taken as the first mesh address";
    MeshAddressesLittleEndian "mesh-addresses-little-endian" "RFC 4944 5.2" "mesh addresses are read like MAC addresses";
    DeepHopsIgnored "deep-hops-ignored" "RFC 4944 5.2" "Hops Left 15 has no octet behind it";
    HopsCheckedBeforeFinal "hops-checked-before-final" "RFC 4944 11" "the last hop is dropped at its destination";
    BroadcastHeaderIgnored "broadcast-header-ignored" "RFC 4944 11.1" "BC0 is no header";
    BroadcastDuplicatesTaken "broadcast-duplicates-taken" "RFC 4944 11.1" "a broadcast heard twice is delivered twice";
    // IPv6 and above
    Icmpv6ChecksumNotVerified "icmpv6-checksum-not-verified" "RFC 4443 2.3" "an ICMPv6 message with a wrong checksum is answered";
    UdpChecksumNotVerified "udp-checksum-not-verified" "RFC 8200 8.1" "a UDP datagram with a wrong or no checksum is taken";
    EchoIdentifierWrong "echo-identifier-wrong" "RFC 4443 4.2" "an echo reply bears another identifier";
    // Routing
    HopLimitNotLowered "hop-limit-not-lowered" "RFC 8200 3" "a packet passed on keeps its hop limit";
    ForwardsUsedUpHops "forwards-used-up-hops" "RFC 8200 3" "a packet goes on with a hop limit of 0";
    ForwardsInSilence "forwards-in-silence" "RFC 4443 3.3" "of a hop limit that is used up nobody is told";
    TrafficClassCleared "traffic-class-cleared" "RFC 3168 5" "a packet passed on loses its traffic class";
    HopLimitFormKept "hop-limit-form-kept" "RFC 6282 3.1.1" "63 and 254 go out in the forms of 64 and 255";
    // Neighbour discovery
    DiscoveryFromAfarTaken "discovery-from-afar-taken" "RFC 4861 7.1" "neighbour discovery with a hop limit below 255 is taken";
    NeighbourNeverProbed "neighbour-never-probed" "RFC 4861 7.3" "no neighbour in use is asked whether it is still there";
    DuplicateStatusIgnored "duplicate-status-ignored" "RFC 6775 5.5.3" "an address registered by another is used all the same";
    DuplicateRegistrationTaken "duplicate-registration-taken" "RFC 6775 6.5.1" "a registration by another EUI-64 replaces the first one";
}

//! What the harness tells an agent.

use minicbor::{Decode, Encode};

/// A host message with its sequence number, which the agent's answer repeats.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct FromHost<'a> {
    /// Counts up from 1 over the life of a link.
    #[n(0)]
    pub seq: u32,
    /// What is asked.
    #[b(1)]
    pub message: HostMessage<'a>,
}

/// One command. An agent answers what it does not know with *unsupported*.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum HostMessage<'a> {
    /// Who are you? Answered by hello.
    #[n(0)]
    Hello {
        /// The protocol version the host speaks.
        #[n(0)]
        version: u32,
    },
    /// Change one setting.
    #[n(1)]
    Configure {
        /// The setting and its value.
        #[n(0)]
        setting: Setting,
    },
    /// As after power-on: caches, buffers, timers and learnt things are gone, settings stay.
    #[n(2)]
    Reset,
    /// Send this whole IPv6 packet, for judging the sender.
    #[n(3)]
    SendIpv6 {
        /// An IPv6 packet, header first, uncompressed.
        #[cbor(b(0), with = "minicbor::bytes")]
        packet: &'a [u8],
    },
    /// Serve as a radio instead of as a device under test, or be the device again. Kept over
    /// a reset, not over a reboot.
    #[n(4)]
    Radio {
        /// The role to take.
        #[n(0)]
        role: RadioRole,
    },
    /// Put this PSDU, FCS included, on the air once and as it is; unsupported in a role that
    /// does not inject.
    #[n(5)]
    Transmit {
        /// PHY payload, FCS included.
        #[cbor(b(0), with = "minicbor::bytes")]
        psdu: &'a [u8],
    },
    /// A frame arrives on the virtual PHY.
    #[n(6)]
    Receive {
        /// PHY payload, FCS included.
        #[cbor(b(0), with = "minicbor::bytes")]
        psdu: &'a [u8],
    },
    /// How many frames were seen, sent and dropped?
    #[n(7)]
    Statistics,
    /// Virtual time only: fire every timer due up to `to_us`.
    #[n(8)]
    AdvanceClock {
        /// Microseconds on the device's own clock.
        #[n(0)]
        to_us: u64,
    },
    /// Wall-clock time only: answer when the device has had this much time of its own since the
    /// last command, time not counted in which it wanted to run and could not, and is at rest.
    #[n(9)]
    Rest {
        /// Microseconds of its own time.
        #[n(0)]
        for_us: u64,
    },
    /// How loud the radio's channel is now.
    #[n(10)]
    Energy,
}

/// What a radio does. After power-on it is the device's own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum RadioRole {
    /// Neither sends nor listens.
    #[n(0)]
    Off,
    /// Sends what `Transmit` gives.
    #[n(1)]
    Inject,
    /// Reports every frame as captured.
    #[n(2)]
    Sniff,
    /// Sends what `Transmit` gives, and reports what it hears in between.
    #[n(3)]
    Both,
    /// Is the radio of the device under test again.
    #[n(4)]
    Device,
}

/// One setting; its index is its bit in [`Hello::hooks`](crate::Hello::hooks).
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum Setting {
    /// The EUI-64, most significant octet first, as printed.
    #[n(0)]
    Eui64(#[cbor(n(0), with = "minicbor::bytes")] [u8; 8]),
    /// The 16-bit address; `0xffff` takes it away.
    #[n(1)]
    ShortAddress(#[n(0)] u16),
    /// The PAN id.
    #[n(2)]
    PanId(#[n(0)] u16),
    /// The channel, 11 to 26 at 2.4 GHz.
    #[n(3)]
    Channel(#[n(0)] u8),
    /// A unicast IPv6 address and the length of its on-link prefix.
    #[n(4)]
    Address(#[cbor(n(0), with = "minicbor::bytes")] [u8; 16], #[n(1)] u8),
    /// A multicast group to join.
    #[n(5)]
    Group(#[cbor(n(0), with = "minicbor::bytes")] [u8; 16]),
    /// A compression context, RFC 6282 3.1.1.
    #[n(6)]
    Context {
        /// Context identifier, 0 to 15.
        #[n(0)]
        id: u8,
        /// The prefix, zero beyond its length.
        #[cbor(n(1), with = "minicbor::bytes")]
        prefix: [u8; 16],
        /// Length of the prefix in bits, 0 to 128.
        #[n(2)]
        prefix_length: u8,
        /// The C flag of RFC 6775 4.2: may be used to compress, too.
        #[n(3)]
        compress: bool,
    },
    /// Takes a context away.
    #[n(7)]
    NoContext(#[n(0)] u8),
    /// Whether UDP checksum elision is authorised, RFC 6282 4.3.2.
    #[n(8)]
    ChecksumElision(#[n(0)] bool),
    /// Which neighbour discovery the node does.
    #[n(9)]
    Nd(#[n(0)] NdMode),
    /// Form fe80::IID by itself and act on router advertisements.
    #[n(10)]
    Autoconfigure(#[n(0)] bool),
    /// Originate behind a mesh header with this many hops; 0: do not.
    #[n(11)]
    MeshHops(#[n(0)] u8),
    /// A UDP port that answers with the payload it gets.
    #[n(12)]
    OpenPort(#[n(0)] u16),
    /// A static neighbour: its address and its EUI-64.
    #[n(13)]
    Neighbour(
        #[cbor(n(0), with = "minicbor::bytes")] [u8; 16],
        #[cbor(n(1), with = "minicbor::bytes")] [u8; 8],
    ),
    /// A knob of the port's own; its dut.yaml names the numbers.
    #[n(14)]
    Parameter(#[n(0)] u32, #[n(1)] u64),
    /// Forget every setting made so far; in force from the next reset on.
    #[n(15)]
    Defaults,
}

/// Which neighbour discovery a node does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum NdMode {
    /// RFC 4861.
    #[n(0)]
    Classic,
    /// RFC 6775, host.
    #[n(1)]
    Host,
    /// RFC 6775, router.
    #[n(2)]
    Router,
}

impl Setting {
    /// The bit of [`Hello::hooks`](crate::Hello::hooks) that says this setting can be made.
    pub const fn hook(&self) -> u32 {
        1 << match self {
            Setting::Eui64(_) => 0,
            Setting::ShortAddress(_) => 1,
            Setting::PanId(_) => 2,
            Setting::Channel(_) => 3,
            Setting::Address(..) => 4,
            Setting::Group(_) => 5,
            Setting::Context { .. } => 6,
            Setting::NoContext(_) => 7,
            Setting::ChecksumElision(_) => 8,
            Setting::Nd(_) => 9,
            Setting::Autoconfigure(_) => 10,
            Setting::MeshHops(_) => 11,
            Setting::OpenPort(_) => 12,
            Setting::Neighbour(..) => 13,
            Setting::Parameter(..) => 14,
            Setting::Defaults => 15,
        }
    }
}

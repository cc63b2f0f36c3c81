//! What an agent tells the harness.

use minicbor::{Decode, Encode};

/// An agent message with the sequence number of the host message it belongs to.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct FromAgent<'a> {
    /// Done, unsupported and error: the message answered. Settled: the highest
    /// one worked off. 0: caused by none.
    #[n(0)]
    pub seq: u32,
    /// What is said.
    #[b(1)]
    pub message: AgentMessage<'a>,
}

/// One answer or event.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub enum AgentMessage<'a> {
    /// Who the device is. Unasked (sequence number 0) it means: I have rebooted.
    #[n(0)]
    Hello(#[b(0)] Hello<'a>),
    /// The command was obeyed.
    #[n(1)]
    Done,
    /// The command or the setting does not exist here.
    #[n(2)]
    Unsupported,
    /// The command exists but could not be obeyed.
    #[n(3)]
    Error {
        /// What went wrong, for a person.
        #[b(0)]
        text: &'a str,
    },
    /// A restored IPv6 packet, seen at the device's [`Tap`].
    #[n(4)]
    Delivered {
        /// The packet, IPv6 header first.
        #[cbor(b(0), with = "minicbor::bytes")]
        packet: &'a [u8],
    },
    /// The device sends a frame on the virtual PHY.
    #[n(5)]
    Transmitted {
        /// PHY payload, FCS included.
        #[cbor(b(0), with = "minicbor::bytes")]
        psdu: &'a [u8],
    },
    /// A sniffing radio heard a frame.
    #[n(6)]
    Captured {
        /// PHY payload, FCS included.
        #[cbor(b(0), with = "minicbor::bytes")]
        psdu: &'a [u8],
        /// When, in microseconds on the device's clock.
        #[n(1)]
        time_us: u64,
        /// Received power in dBm.
        #[n(2)]
        rssi_dbm: i8,
        /// Link quality indication.
        #[n(3)]
        lqi: u8,
    },
    /// Everything given up to the sequence number is worked off: receive,
    /// neighbour-discovery and fragmenter queues are empty.
    #[n(7)]
    Settled {
        /// When the device's next timer is due, if it has one.
        #[n(0)]
        next_timer_us: Option<u64>,
    },
    /// Frames counted since the device, or what stands before it, started.
    #[n(8)]
    Statistics {
        /// Frames accepted; of a bridge that plays through two radios, those sent that
        /// the second one heard.
        #[n(0)]
        received: u32,
        /// Frames sent.
        #[n(1)]
        transmitted: u32,
        /// Frames refused; of such a bridge, those sent that the second radio missed.
        #[n(2)]
        dropped: u32,
    },
    /// A line for a person.
    #[n(9)]
    Log {
        /// The line, without its end.
        #[b(0)]
        text: &'a str,
    },
    /// The answer to [`Energy`](crate::HostMessage::Energy).
    #[n(10)]
    Energy {
        /// Power on the channel, whoever's it is, in dBm.
        #[n(0)]
        dbm: i8,
    },
}

/// Who a device is and what it can do.
#[derive(Debug, Clone, PartialEq, Eq, Encode, Decode)]
pub struct Hello<'a> {
    /// The protocol version the agent speaks.
    #[n(0)]
    pub version: u32,
    /// Differs after each reboot.
    #[n(1)]
    pub boot: u32,
    /// Name and version of the stack.
    #[b(2)]
    pub stack: &'a str,
    /// Build options that change verdicts: contexts, buffers, ND mode.
    #[b(3)]
    pub build: &'a str,
    /// What the device can do.
    #[n(4)]
    pub abilities: Abilities,
    /// Bit n: the setting with index n can be made. See [`Setting::hook`](crate::Setting::hook).
    #[n(5)]
    pub hooks: u32,
    /// Where restored packets are tapped.
    #[n(6)]
    pub tap: Tap,
    /// Largest PSDU in octets, FCS included.
    #[n(7)]
    pub largest_psdu: u16,
    /// The device's time now, in microseconds.
    #[n(8)]
    pub clock_us: u64,
}

/// Bits of what a device can do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Encode, Decode)]
#[cbor(transparent)]
pub struct Abilities(#[n(0)] pub u32);

impl Abilities {
    /// It reports *settled*.
    pub const SETTLES: Abilities = Abilities(1);
    /// Its clock moves only by advance-clock.
    pub const VIRTUAL_TIME: Abilities = Abilities(1 << 1);
    /// It obeys send-ipv6.
    pub const SEND_IPV6: Abilities = Abilities(1 << 2);
    /// It has a real radio.
    pub const RADIO: Abilities = Abilities(1 << 3);
    /// It filters destination addresses and PAN ids as a radio does.
    pub const FILTERS: Abilities = Abilities(1 << 4);
    /// It sends MAC acknowledgements itself.
    pub const ACKNOWLEDGES: Abilities = Abilities(1 << 5);

    /// Both sets together.
    pub const fn and(self, other: Abilities) -> Abilities {
        Abilities(self.0 | other.0)
    }

    /// Whether every bit of `other` is set.
    pub const fn has(self, other: Abilities) -> bool {
        self.0 & other.0 == other.0
    }
}

/// Where a device taps the packets it reports as delivered; checks that come
/// later cannot be judged by them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Encode, Decode)]
#[cbor(index_only)]
pub enum Tap {
    /// It reports none.
    #[n(0)]
    None,
    /// After decompression, before destination and checksum checks.
    #[n(1)]
    BeforeChecks,
    /// After the IPv6 destination check, before transport checksums.
    #[n(2)]
    AfterIpv6,
    /// After transport checksums.
    #[n(3)]
    AfterTransport,
}

//! What an agent said, with its octets owned.

use sixlo_agent_protocol::{Abilities, AgentMessage, FromAgent, Tap};

/// One message of the agent.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    /// Who it is; unasked (sequence number 0) it has rebooted.
    Hello(u32, Hello),
    /// The command with this sequence number was obeyed.
    Done(u32),
    /// The command with this sequence number does not exist there.
    Unsupported(u32),
    /// The command with this sequence number could not be obeyed, and why.
    Refused(u32, String),
    /// A restored IPv6 packet.
    Delivered(Vec<u8>),
    /// A frame for the virtual PHY.
    Transmitted(Vec<u8>),
    /// A frame a sniffing radio heard.
    Captured(Vec<u8>),
    /// Everything up to this sequence number is worked off.
    Settled {
        /// The highest one worked off.
        seq: u32,
        /// When its next timer is due, on its own clock.
        next_timer_us: Option<u64>,
    },
    /// Frames counted.
    Statistics {
        /// The command that asked.
        seq: u32,
        /// Frames sent.
        transmitted: u32,
        /// Frames accepted; before a bridge: those sent that a second radio heard.
        received: u32,
    },
    /// A line for a person.
    Log(String),
    /// How loud a radio's channel is.
    Energy {
        /// The command that asked.
        seq: u32,
        /// Power on the channel, in dBm.
        dbm: i8,
    },
    /// Octets that are no message, and why.
    Nonsense(String),
}

impl Said {
    /// The sequence number of the command that this answers; none where it answers none.
    pub fn answers(&self) -> Option<u32> {
        match self {
            Said::Hello(seq, _)
            | Said::Done(seq)
            | Said::Unsupported(seq)
            | Said::Refused(seq, _)
            | Said::Settled { seq, .. }
            | Said::Energy { seq, .. }
            | Said::Statistics { seq, .. } => Some(*seq).filter(|seq| *seq != 0),
            _ => None,
        }
    }
}

/// Who a device is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Hello {
    /// The protocol version it speaks.
    pub version: u32,
    /// Differs after each reboot.
    pub boot: u32,
    /// Name and version of the stack.
    pub stack: String,
    /// Build options that change verdicts.
    pub build: String,
    /// What it can do.
    pub abilities: Abilities,
    /// Settings that can be made, as bits.
    pub hooks: u32,
    /// Where delivered packets are tapped.
    pub tap: Tap,
    /// Largest PSDU in octets, FCS included.
    pub largest_psdu: u16,
    /// Its time, in microseconds.
    pub clock_us: u64,
}

impl From<FromAgent<'_>> for Said {
    fn from(FromAgent { seq, message }: FromAgent<'_>) -> Self {
        match message {
            AgentMessage::Hello(hello) => Said::Hello(
                seq,
                Hello {
                    version: hello.version,
                    boot: hello.boot,
                    stack: hello.stack.to_owned(),
                    build: hello.build.to_owned(),
                    abilities: hello.abilities,
                    hooks: hello.hooks,
                    tap: hello.tap,
                    largest_psdu: hello.largest_psdu,
                    clock_us: hello.clock_us,
                },
            ),
            AgentMessage::Done => Said::Done(seq),
            AgentMessage::Unsupported => Said::Unsupported(seq),
            AgentMessage::Error { text } => Said::Refused(seq, text.to_owned()),
            AgentMessage::Delivered { packet } => Said::Delivered(packet.to_vec()),
            AgentMessage::Transmitted { psdu } => Said::Transmitted(psdu.to_vec()),
            AgentMessage::Captured { psdu, .. } => Said::Captured(psdu.to_vec()),
            AgentMessage::Settled { next_timer_us } => Said::Settled { seq, next_timer_us },
            AgentMessage::Statistics {
                received,
                transmitted,
                ..
            } => Said::Statistics {
                seq,
                transmitted,
                received,
            },
            AgentMessage::Log { text } => Said::Log(text.to_owned()),
            AgentMessage::Energy { dbm } => Said::Energy { seq, dbm },
        }
    }
}

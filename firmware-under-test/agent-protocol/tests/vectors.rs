//! `vectors.txt` against this implementation, both ways, and hostile octets against the framing.

use proptest::prelude::*;
use sixlo_agent_protocol::{
    Abilities, Accumulator, AgentMessage, FramingError, FromAgent, FromHost, Hello, HostMessage,
    LARGEST_FRAME, NdMode, RadioRole, Setting, Tap, encode,
};

/// The messages of `vectors.txt`, in its order.
fn host_messages() -> Vec<FromHost<'static>> {
    let setting = |seq, setting| FromHost {
        seq,
        message: HostMessage::Configure { setting },
    };
    vec![
        FromHost {
            seq: 1,
            message: HostMessage::Hello { version: 1 },
        },
        setting(2, Setting::Eui64([0, 0x12, 0x4b, 0, 0, 0, 0, 2])),
        setting(3, Setting::ShortAddress(0x0102)),
        setting(
            4,
            Setting::Context {
                id: 3,
                prefix: [0x20, 1, 0x0d, 0xb8, 0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0],
                prefix_length: 64,
                compress: true,
            },
        ),
        setting(5, Setting::Nd(NdMode::Router)),
        setting(6, Setting::Defaults),
        FromHost {
            seq: 7,
            message: HostMessage::Reset,
        },
        FromHost {
            seq: 8,
            message: HostMessage::Radio {
                role: RadioRole::Sniff,
            },
        },
        FromHost {
            seq: 9,
            message: HostMessage::Receive {
                psdu: &[0x02, 0x00, 0x56, 0x97, 0xa7],
            },
        },
        FromHost {
            seq: 10,
            message: HostMessage::AdvanceClock { to_us: 60_000_000 },
        },
        FromHost {
            seq: 11,
            message: HostMessage::Transmit {
                psdu: &[0x02, 0x00, 0x56, 0x97, 0xa7],
            },
        },
        FromHost {
            seq: 12,
            message: HostMessage::Radio {
                role: RadioRole::Both,
            },
        },
        FromHost {
            seq: 13,
            message: HostMessage::Statistics,
        },
        FromHost {
            seq: 14,
            message: HostMessage::Energy,
        },
    ]
}

fn agent_messages() -> Vec<FromAgent<'static>> {
    vec![
        FromAgent {
            seq: 1,
            message: AgentMessage::Hello(Hello {
                version: 1,
                boot: 7,
                stack: "example 1.0",
                build: "contexts 16",
                abilities: Abilities::SETTLES.and(Abilities::VIRTUAL_TIME),
                hooks: 0x7f,
                tap: Tap::AfterTransport,
                largest_psdu: 127,
                clock_us: 0,
            }),
        },
        FromAgent {
            seq: 2,
            message: AgentMessage::Done,
        },
        FromAgent {
            seq: 3,
            message: AgentMessage::Unsupported,
        },
        FromAgent {
            seq: 4,
            message: AgentMessage::Error {
                text: "stack: no room",
            },
        },
        FromAgent {
            seq: 9,
            message: AgentMessage::Transmitted {
                psdu: &[0x02, 0x00, 0x56, 0x97, 0xa7],
            },
        },
        FromAgent {
            seq: 9,
            message: AgentMessage::Settled {
                next_timer_us: Some(1_000_000),
            },
        },
        FromAgent {
            seq: 10,
            message: AgentMessage::Settled {
                next_timer_us: None,
            },
        },
        FromAgent {
            seq: 0,
            message: AgentMessage::Captured {
                psdu: &[0x02, 0x00, 0x56, 0x97, 0xa7],
                time_us: 1_000_000,
                rssi_dbm: -73,
                lqi: 200,
            },
        },
        FromAgent {
            seq: 13,
            message: AgentMessage::Statistics {
                received: 1000,
                transmitted: 2,
                dropped: 300,
            },
        },
        FromAgent {
            seq: 14,
            message: AgentMessage::Energy { dbm: -91 },
        },
    ]
}

fn hex(octets: &[u8]) -> String {
    octets.iter().map(|octet| format!("{octet:02x}")).collect()
}

fn frame<M: minicbor::Encode<()>>(message: &M) -> Vec<u8> {
    let mut frame = [0; LARGEST_FRAME];
    let length = encode(message, &mut frame).expect("the message fits");
    frame[..length].to_vec()
}

/// The frames of `vectors.txt`: lines of `side name: octets`.
fn vectors(side: &str) -> Vec<String> {
    include_str!("../vectors.txt")
        .lines()
        .filter_map(|line| line.strip_prefix(side))
        .filter_map(|line| line.split_once(':'))
        .map(|(_, octets)| octets.split_whitespace().collect())
        .collect()
}

#[test]
fn every_host_message_is_framed_as_the_vectors_say() {
    let framed: Vec<String> = host_messages().iter().map(|m| hex(&frame(m))).collect();
    assert_eq!(framed, vectors("host "));
}

#[test]
fn every_agent_message_is_framed_as_the_vectors_say() {
    let framed: Vec<String> = agent_messages().iter().map(|m| hex(&frame(m))).collect();
    assert_eq!(framed, vectors("agent "));
}

#[test]
fn messages_come_back_as_they_went() {
    let mut accumulator = Accumulator::new();
    for message in host_messages() {
        let framed = frame(&message);
        let (rest, octets) = accumulator.feed(&framed);
        assert!(rest.is_empty());
        let octets = octets.unwrap().unwrap();
        assert_eq!(minicbor::decode::<FromHost<'_>>(octets).unwrap(), message);
    }
    for message in agent_messages() {
        let framed = frame(&message);
        let (_, octets) = accumulator.feed(&framed);
        let octets = octets.unwrap().unwrap();
        assert_eq!(minicbor::decode::<FromAgent<'_>>(octets).unwrap(), message);
    }
}

#[test]
fn no_timer_may_be_left_out_or_null() {
    for octets in [
        &[0x82, 10, 0x82, 7, 0x80][..],
        &[0x82, 10, 0x82, 7, 0x81, 0xf6],
    ] {
        let message = minicbor::decode::<FromAgent<'_>>(octets).unwrap();
        assert_eq!(message, agent_messages()[6]);
    }
}

#[test]
fn a_damaged_frame_costs_one_message() {
    let message = FromHost {
        seq: 7,
        message: HostMessage::Reset,
    };
    let good = frame(&message);
    let mut bad = good.clone();
    bad[2] ^= 0x40;
    let mut accumulator = Accumulator::new();
    let stream = [bad, good].concat();
    let (rest, first) = accumulator.feed(&stream);
    assert_eq!(first, Some(Err(FramingError::WrongCrc)));
    let (rest, second) = accumulator.feed(rest);
    assert!(matches!(second, Some(Ok(_))));
    assert!(rest.is_empty());
}

#[test]
fn a_frame_without_end_takes_no_more_memory_than_the_largest() {
    let mut accumulator = Accumulator::new();
    for _ in 0..100 {
        assert_eq!(accumulator.feed(&[0xff; 1000]), (&[][..], None));
    }
    assert_eq!(accumulator.feed(&[0]).1, Some(Err(FramingError::TooLarge)));
    let good = frame(&host_messages()[0]);
    assert!(matches!(accumulator.feed(&good).1, Some(Ok(_))));
}

/// Every kind of message, as CBOR.
fn host_and_agent_octets() -> Vec<Vec<u8>> {
    let host = host_messages().into_iter().map(minicbor::to_vec);
    let agent = agent_messages().into_iter().map(minicbor::to_vec);
    host.chain(agent).map(Result::unwrap).collect()
}

/// Octets that stand for a message as they are.
struct Plain<'a>(&'a [u8]);

impl minicbor::Encode<()> for Plain<'_> {
    fn encode<W: minicbor::encode::Write>(
        &self,
        encoder: &mut minicbor::Encoder<W>,
        _: &mut (),
    ) -> Result<(), minicbor::encode::Error<W::Error>> {
        let written = encoder.writer_mut().write_all(self.0);
        written.map_err(minicbor::encode::Error::write)
    }
}

proptest! {
    /// In a right frame they reach the decoder; as they come they hardly ever do.
    #[test]
    fn no_message_upsets_the_reader(
        start in prop::sample::select(host_and_agent_octets()),
        at in 0_usize..64,
        with in prop::collection::vec(any::<u8>(), 0..40),
    ) {
        let mut message = start;
        let at = at.min(message.len());
        let end = (at + with.len()).min(message.len());
        message.splice(at..end, with);
        let mut frame = [0; LARGEST_FRAME];
        let length = encode(&Plain(&message), &mut frame).unwrap();
        let mut accumulator = Accumulator::new();
        let (_, framed) = accumulator.feed(&frame[..length]);
        let read = framed.expect("a frame").expect("a right frame");
        prop_assert_eq!(read, &message[..]);
        let _ = minicbor::decode::<FromHost<'_>>(read);
        let _ = minicbor::decode::<FromAgent<'_>>(read);
    }

    #[test]
    fn no_octets_upset_the_reader(octets in proptest::collection::vec(any::<u8>(), 0..400)) {
        let mut accumulator = Accumulator::new();
        let mut rest = octets.as_slice();
        while !rest.is_empty() {
            let (after, frame) = accumulator.feed(rest);
            rest = after;
            if let Some(Ok(message)) = frame {
                let _ = minicbor::decode::<FromHost<'_>>(message);
                let _ = minicbor::decode::<FromAgent<'_>>(message);
            }
        }
    }
}

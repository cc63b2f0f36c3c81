//! One agent as a device, an injector and a sniffer, as its host wants it.

use sixlo_agent::protocol::{
    Abilities, Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME,
    RadioRole, Setting, Tap, encode,
};
use sixlo_agent::{
    Agent, Identity, Outbox, Outcome, Outlet, Radio, Sent, Signal, Stack, VirtualPhy,
};

/// Sends every frame back, and one more at each timer.
struct Mirror;

impl Stack for Mirror {
    fn identity(&self) -> Identity<'_> {
        Identity {
            stack: "mirror",
            build: "",
            abilities: Abilities::SETTLES.and(Abilities::VIRTUAL_TIME),
            hooks: 0,
            tap: Tap::None,
            largest_psdu: 127,
        }
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        match setting {
            Setting::Channel(11..=26) => Outcome::Done,
            _ => Outcome::Unsupported,
        }
    }

    fn reset(&mut self, _: &mut dyn Outbox) -> Outcome {
        Outcome::Done
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        out.transmitted(psdu);
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        out.transmitted(packet);
        Outcome::Done
    }

    fn advance(&mut self, _: u64, out: &mut dyn Outbox) {
        out.transmitted(b"timer");
    }

    fn next_timer_us(&self) -> Option<u64> {
        Some(7)
    }
}

#[derive(Default)]
struct Heard(Vec<u8>);

impl Outlet for Heard {
    fn write(&mut self, frame: &[u8]) {
        self.0.extend_from_slice(frame);
    }
}

impl Heard {
    /// What was said, in short.
    fn words(&self) -> Vec<String> {
        let mut accumulator = Accumulator::new();
        let (mut rest, mut words) = (&self.0[..], Vec::new());
        while !rest.is_empty() {
            let (after, message) = accumulator.feed(rest);
            rest = after;
            let FromAgent { seq, message } = minicbor::decode(message.unwrap().unwrap()).unwrap();
            words.push(match message {
                AgentMessage::Hello(hello) => format!("{seq} hello {:#x}", hello.abilities.0),
                AgentMessage::Done => format!("{seq} done"),
                AgentMessage::Unsupported => format!("{seq} unsupported"),
                AgentMessage::Error { text } => format!("{seq} error: {text}"),
                AgentMessage::Transmitted { psdu } => {
                    format!("{seq} transmitted {}", String::from_utf8_lossy(psdu))
                }
                AgentMessage::Captured { psdu, time_us, .. } => {
                    format!(
                        "{seq} captured {} at {time_us}",
                        String::from_utf8_lossy(psdu)
                    )
                }
                AgentMessage::Settled { next_timer_us } => {
                    format!("{seq} settled {next_timer_us:?}")
                }
                other => format!("{seq} {other:?}"),
            });
        }
        words
    }
}

/// What the agent says to these messages, numbered from 1.
fn said<R: Radio>(agent: &mut Agent<Mirror, R>, messages: &[HostMessage<'_>]) -> Vec<String> {
    let mut heard = Heard::default();
    for (seq, message) in (1..).zip(messages.iter().cloned()) {
        let mut frame = [0; LARGEST_FRAME];
        let length = encode(&FromHost { seq, message }, &mut frame).unwrap();
        agent.hear(&frame[..length], &mut heard);
    }
    heard.words()
}

fn role(role: RadioRole) -> HostMessage<'static> {
    HostMessage::Radio { role }
}

const RECEIVE: HostMessage<'static> = HostMessage::Receive { psdu: b"frame" };
const TRANSMIT: HostMessage<'static> = HostMessage::Transmit { psdu: b"frame" };
const LATER: HostMessage<'static> = HostMessage::AdvanceClock { to_us: 9 };

#[test]
fn each_role_does_what_it_is_for_and_nothing_else() {
    let device = [
        "2 transmitted frame",
        "2 settled Some(7)",
        "3 unsupported",
        "4 transmitted timer",
        "4 settled Some(7)",
    ];
    let off = ["2 settled None", "3 unsupported", "4 settled None"];
    let inject = [
        "2 settled None",
        "3 transmitted frame",
        "3 done",
        "4 settled None",
    ];
    let sniff = [
        "2 captured frame at 0",
        "2 settled None",
        "3 unsupported",
        "4 settled None",
    ];
    let both = [
        "2 captured frame at 0",
        "2 settled None",
        "3 transmitted frame",
        "3 done",
        "4 settled None",
    ];
    let roles: [(RadioRole, &[&str]); 5] = [
        (RadioRole::Device, &device),
        (RadioRole::Off, &off),
        (RadioRole::Inject, &inject),
        (RadioRole::Sniff, &sniff),
        (RadioRole::Both, &both),
    ];
    for (taken, expected) in roles {
        let mut agent = Agent::with_radio(Mirror, VirtualPhy, 1);
        let words = said(&mut agent, &[role(taken), RECEIVE, TRANSMIT, LATER]);
        assert_eq!(words[0], "1 done");
        assert_eq!(words[1..], *expected, "{taken:?}");
    }
}

#[test]
fn what_is_captured_bears_the_devices_time() {
    let mut agent = Agent::with_radio(Mirror, VirtualPhy, 1);
    let words = said(&mut agent, &[role(RadioRole::Sniff), LATER, RECEIVE]);
    assert_eq!(
        words,
        [
            "1 done",
            "2 settled None",
            "3 captured frame at 9",
            "3 settled None"
        ]
    );
}

#[test]
fn a_role_outlives_a_reset_and_ends_when_the_device_is_the_device_again() {
    let mut agent = Agent::with_radio(Mirror, VirtualPhy, 1);
    let packet = HostMessage::SendIpv6 { packet: b"packet" };
    let messages = [
        role(RadioRole::Sniff),
        HostMessage::Reset,
        packet.clone(),
        role(RadioRole::Device),
        packet,
    ];
    assert_eq!(
        said(&mut agent, &messages),
        [
            "1 done",
            "2 done",
            "2 settled None",
            "3 error: the device serves as a radio for others",
            "3 settled None",
            "4 done",
            "5 transmitted packet",
            "5 done",
            "5 settled Some(7)",
        ]
    );
}

#[test]
fn a_device_that_serves_no_others_takes_no_role() {
    let mut agent = Agent::new(Mirror, 1);
    let words = said(&mut agent, &[role(RadioRole::Sniff), TRANSMIT, RECEIVE]);
    assert_eq!(
        words,
        [
            "1 unsupported",
            "2 unsupported",
            "3 transmitted frame",
            "3 settled Some(7)"
        ]
    );
}

/// A radio with an antenna, on which one frame in two is acknowledged.
#[derive(Default)]
struct Antenna {
    sent: Vec<Vec<u8>>,
    channel: u8,
}

impl Radio for Antenna {
    fn abilities(&self, stack: Abilities) -> Abilities {
        Abilities(stack.0 & !Abilities::SETTLES.and(Abilities::VIRTUAL_TIME).0)
            .and(Abilities::RADIO)
    }

    fn set_role(&mut self, _: RadioRole) -> Outcome {
        Outcome::Done
    }

    fn configure(&mut self, setting: &Setting) {
        if let Setting::Channel(channel) = setting {
            self.channel = *channel;
        }
    }

    fn transmit(&mut self, psdu: &[u8]) -> Sent {
        self.sent.push(psdu.to_vec());
        match self.sent.len() % 2 {
            0 => Sent::Failed("no acknowledgement"),
            _ => Sent::OnAir,
        }
    }

    fn hear(&mut self, _: &[u8], _: u64) -> Option<Signal> {
        None
    }
}

#[test]
fn a_real_radio_carries_the_frames_itself() {
    let mut agent = Agent::with_radio(Mirror, Antenna::default(), 1);
    let channel = |number| HostMessage::Configure {
        setting: Setting::Channel(number),
    };
    let words = said(
        &mut agent,
        &[
            HostMessage::Hello { version: 1 },
            channel(15),
            channel(99),
            RECEIVE,
            LATER,
            role(RadioRole::Inject),
            TRANSMIT,
            TRANSMIT,
        ],
    );
    assert_eq!(
        words,
        [
            "1 hello 0x8",
            "2 done",
            // What the stack does not take the radio does not get.
            "3 unsupported",
            "4 unsupported",
            "5 unsupported",
            "6 done",
            "7 done",
            "8 error: no acknowledgement",
        ]
    );
    assert_eq!(agent.radio_mut().channel, 15);
    let signal = Signal {
        time_us: 5,
        rssi_dbm: -90,
        lqi: 3,
    };
    let mut heard = Heard::default();
    agent.heard(b"not for an injector", signal, &mut heard);
    assert!(heard.0.is_empty());
    // The device answers on the air, not to the host.
    let words = said(&mut agent, &[role(RadioRole::Device)]);
    agent.heard(b"for the device", signal, &mut heard);
    assert_eq!((words, heard.words()), (vec!["1 done".to_owned()], vec![]));
    assert_eq!(agent.radio_mut().sent.last().unwrap(), b"for the device");
}

//! A link against agents that are in a thread of this process, good and bad ones.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sixlo_agent_protocol::{
    Abilities, Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, Tap,
    encode,
};

use super::*;

const SHORT: Duration = Duration::from_millis(100);

/// The agent's end.
struct Agent(UnixStream);

impl Agent {
    fn say(&mut self, seq: u32, message: AgentMessage<'_>) {
        let octets = framed(seq, message);
        // The host may have seen enough and closed its end.
        let _ = self.0.write_all(&octets);
    }

    /// The sequence numbers of the messages in one read, and whether each was understood.
    fn read(&mut self) -> Vec<(u32, bool)> {
        let mut octets = vec![0; 1 << 20];
        let length = self.0.read(&mut octets).unwrap_or(0);
        let mut accumulator = Accumulator::new();
        let mut rest = &octets[..length];
        let mut all = Vec::new();
        while !rest.is_empty() {
            let (after, message) = accumulator.feed(rest);
            rest = after;
            if let Some(message) = message {
                let message = message.unwrap();
                let mut decoder = minicbor::Decoder::new(message);
                decoder.array().unwrap();
                let understood = minicbor::decode::<FromHost<'_>>(message).is_ok();
                all.push((decoder.u32().unwrap(), understood));
            }
        }
        all
    }
}

fn framed(seq: u32, message: AgentMessage<'_>) -> Vec<u8> {
    let mut frame = [0; LARGEST_FRAME];
    let length = encode(&FromAgent { seq, message }, &mut frame).unwrap();
    frame[..length].to_vec()
}

/// A link to an agent that does this.
fn link(agent: impl FnOnce(Agent) + Send + 'static) -> (AgentLink, JoinHandle<()>) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let read_end = OwnedFd::from(ours.try_clone().unwrap());
    let pipes = Pipes::new(read_end, OwnedFd::from(ours)).unwrap();
    let agent = thread::spawn(move || agent(Agent(theirs)));
    (AgentLink::new(pipes), agent)
}

/// What it says next, asked for or not.
fn said(link: &mut AgentLink) -> Result<Said, LinkError> {
    let said = link.hear_until(Instant::now() + Duration::from_secs(10));
    said.map(|said| said.expect("it says something"))
}

#[test]
fn what_is_queued_goes_out_in_one_piece_and_answers_come_in_order() {
    let (mut link, agent) = link(|mut agent| {
        let read = agent.read();
        assert_eq!(read, [(1, true), (2, true), (3, true)]);
        for (seq, _) in read {
            agent.say(seq, AgentMessage::Done);
        }
    });
    for _ in 0..3 {
        link.queue(HostMessage::Reset);
    }
    for seq in 1..=3 {
        assert!(!link.is_answered() || seq > 1);
        assert_eq!(said(&mut link), Ok(Said::Done(seq)));
    }
    assert!(link.is_answered());
    assert_eq!(link.hear(), Ok(None));
    agent.join().unwrap();
}

#[test]
fn a_device_that_settles_owes_a_settled_even_when_it_has_said_done() {
    let hello = sixlo_agent_protocol::Hello {
        version: 1,
        boot: 1,
        stack: "",
        build: "",
        abilities: Abilities::SETTLES,
        hooks: 0,
        tap: Tap::None,
        largest_psdu: 127,
        clock_us: 0,
    };
    let (mut link, agent) = link(|mut agent| {
        assert_eq!(agent.read(), [(1, true)]);
        agent.say(1, AgentMessage::Hello(hello));
        assert_eq!(agent.read(), [(2, true), (3, true)]);
        agent.say(2, AgentMessage::Done);
        agent.say(3, AgentMessage::Unsupported);
        // Of an earlier command, and late: it must not take anything back.
        let next_timer_us = None;
        agent.say(2, AgentMessage::Settled { next_timer_us });
        while !agent.read().is_empty() {}
    });
    link.queue(HostMessage::Hello { version: 1 });
    assert!(matches!(said(&mut link), Ok(Said::Hello(1, _))));
    link.queue(HostMessage::Reset);
    link.queue(HostMessage::Statistics);
    let mut heard = Vec::new();
    while let Some(said) = link.hear().unwrap() {
        heard.push(said.answers());
    }
    assert_eq!(heard, [Some(2), Some(3), Some(2)]);
    assert!(link.is_answered());
    drop(link);
    agent.join().unwrap();
}

#[test]
fn a_deadline_is_no_fault_of_a_device_that_owes_nothing() {
    let (mut link, agent) = link(|mut agent| while !agent.read().is_empty() {});
    let begin = Instant::now();
    assert_eq!(link.hear_until(begin + SHORT), Ok(None));
    assert!(begin.elapsed() >= SHORT);
    link.set_watchdog(Duration::ZERO);
    assert_eq!(link.hear_until(begin), Ok(None));
    drop(link);
    agent.join().unwrap();
}

#[test]
fn nothing_heard_is_lost_when_a_command_is_queued_meanwhile() {
    let (mut link, agent) = link(|mut agent| {
        let mut both = framed(1, AgentMessage::Transmitted { psdu: &[7] });
        both.extend(framed(1, AgentMessage::Done));
        assert_eq!(agent.read(), [(1, true)]);
        agent.0.write_all(&both).unwrap();
        assert_eq!(agent.read(), [(2, true)]);
        agent.say(2, AgentMessage::Done);
    });
    link.queue(HostMessage::Receive { psdu: &[1] });
    assert_eq!(said(&mut link), Ok(Said::Transmitted(vec![7])));
    link.queue(HostMessage::Receive { psdu: &[2] });
    assert_eq!(said(&mut link), Ok(Said::Done(1)));
    assert_eq!(said(&mut link), Ok(Said::Done(2)));
    agent.join().unwrap();
}

#[test]
fn the_nonsense_command_has_a_sequence_number_and_no_meaning() {
    let (mut link, agent) = link(|mut agent| {
        assert_eq!(agent.read(), [(1, false)]);
        agent.say(1, AgentMessage::Unsupported);
    });
    assert_eq!(link.queue_nonsense(), 1);
    assert_eq!(said(&mut link), Ok(Said::Unsupported(1)));
    agent.join().unwrap();
}

#[test]
fn whoever_talks_but_never_answers_is_silent_all_the_same() {
    let (mut link, agent) = link(|mut agent| {
        while agent.0.write_all(&framed(0, log("busy"))).is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    });
    link.set_watchdog(SHORT);
    link.queue(HostMessage::Reset);
    let begin = Instant::now();
    let end = loop {
        match link.hear() {
            Ok(said) => assert_eq!(said, Some(Said::Log("busy".to_owned()))),
            Err(error) => break error,
        }
    };
    assert_eq!(end, LinkError::Silent(SHORT));
    assert!(begin.elapsed() >= SHORT);
    drop(link);
    agent.join().unwrap();
}

#[test]
fn one_that_watches_its_device_itself_may_take_its_time() {
    let (mut link, agent) = link(|mut agent| while !agent.read().is_empty() {});
    link.set_watchdog(SHORT);
    link.be_patient();
    link.queue(HostMessage::Reset);
    assert_eq!(link.hear_until(Instant::now() + 2 * SHORT), Ok(None));
    drop(link);
    agent.join().unwrap();
}

#[test]
fn a_start_may_take_longer_by_what_the_machine_kept_it_from_running() {
    let silent = |mut agent: Agent| while !agent.read().is_empty() {};
    for (held_up, is_started) in [(SHORT * 3, false), (SHORT * 300, true)] {
        let (link, agent) = link(move |mut agent| {
            if is_started {
                agent.say(1, AgentMessage::Done);
            }
            silent(agent);
        });
        let mut link = link.held_up_by(move || held_up);
        link.set_watchdog(SHORT);
        link.queue(HostMessage::Reset);
        if is_started {
            assert_eq!(said(&mut link), Ok(Said::Done(1)));
            link.queue(HostMessage::Reset);
        }
        let begin = Instant::now();
        assert_eq!(link.hear(), Err(LinkError::Silent(SHORT)));
        assert_eq!(begin.elapsed() < SHORT + held_up, is_started);
        drop(link);
        agent.join().unwrap();
    }
}

#[test]
fn an_answer_to_a_command_that_was_never_given_is_no_answer() {
    let (mut link, agent) = link(|mut agent| {
        agent.say(9, AgentMessage::Done);
        while !agent.read().is_empty() {}
    });
    link.set_watchdog(SHORT);
    link.queue(HostMessage::Reset);
    assert_eq!(said(&mut link), Ok(Said::Done(9)));
    assert!(!link.is_answered());
    assert_eq!(link.hear(), Err(LinkError::Silent(SHORT)));
    drop(link);
    agent.join().unwrap();
}

#[test]
fn a_flood_ends_the_link_in_bounded_memory() {
    let (mut link, agent) = link(|mut agent| {
        let chunk = framed(0, log("and on")).repeat(1000);
        while agent.0.write_all(&chunk).is_ok() {}
    });
    let mut heard = 0;
    let end = loop {
        match said(&mut link) {
            Ok(_) => heard += 1,
            Err(error) => break error,
        }
        assert!(heard < 100_000, "kept reading");
    };
    assert_eq!(end, LinkError::Flooded);
    drop(link);
    agent.join().unwrap();
}

#[test]
fn neither_side_locks_up_when_both_write_before_they_read() {
    // More than a socket's buffers hold in either direction.
    const FRAMES: u32 = 3000;
    let (mut link, agent) = link(|mut agent| {
        let psdu = [0x55; 127];
        for _ in 0..FRAMES {
            agent.say(0, AgentMessage::Transmitted { psdu: &psdu });
        }
        let mut octets = vec![0; 1 << 20];
        let mut accumulator = Accumulator::new();
        let mut last = 0;
        while last < FRAMES {
            let length = agent.0.read(&mut octets).unwrap();
            let mut rest = &octets[..length];
            while !rest.is_empty() {
                let (after, message) = accumulator.feed(rest);
                rest = after;
                last += u32::from(message.is_some());
            }
        }
        agent.say(last, AgentMessage::Done);
    });
    for _ in 0..FRAMES {
        link.queue(HostMessage::Receive { psdu: &[0xaa; 127] });
    }
    for _ in 0..FRAMES {
        assert!(matches!(said(&mut link), Ok(Said::Transmitted(_))));
    }
    assert_eq!(said(&mut link), Ok(Said::Done(FRAMES)));
    agent.join().unwrap();
}

#[test]
fn garbage_is_told_and_what_comes_behind_it_is_heard() {
    let (mut link, agent) = link(|mut agent| {
        let mut octets = vec![0xff, 1, 2, 3, 0, 4, 0x82, 1, 0x80, 0];
        octets.extend([0x55; LARGEST_FRAME + 1]);
        octets.push(0);
        octets.extend(framed(0, log("still here")));
        agent.0.write_all(&octets).unwrap();
    });
    for _ in 0..3 {
        assert!(matches!(said(&mut link), Ok(Said::Nonsense(_))));
    }
    assert_eq!(said(&mut link), Ok(Said::Log("still here".to_owned())));
    agent.join().unwrap();
}

#[test]
fn last_messages_are_heard_before_the_end() {
    let (mut link, agent) = link(|mut agent| {
        agent.say(0, log("farewell"));
        drop(agent);
    });
    agent.join().unwrap();
    // Whether or not the write end notices first.
    link.queue(HostMessage::Reset);
    assert_eq!(said(&mut link), Ok(Said::Log("farewell".to_owned())));
    assert_eq!(said(&mut link), Err(LinkError::Closed));
}

fn log(text: &str) -> AgentMessage<'_> {
    AgentMessage::Log { text }
}

/// A transport with two streams that takes five octets at a time.
struct Split(std::sync::Arc<std::sync::Mutex<Pieces>>);

/// What was written, piece by piece, and an empty one for each read.
type Pieces = Vec<(Channel, Vec<u8>)>;

impl Transport for Split {
    fn has_phy(&self) -> bool {
        true
    }

    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        // The halves of two frames, one on each stream, take turns.
        let control = framed(0, log("whole"));
        let phy = framed(0, AgentMessage::Transmitted { psdu: &[7; 9] });
        let parts = [
            (Channel::Control, &control[..4]),
            (Channel::Phy, &phy[..6]),
            (Channel::Control, &control[4..]),
            (Channel::Phy, &phy[6..]),
        ];
        let mut all = self.0.lock().unwrap();
        let at = all.iter().filter(|(_, octets)| octets.is_empty()).count();
        let Some((channel, octets)) = parts.get(at) else {
            return Ok(None);
        };
        all.push((*channel, Vec::new()));
        into[..octets.len()].copy_from_slice(octets);
        Ok(Some((*channel, octets.len())))
    }

    fn write(&mut self, channel: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        let part = &octets[..octets.len().min(5)];
        let mut all = self.0.lock().unwrap();
        match all.last_mut().filter(|(last, _)| *last == channel) {
            Some((_, octets)) => octets.extend_from_slice(part),
            None => all.push((channel, part.to_vec())),
        }
        Ok(part.len())
    }

    fn wait(&mut self, _: bool, _: Duration) -> Result<(), TransportError> {
        Ok(())
    }
}

#[test]
fn two_streams_are_written_in_the_order_of_messages_and_heard_apart() {
    let all = std::sync::Arc::default();
    let mut link = AgentLink::new(Split(std::sync::Arc::clone(&all)));
    let receive = HostMessage::Receive { psdu: &[0xaa; 40] };
    for message in [
        HostMessage::Reset,
        receive.clone(),
        receive,
        HostMessage::Reset,
    ] {
        link.queue(message);
    }
    assert_eq!(said(&mut link), Ok(Said::Log("whole".to_owned())));
    assert_eq!(said(&mut link), Ok(Said::Transmitted(vec![7; 9])));
    let written = all.lock().unwrap();
    let written: Vec<_> = written.iter().filter(|(_, o)| !o.is_empty()).collect();
    let numbers = written.iter().map(|(channel, octets)| {
        let mut accumulator = Accumulator::new();
        let mut rest = &octets[..];
        let mut numbers = Vec::new();
        while !rest.is_empty() {
            let (after, message) = accumulator.feed(rest);
            rest = after;
            let message = message.unwrap().unwrap();
            numbers.push(minicbor::decode::<FromHost<'_>>(message).unwrap().seq);
        }
        (*channel, numbers)
    });
    let expected = [
        (Channel::Control, vec![1]),
        (Channel::Phy, vec![2, 3]),
        (Channel::Control, vec![4]),
    ];
    assert_eq!(numbers.collect::<Vec<_>>(), expected);
}

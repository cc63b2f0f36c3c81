//! A link against agents that are in a thread of this process, good and bad ones.

use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use sixlo_agent_protocol::{
    Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, encode,
};

use super::*;

const LIMIT: Duration = Duration::from_secs(10);
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
        assert_eq!(link.hear(LIMIT), Ok(Said::Done(seq)));
    }
    assert!(link.is_answered());
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
    assert_eq!(link.hear(LIMIT), Ok(Said::Transmitted(vec![7])));
    link.queue(HostMessage::Receive { psdu: &[2] });
    assert_eq!(link.hear(LIMIT), Ok(Said::Done(1)));
    assert_eq!(link.hear(LIMIT), Ok(Said::Done(2)));
    agent.join().unwrap();
}

#[test]
fn the_nonsense_command_has_a_sequence_number_and_no_meaning() {
    let (mut link, agent) = link(|mut agent| {
        assert_eq!(agent.read(), [(1, false)]);
        agent.say(1, AgentMessage::Unsupported);
    });
    assert_eq!(link.queue_nonsense(), 1);
    assert_eq!(link.hear(LIMIT), Ok(Said::Unsupported(1)));
    agent.join().unwrap();
}

#[test]
fn whoever_talks_but_never_answers_is_silent_all_the_same() {
    let (mut link, agent) = link(|mut agent| {
        while agent.0.write_all(&framed(0, log("busy"))).is_ok() {
            thread::sleep(Duration::from_millis(5));
        }
    });
    link.queue(HostMessage::Reset);
    let begin = Instant::now();
    let end = loop {
        match link.hear(SHORT) {
            Ok(said) => assert_eq!(said, Said::Log("busy".to_owned())),
            Err(error) => break error,
        }
    };
    assert_eq!(end, LinkError::Silent(SHORT));
    assert!(begin.elapsed() >= SHORT);
    drop(link);
    agent.join().unwrap();
}

#[test]
fn an_answer_to_a_command_that_was_never_given_is_no_answer() {
    let (mut link, agent) = link(|mut agent| {
        agent.say(9, AgentMessage::Done);
        while !agent.read().is_empty() {}
    });
    link.queue(HostMessage::Reset);
    assert_eq!(link.hear(LIMIT), Ok(Said::Done(9)));
    assert!(!link.is_answered());
    assert_eq!(link.hear(SHORT), Err(LinkError::Silent(SHORT)));
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
        match link.hear(LIMIT) {
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
        assert!(matches!(link.hear(LIMIT), Ok(Said::Transmitted(_))));
    }
    assert_eq!(link.hear(LIMIT), Ok(Said::Done(FRAMES)));
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
        assert!(matches!(link.hear(LIMIT), Ok(Said::Nonsense(_))));
    }
    assert_eq!(link.hear(LIMIT), Ok(Said::Log("still here".to_owned())));
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
    assert_eq!(link.hear(LIMIT), Ok(Said::Log("farewell".to_owned())));
    assert_eq!(link.hear(LIMIT), Err(LinkError::Closed));
}

fn log(text: &str) -> AgentMessage<'_> {
    AgentMessage::Log { text }
}

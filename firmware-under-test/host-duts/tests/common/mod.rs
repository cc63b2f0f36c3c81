//! The harness's end of the agent stream, and frames made by hand.
#![allow(dead_code, reason = "each test program uses a part of this")]

pub mod frames;

use std::io::{ErrorKind, Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use rustix::event::{PollFd, PollFlags, poll};
use sixlo_agent_protocol::{
    Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, PROTOCOL_VERSION,
    Setting, encode,
};

/// What an agent said, with its octets its own.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Said {
    Hello {
        boot: u32,
        stack: String,
        abilities: u32,
        hooks: u32,
    },
    Done,
    Unsupported,
    Error(String),
    Delivered(Vec<u8>),
    Transmitted(Vec<u8>),
    Captured(Vec<u8>),
    Settled(Option<u64>),
    Log(String),
    Other,
}

/// A running device.
pub struct Dut {
    pub child: Child,
    input: Option<ChildStdin>,
    pub output: ChildStdout,
    accumulator: Box<Accumulator>,
    unread: Vec<u8>,
    pub seq: u32,
}

/// The example program `dut`, which cargo builds beside this test.
pub fn program() -> std::path::PathBuf {
    let mut path = std::env::current_exe().unwrap();
    path.pop();
    path.set_file_name("examples");
    path.push("dut");
    assert!(
        path.exists(),
        "{path:?} is not built: cargo build --examples"
    );
    path
}

impl Dut {
    pub fn start(line: &str) -> Dut {
        let mut child = Command::new(program())
            .args(line.split_whitespace())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        Dut {
            input: child.stdin.take(),
            output: child.stdout.take().unwrap(),
            child,
            accumulator: Box::default(),
            unread: Vec::new(),
            seq: 0,
        }
    }

    /// Encodes a message with the next sequence number.
    pub fn frame(&mut self, message: HostMessage<'_>) -> Vec<u8> {
        self.seq += 1;
        let seq = self.seq;
        let mut frame = [0; LARGEST_FRAME];
        let length = encode(&FromHost { seq, message }, &mut frame).unwrap();
        frame[..length].to_vec()
    }

    pub fn write(&mut self, octets: &[u8]) {
        self.input.as_mut().unwrap().write_all(octets).unwrap();
    }

    pub fn send(&mut self, message: HostMessage<'_>) {
        let frame = self.frame(message);
        self.write(&frame);
    }

    /// The next thing said, with its sequence number; `None` at the end of the stream.
    pub fn next(&mut self) -> Option<(u32, Said)> {
        loop {
            let unread = std::mem::take(&mut self.unread);
            let (rest, message) = self.accumulator.feed(&unread);
            self.unread = rest.to_vec();
            if let Some(Ok(message)) = message
                && let Ok(FromAgent { seq, message }) = minicbor::decode(message)
            {
                return Some((seq, own(message)));
            }
            if self.unread.is_empty() {
                self.wait();
                let mut chunk = [0; 65_536];
                match self.output.read(&mut chunk) {
                    Ok(0) => return None,
                    Ok(length) => self.unread.extend_from_slice(&chunk[..length]),
                    Err(error) if error.kind() == ErrorKind::Interrupted => {}
                    Err(error) => panic!("agent stream: {error}"),
                }
            }
        }
    }

    /// Waits for something to read; a device that is silent for long is a failed test.
    fn wait(&self) {
        let limit = rustix::event::Timespec {
            tv_sec: 20,
            tv_nsec: 0,
        };
        let mut waiting = [PollFd::new(&self.output, PollFlags::IN)];
        let ready = poll(&mut waiting, Some(&limit)).unwrap();
        assert!(ready > 0, "the device was silent for 20 seconds");
    }

    /// Sends a message and returns everything said up to its answer, the answer last.
    pub fn ask(&mut self, message: HostMessage<'_>) -> Vec<Said> {
        self.send(message);
        let mut all = Vec::new();
        loop {
            let (seq, said) = self.next().expect("the device ended without an answer");
            let answers = !matches!(
                said,
                Said::Transmitted(_) | Said::Delivered(_) | Said::Log(_)
            );
            all.push(said);
            if seq == self.seq && answers {
                return all;
            }
        }
    }

    pub fn hello(&mut self) -> Said {
        let version = PROTOCOL_VERSION;
        self.ask(HostMessage::Hello { version }).pop().unwrap()
    }

    pub fn configure(&mut self, setting: Setting) -> Said {
        self.ask(HostMessage::Configure { setting }).pop().unwrap()
    }

    /// The frames sent in answer to this one, without FCS.
    pub fn hear(&mut self, frame: &[u8]) -> Vec<Vec<u8>> {
        let psdu = frames::with_fcs(frame);
        transmitted(self.ask(HostMessage::Receive { psdu: &psdu }))
    }

    /// Closes the input and returns how the process ended.
    pub fn close(mut self) -> std::process::ExitStatus {
        self.input = None;
        self.child.wait().unwrap()
    }
}

/// The frames among what was said, their FCS checked and taken off.
pub fn transmitted(said: Vec<Said>) -> Vec<Vec<u8>> {
    let psdus = said.into_iter().filter_map(|said| match said {
        Said::Transmitted(psdu) => Some(psdu),
        _ => None,
    });
    psdus
        .map(|psdu| {
            let frame = psdu[..psdu.len() - 2].to_vec();
            assert_eq!(frames::with_fcs(&frame), psdu, "wrong FCS");
            frame
        })
        .collect()
}

fn own(message: AgentMessage<'_>) -> Said {
    match message {
        AgentMessage::Hello(hello) => Said::Hello {
            boot: hello.boot,
            stack: hello.stack.into(),
            abilities: hello.abilities.0,
            hooks: hello.hooks,
        },
        AgentMessage::Done => Said::Done,
        AgentMessage::Unsupported => Said::Unsupported,
        AgentMessage::Error { text } => Said::Error(text.into()),
        AgentMessage::Delivered { packet } => Said::Delivered(packet.into()),
        AgentMessage::Transmitted { psdu } => Said::Transmitted(psdu.into()),
        AgentMessage::Captured { psdu, .. } => Said::Captured(psdu.into()),
        AgentMessage::Settled { next_timer_us } => Said::Settled(next_timer_us),
        AgentMessage::Log { text } => Said::Log(text.into()),
        _ => Said::Other,
    }
}

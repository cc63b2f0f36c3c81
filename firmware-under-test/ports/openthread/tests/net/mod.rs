//! Nodes of this port on one air, driven as the harness drives them: by the
//! agent protocol on the streams of a process each, in virtual time.

use std::collections::VecDeque;
use std::io::{Read, Write};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use sixlo_agent_protocol::{
    Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, Setting, encode,
};

/// One node.
pub struct Node {
    process: Child,
    stdin: ChildStdin,
    stdout: ChildStdout,
    input: Accumulator,
    seq: u32,
    next_timer_us: Option<u64>,
    /// Packets that it reported as delivered.
    pub delivered: Vec<Vec<u8>>,
}

impl Node {
    /// A node with this command line and EUI-64, switched on.
    pub fn start(arguments: &[&str], eui64: [u8; 8]) -> (Node, Vec<Vec<u8>>) {
        let mut process = Command::new(env!("CARGO_BIN_EXE_dut"))
            .args(arguments)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .unwrap();
        let mut node = Node {
            stdin: process.stdin.take().unwrap(),
            stdout: process.stdout.take().unwrap(),
            process,
            input: Accumulator::new(),
            seq: 0,
            next_timer_us: None,
            delivered: Vec::new(),
        };
        node.set(Setting::Eui64(eui64));
        node.set(Setting::PanId(0xabcd));
        let frames = node.tell(HostMessage::Reset);
        (node, frames)
    }

    /// Makes one setting, which it must take.
    pub fn set(&mut self, setting: Setting) {
        self.tell(HostMessage::Configure { setting });
    }

    /// Gives it one command; the frames that it sends meanwhile.
    pub fn tell(&mut self, message: HostMessage<'_>) -> Vec<Vec<u8>> {
        let settles = !matches!(message, HostMessage::Configure { .. });
        self.seq += 1;
        let mut frame = [0; LARGEST_FRAME];
        let seq = self.seq;
        let length = encode(&FromHost { seq, message }, &mut frame).unwrap();
        self.stdin.write_all(&frame[..length]).unwrap();
        let mut frames = Vec::new();
        let mut octet = [0];
        loop {
            self.stdout.read_exact(&mut octet).expect("it runs");
            let (_, Some(message)) = self.input.feed(&octet) else {
                continue;
            };
            let heard: FromAgent<'_> = minicbor::decode(message.unwrap()).unwrap();
            match heard.message {
                AgentMessage::Transmitted { psdu } => frames.push(psdu.to_vec()),
                AgentMessage::Delivered { packet } => self.delivered.push(packet.to_vec()),
                AgentMessage::Done if settles => {}
                AgentMessage::Done => return frames,
                AgentMessage::Settled { next_timer_us } => {
                    self.next_timer_us = next_timer_us;
                    return frames;
                }
                other => panic!("command {seq} was answered {other:?}"),
            }
        }
    }
}

impl Drop for Node {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// An air on which two nodes hear each other's every frame.
pub struct Air {
    /// The nodes.
    pub nodes: [Node; 2],
    /// Frames on their way, with the node that sent them.
    flying: VecDeque<(usize, Vec<u8>)>,
    /// Now, in microseconds.
    pub now_us: u64,
    /// Every frame so far: when, who, what.
    pub heard: Vec<(u64, usize, Vec<u8>)>,
}

impl Air {
    /// Between these two, with the frames that they began with.
    pub fn between(first: (Node, Vec<Vec<u8>>), second: (Node, Vec<Vec<u8>>)) -> Air {
        let mut air = Air {
            nodes: [first.0, second.0],
            flying: VecDeque::new(),
            now_us: 0,
            heard: Vec::new(),
        };
        air.fly(0, first.1);
        air.fly(1, second.1);
        air
    }

    fn fly(&mut self, from: usize, frames: Vec<Vec<u8>>) {
        for frame in frames {
            self.heard.push((self.now_us, from, frame.clone()));
            self.flying.push_back((from, frame));
        }
    }

    /// Gives one node a command.
    pub fn tell(&mut self, node: usize, message: HostMessage<'_>) {
        let frames = self.nodes[node].tell(message);
        self.fly(node, frames);
    }

    /// Lets time go on until `is_enough`, or for so many microseconds; whether it was.
    pub fn run(&mut self, limit_us: u64, is_enough: impl Fn(&Air) -> bool) -> bool {
        let end_us = self.now_us + limit_us;
        while !is_enough(self) {
            if let Some((from, psdu)) = self.flying.pop_front() {
                self.tell(1 - from, HostMessage::Receive { psdu: &psdu });
                continue;
            }
            let due = self
                .nodes
                .iter()
                .filter_map(|node| node.next_timer_us)
                .min();
            self.now_us = match due {
                Some(due) if due <= end_us => due.max(self.now_us),
                _ => return false,
            };
            for node in 0..2 {
                let to_us = self.now_us;
                self.tell(node, HostMessage::AdvanceClock { to_us });
            }
        }
        true
    }
}

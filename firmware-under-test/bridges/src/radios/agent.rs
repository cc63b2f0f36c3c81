//! A radio that speaks the agent protocol: a board with our firmware in the role of an
//! injector or a sniffer, or a program.

use std::collections::VecDeque;
use std::time::Duration;

use sixlo_agent_protocol::{
    Accumulator, AgentMessage, FromAgent, FromHost, HostMessage, LARGEST_FRAME, PROTOCOL_VERSION,
    RadioRole, Setting, encode,
};
use sixlo_transport::Line;

use super::heard::{Heard, LARGEST_PSDU};
use super::language::{Language, tell, until};
use super::trouble::RadioTrouble;

/// How long it may take to answer.
const ANSWERED_WITHIN: Duration = Duration::from_millis(500);
/// How often it is greeted at the start: it may be starting, or be in the middle of a frame.
const GREETINGS: usize = 10;
/// The same of one behind a program, which may have to write the radio's image first: as long
/// as the harness waits for a device that is starting.
const GREETINGS_OF_PROGRAM: usize = 36;
/// Frames heard that wait to be taken.
const MOST_WAITING: usize = 1024;

/// What it says to a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Answer {
    Hello { version: u32 },
    Energy { dbm: i8 },
    Done,
    No,
}

/// The agent protocol as a radio speaks it, and what it said.
pub struct AgentRadio {
    role: RadioRole,
    channel: u8,
    greetings: usize,
    accumulator: Accumulator,
    inbox: Inbox,
}

/// What it said.
#[derive(Default)]
struct Inbox {
    /// The command last sent.
    seq: u32,
    /// What came to that.
    answer: Option<Answer>,
    /// It said hello unasked: it has started again, and has no role.
    has_restarted: bool,
    heard: VecDeque<Heard>,
}

impl Inbox {
    fn take(&mut self, frame: &[u8]) {
        let Ok(FromAgent { seq, message }) = minicbor::decode(frame) else {
            return;
        };
        let answer = match message {
            AgentMessage::Captured {
                psdu,
                time_us,
                rssi_dbm,
                lqi,
            } => {
                if self.heard.len() < MOST_WAITING && psdu.len() <= LARGEST_PSDU {
                    self.heard.push_back(Heard {
                        psdu: psdu.to_vec(),
                        rssi_dbm: Some(rssi_dbm),
                        lqi: Some(lqi),
                        time_us: Some(time_us),
                    });
                }
                return;
            }
            AgentMessage::Hello(_) if seq == 0 => {
                self.has_restarted = true;
                return;
            }
            AgentMessage::Hello(hello) => Answer::Hello {
                version: hello.version,
            },
            AgentMessage::Energy { dbm } => Answer::Energy { dbm },
            AgentMessage::Done => Answer::Done,
            AgentMessage::Unsupported | AgentMessage::Error { .. } => Answer::No,
            _ => return,
        };
        if seq == self.seq {
            self.answer = Some(answer);
        }
    }
}

impl AgentRadio {
    /// Of one that takes this role on this channel.
    pub fn new(role: RadioRole, channel: u8) -> AgentRadio {
        AgentRadio {
            role,
            channel,
            greetings: GREETINGS,
            accumulator: Accumulator::new(),
            inbox: Inbox::default(),
        }
    }

    /// The same behind a program.
    pub fn behind_program(self) -> AgentRadio {
        AgentRadio {
            greetings: GREETINGS_OF_PROGRAM,
            ..self
        }
    }

    fn ask(
        &mut self,
        line: &mut Line,
        message: HostMessage<'_>,
    ) -> Result<Option<Answer>, RadioTrouble> {
        let seq = self.inbox.seq.wrapping_add(1).max(1);
        self.inbox.seq = seq;
        self.inbox.answer = None;
        let mut frame = [0; LARGEST_FRAME];
        let Ok(length) = encode(&FromHost { seq, message }, &mut frame) else {
            return Ok(Some(Answer::No));
        };
        tell(line, &frame[..length])?;
        until(line, self, ANSWERED_WITHIN, |own| own.inbox.answer.take())
    }

    fn greet(&mut self, line: &mut Line, times: usize) -> Result<(), RadioTrouble> {
        let version = PROTOCOL_VERSION;
        for _ in 0..times {
            // Ends what somebody else may have begun to say.
            tell(line, &[0])?;
            match self.ask(line, HostMessage::Hello { version })? {
                Some(Answer::Hello { version: theirs }) if theirs == version => return Ok(()),
                Some(Answer::Hello { version: theirs }) => {
                    return Err(RadioTrouble::Unfit(format!(
                        "speaks version {theirs} of the agent protocol, and not {version}: flash it again"
                    )));
                }
                _ => {}
            }
        }
        Err(RadioTrouble::Silent(
            "does not answer in the agent protocol",
        ))
    }
}

impl Language for AgentRadio {
    fn take(&mut self, octets: &[u8]) {
        let mut rest = octets;
        while !rest.is_empty() {
            let (left, frame) = self.accumulator.feed(rest);
            rest = left;
            if let Some(Ok(frame)) = frame {
                self.inbox.take(frame);
            }
        }
    }

    fn begin(&mut self, line: &mut Line, start: bool) -> Result<(), RadioTrouble> {
        self.greet(line, if start { self.greetings } else { 1 })?;
        self.inbox.has_restarted = false;
        // A radio of one channel, or one on a virtual air, has no such setting.
        let setting = Setting::Channel(self.channel);
        self.ask(line, HostMessage::Configure { setting })?;
        let role = self.role;
        match self.ask(line, HostMessage::Radio { role })? {
            Some(Answer::Done) => Ok(()),
            Some(_) => Err(RadioTrouble::Unfit(
                "does not take the role of a radio".to_owned(),
            )),
            None => Err(RadioTrouble::Silent("does not answer")),
        }
    }

    fn is_lost(&self) -> bool {
        self.inbox.has_restarted
    }

    fn send(&mut self, psdu: &[u8], line: &mut Line) -> Result<bool, RadioTrouble> {
        let sent = self.ask(line, HostMessage::Transmit { psdu })?;
        Ok(sent == Some(Answer::Done))
    }

    fn heard(&mut self) -> Option<Heard> {
        self.inbox.heard.pop_front()
    }

    fn look(&mut self, line: &mut Line) -> Result<Vec<String>, RadioTrouble> {
        Ok(match self.ask(line, HostMessage::Energy)? {
            Some(Answer::Energy { dbm }) => {
                vec![format!("channel {}: {dbm} dBm now", self.channel)]
            }
            // Not every radio can measure.
            _ => Vec::new(),
        })
    }
}

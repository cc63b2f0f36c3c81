//! A device whose agent is led to, by a probe or a line, while its frames cross the air: what
//! the host says goes to the agent, but for frames, which the radios around it send; what
//! they hear is what the device transmits.
//!
//! The host's commands take effect in the order of their numbers, as with one agent alone:
//! no frame is on air before the device has answered what it was told before, and it is told
//! nothing while one is on its way.

use std::collections::VecDeque;
use std::time::{Duration, Instant};

use sixlo_agent_protocol::{
    Abilities, AgentMessage, FromAgent, FromHost, HostMessage, PROTOCOL_VERSION,
};
use sixlo_harness::agent_link::{LinkError, Said};
use sixlo_harness::dut::{Dut, SpawnError};
use sixlo_harness::rig::{Program, process};
use sixlo_transport::{Channel, Transport, TransportError};

use super::messages::{Messages, Numbered, framed};

/// Two ways cannot be waited for at once: the radios are looked at so often.
const LOOKED_AT_EVERY: Duration = Duration::from_millis(1);
/// Commands that wait before no more are taken.
const MOST_WAITING: usize = 1024;
const CHUNK: usize = 4096;

/// A device and the radios around it.
pub(crate) struct Led {
    board: Box<dyn Transport>,
    /// None once they have failed.
    radios: Option<Box<dyn Dut>>,
    from_host: Messages,
    from_board: Messages,
    /// Commands that nobody has been told yet.
    waiting: VecDeque<Vec<u8>>,
    to_board: VecDeque<u8>,
    to_host: VecDeque<u8>,
    /// Commands that the board has not answered.
    board_owes: VecDeque<u32>,
    /// Commands that the radios have not answered: their number there, and the host's.
    radios_owe: VecDeque<(u32, u32)>,
    is_over: bool,
}

/// Starts the radios and waits until they are in their roles.
///
/// # Errors
/// If they do not start, in their words.
pub(crate) fn radios(program: &Program) -> Result<Box<dyn Dut>, SpawnError> {
    let mut radios = process(program, None).start()?;
    let version = PROTOCOL_VERSION;
    radios.link().queue(HostMessage::Hello { version });
    loop {
        match radios.link().hear() {
            Ok(Some(Said::Hello(..))) => return Ok(radios),
            Ok(Some(_)) => {}
            Ok(None) => return Err(SpawnError::Bench("radios: they do not say hello".into())),
            Err(error) => return Err(SpawnError::Bench(failed(&error, radios))),
        }
    }
}

/// Why they failed: the bridge before them says it in its last words.
fn failed(error: &LinkError, radios: Box<dyn Dut>) -> String {
    let ended = radios.bury();
    match ended.split_once("its last words: ") {
        Some((_, words)) => format!("radios: {}", words.replace("sixlo dut: ", "")),
        None => format!("radios: {error}; their process {ended}"),
    }
}

impl Led {
    /// The agent at the end of this transport, with these radios around its board.
    pub fn new(board: Box<dyn Transport>, radios: Box<dyn Dut>) -> Self {
        Led {
            board,
            radios: Some(radios),
            from_host: Messages::default(),
            from_board: Messages::default(),
            waiting: VecDeque::new(),
            to_board: VecDeque::new(),
            to_host: VecDeque::new(),
            board_owes: VecDeque::new(),
            radios_owe: VecDeque::new(),
            is_over: false,
        }
    }

    /// Does everything that can be done at once.
    fn pump(&mut self) -> Result<(), TransportError> {
        self.hear_board()?;
        if !self.is_over {
            self.hear_radios()?;
            self.pass_on();
            self.flush()?;
        }
        Ok(())
    }

    fn hear_board(&mut self) -> Result<(), TransportError> {
        let mut chunk = [0; CHUNK];
        while let Some((channel, length)) = self.board.read(&mut chunk)? {
            if length == 0 {
                self.is_over = true;
                return Ok(());
            }
            for message in self.from_board.take(channel, &chunk[..length]) {
                self.take_board(&message)?;
            }
        }
        Ok(())
    }

    fn take_board(&mut self, message: &[u8]) -> Result<(), TransportError> {
        let Some(numbered) = Numbered::of(message) else {
            return Ok(());
        };
        let seq = numbered.seq;
        match minicbor::decode::<FromAgent<'_>>(message).map(|said| said.message) {
            Ok(AgentMessage::Hello(hello)) => {
                if !hello.abilities.has(Abilities::RADIO) {
                    return Err(TransportError::Way {
                        way: "its agent".to_owned(),
                        why: "says that its frames are on the link to it, and not on air: write an image with a radio, or leave `injector` and `sniffer` out".to_owned(),
                    });
                }
                if seq == 0 {
                    // It has started again: what it was told before it will not answer.
                    self.board_owes.clear();
                }
                self.board_owes.retain(|owed| *owed != seq);
            }
            Ok(
                AgentMessage::Done
                | AgentMessage::Unsupported
                | AgentMessage::Error { .. }
                | AgentMessage::Energy { .. }
                | AgentMessage::Statistics { .. },
            ) => self.board_owes.retain(|owed| *owed != seq),
            _ => {}
        }
        self.to_host.extend(framed(&numbered));
        Ok(())
    }

    fn hear_radios(&mut self) -> Result<(), TransportError> {
        loop {
            let said = match &mut self.radios {
                Some(radios) => radios.link().hear_until(Instant::now()),
                None => Err(LinkError::Closed),
            };
            match said {
                Ok(Some(said)) => self.take_radios(&said),
                Ok(None) => return Ok(()),
                Err(error) => {
                    let why = match self.radios.take() {
                        Some(radios) => failed(&error, radios),
                        None => error.to_string(),
                    };
                    return Err(TransportError::Way {
                        way: "on air".to_owned(),
                        why,
                    });
                }
            }
        }
    }

    fn take_radios(&mut self, said: &Said) {
        let message = match said {
            Said::Transmitted(psdu) => {
                let message = AgentMessage::Transmitted { psdu };
                return self.answer(0, message);
            }
            Said::Done(_) => AgentMessage::Done,
            Said::Unsupported(_) => AgentMessage::Unsupported,
            Said::Refused(_, text) => AgentMessage::Error { text },
            Said::Statistics {
                transmitted,
                received,
                ..
            } => AgentMessage::Statistics {
                received: *received,
                transmitted: *transmitted,
                dropped: transmitted.saturating_sub(*received),
            },
            _ => return,
        };
        let mut owed = self.radios_owe.iter();
        let asked = owed.position(|(asked, _)| Some(*asked) == said.answers());
        if let Some((_, seq)) = asked.and_then(|at| self.radios_owe.remove(at)) {
            self.answer(seq, message);
        }
    }

    fn answer(&mut self, seq: u32, message: AgentMessage<'_>) {
        self.to_host.extend(framed(&FromAgent { seq, message }));
    }

    /// Tells whom it concerns what waits, as far as the other one owes nothing.
    fn pass_on(&mut self) {
        while let Some(message) = self.waiting.pop_front() {
            let Some(numbered) = Numbered::of(&message) else {
                continue;
            };
            let command = minicbor::decode::<FromHost<'_>>(&message);
            let command = command.map(|from_host| from_host.message);
            let is_for_radios = matches!(
                command,
                Ok(HostMessage::Receive { .. } | HostMessage::Statistics)
            );
            let other_owes = match is_for_radios {
                true => !self.board_owes.is_empty(),
                false => !self.radios_owe.is_empty(),
            };
            if other_owes {
                self.waiting.push_front(message);
                return;
            }
            match (command, &mut self.radios) {
                (Ok(command), Some(radios)) if is_for_radios => {
                    let asked = radios.link().queue(command);
                    self.radios_owe.push_back((asked, numbered.seq));
                }
                _ => {
                    self.board_owes.push_back(numbered.seq);
                    self.to_board.extend(framed(&numbered));
                }
            }
        }
    }

    fn flush(&mut self) -> Result<(), TransportError> {
        while !self.to_board.is_empty() {
            let octets = self.to_board.make_contiguous();
            match self.board.write(Channel::Control, octets) {
                Ok(0) => break,
                Ok(written) => {
                    self.to_board.drain(..written);
                }
                // What it said before its end is still to be heard.
                Err(TransportError::Unread) => self.to_board.clear(),
                Err(error) => return Err(error),
            }
        }
        Ok(())
    }
}

impl Transport for Led {
    fn read(&mut self, into: &mut [u8]) -> Result<Option<(Channel, usize)>, TransportError> {
        self.pump()?;
        let length = self.to_host.len().min(into.len());
        for (place, octet) in into.iter_mut().zip(self.to_host.drain(..length)) {
            *place = octet;
        }
        match length {
            0 if !self.is_over => Ok(None),
            length => Ok(Some((Channel::Control, length))),
        }
    }

    fn write(&mut self, _: Channel, octets: &[u8]) -> Result<usize, TransportError> {
        if self.waiting.len() >= MOST_WAITING {
            return Ok(0);
        }
        self.waiting
            .extend(self.from_host.take(Channel::Control, octets));
        Ok(octets.len())
    }

    fn wait(&mut self, to_write: bool, limit: Duration) -> Result<(), TransportError> {
        self.pump()?;
        let has_room = to_write && self.waiting.len() < MOST_WAITING;
        match !self.to_host.is_empty() || self.is_over || has_room {
            true => Ok(()),
            false => {
                let is_full = !self.to_board.is_empty();
                self.board.wait(is_full, limit.min(LOOKED_AT_EVERY))
            }
        }
    }

    fn log(&mut self) -> Vec<String> {
        self.board.log()
    }

    fn last_words(&mut self) -> String {
        self.board.last_words()
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::os::fd::OwnedFd;
    use std::os::unix::net::UnixStream;

    use sixlo_agent_protocol::{Hello, Tap};
    use sixlo_harness::dut::Remote;
    use sixlo_transport::Pipes;

    use super::*;

    /// The other end of a transport: what was said to it, by number, and what it says.
    struct Far {
        end: UnixStream,
        messages: Messages,
    }

    impl Far {
        fn pair() -> (Far, Pipes) {
            let (near, end) = UnixStream::pair().unwrap();
            end.set_nonblocking(true).unwrap();
            let read_end = OwnedFd::from(near.try_clone().unwrap());
            let pipes = Pipes::new(read_end, OwnedFd::from(near)).unwrap();
            let messages = Messages::default();
            (Far { end, messages }, pipes)
        }

        /// Commands since the last time: their numbers, and whether each is a frame.
        fn told(&mut self) -> Vec<(u32, bool)> {
            let mut octets = [0; CHUNK];
            let mut told = Vec::new();
            while let Ok(length) = self.end.read(&mut octets) {
                let octets = &octets[..length];
                for message in self.messages.take(Channel::Control, octets) {
                    let from_host: FromHost<'_> = minicbor::decode(&message).unwrap();
                    let is_frame = matches!(from_host.message, HostMessage::Receive { .. });
                    told.push((from_host.seq, is_frame));
                }
            }
            told
        }

        fn says(&mut self, seq: u32, message: AgentMessage<'_>) {
            let frame = framed(&FromAgent { seq, message });
            self.end.write_all(&frame).unwrap();
        }
    }

    fn desk() -> (Led, Far, Far) {
        let (board, to_board) = Far::pair();
        let (radios, to_radios) = Far::pair();
        let led = Led::new(Box::new(to_board), Box::new(Remote::new(to_radios)));
        (led, board, radios)
    }

    fn tell(led: &mut Led, seq: u32, message: HostMessage<'_>) {
        let frame = framed(&FromHost { seq, message });
        assert_eq!(led.write(Channel::Control, &frame), Ok(frame.len()));
        led.pump().unwrap();
    }

    /// What the host hears: numbers, and what stands behind them.
    fn heard(led: &mut Led) -> Vec<(u32, String)> {
        let mut octets = [0; CHUNK];
        let mut messages = Messages::default();
        let mut heard = Vec::new();
        while let Some((channel, length)) = led.read(&mut octets).unwrap() {
            for message in messages.take(channel, &octets[..length]) {
                let said: FromAgent<'_> = minicbor::decode(&message).unwrap();
                heard.push((said.seq, format!("{:?}", said.message)));
            }
        }
        heard
    }

    const FRAME: HostMessage<'_> = HostMessage::Receive { psdu: b"a frame" };

    #[test]
    fn neither_is_told_anything_while_the_other_one_owes_an_answer() {
        let (mut led, mut board, mut radios) = desk();
        tell(&mut led, 7, HostMessage::Reset);
        tell(&mut led, 8, FRAME);
        tell(&mut led, 9, FRAME);
        tell(&mut led, 10, HostMessage::Reset);
        assert_eq!(board.told(), [(7, false)]);
        assert_eq!(radios.told(), []);
        board.says(7, AgentMessage::Done);
        assert_eq!(heard(&mut led), [(7, "Done".to_owned())]);
        assert_eq!(board.told(), []);
        assert_eq!(radios.told(), [(1, true), (2, true)]);
        radios.says(1, AgentMessage::Done);
        assert_eq!(heard(&mut led), [(8, "Done".to_owned())]);
        assert_eq!(board.told(), []);
        radios.says(2, AgentMessage::Done);
        assert_eq!(heard(&mut led), [(9, "Done".to_owned())]);
        assert_eq!(board.told(), [(10, false)]);
    }

    #[test]
    fn what_the_sniffer_hears_is_what_the_device_sends_and_the_agent_hands_over_packets() {
        let (mut led, mut board, mut radios) = desk();
        tell(&mut led, 1, FRAME);
        radios.says(1, AgentMessage::Transmitted { psdu: b"x" });
        led.pump().unwrap();
        board.says(0, AgentMessage::Delivered { packet: b"y" });
        led.pump().unwrap();
        tell(&mut led, 2, HostMessage::Statistics);
        radios.says(1, AgentMessage::Done);
        led.pump().unwrap();
        let counted = AgentMessage::Statistics {
            received: 7,
            transmitted: 10,
            dropped: 3,
        };
        radios.says(2, counted.clone());
        let said: Vec<(u32, String)> = heard(&mut led);
        assert_eq!(said[0], (0, "Transmitted { psdu: [120] }".to_owned()));
        assert_eq!(said[1], (0, "Delivered { packet: [121] }".to_owned()));
        assert_eq!(
            said[2..],
            [(1, "Done".to_owned()), (2, format!("{counted:?}"))]
        );
    }

    fn hello(abilities: Abilities) -> AgentMessage<'static> {
        AgentMessage::Hello(Hello {
            version: PROTOCOL_VERSION,
            boot: 2,
            stack: "a stack",
            build: "",
            abilities,
            hooks: 0,
            tap: Tap::None,
            largest_psdu: 127,
            clock_us: 0,
        })
    }

    #[test]
    fn a_board_that_has_started_again_owes_nothing_of_before() {
        let (mut led, mut board, mut radios) = desk();
        tell(&mut led, 1, HostMessage::Reset);
        tell(&mut led, 2, FRAME);
        board.says(0, hello(Abilities::RADIO));
        assert_eq!(heard(&mut led).len(), 1);
        assert_eq!(radios.told(), [(1, true)]);
    }

    #[test]
    fn firmware_without_a_radio_and_radios_that_are_gone_are_trouble_of_the_bench() {
        let (mut led, mut board, _radios) = desk();
        board.says(1, hello(Abilities::SETTLES));
        let error = led.pump().unwrap_err().to_string();
        assert!(error.contains("not on air"), "{error}");
        let (mut led, _board, radios) = desk();
        drop(radios);
        let error = led.pump().unwrap_err().to_string();
        assert!(error.starts_with("on air: radios: "), "{error}");
    }
}

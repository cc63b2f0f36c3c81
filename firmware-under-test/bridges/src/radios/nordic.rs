//! Nordic's sniffer for IEEE 802.15.4: a shell that writes a line for every frame it hears.
//!
//! Held against Nordic's own reader of these lines, its Wireshark extcap 0.8.0, on one
//! transcript: the same frames, strengths, qualities and times from both. Two things this reader
//! does on purpose in another way: a frame without an octet, or with more than 127, is none; and a
//! clock of 32 bits, which older firmware has, goes on when it begins again.

use std::collections::VecDeque;
use std::time::Duration;

use sixlo_transport::Line;

use super::heard::{Heard, LARGEST_PSDU, with_fcs};
use super::language::{Language, tell, until};
use super::trouble::RadioTrouble;

/// What the shell answers to the lines it is told, nobody waits for: it says nothing that
/// could be relied on. This long it is listened to all the same.
const SETTLED_WITHIN: Duration = Duration::from_millis(100);
/// Octets of the longest line of use.
const LONGEST_LINE: usize = 512;
/// What a frame's line begins with.
const BEGIN: &str = "received:";
/// Frames heard that wait to be taken.
const MOST_WAITING: usize = 1024;

/// A line that tells a frame.
///
/// `received: HEX power: DBM lqi: N time: US`
#[derive(Debug, PartialEq, Eq)]
struct Received {
    psdu: Vec<u8>,
    /// None: no strength that could be one. The frame is heard all the same.
    rssi_dbm: Option<i8>,
    lqi: Option<u8>,
    /// As it is written: firmware of the nRF Connect SDK counts 64 bits, older one 32, whose upper
    /// half some write as negative numbers.
    time_us: Option<i64>,
}

impl Received {
    /// Reads a line. Before a frame there may be a prompt, or one that was cut off.
    fn read(line: &str) -> Option<Received> {
        line.match_indices(BEGIN)
            .find_map(|(at, begin)| Received::read_behind(&line[at + begin.len()..]))
    }

    fn read_behind(rest: &str) -> Option<Received> {
        let mut words = rest.split_whitespace();
        let psdu = octets(words.next()?)?;
        let mut number =
            |name| (words.next()? == name).then(|| words.next().map(leading_number))?;
        let (power, lqi, time) = (number("power:")?, number("lqi:")?, number("time:")?);
        // A frame with all but the numbers is cut, or none of these lines.
        if [power, lqi, time].contains(&"") {
            return None;
        }
        Some(Received {
            // What stands at its end is no FCS: the radio has checked that.
            psdu: with_fcs(&psdu)?,
            rssi_dbm: power.parse().ok(),
            lqi: lqi.parse().ok(),
            time_us: time.parse().ok(),
        })
    }
}

/// The number that a word begins with: something else may follow at once.
fn leading_number(word: &str) -> &str {
    let digits = word.strip_prefix('-').unwrap_or(word);
    let end = digits
        .find(|letter: char| !letter.is_ascii_digit())
        .unwrap_or(digits.len());
    match end {
        0 => "",
        end => &word[..word.len() - digits.len() + end],
    }
}

/// Two hexadecimal digits an octet.
fn octets(hex: &str) -> Option<Vec<u8>> {
    if hex.len() > 2 * LARGEST_PSDU || !hex.len().is_multiple_of(2) {
        return None;
    }
    let digit = |octet: u8| char::from(octet).to_digit(16);
    let pair = |pair: &[u8]| Some((digit(pair[0])? << 4 | digit(pair[1])?) as u8);
    hex.as_bytes().chunks_exact(2).map(pair).collect()
}

/// The shell's language, and what it said.
pub struct Nordic {
    channel: u8,
    line: Vec<u8>,
    is_too_long: bool,
    heard: VecDeque<Heard>,
    clock: Clock,
}

/// The sniffer's clock, whose width nobody tells.
#[derive(Debug, Default)]
struct Clock {
    /// Its last number, and how often it has begun again, while 32 bits are all it has shown.
    last_us: Option<u32>,
    rounds: u32,
}

impl Clock {
    /// A clock of 32 bits begins again after 72 minutes; one of 64 bits never does.
    fn unwrapped(&mut self, written_us: i64) -> Option<u64> {
        /// A number so much below the last one is a new round, and no frame out of order.
        const HALF: u32 = 1 << 31;
        let now_us = match (u32::try_from(written_us), i32::try_from(written_us)) {
            (Ok(now_us), _) => now_us,
            (Err(_), Ok(negative)) => negative.cast_unsigned(),
            (Err(_), Err(_)) => {
                // It has 64, then, and never begins again.
                *self = Clock::default();
                return u64::try_from(written_us).ok();
            }
        };
        if let Some(last) = self.last_us
            && now_us < last
            && last - now_us >= HALF
        {
            self.rounds = self.rounds.saturating_add(1);
        }
        self.last_us = Some(now_us);
        Some(u64::from(self.rounds) << 32 | u64::from(now_us))
    }
}

impl Nordic {
    /// Of one that hears this channel.
    pub fn new(channel: u8) -> Nordic {
        Nordic {
            channel,
            line: Vec::new(),
            is_too_long: false,
            heard: VecDeque::new(),
            clock: Clock::default(),
        }
    }

    fn take_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if std::mem::take(&mut self.is_too_long) {
            return;
        }
        let Some(received) = Received::read(&String::from_utf8_lossy(&line)) else {
            return;
        };
        let time_us = received.time_us.and_then(|time| self.clock.unwrapped(time));
        if self.heard.len() < MOST_WAITING {
            self.heard.push_back(Heard {
                psdu: received.psdu,
                rssi_dbm: received.rssi_dbm,
                lqi: received.lqi,
                time_us,
            });
        }
    }
}

impl Language for Nordic {
    fn take(&mut self, octets: &[u8]) {
        for &octet in octets {
            match octet {
                b'\r' | b'\n' => self.take_line(),
                _ if self.line.len() == LONGEST_LINE => self.is_too_long = true,
                _ => self.line.push(octet),
            }
        }
    }

    fn begin(&mut self, line: &mut Line, _start: bool) -> Result<(), RadioTrouble> {
        self.line.clear();
        self.clock = Clock::default();
        // An empty line first: it ends whatever was begun.
        tell(line, b"\r\nsleep\r\nshell echo off\r\n")?;
        until(line, self, SETTLED_WITHIN, |_| None::<()>)?;
        // What it heard before it slept is of another time, or channel.
        self.heard.clear();
        tell(line, format!("channel {}\r\n", self.channel).as_bytes())?;
        tell(line, b"receive\r\n")
    }

    fn send(&mut self, _psdu: &[u8], _line: &mut Line) -> Result<bool, RadioTrouble> {
        Ok(false)
    }

    fn heard(&mut self) -> Option<Heard> {
        self.heard.pop_front()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const LINE: &str = "received: 020056ffff power: -42 lqi: 200 time: 4294967290\r\n";

    fn hear(octets: &[u8]) -> Vec<Heard> {
        let mut nordic = Nordic::new(26);
        nordic.take(octets);
        std::iter::from_fn(|| nordic.heard()).collect()
    }

    #[test]
    fn a_line_tells_a_frame_with_its_fcs_put_right() {
        assert_eq!(
            hear(LINE.as_bytes()),
            [Heard {
                psdu: vec![0x02, 0x00, 0x56, 0x0b, 0x82],
                rssi_dbm: Some(-42),
                lqi: Some(200),
                time_us: Some(4_294_967_290),
            }]
        );
    }

    #[test]
    fn prompts_other_lines_and_halves_are_no_frames() {
        let said = [
            "uart:~$ sleep\r\n",
            "uart:~$ received: 020056ffff power: -42 lqi: 200 time: 1\n",
            "received: 02005 power: -42 lqi: 200 time: 2\n",
            "received: 020056ffff power: loud lqi: 200 time: 3\n",
            "received: 020056ffff power: -42 lqi: time: 4\n",
            "received: 02xx56ffff power: -42 lqi: 1 time: 5\n",
            "received: ffff power: -42 lqi: 1 time: 6\n",
            "received: 020056ffff power: -42\n",
            "received: 020056ffff power: -90 lqi: 0 time: 7",
        ];
        let times: Vec<_> = hear(said.concat().as_bytes())
            .iter()
            .map(|heard| heard.time_us)
            .collect();
        assert_eq!(times, [Some(1)]);
    }

    #[test]
    fn a_frame_stands_anywhere_in_its_line_and_its_numbers_may_be_odd() {
        let said = [
            // One that was cut off by the next; something behind the last number.
            "received: 0200received: 020056ffff power: -42 lqi: 200 time: 1uart:~$ \n",
            "\u{1b}[8D\u{1b}[Jreceived:  020056FFFF  power:  -42  lqi:  200  time:  2\r\n",
            "received: 020056ffff power: -420 lqi: 256 time: 99999999999999999999\n",
        ];
        let heard = hear(said.concat().as_bytes());
        assert_eq!(heard.len(), 3);
        assert!(
            heard
                .iter()
                .all(|one| one.psdu == [0x02, 0x00, 0x56, 0x0b, 0x82])
        );
        let told = |one: &Heard| (one.rssi_dbm, one.lqi, one.time_us);
        assert_eq!(told(&heard[0]), (Some(-42), Some(200), Some(1)));
        assert_eq!(told(&heard[1]), (Some(-42), Some(200), Some(2)));
        assert_eq!(told(&heard[2]), (None, None, None));
    }

    #[test]
    fn a_clock_of_64_bits_is_taken_as_it_is() {
        let line = |time: i64| format!("received: 020056ffff power: -1 lqi: 1 time: {time}\n");
        // Nothing begins again here: it was switched off and on.
        let said: String = [4_294_967_290, 4_294_967_301, 9_000_000_000, 7]
            .map(line)
            .concat();
        let times: Vec<_> = hear(said.as_bytes())
            .iter()
            .filter_map(|heard| heard.time_us)
            .collect();
        assert_eq!(times, [4_294_967_290, 4_294_967_301, 9_000_000_000, 7]);
    }

    #[test]
    fn the_clock_goes_on_when_it_begins_again() {
        let line = |time: i64| format!("received: 020056ffff power: -1 lqi: 1 time: {time}\n");
        let said: String = [10, 4_294_967_290, 5, 4, -1, 6].map(line).concat();
        let times: Vec<_> = hear(said.as_bytes())
            .iter()
            .filter_map(|heard| heard.time_us)
            .collect();
        let round = 1 << 32;
        assert_eq!(
            times,
            [
                10,
                4_294_967_290,
                round + 5,
                round + 4,
                round + 0xffff_ffff,
                2 * round + 6
            ]
        );
    }

    #[test]
    fn a_line_without_end_takes_no_memory_and_is_forgotten() {
        let mut nordic = Nordic::new(26);
        for _ in 0..1000 {
            nordic.take(&[b'0'; 4096]);
        }
        assert!(nordic.line.len() <= LONGEST_LINE);
        nordic.take(b"\n");
        nordic.take(LINE.as_bytes());
        assert!(nordic.heard().is_some());
    }

    #[test]
    fn one_that_nobody_takes_from_keeps_what_it_can() {
        let said = LINE.repeat(2 * MOST_WAITING);
        assert_eq!(hear(said.as_bytes()).len(), MOST_WAITING);
    }

    proptest! {
        #[test]
        fn no_octets_break_the_reader(octets: Vec<u8>, text: String) {
            hear(&octets);
            hear(format!("received: {text}\nreceived: 0201{text} power: {text}\n").as_bytes());
        }
    }
}

//! SWD bit by bit (ADIv5.2 B4), for the little that a probe does that way.

use crate::error::BoardError;
use crate::port::DebugPort;

/// Bits of a word and its parity.
const WORD_AND_PARITY: usize = 33;

/// The wire's state.
#[derive(Default)]
pub(super) struct Wire {
    /// The last bits that the host has driven: the newest is the highest.
    driven: u8,
    /// What the port drives next.
    answer: Vec<bool>,
    /// A write whose word is under way, and its bits so far.
    write: Option<(Request, Vec<bool>)>,
}

#[derive(Clone, Copy)]
struct Request {
    is_access_port: bool,
    reads: bool,
    register: u8,
}

impl Request {
    /// Eight bits, the first one lowest: start, APnDP, RnW, A2, A3, parity, stop, park.
    fn parse(bits: u8) -> Option<Self> {
        let has_frame = bits & 0b1100_0001 == 0b1000_0001;
        let parity = (bits >> 1 & 0xf).count_ones() & 1 == u32::from(bits >> 5 & 1);
        (has_frame && parity).then_some(Request {
            is_access_port: bits & 2 != 0,
            reads: bits & 4 != 0,
            register: bits >> 1 & 0xc,
        })
    }
}

impl Wire {
    /// The host drives so many bits, the lowest first.
    pub fn drive(&mut self, bits: u64, count: u32, port: &mut DebugPort) -> Result<(), BoardError> {
        self.answer.clear();
        for number in 0..count {
            let bit = bits >> number & 1 != 0;
            let Some((request, mut word)) = self.write.take() else {
                self.driven = self.driven >> 1 | u8::from(bit) << 7;
                continue;
            };
            word.push(bit);
            if word.len() < WORD_AND_PARITY {
                self.write = Some((request, word));
                continue;
            }
            let value = (0..32).fold(0, |value, bit| value | u32::from(word[bit]) << bit);
            match request.is_access_port {
                true => port.write_access_port(request.register, value)?,
                false => port.write(request.register, value)?,
            }
        }
        Ok(())
    }

    /// The host samples so many bits; what it drove before may have been a request.
    pub fn sample(&mut self, count: u32, port: &mut DebugPort) -> Result<u32, BoardError> {
        if self.answer.is_empty()
            && let Some(request) = Request::parse(std::mem::take(&mut self.driven))
        {
            self.begin(request, port)?;
        }
        let mut bits = 0;
        for number in 0..count {
            // Nobody drives: pulled up.
            let bit = match self.answer.is_empty() {
                true => true,
                false => self.answer.remove(0),
            };
            bits |= u32::from(bit) << number;
        }
        Ok(bits)
    }

    fn begin(&mut self, request: Request, port: &mut DebugPort) -> Result<(), BoardError> {
        // OK.
        self.answer = vec![true, false, false];
        if !request.reads {
            self.write = Some((request, Vec::new()));
            return Ok(());
        }
        let value = match request.is_access_port {
            // What is read of an access port comes with the next read (B4.2.5).
            true => {
                let before = port.read(0xc)?;
                port.read_access_port(request.register)?;
                before
            }
            false => port.read(request.register)?,
        };
        self.answer.extend((0..32).map(|bit| value >> bit & 1 != 0));
        self.answer.push(value.count_ones() & 1 != 0);
        Ok(())
    }
}

//! The core, through QEMU's gdbstub.
//!
//! Its remote protocol is GDB's: packets `$...#cc`, each acknowledged by `+`. QEMU's stub takes
//! an octet that comes while the core runs as a wish to halt it, so nothing is acknowledged then.

use std::path::Path;
use std::time::Duration;

use super::socket::Socket;
use crate::error::BoardError;

/// A step over WFI ends when an interrupt comes, which may be never.
const STEP_WITHIN: Duration = Duration::from_millis(5);
/// Looking whether the core has halted by itself takes no longer than this.
const A_LOOK: Duration = Duration::from_micros(1);

/// A register of the core, by the number that DCRSR gives it (ARMv7-M C1.6.3).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Register(pub u8);

impl Register {
    /// The link register.
    pub const LR: Register = Register(14);

    /// The stub's number for it. MSP is SP where the stub has no other; PSP, CONTROL and the
    /// masks it does not show.
    fn number(self) -> Option<u8> {
        /// xPSR in the stub's feature org.gnu.gdb.arm.m-profile.
        const XPSR: u8 = 25;
        match self.0 {
            number @ 0..=15 => Some(number),
            16 => Some(XPSR),
            17 => Some(13),
            _ => None,
        }
    }
}

/// How the core stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stop {
    /// It runs.
    Running,
    /// It is halted.
    Halted,
}

/// The core.
pub struct Core {
    socket: Socket,
    state: Stop,
    /// A breakpoint of our own at the end of a flash algorithm's function.
    return_at: Option<u32>,
}

impl Core {
    /// Connects to it; it is halted.
    ///
    /// # Errors
    /// If QEMU does not open the stub.
    pub fn connect(path: &Path) -> Result<Self, BoardError> {
        let mut core = Core {
            socket: Socket::connect(path, "core")?,
            state: Stop::Halted,
            return_at: None,
        };
        core.ask("?")?;
        // The stub knows single registers only once its description has been asked for.
        core.ask("qXfer:features:read:target.xml:0,1000")?;
        Ok(core)
    }

    /// How it stands now: a breakpoint may have halted it.
    pub fn state(&mut self) -> Result<Stop, BoardError> {
        if self.state == Stop::Running && self.halts_within(A_LOOK)? {
            self.has_halted()?;
        }
        Ok(self.state)
    }

    /// Halts it.
    pub fn halt(&mut self) -> Result<(), BoardError> {
        if self.state()? == Stop::Halted {
            return Ok(());
        }
        self.socket.write(&[0x03])?;
        self.socket.answer_as_usual()?;
        self.packet()?;
        self.has_halted()
    }

    /// Lets it run. BKPT is an exception to the stub and not a halt: where the function that
    /// runs returns to one, as a flash algorithm's does, a breakpoint is set there.
    pub fn run(&mut self, returns_to_breakpoint: bool) -> Result<(), BoardError> {
        if self.state()? == Stop::Running {
            return Ok(());
        }
        if returns_to_breakpoint {
            let at = self.read(Register::LR)? & !1;
            self.set_breakpoint(at)?;
            self.return_at = Some(at);
        }
        self.send("c")?;
        self.state = Stop::Running;
        Ok(())
    }

    /// Lets it run for one instruction.
    pub fn step(&mut self) -> Result<(), BoardError> {
        self.send("s")?;
        self.state = Stop::Running;
        match self.halts_within(STEP_WITHIN)? {
            true => self.has_halted(),
            false => self.halt(),
        }
    }

    /// Reads a register of the halted core; 0 for one that the stub does not show.
    pub fn read(&mut self, register: Register) -> Result<u32, BoardError> {
        let Some(number) = register.number() else {
            return Ok(0);
        };
        let asked = format!("p{number:x}");
        let answer = self.ask(&asked)?;
        match u32::from_str_radix(&answer, 16) {
            Ok(word) => Ok(word.swap_bytes()),
            Err(_) => Err(self.socket.unexpected(&asked, &answer)),
        }
    }

    /// Writes a register of the halted core, if the stub shows it.
    pub fn write(&mut self, register: Register, value: u32) -> Result<(), BoardError> {
        let Some(number) = register.number() else {
            return Ok(());
        };
        self.do_it(&format!("P{number:x}={:08x}", value.swap_bytes()))
    }

    /// Sets a breakpoint; the core must be halted.
    pub fn set_breakpoint(&mut self, at: u32) -> Result<(), BoardError> {
        self.do_it(&format!("Z1,{at:x},2"))
    }

    /// Takes a breakpoint away; the core must be halted.
    pub fn clear_breakpoint(&mut self, at: u32) -> Result<(), BoardError> {
        self.do_it(&format!("z1,{at:x},2"))
    }

    /// It has said that it has halted.
    fn has_halted(&mut self) -> Result<(), BoardError> {
        self.state = Stop::Halted;
        match self.return_at.take() {
            Some(at) => self.clear_breakpoint(at),
            None => Ok(()),
        }
    }

    fn halts_within(&mut self, limit: Duration) -> Result<bool, BoardError> {
        self.socket.answer_within(limit)?;
        let first = self.socket.octet_if_any()?;
        self.socket.answer_as_usual()?;
        match first {
            None => Ok(false),
            Some(b'$') => {
                self.rest_of_packet()?;
                Ok(true)
            }
            Some(_) => self.halts_within(limit),
        }
    }

    fn do_it(&mut self, asked: &str) -> Result<(), BoardError> {
        let answer = self.ask(asked)?;
        match answer == "OK" {
            true => Ok(()),
            false => Err(self.socket.unexpected(asked, &answer)),
        }
    }

    fn ask(&mut self, asked: &str) -> Result<String, BoardError> {
        self.send(asked)?;
        self.packet()
    }

    fn send(&mut self, words: &str) -> Result<(), BoardError> {
        self.socket
            .write(format!("${words}#{:02x}", checksum(words.bytes())).as_bytes())
    }

    /// The next packet; acknowledgements before it are passed over.
    fn packet(&mut self) -> Result<String, BoardError> {
        while self.socket.octet()? != b'$' {}
        self.rest_of_packet()
    }

    /// The core is halted whenever a packet comes, so it can be acknowledged.
    fn rest_of_packet(&mut self) -> Result<String, BoardError> {
        let mut words = Vec::new();
        loop {
            match self.socket.octet()? {
                b'#' => break,
                octet => words.push(octet),
            }
        }
        // Its checksum: a socket loses nothing.
        self.socket.octet()?;
        self.socket.octet()?;
        self.socket.write(b"+")?;
        Ok(String::from_utf8_lossy(&words).into_owned())
    }
}

fn checksum(octets: impl Iterator<Item = u8>) -> u8 {
    octets.fold(0, u8::wrapping_add)
}

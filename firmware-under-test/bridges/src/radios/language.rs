//! A radio at the end of a line, whatever it speaks there.

use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use sixlo_transport::{Channel, Line, Transport, TransportError};

use super::heard::Heard;
use super::trouble::RadioTrouble;
use crate::error::BridgeError;
use crate::medium::Medium;

/// How long a line may stay cut, and a radio be without a word, before the bridge gives up.
const PATIENCE: Duration = Duration::from_secs(30);
/// How long until a radio that did not answer is asked again.
const TRY_AGAIN: Duration = Duration::from_millis(500);
/// How long a line may take to let octets through.
const WRITTEN_WITHIN: Duration = Duration::from_secs(1);
/// Octets taken in at a time: one that floods must not keep the bridge from its commands.
const CHUNKS_AT_ONCE: usize = 16;
const CHUNK: usize = 4096;

/// What a radio speaks. What it says is taken in without waiting, at any time.
pub trait Language {
    /// Takes in octets, whatever they are.
    fn take(&mut self, octets: &[u8]);

    /// Puts the radio in its role. Where `start` says that nothing is known of what it did
    /// before, it is told to start again; else it has just started, or been plugged in.
    ///
    /// # Errors
    /// If it does not answer, or cannot do what it is there for.
    fn begin(&mut self, line: &mut Line, start: bool) -> Result<(), RadioTrouble>;

    /// Whether the radio has fallen out of its role, such as by starting again.
    fn is_lost(&self) -> bool {
        false
    }

    /// Puts a frame on air as it is; says whether it is there as far as the radio tells.
    ///
    /// # Errors
    /// If the radio does not answer.
    fn send(&mut self, psdu: &[u8], line: &mut Line) -> Result<bool, RadioTrouble>;

    /// The next frame heard.
    fn heard(&mut self) -> Option<Heard>;

    /// What it is and how loud its channel is, in words, as far as it tells.
    ///
    /// # Errors
    /// If it does not answer.
    fn look(&mut self, _line: &mut Line) -> Result<Vec<String>, RadioTrouble> {
        Ok(Vec::new())
    }
}

/// Says this to a radio.
pub fn tell(line: &mut Line, octets: &[u8]) -> Result<(), RadioTrouble> {
    let end = Instant::now() + WRITTEN_WITHIN;
    let mut rest = octets;
    while !rest.is_empty() {
        let written = line.write(Channel::Control, rest)?;
        rest = &rest[written..];
        if written == 0 {
            let left = end.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Err(RadioTrouble::Silent("takes no octets from its line"));
            }
            line.wait(true, left)?;
        }
    }
    Ok(())
}

/// Takes in what the radio says until it was enough, at most so long.
pub fn until<L: Language, T>(
    line: &mut Line,
    language: &mut L,
    limit: Duration,
    mut enough: impl FnMut(&mut L) -> Option<T>,
) -> Result<Option<T>, RadioTrouble> {
    let end = Instant::now() + limit;
    loop {
        listen(line, language)?;
        if let Some(value) = enough(language) {
            return Ok(Some(value));
        }
        let left = end.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(None);
        }
        line.wait(false, left)?;
    }
}

/// Takes in what it has said by now.
fn listen(line: &mut Line, language: &mut impl Language) -> Result<(), TransportError> {
    let mut chunk = [0; CHUNK];
    for _ in 0..CHUNKS_AT_ONCE {
        match line.read(&mut chunk)? {
            Some((_, length)) => language.take(&chunk[..length]),
            None => break,
        }
    }
    Ok(())
}

/// A radio at the end of a line.
pub struct LineRadio<L> {
    line: Line,
    language: L,
    /// The opening of the line since which it is in its role; none: it is not.
    began: Option<u32>,
    /// Since when it is of no use, and why.
    trouble: Option<(Instant, String)>,
    next_try: Instant,
}

impl<L: Language> LineRadio<L> {
    /// Opens the line and puts the radio in its role.
    ///
    /// # Errors
    /// If either does not work.
    pub fn start(line: Line, mut language: L) -> Result<Self, BridgeError> {
        let name = line.name().to_owned();
        let failed = |error: String| BridgeError::Radio {
            name: name.clone(),
            error,
        };
        let mut line = line
            .open(Duration::ZERO)
            .map_err(|error| failed(error.to_string()))?;
        let began = start(&mut line, &mut language).map_err(|error| failed(error.to_string()))?;
        Ok(LineRadio {
            line,
            language,
            began: Some(began),
            trouble: None,
            next_try: Instant::now(),
        })
    }

    /// Brings it back into its role where it fell out of it; whether it is there.
    fn ready(&mut self) -> Result<bool, BridgeError> {
        if self.language.is_lost() {
            self.began = None;
        }
        if self.began == Some(self.line.openings()) && self.line.descriptor().is_some() {
            return Ok(true);
        }
        if !self.line.mend() {
            return self.out_of_use(self.line.trouble().to_string());
        }
        if self.next_try > Instant::now() {
            return Ok(false);
        }
        match self.language.begin(&mut self.line, false) {
            Ok(()) => {
                self.began = Some(self.line.openings());
                if self.trouble.take().is_some() {
                    eprintln!("sixlo dut: {} is back", self.line.name());
                }
                Ok(true)
            }
            Err(error) => {
                self.next_try = Instant::now() + TRY_AGAIN;
                self.out_of_use(error.to_string())
            }
        }
    }

    /// It is of no use now; in the end that is an error.
    fn out_of_use(&mut self, why: String) -> Result<bool, BridgeError> {
        self.began = None;
        let since = match &self.trouble {
            Some((since, _)) => *since,
            None => {
                eprintln!("sixlo dut: {why}");
                Instant::now()
            }
        };
        let error = why.clone();
        self.trouble = Some((since, why));
        match since.elapsed() < PATIENCE {
            true => Ok(false),
            false => Err(BridgeError::Radio {
                name: self.line.name().to_owned(),
                error,
            }),
        }
    }
}

/// In its role for the first time: the opening of the line since which it is. A radio on USB
/// loses its line when it starts again, and comes back.
fn start(line: &mut Line, language: &mut impl Language) -> Result<u32, RadioTrouble> {
    /// How long a port may take to be there again.
    const BACK_WITHIN: Duration = Duration::from_secs(5);
    if let Err(error) = language.begin(line, true) {
        let RadioTrouble::Line(_) = error else {
            return Err(error);
        };
        line.mend_within(BACK_WITHIN)?;
        language.begin(line, false)?;
    }
    Ok(line.openings())
}

impl<L: Language> Medium for LineRadio<L> {
    fn send(&mut self, psdu: &[u8]) -> Result<bool, BridgeError> {
        if !self.ready()? {
            return Ok(false);
        }
        match self.language.send(psdu, &mut self.line) {
            Ok(sent) => Ok(sent),
            Err(error) => self.out_of_use(error.to_string()),
        }
    }

    fn hear(&mut self) -> Result<Option<Heard>, BridgeError> {
        if let Some(heard) = self.language.heard() {
            return Ok(Some(heard));
        }
        if self.ready()?
            && let Err(error) = listen(&mut self.line, &mut self.language)
        {
            self.out_of_use(error.to_string())?;
        }
        Ok(self.language.heard())
    }

    fn look(&mut self) -> Result<Vec<String>, BridgeError> {
        let words = self.language.look(&mut self.line);
        words.map_err(|error| BridgeError::Radio {
            name: self.line.name().to_owned(),
            error: error.to_string(),
        })
    }

    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        self.line.descriptor().into_iter().collect()
    }

    fn next_wake(&self) -> Option<Instant> {
        match self.began {
            Some(_) => self.line.next_try(),
            None => Some(self.line.next_try().unwrap_or(self.next_try)),
        }
    }
}

//! Boards behind probes and lines: opened, checked to be the right ones, written once, started.

use std::path::Path;
use std::time::Duration;

use sixlo_harness::dut::{Dut, Remote, SpawnError};
use sixlo_harness::rig::{Program, Starter};
use sixlo_transport::rtt::{self, AttachedBoard, ProbeBoard};
use sixlo_transport::{Line, Serial, Transport, TransportError, tcp_line};
use sixlo_virtual_board as emulated;

use crate::air::{Aired, Hall, Led, radios, serve};
use crate::board::{Board, Reach};

/// The doorbell of sixlo's own images on this chip, where the rack's file says no other.
fn doorbell(chip: &str) -> u16 {
    match chip.to_lowercase().starts_with("nrf52") {
        true => 20,
        false => 31,
    }
}

/// Leads to a board's agent, in each of its lives.
pub(crate) trait Way: Send {
    /// Starts the board, where something but power does, and opens the way to its agent.
    ///
    /// # Errors
    /// If the board is not there, or is another one.
    fn open(&mut self) -> Result<Box<dyn Transport>, SpawnError>;
}

impl<F: FnMut() -> Result<Box<dyn Transport>, SpawnError> + Send> Way for F {
    fn open(&mut self) -> Result<Box<dyn Transport>, SpawnError> {
        self()
    }
}

/// What starts the device at the end of this way.
pub(crate) fn starter(mut way: Box<dyn Way>) -> Starter {
    Box::new(move || -> Result<Box<dyn Dut>, SpawnError> { Ok(Box::new(Remote::new(way.open()?))) })
}

/// The same where its frames cross the air: first what plays through the radios around it.
pub(crate) fn starter_on_air(mut way: Box<dyn Way>, around: Program) -> Starter {
    Box::new(move || -> Result<Box<dyn Dut>, SpawnError> {
        let radios = radios(&around)?;
        Ok(Box::new(Remote::new(Led::new(way.open()?, radios))))
    })
}

/// What leads to this board's agent; none where nothing does, or a process stands in its place.
pub(crate) fn way(board: &Board, halls: &Path) -> Option<Box<dyn Way>> {
    let mut way = plain_way(board)?;
    let Some(air) = &board.air else {
        return Some(way);
    };
    let (folder, name) = (halls.join(&air.value), board.name.value.clone());
    Some(Box::new(
        move || -> Result<Box<dyn Transport>, SpawnError> {
            let hall = Hall::enter(&folder, &name);
            let hall = hall.map_err(|error| {
                SpawnError::Bench(format!("the air {}: {error}", folder.display()))
            })?;
            Ok(Box::new(Aired::new(way.open()?, hall)))
        },
    ))
}

fn plain_way(board: &Board) -> Option<Box<dyn Way>> {
    match &board.reach {
        Reach::Probe { .. } | Reach::Emulated => Some(Box::new(Probed {
            board: board.clone(),
            powered: None,
            attached: None,
        })),
        Reach::Serial { path, baud } => {
            let serial = Serial {
                path: path.display().to_string(),
                baud: *baud,
                flow_control: false,
            };
            Some(at_line(move || serial.clone().line()))
        }
        Reach::Tcp(address) => {
            let address = address.clone();
            Some(at_line(move || tcp_line(&address)))
        }
        Reach::Air | Reach::Process => None,
    }
}

/// What leads to a board at the end of a line: nothing but the line is ours there. Its agent is
/// told to reset before each trial that needs it.
fn at_line(line: impl Fn() -> Line + Send + 'static) -> Box<dyn Way> {
    Box::new(move || -> Result<Box<dyn Transport>, SpawnError> {
        Ok(Box::new(line().open(Duration::ZERO).map_err(bench)?))
    })
}

/// A board at a debug probe, through all its lives.
struct Probed {
    board: Board,
    /// What keeps an emulated board alive.
    powered: Option<emulated::Board>,
    attached: Option<AttachedBoard>,
}

impl Probed {
    /// The board at its probe, its chip looked at.
    fn attached(&mut self) -> Result<&mut AttachedBoard, SpawnError> {
        if self.attached.is_none() {
            let place = self.place()?;
            self.attached = Some(AttachedBoard::attach(place).map_err(bench)?);
        }
        match &mut self.attached {
            Some(attached) => Ok(attached),
            None => Err(SpawnError::Bench("no probe".to_owned())),
        }
    }

    /// Where it is; an emulated one gets power.
    fn place(&mut self) -> Result<ProbeBoard, SpawnError> {
        let Board { chip, firmware, .. } = &self.board;
        let firmware = firmware.as_ref().ok_or_else(|| {
            SpawnError::Bench("no `firmware` is named in its rack's file".to_owned())
        })?;
        let id = chip.as_ref().and_then(|chip| chip.id);
        let name = chip.as_ref().map_or(emulated::CHIP, |chip| &chip.name);
        let place = ProbeBoard {
            selector: String::new(),
            chip: name.to_owned(),
            chip_id: id.map(|id| rtt::ChipId {
                address: id.address,
                value: id.value,
            }),
            elf: firmware.value.clone(),
            doorbell: self.board.doorbell.unwrap_or_else(|| doorbell(name)),
            speed_khz: None,
        };
        match &self.board.reach {
            Reach::Probe {
                selector,
                speed_khz,
            } => Ok(ProbeBoard {
                selector: selector.clone(),
                speed_khz: *speed_khz,
                ..place
            }),
            _ => {
                self.attached = None;
                let powered = emulated::Board::power(&self.board.name.value)
                    .map_err(|error| SpawnError::Bench(error.to_string()))?;
                let selector = powered.selector();
                self.powered = Some(powered);
                Ok(ProbeBoard { selector, ..place })
            }
        }
    }
}

impl Way for Probed {
    fn open(&mut self) -> Result<Box<dyn Transport>, SpawnError> {
        let started = self.attached()?.start().map_err(bench);
        if started.is_err() && self.powered.is_some() {
            // Whatever became of the emulator, there is another one.
            self.attached = None;
        }
        Ok(Box::new(started?))
    }
}

fn bench(error: TransportError) -> SpawnError {
    SpawnError::Bench(error.to_string())
}

impl Board {
    /// Starts it and carries its agent's octets over this process's stdin and stdout, until the
    /// input closes. `halls` is the folder of the airs that emulated boards share.
    ///
    /// # Errors
    /// If it does not start, or fails.
    pub fn serve(&self, halls: &Path) -> Result<(), SpawnError> {
        match way(self, halls) {
            Some(mut way) => serve(way.open()?),
            None => Err(SpawnError::Bench(format!(
                "{}: nothing leads to its agent",
                self.reach.words()
            ))),
        }
    }

    /// Writes its image, once the chip is known to be the right one, and lets it run.
    ///
    /// # Errors
    /// If it cannot be written.
    pub fn flash(&self) -> Result<(), SpawnError> {
        self.at_probe(|attached| attached.flash().and_then(|_| attached.reset()))
    }

    /// Resets it; where nothing but power does, its power is taken and given back.
    ///
    /// # Errors
    /// If it cannot be reached.
    pub fn reset(&self) -> Result<(), SpawnError> {
        match &self.power {
            Some(power) if !self.reach.has_probe() => power
                .cycle()
                .map_err(|error| SpawnError::Bench(error.to_string())),
            _ => self.at_probe(AttachedBoard::reset),
        }
    }

    fn at_probe(
        &self,
        act: impl FnOnce(&mut AttachedBoard) -> Result<(), TransportError>,
    ) -> Result<(), SpawnError> {
        if !self.reach.has_probe() {
            return Err(SpawnError::Bench(format!(
                "{}: no debug probe reaches it",
                self.reach.words()
            )));
        }
        let mut probed = Probed {
            board: self.clone(),
            powered: None,
            attached: None,
        };
        act(probed.attached()?).map_err(bench)
    }
}

//! A board of a rack, as its file describes it.

use std::path::PathBuf;
use std::time::Duration;

use sixlo_harness::catalogue::written::At;
use sixlo_harness::rig::Override;
use sixlo_judge::name::DutName;
use sixlo_judge::profile::Claims;

use crate::power::Power;

/// A board.
#[derive(Debug, Clone)]
pub struct Board {
    /// What people call it.
    pub name: At<String>,
    /// How it is reached.
    pub reach: Reach,
    /// What chip it has; none where nothing is written to it.
    pub chip: Option<Chip>,
    /// The image that is written to it, once a run.
    pub firmware: Option<At<PathBuf>>,
    /// The interrupt that wakes its firmware; none for the usual one.
    pub doorbell: Option<u16>,
    /// What it is there for.
    pub occupant: Occupant,
    /// Where its frames are.
    pub antenna: Antenna,
    /// The air that an emulated board shares with others, by its name; none where its frames
    /// cross between firmware and harness.
    pub air: Option<At<String>>,
    /// How its power is switched.
    pub power: Option<Power>,
    /// How long it may be away, once it has answered: somebody touched a plug.
    pub returns_within: Duration,
    /// Addresses in place of those of the run and of its port.
    pub addresses: Override,
}

/// How a board is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// A debug probe, as probe-rs lists it: `VID:PID`, or `VID:PID:SERIAL`.
    Probe {
        /// The selector.
        selector: String,
        /// The probe's clock in kHz; the probe's own where it is left out.
        speed_khz: Option<u32>,
    },
    /// A serial line of this machine.
    Serial {
        /// The device file.
        path: PathBuf,
        /// Its rate.
        baud: u32,
    },
    /// A serial line behind a server: `HOST:PORT`.
    Tcp(String),
    /// A board that QEMU emulates, of this machine; its probe is found by the board's name.
    Emulated,
    /// By nothing but its radio.
    Air,
    /// No board at all: the process that the port starts, in a board's place.
    Process,
}

impl Reach {
    /// In words, for a list.
    pub fn words(&self) -> String {
        match self {
            Reach::Probe { selector, .. } => format!("probe {selector}"),
            Reach::Serial { path, baud } => format!("serial {} at {baud} baud", path.display()),
            Reach::Tcp(address) => format!("tcp {address}"),
            Reach::Emulated => "emulated".to_owned(),
            Reach::Air => "its radio alone".to_owned(),
            Reach::Process => "process".to_owned(),
        }
    }

    /// Whether somebody can unplug it.
    pub fn is_plugged(&self) -> bool {
        !matches!(self, Reach::Emulated | Reach::Air | Reach::Process)
    }

    /// Whether a debug probe writes and resets it.
    pub fn has_probe(&self) -> bool {
        matches!(self, Reach::Probe { .. } | Reach::Emulated)
    }
}

/// A chip.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chip {
    /// Its name, as probe-rs has it.
    pub name: String,
    /// What tells this very chip from others; read before anything is written.
    pub id: Option<ChipId>,
}

/// A word of the chip that no other one has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ChipId {
    /// Where it stands.
    pub address: u64,
    /// What stands there.
    pub value: u32,
}

/// What a board is there for.
#[derive(Debug, Clone)]
pub enum Occupant {
    /// It is a column of the matrix.
    Dut(Box<Column>),
    /// It stands in for one that the bench fails under.
    Spare,
    /// Its agent serves others as a radio: an injector or a sniffer, by its own name.
    Radio,
}

/// A column of the matrix.
#[derive(Debug, Clone)]
pub struct Column {
    /// The device of a port whose dut.yaml speaks of it.
    pub dut: At<String>,
    /// Its title, where it is another one than that device's.
    pub title: Option<At<String>>,
    /// Claims in place of dut.yaml's.
    pub claims: Option<Claims>,
}

impl Column {
    /// Its title, and where it stands.
    pub fn title(&self) -> &At<String> {
        self.title.as_ref().unwrap_or(&self.dut)
    }

    /// Its title as the column's name.
    pub fn name(&self) -> DutName {
        DutName(self.title().value.clone())
    }
}

impl Occupant {
    /// The column; none of a spare or a radio.
    pub fn column(&self) -> Option<&Column> {
        match self {
            Occupant::Dut(column) => Some(column),
            Occupant::Spare | Occupant::Radio => None,
        }
    }
}

/// Where a board's frames are.
#[derive(Debug, Clone)]
pub enum Antenna {
    /// On no air: they cross between firmware and harness.
    Virtual,
    /// On air.
    OnAir {
        /// Its channel, 11 to 26.
        channel: u8,
        /// The radio that sends frames to it.
        injector: At<String>,
        /// The radio that hears them; the injector where none is named.
        sniffer: Option<At<String>>,
    },
}

impl Antenna {
    /// Whether both are of one kind.
    pub fn is_like(&self, other: &Antenna) -> bool {
        matches!(
            (self, other),
            (Antenna::Virtual, Antenna::Virtual) | (Antenna::OnAir { .. }, Antenna::OnAir { .. })
        )
    }
}

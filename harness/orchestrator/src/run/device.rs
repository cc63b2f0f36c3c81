//! A device that was asked for: what dut.yaml says, in the words of the rig.

use std::sync::Arc;

use sixlo_judge::day::Day;
use sixlo_judge::known::{Known, KnownCell};
use sixlo_judge::name::DutName;

use super::header::Standing;
use super::seat::Seat;
use crate::agent_link::Hello;
use crate::catalogue::Port;
use crate::rig::{DutSpec, Lane, LaneSettings, Program, RigError};

/// A device that was asked for.
#[derive(Debug, Clone)]
pub struct Device {
    /// What is started, and what is known before it is asked.
    pub spec: DutSpec,
    /// Its port's known.yaml.
    pub known: Vec<Known>,
    /// New crashes of it are not published before this day.
    pub embargo: Option<Day>,
    /// Sending cells that its port's known.yaml explains.
    pub cells: Vec<KnownCell>,
    /// The folder of its port.
    pub port: String,
    /// Where it stands; none: it is a process, as its port starts it.
    pub seat: Option<Arc<dyn Seat>>,
}

impl Device {
    /// Every column of these ports, in their order: first those that this program
    /// brings with it, then those that need something else.
    pub fn all(ports: &[Port]) -> Vec<Device> {
        let mut devices: Vec<Device> = ports
            .iter()
            .flat_map(|port| port.duts.iter().map(move |dut| (port, dut)))
            .map(|(port, dut)| Device {
                spec: dut.clone(),
                known: port.known.clone(),
                embargo: port.embargo,
                cells: port.cells.clone(),
                port: port.folder.clone(),
                seat: None,
            })
            .collect();
        devices.sort_by_key(|device| device.spec.requires.is_some());
        devices
    }

    /// The devices, and those of them that stood on boards under titles of their own.
    pub fn with_boards(mut devices: Vec<Device>, boards: &[Standing]) -> Vec<Device> {
        for standing in boards {
            let has = |name: &DutName| devices.iter().position(|device| device.name() == name);
            if let (None, Some(twin)) = (has(&standing.column), has(&standing.dut)) {
                let mut device = devices[twin].clone();
                device.spec.name = standing.column.clone();
                devices.push(device);
            }
        }
        devices
    }

    /// Opens it, where it stands.
    ///
    /// # Errors
    /// If it cannot be judged at all.
    pub(super) fn open(&self, settings: LaneSettings) -> Result<Lane, RigError> {
        match &self.seat {
            None => Lane::open(self.spec.clone(), settings),
            Some(seat) => Lane::open_with(seat.starter(), self.spec.clone(), settings),
        }
    }

    /// What keeps it from being opened here; none if nothing is known of.
    pub(super) fn lacks(&self) -> Option<String> {
        if self.seat.is_some() {
            return None;
        }
        if self.spec.program == Program::Board {
            return Some("runs on a board: name a rack that has one with --rack".to_owned());
        }
        let missing = self.spec.missing()?;
        Some(format!("needs {}: {}", missing.file.display(), missing.get))
    }

    /// Why what stands on a board is not the device that is meant; none if it is. A bridge says
    /// what its dut.yaml says.
    pub fn is_another(&self, hello: &Hello) -> Option<String> {
        let is_bridge = matches!(self.spec.program, Program::Bridge { .. });
        let (says, meant) = (&hello.stack, &self.spec.stack);
        let is_meant = says.to_lowercase().contains(&meant.to_lowercase());
        (self.seat.is_some() && !is_bridge && !is_meant).then(|| {
            format!(
                "its firmware says it is `{says}`, its dut.yaml `{meant}`: name the right `firmware`, or the right `dut`, in the rack's file"
            )
        })
    }

    /// The column's title.
    pub fn name(&self) -> &DutName {
        &self.spec.name
    }

    /// With further arguments for its program, such as a seeded fault.
    #[must_use]
    pub fn with_arguments(mut self, more: &[String]) -> Self {
        match &mut self.spec.program {
            Program::Own { arguments, .. } | Program::Other { arguments, .. } => {
                arguments.extend_from_slice(more);
            }
            // A board, and what is behind a bridge, has no faults to seed.
            Program::Board | Program::Bridge { .. } => {}
        }
        self
    }
}

//! A device that was asked for: what dut.yaml says, in the words of the rig.

use std::sync::Arc;

use sixlo_judge::day::Day;
use sixlo_judge::known::{Known, KnownCell};
use sixlo_judge::name::DutName;

use super::header::Standing;
use super::seat::Seat;
use crate::catalogue::Port;
use crate::rig::{DutSpec, Program};

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

//! What a run works on, checked before anything is started.

use sixlo_judge::testcase::TestCase;
use thiserror::Error;

use super::device::Device;
use super::plan;
use super::selection::Selection;
use crate::catalogue::{Catalogue, Parameters};

/// What a run works on.
#[derive(Debug, Clone)]
pub struct Selected<'a> {
    /// The whole catalogue.
    pub catalogue: &'a Catalogue,
    /// What every trial is made with.
    pub parameters: &'a Parameters,
    /// What was asked for.
    pub selection: &'a Selection,
    /// The cases to play, the calibration first.
    pub cases: Vec<&'a TestCase>,
    /// The devices to open, in the order of their columns.
    pub devices: Vec<Device>,
}

/// A filter that names nothing.
#[derive(Debug, Clone, PartialEq, Eq, Error)]
pub enum SelectionError {
    /// No case.
    #[error(
        "no case matches `{filter}` (allowed: an id, a folder, a topic, a level such as level-2, or a pattern with * and ?; \
         `sixlo catalogue list` shows all)"
    )]
    NoCase {
        /// The filter.
        filter: String,
    },
    /// No device.
    #[error("no device matches `{filter}` (known: {known})")]
    NoDevice {
        /// The filter.
        filter: String,
        /// All names.
        known: String,
    },
}

impl<'a> Selected<'a> {
    /// Everything the filters name; a filter that names nothing is an error, so
    /// that a misspelt one is not taken for success. Without a filter of devices those that
    /// wait to be named are left out.
    pub fn new(
        catalogue: &'a Catalogue,
        parameters: &'a Parameters,
        selection: &'a Selection,
        devices: Vec<Device>,
    ) -> Result<Self, SelectionError> {
        if let Some(filter) = selection.idle_case_filter(&catalogue.cases) {
            return Err(SelectionError::NoCase {
                filter: filter.to_owned(),
            });
        }
        if let Some(filter) = selection.idle_dut_filter(devices.iter().map(Device::name)) {
            let names: Vec<&str> = devices
                .iter()
                .map(|device| device.name().0.as_str())
                .collect();
            return Err(SelectionError::NoDevice {
                filter: filter.to_owned(),
                known: names.join(", "),
            });
        }
        Ok(Selected {
            catalogue,
            parameters,
            selection,
            cases: plan::cases(&catalogue.cases, selection),
            devices: devices
                .into_iter()
                .filter(|device| selection.takes_dut(device.name()))
                .filter(|device| !device.spec.on_request || !selection.duts.is_empty())
                .collect(),
        })
    }
}

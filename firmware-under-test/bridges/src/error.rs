//! Why a bridge gives up.

use std::time::Duration;

use thiserror::Error;

/// Why a bridge gives up.
#[derive(Debug, Error)]
pub enum BridgeError {
    /// What it is told cannot be read.
    #[error("the settings cannot be read: {error} (they come from dut.yaml by way of sixlo run)")]
    Settings {
        /// What is wrong, with line and column of the JSON text.
        error: String,
    },
    /// A program does not start.
    #[error("cannot start {program}: {error} (see the port's README for how to build or name it)")]
    Start {
        /// The program.
        program: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The device's process has ended.
    #[error("the device's program ended: {0}")]
    Ended(String),
    /// The device computes and never stops.
    #[error("the device hung: it computed for a second without a pause")]
    Hung,
    /// The shell did not come back.
    #[error(
        "the shell did not write its prompt {prompt:?} within {limit:?} after {line:?}; it wrote {got:?}"
    )]
    NoPrompt {
        /// The prompt waited for.
        prompt: String,
        /// How long.
        limit: Duration,
        /// The line before it; empty at the start.
        line: String,
        /// The end of what came.
        got: String,
    },
    /// The device did not do as it was told.
    #[error("{line:?} was answered with {got:?}")]
    Refused {
        /// The line.
        line: String,
        /// The end of what came.
        got: String,
    },
    /// A mote cannot be loaded, or not be told things as dut.yaml says.
    #[error("cooja-mote: {error}")]
    Mote {
        /// What is wrong.
        error: String,
    },
    /// The monitor interface cannot be used.
    #[error(
        "monitor {interface}: {error} (it must be there and up, and a raw socket on it needs root; \
         as one makes it: iwpan phy PHY interface add {interface} type monitor)"
    )]
    Monitor {
        /// Its name.
        interface: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// The device's own interface cannot be made anew, or its monitor not be used.
    #[error(
        "interface {interface} behind monitor {monitor}: {error} (both must be there, of two radios, \
         with the module ieee802154_6lowpan loaded, and changing them needs root)"
    )]
    Interface {
        /// The MAC's interface.
        interface: String,
        /// The monitor.
        monitor: String,
        /// What the system says.
        error: std::io::Error,
    },
    /// A radio of the rack is not there, or does not do what it is there for.
    #[error("radio at {name}: {error}")]
    Radio {
        /// Where it is.
        name: String,
        /// What is wrong.
        error: String,
    },
    /// The system refuses something.
    #[error("{what}: {error}")]
    System {
        /// What was tried.
        what: &'static str,
        /// What the system says.
        error: std::io::Error,
    },
}

impl BridgeError {
    /// Whether it is the bench that does not work, and not the device.
    pub fn is_of_the_bench(&self) -> bool {
        matches!(
            self,
            BridgeError::Radio { .. }
                | BridgeError::Monitor { .. }
                | BridgeError::Interface { .. }
                | BridgeError::System { .. }
        )
    }

    /// For `map_err`.
    pub(crate) fn system<E: Into<std::io::Error>>(what: &'static str) -> impl FnOnce(E) -> Self {
        move |error| BridgeError::System {
            what,
            error: error.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_radio_that_is_gone_is_the_benchs_and_a_program_that_ended_the_devices() {
        let gone = BridgeError::Radio {
            name: "serial port /dev/ttyACM0".into(),
            error: "it was hung up".into(),
        };
        assert!(gone.is_of_the_bench());
        assert!(!BridgeError::Ended("exited with code 1".into()).is_of_the_bench());
    }
}

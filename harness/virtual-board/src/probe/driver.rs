//! An open probe: what probe-rs asks of a debug port goes to the emulated one.

use std::fmt;
use std::sync::Arc;

use probe_rs::CoreStatus;
use probe_rs::architecture::arm::DapProbe;
use probe_rs::architecture::arm::sequences::ArmDebugSequence;
use probe_rs::architecture::arm::{
    ArmCommunicationInterface, ArmDebugInterface, ArmError, RawDapAccess, RegisterAddress,
};
use probe_rs::probe::{DebugProbe, DebugProbeError, ProbeError, WireProtocol};

use crate::board::{Shared, lock};
use crate::error::BoardError;

impl ProbeError for BoardError {}

/// An open probe.
pub struct VirtualProbe {
    port: Shared,
}

impl VirtualProbe {
    /// A probe at this port.
    pub fn new(port: Shared) -> Self {
        VirtualProbe { port }
    }
}

impl fmt::Debug for VirtualProbe {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("VirtualProbe")
    }
}

fn as_arm(error: BoardError) -> ArmError {
    ArmError::Probe(error.into())
}

impl DebugProbe for VirtualProbe {
    fn get_name(&self) -> &str {
        "emulated board"
    }

    fn speed_khz(&self) -> u32 {
        4000
    }

    fn set_speed(&mut self, speed_khz: u32) -> Result<u32, DebugProbeError> {
        Ok(speed_khz)
    }

    fn attach(&mut self) -> Result<(), DebugProbeError> {
        Ok(())
    }

    fn detach(&mut self) -> Result<(), probe_rs::Error> {
        Ok(())
    }

    fn target_reset(&mut self) -> Result<(), DebugProbeError> {
        Ok(lock(&self.port).reset()?)
    }

    fn target_reset_assert(&mut self) -> Result<(), DebugProbeError> {
        // The line falls and rises at once: nothing can be seen between.
        Ok(lock(&self.port).reset()?)
    }

    fn target_reset_deassert(&mut self) -> Result<(), DebugProbeError> {
        Ok(())
    }

    fn select_protocol(&mut self, protocol: WireProtocol) -> Result<(), DebugProbeError> {
        match protocol {
            WireProtocol::Swd => Ok(()),
            other => Err(DebugProbeError::UnsupportedProtocol(other)),
        }
    }

    fn active_protocol(&self) -> Option<WireProtocol> {
        Some(WireProtocol::Swd)
    }

    fn has_arm_interface(&self) -> bool {
        true
    }

    fn try_get_arm_debug_interface<'probe>(
        self: Box<Self>,
        sequence: Arc<dyn ArmDebugSequence>,
    ) -> Result<Box<dyn ArmDebugInterface + 'probe>, (Box<dyn DebugProbe>, ArmError)> {
        Ok(ArmCommunicationInterface::create(self, sequence, false))
    }

    fn into_probe(self: Box<Self>) -> Box<dyn DebugProbe> {
        self
    }

    fn try_as_dap_probe(&mut self) -> Option<&mut dyn DapProbe> {
        Some(self)
    }
}

impl DapProbe for VirtualProbe {}

impl RawDapAccess for VirtualProbe {
    fn raw_read_register(&mut self, address: RegisterAddress) -> Result<u32, ArmError> {
        let mut port = lock(&self.port);
        match address {
            RegisterAddress::DpRegister(_) => port.read(address.lsb()).map_err(as_arm),
            RegisterAddress::ApRegister(register) => {
                port.read_access_port(register & 0xc).map_err(as_arm)
            }
        }
    }

    fn raw_write_register(&mut self, address: RegisterAddress, value: u32) -> Result<(), ArmError> {
        let mut port = lock(&self.port);
        match address {
            RegisterAddress::DpRegister(_) => port.write(address.lsb(), value).map_err(as_arm),
            RegisterAddress::ApRegister(register) => port
                .write_access_port(register & 0xc, value)
                .map_err(as_arm),
        }
    }

    fn raw_read_block(
        &mut self,
        address: RegisterAddress,
        values: &mut [u32],
    ) -> Result<(), ArmError> {
        let RegisterAddress::ApRegister(register) = address else {
            for value in values {
                *value = self.raw_read_register(address)?;
            }
            return Ok(());
        };
        lock(&self.port)
            .read_block(register & 0xc, values)
            .map_err(as_arm)
    }

    fn raw_write_block(
        &mut self,
        address: RegisterAddress,
        values: &[u32],
    ) -> Result<(), ArmError> {
        let RegisterAddress::ApRegister(register) = address else {
            return values
                .iter()
                .try_for_each(|value| self.raw_write_register(address, *value));
        };
        lock(&self.port)
            .write_block(register & 0xc, values)
            .map_err(as_arm)
    }

    fn jtag_sequence(&mut self, _: u8, _: bool, _: u64) -> Result<(), DebugProbeError> {
        Err(DebugProbeError::UnsupportedProtocol(WireProtocol::Jtag))
    }

    fn swj_sequence(&mut self, _bits: u8, _sequence: u64) -> Result<(), DebugProbeError> {
        // The port listens to SWD from the start: it needs no line reset, no switch.
        Ok(())
    }

    fn swj_pins(&mut self, out: u32, select: u32, _wait: u32) -> Result<u32, DebugProbeError> {
        /// nRESET, low: active.
        const RESET: u32 = 1 << 7;
        if select & RESET != 0 && out & RESET == 0 {
            lock(&self.port).reset()?;
        }
        Ok(out & select)
    }

    fn into_probe(self: Box<Self>) -> Box<dyn DebugProbe> {
        self
    }

    fn core_status_notification(&mut self, _: CoreStatus) -> Result<(), DebugProbeError> {
        Ok(())
    }
}

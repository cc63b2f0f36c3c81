//! What is this board's own: its doorbell. Its radio is the virtual PHY.
#![no_std]

/// An interrupt that nothing is wired to (Arm DAI 0386D, interrupt map).
pub const DOORBELL: u16 = 31;

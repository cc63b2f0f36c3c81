//! The debug port of a Cortex-M4 and what lies behind it (Arm IHI 0031, ADIv5.2).

mod debug_port;
mod debug_registers;
mod memory_port;
mod octets;
mod rom_table;

pub use debug_port::DebugPort;
pub use memory_port::MemoryPort;

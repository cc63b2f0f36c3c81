//! The machine that figures were taken on.

use std::fs;

/// The machine that figures were taken on.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Machine {
    /// The processor's name, as the kernel knows it.
    pub cpu: String,
    /// Its cores that this program may use.
    pub cores: usize,
    /// Whether this program was built with optimisation; figures without it mean nothing.
    pub optimised: bool,
}

impl Machine {
    /// This one.
    pub fn here() -> Self {
        let cpuinfo = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
        Machine {
            cpu: cpu(&cpuinfo).unwrap_or("unknown processor").to_owned(),
            cores: std::thread::available_parallelism().map_or(1, usize::from),
            optimised: !cfg!(debug_assertions),
        }
    }
}

/// The processor's name: `model name` on x86, `Model` on small Arm boards.
pub(super) fn cpu(cpuinfo: &str) -> Option<&str> {
    cpuinfo.lines().find_map(|line| {
        let (name, value) = line.split_once(':')?;
        matches!(name.trim(), "model name" | "Model").then(|| value.trim())
    })
}

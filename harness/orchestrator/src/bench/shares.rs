//! Who used the time, from the process's own account of it.

use std::fs;

use rustix::param::clock_ticks_per_second;

/// Who used the wall time of one core, each as a share from 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, serde::Serialize)]
pub struct Shares {
    /// The harness's own code: playing, judging, writing.
    pub harness: f64,
    /// The kernel on the harness's behalf: pipes, files, changing processes.
    pub kernel: f64,
    /// The device's process, kernel included.
    pub device: f64,
    /// Nobody here: other processes, or waiting.
    pub idle: f64,
}

/// Processor time used so far, in clock ticks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Used {
    pub user: u64,
    pub kernel: u64,
    /// Of children that have ended.
    pub children: u64,
}

impl Used {
    /// Up to now. All zero where the kernel keeps no account.
    pub fn now() -> Used {
        let stat = fs::read_to_string("/proc/self/stat").unwrap_or_default();
        Used::read(&stat).unwrap_or_default()
    }

    /// From a line of proc_pid_stat(5): fields 14 to 17. The name in field 2 may hold
    /// anything, parentheses too.
    pub fn read(stat: &str) -> Option<Used> {
        let (_, rest) = stat.rsplit_once(')')?;
        let fields: Vec<u64> = rest
            .split_whitespace()
            .skip(11)
            .take(4)
            .map(|field| field.parse().ok())
            .collect::<Option<_>>()?;
        let [user, kernel, children_user, children_kernel] = fields[..] else {
            return None;
        };
        Some(Used {
            user,
            kernel,
            children: children_user + children_kernel,
        })
    }

    /// What was used since `before`.
    pub fn since(self, before: Used) -> Used {
        Used {
            user: self.user.saturating_sub(before.user),
            kernel: self.kernel.saturating_sub(before.kernel),
            children: self.children.saturating_sub(before.children),
        }
    }

    /// Both.
    pub fn and(self, other: Used) -> Used {
        Used {
            user: self.user + other.user,
            kernel: self.kernel + other.kernel,
            children: self.children + other.children,
        }
    }

    /// As shares of so many seconds of wall time. Ticks are coarse: what comes to more
    /// than the whole is the whole.
    pub fn of(self, seconds: f64) -> Shares {
        let used = self.user + self.kernel + self.children;
        let whole = (seconds * clock_ticks_per_second() as f64)
            .max(used as f64)
            .max(1.0);
        let share = |ticks: u64| ticks as f64 / whole;
        Shares {
            harness: share(self.user),
            kernel: share(self.kernel),
            device: share(self.children),
            idle: 1.0 - share(used),
        }
    }
}

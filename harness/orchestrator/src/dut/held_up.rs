//! How long the machine has kept a process from running.

use std::fs;
use std::time::Duration;

/// Children of children that are looked at: a device forks once or twice, not without end.
const DEEPEST: u32 = 8;

/// Time in which this process, and those that it has started and not lost, wanted a CPU and had
/// none, since each began. Nothing where the kernel keeps no such books.
pub(super) fn held_up(process: u32) -> Duration {
    of(process, DEEPEST)
}

fn of(process: u32, deeper: u32) -> Duration {
    let mut sum = Duration::ZERO;
    let Ok(tasks) = fs::read_dir(format!("/proc/{process}/task")) else {
        return sum;
    };
    for task in tasks.flatten() {
        let read = |name| fs::read_to_string(task.path().join(name)).unwrap_or_default();
        sum += waited(&read("schedstat"));
        if deeper > 0 {
            let children = read("children");
            let children = children.split_whitespace();
            sum += children
                .filter_map(|child| child.parse().ok())
                .map(|child| of(child, deeper - 1))
                .sum();
        }
    }
    sum
}

/// Time on a CPU, time waited for one, both in ns (Documentation/scheduler/sched-stats).
fn waited(schedstat: &str) -> Duration {
    let waited = schedstat.split_whitespace().nth(1);
    Duration::from_nanos(waited.and_then(|text| text.parse().ok()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use std::os::unix::process::CommandExt;
    use std::process::{Command, Stdio};
    use std::time::Instant;

    use super::*;

    #[test]
    fn who_shares_a_cpu_with_others_is_held_up_and_who_sleeps_is_not() {
        // All on one CPU, so that each waits for the others, however many there are.
        let busy = "import os\nos.sched_setaffinity(0, [min(os.sched_getaffinity(0))])\nos.fork()\nos.fork()\nwhile True: pass";
        let mut busy = Command::new("python3")
            .args(["-c", busy])
            .process_group(0)
            .spawn()
            .unwrap();
        let mut asleep = Command::new("cat").stdin(Stdio::piped()).spawn().unwrap();
        let (begin, wanted) = (Instant::now(), Duration::from_millis(300));
        while held_up(busy.id()) < wanted {
            assert!(begin.elapsed() < Duration::from_secs(20), "never held up");
            std::thread::sleep(Duration::from_millis(10));
        }
        let asleep_waited = held_up(asleep.id());
        let group = rustix::process::Pid::from_child(&busy);
        rustix::process::kill_process_group(group, rustix::process::Signal::KILL).unwrap();
        busy.wait().unwrap();
        asleep.kill().unwrap();
        asleep.wait().unwrap();
        assert!(asleep_waited < wanted, "{asleep_waited:?}");
        assert_eq!(held_up(0), Duration::ZERO);
        assert_eq!(waited("12"), Duration::ZERO);
    }
}

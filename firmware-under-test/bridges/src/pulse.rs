//! What a process of this machine is doing, read from outside: a deadline for it counts the
//! time it had, and not the time that the machine was busy with others.

use std::fs;
use std::time::{Duration, Instant};

/// So much computing without a pause, and a node has hung: none needs it for a frame.
const HANGS_AFTER: Duration = Duration::from_secs(1);

/// Sums over a process's threads, from the kernel's books.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Account {
    /// None of them wants to run.
    asleep: bool,
    /// Time on a CPU.
    ran: Duration,
    /// Time in which it wanted a CPU and had none; what is still going on is not in it.
    waited: Duration,
}

/// A process's own time since the last mark.
#[derive(Debug)]
pub struct Pulse {
    process: u32,
    marked: Instant,
    at_mark: Account,
    /// Its time on a CPU when it was last seen asleep, or when it was marked first.
    ran_when_asleep: Duration,
}

/// How a process stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Beat {
    /// It sleeps, and has had so much time of its own since the mark.
    Asleep(Duration),
    /// It computes, or wants to.
    Busy,
    /// It has computed for a second without a pause.
    Hung,
}

impl Pulse {
    /// Of a process that has just started.
    pub fn of(process: u32) -> Pulse {
        let account = account(process).unwrap_or_default();
        Pulse {
            process,
            marked: Instant::now(),
            at_mark: account,
            ran_when_asleep: account.ran,
        }
    }

    /// From here on its time is counted.
    pub fn mark(&mut self) {
        self.marked = Instant::now();
        self.at_mark = account(self.process).unwrap_or_default();
        if self.at_mark.asleep {
            self.ran_when_asleep = self.at_mark.ran;
        }
    }

    /// How it stands now. Where the kernel keeps no such books, the wall's time counts.
    pub fn feel(&mut self) -> Beat {
        let elapsed = self.marked.elapsed();
        let Some(account) = account(self.process) else {
            return Beat::Asleep(elapsed);
        };
        if account.asleep {
            self.ran_when_asleep = account.ran;
            let waited = account.waited.saturating_sub(self.at_mark.waited);
            return Beat::Asleep(elapsed.saturating_sub(waited));
        }
        match account.ran.saturating_sub(self.ran_when_asleep) {
            ran if ran >= HANGS_AFTER => Beat::Hung,
            _ => Beat::Busy,
        }
    }
}

/// The books of a process; none where it has gone, or they are not kept.
fn account(process: u32) -> Option<Account> {
    let mut sum = Account {
        asleep: true,
        ..Account::default()
    };
    for task in fs::read_dir(format!("/proc/{process}/task")).ok()? {
        let task = task.ok()?.path();
        sum.asleep &= sleeps(&fs::read_to_string(task.join("stat")).ok()?);
        let (ran, waited) = times(&fs::read_to_string(task.join("schedstat")).ok()?)?;
        sum.ran += ran;
        sum.waited += waited;
    }
    Some(sum)
}

/// Whether a thread sleeps until something happens: the state stands behind its name, which
/// is in brackets and may hold any character (proc_pid_stat(5)). One that has ended wants
/// nothing, either.
fn sleeps(stat: &str) -> bool {
    let state = stat.rsplit_once(") ").map(|(_, behind)| behind.as_bytes());
    matches!(state, Some([b'S' | b'I' | b'Z' | b'X', ..]))
}

/// Time on a CPU and time waited for one, both in ns (Documentation/scheduler/sched-stats).
fn times(schedstat: &str) -> Option<(Duration, Duration)> {
    let mut numbers = schedstat.split_whitespace().map(str::parse);
    let (ran, waited) = (numbers.next()?.ok()?, numbers.next()?.ok()?);
    Some((Duration::from_nanos(ran), Duration::from_nanos(waited)))
}

#[cfg(test)]
mod tests {
    use std::process::{Child, Command, Stdio};
    use std::thread::sleep;

    use super::*;

    fn shell(line: &str) -> Child {
        Command::new("sh")
            .args(["-c", line])
            .stdin(Stdio::piped())
            .spawn()
            .unwrap()
    }

    /// What it feels like in the end.
    fn until(pulse: &mut Pulse, wanted: impl Fn(Beat) -> bool) -> Beat {
        loop {
            let beat = pulse.feel();
            if wanted(beat) {
                return beat;
            }
            sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn one_that_waits_for_a_line_sleeps_and_its_time_goes_on() {
        let mut child = shell("read line");
        let mut pulse = Pulse::of(child.id());
        let limit = Duration::from_millis(30);
        let beat = until(
            &mut pulse,
            |beat| matches!(beat, Beat::Asleep(own) if own >= limit),
        );
        assert!(matches!(beat, Beat::Asleep(_)));
        pulse.mark();
        assert!(matches!(pulse.feel(), Beat::Asleep(own) if own < limit * 10));
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn one_that_never_pauses_has_hung_and_one_that_is_held_up_has_not() {
        let mut child = shell("while :; do :; done");
        let mut pulse = Pulse::of(child.id());
        // Stopped, it has no CPU, however long that lasts.
        let process = rustix::process::Pid::from_child(&child);
        rustix::process::kill_process(process, rustix::process::Signal::STOP).unwrap();
        sleep(HANGS_AFTER + HANGS_AFTER / 5);
        assert_eq!(pulse.feel(), Beat::Busy);
        rustix::process::kill_process(process, rustix::process::Signal::CONT).unwrap();
        until(&mut pulse, |beat| beat == Beat::Hung);
        child.kill().unwrap();
        child.wait().unwrap();
    }

    #[test]
    fn a_name_may_look_like_a_state() {
        assert!(sleeps("7 (a) R ) S 1 7 7 0"));
        assert!(!sleeps("7 (S) S) R 1 7 7 0"));
        assert!(!sleeps(""));
        assert_eq!(times("12"), None);
    }
}

//! Devices that wait for a lane, and what those on a lane keep from the others.

use std::collections::BTreeSet;
use std::ops::Deref;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};

use super::device::Device;

/// Devices that wait for a lane.
pub(super) struct Queue<'d> {
    state: Mutex<State<'d>>,
    freed: Condvar,
}

#[derive(Default)]
struct State<'d> {
    waiting: Vec<&'d Device>,
    taken: BTreeSet<&'d str>,
}

/// A device that has a lane; dropped, what it took is free again.
pub(super) struct Taken<'q, 'd> {
    device: &'d Device,
    queue: &'q Queue<'d>,
}

impl<'d> Queue<'d> {
    /// All of them. Devices that need another program wait for a wall clock most of their
    /// time, so they come first, beside those that only compute.
    pub fn of(devices: &'d [Device]) -> Self {
        let mut waiting: Vec<&Device> = devices.iter().collect();
        waiting.sort_by_key(|device| device.spec.requires.is_none());
        let state = State {
            waiting,
            ..State::default()
        };
        Queue {
            state: Mutex::new(state),
            freed: Condvar::new(),
        }
    }

    /// The first one that nothing is kept from; none when all have had their lane. Waits
    /// while every one of them needs what another has.
    pub fn next(&self) -> Option<Taken<'_, 'd>> {
        let mut state = self.lock();
        loop {
            let State { waiting, taken } = &*state;
            if waiting.is_empty() {
                return None;
            }
            let is_free =
                |device: &&Device| !takes(device).any(|name| taken.contains(name.as_str()));
            if let Some(at) = waiting.iter().position(is_free) {
                let device = state.waiting.remove(at);
                state.taken.extend(takes(device).map(String::as_str));
                return Some(Taken {
                    device,
                    queue: self,
                });
            }
            state = self
                .freed
                .wait(state)
                .unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn lock(&self) -> MutexGuard<'_, State<'d>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn takes(device: &Device) -> impl Iterator<Item = &String> {
    device.seat.iter().flat_map(|seat| seat.takes())
}

impl Deref for Taken<'_, '_> {
    type Target = Device;

    fn deref(&self) -> &Device {
        self.device
    }
}

impl Drop for Taken<'_, '_> {
    fn drop(&mut self) {
        let mut state = self.queue.lock();
        for name in takes(self.device) {
            state.taken.remove(name.as_str());
        }
        self.queue.freed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::rig::Starter;
    use crate::run::fixture;
    use crate::run::seat::Seat;

    #[derive(Debug)]
    struct Place(Vec<String>);

    impl Seat for Place {
        fn starter(&self) -> Starter {
            unreachable!("nothing is started here")
        }

        fn takes(&self) -> &[String] {
            &self.0
        }

        fn waits(&self) -> bool {
            true
        }

        fn replaced(&self) -> Vec<String> {
            Vec::new()
        }
    }

    fn seated(name: &str, takes: &[&str]) -> Device {
        let takes = takes.iter().map(|&name| name.to_owned()).collect();
        Device {
            seat: Some(Arc::new(Place(takes))),
            ..fixture::device(name)
        }
    }

    #[test]
    fn who_shares_a_channel_waits_and_who_does_not_goes_ahead() {
        let devices = [
            seated("one", &["channel 15", "injector"]),
            seated("two", &["channel 15", "other injector"]),
            seated("three", &["channel 20", "third injector"]),
            seated("four", &["channel 25", "injector"]),
        ];
        let queue = Queue::of(&devices);
        let name = |taken: &Taken| taken.name().0.clone();
        let one = queue.next().unwrap();
        let three = queue.next().unwrap();
        assert_eq!((name(&one), name(&three)), ("one".into(), "three".into()));
        drop(one);
        // Its channel, and its injector, are free again.
        let two = queue.next().unwrap();
        let four = queue.next().unwrap();
        assert_eq!((name(&two), name(&four)), ("two".into(), "four".into()));
        assert!(queue.next().is_none());
    }

    #[test]
    fn a_lane_waits_for_what_another_gives_back() {
        let devices = [seated("one", &["air"]), seated("two", &["air"])];
        let queue = Queue::of(&devices);
        let one = queue.next().unwrap();
        std::thread::scope(|scope| {
            let other = scope.spawn(|| queue.next().map(|two| two.name().0.clone()));
            drop(one);
            assert_eq!(other.join().unwrap().as_deref(), Some("two"));
        });
    }
}

//! A rack: one radio puts frames on air, another hears the air, and tells how much it misses.

use std::collections::VecDeque;
use std::os::fd::BorrowedFd;
use std::time::{Duration, Instant};

use sixlo_agent_process::fcs;
use sixlo_agent_protocol::RadioRole;

use crate::bridged::Bridged;
use crate::child::Child;
use crate::error::BridgeError;
use crate::mac::Frame;
use crate::medium::{Medium, Overheard};
use crate::radios::{self, Heard};
use crate::settings::{BlackBox, Settings};

/// Frames injected last, which a sniffer hears, too, and which are none of the device's.
const INJECTED: usize = 32;
/// A frame that the sniffer has not told by now it has missed: a slow line is far faster.
const TOLD_WITHIN: Duration = Duration::from_millis(500);
/// Frames of the injector's own ear that are looked at in one go.
const MOST_AT_ONCE: usize = 64;

/// A device that nobody leads a wire to.
pub fn bridge(settings: Settings<BlackBox>) -> Result<Bridged<Rack>, BridgeError> {
    let start = settings.start;
    let child = start.program.map(Child::new);
    let open = |radio, role| radios::open(radio, start.channel, role);
    let role = match start.sniffer {
        Some(_) => RadioRole::Inject,
        None => RadioRole::Both,
    };
    let injector = open(&start.injector, role)?;
    let sniffer = match &start.sniffer {
        Some(sniffer) => Some(open(sniffer, RadioRole::Sniff)?),
        None => None,
    };
    Bridged::new(
        settings.stack,
        Rack::new(injector, sniffer),
        child,
        settings.configure,
        settings.mac,
    )
}

/// An injector and a sniffer, or one radio that is both.
pub struct Rack {
    injector: Box<dyn Medium>,
    sniffer: Option<Box<dyn Medium>>,
    /// Frames that the sniffer has not told of yet.
    injected: VecDeque<(Instant, Vec<u8>)>,
    overheard: Overheard,
}

impl Rack {
    fn new(injector: Box<dyn Medium>, sniffer: Option<Box<dyn Medium>>) -> Rack {
        Rack {
            injector,
            sniffer,
            injected: VecDeque::new(),
            overheard: Overheard::default(),
        }
    }

    /// The sniffer has told of this frame; whether it is one of ours.
    fn is_own(&mut self, psdu: &[u8]) -> bool {
        let Some(own) = self.injected.iter().position(|(_, own)| own == psdu) else {
            return false;
        };
        // Each counts once. The sniffer tells in the order of the air: those before it are missed.
        self.overheard.sent += own as u64 + 1;
        self.overheard.heard += 1;
        self.injected.drain(..=own);
        true
    }

    /// What the sniffer has missed by now.
    fn give_up_on(&mut self, now: Instant) {
        while let Some((sent, _)) = self.injected.front()
            && (now.saturating_duration_since(*sent) >= TOLD_WITHIN
                || self.injected.len() > INJECTED)
        {
            self.injected.pop_front();
            self.overheard.sent += 1;
        }
    }

    /// With a sniffer the injector is an ear for acknowledgements alone, which it may be the
    /// only one to tell.
    fn hear_acknowledgement(&mut self) -> Result<Option<Heard>, BridgeError> {
        for _ in 0..MOST_AT_ONCE {
            let Some(heard) = self.injector.hear()? else {
                break;
            };
            let frame = Frame::of(&heard.psdu);
            if frame.is_some_and(|frame| frame.acknowledges().is_some()) {
                return Ok(Some(heard));
            }
        }
        Ok(None)
    }
}

impl Medium for Rack {
    fn send(&mut self, psdu: &[u8]) -> Result<bool, BridgeError> {
        let is_sent = self.injector.send(psdu)?;
        // What is broken on purpose no radio tells.
        if is_sent && self.sniffer.is_some() && fcs::check(psdu).is_some() {
            let now = Instant::now();
            self.injected.push_back((now, psdu.to_vec()));
            self.give_up_on(now);
        }
        Ok(is_sent)
    }

    fn hear(&mut self) -> Result<Option<Heard>, BridgeError> {
        if self.sniffer.is_some()
            && let Some(acknowledgement) = self.hear_acknowledgement()?
        {
            return Ok(Some(acknowledgement));
        }
        loop {
            let ear = self.sniffer.as_mut().unwrap_or(&mut self.injector);
            let Some(heard) = ear.hear()? else {
                self.give_up_on(Instant::now());
                return Ok(None);
            };
            if !self.is_own(&heard.psdu) && fcs::check(&heard.psdu).is_some() {
                return Ok(Some(heard));
            }
        }
    }

    fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
        let mut all = self.injector.descriptors();
        all.extend(
            self.sniffer
                .iter()
                .flat_map(|sniffer| sniffer.descriptors()),
        );
        all
    }

    fn next_wake(&self) -> Option<Instant> {
        let sniffer = self.sniffer.as_ref().and_then(|one| one.next_wake());
        // A sniffer that tells nothing wakes nobody: what it misses is counted all the same.
        let missed = self.injected.front().map(|(sent, _)| *sent + TOLD_WITHIN);
        let wakes = self.injector.next_wake().into_iter().chain(sniffer);
        wakes.chain(missed).min()
    }

    fn overheard(&self) -> Option<Overheard> {
        self.sniffer.as_ref().map(|_| self.overheard)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::RefCell;
    use std::rc::Rc;

    use super::*;

    /// A radio whose frames wait here.
    #[derive(Default, Clone)]
    struct Script(Rc<RefCell<VecDeque<Vec<u8>>>>);

    impl Medium for Script {
        fn send(&mut self, _psdu: &[u8]) -> Result<bool, BridgeError> {
            Ok(true)
        }

        fn hear(&mut self) -> Result<Option<Heard>, BridgeError> {
            Ok(self.0.borrow_mut().pop_front().map(Heard::plain))
        }

        fn descriptors(&self) -> Vec<BorrowedFd<'_>> {
            Vec::new()
        }
    }

    fn frame(number: u8) -> Vec<u8> {
        let mut frame = vec![0x41, 0x88, number, 0xcd, 0xab, 1, 0, 2, 0];
        fcs::append(&mut frame);
        frame
    }

    fn rack() -> (Rack, Script, Script) {
        let (injector, sniffer) = (Script::default(), Script::default());
        let ear: Box<dyn Medium> = Box::new(sniffer.clone());
        let rack = Rack::new(Box::new(injector.clone()), Some(ear));
        (rack, injector, sniffer)
    }

    fn hear_all(rack: &mut Rack) -> Vec<Vec<u8>> {
        std::iter::from_fn(|| rack.hear().unwrap())
            .map(|heard| heard.psdu)
            .collect()
    }

    #[test]
    fn what_the_sniffer_misses_is_counted_and_what_the_device_sends_is_not() {
        let (mut rack, _, sniffer) = rack();
        for number in 0..10 {
            rack.send(&frame(number)).unwrap();
            // It misses three of ten; the device answers each.
            let is_missed = [2, 5, 8].contains(&number);
            sniffer
                .0
                .borrow_mut()
                .extend((!is_missed).then(|| frame(number)));
            sniffer.0.borrow_mut().push_back(frame(100 + number));
        }
        let devices: Vec<_> = (100..110).map(frame).collect();
        assert_eq!(hear_all(&mut rack), devices);
        assert_eq!(rack.overheard(), Some(Overheard { sent: 10, heard: 7 }));
    }

    #[test]
    fn a_frame_that_may_still_be_told_is_not_missed_yet() {
        let (mut rack, _, sniffer) = rack();
        rack.send(&frame(1)).unwrap();
        assert_eq!(hear_all(&mut rack), Vec::<Vec<u8>>::new());
        assert_eq!(rack.overheard(), Some(Overheard::default()));
        let wake = rack.next_wake().unwrap();
        rack.give_up_on(wake);
        assert_eq!(rack.next_wake(), None);
        assert_eq!(rack.overheard(), Some(Overheard { sent: 1, heard: 0 }));
        // Told after all, it is no frame of the device; but who would know?
        sniffer.0.borrow_mut().push_back(frame(2));
        assert_eq!(hear_all(&mut rack), [frame(2)]);
    }

    #[test]
    fn a_sniffer_that_tells_nothing_is_kept_no_frames_for() {
        let (mut rack, _, _) = rack();
        for number in 0..200 {
            rack.send(&frame(number)).unwrap();
        }
        assert_eq!(rack.injected.len(), INJECTED);
        assert_eq!(rack.overheard().unwrap().sent, 200 - INJECTED as u64);
    }

    #[test]
    fn broken_frames_are_on_air_and_nobody_is_expected_to_tell_them() {
        let (mut rack, _, _) = rack();
        let mut broken = frame(1);
        broken[3] ^= 1;
        assert!(rack.send(&broken).unwrap());
        assert!(rack.injected.is_empty());
    }

    #[test]
    fn the_injector_is_heard_for_acknowledgements_and_alone_for_everything() {
        let (mut rack, injector, _) = rack();
        let mut acknowledgement = vec![2, 0, 7];
        fcs::append(&mut acknowledgement);
        let all = [frame(1), acknowledgement.clone(), frame(2)];
        injector.0.borrow_mut().extend(all.clone());
        assert_eq!(hear_all(&mut rack), [acknowledgement]);

        injector.0.borrow_mut().extend(all.clone());
        let mut alone = Rack::new(Box::new(injector), None);
        assert_eq!(hear_all(&mut alone), all);
        assert_eq!(alone.overheard(), None);
    }
}

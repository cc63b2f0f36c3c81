//! Hears the device out, and answers it as its neighbour.

use sixlo_agent_protocol::HostMessage;
use sixlo_judge::evidence::{Cause, Event, Overheard, Phase, What};
use sixlo_judge::trial::TrialStep;

use super::answer::{answers, is_answer};
use super::{Broken, Player};
use crate::agent_link::{LinkError, Said};

/// Messages of the device in one trial; one that says more floods.
const MOST_SAID: usize = 4096;

impl Player<'_, '_> {
    /// Hears until every command has been answered, those included that the
    /// tester's own answers make meanwhile, and nothing is under way.
    pub(super) fn catch_up(&mut self) -> Result<(), Broken> {
        self.hear_all()?;
        match self.lane.air.is_instant() {
            true => Ok(()),
            false => self.clear_the_air(),
        }
    }

    /// Hears until every command has been answered.
    pub(super) fn hear_all(&mut self) -> Result<(), Broken> {
        while let Some(said) = self.link()?.hear()? {
            self.take(said)?;
        }
        Ok(())
    }

    /// Queues a command for the device.
    pub(super) fn queue(&mut self, message: HostMessage<'_>) -> Result<u32, Broken> {
        Ok(self.link()?.queue(message))
    }

    /// Takes in one message.
    pub(super) fn take(&mut self, said: Said) -> Result<(), Broken> {
        self.said += 1;
        if self.said > MOST_SAID {
            return Err(LinkError::Flooded.into());
        }
        match said {
            Said::Transmitted(psdu) => self.take_frame(psdu)?,
            Said::Delivered(packet) => self.record(What::Delivered(packet)),
            Said::Settled { seq, next_timer_us } => {
                self.work_off(seq);
                self.lane.next_timer_us = next_timer_us;
                // Of a burst the last one says it all.
                if self.link()?.is_answered() {
                    self.record(What::Settled { next_timer_us });
                }
            }
            Said::Done(seq) => {
                self.asked_to_rest = self.asked_to_rest.filter(|&asked| asked != seq);
                self.work_off(seq);
            }
            Said::Statistics {
                seq,
                transmitted,
                received,
            } => {
                self.counted = Some(Overheard {
                    sent: transmitted,
                    heard: received,
                });
                self.work_off(seq);
            }
            Said::Unsupported(seq) => {
                self.lane.rests &= self.asked_to_rest != Some(seq);
                self.take_unsupported(seq);
                self.work_off(seq);
            }
            Said::Refused(seq, text) => {
                self.take_refusal(seq, text)?;
                self.work_off(seq);
            }
            Said::Hello(..) if self.is_resetting => {
                self.record(What::Rebooted);
                self.link()?.forget_owed();
            }
            Said::Hello(..) => return Err(Broken::Rebooted),
            Said::Nonsense(text) => return Err(Broken::Nonsense(text)),
            // What a radio hears is not for this lane; a log line is for people.
            Said::Captured(_) | Said::Energy { .. } | Said::Log(_) => {}
        }
        Ok(())
    }

    /// A frame of the device: through the air to the tester, and its answer back.
    fn take_frame(&mut self, psdu: Vec<u8>) -> Result<(), Broken> {
        if !self.lane.air.is_instant() {
            self.carry_from_dut(psdu);
            return Ok(());
        }
        let now_us = self.lane.clock.now_us();
        let Some(more) = self.lane.air.arrivals().checked_sub(1) else {
            return Ok(());
        };
        for _ in 0..more {
            self.hear_frame(psdu.clone(), now_us)?;
        }
        self.hear_frame(psdu, now_us)
    }

    /// A frame of the device, sent at `sent_us`, has reached the tester.
    pub(super) fn hear_frame(&mut self, psdu: Vec<u8>, sent_us: u64) -> Result<(), Broken> {
        let psdu = match self.lane.security.as_ref() {
            None => psdu,
            Some(security) => match security.open(&psdu) {
                Some(plain) => {
                    self.on_air.insert(self.events.len(), psdu);
                    plain
                }
                None => return self.hear_unsecured(psdu, sent_us),
            },
        };
        let heard = self.lane.tester.hear(self.lane.clock.now_us(), &psdu);
        self.push_heard(psdu, sent_us);
        if let Some(acknowledgement) = &heard.acknowledgement {
            self.transmit(acknowledgement, Cause::Automatic)?;
        }
        if heard.is_solicitation() {
            self.has_solicited = true;
            self.open_questions += u32::from(heard.answers.is_empty());
        }
        for answer in &heard.answers {
            self.transmit(answer, Cause::Automatic)?;
        }
        if self.awaits && matches!(self.phase, Phase::Step(_)) {
            self.frames.push(heard.dissection);
        }
        if self.lane.collects_strays {
            self.collect_stray(heard.packet.as_deref());
        }
        if matches!(self.phase, Phase::Control | Phase::Sentinel) || !self.lane.settles() {
            self.packets.extend(heard.packet);
        }
        Ok(())
    }

    /// A frame that the link's security does not let through is recorded; those by which nodes
    /// find their network are answered.
    fn hear_unsecured(&mut self, psdu: Vec<u8>, sent_us: u64) -> Result<(), Broken> {
        let answers = self
            .lane
            .tester
            .hear_unsecured(self.lane.clock.now_us(), &psdu);
        self.push_heard(psdu, sent_us);
        for answer in &answers {
            self.transmit_unsecured(answer)?;
        }
        Ok(())
    }

    fn push_heard(&mut self, psdu: Vec<u8>, sent_us: u64) {
        self.events.push(Event {
            at_us: sent_us,
            phase: self.phase,
            what: What::Heard(psdu),
        });
    }

    /// Keeps an answer to nothing that this trial asked: an earlier one may have.
    fn collect_stray(&mut self, packet: Option<&[u8]>) {
        let Some(packet) = packet.filter(|packet| is_answer(packet)) else {
            return;
        };
        let sent = self.trial.steps.iter().filter_map(|step| match step {
            TrialStep::Send(stimulus) => Some(stimulus),
            _ => None,
        });
        let mut asked = sent.chain(&self.trial.control).chain(&self.trial.sentinel);
        if !asked.any(|stimulus| answers(packet, &stimulus.nonce)) {
            self.lane.strays.push(packet.to_vec());
        }
    }

    /// The device has worked off everything up to this command.
    fn work_off(&mut self, seq: u32) {
        // That it was put on a medium that loses frames says nothing of its arrival.
        let arrives = !self.lane.spec().is_lossy;
        let events = &mut self.events;
        self.untaken.retain(|&(sent, event)| {
            if sent > seq {
                return true;
            }
            if let What::Sent { taken, .. } = &mut events[event].what {
                *taken = arrives;
            }
            false
        });
    }

    fn take_unsupported(&mut self, seq: u32) {
        let asked = self.asked.iter().find(|asked| asked.seq == seq);
        // A hook that does not take the usual value is as good as none.
        if let Some(asked) = asked.filter(|asked| !asked.is_base) {
            self.lane.refuses |= asked.phase == Phase::Given;
            self.record_in(asked.phase, What::Unsupported(asked.name.to_owned()));
        }
    }

    fn take_refusal(&mut self, seq: u32, text: String) -> Result<(), Broken> {
        let Some(asked) = self.asked.iter().find(|asked| asked.seq == seq) else {
            return Ok(());
        };
        if asked.is_base {
            return Err(Broken::Fault(format!(
                "the device refuses a setting that every trial starts from, {}: {text}",
                asked.name
            )));
        }
        self.lane.refuses |= asked.phase == Phase::Given;
        self.record_in(asked.phase, What::Refused(asked.name.to_owned(), text));
        Ok(())
    }
}

//! Whether silence is proven: the datagram arrived, the device had its time, and
//! nothing else explains that no answer came.

use std::net::Ipv6Addr;

use super::asked::Asked;
use super::scene::Scene;
use crate::conclude::{NO_PROOF_OF_ARRIVAL, ON_A_LOSSY_MEDIUM};
use crate::evidence::Stop;
use crate::reading::icmpv6_type;
use crate::trial::Nonce;

/// Why silence proves nothing, in words.
pub(super) type Unproven = String;

impl Scene<'_> {
    /// Whether the silence after `asked` is proven: it arrived, and nothing else
    /// explains that no answer came.
    pub fn silence_is_proven(&self, asked: &Asked) -> Result<(), Unproven> {
        // Of what loses frames, too, what else speaks against it says more than that.
        self.silence_is_proven_on(asked, true)?;
        self.silence_is_proven_on(asked, self.evidence.lossless)
    }

    /// Whether loss is all that explains this silence: asked again and again, it
    /// becomes a proof (`conclude::conclude_on_lossy`).
    pub fn may_be_loss(&self, asked: &Asked) -> bool {
        !self.evidence.lossless && self.silence_is_proven_on(asked, true).is_ok()
    }

    /// Whether `asked` is known to have arrived, and the device to have come to rest since.
    pub fn arrival_is_proven(&self, asked: &Asked) -> Result<(), Unproven> {
        self.arrival_is_proven_on(asked, self.evidence.lossless)
    }

    /// Whether loss is all that keeps the arrival of `asked` from being proven.
    pub fn arrival_may_be_loss(&self, asked: &Asked) -> bool {
        !self.evidence.lossless && self.arrival_is_proven_on(asked, true).is_ok()
    }

    /// Whether the device came to rest: nothing more would have come, and nothing was lost.
    pub fn rest_is_proven(&self) -> Result<(), Unproven> {
        self.rest_is_proven_on(self.evidence.lossless)
    }

    fn silence_is_proven_on(&self, asked: &Asked, lossless: bool) -> Result<(), Unproven> {
        self.arrival_is_proven_on(asked, lossless)?;
        if self.has_early_answer(asked) {
            return Err("an answer to an earlier attempt came late".to_owned());
        }
        if let Some(address) = self.resolving(asked) {
            return Err(format!(
                "it solicited {address} and sent no answer there afterwards"
            ));
        }
        if self.broken_off {
            return Err("fragments of an answer are missing".to_owned());
        }
        let limited = self.calibration.limits_errors == Some(true);
        if limited && matches!(asked.nonce, Nonce::Quote(_)) && !self.is_answered(&self.sentinel) {
            return Err("errors are rate-limited, and no error came after this one".to_owned());
        }
        Ok(())
    }

    fn arrival_is_proven_on(&self, asked: &Asked, lossless: bool) -> Result<(), Unproven> {
        if asked.sent == 0 {
            return Err("nothing was put on air".to_owned());
        }
        self.rest_is_proven_on(lossless)?;
        let sandwiched = self.is_answered(&self.control) && self.is_answered(&self.sentinel);
        match asked.is_taken() || sandwiched {
            true => Ok(()),
            false => Err(NO_PROOF_OF_ARRIVAL.to_owned()),
        }
    }

    fn rest_is_proven_on(&self, lossless: bool) -> Result<(), Unproven> {
        match self.evidence.stop {
            _ if !lossless => Err(ON_A_LOSSY_MEDIUM.to_owned()),
            Stop::Broken => Err("the trial broke off".to_owned()),
            Stop::Sentinel if !self.is_answered(&self.sentinel) => {
                Err("the sentinel's answer is not in the evidence".to_owned())
            }
            Stop::Settled | Stop::Sentinel | Stop::Deadline => Ok(()),
        }
    }

    /// Whether an answer to this, or its delivery, is in the evidence.
    pub fn is_answered(&self, asked: &Option<Asked>) -> bool {
        asked.as_ref().is_some_and(|asked| {
            self.after(asked)
                .any(|(packet, reading)| asked.is_answered_by(reading, &packet.octets))
                || self
                    .delivered
                    .iter()
                    .any(|(at, _, octets)| asked.precedes(*at) && asked.is_in(octets))
        })
    }

    /// An answer with this nonce before the datagram was sent belongs to the
    /// attempt before: that one was no drop, and this silence may be one too early.
    fn has_early_answer(&self, asked: &Asked) -> bool {
        // A target is no nonce: whoever resolves the device gets the same answer.
        if self.evidence.attempt < 2 || matches!(asked.nonce, Nonce::Target(_)) {
            return false;
        }
        self.heard
            .iter()
            .filter(|packet| asked.first_event.is_none_or(|first| packet.event < first))
            .filter(|packet| !self.is_liveness(packet))
            .filter_map(|packet| Some((packet, packet.reading.as_ref()?)))
            .any(|(packet, reading)| asked.is_answered_by(reading, &packet.octets))
    }

    /// An address of ours that the device asked for after `asked`. It had an answer
    /// to send, then, and RFC 4861 7.2.2 lets it drop that while it resolves. What
    /// a device that settles asks after the sentinel, it asks because of that.
    fn resolving(&self, asked: &Asked) -> Option<Ipv6Addr> {
        let sentinel = self
            .sentinel
            .as_ref()
            .and_then(|sentinel| sentinel.first_event);
        let end = sentinel.filter(|_| self.profile.settles);
        self.solicitations()
            .filter(|(event, _)| asked.precedes(*event) && end.is_none_or(|end| *event < end))
            .find(|(_, target)| self.is_sent_address(*target))
            .map(|(_, target)| target)
    }

    /// Address resolutions of the device during the steps: event and target. Neither
    /// duplicate address detection, which asks from `::`, nor a probe of a known
    /// neighbour, which goes by unicast (RFC 4861 7.3.3), is one.
    pub fn solicitations(&self) -> impl Iterator<Item = (usize, Ipv6Addr)> {
        self.heard.iter().filter_map(|packet| {
            let reading = packet.reading.as_ref()?;
            let resolves = self.in_steps(packet)
                && !reading.src.is_unspecified()
                && reading.dst.is_multicast();
            let (target, _) = reading.target(&packet.octets, icmpv6_type::NEIGHBOR_SOLICITATION)?;
            resolves.then_some((packet.event, target))
        })
    }
}

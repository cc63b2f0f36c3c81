//! From a question and its answers to a word. Silence is never a fail here.

use std::time::Duration;

use super::Observer;
use super::asking::{Key, Open, Wrong};
use super::exchange::{Exchange, Kind};
use super::table::{Ended, Over, Stray};
use crate::answer::{EchoRequest, advertisement_expected};
use crate::verdict::{Outcome, Verdict};

/// What it comes to.
struct Word {
    verdict: Verdict,
    outcome: Outcome,
    observed: String,
    cause: String,
}

impl Word {
    fn undecided(outcome: Outcome, observed: impl Into<String>, cause: impl Into<String>) -> Self {
        Word {
            verdict: Verdict::Inconc,
            outcome,
            observed: observed.into(),
            cause: cause.into(),
        }
    }

    fn wrong(observed: impl Into<String>) -> Self {
        Word {
            verdict: Verdict::Fail,
            outcome: Outcome::WrongValue,
            observed: observed.into(),
            cause: String::new(),
        }
    }
}

impl Observer {
    /// The judge's word on what is over.
    pub(super) fn conclude(&self, over: Over) -> Exchange {
        match over {
            Over::Question(open, ended) => self.question(&open, ended),
            Over::Stray(stray) => self.stray_told(&stray, None),
            Over::Late(stray, request, asked_at) => {
                self.stray_told(&stray, Some((request, asked_at)))
            }
        }
    }

    fn question(&self, open: &Open, ended: Ended) -> Exchange {
        let word = self.word(open, ended);
        let mut replies: Vec<u64> = open.right.iter().map(|(number, _)| *number).collect();
        replies.extend(open.wrong.iter().map(|wrong| wrong.number));
        if !open.is_answered() {
            replies.extend(open.perhaps.iter().map(|wrong| wrong.number));
        }
        replies.sort_unstable();
        let at = open.request.at;
        Exchange {
            kind: open.kind,
            request: Some(open.request.number),
            replies,
            at,
            round_trip: open.first_right.map(|reply| reply.saturating_sub(at)),
            from: open.request.from(),
            to: open.request.to(),
            verdict: word.verdict,
            outcome: word.outcome,
            expected: expected(open),
            observed: word.observed,
            cause: word.cause,
            clause: open.kind.clause(),
        }
    }

    fn word(&self, open: &Open, ended: Ended) -> Word {
        if let Some(fault) = &open.fault {
            return Word::undecided(
                Outcome::Unknown,
                match open.is_answered() {
                    true => "a reply",
                    false => "no reply",
                },
                format!("the request itself has {fault}: nothing is due"),
            );
        }
        if let Some(wrong) = &open.wrong {
            return self.wrong(open, wrong);
        }
        if open.is_answered() {
            return self.right_told(open);
        }
        if let Some(perhaps) = &open.perhaps {
            return match ended {
                Ended::Over => self.wrong(open, perhaps),
                // It answers by half: a right reply may have come later.
                Ended::Anew | Ended::Capture(_) | Ended::Crowded => Word::undecided(
                    Outcome::Unknown,
                    &perhaps.words,
                    "a right reply may have come later: the request was not followed to its time-out",
                ),
            };
        }
        if let Some((number, icmpv6_type, code)) = open.error {
            return Word::undecided(
                Outcome::Declined,
                format!("ICMPv6 error type {icmpv6_type} code {code}"),
                format!("packet {number} quotes the request"),
            );
        }
        self.silence(open, ended)
    }

    fn wrong(&self, open: &Open, wrong: &Wrong) -> Word {
        if let Err(why) = &wrong.proof {
            return Word::undecided(Outcome::Unknown, &wrong.words, why);
        }
        let asker = open.request.hop;
        // A reply may be as old as a request is waited for.
        let start = open.request.at.saturating_sub(self.settings.timeout);
        if wrong.needs_whole && !self.senders.whole_since(asker, start) {
            return Word::undecided(
                Outcome::Unknown,
                &wrong.words,
                format!(
                    "packet {} may answer a request that was not heard: the sniffer missed frames of {asker} lately",
                    wrong.number
                ),
            );
        }
        Word::wrong(&wrong.words)
    }

    fn right_told(&self, open: &Open) -> Word {
        let mut observed = match open.kind {
            Kind::Echo => "the echo reply",
            Kind::NeighborDiscovery
            | Kind::DuplicateAddressDetection
            | Kind::Registration
            | Kind::RouterDiscovery => "the advertisement",
            Kind::Udp => "a datagram with ports and addresses swapped",
        }
        .to_owned();
        if let Some(note) = &open.note {
            observed += &format!(", {note}");
        }
        if open.doubled > 0 {
            observed += &format!(", {} times", open.doubled + 1);
        }
        if let Some((number, before)) = open.early {
            observed += &format!(
                "; packet {number} is one, too, {} before the request",
                shown(before)
            );
        }
        if let Some(perhaps) = &open.perhaps {
            observed += &format!("; packet {} is another's", perhaps.number);
        }
        // A router that keeps no registrations leaves the option out, and so may one
        // that should not.
        if open.kind == Kind::Registration
            && open
                .note
                .as_deref()
                .is_some_and(|note| note.starts_with("no "))
        {
            return Word::undecided(
                Outcome::Unknown,
                observed,
                "whoever answered may not keep registrations (RFC 6775)",
            );
        }
        Word {
            verdict: Verdict::Pass,
            outcome: Outcome::Right,
            observed,
            cause: String::new(),
        }
    }

    fn silence(&self, open: &Open, ended: Ended) -> Word {
        if let Some((number, before)) = open.early {
            return Word::undecided(
                Outcome::Unknown,
                "a reply before its request",
                format!(
                    "packet {number} is {} older than the request, packet {}: the capture's order or clock is wrong, or an earlier request was not heard",
                    shown(before),
                    open.request.number
                ),
            );
        }
        let timeout = self.settings.timeout;
        let observed = format!("no reply seen within {}", shown(timeout));
        if open.kind == Kind::DuplicateAddressDetection {
            return Word {
                verdict: Verdict::None,
                outcome: Outcome::Unknown,
                observed,
                cause: "nobody claims the address: no reply is due".to_owned(),
            };
        }
        match ended {
            Ended::Over => {
                Word::undecided(Outcome::Dropped, observed, self.why_silent(open).join("; "))
            }
            Ended::Anew => Word::undecided(
                Outcome::Dropped,
                "no reply seen before the same was asked anew",
                self.why_silent(open).join("; "),
            ),
            Ended::Crowded => Word::undecided(
                Outcome::Unknown,
                "no reply seen until then",
                "too many open exchanges",
            ),
            Ended::Capture(end) => {
                let mut why = vec![format!(
                    "the capture ends {} after the request, before the time-out of {}",
                    shown(end.saturating_sub(open.request.at)),
                    shown(timeout)
                )];
                why.extend(self.why_silent(open));
                Word::undecided(Outcome::Unknown, "no reply seen", why.join("; "))
            }
        }
    }

    fn why_silent(&self, open: &Open) -> Vec<String> {
        let (from, to) = (open.request.src, open.request.dst);
        let mut why = Vec::new();
        if let Some((number, reason)) = self.unread.since(to, from, open.request.at) {
            why.push(format!(
                "packet {number} from {to} may be the reply, but {}",
                reason.words()
            ));
        }
        let frames = match open.transmissions {
            1 => String::new(),
            more => format!(" (sent {more} times)"),
        };
        why.push(match (open.asks_for_acknowledgement, open.acknowledged) {
            (_, true) => format!("the request was acknowledged{frames}, then silence"),
            (true, false) if self.acknowledgements.heard == 0 => {
                format!("silence{frames}; the capture holds no acknowledgements")
            }
            (true, false) => format!("the request was not seen to be acknowledged{frames}"),
            (false, false) => format!("the request asks for no acknowledgement{frames}"),
        });
        if open.kind == Kind::Udp {
            why.push("UDP itself demands no answer".to_owned());
        }
        if open.request.reading.dst.is_multicast() && open.kind == Kind::Echo {
            why.push("a group need not answer".to_owned());
        }
        why.extend(self.senders.loss_told(to));
        why
    }

    fn stray_told(&self, stray: &Stray, request: Option<(u64, Duration)>) -> Exchange {
        let packet = &stray.packet;
        let kind = match stray.key {
            Key::Echo { .. } => Kind::Echo,
            Key::Target { asker, .. } if asker.is_unspecified() => Kind::DuplicateAddressDetection,
            Key::Target { .. } => Kind::NeighborDiscovery,
            Key::Routers { .. } => Kind::RouterDiscovery,
            Key::Udp { .. } => Kind::Udp,
        };
        let word = match (&stray.words, &stray.proof, request) {
            (Some(words), Ok(()), _) => Word::wrong(words),
            (Some(words), Err(why), _) => Word::undecided(Outcome::Unknown, words, why),
            (None, _, Some((number, asked_at))) => Word::undecided(
                Outcome::Late,
                "a late reply",
                format!(
                    "it came {} after its request, packet {number}, which had been given up after {}",
                    shown(packet.at.saturating_sub(asked_at)),
                    shown(self.settings.timeout)
                ),
            ),
            (None, _, None) => {
                let mut why = vec!["its request was not heard".to_owned()];
                why.extend(self.senders.loss_told(packet.dst));
                Word::undecided(Outcome::Unknown, "a reply", why.join("; "))
            }
        };
        Exchange {
            kind,
            request: request.map(|(number, _)| number),
            replies: vec![packet.number],
            at: packet.at,
            round_trip: request.map(|(_, asked_at)| packet.at.saturating_sub(asked_at)),
            from: packet.to(),
            to: packet.from(),
            verdict: word.verdict,
            outcome: word.outcome,
            expected: match request {
                Some(_) => "a reply in time",
                None => "a right reply, behind its request",
            }
            .to_owned(),
            observed: word.observed,
            cause: word.cause,
            clause: kind.clause(),
        }
    }
}

fn expected(open: &Open) -> String {
    let request = &open.request;
    match open.key {
        Key::Echo { .. } => EchoRequest::of(&request.octets, &request.reading)
            .map(|echo| echo.expected())
            .unwrap_or_default(),
        Key::Target { asker, target } if asker.is_unspecified() => {
            format!(
                "{} to all nodes, if it is taken",
                advertisement_expected(target)
            )
        }
        Key::Target { asker, target } => match open.kind {
            Kind::Registration => format!(
                "{} to {asker}, with the address registration",
                advertisement_expected(target)
            ),
            _ => format!("{} to {asker}", advertisement_expected(target)),
        },
        Key::Routers { .. } => "a router advertisement from a link-local address".to_owned(),
        Key::Udp {
            asker,
            asker_port,
            asked,
            asked_port,
        } => format!("a datagram from {asked} port {asked_port} to {asker} port {asker_port}"),
    }
}

/// A time as people read it.
fn shown(time: Duration) -> String {
    match time {
        time if time < Duration::from_millis(1) => format!("{} µs", time.as_micros()),
        time if time < Duration::from_secs(1) => format!("{} ms", time.as_millis()),
        time if time.subsec_millis() == 0 => format!("{} s", time.as_secs()),
        time => format!("{:.1} s", time.as_secs_f64()),
    }
}

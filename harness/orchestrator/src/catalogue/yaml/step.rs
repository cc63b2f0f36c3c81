//! `when`: what is done.

use std::fmt;

use serde::Deserialize;
use serde::de::{self, Deserializer, MapAccess, Visitor};

use super::At;
use super::expectation::Pattern;
use super::packet::Inner;
use super::scalar::{Mark, Octets, Time, mark};
use super::send::Send;
use super::setting::Tester;

/// One of `when`: a verb, and what belongs to it.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields, rename_all = "kebab-case")]
struct Keys {
    send: Option<At<Send>>,
    again: Option<At<Send>>,
    of: Option<u16>,
    encodes_as: Option<At<Octets>>,
    send_ipv6: Option<At<Inner>>,
    r#await: Option<At<Pattern>>,
    within: Option<Time>,
    wait: Option<Time>,
    #[serde(deserialize_with = "mark")]
    reset: Option<Mark>,
    tester: Option<Tester>,
}

/// One of `when`.
#[derive(Debug, Clone)]
pub enum Step {
    /// Put a datagram on the air.
    Send {
        /// The datagram and its frames.
        send: At<Send>,
        /// What the first frame's LoWPAN part begins with.
        encodes_as: Option<At<Octets>>,
    },
    /// An earlier datagram once more, other values laid over it.
    Again {
        /// The values.
        send: At<Send>,
        /// Which datagram, counted from 1.
        of: u16,
    },
    /// Give the DUT a packet to send.
    SendIpv6(At<Inner>),
    /// Go on once such a frame was heard.
    Await(At<Pattern>, Time),
    /// Let time pass.
    Wait(Time),
    /// Reset the DUT.
    Reset,
    /// Change the tester's behaviour.
    Tester(Tester),
}

impl Step {
    fn from_keys(keys: Keys) -> Result<Step, &'static str> {
        let verbs = [
            keys.send.is_some(),
            keys.again.is_some(),
            keys.send_ipv6.is_some(),
            keys.r#await.is_some(),
            keys.wait.is_some(),
            keys.reset.is_some(),
            keys.tester.is_some(),
        ];
        if verbs.iter().filter(|&&there| there).count() != 1 {
            return Err("a step has one verb (send, again, send-ipv6, await, wait, reset, tester)");
        }
        if keys.encodes_as.is_some() && keys.send.is_none() {
            return Err("`encodes-as` belongs to `send`");
        }
        if keys.of.is_some() && keys.again.is_none() {
            return Err("`of` belongs to `again`");
        }
        if keys.within.is_some() != keys.r#await.is_some() {
            return Err("`await` and `within` belong together");
        }
        let encodes_as = keys.encodes_as;
        let send = keys.send.map(|send| Step::Send { send, encodes_as });
        let again = keys.again.map(|send| Step::Again {
            send,
            of: keys.of.unwrap_or(1),
        });
        send.or(again)
            .or(keys.send_ipv6.map(Step::SendIpv6))
            .or(keys
                .r#await
                .zip(keys.within)
                .map(|(pattern, within)| Step::Await(pattern, within)))
            .or(keys.wait.map(Step::Wait))
            .or(keys.tester.map(Step::Tester))
            .or(keys.reset.map(|Mark| Step::Reset))
            .ok_or("a step has a verb")
    }
}

impl<'de> Deserialize<'de> for Step {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Steps;

        impl<'de> Visitor<'de> for Steps {
            type Value = Step;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a step (such as `send: { … }`, `wait: 61 s`, `reset`)")
            }

            fn visit_str<E: de::Error>(self, verb: &str) -> Result<Step, E> {
                match verb {
                    "reset" => Ok(Step::Reset),
                    _ => Err(E::unknown_variant(verb, &["reset"])),
                }
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Step, A::Error> {
                let keys = Keys::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Step::from_keys(keys).map_err(de::Error::custom)
            }
        }

        deserializer.deserialize_any(Steps)
    }
}

//! An ICMPv6 error whose quote holds these headers: a packet that the device
//! restored, tunnel and all, and that IPv6 behind it does not accept.

use super::Scope;
use crate::judge::asked::Asked;
use crate::judge::finding::{Finding, FindingKind};
use crate::judge::scene::Scene;
use crate::reading::chain_of;
use crate::verdict::{Rung, Seen};

impl<'a> Scene<'a> {
    pub(super) fn quoted_chain(&self, asked: &Asked<'a>, chain: &[u8], scope: Scope) -> Finding {
        let expected = format!("an ICMPv6 error quoting next headers {chain:?}");
        let quoted = self
            .after(asked)
            .filter(|(packet, _)| scope.holds(packet.at_us, asked))
            .filter_map(|(packet, reading)| reading.quote(&packet.octets))
            .find(|quote| asked.is_quoted_in(quote))
            .map(chain_of);
        match quoted {
            Some(quoted) if quoted.starts_with(chain) => Finding::new(
                FindingKind::Right,
                Rung::Delivered,
                Seen::Quoted,
                format!("an error quoting next headers {quoted:?}"),
            ),
            Some(quoted) => Finding {
                rung: Rung::Delivered,
                ..Finding::wrong(
                    Seen::Quoted,
                    format!("an error quoting next headers {quoted:?}"),
                )
            },
            None => self.unanswered(asked),
        }
        .expecting(expected)
    }
}

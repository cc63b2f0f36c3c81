//! Expectations of a node that answers no solicitation: one of a Thread network finds its
//! neighbours by MLE and IPv6 addresses by its leader (Thread 1.1, 5.4.1), and RFC 4861 is left out.

use sixlo_frames::craft::Fragmentation;
use sixlo_frames::field::FieldId;
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Expectation, Pattern, Step, TestCase, Wanted};

use super::companion::is_about_nd;

/// What a solicitation has to look like once it is restored.
const SHOWS: [FieldId; 7] = [
    FieldId::Ipv6Src,
    FieldId::Ipv6Dst,
    FieldId::Ipv6HopLimit,
    FieldId::Ipv6PayloadLength,
    FieldId::Icmpv6Type,
    FieldId::Icmpv6Checksum,
    FieldId::NdTarget,
];
/// What fills it up where it comes in fragments.
const FILLING: FieldId = FieldId::NdOptionData;

/// A case's expectations of this device: outside the rows about neighbour discovery, where an
/// advertisement only shows that a solicitation was understood, one that never answers any
/// shows it by the packet it restores.
pub(super) fn expectations(
    case: &TestCase,
    when: &[Step],
    then: &[Expectation],
    profile: &Profile,
) -> Vec<Expectation> {
    if profile.link.thread().is_none() || is_about_nd(case) {
        return then.to_vec();
    }
    let is_cut = |step: &Step| match step {
        Step::Send(send) => send.frames.fragmentation != Fragmentation::None,
        _ => false,
    };
    let filling = when.iter().any(is_cut).then_some(FILLING);
    let fields: Vec<_> = SHOWS.into_iter().chain(filling).collect();
    let restored = Pattern {
        fields: fields
            .into_iter()
            .map(|field| (field, Wanted::Same))
            .collect(),
    };
    then.iter()
        .map(|one| by_restoring(one, &restored))
        .collect()
}

fn by_restoring(expectation: &Expectation, restored: &Pattern) -> Expectation {
    match expectation {
        Expectation::Advertisement(_) => Expectation::Restored(restored.clone()),
        Expectation::AnyOf(several) => {
            let several = several
                .iter()
                .map(|(one, means)| (by_restoring(one, restored), *means));
            Expectation::AnyOf(several.collect())
        }
        Expectation::Within(inner, time) => {
            Expectation::Within(Box::new(by_restoring(inner, restored)), *time)
        }
        Expectation::AtMostOne(inner) => {
            Expectation::AtMostOne(Box::new(by_restoring(inner, restored)))
        }
        other => other.clone(),
    }
}

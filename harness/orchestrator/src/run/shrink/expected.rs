//! What must be seen of every frame on the way from one that passes to one that fails.

use sixlo_frames::dissect::{Dissection, dissect_packet};
use sixlo_judge::testcase::{Expectation, OnMatch, Pattern, Send, Wanted};

/// The same expectations, of whatever is sent: what the case wants of a field because
/// the datagram has it becomes "the same as sent". None where a plainer frame would be
/// right to be treated otherwise.
pub(super) fn of_any_frame(then: &[Expectation], send: &Send) -> Option<Vec<Expectation>> {
    let sent = dissect_packet(&send.datagram.to_octets());
    then.iter().map(|one| of_any(one, &sent)).collect()
}

fn of_any(expectation: &Expectation, sent: &Dissection) -> Option<Expectation> {
    Some(match expectation {
        Expectation::EchoReply | Expectation::Alive => expectation.clone(),
        Expectation::Restored(pattern) => Expectation::Restored(as_sent(pattern, sent)),
        Expectation::Advertisement(pattern) => Expectation::Advertisement(pattern.clone()),
        Expectation::Forwarded(pattern) if pattern.fields.is_empty() => expectation.clone(),
        Expectation::Within(inner, time) => {
            Expectation::Within(Box::new(of_any(inner, sent)?), *time)
        }
        Expectation::AtMostOne(inner) => Expectation::AtMostOne(Box::new(of_any(inner, sent)?)),
        // Only what is right is right for other frames, too.
        Expectation::AnyOf(alternatives) => {
            let right = alternatives
                .iter()
                .find(|(_, means)| *means == OnMatch::Pass)?;
            of_any(&right.0, sent)?
        }
        Expectation::Forwarded(_)
        | Expectation::Frame(_)
        | Expectation::NotTaken
        | Expectation::Never(_)
        | Expectation::FrameCount { .. }
        | Expectation::CountsUp { .. }
        | Expectation::QuotedChain(_)
        | Expectation::ClassUnsupported
        | Expectation::Encoded(_) => return None,
    })
}

fn as_sent(pattern: &Pattern, sent: &Dissection) -> Pattern {
    let fields = pattern.fields.iter().map(|(field, wanted)| {
        let is_sent = matches!(wanted, Wanted::Is(value) if sent.get(*field) == Some(value));
        (
            *field,
            if is_sent {
                Wanted::Same
            } else {
                wanted.clone()
            },
        )
    });
    Pattern {
        fields: fields.collect(),
    }
}

//! Which trials leave something behind in a device.

use sixlo_frames::craft::Fragmentation;
use sixlo_frames::packet::{Message, Payload};
use sixlo_judge::testcase::{Given, Order, Send, Step};

/// Whether the device must be reset after this.
pub(super) fn leaves_state(given: &[Given], when: &[Step]) -> bool {
    let sends = || {
        when.iter().filter_map(|step| match step {
            Step::Send(send) => Some(&**send),
            _ => None,
        })
    };
    !given.is_empty()
        || when.iter().any(|step| !matches!(step, Step::Send(_)))
        || sends().any(teaches)
        || sends().any(is_fragmented) && (when.len() > 1 || sends().any(is_incomplete))
}

/// Messages that a node remembers.
fn teaches(send: &Send) -> bool {
    match &send.datagram.payload {
        Payload::Icmpv6(icmpv6) => !matches!(
            icmpv6.message,
            Message::EchoRequest(_) | Message::EchoReply(_)
        ),
        _ => send.frames.bc0.is_some(),
    }
}

fn is_fragmented(send: &Send) -> bool {
    send.frames.fragmentation != Fragmentation::None
}

/// Some octets of the datagram may never arrive, or arrive twice.
fn is_incomplete(send: &Send) -> bool {
    let whole = matches!(send.order, Order::InOrder | Order::Reversed);
    let plain = matches!(&send.frames.fragmentation, Fragmentation::Auto { .. });
    let untouched = send.frames.patches.is_empty() && send.frames.cut_to.is_none();
    !(whole && plain && untouched)
}

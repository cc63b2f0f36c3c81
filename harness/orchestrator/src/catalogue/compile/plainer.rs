//! Plainer ways to send what a send means: forms that a device may take where it does
//! not take that one.

use sixlo_frames::craft::{Body, IphcSpec};
use sixlo_judge::profile::Profile;
use sixlo_judge::testcase::{Send, TestCase};

use super::companion;

/// The dispatch that the harness would fill in, filled in.
pub fn settled(send: &Send, profile: &Profile) -> Send {
    let mut send = send.clone();
    if std::mem::take(&mut send.filled.dispatch) {
        send.frames.body = companion::body(profile);
    }
    send
}

/// Plainer sends, each with what it is: without marks in the IPv6 header, with everything
/// in line, in the device's simplest form, and a plain echo. Lies are not told on.
pub fn plainer(
    case: &TestCase,
    send: &Send,
    profile: &Profile,
) -> impl Iterator<Item = (Send, &'static str)> {
    let mut unmarked = send.clone();
    unmarked.datagram.header.traffic_class = 0;
    unmarked.datagram.header.flow_label = 0;
    let simplest = companion::simplest(case, send, profile).map(|mut simplest| {
        simplest.filled.sums_to_zero = send.filled.sums_to_zero;
        simplest
    });
    let in_line = simplest.clone().map(|mut in_line| {
        in_line.frames.body = Body::Iphc(IphcSpec::default());
        in_line
    });
    let echo = companion::plain_echo(profile, send.from);
    let forms = [
        (
            Some(unmarked),
            "the same with traffic class and flow label 0",
        ),
        (in_line, "the same with everything in line"),
        (simplest, "the same in the device's simplest form"),
        (Some(echo), "a plain echo"),
    ];
    forms
        .into_iter()
        .filter_map(|(form, what)| Some((form?, what)))
}

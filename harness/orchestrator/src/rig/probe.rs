//! What only trying tells: ND modes, the simplest form, the order of answers. Each
//! probe is a trial like any other, played before the first one.

use sixlo_agent_protocol::{HostMessage, NdMode, Setting};
use sixlo_frames::context::ContextTable;
use sixlo_frames::craft::{Body, FrameSpec, IphcSpec, NhcSpec, craft};
use sixlo_frames::iid;
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::{
    Echo, ExtensionBody, Icmpv6, Ipv6Header, Message, Packet, Payload, Udp,
};
use sixlo_judge::conclude::lost_each_way;
use sixlo_judge::evidence::{Evidence, Overheard, Stop};
use sixlo_judge::profile::{Addresses, Simplest};
use sixlo_judge::testcase::Need;
use sixlo_judge::trial::{Identity, Nonce, Stimulus, Trial, TrialStep};

use super::{Lane, RigError};
use crate::campaign::{Attempt, answered_in_order, play};
use crate::medium::{AirSettings, VirtualAir};

/// The modes to try, with what each offers.
const ND_MODES: [(NdMode, Need); 3] = [
    (NdMode::Router, Need::NdRouter),
    (NdMode::Host, Need::NdHost),
    (NdMode::Classic, Need::NdClassic),
];
/// Identifier of the echoes sent here: none of a trial's, which are drawn from its id.
const IDENTIFIER: u16 = 0x5158;
/// Pairs of a datagram that asks for an error and one that asks for a reply.
const PAIRS: u16 = 4;

/// Completes the lane's profile.
pub(super) fn probe(lane: &mut Lane) -> Result<(), RigError> {
    check_medium(lane)?;
    find_needs(lane)?;
    // About the device, not about the air.
    let quiet = VirtualAir::new(AirSettings {
        pause: lane.air.settings().pause,
        ..AirSettings::default()
    });
    let air = std::mem::replace(&mut lane.air, quiet);
    if find_simplest(lane) && !lane.profile.settles {
        find_order(lane);
    }
    if lane.profile.answers_echo && lane.spec().is_lossy {
        find_loss(lane);
    }
    lane.air = air;
    lane.keeps_order &= !lane.air.reorders();
    Ok(())
}

fn check_medium(lane: &mut Lane) -> Result<(), RigError> {
    lane.air.check().map_err(|why| RigError::Medium {
        dut: lane.profile.name.to_string(),
        why: why.to_string(),
    })
}

fn find_needs(lane: &mut Lane) -> Result<(), RigError> {
    for (mode, need) in ND_MODES {
        let setting = Setting::Nd(mode);
        if lane.ask(HostMessage::Configure { setting })? {
            lane.profile.offers.insert(need);
        }
    }
    // A device without the hook does what it does; nothing says that it is not RFC 4861.
    lane.profile.offers.insert(Need::NdClassic);
    if lane.ask(HostMessage::Reset)? {
        lane.profile.offers.insert(Need::Reset);
    }
    Ok(())
}

/// The form that an echo request is answered in; dut.yaml's where none is, or where
/// the device broke down: then the trials will say so.
fn find_simplest(lane: &mut Lane) -> bool {
    let stated = lane.profile.simplest;
    let other = match stated {
        Simplest::Ipv6 => Simplest::Iphc,
        Simplest::Iphc | Simplest::IphcExtensions => Simplest::Ipv6,
    };
    for form in [stated, other] {
        speak(lane, form);
        // The control makes the tester known: a cold neighbour cache may lose the first answer
        // (RFC 4861 7.2.2).
        let addresses = &lane.profile.addresses;
        let trial = Trial {
            control: Some(echo(addresses, form, 1)),
            ..trial(vec![echo(addresses, form, 0)])
        };
        let evidence = play(lane, &trial, Attempt::FIRST);
        if !answered(&evidence, &trial).is_empty() {
            lane.profile.answers_echo = true;
            return true;
        }
        if evidence.stop == Stop::Broken {
            break;
        }
    }
    speak(lane, stated);
    false
}

fn speak(lane: &mut Lane, form: Simplest) {
    lane.profile.simplest = form;
    lane.tester.speak(form);
}

/// Whether errors and replies keep the order of what caused them: some stacks answer
/// UDP in a thread of lower priority than echo.
fn find_order(lane: &mut Lane) {
    let (addresses, form) = (&lane.profile.addresses, lane.profile.simplest);
    let stimuli: Vec<Stimulus> = (0..PAIRS)
        .flat_map(|pair| {
            [
                closed_port(addresses, form, 2 * pair),
                echo(addresses, form, 2 * pair + 1),
            ]
        })
        .collect();
    // All of them in one breath.
    let burst = Stimulus {
        psdus: stimuli.iter().flat_map(|one| one.psdus.clone()).collect(),
        packet: stimuli[0].packet.clone(),
        from: Identity::Tester,
        nonce: Nonce::None,
    };
    let evidence = play(lane, &trial(vec![burst]), Attempt::FIRST);
    lane.keeps_order = answered_in_order(&evidence, &stimuli).is_sorted();
}

/// How much of what is sent gets lost, from exchanges that a device is known to answer. As
/// few as these show an upper bound only: with none of n lost, 3/n is one at 95 %. Where much
/// is lost, fewer tell as much, and each one lost is waited for.
fn find_loss(lane: &mut Lane) {
    const EXCHANGES: u16 = 400;
    const AT_ONCE: u16 = 40;
    /// So many lost tell the share to a fifth of it.
    const ENOUGH_LOST: usize = 24;
    let (mut asked, mut lost, mut overheard) = (0, 0, Overheard::default());
    while asked < EXCHANGES && lost < ENOUGH_LOST {
        let (addresses, form) = (&lane.profile.addresses, lane.profile.simplest);
        let requests: Vec<Stimulus> = (asked..asked + AT_ONCE)
            .map(|number| echo(addresses, form, number))
            .collect();
        let evidence = play(lane, &trial(requests.clone()), Attempt::FIRST);
        let mut answered = answered_in_order(&evidence, &requests);
        answered.sort_unstable();
        answered.dedup();
        lost += requests.len() - answered.len();
        asked += AT_ONCE;
        overheard = overheard.and(evidence.overheard.unwrap_or_default());
    }
    let exchanges = ((lost + 3) as f64 / f64::from(asked)).min(1.0);
    // An exchange is lost with either of its two frames. What a second radio missed of the
    // frames sent it misses of the answers, too.
    let missed = overheard.missed();
    lane.profile.loss = lost_each_way(exchanges.max(missed));
}

/// A few echo requests, whose answers are none of a trial's.
pub(super) fn hear_out(lane: &mut Lane) {
    const REQUESTS: u16 = 8;
    let (addresses, form) = (&lane.profile.addresses, lane.profile.simplest);
    let requests = (0..REQUESTS).map(|number| echo(addresses, form, number));
    let trial = trial(requests.collect());
    play(lane, &trial, Attempt::FIRST);
}

/// The stimuli of this trial that were answered.
pub(super) fn answered(evidence: &Evidence, trial: &Trial) -> Vec<usize> {
    let stimuli: Vec<Stimulus> = trial
        .steps
        .iter()
        .filter_map(|step| match step {
            TrialStep::Send(stimulus) => Some(stimulus.clone()),
            _ => None,
        })
        .collect();
    answered_in_order(evidence, &stimuli)
}

pub(super) fn trial(stimuli: Vec<Stimulus>) -> Trial {
    Trial {
        id: "probe".into(),
        case: "probe".into(),
        label: String::new(),
        dut: "".into(),
        level: None,
        colours: false,
        knobs: vec![],
        time: 1,
        given: vec![],
        contexts: ContextTable::new(),
        control: None,
        steps: stimuli.into_iter().map(TrialStep::Send).collect(),
        sentinel: None,
        then: vec![],
        features: vec![],
        dirty: true,
    }
}

/// A plain echo request to the device's link-local address.
pub(super) fn echo(addresses: &Addresses, form: Simplest, sequence: u16) -> Stimulus {
    let echo = Echo {
        identifier: IDENTIFIER,
        sequence,
        data: Vec::new(),
    };
    let nonce = Nonce::Echo {
        identifier: IDENTIFIER,
        sequence,
    };
    let message = Icmpv6::from(Message::EchoRequest(echo));
    stimulus(addresses, form, message.into(), nonce)
}

/// The same behind hop-by-hop options, a PadN alone: in line, or with NHC for them.
pub(super) fn echo_behind_options(
    addresses: &Addresses,
    form: Simplest,
    compressed: bool,
    sequence: u16,
) -> Stimulus {
    let mut stimulus = echo(addresses, form, sequence);
    let (tester, dut) = (addresses.tester.eui64, addresses.dut.eui64);
    let header = Ipv6Header::new(
        iid::link_local(iid::from_eui64(tester)),
        iid::link_local(iid::from_eui64(dut)),
    );
    let echo = Echo {
        identifier: IDENTIFIER,
        sequence,
        data: Vec::new(),
    };
    let packet = Packet::new(header, Icmpv6::from(Message::EchoRequest(echo)))
        .with_extension(ExtensionBody::HopByHop(Vec::new()));
    let nhc = match compressed {
        true => vec![NhcSpec::Extension {
            elide_padding: false,
        }],
        false => Vec::new(),
    };
    let body = match form {
        Simplest::Ipv6 => Body::Ipv6,
        _ => Body::Iphc(IphcSpec {
            nhc,
            ..IphcSpec::default()
        }),
    };
    stimulus.packet = packet.to_octets();
    stimulus.psdus = frames(addresses, body, &stimulus.packet);
    stimulus
}

/// A datagram to a port that nobody listens on.
fn closed_port(addresses: &Addresses, form: Simplest, number: u16) -> Stimulus {
    let [high, low] = number.to_be_bytes();
    let data = vec![0x51, 0x58, 0x0d, 0x1e, 0xa7, 0x7e, high, low];
    const DISCARD: u16 = 9;
    let udp = Udp::new(5683, DISCARD, data.clone());
    stimulus(addresses, form, udp.into(), Nonce::Quote(data))
}

fn stimulus(addresses: &Addresses, form: Simplest, payload: Payload, nonce: Nonce) -> Stimulus {
    let (tester, dut) = (addresses.tester.eui64, addresses.dut.eui64);
    let header = Ipv6Header::new(
        iid::link_local(iid::from_eui64(tester)),
        iid::link_local(iid::from_eui64(dut)),
    );
    let packet = Packet::new(header, payload).to_octets();
    let body = match form {
        Simplest::Ipv6 => Body::Ipv6,
        Simplest::Iphc | Simplest::IphcExtensions => Body::Iphc(IphcSpec::default()),
    };
    Stimulus {
        psdus: frames(addresses, body, &packet),
        packet,
        from: Identity::Tester,
        nonce,
    }
}

/// A packet's one frame, from the tester to the device: those here are small enough for it in any form.
fn frames(addresses: &Addresses, body: Body, packet: &[u8]) -> Vec<Vec<u8>> {
    let spec = FrameSpec {
        mac: MacFrame::data(
            1,
            addresses.pan_id,
            MacAddress::Extended(addresses.dut.eui64),
            MacAddress::Extended(addresses.tester.eui64),
        ),
        body,
        ..FrameSpec::default()
    };
    craft(&spec, packet).unwrap_or_default()
}

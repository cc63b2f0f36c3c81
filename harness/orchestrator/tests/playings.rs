//! A case in captures of others: an injector with its own addresses and identifiers plays
//! it to a device, and a sniffer hears what it hears.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::Duration;

use sixlo_frames::craft::{Body, FrameSpec, craft};
use sixlo_frames::mac::{MacAddress, MacFrame};
use sixlo_frames::packet::{Echo, Icmpv6, Ipv6Header, Message, Packet};
use sixlo_harness::catalogue::compile::{CONTROL, Numbers, with_numbers};
use sixlo_harness::catalogue::{Catalogue, Parameters, able_to_everything, load};
use sixlo_harness::playings::{Playings, Search, Unheard, texts};
use sixlo_judge::passive::Heard;
use sixlo_judge::testcase::TestCase;
use sixlo_judge::trial::{Nonce, Stimulus, Trial, TrialStep};
use sixlo_judge::verdict::Verdict;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../testcases")
}

/// Addresses of a lab of somebody else's.
fn elsewhere() -> Parameters {
    let mut parameters = Parameters::default();
    let addresses = &mut parameters.addresses;
    addresses.pan_id = 0x1aaa;
    addresses.tester.eui64 = [0x00, 0x12, 0x4b, 0x00, 0x14, 0xb5, 0xd9, 0x01];
    addresses.dut.eui64 = [0x00, 0x12, 0x4b, 0x00, 0x06, 0x0d, 0x9b, 0x72];
    parameters
}

/// What a sniffer hears, frame by frame.
#[derive(Default)]
struct Air {
    frames: Vec<(Duration, Vec<u8>)>,
    now: Duration,
}

impl Air {
    fn send(&mut self, psdu: &[u8]) {
        self.now += Duration::from_millis(5);
        self.frames
            .push((self.now, psdu[..psdu.len() - 2].to_vec()));
    }

    /// Frames with the sequence numbers and settings of another MAC.
    fn inject(&mut self, stimulus: &Stimulus, sequence_number: u8) {
        for psdu in &stimulus.psdus {
            let mut psdu = psdu.clone();
            psdu[0] ^= 0b0010_0000;
            psdu[2] = sequence_number;
            self.send(&psdu);
        }
    }

    /// The device's echo reply to a stimulus, its data changed by `change`.
    fn reply(&mut self, stimulus: &Stimulus, change: impl Fn(&mut [u8])) {
        let addresses = elsewhere().addresses;
        let Nonce::Echo {
            identifier,
            sequence,
        } = stimulus.nonce
        else {
            panic!("no echo");
        };
        let address = |at: usize| -> std::net::Ipv6Addr {
            let octets: [u8; 16] = stimulus.packet[at..at + 16].try_into().unwrap();
            octets.into()
        };
        let mut data = stimulus.packet[48..].to_vec();
        change(&mut data);
        let reply = Message::EchoReply(Echo {
            identifier,
            sequence,
            data,
        });
        let packet = Packet::new(
            Ipv6Header::new(address(24), address(8)),
            Icmpv6::from(reply),
        );
        let spec = FrameSpec {
            mac: MacFrame::data(
                7,
                addresses.pan_id,
                MacAddress::Extended(addresses.tester.eui64),
                MacAddress::Extended(addresses.dut.eui64),
            ),
            body: Body::Ipv6,
            ..FrameSpec::default()
        };
        craft(&spec, &packet.to_octets())
            .unwrap()
            .iter()
            .for_each(|psdu| self.send(psdu));
    }

    fn pass(&mut self, time: Duration) {
        self.now += time;
    }
}

struct Lab {
    catalogue: Catalogue,
    case: TestCase,
}

impl Lab {
    fn new(id: &str) -> Self {
        let catalogue = load(&root(), &Parameters::default()).unwrap();
        let case = catalogue.case(&id.into()).unwrap().clone();
        Lab { catalogue, case }
    }

    fn search(&self) -> Result<Search, Unheard> {
        let text = |path: &str| std::fs::read_to_string(root().join(format!("{path}.yaml")));
        let texts = texts(&self.catalogue, &self.case, text).unwrap();
        Search::new(texts, Parameters::default()).unwrap()
    }

    /// The case as it is played elsewhere, with numbers from nowhere.
    fn trial(&self, seed: u16) -> Trial {
        let parameters = elsewhere();
        let case = load(&root(), &parameters).unwrap();
        let case = case.case(&self.case.id).unwrap();
        let drawn = |more: u16| Numbers {
            bc0: 9,
            tag: seed + more,
            identifier: 0xbeef,
            sequence: seed + more,
            data: [5; 8],
        };
        let numbers = BTreeMap::from([(0, drawn(0)), (CONTROL, drawn(100))]);
        let profile = able_to_everything(&parameters);
        with_numbers(case, "", &profile, &parameters, &numbers).unwrap()
    }

    fn heard(&self, air: &Air) -> Playings {
        let mut search = self.search().unwrap();
        for (number, (at, mac)) in (1..).zip(&air.frames) {
            search.hear(Heard {
                number,
                at: *at,
                mac,
                fcs_right: true,
            });
        }
        search.end()
    }
}

fn stimulus(trial: &Trial) -> &Stimulus {
    match &trial.steps[0] {
        TrialStep::Send(stimulus) => stimulus,
        other => panic!("{other:?}"),
    }
}

fn verdicts(heard: &Playings) -> Vec<Verdict> {
    let playings = heard.playings.iter();
    playings.map(|playing| playing.judgement.verdict).collect()
}

fn as_it_is(_: &mut [u8]) {}

fn spoilt(data: &mut [u8]) {
    data[0] ^= 0xff;
}

#[test]
fn playings_are_told_apart_whatever_the_injector_calls_itself() {
    let lab = Lab::new("uncompressed-echo");
    let mut air = Air::default();
    for (seed, answers) in [(1, true), (2, false), (3, true)] {
        let trial = lab.trial(seed);
        air.inject(stimulus(&trial), seed as u8);
        if answers {
            air.reply(stimulus(&trial), as_it_is);
        }
        air.pass(Duration::from_secs(1));
    }
    let heard = lab.heard(&air);
    use Verdict::{Inconc, Pass};
    assert_eq!(verdicts(&heard), [Pass, Inconc, Pass], "{heard:#?}");
    let packets: Vec<&[u64]> = heard
        .playings
        .iter()
        .map(|playing| playing.packets.as_slice())
        .collect();
    assert_eq!(packets, [&[1, 2][..], &[3], &[4, 5]]);
}

#[test]
fn a_wrong_answer_fails_only_beside_a_control_that_was_answered_rightly() {
    let lab = Lab::new("uncompressed-echo");
    let trial = lab.trial(4);
    let mut air = Air::default();
    air.inject(stimulus(&trial), 1);
    air.reply(stimulus(&trial), spoilt);
    assert_eq!(verdicts(&lab.heard(&air)), [Verdict::Inconc]);

    let control = trial.control.as_ref().unwrap();
    let mut air = Air::default();
    air.inject(control, 1);
    air.reply(control, as_it_is);
    air.inject(stimulus(&trial), 2);
    air.reply(stimulus(&trial), spoilt);
    let heard = lab.heard(&air);
    assert_eq!(verdicts(&heard), [Verdict::Fail], "{heard:#?}");
    assert_eq!(heard.playings[0].packets, [1, 2, 3, 4]);
}

#[test]
fn what_the_mac_repeats_is_one_frame_and_an_acknowledgement_proves_its_arrival() {
    let lab = Lab::new("uncompressed-echo");
    let trial = lab.trial(5);
    let mut air = Air::default();
    air.inject(stimulus(&trial), 0x42);
    air.inject(stimulus(&trial), 0x42);
    air.reply(stimulus(&trial), as_it_is);
    assert_eq!(verdicts(&lab.heard(&air)), [Verdict::Pass]);

    let frame = &stimulus(&trial).psdus[0];
    for (sequence_number, arrived) in [(frame[2], 1), (frame[2].wrapping_add(1), 0)] {
        let mut air = Air::default();
        air.send(frame);
        // IEEE 802.15.4-2006 7.2.2.3: frame control, sequence number, FCS.
        air.send(&[0x02, 0x00, sequence_number, 0, 0]);
        let heard = lab.heard(&air);
        assert_eq!(heard.playings[0].arrived, (1, arrived), "{heard:#?}");
        // It arrived, and yet the sniffer may have missed the answer.
        assert_eq!(verdicts(&heard), [Verdict::Inconc]);
    }
}

#[test]
fn another_frame_is_not_the_case_and_what_is_different_is_told() {
    let lab = Lab::new("uncompressed-echo");
    let trial = lab.trial(6);
    let mut other = stimulus(&trial).clone();
    // The hop limit: behind MAC header, dispatch and seven octets.
    let at = other.psdus[0].len() - 2 - other.packet.len() + 7;
    other.psdus[0][at] = 3;
    let mut air = Air::default();
    air.inject(&other, 1);
    let heard = lab.heard(&air);
    assert!(heard.playings.is_empty(), "{heard:#?}");
    let (packet, differences) = heard.nearest.unwrap();
    assert_eq!(packet, 1);
    assert_eq!(differences, ["ipv6.hop_limit 3 (in the case: 64 (0x40))"]);
    assert!(
        heard.first_frame.starts_with("61 dc .. cd ab"),
        "{}",
        heard.first_frame
    );
    // Nor is a frame whose checksum is wrong.
    let mut wrong = stimulus(&trial).clone();
    let checksum = wrong.psdus[0].len() - 2 - wrong.packet.len() + 42;
    wrong.psdus[0][checksum] ^= 1;
    let mut air = Air::default();
    air.inject(&wrong, 1);
    assert!(lab.heard(&air).playings.is_empty());
}

#[test]
fn what_no_sniffer_hears_is_said_beforehand() {
    let catalogue = load(&root(), &Parameters::default()).unwrap();
    let why_not = |step: &str| {
        let has = |case: &&TestCase| {
            let path = root().join(format!("{}.yaml", case.path));
            case.sweep.is_none() && std::fs::read_to_string(path).unwrap().contains(step)
        };
        let lab = Lab {
            case: catalogue.cases.iter().find(has).unwrap().clone(),
            catalogue: catalogue.clone(),
        };
        lab.search().err()
    };
    assert_eq!(why_not("\n  - reset"), Some(Unheard::Reset));
    assert_eq!(why_not("\n  - send-ipv6"), Some(Unheard::SendIpv6));
    assert_eq!(
        Lab::new("wrong-fcs").search().err(),
        Some(Unheard::WrongFcs)
    );
}

use std::collections::BTreeSet;
use std::fs::{self, File};
use std::io::Write;
use std::os::unix::fs::symlink;
use std::path::Path;
use std::time::Duration;

use proptest::prelude::*;
use sixlo_judge::evidence::{Cause, Event, Evidence, Phase, Stop, What};
use sixlo_judge::link::Link;
use sixlo_judge::meta::TrialMeta;
use sixlo_judge::profile::{Addresses, Claims, Node, Profile, Simplest, Tap};
use sixlo_judge::verdict::Judgement;

use super::*;

#[test]
fn what_was_recorded_reads_back_whole() {
    let runs = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(runs.path(), header()).unwrap();
    journal.opened(&profile("one")).unwrap();
    let attempts = [
        attempt("one", "a", all_events()),
        attempt("two", "a", vec![]),
        attempt("one", "b", vec![heard(3, &[9; 127])]),
    ];
    for attempt in &attempts {
        journal.append(attempt).unwrap();
    }
    journal.flush().unwrap();

    assert_eq!(latest(runs.path()).unwrap(), journal.folder());
    let recorded = Recorded::read(journal.folder()).unwrap();
    assert_eq!(recorded.header.profiles, [profile("one")]);
    for (n, attempt) in attempts.iter().enumerate() {
        assert_eq!(recorded.evidence(n).unwrap(), attempt.evidence);
        assert_eq!(recorded.lines[n].judgement, attempt.judgement);
        assert_eq!(recorded.lines[n].trial, attempt.trial);
    }
    let places: Vec<_> = recorded.lines.iter().map(|line| line.capture).collect();
    let numbers: Vec<_> = places
        .iter()
        .map(|place| (place.first, place.packets))
        .collect();
    assert_eq!(numbers, [(1, 3), (1, 0), (4, 1)]);
}

#[test]
fn a_killed_run_is_carried_on() {
    let runs = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(runs.path(), header()).unwrap();
    journal.opened(&profile("one")).unwrap();
    journal.opened(&profile("two")).unwrap();
    let first = attempt("one", "a", all_events());
    journal.append(&first).unwrap();
    journal.flush().unwrap();
    let folder = journal.folder().to_owned();
    drop(journal);
    // Killed between the packets of `one` and their line, within a packet of
    // `two`, and within a line.
    let whole = fs::read(folder.join("trials.jsonl")).unwrap();
    append_to(&capture_path(&folder, "one"), &[0; 1000]);
    append_to(&capture_path(&folder, "two"), &[10, 13]);
    append_to(&folder.join("trials.jsonl"), &whole[..whole.len() - 1]);

    let recorded = Recorded::read(&folder).unwrap();
    assert_eq!(recorded.lines.len(), 1);
    let mut journal = Journal::resume(&recorded).unwrap();
    let second = attempt("one", "b", all_events());
    let third = attempt("two", "b", all_events());
    journal.append(&second).unwrap();
    journal.append(&third).unwrap();
    journal.flush().unwrap();

    let recorded = Recorded::read(&folder).unwrap();
    for (n, attempt) in [first, second, third].iter().enumerate() {
        assert_eq!(recorded.evidence(n).unwrap(), attempt.evidence);
    }
    assert_eq!(recorded.lines[1].capture.first, 4);
    for dut in ["one", "two"] {
        let file = File::open(capture_path(&folder, dut)).unwrap();
        let blocks = pcap_file::pcapng::PcapNgReader::new(file).unwrap();
        blocks.into_iter().for_each(|block| drop(block.unwrap()));
    }
}

#[test]
fn a_full_disk_is_said_and_leaves_what_was_recorded() {
    let runs = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(runs.path(), header()).unwrap();
    let first = attempt("one", "a", all_events());
    journal.append(&first).unwrap();
    journal.flush().unwrap();
    let folder = journal.folder().to_owned();
    // The capture of `two` lies on a disk that is full.
    symlink("/dev/full", capture_path(&folder, "two")).unwrap();
    let recorder = Recorder::start(journal);
    let lane = recorder.handle();
    let flood = (0..500).map(|n| heard(n, &[1; 127])).collect();
    for attempt in [
        attempt("one", "b", all_events()),
        attempt("two", "b", flood),
    ] {
        let _ = lane.record(Entry::Attempts(vec![attempt]));
    }
    drop(lane);
    let Err(error) = recorder.finish() else {
        panic!("a full disk went unnoticed")
    };

    let said = error.to_string().replace(folder.to_str().unwrap(), "RUN");
    insta::assert_snapshot!(said, @"cannot write RUN/two.pcapng: No space left on device (os error 28); what was recorded before stays valid: make room, then `sixlo run --resume RUN`");
    let recorded = Recorded::read(&folder).unwrap();
    assert_eq!(recorded.evidence(0).unwrap(), first.evidence);
    for line in 0..recorded.lines.len() {
        recorded.evidence(line).unwrap();
    }
    // Packets without a line are gone: the capture ends where its last line says.
    let last = recorded.lines.iter().map(|line| line.capture.end).max();
    let length = fs::metadata(capture_path(&folder, "one")).unwrap().len();
    assert_eq!(Some(length), last);
}

#[test]
fn lanes_learn_that_the_recorder_has_stopped() {
    let runs = tempfile::tempdir().unwrap();
    let journal = Journal::create(runs.path(), header()).unwrap();
    symlink("/dev/full", capture_path(journal.folder(), "one")).unwrap();
    let recorder = Recorder::start(journal);
    let lane = recorder.handle();
    let entry = || Entry::Attempts(vec![attempt("one", "a", all_events())]);
    // The queue is finite, so this ends only when the recorder does.
    while lane.record(entry()).is_ok() {}
    drop(lane);
    assert!(recorder.finish().is_err());
}

#[test]
fn damage_is_named_with_its_place() {
    let runs = tempfile::tempdir().unwrap();
    let says = |error: JournalError| {
        let text = error.to_string();
        text.replace(runs.path().to_str().unwrap(), "RUNS")
            .replace(&header().started.name(), "TIME")
    };
    let mut said = vec![
        says(latest(runs.path()).unwrap_err()),
        says(Recorded::read(runs.path()).unwrap_err()),
    ];

    let mut journal = Journal::create(runs.path(), header()).unwrap();
    journal.append(&attempt("one", "a", all_events())).unwrap();
    journal.flush().unwrap();
    let folder = journal.folder().to_owned();
    let capture = File::options()
        .write(true)
        .open(capture_path(&folder, "one"))
        .unwrap();
    capture.set_len(20).unwrap();
    let recorded = Recorded::read(&folder).unwrap();
    let Err(error) = Journal::resume(&recorded) else {
        panic!("a cut capture went unnoticed")
    };
    said.push(says(error));

    append_to(&folder.join("trials.jsonl"), b"{\"trial\":1}\n");
    said.push(says(Recorded::read(&folder).unwrap_err()));
    let line = fs::read_to_string(folder.join("trials.jsonl")).unwrap();
    let line = line.lines().next().unwrap();
    let elsewhere = line.replace("\"one\"", "\"../../one\"") + "\n";
    fs::write(folder.join("trials.jsonl"), elsewhere).unwrap();
    said.push(says(Recorded::read(&folder).unwrap_err()));
    fs::write(folder.join("run.json"), "{}").unwrap();
    said.push(says(Recorded::read(&folder).unwrap_err()));
    insta::assert_snapshot!(said.join("\n"));
}

#[test]
fn two_runs_in_one_second_have_two_folders() {
    let runs = tempfile::tempdir().unwrap();
    let one = Journal::create(runs.path(), header()).unwrap();
    let other = Journal::create(runs.path(), header()).unwrap();
    assert_ne!(one.folder(), other.folder());
    assert_eq!(latest(runs.path()).unwrap(), other.folder());
}

#[test]
fn a_line_whose_packets_are_another_ones_is_refused() {
    let runs = tempfile::tempdir().unwrap();
    let mut journal = Journal::create(runs.path(), header()).unwrap();
    journal.append(&attempt("one", "a", all_events())).unwrap();
    journal.flush().unwrap();
    let mut recorded = Recorded::read(journal.folder()).unwrap();
    let says = |recorded: &Recorded| {
        let text = recorded.evidence(0).unwrap_err().to_string();
        text.rsplit_once(": ").unwrap().1.to_owned()
    };
    let sent = recorded.lines[0].events.remove(0);
    assert_eq!(
        says(&recorded),
        "event 1 and packet 1 of this attempt differ in kind"
    );
    recorded.lines[0].events.insert(0, sent.clone());
    recorded.lines[0].events.push(sent);
    assert_eq!(
        says(&recorded),
        "event 13 needs a packet, and the capture holds only 3 of this attempt"
    );
    recorded.lines[0].events.truncate(2);
    assert_eq!(
        says(&recorded),
        "the capture holds 3 packets of this attempt, its events account for 2"
    );
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn any_evidence_survives(events in prop::collection::vec(any_event(), 0..20), broken: bool) {
        let runs = tempfile::tempdir().unwrap();
        let mut journal = Journal::create(runs.path(), header()).unwrap();
        let mut attempt = attempt("one", "a", events);
        attempt.evidence.stop = if broken { Stop::Broken } else { Stop::Sentinel };
        journal.append(&attempt).unwrap();
        journal.flush().unwrap();
        let recorded = Recorded::read(journal.folder()).unwrap();
        prop_assert_eq!(recorded.evidence(0).unwrap(), attempt.evidence);
    }
}

fn any_event() -> impl Strategy<Value = Event> {
    let octets = || prop::collection::vec(any::<u8>(), 0..130);
    let cause = prop_oneof![Just(Cause::Trial), Just(Cause::Automatic)];
    let what = prop_oneof![
        (octets(), cause, any::<bool>()).prop_map(|(psdu, cause, taken)| What::Sent {
            psdu,
            cause,
            taken
        }),
        octets().prop_map(What::Heard),
        octets().prop_map(What::Delivered),
        any::<Option<u64>>().prop_map(|next_timer_us| What::Settled { next_timer_us }),
        (".*", ".*").prop_map(|(what, why)| What::Refused(what, why)),
        ".*".prop_map(What::Fault),
        any::<u64>().prop_map(What::Hung),
    ];
    let phase = prop_oneof![
        Just(Phase::Given),
        Just(Phase::Control),
        any::<u16>().prop_map(Phase::Step),
        Just(Phase::Sentinel),
    ];
    // A lane's clock of a century.
    (0..3_155_760_000_000_000_u64, phase, what).prop_map(|(at_us, phase, what)| Event {
        at_us,
        phase,
        what,
    })
}

fn all_events() -> Vec<Event> {
    let sent = What::Sent {
        psdu: vec![1, 2, 3],
        cause: Cause::Automatic,
        taken: true,
    };
    let whats = [
        sent,
        What::Heard(vec![4, 5]),
        What::Delivered(vec![0x60; 40]),
        What::Settled {
            next_timer_us: Some(7),
        },
        What::Unsupported("mesh-hops".to_owned()),
        What::Refused("context".to_owned(), "only /64".to_owned()),
        What::Rebooted,
        What::Exited("killed by signal 6".to_owned()),
        What::Hung(2000),
        What::Flooded,
        What::Late("another trial".to_owned()),
        What::Fault("no probe".to_owned()),
    ];
    (0..)
        .zip(whats)
        .map(|(at_us, what)| Event {
            at_us,
            phase: Phase::Step(0),
            what,
        })
        .collect()
}

fn heard(at_us: u64, psdu: &[u8]) -> Event {
    Event {
        at_us,
        phase: Phase::Control,
        what: What::Heard(psdu.to_vec()),
    }
}

fn attempt(dut: &str, case: &str, events: Vec<Event>) -> Attempt {
    let trial = TrialMeta {
        id: format!("{dut}-{case}").as_str().into(),
        case: case.into(),
        label: "sam=64-bit".to_owned(),
        dut: dut.into(),
        level: Some(1),
        colours: true,
        knobs: vec![],
        time: 1,
    };
    let evidence = Evidence {
        trial: Some(trial.id.clone()),
        attempt: 1,
        relaxed: false,
        events,
        stop: Stop::Settled,
        lossless: true,
        disturbed: false,
        on_air: Default::default(),
        overheard: None,
    };
    Attempt {
        trial,
        evidence,
        judgement: Judgement::undecided("no judge was asked"),
    }
}

fn header() -> Header {
    Header {
        sixlo: "0.1.0".to_owned(),
        started: Started::from(1_772_323_199),
        catalogue: "0".repeat(64),
        parameters: None,
        selection: Selection::default(),
        profiles: vec![],
        left_out: vec![],
        rejudged: None,
        embargo: None,
        rack: None,
    }
}

fn profile(name: &str) -> Profile {
    let node = |last| Node {
        eui64: [2, 0, 0, 0, 0, 0, 0, last],
        short: last.into(),
    };
    Profile {
        name: name.into(),
        stack: "stack 1.2.3".to_owned(),
        build: String::new(),
        offers: BTreeSet::new(),
        claims: Claims::default(),
        done_by_port: vec![],
        simplest: Simplest::Iphc,
        addresses: Addresses {
            pan_id: 0xabcd,
            dut: node(2),
            tester: node(1),
            peer: node(3),
            prefix: "2001:db8::".parse().unwrap(),
        },
        link: Link::Plain,
        settles: true,
        virtual_time: true,
        tap: Tap::None,
        reply_within: Duration::from_secs(1),
        reassembly_timeout: Duration::from_secs(60),
        reset_is_cheap: true,
        answers_echo: true,
        class_unsupported_type: 253,
        contexts: Default::default(),
        loss: 0.0,
        withheld: Vec::new(),
    }
}

fn append_to(path: &Path, octets: &[u8]) {
    let mut file = File::options()
        .append(true)
        .create(true)
        .open(path)
        .unwrap();
    file.write_all(octets).unwrap();
}

//! How fast trials are played: `cargo run --release -p sixlo-harness --example rate -- NAME…`
//!
//! It is its own device under test, as `sixlo` is: `rate dut NAME`. With `SHOW=all` it
//! prints a line a trial, with `SHOW=CASE` that case's evidence, too.

use std::path::Path;
use std::process::ExitCode;
use std::time::Instant;

use sixlo_harness::campaign::{Attempt, play};
use sixlo_harness::catalogue::{Parameters, compile, load, load_ports};
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{DutSpec, Lane, LaneSettings, Program};
use sixlo_judge::calibration::Calibration;
use sixlo_judge::judge::judge;
use sixlo_judge::testcase::TestCase;
use sixlo_judge::trial::Trial;

fn main() -> ExitCode {
    sixlo_host_duts::run_if_guest();
    let mut words = std::env::args_os().skip(1).peekable();
    if words.next_if(|word| word == "dut").is_some() {
        return sixlo_host_duts::main(words.collect::<Vec<_>>());
    }
    for name in words {
        measure(&name.to_string_lossy());
    }
    ExitCode::SUCCESS
}

fn measure(name: &str) {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let parameters = Parameters::default();
    let catalogue = load(&root.join("testcases"), &parameters).expect("catalogue");
    let ports = load_ports(&root.join("firmware-under-test/ports")).expect("ports");
    let duts = ports.iter().flat_map(|port| &port.duts);
    let known = duts.map(|dut| &dut.spec).find(|spec| spec.name.0 == name);
    let spec = known.cloned().unwrap_or_else(|| DutSpec {
        name: name.into(),
        program: Program::Own {
            name: name.to_owned(),
            arguments: vec![],
        },
        ..ports[0].duts[0].spec.clone()
    });
    let settings = LaneSettings {
        addresses: parameters.addresses.clone(),
        air: AirSettings::default(),
        cpu: Some(0),
    };
    let begin = Instant::now();
    let mut lane = Lane::open(spec, settings).expect("lane");
    println!("{name}: opened and probed in {:?}", begin.elapsed());
    let profile = lane.profile().clone();
    let trials: Vec<(&TestCase, Trial)> = catalogue
        .cases
        .iter()
        .flat_map(|case| {
            let compiled = compile(case, &profile, &parameters).trials;
            compiled.into_iter().map(move |trial| (case, trial))
        })
        .collect();
    let begin = Instant::now();
    let played: Vec<_> = trials
        .iter()
        .map(|(case, trial)| {
            let begin = Instant::now();
            let evidence = play(&mut lane, trial, Attempt::FIRST);
            (*case, trial, evidence, begin.elapsed())
        })
        .collect();
    let took = begin.elapsed();
    let rate = played.len() as f64 / took.as_secs_f64();
    println!("{} trials in {took:?}: {rate:.0}/s", played.len());
    let calibration = Calibration::default();
    let begin = Instant::now();
    let mut verdicts = std::collections::BTreeMap::new();
    for (case, trial, evidence, _) in &played {
        let judgement = judge(case, trial, &profile, &calibration, evidence);
        let key = format!("{:?} {:?}", judgement.verdict, judgement.outcome);
        *verdicts.entry(key).or_insert(0) += 1;
        if std::env::var("SHOW").is_ok_and(|id| id == trial.case.0) {
            for event in &evidence.events {
                println!("  {} {:?} {:02x?}", event.at_us, event.phase, event.what);
            }
        }
        if std::env::var_os("SHOW").is_some() {
            println!(
                "{} {}: {:?} {:?} {}{}",
                trial.case,
                trial.label,
                judgement.verdict,
                judgement.outcome,
                judgement.observed,
                judgement.cause
            );
        }
    }
    let took = begin.elapsed();
    let rate = played.len() as f64 / took.as_secs_f64();
    println!("judged at {rate:.0}/s: {verdicts:?}");
    let mut slowest: Vec<_> = played.iter().collect();
    slowest.sort_by_key(|(.., took)| std::cmp::Reverse(*took));
    for (_, trial, _, took) in slowest.iter().take(5) {
        println!("  {took:?} {} {}", trial.case, trial.label);
    }
    rate_of_one(&mut lane, &trials);
}

/// One usual trial, control and stimulus, again and again.
fn rate_of_one(lane: &mut Lane, trials: &[(&TestCase, Trial)]) {
    const ROUNDS: u32 = 20_000;
    let Some((_, trial)) = trials
        .iter()
        .find(|(case, trial)| case.id.0 == "stateless-both-elided" && trial.control.is_some())
    else {
        return;
    };
    let begin = Instant::now();
    let mut rounds = 0;
    while rounds < ROUNDS && begin.elapsed().as_secs() < 5 {
        play(lane, trial, Attempt::FIRST);
        rounds += 1;
    }
    let each = begin.elapsed() / rounds;
    println!("{} again and again: {each:?} each", trial.case);
}

//! The command line.

pub mod rack;

use std::net::Ipv6Addr;
use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use sixlo_frames::context::Context;
use sixlo_judge::day::Day;

pub use rack::{Agent, Rack};

/// Judges how well 6LoWPAN stacks interoperate.
#[derive(Debug, Parser)]
#[command(name = "sixlo", version, arg_required_else_help = true)]
pub struct Arguments {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
    /// The folder that holds testcases/ and firmware-under-test/; found upwards
    /// from here if it is left out.
    #[arg(long, global = true, value_name = "DIR")]
    pub root: Option<PathBuf>,
}

/// What to do.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Play cases on devices, judge them, and show the matrix.
    Run(Run),
    /// Show what a run came to.
    Report(Report),
    /// Judge a recorded run again, and list the verdicts that change.
    Rejudge(Rejudge),
    /// Judge captures that people made: pcap or pcapng, of any sniffer.
    Judge(Judge),
    /// Set a run against another: what newly fails, what is fixed, what else changed.
    ///
    /// Exits with 1 if something fails that did not fail before, with 3 if something that was decided
    /// is undecided or was not played, with 4 if no trial is in both, with 5 for trouble of the bench
    /// in what changed, and else with 0. What known.yaml explains is shown, and adds nothing to it.
    Diff(Diff),
    /// Pack a run into one zip, check one, or unpack it.
    #[command(subcommand)]
    Bundle(Bundle),
    /// Hold a run against what a project accepts for now, in CI.
    ///
    /// Exits with 0 if nothing is unexpected but what the baseline accepts; with 1 if something is;
    /// with 2 if an entry of the baseline is wrong, has expired or no longer applies; with 3 if
    /// something is undecided, or less was played than the baseline wants; with 4 if nothing was
    /// judged; with 5 for trouble of the bench. What known.yaml explains needs no entry.
    Gate(Gate),
    /// Explain a case, or a cell of a run's matrix.
    Explain(Explain),
    /// Find the smallest difference from a frame that passes which still fails, by trying.
    Shrink(Shrink),
    /// Tell what brought devices down in a run: each cause with the fewest frames that do it again.
    ///
    /// Exits with 0 if known.yaml explains all of them, with 1 if it does not, with 3 if one does not
    /// come about again.
    Crashes(Crashes),
    /// Check the whole catalogue and every port's files.
    Lint,
    /// Look at the test cases.
    #[command(subcommand)]
    Catalogue(Catalogue),
    /// Test the harness: seeded faults, broken devices, and correct ones that are unusual.
    Selftest,
    /// Measure how fast the harness is on this machine.
    Bench(Bench),
    /// Look at the stacks that can be tested.
    #[command(subcommand)]
    Stack(Stack),
    /// Look after boards on a desk or in a rack.
    #[command(subcommand)]
    Rack(Rack),
}

/// What to run.
#[derive(Debug, Args)]
pub struct Run {
    /// Cases: ids, folders such as rfc6282/3.1.1, topics, origins such as TD_6Lo_HC_03, levels such as level-2, or
    /// patterns with * and ?; all of them if none is given. What they build on is played with them.
    #[arg(value_name = "CASE")]
    pub cases: Vec<String>,
    /// A device, by name or pattern; may be given several times. All if left out.
    #[arg(long, value_name = "NAME")]
    pub dut: Vec<String>,
    /// Play on the boards of this rack in place of the devices that run here.
    #[arg(long, value_name = "FILE", conflicts_with = "image")]
    pub rack: Option<PathBuf>,
    /// Take this file for the image of a device that needs one; may be given several times.
    #[arg(long, value_name = "NAME=PATH")]
    pub image: Vec<String>,
    /// Take products of sweeps whole, in place of arrays that cover every three values.
    #[arg(long)]
    pub full: bool,
    /// Play every trial so many times, one round after the other, each with nonces of its own.
    #[arg(long, value_name = "N", default_value_t = 1, value_parser = clap::value_parser!(u16).range(1..=1000))]
    pub repeat: u16,
    /// A SHOULD that is not kept is a fail.
    #[arg(long)]
    pub strict: bool,
    /// Everything random comes from this number.
    #[arg(long, value_name = "N", default_value_t = 1)]
    pub seed: u64,
    /// Play in an order drawn from the seed.
    #[arg(long)]
    pub shuffle: bool,
    /// Let the air lose this share of all frames, each way.
    #[arg(long, value_name = "0..0.5", default_value_t = 0.0, value_parser = up_to_half)]
    pub loss: f64,
    /// Let this share of all frames arrive twice.
    #[arg(long, value_name = "0..0.5", default_value_t = 0.0, value_parser = up_to_half)]
    pub duplicate: f64,
    /// Let the frames behind it overtake this share of all frames.
    #[arg(long, value_name = "0..0.5", default_value_t = 0.0, value_parser = up_to_half)]
    pub reorder: f64,
    /// Keep each frame under way for up to so many milliseconds, drawn from the seed.
    #[arg(long, value_name = "MS", default_value_t = 0, value_parser = clap::value_parser!(u32).range(..=1000))]
    pub delay: u32,
    /// Let frames take as long as at 250 kbit/s.
    #[arg(long)]
    pub pace: bool,
    /// Publish no crash before this day that known.yaml does not explain.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub embargo: Option<Day>,
    /// A file of other addresses, prefixes, ports.
    #[arg(long, value_name = "FILE")]
    pub parameters: Option<PathBuf>,
    /// List what would be played, and play nothing.
    #[arg(long)]
    pub dry_run: bool,
    /// Show every trial, passed ones too.
    #[arg(long, short)]
    pub verbose: bool,
    /// Where the run's folder is made.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
    /// Carry on a run that was ended before its time.
    #[arg(long, value_name = "DIR", conflicts_with_all = ["cases", "dut", "rack", "full", "repeat", "strict", "seed", "shuffle", "loss", "duplicate", "reorder", "delay", "pace", "embargo", "parameters", "dry_run", "runs"])]
    pub resume: Option<PathBuf>,
}

fn up_to_half(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(share) if (0.0..=0.5).contains(&share) => Ok(share),
        _ => Err("allowed: a share from 0 to 0.5".to_owned()),
    }
}

/// What to show.
#[derive(Debug, Args)]
pub struct Report {
    /// The run's folder; the last run if it is left out.
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// For whom.
    #[arg(long, value_enum, default_value_t = Format::Terminal)]
    pub format: Format,
    /// Write it into this file.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// The device whose badge it is; to be left out if there is one only.
    #[arg(long, value_name = "NAME")]
    pub dut: Option<String>,
    /// Show the draft's own matrix of 2019 beside the run's, every difference explained. Exits with 1
    /// if one is not, with 2 if an explanation no longer applies, with 3 if a cell is undecided.
    #[arg(long, value_enum, value_name = "WHAT", conflicts_with = "dut")]
    pub expect: Option<Expect>,
    #[command(flatten)]
    pub embargo: Embargo,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

/// What becomes of crashes that are not to be published yet.
#[derive(Debug, Clone, Copy, Args)]
pub struct Embargo {
    /// What becomes of cells that hold crashes under an embargo. Left out, a terminal shows them,
    /// and whatever goes into a file or another format withholds them.
    #[arg(long, value_enum, value_name = "WHAT")]
    pub embargoed: Option<Embargoed>,
    /// The day it is taken to be, in place of the clock's.
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub today: Option<Day>,
}

/// What becomes of cells that hold crashes under an embargo.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Embargoed {
    /// They say nothing but how many trials are withheld, and until when.
    Withhold,
    /// They are shown as any other.
    Include,
}

/// What a run is expected to be like.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Expect {
    /// Figure 2 of the draft, and the levels of its Figure 4: testcases/figure2.yaml.
    Figure2,
}

/// For whom a report is written.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Format {
    /// Plain text.
    Terminal,
    /// GitHub-flavoured Markdown, all of it.
    Markdown,
    /// The same, short enough for a pull request's comment or a job's summary.
    Comment,
    /// One page for a browser, with all evidence in it; it needs no network.
    Html,
    /// JUnit XML: one suite a device, one test a trial.
    Junit,
    /// One line a trial.
    Csv,
    /// All of it as data, in the shape of reports/schema/.
    Json,
    /// An SVG that says which level a device reaches.
    Badge,
}

/// What to judge again.
#[derive(Debug, Args)]
pub struct Rejudge {
    /// The run's folder; the last run if it is left out.
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Leave what comes of it as a run of its own, beside the old one.
    #[arg(long)]
    pub write: bool,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

/// What to judge.
#[derive(Debug, Args)]
pub struct Judge {
    /// Captures, compressed with gzip or not; - for the standard input.
    #[arg(value_name = "CAPTURE", required = true)]
    pub captures: Vec<PathBuf>,
    /// Judge every exchange that can be recognised: echo, neighbour and router discovery,
    /// UDP. This is the default.
    #[arg(long)]
    pub auto: bool,
    /// Judge this case of the catalogue, each time that an injector plays it in the capture:
    /// whatever addresses and identifiers it has.
    #[arg(long, value_name = "ID", conflicts_with_all = ["auto", "contexts", "verbose", "json"])]
    pub case: Option<String>,
    /// A file of other prefixes and ports than the case has; addresses are found out.
    #[arg(long, value_name = "FILE", requires = "case")]
    pub parameters: Option<PathBuf>,
    /// A context the nodes share, such as 0=2001:db8::/64; may be given several times. Those
    /// that routers advertise in the capture are learnt.
    #[arg(long = "context", value_name = "CID=PREFIX/LENGTH", value_parser = context)]
    pub contexts: Vec<(u8, Context)>,
    /// What the last two octets of frames are, where the link type leaves it open.
    #[arg(long, value_enum, default_value_t = Fcs::Auto)]
    pub fcs: Fcs,
    /// Show every exchange as it comes, passed ones too.
    #[arg(long, short)]
    pub verbose: bool,
    /// For whom.
    #[arg(long, value_enum, default_value_t = JudgeFormat::Terminal)]
    pub format: JudgeFormat,
    /// The same as --format json: a line for each exchange, and one for each file.
    #[arg(long, conflicts_with_all = ["format", "verbose"])]
    pub json: bool,
}

/// What the last two octets of frames are.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Fcs {
    /// Find it out from the frames.
    Auto,
    /// An FCS.
    Present,
    /// Payload: the FCS is gone.
    Absent,
    /// RSSI and CRC-OK, as TI's radios give them.
    Ti,
}

/// For whom the verdicts on a capture are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum JudgeFormat {
    /// Plain text.
    Terminal,
    /// GitHub-flavoured Markdown.
    Markdown,
    /// Lines of JSON.
    Json,
}

fn context(text: &str) -> Result<(u8, Context), String> {
    let allowed =
        || "allowed: CID=PREFIX/LENGTH, CID from 0 to 15, such as 0=2001:db8::/64".to_owned();
    let (id, prefix) = text.split_once('=').ok_or_else(allowed)?;
    let (prefix, length) = prefix.split_once('/').ok_or_else(allowed)?;
    match (id.parse(), prefix.parse::<Ipv6Addr>(), length.parse()) {
        (Ok(id @ 0..=15), Ok(prefix), Ok(length @ 0..=128)) => {
            let beyond = u128::MAX.checked_shr(length).unwrap_or(0);
            let prefix = Ipv6Addr::from_bits(prefix.to_bits() & !beyond);
            let length = length as u8;
            Ok((id, Context { prefix, length }))
        }
        _ => Err(allowed()),
    }
}

/// What to set against what.
#[derive(Debug, Args)]
pub struct Diff {
    /// The run that came before: its folder, or what `report --format json` wrote of it.
    #[arg(value_name = "A")]
    pub before: PathBuf,
    /// The run to set against it; A itself if it is left out, which is for --dut.
    #[arg(value_name = "B", required_unless_present = "dut")]
    pub after: Option<PathBuf>,
    /// Set device NEW of B against device OLD of A.
    #[arg(long, num_args = 2, value_names = ["OLD", "NEW"])]
    pub dut: Option<Vec<String>>,
    /// For whom.
    #[arg(long, value_enum, default_value_t = CompareFormat::Terminal)]
    pub format: CompareFormat,
    #[command(flatten)]
    pub embargo: Embargo,
}

/// What to hold against what.
#[derive(Debug, Args)]
pub struct Gate {
    /// The run: its folder, or what `report --format json` wrote of it; the last run if it is left out.
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// What the project accepts for now.
    #[arg(long, value_name = "FILE")]
    pub baseline: PathBuf,
    /// Write a first baseline of this run into that file, which must not be there yet. Its
    /// reasons are to be written by hand before the gate takes it.
    #[arg(long)]
    pub init: bool,
    #[command(flatten)]
    pub embargo: Embargo,
    /// For whom.
    #[arg(long, value_enum, default_value_t = GateFormat::Terminal)]
    pub format: GateFormat,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

/// For whom the gate speaks.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum GateFormat {
    /// Plain text.
    Terminal,
    /// GitHub-flavoured Markdown, for a job's summary.
    Markdown,
}

/// For whom two things are compared.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum CompareFormat {
    /// Plain text.
    Terminal,
    /// GitHub-flavoured Markdown, for a pull request.
    Markdown,
    /// All of it as data.
    Json,
}

/// What to explain.
#[derive(Debug, Args)]
pub struct Explain {
    /// A case's id, or a test description such as TD_6Lo_HC_03; or DEVICE/TOPIC, a row's
    /// number or title for TOPIC, for a cell.
    #[arg(value_name = "CASE or DEVICE/TOPIC")]
    pub what: String,
    /// The run whose cell it is; the last run if it is left out.
    #[arg(long, value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

/// What to shrink.
#[derive(Debug, Args)]
pub struct Shrink {
    /// A cell, or a case on a device: its failing trials are shrunk, those alike together.
    #[arg(value_name = "DEVICE/TOPIC or DEVICE/CASE")]
    pub what: String,
    /// The run in which they failed; the last run if it is left out.
    #[arg(long, value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
    /// Try on the board of this rack in place of what runs here.
    #[arg(long, value_name = "FILE")]
    pub rack: Option<PathBuf>,
    /// No more groups of failing trials than this.
    #[arg(long, value_name = "N", default_value_t = 5)]
    pub most: usize,
}

/// Whose breakdowns to tell.
#[derive(Debug, Args)]
pub struct Crashes {
    /// The run's folder; the last run if it is left out.
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// A device, by name or pattern; may be given several times. All if left out.
    #[arg(long, value_name = "NAME")]
    pub dut: Vec<String>,
    /// Try on the boards of this rack in place of what runs here.
    #[arg(long, value_name = "FILE")]
    pub rack: Option<PathBuf>,
    /// How long to look for fewer frames, all in all.
    #[arg(long, value_name = "SECONDS", default_value_t = 60.0, value_parser = up_to_a_day)]
    pub seconds: f64,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

fn up_to_a_day(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.0..=86_400.0).contains(&seconds) => Ok(seconds),
        _ => Err("allowed: seconds from 0 to 86400".to_owned()),
    }
}

/// What to measure.
#[derive(Debug, Args)]
pub struct Bench {
    /// How long each figure is measured for.
    #[arg(long, value_name = "SECONDS", default_value_t = 3.0, value_parser = seconds)]
    pub seconds: f64,
    /// The device that trials are played on.
    #[arg(long, value_name = "NAME", default_value = "P6LoWPAN-5")]
    pub dut: String,
    /// Below which folder the trials' evidence is written, and taken away in the end.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
    /// Print JSON in place of a table.
    #[arg(long)]
    pub json: bool,
}

fn seconds(text: &str) -> Result<f64, String> {
    match text.parse() {
        Ok(seconds) if (0.1..=60.0).contains(&seconds) => Ok(seconds),
        _ => Err("allowed: seconds from 0.1 to 60".to_owned()),
    }
}

/// What to do with stacks.
#[derive(Debug, Subcommand)]
pub enum Stack {
    /// List the devices, and what they lack to run here.
    List,
    /// Make a port's folder from a template: it lints, builds and runs at once, and claims nothing.
    New(StackNew),
    /// Say what a device answers, how fast, and what its dut.yaml should say.
    Probe(StackProbe),
}

/// What to look at.
#[derive(Debug, Args)]
pub struct StackProbe {
    /// The device's name.
    pub name: String,
    /// Print JSON in place of words.
    #[arg(long)]
    pub json: bool,
    /// Below which folder what is played is written, and taken away in the end.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

/// What to make.
#[derive(Debug, Args)]
pub struct StackNew {
    /// The stack's name: that of the folder and of the column.
    #[arg(value_name = "NAME")]
    pub name: String,
    /// How the stack is reached.
    #[arg(long, value_enum, default_value_t = StackKind::AgentC)]
    pub kind: StackKind,
    /// The folder to make it in, in place of firmware-under-test/ports of the checkout; it then
    /// brings the agent with it, and needs no checkout to be built.
    #[arg(long = "in", value_name = "DIR")]
    pub folder: Option<PathBuf>,
}

/// How a stack is reached.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum StackKind {
    /// C or C++: port.c, built with the agent in C99.
    AgentC,
    /// Rust: main.rs, a crate of its own on the agent's crate.
    Rust,
    /// Any program that speaks agent-protocol/agent.cddl on stdin and stdout: no code is written.
    Program,
    /// An unmodified node that speaks ZEP over UDP.
    Zep,
    /// An unmodified mote that was built for Cooja.
    CoojaMote,
    /// Anything with a radio and an address, through an injector and a sniffer.
    BlackBox,
    /// An interface of this machine, and a monitor of its radio.
    Wpan,
}

/// What to do with the test cases.
#[derive(Debug, Subcommand)]
pub enum Catalogue {
    /// List cases: path, level, topic, title.
    List {
        /// Ids, folders, topics, origins, levels or patterns; all cases if none is given.
        #[arg(value_name = "CASE")]
        cases: Vec<String>,
    },
    /// List every requirement with the cases that cover it.
    Coverage,
}

/// What to do with bundles.
#[derive(Debug, Subcommand)]
pub enum Bundle {
    /// Pack a run: results, captures, reports, catalogue, versions, seeds.
    Make(BundleMake),
    /// Hold every file of a bundle against its manifest.
    Verify {
        /// The zip.
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
    },
    /// Unpack a bundle that is as its manifest says.
    Unpack {
        /// The zip.
        #[arg(value_name = "BUNDLE")]
        bundle: PathBuf,
        /// A folder that is not there yet; beside the zip, with its name, if it is left out.
        #[arg(long, value_name = "DIR")]
        into: Option<PathBuf>,
    },
}

/// What to pack.
#[derive(Debug, Args)]
pub struct BundleMake {
    /// The run's folder; the last run if it is left out.
    #[arg(value_name = "RUN")]
    pub run: Option<PathBuf>,
    /// The zip to write; sixlo-<time of the run>.zip if it is left out.
    #[arg(long, short, value_name = "FILE")]
    pub output: Option<PathBuf>,
    /// Give devices, stacks and addresses other names, and leave out every word that a device said.
    #[arg(long)]
    pub anonymise: bool,
    /// What pseudonyms are made from: a file, or a text; the same gives the same in other bundles.
    /// Without it they are drawn, and nobody can draw them again.
    #[arg(long, value_name = "FILE|TEXT", requires = "anonymise")]
    pub salt: Option<String>,
    #[command(flatten)]
    pub embargo: Embargo,
    /// Where the folders of runs lie.
    #[arg(long, value_name = "DIR", default_value = "reports/runs")]
    pub runs: PathBuf,
}

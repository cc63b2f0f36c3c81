//! What a bridge is told: the harness's reading of dut.yaml, read strictly again.

use std::collections::BTreeMap;
use std::time::Duration;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Deserializer};

use crate::error::BridgeError;

/// What every kind of bridge is told, and `start`, which differs.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Settings<S> {
    /// Name and version of the stack, for hello.
    pub stack: String,
    /// The kind's own.
    pub start: S,
    /// How the device is told things.
    pub configure: Configure,
    /// The link layer's habits.
    pub mac: Personality,
}

/// Of a node that speaks ZEP over UDP.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Zep {
    /// The program and its arguments, with `{node-port}` and `{tester-port}`.
    pub program: Vec<String>,
    /// The node's channel: 0 to 26, for what stands there need be no channel of 2.4 GHz.
    pub channel: u8,
}

/// Of a network interface of this machine.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Wpan {
    /// The monitor that hears and reaches its radio.
    pub monitor: String,
    /// The device's own interface, where it is this machine's and the bridge may make it anew.
    pub interface: Option<String>,
}

/// Of anything with a radio and an address.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct BlackBox {
    /// What puts frames on air.
    pub injector: RadioStart,
    /// What hears the air; none: the injector.
    pub sniffer: Option<RadioStart>,
    /// The device's program, if it is one.
    pub program: Option<Vec<String>>,
    /// The channel, 11 to 26.
    pub channel: u8,
}

/// A radio that is looked at.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Look {
    /// The radio.
    pub radio: RadioStart,
    /// Whether it is to put frames on air.
    pub injects: bool,
    /// The channel, 11 to 26.
    pub channel: u8,
    /// How long it is listened to, in milliseconds.
    pub listen_ms: u64,
}

/// A radio of a rack.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum RadioStart {
    /// One that speaks the agent protocol.
    Agent(LineStart),
    /// An OpenThread radio co-processor.
    Spinel(SpinelStart),
    /// Nordic's sniffer, which sends nothing.
    NordicSniffer(LineStart),
    /// A UDP socket address that speaks ZEP.
    Zep(String),
    /// A monitor interface of this machine.
    Wpan(String),
}

/// A radio co-processor.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SpinelStart {
    /// Where it is.
    pub line: LineStart,
    /// Addresses that it acknowledges for.
    pub acknowledges: Option<Own>,
}

/// Where a radio's line leads.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum LineStart {
    /// A serial port.
    Serial(SerialStart),
    /// A serial server, `host:port`.
    Tcp(String),
    /// A program and its arguments: its stdin and stdout.
    Program(Vec<String>),
}

/// A serial port.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct SerialStart {
    /// Its path.
    pub path: String,
    /// Bits a second.
    pub baud: u32,
    /// RTS and CTS.
    pub flow_control: bool,
}

/// Addresses of a node's own.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Own {
    /// The PAN.
    pub pan_id: u16,
    /// The 16-bit address.
    pub short: u16,
    /// The EUI-64, most significant octet first, as printed.
    pub eui64: u64,
}

/// How the device is told things.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Configure {
    /// What its shell writes when it waits for a line; none: it has no shell.
    pub prompt: Option<String>,
    /// How long it may take to answer a line, in microseconds as given.
    #[serde(deserialize_with = "maybe_us")]
    pub answers_within: Option<Duration>,
    /// How long until its first prompt.
    #[serde(deserialize_with = "maybe_us")]
    pub ready_within: Option<Duration>,
    /// Texts in an answer that say: not done.
    pub refusals: Vec<String>,
    /// What the device is asked after each start, by the name of the placeholder.
    pub learn: BTreeMap<String, Learn>,
    /// What it is told after each start.
    pub begin: Option<Action>,
    /// How it is reset; none: it is not.
    pub reset: Option<Reset>,
    /// How settings are made, by their names.
    pub hooks: BTreeMap<String, Action>,
}

/// A word of the device's answer.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Learn {
    /// The line.
    pub send: String,
    /// The word behind this text.
    pub after: String,
}

/// How the device is reset.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Reset {
    /// Its process is ended and started again.
    Restart,
    /// It is told to, and comes back with its prompt.
    Shell(Shell),
    /// A program on this machine does it.
    Run(Vec<String>),
}

/// How something is done.
#[derive(Debug, Clone, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Lines for the device's shell.
    Shell(Shell),
    /// A program on this machine and its arguments.
    Run(Vec<String>),
    /// Calls of the device's own functions, where it is loaded into the bridge.
    Call(Vec<String>),
}

/// Lines for a shell.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Shell {
    /// The lines.
    pub send: Vec<String>,
    /// A text that every answer must hold.
    pub expect: Option<String>,
}

/// The link layer's habits.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Personality {
    /// The least time between a frame of the device and one towards it.
    #[serde(deserialize_with = "us")]
    pub after_own: Duration,
    /// Frames towards it ask for an acknowledgement.
    pub request_acknowledgement: bool,
    /// How often a frame is sent again that is not acknowledged.
    pub retransmissions: u8,
    /// How long its acknowledgement may take.
    #[serde(deserialize_with = "us")]
    pub acknowledged_within: Duration,
    /// Frames of the device that ask for an acknowledgement get one.
    pub acknowledge: bool,
    /// How long after them.
    #[serde(deserialize_with = "us")]
    pub acknowledge_after: Duration,
    /// Every frame towards it gets a sequence number of its own.
    pub fresh_sequence_numbers: bool,
    /// The least time for which the device has been silent before a frame that nobody
    /// acknowledges, and that is therefore not sent again.
    #[serde(deserialize_with = "us")]
    pub before_broadcast: Duration,
}

fn us<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Duration, D::Error> {
    u64::deserialize(deserializer).map(Duration::from_micros)
}

fn maybe_us<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Duration>, D::Error> {
    Ok(Option::<u64>::deserialize(deserializer)?.map(Duration::from_micros))
}

/// Reads what a bridge of this kind is told.
///
/// # Errors
/// If it is not what this kind is told.
pub fn read<T: DeserializeOwned>(text: &str) -> Result<T, BridgeError> {
    serde_json::from_str(text).map_err(|error| BridgeError::Settings {
        error: error.to_string(),
    })
}

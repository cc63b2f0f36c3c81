//! Devices without an agent: what dut.yaml says of the bridge before them.
//!
//! What is read here is handed over as JSON, keys and words as in the file, times in
//! microseconds; the bridge reads it strictly again.

use std::collections::BTreeMap;
use std::net::Ipv6Addr;

use serde::Deserialize;
use serde_json::{Map, Value, json};

use super::radios::RawRadio;
use crate::catalogue::error::CatalogueError;
use crate::catalogue::yaml::{self, At, scalar::Time};
use crate::rig::Program;

/// IEEE 802.15.4-2015 10.1.3; those below it are of other bands.
const FIRST_OF_2400_MHZ: u8 = 11;

/// A node that speaks ZEP over UDP.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Zep {
    /// The program and its arguments; `{node-port}` and `{tester-port}` are the UDP ports.
    program: At<Vec<At<String>>>,
    /// The node's channel: ZEP frames of another one are not for it. 0 of a node that knows none.
    channel: At<u8>,
}

/// Anything with a radio and an address.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct BlackBox {
    /// What puts frames on air.
    injector: RawRadio,
    /// What hears the air; the injector itself where none is named.
    sniffer: Option<RawRadio>,
    /// The program that is the device, where it is one; it is ended and started to reset it.
    program: Option<At<Vec<At<String>>>>,
    /// The channel.
    channel: At<u8>,
}

/// A mote for Cooja, which the bridge loads.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct CoojaMote {
    /// The image.
    image: At<String>,
    /// Its number, of which it may make its EUI-64.
    mote_id: Option<At<u16>>,
    /// Seed of its random numbers.
    #[serde(default)]
    seed: u32,
    /// Contexts that it was built with, such as `2001:db8::/64`; there are no others then.
    #[serde(default)]
    contexts: BTreeMap<u8, At<String>>,
    /// Calls that send `{packet}`, `{length}` octets; none: it cannot.
    #[serde(default)]
    send_ipv6: Vec<At<String>>,
}

impl CoojaMote {
    /// Those of its contexts that are right; the others are told when it is read.
    pub(super) fn contexts(&self) -> BTreeMap<u8, (Ipv6Addr, u8)> {
        let known = |(id, text): (&u8, &At<String>)| Some((*id, prefix(&text.value)?));
        self.contexts.iter().filter_map(known).collect()
    }
}

/// A network interface of this machine, and a monitor that hears and reaches its radio.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Wpan {
    /// The monitor's interface.
    monitor: At<String>,
    /// The device's own interface, where the bridge may make it anew and look into it: then it
    /// makes all settings itself.
    interface: Option<At<String>>,
}

/// A word of the device's answer.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawLearn {
    send: At<String>,
    /// The word behind this text.
    after: String,
}

/// How the device is reset.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawReset {
    /// Its process is ended and started again.
    Restart,
    /// It is not.
    Cannot,
    /// It is told to, and comes back with its prompt.
    Shell(RawShell),
    /// A program on this machine does it.
    Run(Vec<At<String>>),
}

/// How one setting is made.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum RawHook {
    /// It cannot be made.
    Cannot,
    /// Lines for the device's shell.
    Shell(RawShell),
    /// A program on this machine and its arguments.
    Run(Vec<At<String>>),
    /// Calls of the device's own functions, where the bridge has loaded it.
    Call(Vec<At<String>>),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawShell {
    send: Vec<At<String>>,
    /// A text that every answer must hold.
    expect: Option<String>,
}

/// A struct with the settings as fields beside the others, so that every line keeps its place.
macro_rules! configure {
    ($($field:ident: $name:literal [$($placeholder:literal),*];)*) => {
        /// How a device without an agent is told things; what is left out it cannot be told.
        #[derive(Debug, Default, Deserialize)]
        #[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
        pub(super) struct RawConfigure {
            /// What its shell writes when it waits for a line.
            prompt: Option<String>,
            /// How long it may take to answer a line.
            answers_within: Option<Time>,
            /// How long it may take until its first prompt.
            ready_within: Option<Time>,
            /// Texts in an answer that say: not done.
            refusals: Vec<String>,
            /// Values that the device is asked for after each start, for later placeholders.
            learn: BTreeMap<String, RawLearn>,
            /// What it is told after each start.
            begin: Option<RawHook>,
            /// How it is reset; its settings are made again afterwards.
            reset: Option<RawReset>,
            $($field: Option<RawHook>,)*
        }

        impl RawConfigure {
            /// Each setting's name, what may stand in braces in its lines, and its hook.
            fn hooks(&self) -> impl Iterator<Item = (&'static str, &'static [&'static str], &RawHook)> {
                [$(($name, &[$($placeholder),*] as &[&str], &self.$field)),*]
                    .into_iter()
                    .filter_map(|(name, allowed, hook)| Some((name, allowed, hook.as_ref()?)))
            }

            /// Whether there is anything that the device would be told.
            fn says_something(&self) -> bool {
                let is_asked = self.prompt.is_some() || !self.learn.is_empty();
                let is_told = self.begin.is_some() || self.reset.is_some();
                is_asked || is_told || self.hooks().next().is_some()
            }
        }
    };
}
configure! {
    eui64: "eui64" ["eui64", "eui64-plain"];
    short_address: "short-address" ["short", "short-colon"];
    pan_id: "pan-id" ["pan"];
    channel: "channel" ["channel"];
    address: "address" ["address", "length"];
    group: "group" ["group"];
    context: "context" ["id", "prefix", "length", "compress"];
    no_context: "no-context" ["id"];
    checksum_elision: "checksum-elision" ["on"];
    nd_classic: "nd-classic" [];
    nd_host: "nd-host" [];
    nd_router: "nd-router" [];
    autoconfigure: "autoconfigure" ["on"];
    mesh_hops: "mesh-hops" ["hops"];
    open_port: "open-port" ["port"];
    neighbour: "neighbour" ["address", "eui64", "eui64-plain"];
}

/// The link layer's habits that a bridge keeps to.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default, rename_all = "kebab-case")]
pub(super) struct RawMac {
    /// The least time between a frame of the device and one towards it.
    after_own: Time,
    /// Frames towards it ask for an acknowledgement, and are sent again until it comes.
    request_acknowledgement: bool,
    /// How often a frame is sent again.
    retransmissions: u8,
    /// How long its acknowledgement may take.
    acknowledged_within: Time,
    /// Frames of the device that ask for an acknowledgement get one.
    acknowledge: bool,
    /// How long after them.
    acknowledge_after: Time,
    /// Every frame towards it gets a sequence number of its own: it drops repeated ones.
    fresh_sequence_numbers: bool,
    /// The least time for which it has been silent before a frame for all: nothing repeats that.
    before_broadcast: Time,
}

/// What any call may be given besides the setting's own values.
const OF_CALLS: [&str; 3] = ["result", "echo", "tap"];

/// A bridge of one kind.
pub(super) enum RawBridge<'a> {
    Zep(&'a Zep),
    BlackBox(&'a BlackBox),
    CoojaMote(&'a CoojaMote),
    Wpan(&'a Wpan),
}

/// What a bridge is told, checked.
pub(super) fn program(
    file: &str,
    raw: &RawBridge<'_>,
    configure: &RawConfigure,
    mac: &RawMac,
    stack: &str,
    errors: &mut Vec<CatalogueError>,
) -> Option<Program> {
    let mut reader = Reader {
        file,
        learnt: configure.learn.keys().map(String::as_str).collect(),
        errors,
        is_right: true,
    };
    let (kind, start) = match raw {
        RawBridge::Zep(zep) => ("zep", reader.zep(zep)),
        RawBridge::BlackBox(black_box) => ("black-box", reader.black_box(black_box)),
        RawBridge::CoojaMote(mote) => ("cooja-mote", reader.cooja_mote(mote)),
        RawBridge::Wpan(wpan) => ("wpan", reader.wpan(wpan, configure)),
    };
    let configure = reader.configure(configure);
    let settings = json!({
        "stack": stack,
        "start": start,
        "configure": configure,
        "mac": {
            "after-own": us(mac.after_own),
            "request-acknowledgement": mac.request_acknowledgement,
            "retransmissions": mac.retransmissions,
            "acknowledged-within": us(mac.acknowledged_within),
            "acknowledge": mac.acknowledge,
            "acknowledge-after": us(mac.acknowledge_after),
            "fresh-sequence-numbers": mac.fresh_sequence_numbers,
            "before-broadcast": us(mac.before_broadcast),
        },
    });
    reader.is_right.then(|| Program::Bridge {
        kind: kind.to_owned(),
        settings,
    })
}

fn us(time: Time) -> u64 {
    u64::try_from(time.0.as_micros()).unwrap_or(u64::MAX)
}

/// Checks what is read, and tells where it is wrong.
pub(super) struct Reader<'a> {
    file: &'a str,
    /// Placeholders that the device itself gives values to.
    learnt: Vec<&'a str>,
    errors: &'a mut Vec<CatalogueError>,
    is_right: bool,
}

impl<'a> Reader<'a> {
    /// For what knows no placeholders of a device's own.
    pub(super) fn of(file: &'a str, errors: &'a mut Vec<CatalogueError>) -> Self {
        Reader {
            file,
            learnt: Vec::new(),
            errors,
            is_right: true,
        }
    }
}

impl Reader<'_> {
    fn zep(&mut self, zep: &Zep) -> Value {
        json!({
            "program": self.command(&zep.program, &["node-port", "tester-port"]),
            "channel": self.channel(&zep.channel, 0),
        })
    }

    fn wpan(&mut self, wpan: &Wpan, configure: &RawConfigure) -> Value {
        if let Some(interface) = &wpan.interface
            && configure.says_something()
        {
            let text = format!(
                "with `interface: {}` the bridge makes all settings itself: leave out `interface`, or all of `configure`",
                interface.value
            );
            self.fail(interface, text);
        }
        let interface = wpan.interface.as_ref().map(|interface| &interface.value);
        json!({ "monitor": wpan.monitor.value, "interface": interface })
    }

    fn black_box(&mut self, raw: &BlackBox) -> Value {
        let injector = self.injector(&raw.injector);
        let sniffer = raw.sniffer.as_ref().map(|sniffer| self.radio(sniffer));
        let program = raw.program.as_ref().map(|words| self.command(words, &[]));
        json!({
            "injector": injector,
            "sniffer": sniffer,
            "program": program,
            "channel": self.channel(&raw.channel, FIRST_OF_2400_MHZ),
        })
    }

    fn cooja_mote(&mut self, mote: &CoojaMote) -> Value {
        let mote_id = mote.mote_id.as_ref().map_or(1, |mote_id| {
            if mote_id.value == 0 {
                self.fail(mote_id, "a mote's number is within 1 to 65535".to_owned());
            }
            mote_id.value
        });
        let mut contexts = Map::new();
        for (id, prefix) in &mote.contexts {
            if *id > 15 || self::prefix(&prefix.value).is_none() {
                let text = format!(
                    "`{id}: {}` is no context (such as `0: 2001:db8::/64`, with 0 to 15)",
                    prefix.value
                );
                self.fail(prefix, text);
            }
            contexts.insert(id.to_string(), json!(prefix.value));
        }
        let allowed: Vec<&str> = ["packet", "length"]
            .iter()
            .chain(&OF_CALLS)
            .copied()
            .collect();
        json!({
            "image": mote.image.value,
            "mote-id": mote_id,
            "seed": mote.seed,
            "contexts": contexts,
            "send-ipv6": self.lines(&mote.send_ipv6, &allowed),
        })
    }

    /// Channels up to those of 2.4 GHz, IEEE 802.15.4-2015 10.1.3.
    fn channel(&mut self, channel: &At<u8>, least: u8) -> u8 {
        if !(least..=26).contains(&channel.value) {
            let text = format!("`{}` is no channel ({least} to 26)", channel.value);
            self.fail(channel, text);
        }
        channel.value
    }

    pub(super) fn command(&mut self, words: &At<Vec<At<String>>>, allowed: &[&str]) -> Vec<String> {
        if words.value.is_empty() {
            let text = "a command names a program, and its arguments after it".to_owned();
            self.fail(words, text);
        }
        // Before it runs it has told nothing.
        let learnt = std::mem::take(&mut self.learnt);
        let words = self.lines(&words.value, allowed);
        self.learnt = learnt;
        words
    }

    fn configure(&mut self, raw: &RawConfigure) -> Value {
        let mut hooks = Map::new();
        for (name, allowed, hook) in raw.hooks() {
            if let Some(hook) = self.hook(hook, allowed) {
                hooks.insert(name.to_owned(), hook);
            }
        }
        let mut learn = Map::new();
        for (name, raw) in &raw.learn {
            let send = self.line(&raw.send, &[]);
            learn.insert(name.clone(), json!({ "send": send, "after": raw.after }));
        }
        let begin = raw.begin.as_ref().and_then(|hook| self.hook(hook, &[]));
        let reset = match &raw.reset {
            None | Some(RawReset::Cannot) => Value::Null,
            Some(RawReset::Restart) => json!("restart"),
            Some(RawReset::Shell(shell)) => self.shell(shell, &[]),
            Some(RawReset::Run(words)) => json!({ "run": self.lines(words, &[]) }),
        };
        json!({
            "prompt": raw.prompt,
            "answers-within": raw.answers_within.map(us),
            "ready-within": raw.ready_within.map(us),
            "refusals": raw.refusals,
            "learn": learn,
            "begin": begin,
            "reset": reset,
            "hooks": hooks,
        })
    }

    fn hook(&mut self, hook: &RawHook, allowed: &[&str]) -> Option<Value> {
        match hook {
            RawHook::Cannot => None,
            RawHook::Shell(shell) => Some(self.shell(shell, allowed)),
            RawHook::Run(words) => Some(json!({ "run": self.lines(words, allowed) })),
            RawHook::Call(lines) => {
                let allowed: Vec<&str> = allowed.iter().chain(&OF_CALLS).copied().collect();
                Some(json!({ "call": self.lines(lines, &allowed) }))
            }
        }
    }

    fn shell(&mut self, shell: &RawShell, allowed: &[&str]) -> Value {
        let send = self.lines(&shell.send, allowed);
        json!({ "shell": { "send": send, "expect": shell.expect } })
    }

    fn lines(&mut self, lines: &[At<String>], allowed: &[&str]) -> Vec<String> {
        lines.iter().map(|line| self.line(line, allowed)).collect()
    }

    /// A line with nothing in braces but what there is a value for.
    fn line(&mut self, line: &At<String>, allowed: &[&str]) -> String {
        for name in placeholders(&line.value) {
            if !allowed.contains(&name) && !self.learnt.contains(&name) {
                let mut known: Vec<&str> = allowed.to_vec();
                known.extend(&self.learnt);
                let known = match known.is_empty() {
                    true => "none here".to_owned(),
                    false => known.join(", "),
                };
                self.fail(line, format!("there is no `{{{name}}}` (known: {known})"));
            }
        }
        if line.value.contains(['\n', '\r', '\0']) {
            self.fail(line, "a line holds no end of a line".to_owned());
        }
        line.value.clone()
    }

    pub(super) fn fail<T>(&mut self, at: &At<T>, text: String) {
        self.is_right = false;
        let place = yaml::place(self.file, at.referenced);
        self.errors.push(CatalogueError::new(place, text));
    }
}

/// A prefix and its length in bits, written `2001:db8::/64`.
fn prefix(text: &str) -> Option<(Ipv6Addr, u8)> {
    let (prefix, length) = text.split_once('/')?;
    let length: u8 = length.parse().ok()?;
    (length <= 128).then_some((prefix.parse().ok()?, length))
}

/// Names in braces.
fn placeholders(line: &str) -> impl Iterator<Item = &str> {
    line.split('{')
        .skip(1)
        .filter_map(|rest| rest.split_once('}').map(|(name, _)| name))
}

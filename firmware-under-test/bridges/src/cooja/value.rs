//! What a setting holds, as a mote's functions take it.

use sixlo_agent_protocol::{NdMode, Setting};

use crate::hook;

/// One value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// Passed as it is.
    Number(u64),
    /// Passed by its address.
    Octets(Vec<u8>),
}

/// Values by the names of their placeholders.
pub type Values = Vec<(&'static str, Value)>;

/// The values of a setting. `eui64`, `address`, `group` and `prefix` are octets.
pub fn of(setting: &Setting) -> Values {
    let number = |value: u64| Value::Number(value);
    let octets = |octets: &[u8]| Value::Octets(octets.to_vec());
    match setting {
        Setting::Eui64(eui64) => vec![("eui64", octets(eui64))],
        Setting::ShortAddress(short) => vec![("short", number((*short).into()))],
        Setting::PanId(pan) => vec![("pan", number((*pan).into()))],
        Setting::Channel(channel) => vec![("channel", number((*channel).into()))],
        Setting::Address(address, length) => vec![
            ("address", octets(address)),
            ("length", number((*length).into())),
        ],
        Setting::Group(group) => vec![("group", octets(group))],
        Setting::Context {
            id,
            prefix,
            prefix_length,
            compress,
        } => vec![
            ("id", number((*id).into())),
            ("prefix", octets(prefix)),
            ("length", number((*prefix_length).into())),
            ("compress", number((*compress).into())),
        ],
        Setting::NoContext(id) => vec![("id", number((*id).into()))],
        Setting::ChecksumElision(on) | Setting::Autoconfigure(on) => {
            vec![("on", number((*on).into()))]
        }
        Setting::Nd(NdMode::Classic | NdMode::Host | NdMode::Router) => vec![],
        Setting::MeshHops(hops) => vec![("hops", number((*hops).into()))],
        Setting::OpenPort(port) => vec![("port", number((*port).into()))],
        Setting::Neighbour(address, eui64) => {
            vec![("address", octets(address)), ("eui64", octets(eui64))]
        }
        Setting::Parameter(..) | Setting::Defaults => vec![],
    }
}

/// The names of what the setting called `hook` holds; none: there is no such setting.
pub fn names(hook: &str) -> Option<Vec<&'static str>> {
    let sample = hook::sample(hook)?;
    Some(of(&sample).into_iter().map(|(name, _)| name).collect())
}

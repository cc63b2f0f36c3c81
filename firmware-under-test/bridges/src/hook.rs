//! Settings in the words of dut.yaml.

use std::net::Ipv6Addr;

use sixlo_agent_protocol::{NdMode, Setting};

/// The names of settings, with one of each kind for its bit.
const NAMES: [(&str, Setting); 16] = [
    ("eui64", Setting::Eui64([0; 8])),
    ("short-address", Setting::ShortAddress(0)),
    ("pan-id", Setting::PanId(0)),
    ("channel", Setting::Channel(0)),
    ("address", Setting::Address([0; 16], 0)),
    ("group", Setting::Group([0; 16])),
    (
        "context",
        Setting::Context {
            id: 0,
            prefix: [0; 16],
            prefix_length: 0,
            compress: false,
        },
    ),
    ("no-context", Setting::NoContext(0)),
    ("checksum-elision", Setting::ChecksumElision(false)),
    ("nd-classic", Setting::Nd(NdMode::Classic)),
    ("nd-host", Setting::Nd(NdMode::Host)),
    ("nd-router", Setting::Nd(NdMode::Router)),
    ("autoconfigure", Setting::Autoconfigure(false)),
    ("mesh-hops", Setting::MeshHops(0)),
    ("open-port", Setting::OpenPort(0)),
    ("neighbour", Setting::Neighbour([0; 16], [0; 8])),
];

/// The bits of the settings that have one of these names.
pub fn bits<'n>(names: impl Iterator<Item = &'n str>) -> u32 {
    let bit = |name| {
        let known = NAMES.iter().find(|(known, _)| *known == name);
        known.map_or(0, |(_, setting)| setting.hook())
    };
    names.map(bit).fold(0, |all, one| all | one)
}

/// The setting of this name, with nothing in it.
pub fn sample(name: &str) -> Option<Setting> {
    let known = NAMES.iter().find(|(known, _)| *known == name);
    known.map(|(_, setting)| setting.clone())
}

/// A setting's name, and the values of its placeholders.
pub fn named(setting: &Setting) -> Option<(&'static str, Vec<(&'static str, String)>)> {
    let v6 = |octets: &[u8; 16]| Ipv6Addr::from(*octets).to_string();
    let on = |on: bool| u8::from(on).to_string();
    Some(match setting {
        Setting::Eui64(eui64) => ("eui64", eui64_values(eui64)),
        Setting::ShortAddress(short) => {
            let [high, low] = short.to_be_bytes();
            let values = vec![
                ("short", format!("{short:04x}")),
                ("short-colon", format!("{high:02x}:{low:02x}")),
            ];
            ("short-address", values)
        }
        Setting::PanId(pan) => ("pan-id", vec![("pan", format!("{pan:04x}"))]),
        Setting::Channel(channel) => ("channel", vec![("channel", channel.to_string())]),
        Setting::Address(address, length) => {
            let values = vec![("address", v6(address)), ("length", length.to_string())];
            ("address", values)
        }
        Setting::Group(group) => ("group", vec![("group", v6(group))]),
        Setting::Context {
            id,
            prefix,
            prefix_length,
            compress,
        } => {
            let values = vec![
                ("id", id.to_string()),
                ("prefix", v6(prefix)),
                ("length", prefix_length.to_string()),
                ("compress", on(*compress)),
            ];
            ("context", values)
        }
        Setting::NoContext(id) => ("no-context", vec![("id", id.to_string())]),
        Setting::ChecksumElision(may) => ("checksum-elision", vec![("on", on(*may))]),
        Setting::Nd(NdMode::Classic) => ("nd-classic", vec![]),
        Setting::Nd(NdMode::Host) => ("nd-host", vec![]),
        Setting::Nd(NdMode::Router) => ("nd-router", vec![]),
        Setting::Autoconfigure(does) => ("autoconfigure", vec![("on", on(*does))]),
        Setting::MeshHops(hops) => ("mesh-hops", vec![("hops", hops.to_string())]),
        Setting::OpenPort(port) => ("open-port", vec![("port", port.to_string())]),
        Setting::Neighbour(address, eui64) => {
            let mut values = eui64_values(eui64);
            values.push(("address", v6(address)));
            ("neighbour", values)
        }
        // Of a port's own agent alone; and what the bridge does itself.
        Setting::Parameter(..) | Setting::Defaults => return None,
    })
}

fn eui64_values(eui64: &[u8; 8]) -> Vec<(&'static str, String)> {
    let octets = eui64.map(|octet| format!("{octet:02x}"));
    vec![
        ("eui64", octets.join(":")),
        ("eui64-plain", octets.concat()),
    ]
}

/// A line with its placeholders filled in.
pub fn filled<'v>(line: &str, values: impl Iterator<Item = (&'v str, &'v str)>) -> String {
    values.fold(line.to_owned(), |line, (name, value)| {
        line.replace(&format!("{{{name}}}"), value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_setting_has_its_own_name_again() {
        for (name, setting) in NAMES {
            assert_eq!(named(&setting).map(|(name, _)| name), Some(name));
            assert_eq!(bits([name].into_iter()), setting.hook());
        }
        assert_eq!(bits(["no-such-thing"].into_iter()), 0);
    }

    #[test]
    fn lines_are_filled_in() {
        let (_, values) = named(&Setting::Eui64([2, 0, 0x5e, 0xef, 0x10, 0, 0, 0x2b])).unwrap();
        let values = values.iter().map(|(name, value)| (*name, value.as_str()));
        let line = filled("set {iface} {eui64} {eui64-plain}", values);
        assert_eq!(line, "set {iface} 02:00:5e:ef:10:00:00:2b 02005eef1000002b");
    }
}

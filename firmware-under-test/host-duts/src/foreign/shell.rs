//! The shell of a node without an agent: a word and its values a line.

use std::net::Ipv6Addr;

use sixlo_agent::protocol::{NdMode, Setting};

/// What a line asks for; none for an empty one.
///
/// # Errors
/// What the shell says of a line that it does not understand.
pub fn setting(line: &str) -> Result<Option<Setting>, String> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let setting = match words[..] {
        [] => return Ok(None),
        ["eui64", text] => eui64(text).map(Setting::Eui64),
        ["short", text] => u16::from_str_radix(text, 16)
            .ok()
            .map(Setting::ShortAddress),
        ["pan", text] => u16::from_str_radix(text, 16).ok().map(Setting::PanId),
        ["add", text] => prefix(text).map(|(address, length)| Setting::Address(address, length)),
        ["join", text] => address(text).map(Setting::Group),
        ["context", id, text, compress] => context(id, text, compress),
        ["nd", "classic"] => Some(Setting::Nd(NdMode::Classic)),
        ["nd", "host"] => Some(Setting::Nd(NdMode::Host)),
        ["nd", "router"] => Some(Setting::Nd(NdMode::Router)),
        ["autoconfigure", on] => Some(Setting::Autoconfigure(on == "1")),
        ["elide", on] => Some(Setting::ChecksumElision(on == "1")),
        ["mesh", hops] => hops.parse().ok().map(Setting::MeshHops),
        ["open", port] => port.parse().ok().map(Setting::OpenPort),
        _ => return Err("error: unknown command".to_owned()),
    };
    match setting {
        Some(setting) => Ok(Some(setting)),
        None => Err("error: cannot read that value".to_owned()),
    }
}

fn eui64(text: &str) -> Option<[u8; 8]> {
    let octets: Option<Vec<u8>> = text
        .split(':')
        .map(|octet| u8::from_str_radix(octet, 16).ok())
        .collect();
    octets?.try_into().ok()
}

fn address(text: &str) -> Option<[u8; 16]> {
    text.parse().ok().map(|address: Ipv6Addr| address.octets())
}

fn prefix(text: &str) -> Option<([u8; 16], u8)> {
    let (prefix, length) = text.split_once('/')?;
    address(prefix).zip(length.parse().ok())
}

fn context(id: &str, text: &str, compress: &str) -> Option<Setting> {
    let (prefix, prefix_length) = prefix(text)?;
    Some(Setting::Context {
        id: id.parse().ok()?,
        prefix,
        prefix_length,
        compress: compress == "1",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_settings_or_refused_in_words() {
        let eui64 = Setting::Eui64([2, 0, 0x5e, 0xef, 0x10, 0, 0, 0x2b]);
        assert_eq!(setting("eui64 02:00:5e:ef:10:00:00:2b"), Ok(Some(eui64)));
        assert_eq!(
            setting("context 3 2001:db8::/64 1"),
            Ok(Some(Setting::Context {
                id: 3,
                prefix: "2001:db8::".parse::<Ipv6Addr>().unwrap().octets(),
                prefix_length: 64,
                compress: true
            }))
        );
        assert_eq!(setting("  "), Ok(None));
        for wrong in ["eui64 02:00", "add ::1", "mesh -1"] {
            assert_eq!(
                setting(wrong),
                Err("error: cannot read that value".to_owned())
            );
        }
        assert_eq!(
            setting("reboot now"),
            Err("error: unknown command".to_owned())
        );
    }
}

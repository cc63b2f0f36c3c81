//! The command line: which node of which Thread network this is.

use std::net::Ipv6Addr;

use sixlo_port_openthread::{Network, Role};

/// Reads the options; what is not given is as by [`Network::default`].
///
/// # Errors
/// A text that names the option and what it allows.
pub fn parse(mut texts: impl Iterator<Item = String>) -> Result<Network, String> {
    let mut network = Network::default();
    while let Some(option) = texts.next() {
        let value = texts.next();
        let Some(value) = value.as_deref() else {
            return Err(format!("option `{option}` has no value"));
        };
        match option.as_str() {
            "--role" => network.role = role(value)?,
            "--mesh-local-prefix" => network.mesh_local_prefix = prefix(value)?,
            "--network-key" => network.network_key = key(value)?,
            _ => {
                return Err(format!(
                    "unknown option `{option}` (known: --role, --mesh-local-prefix, --network-key)"
                ));
            }
        }
    }
    Ok(network)
}

fn role(text: &str) -> Result<Role, String> {
    match text {
        "child" => Ok(Role::Child),
        "leader" => Ok(Role::Leader),
        _ => Err(format!(
            "--role `{text}` is unknown (allowed: child, leader)"
        )),
    }
}

fn prefix(text: &str) -> Result<[u8; 8], String> {
    let wrong =
        || format!("--mesh-local-prefix `{text}` is no IPv6 prefix of 64 bits such as 2001:db8::");
    let octets = text.parse::<Ipv6Addr>().map_err(|_| wrong())?.octets();
    match octets.split_first_chunk::<8>() {
        Some((prefix, rest)) if rest.iter().all(|octet| *octet == 0) => Ok(*prefix),
        _ => Err(wrong()),
    }
}

fn key(text: &str) -> Result<[u8; 16], String> {
    let is_hex = text.len() == 32 && text.bytes().all(|octet| octet.is_ascii_hexdigit());
    u128::from_str_radix(text, 16)
        .ok()
        .filter(|_| is_hex)
        .map(u128::to_be_bytes)
        .ok_or_else(|| format!("--network-key `{text}` is not 32 hexadecimal digits"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(line: &str) -> Result<Network, String> {
        parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn reads_every_option() {
        let network = read(
            "--role leader --mesh-local-prefix fd00:1:: --network-key 000102030405060708090a0b0c0d0e0f",
        )
        .unwrap();
        assert_eq!(network.role, Role::Leader);
        assert_eq!(network.mesh_local_prefix, [0xfd, 0, 0, 1, 0, 0, 0, 0]);
        assert_eq!(network.network_key[15], 15);
        assert_eq!(read("").unwrap(), Network::default());
    }

    #[test]
    fn names_what_is_wrong() {
        for (line, text) in [
            ("--role", "option `--role` has no value"),
            ("--role router", "--role `router` is unknown"),
            ("--mesh-local-prefix 2001:db8::1", "64 bits"),
            (
                "--network-key +0112233445566778899aabbccddeeff",
                "32 hexadecimal",
            ),
            ("--loud 1", "unknown option `--loud`"),
        ] {
            let error = read(line).unwrap_err();
            assert!(error.contains(text), "{line:?} gave {error:?}");
        }
    }
}

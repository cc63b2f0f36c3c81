//! What a map is called in an error: found by its first two keys, which no other map has.

/// The noun of the map with these keys.
pub(super) fn noun(keys: &[&str]) -> Option<&'static str> {
    Some(match keys {
        ["title", ..] => "the case",
        ["from", ..] => "send",
        ["src", "dst", "pan", ..] => "mac",
        ["originator", ..] => "mesh",
        ["tf", ..] => "iphc",
        ["sac", ..] => "bits",
        ["at", ..] => "patch",
        ["tag", ..] => "fragments",
        ["src", "dst", "traffic_class", ..] => "ipv6",
        ["options", ..] => "an options header",
        ["type", "segments_left", ..] => "routing",
        ["offset", ..] => "fragment",
        ["type", "code", ..] => "icmpv6",
        ["src_port", "dst_port", "length", ..] => "udp",
        ["src_port", "dst_port", "flags", ..] => "tcp",
        ["context", "iid"] => "an address mode",
        ["ports", ..] => "an NHC UDP header",
        ["id", "prefix", ..] => "context",
        ["answers-ns", ..] => "tester",
        ["send", ..] => "a step",
        ["echo-reply", ..] => "an expectation",
        ["label", ..] => "a sweep row",
        ["rows", ..] => "sweep",
        ["devices", "accepted"] => "the baseline",
        ["dut", "trials", ..] => "a device that has to be played",
        ["dut", "cases", ..] => "an entry of `accepted`",
        _ => return None,
    })
}

//! Names of files inside a bundle: they become paths on somebody else's machine.

/// The longest name, in octets.
const MAX_NAME_OCTETS: usize = 200;

/// Relative, forward, and of characters that every file system takes.
pub(super) fn is_safe(name: &str) -> bool {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.+".contains(c);
    let part = |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
    name.len() <= MAX_NAME_OCTETS && name.split('/').all(part)
}

#[cfg(test)]
mod tests {
    use super::is_safe;

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in [
            "manifest.json",
            "run/P6LoWPAN-5.pcapng",
            "house/testcases/rfc6282/3.1.1/a_b.yaml",
        ] {
            assert!(is_safe(name), "{name}");
        }
        let long = "a".repeat(201);
        for name in [
            "",
            "/etc/passwd",
            "../a",
            "run/../../a",
            "run//a",
            "run/",
            "run/.git",
            "C:\\a",
            "a\\b",
            "a:b",
            "a b",
            "ä",
            "a\0",
            "~/a",
            &long,
        ] {
            assert!(!is_safe(name), "{name}");
        }
    }
}

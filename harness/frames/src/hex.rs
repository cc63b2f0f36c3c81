//! Octets written out in tests: pairs of hexadecimal digits, with words between them.

/// The octets in `text`. On each line they stand first; what follows three
/// blanks is a comment.
pub(crate) fn hex(text: &str) -> Vec<u8> {
    text.lines()
        .map(|line| line.trim_start().split("   ").next().unwrap_or_default())
        .flat_map(str::split_whitespace)
        .flat_map(|word| {
            assert!(word.len() % 2 == 0, "`{word}` is no whole octet");
            (0..word.len()).step_by(2).map(move |at| {
                u8::from_str_radix(&word[at..at + 2], 16)
                    .unwrap_or_else(|_| panic!("`{word}` is not hexadecimal"))
            })
        })
        .collect()
}

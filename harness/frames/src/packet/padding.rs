//! Trailing padding of an options header. RFC 8200 4.2, RFC 6282 4.2.

/// Longest padding that RFC 6282 4.2 lets a compressor leave out, in octets.
const LONGEST_ELIDED: usize = 7;

/// The options, the octets behind the length octet, without their last one if
/// that is Pad1, or PadN of up to 7 octets. Options that do not end where the
/// header ends stay as they are.
pub(crate) fn without_trailing(options: &[u8]) -> &[u8] {
    let mut at = 0;
    let mut last = 0..0;
    while let Some(&option_type) = options.get(at) {
        let end = match (option_type, options.get(at + 1)) {
            (0, _) => at + 1,
            (_, Some(&length)) => at + 2 + usize::from(length),
            (_, None) => return options,
        };
        if end > options.len() {
            return options;
        }
        last = at..end;
        at = end;
    }
    match options.get(last.start) {
        Some(0 | 1) if last.len() <= LONGEST_ELIDED => &options[..last.start],
        _ => options,
    }
}

#[cfg(test)]
mod tests {
    use super::without_trailing;

    #[test]
    fn only_one_short_trailing_padding_goes() {
        // Router alert, then PadN of two octets.
        assert_eq!(without_trailing(&[5, 2, 0, 0, 1, 0]), [5, 2, 0, 0]);
        // Pad1.
        assert_eq!(without_trailing(&[0x1e, 3, 1, 2, 3, 0]), [0x1e, 3, 1, 2, 3]);
        // Two paddings: the last one only.
        assert_eq!(without_trailing(&[1, 2, 0, 0, 1, 0]), [1, 2, 0, 0]);
        // PadN of eight octets stays.
        let eight = [5, 2, 0, 0, 0x1e, 0, 1, 6, 0, 0, 0, 0, 0, 0];
        assert_eq!(without_trailing(&eight), eight);
        // An option that reaches beyond the header stays.
        assert_eq!(without_trailing(&[5, 2, 0, 0, 1, 9]), [5, 2, 0, 0, 1, 9]);
        assert_eq!(without_trailing(&[]), []);
    }
}

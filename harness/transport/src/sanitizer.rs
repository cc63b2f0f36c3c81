//! What a sanitizer's report comes to: the kind of the error and the frames it lies in, without
//! addresses and process ids, so that one cause has the same words each time.

/// Frames of the stack that are told, from the innermost.
const FRAMES: usize = 4;
/// Characters of one part that are told.
const SHOWN: usize = 120;

/// What was found, if these are the words of a sanitizer; they may be cut at their beginning.
pub(crate) fn found(words: &str) -> Option<String> {
    let mut lines = words.lines();
    let mut error = lines.find_map(heading)?;
    let mut frames = Vec::new();
    for line in lines.map(str::trim) {
        match frame(line) {
            Some(frame) => frames.extend(frame),
            // A second stack says where the memory was allocated or freed.
            None if !frames.is_empty() => break,
            None if is_access(line) => {
                let access = line.split(" at ").next().unwrap_or(line);
                error = format!("{error}, {}", shown(access));
            }
            None => {}
        }
    }
    frames.truncate(FRAMES);
    Some(match frames.is_empty() {
        true => error,
        false => format!("{error}, in {}", frames.join(" < ")),
    })
}

/// `==7==ERROR: AddressSanitizer: heap-use-after-free on address 0x…`, or
/// `core/a.c:1:2: runtime error: index 16 out of bounds for type 'int [16]'`.
fn heading(line: &str) -> Option<String> {
    if let Some((_, error)) = line.split_once("ERROR: ")
        && let Some((who, what)) = error.split_once("Sanitizer: ")
    {
        let end = [" on ", " 0x", " (", ": 0x"];
        let cut = end.iter().filter_map(|end| what.find(end)).min();
        let what = &what[..cut.unwrap_or(what.len())];
        return Some(format!("{}Sanitizer: {}", shown(who), shown(what)));
    }
    let (_, what) = line.split_once(": runtime error: ")?;
    let what: Vec<&str> = what
        .split(' ')
        .map(|word| match word.starts_with("0x") {
            true => "…",
            false => word,
        })
        .collect();
    Some(format!(
        "UndefinedBehaviorSanitizer: {}",
        shown(&what.join(" "))
    ))
}

fn is_access(line: &str) -> bool {
    ["READ of size", "WRITE of size"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// `#1 0x55… in pbuf_free /home/…/src/core/pbuf.c:727`; none if it is no frame, and nothing
/// inside if it is one of the sanitizer's own.
fn frame(line: &str) -> Option<Option<String>> {
    let rest = line.strip_prefix('#')?;
    let (_, rest) = rest.split_once(' ')?;
    let (_, place) = rest.split_once(" in ")?;
    let (function, place) = place.split_once(' ').unwrap_or((place, ""));
    let function = function.split('+').next().unwrap_or(function);
    let is_own = function.starts_with("__") || place.contains("libsanitizer");
    if is_own {
        return Some(None);
    }
    let function = shown(function);
    let place = short(place);
    Some(Some(match place.is_empty() {
        true => function,
        false => format!("{function} ({place})"),
    }))
}

/// The last folder and the file, with its line.
fn short(place: &str) -> String {
    if place.starts_with('(') {
        return String::new();
    }
    let mut parts: Vec<&str> = place.rsplitn(3, '/').take(2).collect();
    parts.reverse();
    let path = parts.join("/");
    let mut numbers = path.splitn(3, ':');
    let (file, line) = (numbers.next().unwrap_or_default(), numbers.next());
    shown(&match line {
        Some(line) => format!("{file}:{line}"),
        None => file.to_owned(),
    })
}

fn shown(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::found;

    const FREED: &str = "\
noise
=================================================================
==4711==ERROR: AddressSanitizer: heap-use-after-free on address 0x602000000010 at pc 0x55 bp 0x7f sp 0x7f
READ of size 2 at 0x602000000010 thread T0
    #0 0x7f in __interceptor_memcpy ../../../../src/libsanitizer/asan/a.cpp:1
    #1 0x55 in give_back /home/me/stack/src/core/buffer.c:727
    #2 0x55 in take_in /home/me/stack/src/netif/lowpan.c:540:7
    #3 0x55 in main (/home/me/dut+0x123)

0x602000000010 is located 0 bytes inside of 16-byte region
freed by thread T0 here:
    #0 0x7f in somebody /home/me/else.c:1
SUMMARY: AddressSanitizer: heap-use-after-free
==4711==ABORTING";

    #[test]
    fn the_error_and_where_it_lies_without_addresses_and_numbers_of_processes() {
        assert_eq!(
            found(FREED).unwrap(),
            "AddressSanitizer: heap-use-after-free, READ of size 2, in give_back (core/buffer.c:727) < \
             take_in (netif/lowpan.c:540) < main"
        );
        let twice =
            "==1==ERROR: AddressSanitizer: attempting double-free on 0x6020 in thread T0:\n";
        assert_eq!(
            found(twice).unwrap(),
            "AddressSanitizer: attempting double-free"
        );
        let bounds = "/a/src/netif/b.c:12:5: runtime error: index 16 out of bounds for type 'int [16]'\n    \
                      #0 0x55 in look_up /a/src/netif/b.c:12\n";
        assert_eq!(
            found(bounds).unwrap(),
            "UndefinedBehaviorSanitizer: index 16 out of bounds for type 'int [16]', in look_up (netif/b.c:12)"
        );
    }

    #[test]
    fn other_last_words_are_none_of_a_sanitizer() {
        for words in [
            "",
            "assertion failed: x, a.c:1",
            "ERROR: out of memory",
            "#0 a in b c",
        ] {
            assert_eq!(found(words), None, "{words}");
        }
    }

    proptest! {
        /// A device writes what it likes.
        #[test]
        fn whatever_stands_there_the_words_stay_short(text in ".{0,40}", frames in prop::collection::vec("#1 0x1 in .{0,300}", 0..20)) {
            let words = format!("ERROR: XSanitizer: {text}\n{}", frames.join("\n"));
            if let Some(found) = found(&words) {
                prop_assert!(found.chars().count() < 2000);
            }
        }
    }
}

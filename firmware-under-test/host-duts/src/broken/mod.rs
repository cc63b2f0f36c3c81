//! Devices that are broken in one way each: the harness must notice.
//!
//! Most are a good stack in bad hands. `--param around=NAME` picks the stack,
//! `--param after=N` the frame, counted from 1, that sets them off.

mod echoing;
mod fragile;
mod silent;
mod spoken;
mod trigger;
mod wrong_identifier;

use sixlo_agent::Outbox;

use crate::arguments::{ArgumentError, Arguments};
use crate::around::Boxed;
use crate::registry::around;

pub use silent::Silent;
pub use spoken::{agreeing, newer, nonsense};

fn after(arguments: &mut Arguments) -> Result<u64, ArgumentError> {
    arguments.take("after", 1, "a frame's number, counted from 1")
}

/// Sends every frame back.
pub fn echoing(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let swap = arguments.take("swap", String::from("no"), "yes or no")?;
    let swaps = choose("swap", &swap, &[("yes", true), ("no", false)])?;
    Ok(Box::new(echoing::Echoing { swaps }))
}

/// Answers echo requests with another identifier.
pub fn wrong_identifier(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    around(arguments, wrong_identifier::WrongIdentifier::default())
}

/// Ends at the n-th frame.
pub fn dying(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let how = arguments.take("how", String::from("abort"), "abort, exit or panic")?;
    let end: fn() = choose(
        "how",
        &how,
        &[
            ("abort", (|| std::process::abort()) as fn()),
            ("exit", || std::process::exit(3)),
            ("panic", || panic!("this device is made to panic")),
        ],
    )?;
    let after = after(arguments)?;
    around(
        arguments,
        trigger::Trigger::new("dying", after, move |_, _| end()),
    )
}

/// Ends at a frame that holds certain octets.
pub fn fragile(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let first = octets(arguments, "first", "")?;
    let holds = octets(arguments, "holds", "ffffff")?;
    let ends = arguments.take("ends", String::from("at-once"), "at-once or at-reset")?;
    let ends_at_reset = choose("ends", &ends, &[("at-once", false), ("at-reset", true)])?;
    around(
        arguments,
        fragile::Fragile::new(first, holds, ends_at_reset),
    )
}

fn octets(
    arguments: &mut Arguments,
    key: &'static str,
    default: &str,
) -> Result<Vec<u8>, ArgumentError> {
    const ALLOWED: &str = "pairs of hexadecimal digits";
    let value = arguments.take(key, default.to_owned(), ALLOWED)?;
    let is_hex = value.len() % 2 == 0 && value.bytes().all(|c| c.is_ascii_hexdigit());
    let pairs = (0..value.len() / 2).map(|at| {
        let pair = value.get(2 * at..2 * at + 2)?;
        u8::from_str_radix(pair, 16).ok()
    });
    match pairs.collect() {
        Some(octets) if is_hex => Ok(octets),
        _ => Err(ArgumentError::BadValue {
            key,
            value,
            allowed: ALLOWED,
        }),
    }
}

/// Stops answering at the n-th frame, with its input left unread.
pub fn hanging(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let after = after(arguments)?;
    around(
        arguments,
        trigger::Trigger::new("hanging", after, |_, _| {
            loop {
                std::thread::park();
            }
        }),
    )
}

/// Talks without end from the n-th frame on.
pub fn flooding(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    const WORDS: &str = "and on, and on, and on";
    let with = arguments.take("with", String::from("frames"), "a kind of message")?;
    let talk: fn(&[u8], &mut dyn Outbox) = choose(
        "with",
        &with,
        &[
            (
                "frames",
                (|psdu, out| out.transmitted(psdu)) as fn(&[u8], &mut dyn Outbox),
            ),
            ("packets", |psdu, out| out.delivered(psdu)),
            ("log", |_, out| out.log(WORDS)),
            // Beside the agent's stream, and the device goes on obeying.
            ("console", |_, _| {
                std::thread::spawn(|| {
                    loop {
                        eprintln!("{WORDS}");
                    }
                });
            }),
        ],
    )?;
    let goes_on = with == "console";
    let after = after(arguments)?;
    around(
        arguments,
        trigger::Trigger::new("flooding", after, move |psdu, out| {
            loop {
                talk(psdu, out);
                if goes_on {
                    break;
                }
            }
        }),
    )
}

/// Starts again at the n-th frame.
pub fn rebooting(arguments: &mut Arguments) -> Result<Boxed, ArgumentError> {
    let boot = arguments.boot;
    let after = after(arguments)?;
    around(
        arguments,
        trigger::Trigger::new("rebooting", after, move |_, _| {
            sixlo_agent_process::start_again(boot + 1)
        }),
    )
}

/// Picks what `value` stands for.
fn choose<T: Copy>(
    key: &'static str,
    value: &str,
    choices: &[(&str, T)],
) -> Result<T, ArgumentError> {
    choices
        .iter()
        .find(|(word, _)| *word == value)
        .map(|(_, choice)| *choice)
        .ok_or_else(|| ArgumentError::BadChoice {
            key,
            value: value.to_owned(),
            allowed: choices
                .iter()
                .map(|(word, _)| *word)
                .collect::<Vec<_>>()
                .join(", "),
        })
}

//! Does what a statement says.

use super::hooks::Ready;
use super::memory::{Buffer, Cell};
use super::mote::Mote;
use super::statement::{Argument, Check, MOST_ARGUMENTS, Statement};
use super::value::{Value, Values};
use super::{echo, tap};
use sixlo_agent::Outbox;

/// Why a setting was not made.
pub const NOT_HELD: &str = "stack: the mote's function returned another value than dut.yaml wants";
const NO_RETURN: &str = "the mote's function did not return";
const NO_FIT: &str = "the value does not fit the mote's variable";

/// Memory given to the mote, which keeps it until it starts again.
pub type Given = Vec<Box<[u8]>>;

/// Does all of it, in order, until something fails.
pub fn perform(
    mote: &mut Mote,
    statements: &[Ready],
    values: &Values,
    given: &mut Given,
    out: &mut dyn Outbox,
) -> Result<(), &'static str> {
    let mut result = 0;
    for ready in statements {
        match &ready.statement {
            Statement::Call {
                function,
                arguments,
                check,
            } => {
                let mut words = [0; MOST_ARGUMENTS];
                for (word, argument) in words.iter_mut().zip(arguments) {
                    *word = passed(argument, ready, values, result, given);
                }
                let function = ready.symbols[function];
                result = mote.call(function, words, out).ok_or(NO_RETURN)?;
                let holds = match *check {
                    None => true,
                    // A C function that returns an `int` leaves the upper half undefined.
                    Some(Check::Is(value)) => result as u32 == value as u32,
                    Some(Check::IsNot(value)) => result as u32 != value as u32,
                };
                if !holds {
                    return Err(NOT_HELD);
                }
            }
            Statement::Assign { variable, value } => {
                let symbol = ready.symbols[variable];
                let fits = match octets(value, values) {
                    Some(octets) => Buffer::of(symbol)
                        .filter(|buffer| buffer.length >= octets.len())
                        .is_some_and(|buffer| buffer.write(octets)),
                    None => {
                        let word = passed(value, ready, values, result, given);
                        Cell::of(symbol).map(|cell| cell.set(word)).is_some()
                    }
                };
                if !fits {
                    return Err(NO_FIT);
                }
            }
        }
    }
    Ok(())
}

fn octets<'v>(argument: &Argument, values: &'v Values) -> Option<&'v [u8]> {
    let Argument::Value(wanted) = argument else {
        return None;
    };
    values.iter().find_map(|(name, value)| match value {
        Value::Octets(octets) if name == wanted => Some(octets.as_slice()),
        _ => None,
    })
}

/// An argument as it travels in a register.
fn passed(
    argument: &Argument,
    ready: &Ready,
    values: &Values,
    result: u64,
    given: &mut Given,
) -> u64 {
    match argument {
        Argument::Number(number) => *number,
        Argument::Address(symbol) => ready.symbols[symbol].address as u64,
        Argument::Value(wanted) => match values.iter().find(|(name, _)| name == wanted) {
            Some((_, Value::Number(number))) => *number,
            // Copied: it stays where it is even if the mote keeps the pointer.
            Some((_, Value::Octets(octets))) => keep(octets.clone(), given),
            None => 0,
        },
        Argument::Result => result,
        Argument::Zeroed(octets) => keep(vec![0; *octets], given),
        Argument::Echo => echo::address(),
        Argument::Tap => tap::address(),
    }
}

fn keep(octets: Vec<u8>, given: &mut Given) -> u64 {
    let mut octets = octets.into_boxed_slice();
    let address = octets.as_mut_ptr() as u64;
    given.push(octets);
    address
}

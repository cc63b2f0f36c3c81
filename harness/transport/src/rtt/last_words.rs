//! What a board leaves when it breaks down: `SIXLO_LAST_WORDS` in its memory.

use probe_rs::{Core, MemoryInterface, RegisterValue};

/// Words of the block before the text: state, stacked, status, length.
const WORDS: usize = 1 + 8 + 4 + 1;
/// Octets of the text.
const TEXT: usize = 240;

/// How the firmware stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum State {
    Running,
    /// It has panicked or faulted, and sleeps.
    Ended,
    /// It has not come so far.
    Starting,
}

impl From<u32> for State {
    fn from(word: u32) -> Self {
        match &word.to_le_bytes() {
            b"RUN!" => State::Running,
            b"PANI" | b"HARD" => State::Ended,
            _ => State::Starting,
        }
    }
}

/// How the firmware stands now.
pub(super) fn state(core: &mut Core<'_>, at: u64) -> Result<State, probe_rs::Error> {
    Ok(State::from(core.read_word_32(at)?))
}

/// The words of a board that has ended; of one that runs, where it was halted.
pub(super) fn text(core: &mut Core<'_>, at: Option<u64>) -> Result<String, probe_rs::Error> {
    let mut words = [0; WORDS];
    let mut text = [0; TEXT];
    if let Some(at) = at {
        core.read_32(at, &mut words)?;
        core.read(at + 4 * WORDS as u64, &mut text)?;
    }
    match State::from(words[0]) {
        State::Ended => Ok(of_block(&words, &text)),
        State::Running | State::Starting => {
            let pc: RegisterValue = core.read_core_reg(core.program_counter())?;
            let lr: RegisterValue = core.read_core_reg(core.return_address())?;
            Ok(format!("it was running, pc {pc}, lr {lr}"))
        }
    }
}

/// What a block says.
fn of_block(words: &[u32; WORDS], text: &[u8; TEXT]) -> String {
    let length = (words[13] as usize).min(TEXT);
    let text: String = String::from_utf8_lossy(&text[..length])
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if &words[0].to_le_bytes() == b"PANI" {
        return match text.is_empty() {
            true => "panicked".to_owned(),
            false => text,
        };
    }
    let names = ["r0", "r1", "r2", "r3", "r12", "lr", "pc", "xpsr"];
    let named = names.iter().zip(&words[1..9]);
    let registers: Vec<_> = named
        .map(|(name, value)| format!("{name} {value:#010x}"))
        .collect();
    let [cfsr, hfsr, mmfar, bfar] = [words[9], words[10], words[11], words[12]];
    let mut said = format!(
        "hard fault: {}, pc {:#010x}",
        causes(cfsr, hfsr).join(", "),
        words[7]
    );
    if !text.is_empty() {
        said += &format!(", {text}");
    }
    // What differs from frame to frame stands apart from what tells the cause.
    said += &format!(
        " [registers: {}; CFSR {cfsr:#010x}, HFSR {hfsr:#010x}",
        registers.join(", ")
    );
    // MMARVALID, BFARVALID (ARMv7-M B3.2.15).
    if cfsr & 1 << 7 != 0 {
        said += &format!(", MMFAR {mmfar:#010x}");
    }
    if cfsr & 1 << 15 != 0 {
        said += &format!(", BFAR {bfar:#010x}");
    }
    said + "]"
}

/// The bits of CFSR and HFSR in words (ARMv7-M B3.2.15 and B3.2.16).
fn causes(cfsr: u32, hfsr: u32) -> Vec<&'static str> {
    const CFSR: [(u32, &str); 16] = [
        (0, "instruction access violation"),
        (1, "data access violation"),
        (3, "fault while returning from an exception"),
        (4, "fault while stacking for an exception"),
        (5, "fault while saving floating-point state"),
        (8, "instruction bus error"),
        (9, "precise data bus error"),
        (10, "imprecise data bus error"),
        (11, "bus error while returning from an exception"),
        (12, "bus error while stacking for an exception"),
        (13, "bus error while saving floating-point state"),
        (16, "undefined instruction"),
        (17, "invalid state"),
        (18, "invalid return from an exception"),
        (19, "no coprocessor"),
        (24, "unaligned access"),
    ];
    let mut causes: Vec<_> = CFSR
        .iter()
        .filter(|(bit, _)| cfsr & 1 << bit != 0)
        .map(|(_, cause)| *cause)
        .collect();
    if cfsr & 1 << 25 != 0 {
        causes.push("division by zero");
    }
    if hfsr & 1 << 1 != 0 {
        causes.push("vector table read");
    }
    if causes.is_empty() {
        causes.push("no cause given");
    }
    causes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_is_its_text_and_a_fault_its_causes_and_registers() {
        let mut words = [0; WORDS];
        let mut text = [0; TEXT];
        text[..9].copy_from_slice(b"index\n 16");
        words[0] = u32::from_le_bytes(*b"PANI");
        words[13] = 9;
        assert_eq!(of_block(&words, &text), "index  16");
        // A length that no block has.
        words[13] = u32::MAX;
        assert_eq!(of_block(&words, &text).chars().count(), TEXT);
        words = [0; WORDS];
        words[0] = u32::from_le_bytes(*b"HARD");
        words[7] = 0x1234;
        words[9] = 1 << 9 | 1 << 15;
        words[10] = 1 << 30;
        words[12] = 0x4000_0000;
        assert_eq!(
            of_block(&words, &text),
            "hard fault: precise data bus error, pc 0x00001234 [registers: r0 0x00000000, \
             r1 0x00000000, r2 0x00000000, r3 0x00000000, r12 0x00000000, lr 0x00000000, \
             pc 0x00001234, xpsr 0x00000000; CFSR 0x00008200, HFSR 0x40000000, BFAR 0x40000000]"
        );
    }
}

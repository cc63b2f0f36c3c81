//! A stack whose board breaks at frames that bear an agreed word, and a sniffer that loses
//! frames: the harness must notice, say what happened, and go on.

use core::hint::black_box;

use cortex_m::asm;
use cortex_m::peripheral::SCB;
use sixlo_agent::protocol::{RadioRole, Setting};
use sixlo_agent::{Identity, Outbox, Outcome, Radio, Sent, Signal, Stack, VirtualPhy};

/// What a word does to the board.
type Fault = fn(&mut dyn Outbox);

/// The words. They are found anywhere in a frame; the natural place is the data of an echo
/// request or of a UDP datagram, in line.
const WORDS: &[(&[u8], Fault)] = &[
    (b"sixlo:hard-fault", |_| asm::udf()),
    (b"sixlo:panic", |_| {
        panic!("a frame that this board cannot take")
    }),
    (b"sixlo:overflow", |_| {
        black_box(overflow(1));
    }),
    (b"sixlo:hang", |_| {
        loop {
            asm::nop();
        }
    }),
    // It sleeps with its channels unread, so that what the host writes fills them.
    (b"sixlo:deaf", |_| {
        loop {
            asm::wfi();
        }
    }),
    (b"sixlo:reset", |_| SCB::sys_reset()),
    // On the log's channel, many times what it holds. The board goes on obeying.
    (b"sixlo:flood", |_| {
        for line in 0..10_000_u32 {
            defmt::info!("and on, and on, and on: {=u32}", line);
        }
    }),
    // On the agent's own channel, and for ever.
    (b"sixlo:babble", |out| {
        loop {
            out.log("and on, and on, and on");
        }
    }),
];

/// Takes stack until there is none.
#[allow(unconditional_recursion)]
#[inline(never)]
fn overflow(depth: u32) -> u32 {
    let held = black_box([depth; 64]);
    overflow(black_box(depth.wrapping_add(1))).wrapping_add(held[63])
}

/// Any stack, on a board that breaks.
pub struct Faulty<S>(pub S);

impl<S: Stack> Stack for Faulty<S> {
    fn identity(&self) -> Identity<'_> {
        self.0.identity()
    }

    fn configure(&mut self, setting: &Setting) -> Outcome {
        self.0.configure(setting)
    }

    fn reset(&mut self, out: &mut dyn Outbox) -> Outcome {
        self.0.reset(out)
    }

    fn receive(&mut self, psdu: &[u8], out: &mut dyn Outbox) {
        for (word, fault) in WORDS {
            if psdu.windows(word.len()).any(|octets| octets == *word) {
                fault(out);
            }
        }
        self.0.receive(psdu, out);
    }

    fn send_ipv6(&mut self, packet: &[u8], out: &mut dyn Outbox) -> Outcome {
        self.0.send_ipv6(packet, out)
    }

    fn advance(&mut self, now_us: u64, out: &mut dyn Outbox) {
        self.0.advance(now_us, out);
    }

    fn next_timer_us(&self) -> Option<u64> {
        self.0.next_timer_us()
    }
}

/// The virtual PHY of a radio that, while it is one for others, misses three frames of ten.
#[derive(Default)]
pub struct Lossy {
    role: Option<RadioRole>,
    heard: u32,
}

impl Radio for Lossy {
    fn set_role(&mut self, role: RadioRole) -> Outcome {
        self.role = Some(role);
        VirtualPhy.set_role(role)
    }

    fn transmit(&mut self, psdu: &[u8]) -> Sent {
        VirtualPhy.transmit(psdu)
    }

    fn hear(&mut self, psdu: &[u8], now_us: u64) -> Option<Signal> {
        self.heard = self.heard.wrapping_add(1);
        let serves_others = !matches!(self.role, None | Some(RadioRole::Device));
        // Not in a row: frames 3, 6 and 9 of each ten.
        let is_missed = serves_others && matches!(self.heard % 10, 3 | 6 | 9);
        (!is_missed).then(|| VirtualPhy.hear(psdu, now_us))?
    }
}

//! Whatever octet of a reply is flipped on its way, it is no right reply any more.

use super::air::*;
use crate::verdict::Verdict;

#[test]
fn no_flipped_octet_passes() {
    let mut random = 0x9e37_79b9_u32;
    let right = pong(1);
    for at in 40..right.len() {
        for _ in 0..8 {
            random ^= random << 13;
            random ^= random >> 17;
            random ^= random << 5;
            let mut flipped = right.clone();
            // Any flip but none.
            flipped[at] ^= (random % 255) as u8 + 1;
            let mut air = Air::new();
            air.send(1, 2, &ping(1));
            air.send(2, 1, &flipped);
            let (told, _) = air.end();
            assert!(!told.is_empty());
            for exchange in told {
                assert_ne!(exchange.verdict, Verdict::Pass, "octet {at}: {exchange:#?}");
            }
        }
    }
}

//! Bounds the rate of ICMPv6 errors. RFC 4443 2.4(f).

/// A token bucket that holds one second's worth.
#[derive(Debug, Clone)]
pub(crate) struct Limiter {
    /// Errors allowed, in millionths.
    credit: u64,
    rate: u32,
    at_us: u64,
}

/// One error in the unit of `credit`.
const ONE: u64 = 1_000_000;

impl Limiter {
    pub const fn new() -> Self {
        Limiter {
            credit: 0,
            rate: 0,
            at_us: 0,
        }
    }

    /// Takes one error's worth, if there is one; `per_second` 0 sets no limit.
    pub fn allows(&mut self, now_us: u64, per_second: u32) -> bool {
        if per_second == 0 {
            return true;
        }
        let full = u64::from(per_second) * ONE;
        if self.rate != per_second {
            self.rate = per_second;
            self.credit = full;
        }
        let passed_us = now_us.saturating_sub(self.at_us);
        let earned = passed_us.saturating_mul(u64::from(per_second));
        self.credit = self.credit.saturating_add(earned).min(full);
        self.at_us = now_us;
        let allowed = self.credit >= ONE;
        if allowed {
            self.credit -= ONE;
        }
        allowed
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_earns_its_rate() {
        let mut limiter = Limiter::new();
        let mut count = |now_us| (0..100).filter(|_| limiter.allows(now_us, 10)).count();
        assert_eq!(count(0), 10);
        assert_eq!(count(100_000), 1);
        assert_eq!(count(10_000_000), 10);
        assert!((0..1000).all(|_| Limiter::new().allows(0, 0)));
    }
}

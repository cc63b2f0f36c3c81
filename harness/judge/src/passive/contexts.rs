//! Contexts: given, and learnt from router advertisements. RFC 6775 4.2, 5.4.3.

use std::time::Duration;

use sixlo_frames::context::{Context, ContextTable};
use sixlo_frames::dissect::{Dissection, dissect_packet};
use sixlo_frames::field::{FieldId, Value};

use super::summary::LearntContext;

/// Valid lifetimes count in units of 60 s.
const LIFETIME_UNIT: Duration = Duration::from_secs(60);
/// Contexts remembered for the summary.
const MOST_TOLD: usize = 64;

/// What is known by now.
#[derive(Debug)]
pub(super) struct Contexts {
    known: ContextTable,
    compressing: ContextTable,
    learnt: [Option<Lifetime>; 16],
    /// Changes with every context that is set to something else; none is edition 0.
    editions: [u32; 16],
    /// When the next lifetime ends.
    next: Option<Duration>,
    pub told: Vec<LearntContext>,
}

/// How long a learnt context serves.
#[derive(Debug, Clone, Copy)]
struct Lifetime {
    /// Not compressed with from then on.
    valid_until: Duration,
    /// Forgotten then: twice the router's lifetime later (RFC 6775 5.4.3).
    known_until: Duration,
}

impl Contexts {
    pub fn new(given: ContextTable) -> Self {
        Contexts {
            known: given,
            compressing: given,
            learnt: [None; 16],
            editions: [1; 16],
            next: None,
            told: Vec::new(),
        }
    }

    /// Those to read with.
    pub fn known(&self) -> &ContextTable {
        &self.known
    }

    /// Those a sender could have compressed with.
    pub fn compressing(&self) -> &ContextTable {
        &self.compressing
    }

    pub fn edition(&self, id: usize) -> u32 {
        self.editions[id]
    }

    /// Takes away what is too old by now.
    pub fn expire(&mut self, now: Duration) {
        if self.next.is_none_or(|next| now < next) {
            return;
        }
        for id in 0..16_u8 {
            let slot = &mut self.learnt[usize::from(id)];
            let Some(lifetime) = *slot else {
                continue;
            };
            if now >= lifetime.valid_until {
                self.compressing.remove(id);
            }
            if now >= lifetime.known_until {
                self.known.remove(id);
                *slot = None;
            }
        }
        self.next = self.next_end(now);
    }

    fn next_end(&self, now: Duration) -> Option<Duration> {
        self.learnt
            .iter()
            .flatten()
            .flat_map(|lifetime| [lifetime.valid_until, lifetime.known_until])
            .filter(|end| *end > now)
            .min()
    }

    /// Learns from a valid router advertisement.
    pub fn learn(&mut self, packet: &[u8], number: u64, now: Duration) {
        let advertisement = dissect_packet(packet);
        let router_lifetime = match advertisement.get(FieldId::NdRouterLifetime) {
            Some(Value::Uint(seconds)) => Duration::from_secs(*seconds),
            _ => Duration::ZERO,
        };
        for option in options_in(&advertisement) {
            let valid_until = now.saturating_add(LIFETIME_UNIT * u32::from(option.valid_lifetime));
            self.set(
                option,
                now,
                Lifetime {
                    valid_until,
                    known_until: valid_until.saturating_add(router_lifetime * 2),
                },
            );
            self.tell(LearntContext {
                packet: number,
                ..option
            });
        }
        self.next = self.next_end(now);
    }

    fn set(&mut self, option: LearntContext, now: Duration, lifetime: Lifetime) {
        let (id, slot) = (option.id, usize::from(option.id));
        let before = self.known.get(id).copied();
        // Lifetime 0: to be removed immediately.
        if lifetime.valid_until <= now {
            self.known.remove(id);
            self.compressing.remove(id);
            self.learnt[slot] = None;
        } else {
            self.known.set(id, option.context);
            match option.compress {
                true => self.compressing.set(id, option.context),
                false => self.compressing.remove(id),
            }
            self.learnt[slot] = Some(lifetime);
        }
        if before != self.known.get(id).copied() {
            self.editions[slot] = self.editions[slot].wrapping_add(1).max(1);
        }
    }

    fn tell(&mut self, learnt: LearntContext) {
        let same = |told: &LearntContext| {
            LearntContext { packet: 0, ..*told }
                == LearntContext {
                    packet: 0,
                    ..learnt
                }
        };
        if self.told.len() < MOST_TOLD && !self.told.iter().any(same) {
            self.told.push(learnt);
        }
    }
}

/// The context options of an advertisement, in their order; the packet number is not known here.
fn options_in(advertisement: &Dissection) -> Vec<LearntContext> {
    let numbers = |id| -> Vec<u64> {
        advertisement
            .all(id)
            .map(|value| match value {
                Value::Uint(number) => *number,
                _ => 0,
            })
            .collect()
    };
    let lengths = numbers(FieldId::Nd6coLength);
    let compress = numbers(FieldId::Nd6coC);
    let ids = numbers(FieldId::Nd6coCid);
    let lifetimes = numbers(FieldId::Nd6coLifetime);
    let prefixes = advertisement.all(FieldId::Nd6coPrefix);
    let mut options = Vec::new();
    for (at, prefix) in prefixes.enumerate() {
        let (Value::Ipv6(prefix), Some(&length @ 0..=128)) = (prefix, lengths.get(at)) else {
            continue;
        };
        let number = |of: &[u64]| of.get(at).copied().unwrap_or_default();
        options.push(LearntContext {
            id: number(&ids) as u8 & 0x0f,
            context: Context {
                prefix: *prefix,
                length: length as u8,
            },
            compress: number(&compress) != 0,
            valid_lifetime: number(&lifetimes) as u16,
            packet: 0,
        });
    }
    options
}

//! The neighbour cache. RFC 4861 5.1 and 7.3.

use crate::ipv6::Address;
use crate::mac::LinkAddress;
use crate::nd::RETRANS_US;

/// Neighbours a node knows at a time.
pub const NEIGHBOURS: usize = 16;
/// How long a confirmation holds, in microseconds: REACHABLE_TIME. RFC 4861 section 10.
const REACHABLE_US: u64 = 30_000_000;
/// DELAY_FIRST_PROBE_TIME in microseconds. RFC 4861 section 10.
const DELAY_US: u64 = 5_000_000;

/// How sure a neighbour's link-layer address is. RFC 4861 7.3.2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum State {
    /// Asked for `tries` times, again at `due_us`.
    Incomplete {
        tries: u8,
        due_us: u64,
    },
    Reachable {
        link: LinkAddress,
        until_us: u64,
    },
    Stale {
        link: LinkAddress,
    },
    /// Used while stale: probed from `due_us` on.
    Delay {
        link: LinkAddress,
        due_us: u64,
    },
    Probe {
        link: LinkAddress,
        tries: u8,
        due_us: u64,
    },
    /// Configured; never asked for.
    Fixed {
        link: LinkAddress,
    },
}

/// One neighbour.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Neighbour {
    pub address: Address,
    pub state: State,
    /// When its link-layer address was last told, in microseconds.
    told_us: u64,
    /// Counts up with each use; the least used makes room.
    used: u32,
}

impl State {
    /// The first solicitation goes out now.
    pub fn asked_once(now_us: u64) -> Self {
        State::Incomplete {
            tries: 1,
            due_us: now_us + RETRANS_US,
        }
    }
}

impl Neighbour {
    pub fn link(&self) -> Option<LinkAddress> {
        match self.state {
            State::Incomplete { .. } => None,
            State::Reachable { link, .. }
            | State::Stale { link }
            | State::Delay { link, .. }
            | State::Probe { link, .. }
            | State::Fixed { link } => Some(link),
        }
    }

    /// When something is to be sent about it.
    pub fn due_us(&self) -> Option<u64> {
        match self.state {
            State::Incomplete { due_us, .. }
            | State::Delay { due_us, .. }
            | State::Probe { due_us, .. } => Some(due_us),
            _ => None,
        }
    }
}

/// What became of a neighbour's entry when something was heard of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Heard {
    /// A packet may be waiting for the address now known.
    pub resolved: bool,
    /// The link-layer address it had before.
    pub was: Option<LinkAddress>,
}

/// A neighbour advertisement's say about a link-layer address.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Advertised {
    pub link: Option<LinkAddress>,
    pub solicited: bool,
    pub replaces: bool,
}

/// All neighbours.
#[derive(Debug, Clone)]
pub(crate) struct Neighbours {
    table: [Option<Neighbour>; NEIGHBOURS],
    uses: u32,
}

impl Neighbours {
    pub const fn new() -> Self {
        Neighbours {
            table: [None; NEIGHBOURS],
            uses: 0,
        }
    }

    pub fn all(&self) -> impl Iterator<Item = &Neighbour> {
        self.table.iter().flatten()
    }

    pub fn find(&self, address: &Address) -> Option<&Neighbour> {
        self.all().find(|neighbour| neighbour.address == *address)
    }

    fn find_mut(&mut self, address: &Address) -> Option<&mut Neighbour> {
        let mut all = self.table.iter_mut().flatten();
        all.find(|neighbour| neighbour.address == *address)
    }

    /// The link-layer address to send to, if it is known. Marks it as used:
    /// a stale one is probed if nothing confirms it soon. RFC 4861 7.3.3.
    /// One told of longer than `lifetime_us` ago is forgotten.
    pub fn resolve(
        &mut self,
        address: &Address,
        now_us: u64,
        lifetime_us: u64,
    ) -> Option<LinkAddress> {
        self.uses += 1;
        let uses = self.uses;
        let neighbour = self.find_mut(address)?;
        neighbour.used = uses;
        let link = neighbour.link()?;
        let fixed = matches!(neighbour.state, State::Fixed { .. });
        if !fixed && now_us.saturating_sub(neighbour.told_us) >= lifetime_us {
            self.remove(address);
            return None;
        }
        match neighbour.state {
            State::Reachable { until_us, .. } if now_us < until_us => {}
            _ if seeded!(NeighbourNeverProbed) => {}
            State::Reachable { .. } | State::Stale { .. } => {
                let due_us = now_us + DELAY_US;
                neighbour.state = State::Delay { link, due_us };
            }
            _ => {}
        }
        Some(link)
    }

    /// Puts an entry in: that of its address, a free one, or the least used.
    /// Gives the one that had to go.
    pub fn insert(&mut self, address: Address, state: State, now_us: u64) -> Option<Neighbour> {
        self.uses += 1;
        let used = self.uses;
        let index = self.index_for(&address);
        let before = self.table[index].replace(Neighbour {
            address,
            state,
            told_us: now_us,
            used,
        });
        before.filter(|gone| gone.address != address)
    }

    fn index_for(&self, address: &Address) -> usize {
        let is_it = |slot: &Option<Neighbour>| slot.is_some_and(|n| n.address == *address);
        let known = self.table.iter().position(is_it);
        let free = || self.table.iter().position(Option::is_none);
        let fixed = |neighbour: &Neighbour| matches!(neighbour.state, State::Fixed { .. });
        let least_used = || {
            let used = self.table.iter().map(|slot| {
                slot.map_or((true, 0), |neighbour| (fixed(&neighbour), neighbour.used))
            });
            used.enumerate()
                .min_by_key(|(_, used)| *used)
                .map_or(0, |(index, _)| index)
        };
        known.or_else(free).unwrap_or_else(least_used)
    }

    pub fn set_state(&mut self, address: &Address, state: State) {
        if let Some(neighbour) = self.find_mut(address) {
            neighbour.state = state;
        }
    }

    pub fn remove(&mut self, address: &Address) -> Option<Neighbour> {
        let is_it = |slot: &&mut Option<Neighbour>| slot.is_some_and(|n| n.address == *address);
        self.table.iter_mut().find(is_it)?.take()
    }

    /// A solicitation or router message told where it comes from. RFC 4861 7.2.3.
    pub fn hear_source(&mut self, address: Address, link: LinkAddress, now_us: u64) -> Heard {
        let Some(neighbour) = self.find_mut(&address) else {
            let gone = self.insert(address, State::Stale { link }, now_us);
            return Heard {
                resolved: false,
                was: gone.and_then(|gone| gone.link()),
            };
        };
        neighbour.told_us = now_us;
        let was = neighbour.link();
        let fixed = matches!(neighbour.state, State::Fixed { .. });
        if was != Some(link) && !fixed {
            neighbour.state = State::Stale { link };
        }
        Heard {
            resolved: was.is_none(),
            was: was.filter(|was| *was != link && !fixed),
        }
    }

    /// RFC 4861 7.2.5. Advertisements about strangers change nothing.
    pub fn hear_advertisement(
        &mut self,
        address: &Address,
        said: Advertised,
        now_us: u64,
    ) -> Option<Heard> {
        let neighbour = self.find_mut(address)?;
        let confirmed = |link| {
            if said.solicited {
                let until_us = now_us + REACHABLE_US;
                State::Reachable { link, until_us }
            } else {
                State::Stale { link }
            }
        };
        let Some(was) = neighbour.link() else {
            // Without an address it resolves nothing.
            neighbour.state = confirmed(said.link?);
            neighbour.told_us = now_us;
            return Some(Heard {
                resolved: true,
                was: None,
            });
        };
        let mut heard = Heard {
            resolved: false,
            was: None,
        };
        let link = said.link.unwrap_or(was);
        match neighbour.state {
            State::Fixed { .. } => {}
            State::Reachable { .. } if link != was && !said.replaces => {
                neighbour.state = State::Stale { link: was };
            }
            _ if link != was && !said.replaces => {}
            _ if link == was && !said.solicited => {}
            _ => {
                neighbour.state = confirmed(link);
                neighbour.told_us = now_us;
                heard.was = Some(was).filter(|was| *was != link);
            }
        }
        Some(heard)
    }

    /// The state after one more solicitation at `now_us`.
    pub fn asked_again(state: State, now_us: u64) -> State {
        let due_us = now_us + RETRANS_US;
        match state {
            State::Incomplete { tries, .. } => State::Incomplete {
                tries: tries + 1,
                due_us,
            },
            State::Delay { link, .. } => State::Probe {
                link,
                tries: 1,
                due_us,
            },
            State::Probe { link, tries, .. } => State::Probe {
                link,
                tries: tries + 1,
                due_us,
            },
            other => other,
        }
    }
}

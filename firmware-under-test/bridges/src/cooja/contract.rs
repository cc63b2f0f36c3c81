//! What Cooja and a mote have agreed on: two functions, and the variables between them.

use super::library::{Library, Symbol};
use super::memory::{Buffer, Cell};

/// The image is no mote for Cooja.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("the image lacks {} (wanted: every symbol of a mote built with `make TARGET=cooja`)", .0.join(", "))]
pub struct Missing(pub Vec<&'static str>);

/// Variables and functions of a mote.
pub struct Contract {
    /// Makes the mote's threads: `int cooja_init(void)`.
    pub init: Symbol,
    /// Lets it run until it has nothing to do, or waits: `void cooja_tick(void)`.
    pub tick: Symbol,
    /// Its number, from which Contiki-NG makes an EUI-64.
    pub mote_id: Cell,
    /// Its number or seed is new.
    pub mote_id_changed: Cell,
    /// Seed of its random numbers.
    pub random_seed: Cell,
    /// Time in milliseconds.
    pub time_ms: Cell,
    /// Time in microseconds.
    pub time_us: Cell,
    /// An event timer runs.
    pub etimer_pending: Cell,
    /// When it is due, in milliseconds.
    pub etimer_due_ms: Cell,
    /// A real-time timer runs.
    pub rtimer_pending: Cell,
    /// When it is due, in microseconds.
    pub rtimer_due_us: Cell,
    /// Not 0: it has more to do, or waits for something without sleeping.
    pub run_value: Cell,
    /// A frame to it, without FCS.
    pub in_data: Buffer,
    /// Octets of that frame; 0: none.
    pub in_size: Cell,
    /// A frame of its own, without FCS.
    pub out_data: Buffer,
    /// Octets of that frame; 0: none.
    pub out_size: Cell,
    /// What it has printed.
    pub logged_data: Buffer,
    /// Octets of that.
    pub logged_length: Cell,
    /// It has printed something.
    pub logged_flag: Cell,
    /// The radio listens.
    pub radio_on: Cell,
}

impl Contract {
    /// Finds all of it in an image, or says all that is not there.
    pub fn of(library: &Library) -> Result<Self, Missing> {
        let mut finder = Finder {
            library,
            missing: Vec::new(),
        };
        let contract = finder.contract();
        contract.ok_or(Missing(finder.missing))
    }
}

struct Finder<'l> {
    library: &'l Library,
    missing: Vec<&'static str>,
}

impl Finder<'_> {
    /// Everything is looked for before anything is missed, so that one error names all.
    fn contract(&mut self) -> Option<Contract> {
        let init = self.function("cooja_init");
        let tick = self.function("cooja_tick");
        let mote_id = self.cell("simMoteID");
        let mote_id_changed = self.cell("simMoteIDChanged");
        let random_seed = self.cell("simRandomSeed");
        let time_ms = self.cell("simCurrentTime");
        let time_us = self.cell("simRtimerCurrentTicks");
        let etimer_pending = self.cell("simEtimerPending");
        let etimer_due_ms = self.cell("simEtimerNextExpirationTime");
        let rtimer_pending = self.cell("simRtimerPending");
        let rtimer_due_us = self.cell("simRtimerNextExpirationTime");
        let run_value = self.cell("simProcessRunValue");
        let in_data = self.buffer("simInDataBuffer");
        let in_size = self.cell("simInSize");
        let out_data = self.buffer("simOutDataBuffer");
        let out_size = self.cell("simOutSize");
        let logged_data = self.buffer("simLoggedData");
        let logged_length = self.cell("simLoggedLength");
        let logged_flag = self.cell("simLoggedFlag");
        let radio_on = self.cell("simRadioHWOn");
        Some(Contract {
            init: init?,
            tick: tick?,
            mote_id: mote_id?,
            mote_id_changed: mote_id_changed?,
            random_seed: random_seed?,
            time_ms: time_ms?,
            time_us: time_us?,
            etimer_pending: etimer_pending?,
            etimer_due_ms: etimer_due_ms?,
            rtimer_pending: rtimer_pending?,
            rtimer_due_us: rtimer_due_us?,
            run_value: run_value?,
            in_data: in_data?,
            in_size: in_size?,
            out_data: out_data?,
            out_size: out_size?,
            logged_data: logged_data?,
            logged_length: logged_length?,
            logged_flag: logged_flag?,
            radio_on: radio_on?,
        })
    }

    fn function(&mut self, name: &'static str) -> Option<Symbol> {
        self.found(name, Some)
    }

    fn cell(&mut self, name: &'static str) -> Option<Cell> {
        self.found(name, Cell::of)
    }

    fn buffer(&mut self, name: &'static str) -> Option<Buffer> {
        self.found(name, Buffer::of)
    }

    fn found<T>(&mut self, name: &'static str, make: fn(Symbol) -> Option<T>) -> Option<T> {
        let found = self.library.find(name).and_then(make);
        if found.is_none() {
            self.missing.push(name);
        }
        found
    }
}

//! A rack held against itself and against the ports: what two entries say together.

use std::collections::BTreeMap;

use sixlo_harness::catalogue::written::{At, Location, place};
use sixlo_harness::catalogue::{CatalogueError, CatalogueErrors};
use sixlo_harness::run::Device;

use crate::board::{Antenna, Board, Occupant, Reach};
use crate::file::Rack;
use crate::radio::is_black_box;

impl Rack {
    /// Whether its entries fit each other, and name devices that there are.
    ///
    /// # Errors
    /// Everything that does not, each with its place.
    pub fn check(&self, devices: &[Device]) -> Result<(), CatalogueErrors> {
        let mut checker = Checker {
            rack: self,
            errors: Vec::new(),
        };
        checker.names();
        checker.ways();
        for board in &self.boards {
            checker.board(board, devices);
        }
        let mut errors = checker.errors;
        errors.sort();
        match errors.is_empty() {
            true => Ok(()),
            false => Err(CatalogueErrors(errors)),
        }
    }

    /// The spares that can stand in for this board: reached in the same way, with the same
    /// chip, on the same kind of air.
    pub fn spares(&self, board: &Board) -> impl Iterator<Item = &Board> {
        let (reach, chip) = (std::mem::discriminant(&board.reach), board.chip_name());
        self.boards.iter().filter(move |other| {
            matches!(other.occupant, Occupant::Spare)
                && std::mem::discriminant(&other.reach) == reach
                && other.chip_name() == chip
                && other.antenna.is_like(&board.antenna)
        })
    }
}

impl Board {
    /// Whether it is a column of the matrix.
    pub(crate) fn is_dut(&self) -> bool {
        matches!(self.occupant, Occupant::Dut(_))
    }

    /// The name of its chip.
    pub(crate) fn chip_name(&self) -> Option<&str> {
        self.chip.as_ref().map(|chip| chip.name.as_str())
    }
}

struct Checker<'r> {
    rack: &'r Rack,
    errors: Vec<CatalogueError>,
}

impl Checker<'_> {
    fn wrong(&mut self, at: Location, text: String) {
        self.errors
            .push(CatalogueError::new(place(&self.rack.file, at), text));
    }

    /// Names are said on the command line: each means one thing.
    fn names(&mut self) {
        let rack = self.rack;
        let boards = rack.boards.iter().map(|board| &board.name);
        let radios = rack.radios.iter().map(|radio| &radio.name);
        let mut seen = BTreeMap::new();
        for name in boards.chain(radios) {
            if let Some(line) = seen.insert(&name.value, name.referenced.line()) {
                let text = format!("`{}` is the name of line {line}, too", name.value);
                self.wrong(name.referenced, text);
            }
        }
        let mut seen = BTreeMap::new();
        for board in &rack.boards {
            let Some(column) = board.occupant.column() else {
                continue;
            };
            let title = column.title();
            if let Some(other) = seen.insert(&title.value, &board.name.value) {
                let text = format!(
                    "`{}` stands on board `{other}`, too: give one of them a `column` of its own, or make it a spare",
                    title.value
                );
                self.wrong(title.referenced, text);
            }
        }
    }

    /// Two boards behind one probe are one board, whatever the file says.
    fn ways(&mut self) {
        let mut seen: Vec<(&Reach, &At<String>)> = Vec::new();
        for board in &self.rack.boards {
            if matches!(board.reach, Reach::Emulated | Reach::Air | Reach::Process) {
                continue;
            }
            let is_same = |other: &Reach| match (other, &board.reach) {
                (Reach::Probe { selector: a, .. }, Reach::Probe { selector: b, .. }) => {
                    a.eq_ignore_ascii_case(b)
                }
                (Reach::Serial { path: a, .. }, Reach::Serial { path: b, .. }) => a == b,
                (a, b) => a == b,
            };
            let other = seen.iter().find(|(reach, _)| is_same(reach));
            if let Some(other) = other.map(|(_, name)| name.value.clone()) {
                let text = format!(
                    "`{}` and `{other}` are reached by the same {}",
                    board.name.value,
                    board.reach.words()
                );
                self.wrong(board.name.referenced, text);
            }
            seen.push((&board.reach, &board.name));
        }
    }

    fn board(&mut self, board: &Board, devices: &[Device]) {
        let name = &board.name;
        self.chip(board);
        match &board.occupant {
            Occupant::Dut(column) => {
                let dut = &column.dut;
                if !devices.iter().any(|device| device.name().0 == dut.value) {
                    let known: Vec<&str> = devices.iter().map(|d| d.name().0.as_str()).collect();
                    let text = format!(
                        "no dut.yaml has a device `{}` (known: {})",
                        dut.value,
                        known.join(", ")
                    );
                    self.wrong(dut.referenced, text);
                }
                let device = devices.iter().find(|device| device.name().0 == dut.value);
                if !device.is_some_and(|device| is_black_box(&device.spec.program)) {
                    self.image(board);
                }
            }
            Occupant::Radio => self.radio(board),
            Occupant::Spare => {
                let stands_in = |other: &Board| {
                    matches!(other.occupant, Occupant::Dut(_))
                        && self.rack.spares(other).any(|spare| spare.name == *name)
                };
                if !self.rack.boards.iter().any(stands_in) {
                    let text = format!(
                        "spare `{}` can stand in for no board: none is reached in the same way with the same chip",
                        name.value
                    );
                    self.wrong(name.referenced, text);
                }
            }
        }
        if let Some(firmware) = &board.firmware
            && !board.reach.has_probe()
        {
            let text = "`firmware` is written by a debug probe: this board has none".to_owned();
            self.wrong(firmware.referenced, text);
        }
        self.air(board, devices);
    }

    /// A board that serves as a radio has an agent, and is where the radios around it are.
    fn radio(&mut self, board: &Board) {
        let name = &board.name;
        if matches!(board.reach, Reach::Air | Reach::Process) {
            let text = format!(
                "nothing leads to radio `{}`: it has a `probe`, a `serial` or `tcp` line, or is `emulated: qemu`",
                name.value
            );
            self.wrong(name.referenced, text);
        }
        if board.reach == Reach::Emulated && board.air.is_none() {
            let text = format!(
                "radio `{}` is emulated and has no antenna: name the `air` that it shares with the other boards",
                name.value
            );
            self.wrong(name.referenced, text);
        }
        if let Antenna::OnAir { .. } = board.antenna {
            let text = format!(
                "radio `{}` is on the channel of the board that names it: leave `channel` and `injector` out",
                name.value
            );
            self.wrong(name.referenced, text);
        }
        self.image(board);
    }

    /// What is written to a board at a probe.
    fn image(&mut self, board: &Board) {
        if board.reach.has_probe() && board.firmware.is_none() {
            let text = format!(
                "`{}` has a probe and no `firmware`: name the ELF file that is written to it",
                board.name.value
            );
            self.wrong(board.name.referenced, text);
        }
    }

    /// On air a device is played through radios; where something leads to its agent, that is
    /// what it is told things by.
    fn air(&mut self, board: &Board, devices: &[Device]) {
        let column = board.occupant.column();
        let device = column.and_then(|column| {
            let mut devices = devices.iter();
            devices.find(|device| device.name().0 == column.dut.value)
        });
        let is_black_box = device.map(|device| is_black_box(&device.spec.program));
        let Antenna::OnAir {
            injector, sniffer, ..
        } = &board.antenna
        else {
            if let (Some(true), Some(column)) = (is_black_box, column) {
                let text = format!(
                    "`{0}` is played through radios (its dut.yaml starts a black-box): `{1}` needs a `channel` and an `injector`",
                    column.dut.value, board.name.value
                );
                self.wrong(column.dut.referenced, text);
            }
            if let (Some(air), Some(_)) = (&board.air, column) {
                let text = format!(
                    "`{}` is on an air that no radio is named for: name a `channel` and an `injector`",
                    board.name.value
                );
                self.wrong(air.referenced, text);
            }
            return;
        };
        if let (Some(false), Some(column)) = (is_black_box, column) {
            match board.reach {
                Reach::Air | Reach::Process => {
                    let text = format!(
                        "nothing leads to the agent of `{}`: name its `probe`, `serial` or `tcp`; without an agent goes a \
                         device whose dut.yaml has `start: {{ black-box: … }}`",
                        column.dut.value
                    );
                    self.wrong(column.dut.referenced, text);
                }
                Reach::Emulated if board.air.is_none() => {
                    let text = format!(
                        "`{}` is emulated and has no antenna: name the `air` that it shares with its radios",
                        board.name.value
                    );
                    self.wrong(board.name.referenced, text);
                }
                _ => {}
            }
        }
        for radio in std::iter::once(injector).chain(sniffer) {
            if !self.rack.has_radio(&radio.value) {
                let radios = self.rack.radios.iter().map(|radio| &*radio.name.value);
                let boards = self.rack.boards.iter();
                let boards = boards.filter(|board| matches!(board.occupant, Occupant::Radio));
                let boards = boards.map(|board| &*board.name.value);
                let radios: Vec<&str> = radios.chain(boards).collect();
                let text = format!(
                    "no radio `{}` (known: {})",
                    radio.value,
                    match radios.is_empty() {
                        true =>
                            "none; list them under `radios`, or among `boards` with `radio: true`"
                                .to_owned(),
                        false => radios.join(", "),
                    }
                );
                self.wrong(radio.referenced, text);
            }
        }
        let named = self.rack.radio(&injector.value);
        if named.is_some_and(|radio| !radio.can_inject) {
            let text = format!(
                "`{}` sends nothing: it can be a `sniffer`, and no `injector`",
                injector.value
            );
            self.wrong(injector.referenced, text);
        }
    }

    /// What is written to must be known to be the right one.
    fn chip(&mut self, board: &Board) {
        let name = &board.name;
        let Reach::Probe { .. } = board.reach else {
            return;
        };
        match &board.chip {
            None => {
                let text = format!(
                    "`{}` has a probe and no `chip`, such as `chip: nRF52840_xxAA` (`probe-rs chip list` has all)",
                    name.value
                );
                self.wrong(name.referenced, text);
            }
            Some(chip) if chip.id.is_none() => {
                let text = format!(
                    "`{}` has no `chip-id: {{ address: …, value: … }}`: without it nobody knows that the right board is written; \
                     `sixlo rack doctor` reads the value where `address` is known (nRF52: 0x10000060)",
                    name.value
                );
                self.wrong(name.referenced, text);
            }
            Some(_) => {}
        }
    }
}

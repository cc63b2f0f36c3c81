//! Devices of a run put into their seats.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sixlo_harness::rig::{DutSpec, Starter};
use sixlo_harness::run::{Device, Seat, Standing};
use sixlo_judge::name::DutName;

use crate::air::Halls;
use crate::board::{Antenna, Board, Occupant, Reach};
use crate::file::Rack;
use crate::hands::Hands;
use crate::radio::through_radios;

/// The devices that stand in a rack, as a run takes them: their names are those of their
/// columns, so whatever goes by a device's name (trials and their nonces, known.yaml, a
/// baseline, a run to compare with) finds the board where it finds its twin on this machine.
pub fn seat(rack: &Rack, devices: &[Device]) -> Vec<Device> {
    let pool = Pool::of(rack);
    let boards = rack.boards.iter();
    boards
        .filter_map(|board| seated(board, devices, &pool))
        .collect()
}

/// One board of a rack as a device of its own, with no spares: a spare as the first board that
/// it can stand in for. None where it is nothing that a port knows.
pub(crate) fn seat_of(rack: &Rack, board: &Board, devices: &[Device]) -> Option<Device> {
    let mut alone = rack.clone();
    alone
        .boards
        .retain(|board| matches!(board.occupant, Occupant::Radio));
    let pool = Pool::of(&alone);
    match board.occupant {
        Occupant::Dut(_) => seated(board, devices, &pool),
        Occupant::Radio => None,
        Occupant::Spare => {
            let fits = |other: &&Board| rack.spares(other).any(|one| one.name == board.name);
            let other = rack
                .boards
                .iter()
                .filter(|other| other.is_dut())
                .find(fits)?;
            seated(&board.in_place_of(other), devices, &pool)
        }
    }
}

/// Who stands on which board, for the record.
pub fn standings(rack: &Rack) -> Vec<Standing> {
    let boards = rack.boards.iter().filter_map(|board| {
        let column = board.occupant.column()?;
        Some(Standing {
            column: column.name(),
            dut: DutName(column.dut.value.clone()),
            board: board.name.value.clone(),
        })
    });
    boards.collect()
}

fn seated(board: &Board, devices: &[Device], pool: &Pool) -> Option<Device> {
    let column = board.occupant.column()?;
    let is_twin = |device: &&Device| device.name().0 == column.dut.value;
    let twin = devices.iter().find(is_twin)?;
    let mut device = twin.clone();
    device.spec = DutSpec {
        name: column.name(),
        claims: column.claims.clone().unwrap_or(device.spec.claims),
        addresses: board.addresses.over_those(&device.spec.addresses),
        on_request: false,
        ..device.spec
    };
    device.spec = through_radios(device.spec, &board.antenna, &pool.rack, &pool.halls);
    device.seat = Some(Arc::new(Place {
        takes: takes(board),
        board: board.clone(),
        spec: device.spec.clone(),
        pool: pool.clone(),
        replaced: Arc::default(),
    }));
    Some(device)
}

/// The names of what a board keeps from others while it is judged.
fn takes(board: &Board) -> Vec<String> {
    let Antenna::OnAir {
        channel,
        injector,
        sniffer,
    } = &board.antenna
    else {
        return Vec::new();
    };
    let radios = std::iter::once(injector).chain(sniffer);
    let radios = radios.map(|radio| format!("radio {}", radio.value));
    std::iter::once(format!("channel {channel}"))
        .chain(radios)
        .collect()
}

/// Spares that stand in for nothing yet. Who takes one keeps it: a board that the bench failed
/// under once is not trusted again in the same run.
#[derive(Debug, Clone)]
pub(crate) struct Pool {
    pub rack: Arc<Rack>,
    pub halls: Arc<Halls>,
    taken: Arc<Mutex<Vec<String>>>,
}

impl Pool {
    pub fn of(rack: &Rack) -> Self {
        Pool {
            rack: Arc::new(rack.clone()),
            halls: Arc::new(Halls::new()),
            taken: Arc::default(),
        }
    }

    /// The next spare that can stand in for this board, with what is written to that one.
    pub fn take(&self, board: &Board) -> Option<Board> {
        let mut taken = lock(&self.taken);
        let is_free = |spare: &&Board| !taken.contains(&spare.name.value);
        let spare = self.rack.spares(board).find(is_free)?;
        taken.push(spare.name.value.clone());
        Some(spare.in_place_of(board))
    }
}

impl Board {
    /// This one with what the other is there for.
    fn in_place_of(&self, other: &Board) -> Board {
        Board {
            firmware: other.firmware.clone(),
            doorbell: other.doorbell,
            occupant: other.occupant.clone(),
            antenna: other.antenna.clone(),
            air: other.air.clone(),
            addresses: other.addresses,
            ..self.clone()
        }
    }
}

/// A place of the rack and who stands in it.
#[derive(Debug)]
struct Place {
    board: Board,
    spec: DutSpec,
    takes: Vec<String>,
    pool: Pool,
    replaced: Arc<Mutex<Vec<String>>>,
}

impl Seat for Place {
    fn starter(&self) -> Starter {
        Box::new(Hands::new(
            self.board.clone(),
            self.spec.clone(),
            self.pool.clone(),
            self.replaced.clone(),
        ))
    }

    fn takes(&self) -> &[String] {
        &self.takes
    }

    fn waits(&self) -> bool {
        !matches!(self.board.reach, Reach::Emulated | Reach::Process)
    }

    fn replaced(&self) -> Vec<String> {
        lock(&self.replaced).clone()
    }
}

/// What a lane that panicked left behind is as good as before.
pub(crate) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

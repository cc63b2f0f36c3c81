//! `sixlo rack`, and the devices of `sixlo run --rack`.

use std::path::Path;
use std::process::ExitCode;

use anyhow::bail;
use sixlo_harness::catalogue::Parameters;
use sixlo_harness::run::{Device, Racked};
use sixlo_judge::status::ExitStatus;
use sixlo_rack::{Antenna, Board, Doctor, Finding, Occupant, State};

use crate::arguments::rack::{Boards, RackFile, Switched};
use crate::arguments::{self, Agent};
use crate::house::House;
use crate::near::near;
use crate::printing::{print, say};

pub fn rack(house: &House, arguments: &arguments::Rack) -> anyhow::Result<ExitCode> {
    let devices = Device::all(&house.ports()?);
    match arguments {
        arguments::Rack::Lint(file) => lint(&checked(file, &devices)?),
        arguments::Rack::List(file) => list(&checked(file, &devices)?),
        arguments::Rack::Doctor(arguments) => {
            // It helps to write the file: what is only incomplete does not keep it away.
            let rack = sixlo_rack::Rack::read(&arguments.boards.file.rack)?;
            let boards = named(&rack, &arguments.boards)?;
            let parameters = Parameters::default();
            let doctor = Doctor {
                rack: &rack,
                devices: &devices,
                addresses: &parameters.addresses,
                with_power: arguments.power,
            };
            let all = arguments.boards.boards.is_empty();
            Ok(examine(&doctor, &boards, all))
        }
        arguments::Rack::Flash(arguments) => {
            let rack = checked(&arguments.file, &devices)?;
            each(&named(&rack, arguments)?, "written", Board::flash)
        }
        arguments::Rack::Reset(arguments) => {
            let rack = checked(&arguments.file, &devices)?;
            each(&named(&rack, arguments)?, "reset", Board::reset)
        }
        arguments::Rack::Power(arguments) => {
            let rack = checked(&arguments.boards.file, &devices)?;
            let boards = named(&rack, &arguments.boards)?;
            power(&boards, arguments.how, arguments.boards.boards.is_empty())
        }
        arguments::Rack::Agent(arguments) => agent(arguments),
    }
}

/// Leads to the agent of one board; its trouble is the bench's.
pub fn agent(arguments: &Agent) -> anyhow::Result<ExitCode> {
    let rack = sixlo_rack::Rack::read(&arguments.file.rack)?;
    let name = &arguments.board;
    let halls = arguments.halls.clone();
    let halls = halls.unwrap_or_else(|| std::env::temp_dir().join("sixlo-air"));
    match find(&rack, name)?.serve(&halls) {
        Ok(()) => Ok(ExitCode::SUCCESS),
        Err(error) => {
            // Standard output is the agent's.
            eprintln!("{name}: {error}");
            Ok(ExitCode::from(ExitStatus::Trouble.code()))
        }
    }
}

/// The devices that stand in this rack, and who stands where.
pub fn seated(path: &Path, devices: &[Device]) -> anyhow::Result<(Vec<Device>, Racked)> {
    let rack = sixlo_rack::Rack::read(path)?;
    rack.check(devices)?;
    let racked = Racked {
        file: path.to_owned(),
        boards: sixlo_rack::standings(&rack),
    };
    Ok((sixlo_rack::seat(&rack, devices), racked))
}

fn checked(file: &RackFile, devices: &[Device]) -> anyhow::Result<sixlo_rack::Rack> {
    let rack = sixlo_rack::Rack::read(&file.rack)?;
    rack.check(devices)?;
    Ok(rack)
}

/// The boards that are asked for.
fn named<'r>(rack: &'r sixlo_rack::Rack, arguments: &Boards) -> anyhow::Result<Vec<&'r Board>> {
    if arguments.boards.is_empty() {
        return Ok(rack.boards.iter().collect());
    }
    arguments
        .boards
        .iter()
        .map(|name| find(rack, name))
        .collect()
}

fn find<'r>(rack: &'r sixlo_rack::Rack, name: &str) -> anyhow::Result<&'r Board> {
    let known = || rack.boards.iter().map(|board| board.name.value.as_str());
    match rack.board(name) {
        Some(board) => Ok(board),
        None => bail!(
            "no board `{name}` in {} (known: {}){}",
            rack.file,
            known().collect::<Vec<_>>().join(", "),
            near(name, known())
        ),
    }
}

fn lint(rack: &sixlo_rack::Rack) -> anyhow::Result<ExitCode> {
    let spares = rack.boards.iter();
    let spares = spares.filter(|board| matches!(board.occupant, Occupant::Spare));
    let spares = spares.count();
    print(&format!(
        "{} boards, {spares} of them spares, {} radios: nothing wrong\n",
        rack.boards.len(),
        rack.radios.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn list(rack: &sixlo_rack::Rack) -> anyhow::Result<ExitCode> {
    let mut text = String::new();
    for board in &rack.boards {
        let stands = match board.occupant.column() {
            Some(column) => column.title().value.clone(),
            None if matches!(board.occupant, Occupant::Radio) => "(radio)".to_owned(),
            None => "(spare)".to_owned(),
        };
        let air = match &board.antenna {
            Antenna::Virtual => String::new(),
            Antenna::OnAir { channel, .. } => format!(", channel {channel}"),
        };
        let chip = board.chip.as_ref();
        let chip = chip.map_or(String::new(), |chip| format!(", {}", chip.name));
        text += &format!(
            "{:<12} {stands:<17} {}{chip}{air}\n",
            board.name.value,
            board.reach.words()
        );
    }
    for radio in &rack.radios {
        text += &format!(
            "{:<12} {:<17} {}\n",
            radio.name.value, "(radio)", radio.settings
        );
    }
    print(&text)?;
    Ok(ExitCode::SUCCESS)
}

fn examine(doctor: &Doctor, boards: &[&Board], all: bool) -> ExitCode {
    let mut wrong = 0;
    for board in boards {
        doctor.try_board(board, |finding| {
            wrong += usize::from(finding.state == State::Wrong);
            tell(&finding);
        });
    }
    // Without names all parts are meant.
    let radios = match all {
        true => doctor.rack.radios.as_slice(),
        false => &[],
    };
    for radio in radios {
        doctor.try_radio(radio, |finding| {
            wrong += usize::from(finding.state == State::Wrong);
            tell(&finding);
        });
    }
    match wrong {
        0 => {
            say("every part is right");
            ExitCode::SUCCESS
        }
        count => {
            say(&format!("{count} wrong"));
            ExitCode::from(ExitStatus::Trouble.code())
        }
    }
}

fn tell(finding: &Finding) {
    let mark = match finding.state {
        State::Right => "ok",
        State::Doubtful => "?",
        State::Wrong => "WRONG",
        State::Untried => "-",
    };
    say(&format!("{mark:>5} {}: {}", finding.part, finding.words));
    if !finding.next.is_empty() {
        say(&format!("      -> {}", finding.next));
    }
}

/// Does this to each board; what fails is told, and the others have their turn.
fn each<E: std::fmt::Display>(
    boards: &[&Board],
    done: &str,
    act: impl Fn(&Board) -> Result<(), E>,
) -> anyhow::Result<ExitCode> {
    let mut code = ExitCode::SUCCESS;
    for board in boards {
        match act(board) {
            Ok(()) => say(&format!("{}: {done}", board.name.value)),
            Err(error) => {
                say(&format!("{}: {error}", board.name.value));
                code = ExitCode::from(ExitStatus::Trouble.code());
            }
        }
    }
    Ok(code)
}

/// Of all boards those that have a switch; one that is named must have one.
fn power(boards: &[&Board], how: Switched, all: bool) -> anyhow::Result<ExitCode> {
    let mut switches = Vec::new();
    for board in boards {
        match &board.power {
            Some(_) => switches.push(*board),
            None if all => {}
            None => bail!(
                "board `{}` has no `power` in its rack's file: add `on` and `off`, or `hub` and `port`",
                board.name.value
            ),
        }
    }
    if switches.is_empty() {
        bail!("no board has `power` in its rack's file: add `on` and `off`, or `hub` and `port`");
    }
    each(&switches, "switched", |board| {
        let Some(power) = &board.power else {
            return Ok(());
        };
        match how {
            Switched::On => power.switch(true),
            Switched::Off => power.switch(false),
            Switched::Cycle => power.cycle(),
        }
    })
}

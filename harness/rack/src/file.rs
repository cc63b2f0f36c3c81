//! rack.yaml: how it is written. What it means together is [`check`](crate::check)'s business.

use std::path::{Path, PathBuf};
use std::time::Duration;

use serde::Deserialize;
use sixlo_harness::catalogue::written::{
    self, Addresses, At, Claims, Location, Number, Time, place,
};
use sixlo_harness::catalogue::{CatalogueError, CatalogueErrors, read_text};

use crate::board::{Antenna, Board, Chip, ChipId, Column, Occupant, Reach};
use crate::power::{Power, Switch};
use crate::radio::Radio;

/// Time without power, where the file says none.
const OFF_FOR: Duration = Duration::from_secs(2);
/// How long a board may be away that has answered before, where the file does not say.
const RETURNS_WITHIN: Duration = Duration::from_secs(30);
/// What a serial line runs at, where the file does not say.
const BAUD: u32 = 115_200;

/// A rack.
#[derive(Debug, Clone)]
pub struct Rack {
    /// The file's name, as it was given.
    pub file: String,
    /// Its boards, in the file's order.
    pub boards: Vec<Board>,
    /// Its radios.
    pub radios: Vec<Radio>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    boards: At<Vec<RawBoard>>,
    #[serde(default)]
    radios: Vec<RawRadio>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawBoard {
    name: At<String>,
    probe: Option<At<String>>,
    speed: Option<At<u32>>,
    serial: Option<At<String>>,
    baud: Option<At<u32>>,
    tcp: Option<At<String>>,
    emulated: Option<At<Emulated>>,
    chip: Option<At<String>>,
    chip_id: Option<RawChipId>,
    firmware: Option<At<String>>,
    doorbell: Option<u16>,
    dut: Option<At<String>>,
    column: Option<At<String>>,
    claims: Option<Claims>,
    #[serde(default)]
    spare: bool,
    #[serde(default)]
    radio: bool,
    air: Option<At<String>>,
    channel: Option<At<u8>>,
    injector: Option<At<String>>,
    sniffer: Option<At<String>>,
    power: Option<RawPower>,
    returns_within: Option<Time>,
    #[serde(default)]
    addresses: Addresses,
}

/// What stands in a board's place.
#[derive(Debug, Clone, Copy, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Emulated {
    /// QEMU.
    Qemu,
    /// The process that the port starts.
    Process,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawChipId {
    address: At<Number>,
    value: At<Number>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawPower {
    on: Option<At<Vec<String>>>,
    off: Option<At<Vec<String>>>,
    hub: Option<At<String>>,
    port: Option<At<u8>>,
    off_for: Option<Time>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawRadio {
    name: At<String>,
    start: written::Radio,
    power: Option<RawPower>,
}

impl Rack {
    /// Reads a rack's file.
    ///
    /// # Errors
    /// Everything in it that is wrong by itself, each with its place.
    pub fn read(path: &Path) -> Result<Rack, CatalogueErrors> {
        let text = read_text(path).map_err(|error| CatalogueErrors(vec![error]))?;
        let folder = path.parent().unwrap_or(Path::new(""));
        Rack::of(&path.display().to_string(), &text, folder)
    }

    /// The same of a text; files are named from `folder`.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub fn of(file: &str, text: &str, folder: &Path) -> Result<Rack, CatalogueErrors> {
        let raw: File = written::read(file, text).map_err(|error| CatalogueErrors(vec![error]))?;
        let mut reader = Reader {
            file,
            folder,
            errors: Vec::new(),
        };
        if raw.boards.value.is_empty() {
            reader.wrong(raw.boards.referenced, "a rack has a board, at least one");
        }
        let boards = raw.boards.value.into_iter();
        let boards: Vec<Board> = boards.filter_map(|board| reader.board(board)).collect();
        let radios = raw.radios.into_iter();
        let radios: Vec<Radio> = radios.filter_map(|radio| reader.radio(radio)).collect();
        match reader.errors.is_empty() {
            true => Ok(Rack {
                file: file.to_owned(),
                boards,
                radios,
            }),
            false => Err(CatalogueErrors(reader.errors)),
        }
    }

    /// The board with this name.
    pub fn board(&self, name: &str) -> Option<&Board> {
        self.boards.iter().find(|board| board.name.value == name)
    }

    /// The radio with this name.
    pub fn radio(&self, name: &str) -> Option<&Radio> {
        self.radios.iter().find(|radio| radio.name.value == name)
    }

    /// Whether there is a radio with this name, be it one of its boards.
    pub fn has_radio(&self, name: &str) -> bool {
        let board = self.board(name);
        self.radio(name).is_some()
            || board.is_some_and(|board| matches!(board.occupant, Occupant::Radio))
    }
}

struct Reader<'a> {
    file: &'a str,
    folder: &'a Path,
    errors: Vec<CatalogueError>,
}

impl Reader<'_> {
    fn wrong(&mut self, at: Location, text: impl Into<String>) {
        self.errors
            .push(CatalogueError::new(place(self.file, at), text));
    }

    fn right<T>(&mut self, read: Result<T, (Location, String)>) -> Option<T> {
        read.map_err(|(at, text)| self.wrong(at, text)).ok()
    }

    fn name(&mut self, name: &At<String>) {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-._".contains(c);
        let is_name = matches!(name.value.len(), 1..=32) && name.value.chars().all(plain);
        if !is_name {
            let text = format!(
                "`{}` is no name (1 to 32 of A-Z, a-z, 0-9, `-`, `.`, `_`)",
                name.value
            );
            self.wrong(name.referenced, text);
        }
    }

    fn board(&mut self, raw: RawBoard) -> Option<Board> {
        self.name(&raw.name);
        let reach = self.reach(&raw);
        let chip = self.chip(&raw);
        let occupant = self.occupant(&raw);
        let antenna = self.antenna(&raw);
        self.air(&raw);
        let power = self.power(raw.power);
        let claims = raw.claims.map(Claims::read);
        let claims = claims.and_then(|read| self.right(read));
        let addresses = self.right(raw.addresses.read());
        let mut occupant = occupant?;
        if let Occupant::Dut(column) = &mut occupant {
            column.claims = claims;
        }
        Some(Board {
            name: raw.name,
            reach: reach?,
            chip: chip?,
            firmware: raw.firmware.map(|path| self.path(&path)),
            doorbell: raw.doorbell,
            occupant,
            antenna: antenna?,
            air: raw.air,
            power: power?,
            returns_within: raw.returns_within.map_or(RETURNS_WITHIN, |time| time.0),
            addresses: addresses?,
        })
    }

    /// A file that is named relative to the rack's own.
    fn path(&self, path: &At<String>) -> At<PathBuf> {
        let joined = self.folder.join(&path.value);
        At::new(joined, path.referenced, path.defined)
    }

    fn reach(&mut self, raw: &RawBoard) -> Option<Reach> {
        let all = [
            raw.probe.as_ref().map(|at| Reach::Probe {
                selector: at.value.clone(),
                speed_khz: raw.speed.as_ref().map(|speed| speed.value),
            }),
            raw.serial.as_ref().map(|at| Reach::Serial {
                path: PathBuf::from(&at.value),
                baud: raw.baud.as_ref().map_or(BAUD, |baud| baud.value),
            }),
            raw.tcp.as_ref().map(|at| Reach::Tcp(at.value.clone())),
            raw.emulated.as_ref().map(|at| match at.value {
                Emulated::Qemu => Reach::Emulated,
                Emulated::Process => Reach::Process,
            }),
        ];
        let mut ways = all.into_iter().flatten();
        let reach = match (ways.next(), ways.next()) {
            (Some(reach), None) => reach,
            (None, _) if raw.channel.is_some() => Reach::Air,
            _ => {
                let text = format!(
                    "`{}` is reached in one way: `probe`, `serial`, `tcp` or `emulated`, or on a `channel` alone",
                    raw.name.value
                );
                self.wrong(raw.name.referenced, text);
                return None;
            }
        };
        if let Some(speed) = &raw.speed
            && !matches!(reach, Reach::Probe { .. })
        {
            self.wrong(speed.referenced, "`speed` (in kHz) goes with `probe`");
        }
        if let Some(baud) = &raw.baud
            && !matches!(reach, Reach::Serial { .. })
        {
            self.wrong(baud.referenced, "`baud` goes with `serial`");
        }
        if let (Reach::Tcp(address), Some(at)) = (&reach, &raw.tcp)
            && !is_host_and_port(address)
        {
            let text = format!("`{address}` is no address (HOST:PORT, such as `ser2net.lan:3001`)");
            self.wrong(at.referenced, text);
        }
        if let (Reach::Probe { selector, .. }, Some(at)) = (&reach, &raw.probe)
            && !is_selector(selector)
        {
            let text = format!(
                "`{selector}` is no probe (VID:PID or VID:PID:SERIAL in hexadecimal, such as `1366:1015:000683012345`)"
            );
            self.wrong(at.referenced, text);
        }
        Some(reach)
    }

    #[allow(clippy::option_option)]
    fn chip(&mut self, raw: &RawBoard) -> Option<Option<Chip>> {
        let id = match &raw.chip_id {
            None => None,
            Some(id) => {
                let address = self.number(&id.address, u64::MAX)?;
                let value = self.number(&id.value, u32::MAX.into())?;
                Some(ChipId {
                    address,
                    value: u32::try_from(value).ok()?,
                })
            }
        };
        match (&raw.chip, &raw.chip_id) {
            (Some(name), _) => Some(Some(Chip {
                name: name.value.clone(),
                id,
            })),
            (None, None) => Some(None),
            (None, Some(id)) => {
                let at = id.address.referenced;
                self.wrong(
                    at,
                    "`chip-id` goes with `chip`, such as `chip: nRF52840_xxAA`",
                );
                None
            }
        }
    }

    fn number(&mut self, number: &At<Number>, most: u64) -> Option<u64> {
        match &number.value {
            Number::Is(value) if *value <= most => Some(*value),
            other => {
                let text = match other {
                    Number::Is(value) => format!("`{value}`"),
                    Number::Named(name) => format!("`{name}`"),
                };
                let text = format!("{text} is no number up to {most:#x} (such as `0x10000060`)");
                self.wrong(number.referenced, text);
                None
            }
        }
    }

    fn occupant(&mut self, raw: &RawBoard) -> Option<Occupant> {
        if let Some(column) = &raw.column
            && !written::is_title(&column.value)
        {
            let text = format!("`{}` is {}", column.value, written::NO_TITLE);
            self.wrong(column.referenced, text);
        }
        match (&raw.dut, raw.spare, raw.radio) {
            (Some(dut), false, false) => Some(Occupant::Dut(Box::new(Column {
                dut: dut.clone(),
                title: raw.column.clone(),
                claims: None,
            }))),
            (None, false, true) => Some(Occupant::Radio),
            (None, true, false) => {
                let firmware = raw.firmware.as_ref().map(|firmware| firmware.referenced);
                if let Some(at) = firmware {
                    self.wrong(
                        at,
                        "a spare has no `firmware`: it gets that of the board it stands in for",
                    );
                }
                Some(Occupant::Spare)
            }
            _ => {
                let text = format!(
                    "`{}` is one of these: a device (`dut: NAME`, as `sixlo stack list` shows them), `spare: true`, or `radio: true`",
                    raw.name.value
                );
                self.wrong(raw.name.referenced, text);
                None
            }
        }
    }

    fn antenna(&mut self, raw: &RawBoard) -> Option<Antenna> {
        match (&raw.channel, &raw.injector) {
            (None, None) => {
                if let Some(sniffer) = &raw.sniffer {
                    let text = "`sniffer` goes with `injector` and `channel`";
                    self.wrong(sniffer.referenced, text);
                    return None;
                }
                Some(Antenna::Virtual)
            }
            (Some(channel), Some(injector)) => Some(Antenna::OnAir {
                channel: self.right(written::channel(channel))?,
                injector: injector.clone(),
                sniffer: raw.sniffer.clone(),
            }),
            (Some(at), None) => {
                let text = "a board on a channel names its `injector`, too (one of `radios`)";
                self.wrong(at.referenced, text);
                None
            }
            (None, Some(at)) => {
                let text = "a board with an injector names its `channel`, too (11 to 26)";
                self.wrong(at.referenced, text);
                None
            }
        }
    }

    /// The name of an emulated air is one of a folder.
    fn air(&mut self, raw: &RawBoard) {
        let Some(air) = &raw.air else { return };
        self.name(air);
        let is_emulated = raw.emulated.as_ref().map(|at| at.value);
        if !matches!(is_emulated, Some(Emulated::Qemu)) {
            let text = "`air` goes with `emulated: qemu`: other boards have an antenna or none";
            self.wrong(air.referenced, text);
        }
    }

    #[allow(clippy::option_option)]
    fn power(&mut self, raw: Option<RawPower>) -> Option<Option<Power>> {
        let Some(raw) = raw else {
            return Some(None);
        };
        let off_for = raw.off_for.map_or(OFF_FOR, |time| time.0);
        let either = "`power` is `on: […]` and `off: […]`, a program and its arguments each, or `hub: LOCATION` and `port: N` for uhubctl";
        let at = [&raw.on, &raw.off].into_iter().flatten().next();
        let at = at.map(|words| words.referenced);
        let at = at.or(raw.hub.as_ref().map(|hub| hub.referenced));
        let at = at.or(raw.port.as_ref().map(|port| port.referenced));
        let switch = match (raw.on, raw.off, raw.hub, raw.port) {
            (Some(on), Some(off), None, None) if !on.value.is_empty() && !off.value.is_empty() => {
                Switch::Commands {
                    on: on.value,
                    off: off.value,
                }
            }
            (None, None, Some(hub), Some(port)) if port.value > 0 => Switch::Hub {
                location: hub.value,
                port: port.value,
            },
            _ => {
                match at {
                    Some(at) => self.wrong(at, either),
                    None => self.errors.push(CatalogueError::new(
                        sixlo_harness::catalogue::Place::file(self.file),
                        either,
                    )),
                }
                return None;
            }
        };
        Some(Some(Power { switch, off_for }))
    }

    fn radio(&mut self, raw: RawRadio) -> Option<Radio> {
        self.name(&raw.name);
        let power = self.power(raw.power)?;
        Some(Radio {
            name: raw.name,
            settings: raw.start.settings(self.file, &mut self.errors),
            can_inject: raw.start.can_inject(),
            power,
        })
    }
}

fn is_host_and_port(address: &str) -> bool {
    let Some((host, port)) = address.rsplit_once(':') else {
        return false;
    };
    !host.is_empty() && port.parse::<u16>().is_ok_and(|port| port > 0)
}

fn is_selector(selector: &str) -> bool {
    let is_id = |word: Option<&str>| {
        word.is_some_and(|word| word.len() == 4 && u16::from_str_radix(word, 16).is_ok())
    };
    let mut words = selector.splitn(3, ':');
    is_id(words.next()) && is_id(words.next())
}

//! Every part of a rack tried: what is wrong with it, and what to do next.

use std::path::{Path, PathBuf};
use std::time::SystemTime;

use serde_json::Value;
use sixlo_harness::medium::AirSettings;
use sixlo_harness::rig::{Interview, Lane, LaneSettings, RigError, interview_with};
use sixlo_harness::run::Device;
use sixlo_judge::profile::Addresses;

use crate::air::{self, Halls};
use crate::board::{Antenna, Board, Occupant};
use crate::ears::{self, Loopback};
use crate::file::Rack;
use crate::power::Power;
use crate::radio::{Radio, is_black_box};
use crate::seat::seat_of;

/// Share of frames that may get lost each way without a word about it.
const MOST_LOST: f64 = 0.02;

/// What came of trying one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// The board or radio.
    pub part: String,
    /// How it is.
    pub state: State,
    /// What was seen.
    pub words: String,
    /// What to do next; empty where nothing needs to be done.
    pub next: String,
}

/// How a part is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Right,
    /// Works, and yet somebody should look.
    Doubtful,
    /// Wrong: what needs it is trouble of the bench.
    Wrong,
    /// Not asked for, or not to be tried while something else is wrong.
    Untried,
}

/// What a doctor looks at.
#[derive(Debug)]
pub struct Doctor<'a> {
    /// The rack.
    pub rack: &'a Rack,
    /// All devices that ports know.
    pub devices: &'a [Device],
    /// The addresses of a run.
    pub addresses: &'a Addresses,
    /// Whether power is switched, too.
    pub with_power: bool,
}

impl Doctor<'_> {
    /// Tries this board, telling each finding as it is found.
    pub fn try_board(&self, board: &Board, mut tell: impl FnMut(Finding)) {
        let mut tell = |state, words: String, next: &str| {
            tell(Finding {
                part: board.name.value.clone(),
                state,
                words,
                next: next.to_owned(),
            });
        };
        let has_image = self.image(board, &mut tell);
        if let Some(power) = &board.power {
            self.power(power, &mut tell);
        }
        // Without what it is to run it cannot be tried, and its cable is not to blame.
        if !has_image {
            return;
        }
        match board.occupant {
            Occupant::Radio => {
                let halls = Halls::new();
                let name = &board.name.value;
                let settings = air::settings_of(name, self.rack, &halls).unwrap_or_default();
                self.look(name, &settings, &mut tell);
            }
            Occupant::Dut(_) | Occupant::Spare => self.agent(board, &mut tell),
        }
    }

    /// Tries this radio, in the role that the rack has for it.
    pub fn try_radio(&self, radio: &Radio, mut tell: impl FnMut(Finding)) {
        let name = &radio.name.value;
        self.look(name, &radio.settings, &mut |state, words, next: &str| {
            tell(Finding {
                part: name.clone(),
                state,
                words,
                next: next.to_owned(),
            });
        });
    }

    fn look(&self, name: &str, settings: &Value, tell: &mut impl FnMut(State, String, &str)) {
        let is_named = |board: &&Board| match &board.antenna {
            Antenna::OnAir { injector, .. } => injector.value == name,
            Antenna::Virtual => false,
        };
        let injects = self.rack.boards.iter().any(|board| is_named(&board));
        let channel = self
            .rack
            .boards
            .iter()
            .find_map(|board| match &board.antenna {
                Antenna::OnAir {
                    channel,
                    injector,
                    sniffer,
                } => std::iter::once(injector)
                    .chain(sniffer)
                    .any(|named| named.value == name)
                    .then_some(*channel),
                Antenna::Virtual => None,
            });
        let Some(channel) = channel else {
            let next = "name it as an `injector` or a `sniffer`";
            return tell(State::Untried, "no board uses it".to_owned(), next);
        };
        let role = if injects { "injector" } else { "sniffer" };
        match ears::look(settings, channel, injects) {
            Ok(words) => {
                let words = words.join("; ");
                tell(
                    State::Right,
                    format!("{role} on channel {channel}: {words}"),
                    "",
                );
            }
            Err(error) => {
                let next = "check its cable and who else has it open; `ls /dev/serial/by-id/` lists serial radios";
                tell(State::Wrong, format!("{role}: {error}"), next);
            }
        }
    }

    /// How much of what a board's injector sends its sniffer hears; whether it hears any.
    fn loop_back(
        &self,
        board: &Board,
        device: &Device,
        tell: &mut impl FnMut(State, String, &str),
    ) -> bool {
        let halls = Halls::new();
        let around = match is_black_box(&device.spec.program) {
            true => None,
            false => air::program(&board.antenna, self.rack, &halls),
        };
        match ears::loop_back(around.as_ref().unwrap_or(&device.spec.program)) {
            Ok(Loopback { sent, heard }) => {
                let words = format!("radios: {heard} of {sent} frames heard");
                let next = "move injector and sniffer, or change the channel: what is not heard proves nothing";
                match heard {
                    0 => tell(State::Wrong, words, next),
                    _ if heard < sent => tell(State::Doubtful, words, next),
                    _ => tell(State::Right, words, ""),
                }
                heard > 0
            }
            Err(error) => {
                tell(State::Doubtful, format!("radios: {error}"), "");
                false
            }
        }
    }

    /// Whether the device answers across the air, and how much gets lost there.
    fn on_air(&self, device: &Device, channel: u8, tell: &mut impl FnMut(State, String, &str)) {
        let Some(seat) = &device.seat else { return };
        let settings = LaneSettings {
            addresses: self.addresses.clone(),
            air: AirSettings::default(),
            cpu: None,
        };
        let lane = match Lane::open_with(seat.starter(), device.spec.clone(), settings) {
            Ok(lane) => lane,
            Err(error) => {
                let (words, next) = told(&error);
                return tell(State::Wrong, format!("on air: {words}"), next);
            }
        };
        let profile = lane.profile();
        let lost = 100.0 * profile.loss;
        match profile.answers_echo {
            true if profile.loss <= MOST_LOST => {
                let words = format!("on air: answers, and at most {lost:.1} % get lost each way");
                tell(State::Right, words, "");
            }
            true => {
                let words = format!("on air: answers, and {lost:.0} % get lost each way");
                let next = "move the three closer together, or change the channel: each silence is asked about again and again";
                tell(State::Doubtful, words, next);
            }
            false => {
                let words = format!("on air: answers no echo request on channel {channel}");
                let next = "where the radios hear each other: is it tuned to this channel, within reach, and does it have the run's addresses?";
                tell(State::Wrong, words, next);
            }
        }
    }

    /// Whether the board can be tried: what it is to run is there, or it runs already.
    fn image(&self, board: &Board, tell: &mut impl FnMut(State, String, &str)) -> bool {
        let Some(firmware) = &board.firmware else {
            return true;
        };
        let path = &firmware.value;
        let shown = path.display();
        let written = match path.metadata().and_then(|file| file.modified()) {
            Ok(written) => written,
            Err(error) => {
                let words = format!("image {shown}: {error}");
                tell(
                    State::Wrong,
                    words,
                    "firmware-under-test/boards/build makes it",
                );
                return false;
            }
        };
        match changed_since(path, written) {
            Some(source) => {
                let words = format!("image {shown} is older than {}", source.display());
                let next = "build it again: firmware-under-test/boards/build";
                tell(State::Doubtful, words, next);
            }
            None => tell(State::Right, format!("image {shown}"), ""),
        }
        true
    }

    fn power(&self, power: &Power, tell: &mut impl FnMut(State, String, &str)) {
        let command = power.command(true).join(" ");
        if !self.with_power {
            tell(
                State::Untried,
                format!("power: `{command}`"),
                "--power tries it",
            );
            return;
        }
        match power.cycle() {
            Ok(()) => tell(State::Right, format!("power off and on: `{command}`"), ""),
            Err(error) => tell(
                State::Wrong,
                format!("power: {error}"),
                "say the command yourself; `uhubctl` lists hubs that can switch",
            ),
        }
    }

    /// Opens the board as a run would, and asks its agent everything that has no consequences.
    fn agent(&self, board: &Board, tell: &mut impl FnMut(State, String, &str)) {
        let Some(device) = seat_of(self.rack, board, self.devices) else {
            let words = match board.occupant {
                Occupant::Spare => "a spare that fits no board",
                Occupant::Dut(_) | Occupant::Radio => "no dut.yaml has its device",
            };
            tell(State::Wrong, words.to_owned(), "sixlo rack lint");
            return;
        };
        let Some(seat) = &device.seat else { return };
        match interview_with(seat.starter(), &device.spec, self.addresses) {
            Ok(found) => {
                self.answers(&device, &found, tell);
                let Antenna::OnAir {
                    channel, sniffer, ..
                } = &board.antenna
                else {
                    return;
                };
                // Where the radios do not hear each other, nothing is learnt of the device.
                if sniffer.is_none() || self.loop_back(board, &device, tell) {
                    self.on_air(&device, *channel, tell);
                }
            }
            Err(error) => {
                let (words, next) = told(&error);
                tell(State::Wrong, words, next);
            }
        }
    }

    fn answers(
        &self,
        device: &Device,
        found: &Interview,
        tell: &mut impl FnMut(State, String, &str),
    ) {
        let Interview {
            hello,
            start,
            round_trips,
            ..
        } = found;
        tell(
            State::Right,
            format!(
                "agent: {} ({}), protocol {}; started in {} ms, {round_trips:.0} round trips a second",
                hello.stack,
                hello.build,
                hello.version,
                start.as_millis()
            ),
            "",
        );
        if let Some(why) = device.is_another(hello) {
            tell(State::Wrong, why, "");
        }
    }
}

/// What is wrong when a board does not open, and what to do.
fn told(error: &RigError) -> (String, &'static str) {
    let next = match error {
        RigError::Spawn { .. } => {
            "check its cable, its power, and the `chip` that the rack's file names; then try again"
        }
        RigError::Link { .. } => {
            "its agent does not answer: `sixlo rack reset`, then `sixlo rack flash`"
        }
        RigError::Version { .. } => {
            "build the image with this checkout: firmware-under-test/boards/build"
        }
        RigError::Dishonest { .. } => "the image's agent is not agent-protocol's: build it again",
        RigError::Medium { .. } | RigError::Probe { .. } => "`sixlo stack probe` looks closer",
    };
    (error.to_string(), next)
}

/// One of the files that this image was made from, if it has been changed since. They stand in
/// the list that cargo made of them, beside the image: without it nothing is known.
fn changed_since(image: &Path, written: SystemTime) -> Option<PathBuf> {
    let list = std::fs::read_to_string(image.with_extension("d")).ok()?;
    let sources = sources(&list);
    let changes = sources.into_iter().filter_map(|source| {
        let changed = source.metadata().ok()?.modified().ok()?;
        (changed > written).then_some((source, changed))
    });
    let last = changes.max_by_key(|(_, changed)| *changed);
    last.map(|(source, _)| source)
}

/// What such a list names behind its first colon, as `make` reads it: a space within a name has
/// a backslash before it.
fn sources(list: &str) -> Vec<PathBuf> {
    let Some((_, names)) = list.lines().next().and_then(|line| line.split_once(": ")) else {
        return Vec::new();
    };
    let names = names.replace("\\ ", "\0");
    let names = names.split_whitespace();
    names.map(|name| name.replace('\0', " ").into()).collect()
}

#[cfg(test)]
mod tests {
    use std::fs;
    use std::time::Duration;

    use super::*;

    #[test]
    fn an_image_is_older_than_what_it_was_made_from_and_than_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let at = |name: &str| folder.path().join(name);
        for name in ["a.elf", "a file.rs", "other.rs"] {
            fs::write(at(name), "").unwrap();
        }
        let shown = |name: &str| at(name).display().to_string().replace(' ', "\\ ");
        let list = format!(
            "{}: {} {}\n",
            shown("a"),
            shown("a file.rs"),
            shown("gone.rs")
        );
        let written = SystemTime::now();
        let change = |name: &str, at_time: SystemTime| {
            let file = fs::File::options().write(true).open(at(name)).unwrap();
            file.set_modified(at_time).unwrap();
        };
        let (before, after) = (
            written - Duration::from_secs(9),
            written + Duration::from_secs(9),
        );
        change("a file.rs", after);
        assert_eq!(
            changed_since(&at("a.elf"), written),
            None,
            "nothing is known"
        );
        fs::write(at("a.d"), list).unwrap();
        assert_eq!(changed_since(&at("a.elf"), written), Some(at("a file.rs")));
        change("a file.rs", before);
        change("other.rs", after);
        assert_eq!(changed_since(&at("a.elf"), written), None);
    }
}

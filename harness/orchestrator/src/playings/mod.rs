//! A case in a capture that other people made: each of its playings is found by its frames,
//! and judged by what a sniffer heard of it.
//!
//! An injector has its own addresses, identifiers, tags and sequence numbers. The addresses
//! are found out from the capture; with them the case is compiled again, with the numbers
//! of the captured frames in it, and a playing counts only if every frame is then the same,
//! checksums included. What no sniffer hears (settings, resets, what became of a frame)
//! is not guessed: it leaves a playing undecided.

mod active;
mod addresses;
mod evidence;
mod file;
mod form;
mod link;
mod nearest;
mod script;
mod shape;
mod told;
mod word;

use std::collections::{BTreeMap, VecDeque};
use std::time::Duration;

use sixlo_frames::context::ContextTable;
use sixlo_frames::dissect::{DissectOptions, Dissection, FcsMode, dissect};
use sixlo_frames::mac::{FrameType, MacAddress};
use sixlo_judge::passive::Heard;
use sixlo_judge::testcase::{Kind, TestCase};

use crate::catalogue::{Catalogue, CatalogueErrors, Parameters, read_case};
use active::{Seen, Way};
use link::Link;
use nearest::Nearest;

pub use file::{Listened, listen};
pub use script::Unheard;
pub use told::told;
pub use word::{Playing, Playings};

/// Frame control and sequence number: all that an acknowledgement is. IEEE 802.15.4-2006 7.2.2.3.
const ACK_OCTETS: usize = 3;
/// Frames that a link hears of when it becomes known.
const RECENT: usize = 64;
/// Pairs of nodes that are looked at.
const MOST_PAIRS: usize = 1000;
/// Sets of addresses that a case is compiled with.
const MOST_LINKS: usize = 32;
/// Sets of addresses that one pair of nodes is tried with.
const MOST_TRIES: u8 = 4;

/// Where a case stands, so that it can be read again with other addresses.
#[derive(Debug, Clone)]
pub struct CaseText {
    /// Below the catalogue's root, without an ending.
    pub path: String,
    /// Its YAML.
    pub text: String,
}

/// A frame that was heard before its link was known.
struct Recent {
    number: u64,
    at: Duration,
    mac: Vec<u8>,
    fcs_right: bool,
}

/// Listens to a capture for one case.
pub struct Search {
    texts: Vec<CaseText>,
    parameters: Parameters,
    /// What first frames look like between the usual nodes: their lengths.
    lengths: Vec<usize>,
    links: Vec<Link>,
    tried: BTreeMap<(String, String), u8>,
    /// The frame that an acknowledgement would be for: its link, number in the file, and sequence number.
    last: Option<(usize, u64, u8)>,
    /// The frames before this one.
    recent: VecDeque<Recent>,
    nearest: Nearest,
    contexts: ContextTable,
}

impl Search {
    /// Listens for `case`. `texts` are its own and those of the catalogue's calibrations,
    /// in this order.
    ///
    /// # Errors
    /// If no sniffer hears what the case does.
    pub fn new(
        texts: Vec<CaseText>,
        parameters: Parameters,
    ) -> Result<Result<Self, Unheard>, CatalogueErrors> {
        let cases = read(&texts, &parameters)?;
        let contexts = contexts(&cases, &parameters);
        let link = match Link::new(parameters.clone(), cases, contexts) {
            Ok(link) => link,
            Err(unheard) => return Ok(Err(unheard)),
        };
        let mut lengths: Vec<usize> = link
            .shapes
            .iter()
            .filter(|shape| shape.case == 0)
            .filter_map(|shape| Some(shape.frames().next()?.1.octets().len()))
            .collect();
        lengths.sort_unstable();
        lengths.dedup();
        Ok(Ok(Search {
            texts,
            parameters,
            lengths,
            nearest: Nearest::default(),
            links: vec![link],
            tried: BTreeMap::new(),
            last: None,
            recent: VecDeque::new(),
            contexts,
        }))
    }

    /// The contexts that the case's nodes share.
    pub fn contexts(&self) -> &ContextTable {
        &self.contexts
    }

    /// The next frame of the capture; one whose FCS is wrong reached nobody, and is not to be handed over.
    pub fn hear(&mut self, heard: Heard) {
        let options = DissectOptions {
            contexts: &self.contexts,
            fcs: FcsMode::Absent,
            keys: None,
        };
        let dissection = dissect(heard.mac, &options);
        let Some(mac) = dissection.mac else {
            return;
        };
        let last = self.last.take();
        if mac.frame_type == FrameType::Ack && heard.mac.len() == ACK_OCTETS {
            if let Some((link, number, sequence_number)) = last
                && mac.sequence_number == Some(sequence_number)
            {
                self.links[link].acknowledge(number);
            }
        } else {
            self.hear_other(heard, &dissection, mac.src, mac.dst);
        }
    }

    fn hear_other(
        &mut self,
        heard: Heard,
        dissection: &Dissection,
        src: MacAddress,
        dst: MacAddress,
    ) {
        let mut known = false;
        for at in 0..self.links.len() {
            known |= self.hear_on(at, heard, dissection, src, dst);
        }
        if !known && self.lengths.binary_search(&heard.mac.len()).is_ok() {
            self.nearest.note(heard.number, heard.mac);
            if self.get_to_know(dissection, src, dst) {
                self.catch_up();
                self.hear_on(self.links.len() - 1, heard, dissection, src, dst);
            }
        }
        if self.recent.len() == RECENT {
            self.recent.pop_front();
        }
        self.recent.push_back(Recent {
            number: heard.number,
            at: heard.at,
            mac: heard.mac.to_vec(),
            fcs_right: heard.fcs_right,
        });
    }

    /// Lets the newest link hear what came before it was known: its control, perhaps.
    fn catch_up(&mut self) {
        for recent in std::mem::take(&mut self.recent) {
            let heard = Heard {
                number: recent.number,
                at: recent.at,
                mac: &recent.mac,
                fcs_right: recent.fcs_right,
            };
            let options = DissectOptions {
                contexts: &self.contexts,
                fcs: FcsMode::Absent,
                keys: None,
            };
            let dissection = dissect(&recent.mac, &options);
            if let Some(ends) = dissection.mac {
                let newest = self.links.len() - 1;
                self.hear_on(newest, heard, &dissection, ends.src, ends.dst);
            }
            self.recent.push_back(recent);
        }
        self.last = None;
    }

    /// Says whether the frame is one of a case that is played on this link.
    fn hear_on(
        &mut self,
        at: usize,
        heard: Heard,
        dissection: &Dissection,
        src: MacAddress,
        dst: MacAddress,
    ) -> bool {
        let link = &mut self.links[at];
        let mut seen = Seen {
            number: heard.number,
            at_us: u64::try_from(heard.at.as_micros()).unwrap_or(u64::MAX),
            way: Way::To,
            mac: heard.mac.to_vec(),
            acknowledged: false,
            fcs_right: heard.fcs_right,
        };
        if link.is_device(src) {
            seen.way = Way::From;
            link.hear_from(seen);
            return false;
        }
        let is_between = link.is_between(src, dst);
        let is_case = link.hear_to(seen, is_between);
        if let Some(mac) = dissection.mac.filter(|_| is_between || is_case)
            && let Some(sequence_number) = mac.sequence_number.filter(|_| mac.ack_request)
        {
            self.last = Some((at, heard.number, sequence_number));
        }
        is_case
    }

    /// Compiles the case with the addresses that this frame shows. Says whether that made a link.
    fn get_to_know(&mut self, dissection: &Dissection, src: MacAddress, dst: MacAddress) -> bool {
        let pair = (format!("{src:?}"), format!("{dst:?}"));
        if self.links.len() >= MOST_LINKS
            || (self.tried.len() >= MOST_PAIRS && !self.tried.contains_key(&pair))
        {
            return false;
        }
        let tries = self.tried.entry(pair).or_default();
        if *tries >= MOST_TRIES {
            return false;
        }
        let parameters = addresses::shown_by(dissection, &self.parameters);
        if self.links.iter().any(|link| link.parameters == parameters) {
            return false;
        }
        *tries += 1;
        // Another's addresses may make nonsense of a case.
        let Ok(cases) = read(&self.texts, &parameters) else {
            return false;
        };
        let contexts = contexts(&cases, &parameters);
        match Link::new(parameters, cases, contexts) {
            Ok(link) => {
                self.links.push(link);
                true
            }
            Err(_) => false,
        }
    }

    /// What was heard of the case.
    pub fn end(mut self) -> Playings {
        self.links.iter_mut().for_each(Link::end);
        word::all(&self.links, &self.nearest)
    }
}

/// A case's text and those of all calibrations, as [`Search::new`] takes them.
///
/// # Errors
/// What reading a file comes to.
pub fn texts<E>(
    catalogue: &Catalogue,
    case: &TestCase,
    read: impl Fn(&str) -> Result<String, E>,
) -> Result<Vec<CaseText>, E> {
    let calibrations = catalogue
        .cases
        .iter()
        .filter(|other| other.kind == Kind::Calibration && other.id != case.id);
    std::iter::once(case)
        .chain(calibrations)
        .map(|case| {
            Ok(CaseText {
                path: case.path.clone(),
                text: read(&case.path)?,
            })
        })
        .collect()
}

fn read(texts: &[CaseText], parameters: &Parameters) -> Result<Vec<TestCase>, CatalogueErrors> {
    let mut cases = Vec::with_capacity(texts.len());
    for CaseText { path, text } in texts {
        cases.extend(read_case(path, text, parameters)?);
    }
    Ok(cases)
}

/// The contexts that the first trial of the case shares.
fn contexts(cases: &[TestCase], parameters: &Parameters) -> ContextTable {
    let first = cases.first().and_then(|case| {
        let profile = crate::catalogue::able_to_everything(parameters);
        crate::catalogue::compile::trials(case, &profile, parameters)
            .find_map(Result::ok)
            .map(|trial| trial.contexts)
    });
    first.unwrap_or_default()
}

//! The state machine on a radio that only keeps a record of what it is told.

use std::cell::RefCell;
use std::rc::Rc;

use super::*;

/// What the radio was told, and what it is about to say.
#[derive(Default)]
struct Record {
    told: Vec<String>,
    arrives: Option<Vec<u8>>,
    is_hearing: bool,
    was_busy: bool,
    is_late: bool,
}

#[derive(Clone, Default)]
struct Paper(Rc<RefCell<Record>>);

impl Paper {
    fn note(&self, what: impl Into<String>) {
        self.0.borrow_mut().told.push(what.into());
    }

    /// What it was told since last asked.
    fn told(&self) -> Vec<String> {
        std::mem::take(&mut self.0.borrow_mut().told)
    }
}

fn sent(buffer: &Buffer) -> String {
    let length = usize::from(buffer[0]);
    format!("{:02x?}", &buffer[1..=length])
}

impl Phy for Paper {
    fn disable(&mut self) {
        self.note("disable");
    }

    fn listen(&mut self, buffer: &mut Buffer) {
        // What is to arrive is there at once; `has_heard` tells of it.
        if let Some(psdu) = &self.0.borrow().arrives {
            buffer[0] = psdu.len() as u8;
            let without_fcs = psdu.len() - 2;
            buffer[1..=without_fcs].copy_from_slice(&psdu[..without_fcs]);
            buffer[1 + without_fcs] = 50;
        }
        self.note("listen");
    }

    fn transmit(&mut self, buffer: &Buffer, senses: bool, reckons_fcs: bool) {
        self.note(format!(
            "transmit {} senses {senses} fcs {reckons_fcs}",
            sent(buffer)
        ));
    }

    fn acknowledge(&mut self, buffer: &Buffer, turnaround_us: u32) -> bool {
        let frame = &buffer[1..4];
        self.note(format!("acknowledge {frame:02x?} after {turnaround_us}"));
        !self.0.borrow().is_late
    }

    fn is_hearing(&self) -> bool {
        self.0.borrow().is_hearing
    }

    fn has_heard(&self) -> bool {
        self.0.borrow().arrives.is_some()
    }

    fn was_busy(&self) -> bool {
        self.0.borrow().was_busy
    }

    fn heard(&self) -> (u64, i8) {
        (1234, -60)
    }
}

const OWN: Filter = Filter {
    pan: 0xabcd,
    short_address: 0x0102,
    eui64: [0; 8],
};

/// A data frame with sequence number 0x56 that asks for acknowledgement, to this short address.
fn frame(to: u8) -> Vec<u8> {
    let mut frame = vec![0x61, 0x88, 0x56, 0xcd, 0xab, to, 0x01, 0x01, 0x01, 0x7a];
    fcs::append(&mut frame);
    frame
}

fn listening(role: RadioRole) -> (Transceiver<Paper>, Paper) {
    let paper = Paper::default();
    let mut radio = Transceiver::new(paper.clone());
    radio.filter = OWN;
    radio.change(|radio| radio.role = role);
    paper.told();
    (radio, paper)
}

/// The frame is heard, and what ends then ends; says whether a frame waits.
fn hear(radio: &mut Transceiver<Paper>, paper: &Paper, psdu: &[u8]) -> bool {
    paper.0.borrow_mut().arrives = Some(psdu.to_vec());
    radio.rest();
    paper.told();
    let waits = radio.ended();
    paper.0.borrow_mut().arrives = None;
    waits
}

#[test]
fn a_frame_for_the_device_is_acknowledged_and_waits() {
    let (mut radio, paper) = listening(RadioRole::Device);
    assert!(hear(&mut radio, &paper, &frame(2)));
    assert_eq!(paper.told(), ["acknowledge [02, 00, 56] after 192"]);
    // The acknowledgement has gone: it listens again.
    radio.ended();
    assert_eq!(paper.told(), ["listen"]);
    let heard = radio.take().unwrap();
    assert_eq!(heard.psdu(), frame(2));
    let signal = Signal {
        time_us: 1234,
        rssi_dbm: -60,
        lqi: 200,
    };
    assert_eq!(heard.signal, signal);
    assert!(radio.take().is_none());
}

#[test]
fn a_frame_for_another_is_nothing() {
    let (mut radio, paper) = listening(RadioRole::Device);
    assert!(!hear(&mut radio, &paper, &frame(3)));
    assert_eq!(paper.told(), ["listen"]);
    assert!(radio.take().is_none());
}

#[test]
fn a_sniffer_takes_everything_and_acknowledges_nothing() {
    for role in [RadioRole::Sniff, RadioRole::Both] {
        let (mut radio, paper) = listening(role);
        for psdu in [frame(2), frame(3), vec![0x02, 0x00, 0x56, 0x0b, 0x82]] {
            assert!(hear(&mut radio, &paper, &psdu));
            assert_eq!(paper.told(), ["listen"]);
            assert_eq!(radio.take().unwrap().psdu(), psdu);
        }
    }
}

#[test]
fn what_finds_no_room_is_counted_and_not_acknowledged() {
    let (mut radio, paper) = listening(RadioRole::Device);
    for _ in 0..MOST_WAITING {
        hear(&mut radio, &paper, &frame(2));
        radio.ended();
    }
    paper.told();
    hear(&mut radio, &paper, &frame(2));
    assert_eq!(paper.told(), ["listen"]);
    let Statistics {
        received, dropped, ..
    } = radio.statistics;
    assert_eq!((received, dropped), (MOST_WAITING as u32, 1));
    // One is taken: there is room again.
    radio.take();
    hear(&mut radio, &paper, &frame(2));
    assert_eq!(paper.told(), ["acknowledge [02, 00, 56] after 192"]);
}

#[test]
fn an_acknowledgement_that_would_be_late_is_none() {
    let (mut radio, paper) = listening(RadioRole::Device);
    paper.0.borrow_mut().is_late = true;
    hear(&mut radio, &paper, &frame(2));
    assert_eq!(
        paper.told(),
        ["acknowledge [02, 00, 56] after 192", "listen"]
    );
}

#[test]
fn sending_waits_for_the_acknowledgement_of_its_own_frame() {
    let (mut radio, paper) = listening(RadioRole::Device);
    let psdu = frame(9);
    assert!(radio.begin(&psdu, true, Some(0x56)));
    let transmitted = format!("transmit {psdu:02x?} senses true fcs true");
    assert_eq!(paper.told(), ["disable", &transmitted]);
    assert_eq!(radio.take_came(), None);
    radio.ended();
    assert_eq!(
        (paper.told(), radio.take_came()),
        (vec!["listen".to_owned()], Some(Came::Sent))
    );
    // Another's acknowledgement is not it.
    hear(&mut radio, &paper, &[0x02, 0x00, 0x57, 0, 0]);
    assert_eq!(radio.take_came(), None);
    hear(&mut radio, &paper, &[0x02, 0x00, 0x56, 0, 0]);
    assert_eq!(radio.take_came(), Some(Came::Acknowledged));
    // It comes once; and who has given up gets none.
    hear(&mut radio, &paper, &[0x02, 0x00, 0x56, 0, 0]);
    assert_eq!(radio.take_came(), None);
    radio.begin(&psdu, true, Some(0x56));
    radio.ended();
    radio.take_came();
    radio.give_up();
    hear(&mut radio, &paper, &[0x02, 0x00, 0x56, 0, 0]);
    assert_eq!((radio.take_came(), radio.statistics.transmitted), (None, 2));
}

#[test]
fn a_channel_in_use_is_busy_before_and_while_it_is_sensed() {
    let (mut radio, paper) = listening(RadioRole::Device);
    paper.0.borrow_mut().is_hearing = true;
    assert!(radio.begin(&frame(9), true, None));
    // The frame that is coming in is not cut off.
    assert_eq!(
        (paper.told(), radio.take_came()),
        (vec![], Some(Came::Busy))
    );
    paper.0.borrow_mut().is_hearing = false;
    paper.0.borrow_mut().was_busy = true;
    radio.begin(&frame(9), true, None);
    radio.ended();
    assert_eq!(radio.take_came(), Some(Came::Busy));
    assert_eq!(radio.statistics.transmitted, 0);
}

#[test]
fn an_acknowledgement_under_way_goes_first() {
    let (mut radio, paper) = listening(RadioRole::Device);
    hear(&mut radio, &paper, &frame(2));
    assert!(!radio.begin(&frame(9), true, None));
    radio.ended();
    assert!(radio.begin(&frame(9), true, None));
}

#[test]
fn an_injector_sends_what_it_is_given_and_does_not_listen() {
    let (mut radio, paper) = listening(RadioRole::Inject);
    let mut broken = frame(9);
    *broken.last_mut().unwrap() ^= 1;
    radio.begin(&broken, false, None);
    let transmitted = format!("transmit {broken:02x?} senses false fcs false");
    assert_eq!(paper.told(), ["disable", &transmitted]);
    radio.ended();
    assert_eq!(
        (paper.told(), radio.take_came()),
        (vec![], Some(Came::Sent))
    );
}

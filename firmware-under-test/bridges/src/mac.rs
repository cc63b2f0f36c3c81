//! As much of an IEEE 802.15.4 header as an acknowledging radio looks at and may set.

use sixlo_agent_process::fcs;

/// Frame types, IEEE 802.15.4-2015 7.2.1.1.
const DATA: u8 = 1;
const ACKNOWLEDGEMENT: u8 = 2;
/// Bits of the frame control field's first octet.
const SECURITY: u8 = 1 << 3;
const ACKNOWLEDGEMENT_REQUEST: u8 = 1 << 5;
/// Of its second octet: the sequence number is left out (2015 edition).
const NO_SEQUENCE: u8 = 1;
/// Where the sequence number stands.
const SEQUENCE: usize = 2;

/// A PSDU with a right FCS, looked at.
#[derive(Debug, Clone, Copy)]
pub struct Frame<'a>(&'a [u8]);

impl<'a> Frame<'a> {
    /// The frame, if its FCS is right and it has a frame control field.
    pub fn of(psdu: &'a [u8]) -> Option<Frame<'a>> {
        let frame = fcs::check(psdu)?;
        (frame.len() >= 2).then_some(Frame(psdu))
    }

    fn kind(&self) -> u8 {
        self.0[0] & 7
    }

    /// Its sequence number, if it has one.
    pub fn sequence(&self) -> Option<u8> {
        let has_one = self.0[1] & NO_SEQUENCE == 0 && self.0.len() >= SEQUENCE + 1 + 2;
        has_one.then(|| self.0[SEQUENCE])
    }

    /// The sequence number that it acknowledges, if it is an acknowledgement.
    pub fn acknowledges(&self) -> Option<u8> {
        (self.kind() == ACKNOWLEDGEMENT).then(|| self.sequence())?
    }

    /// Whether its sender waits for an acknowledgement.
    pub fn asks(&self) -> bool {
        self.kind() != ACKNOWLEDGEMENT && self.0[0] & ACKNOWLEDGEMENT_REQUEST != 0
    }

    /// Whether it is for everybody, which nobody acknowledges (6.7.2).
    pub fn is_broadcast(&self) -> bool {
        let mode = self.0[1] >> 2 & 3;
        mode != 2 && mode != 3 || mode == 2 && self.0.get(5..7) == Some(&[0xff, 0xff])
    }

    /// Whether its header may be changed: an unsecured data frame, whose header no
    /// integrity code covers.
    fn is_plain_data(&self) -> bool {
        self.kind() == DATA && self.0[0] & SECURITY == 0 && self.sequence().is_some()
    }
}

/// The frame as it goes on the medium: with a sequence number of its own where
/// `sequence` gives one, and a request for an acknowledgement where `asks` and it is
/// for one node. What is no plain data frame goes as it is.
pub fn dressed(psdu: &[u8], sequence: Option<u8>, asks: bool) -> Vec<u8> {
    let mut dressed = psdu.to_vec();
    let Some(frame) = Frame::of(psdu).filter(Frame::is_plain_data) else {
        return dressed;
    };
    if let Some(sequence) = sequence {
        dressed[SEQUENCE] = sequence;
    }
    if asks && !frame.is_broadcast() {
        dressed[0] |= ACKNOWLEDGEMENT_REQUEST;
    }
    dressed.truncate(psdu.len() - 2);
    fcs::append(&mut dressed);
    dressed
}

/// An acknowledgement, IEEE 802.15.4-2006 7.2.2.3.
pub fn acknowledgement(sequence: u8) -> Vec<u8> {
    let mut frame = vec![ACKNOWLEDGEMENT, 0, sequence];
    fcs::append(&mut frame);
    frame
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// An unsecured data frame to 16-bit `dst` in PAN 0xabcd, without FCS.
    fn data(dst: u16) -> Vec<u8> {
        let [low, high] = dst.to_le_bytes();
        let mut frame = vec![0x41, 0x88, 7, 0xcd, 0xab, low, high, 0x01, 0x1a, 0x41];
        fcs::append(&mut frame);
        frame
    }

    #[test]
    fn a_frame_for_one_node_asks_and_one_for_all_does_not() {
        let one = dressed(&data(0x2b02), Some(0x99), true);
        let frame = Frame::of(&one).expect("right FCS");
        assert_eq!((frame.asks(), frame.sequence()), (true, Some(0x99)));
        assert_eq!(one[3..10], data(0x2b02)[3..10]);
        let all = dressed(&data(0xffff), Some(0x99), true);
        let frame = Frame::of(&all).expect("right FCS");
        assert_eq!((frame.asks(), frame.sequence()), (false, Some(0x99)));
    }

    #[test]
    fn what_is_secured_or_damaged_goes_as_it_is() {
        let mut secured = data(0x2b02);
        secured[0] |= SECURITY;
        secured.truncate(10);
        fcs::append(&mut secured);
        assert_eq!(dressed(&secured, Some(1), true), secured);
        let mut damaged = data(0x2b02);
        damaged[9] ^= 1;
        assert_eq!(dressed(&damaged, Some(1), true), damaged);
    }

    #[test]
    fn an_acknowledgement_names_what_it_acknowledges() {
        let octets = acknowledgement(0x56);
        let frame = Frame::of(&octets).expect("right FCS");
        assert_eq!(frame.acknowledges(), Some(0x56));
        assert!(!frame.asks());
    }

    proptest! {
        #[test]
        fn nothing_heard_breaks_the_reader(mut octets: Vec<u8>) {
            fcs::append(&mut octets);
            if let Some(frame) = Frame::of(&octets) {
                let _ = (frame.acknowledges(), frame.asks(), frame.is_broadcast());
            }
            prop_assert_eq!(dressed(&octets, Some(1), true).len(), octets.len());
        }
    }
}

use super::*;
use Came::{Acknowledged, Busy, Nothing, Sent};

/// Plays a frame with every random number at its largest, and says all steps.
fn play(habits: Habits, asks: Option<u8>, came: &[Came]) -> Vec<Step> {
    let (mut sending, first) = Sending::begin(habits, asks, u32::MAX);
    let mut steps = vec![first];
    steps.extend(came.iter().map(|came| sending.go_on(*came, u32::MAX)));
    steps
}

const fn after(periods: u32) -> Step {
    Step::SenseAfter { us: periods * 320 }
}

const WAIT: Step = Step::AwaitAcknowledgement {
    sequence: 7,
    us: 864,
};

#[test]
fn a_clear_channel_and_an_acknowledgement() {
    let steps = play(Habits::STANDARD, Some(7), &[Sent, Acknowledged]);
    assert_eq!(steps, [after(7), WAIT, Step::Finished(Ok(()))]);
    let steps = play(Habits::STANDARD, None, &[Sent]);
    assert_eq!(steps, [after(7), Step::Finished(Ok(()))]);
}

#[test]
fn a_busy_channel_is_waited_for_longer_and_longer_and_not_for_ever() {
    // macMinBE 3, macMaxBE 5: up to 7, 15, 31, 31, 31 periods; macMaxCSMABackoffs 4.
    let steps = play(Habits::STANDARD, None, &[Busy; 5]);
    let failed = Step::Finished(Err(Failure::Busy));
    assert_eq!(
        steps,
        [after(7), after(15), after(31), after(31), after(31), failed]
    );
}

#[test]
fn a_frame_that_nobody_acknowledges_is_sent_four_times() {
    let came = [Sent, Nothing].repeat(4);
    let steps = play(Habits::STANDARD, Some(7), &came);
    let failed = Step::Finished(Err(Failure::NoAcknowledgement));
    assert_eq!(
        steps,
        [
            after(7),
            WAIT,
            after(7),
            WAIT,
            after(7),
            WAIT,
            after(7),
            WAIT,
            failed
        ]
    );
}

#[test]
fn each_attempt_begins_its_backoff_anew() {
    let steps = play(
        Habits::STANDARD,
        Some(7),
        &[Busy, Busy, Sent, Nothing, Busy],
    );
    assert_eq!(
        steps,
        [after(7), after(15), after(31), WAIT, after(7), after(15)]
    );
}

#[test]
fn no_more_is_waited_than_the_exponent_allows_and_all_of_it_occurs() {
    let mut seen = [false; 8];
    for random in 0..1000_u32 {
        let (_, step) = Sending::begin(Habits::STANDARD, None, random.wrapping_mul(2_654_435_761));
        let Step::SenseAfter { us } = step else {
            panic!("{step:?}")
        };
        assert_eq!(us % 320, 0);
        seen[us as usize / 320] = true;
    }
    assert_eq!(seen, [true; 8]);
}

#[test]
fn an_injector_sends_once_and_at_once() {
    assert_eq!(
        play(Habits::ONCE, None, &[Sent]),
        [Step::Transmit, Step::Finished(Ok(()))]
    );
}

#[test]
fn times_are_the_standards() {
    // 54 symbols and 12 symbols of 16 us.
    assert_eq!((ACKNOWLEDGED_WITHIN_US, TURNAROUND_US), (864, 192));
}

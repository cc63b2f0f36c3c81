//! Figure 2 as the page lays it out: a row a feature, two columns a device (what it makes
//! of frames, what it puts on air), marks and words as the report has them.

use sixlo_judge::matrix::{self, Gap};
use sixlo_judge::testcase::Direction;

use crate::report::model::{self, Dut, Report};

/// A row with its cells.
#[derive(Debug)]
pub struct Row<'a> {
    /// Figure 2's number.
    pub number: &'a str,
    /// Its topic.
    pub topic: &'a str,
    /// The draft's wording.
    pub title: &'a str,
    /// The draft's capability level.
    pub level: Option<u8>,
    /// Whether it stands below another row.
    pub sub_row: bool,
    /// Two a device.
    pub cells: Vec<Cell<'a>>,
}

/// One cell: one way of one device; of a topic without a row both ways together.
#[derive(Debug)]
pub struct Cell<'a> {
    /// The device.
    pub dut: &'a str,
    /// `receive`, `send` or `both`.
    pub way: &'static str,
    /// How it is drawn: the mark in a word.
    pub class: &'static str,
    /// How claim and observation differ.
    pub gap: Option<&'static str>,
    /// As the matrix shows it: cell and guards.
    pub mark: &'a str,
    /// The mark alone, without that of the guards.
    pub sign: &'static str,
    /// The guards' mark.
    pub guard: &'static str,
    /// All of it in words.
    pub words: String,
}

/// The rows of Figure 2.
pub fn rows(report: &Report) -> Vec<Row<'_>> {
    let row = |(at, title): (usize, &'_ matrix::RowTitle)| {
        let cells = report.duts.iter().flat_map(|dut| {
            let gap = dut.claim_gaps.iter().find(|gap| gap.row == title.number);
            let receive = &dut.receive.cells[at];
            let send = &dut.send.cells[at];
            [
                Cell::of(
                    dut,
                    Some(Direction::Receive),
                    receive,
                    gap.map(|gap| gap.gap),
                ),
                Cell::of(dut, Some(Direction::Send), send, None),
            ]
        });
        cells.collect()
    };
    let titles = report.rows.iter().enumerate();
    titles
        .map(|(at, title)| Row {
            number: &title.number,
            topic: &title.topic.0,
            title: &title.title,
            level: title.level,
            sub_row: title.number.ends_with(|c: char| c.is_ascii_alphabetic()),
            cells: row((at, title)),
        })
        .collect()
}

/// Topics that no row shows, as far as a trial was played.
pub fn rowless(report: &Report) -> Vec<Row<'_>> {
    let topics = report.rowless.iter().enumerate();
    let played = |topic: &str| report.cases.iter().any(|case| case.topic == *topic);
    topics
        .filter(|(_, topic)| played(topic))
        .map(|(at, topic)| Row {
            number: "",
            topic,
            title: topic,
            level: None,
            sub_row: false,
            cells: report
                .duts
                .iter()
                .map(|dut| Cell::of(dut, None, &dut.rowless[at], None))
                .collect(),
        })
        .collect()
}

impl<'a> Cell<'a> {
    /// Which way in words; of a topic without a row, none.
    pub fn way_words(&self) -> &'static str {
        match self.way {
            "receive" => ", receiving",
            "send" => ", sending",
            _ => "",
        }
    }

    fn of(
        dut: &'a Dut,
        direction: Option<Direction>,
        cell: &'a model::Cell,
        gap: Option<Gap>,
    ) -> Self {
        let mut words = vec![cell.cell.meaning().to_owned()];
        if cell.by_port {
            words.push("done by the port, not by the stack".to_owned());
        }
        words.extend(gap.map(|gap| gap.meaning().to_owned()));
        words.extend(tally(cell));
        words.extend(guards(cell));
        words.extend(economy(cell));
        Cell {
            dut: &dut.name,
            way: match direction {
                Some(Direction::Receive) => "receive",
                Some(Direction::Send) => "send",
                None => "both",
            },
            class: class(cell.cell),
            gap: gap.map(gap_class),
            mark: &cell.mark,
            sign: cell.cell.mark(),
            guard: cell.guards.mark(),
            words: words.join("; "),
        }
    }
}

fn class(cell: matrix::Cell) -> &'static str {
    match cell {
        matrix::Cell::Crashed => "crashed",
        matrix::Cell::Partly => "partly",
        matrix::Cell::Yes => "yes",
        matrix::Cell::No => "no",
        matrix::Cell::Wrong => "wrong",
        matrix::Cell::Undecided => "undecided",
        matrix::Cell::NotRun => "not-run",
        matrix::Cell::Withheld => "withheld",
    }
}

/// A mark, how it is drawn, and what it means.
pub type Legend = (&'static str, &'static str, &'static str);

/// Every mark, the usual ones first.
pub fn legend() -> Vec<Legend> {
    [
        matrix::Cell::Yes,
        matrix::Cell::Partly,
        matrix::Cell::No,
        matrix::Cell::Wrong,
        matrix::Cell::Crashed,
        matrix::Cell::Undecided,
        matrix::Cell::NotRun,
        matrix::Cell::Withheld,
    ]
    .map(|cell| (cell.mark(), class(cell), cell.meaning()))
    .to_vec()
}

/// How each way of differing from the claim is drawn, and what it means.
pub fn gaps() -> [(&'static str, &'static str); 3] {
    Gap::ALL.map(|gap| (gap_class(gap), gap.meaning()))
}

fn gap_class(gap: Gap) -> &'static str {
    match gap {
        Gap::ClaimFails => "claim-fails",
        Gap::ClaimOpen => "claim-open",
        Gap::NobodyClaimed => "nobody-claimed",
    }
}

/// Only what there is.
fn counted(what: &str, counts: &[(u32, &str)]) -> Option<String> {
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    (!parts.is_empty()).then(|| format!("{what}: {}", parts.join(", ")))
}

fn tally(cell: &model::Cell) -> Option<String> {
    let tally = &cell.tally;
    counted(
        "trials that decide",
        &[
            (tally.passed, "passed"),
            (tally.wrong, "wrong"),
            (tally.absent, "dropped or declined"),
            (tally.crashed, "crashed"),
            (tally.undecided, "undecided"),
        ],
    )
}

fn guards(cell: &model::Cell) -> Option<String> {
    let guards = &cell.guards;
    counted(
        "guards",
        &[
            (guards.passed, "passed"),
            (guards.failed, "failed"),
            (guards.crashed, "crashed"),
            (guards.undecided, "undecided"),
        ],
    )
}

fn economy(cell: &model::Cell) -> Option<String> {
    let sums = cell.economy?;
    let frames = [
        (sums.used, "used it"),
        (sums.missed, "could have and did not"),
        (sums.excused, "did not have to"),
        (sums.wrong, "used it wrongly"),
    ];
    let parts: Vec<String> = frames
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, name)| format!("{count} {name}"))
        .collect();
    (!parts.is_empty()).then(|| {
        format!(
            "its own frames: {}; {} octets wasted",
            parts.join(", "),
            sums.wasted_octets
        )
    })
}

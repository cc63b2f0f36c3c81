//! `sixlo judge`: captures that people made.

use std::io::{self, BufWriter, ErrorKind, Write};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use sixlo_frames::context::ContextTable;
use sixlo_harness::capture::foreign::{Frames, Hints, Trailer};
use sixlo_harness::overheard::{
    Overheard, about_exchange, about_file, exchange_line, file_line, overhear,
};
use sixlo_harness::report::{Document, markdown, terminal};
use sixlo_judge::passive::{Exchange, Settings};
use sixlo_judge::status::ExitStatus;

use crate::arguments::{Fcs, Judge, JudgeFormat};

pub fn judge(arguments: &Judge) -> anyhow::Result<ExitCode> {
    let mut output = Output {
        to: BufWriter::new(io::stdout()),
        failed: None,
    };
    let mut status = ExitStatus::Success;
    for (number, path) in arguments.captures.iter().enumerate() {
        if number > 0 && format(arguments) != JudgeFormat::Json {
            output.say("\n");
        }
        let found = judge_file(path, arguments, &mut output);
        output.say_what_was_said();
        status = status.and(found.unwrap_or_else(|error| {
            eprintln!("sixlo: {error:#}");
            ExitStatus::Usage
        }));
    }
    output.end()?;
    Ok(ExitCode::from(status.code()))
}

fn judge_file(path: &Path, arguments: &Judge, output: &mut Output) -> anyhow::Result<ExitStatus> {
    let mut contexts = ContextTable::new();
    for (id, context) in &arguments.contexts {
        contexts.set(*id, *context);
    }
    let trailer = trailer(arguments.fcs);
    let settings = Settings {
        contexts,
        ..Settings::default()
    };
    let frames = Frames::open(path, Hints { trailer, contexts })?;
    let format = format(arguments);
    let overheard = overhear(
        path,
        frames,
        settings,
        &mut |exchange: &Exchange| match format {
            JudgeFormat::Json => output.say(&exchange_line(exchange)),
            _ if arguments.verbose => {
                let document = Document(vec![about_exchange(exchange)]);
                output.say(&rendered(format, &document));
            }
            _ => {}
        },
    )?;
    output.say(&told(format, &overheard));
    Ok(overheard.status())
}

/// What is known of frames' last octets beforehand.
pub fn trailer(fcs: Fcs) -> Option<Trailer> {
    match fcs {
        Fcs::Auto => None,
        Fcs::Present => Some(Trailer::Fcs),
        Fcs::Absent => Some(Trailer::Absent),
        Fcs::Ti => Some(Trailer::Ti),
    }
}

fn format(arguments: &Judge) -> JudgeFormat {
    match arguments.json {
        true => JudgeFormat::Json,
        false => arguments.format,
    }
}

fn told(format: JudgeFormat, overheard: &Overheard) -> String {
    match format {
        JudgeFormat::Json => file_line(overheard),
        _ => rendered(format, &about_file(overheard)),
    }
}

pub fn rendered(format: JudgeFormat, document: &Document) -> String {
    match format {
        JudgeFormat::Markdown => markdown::render(document),
        _ => terminal::render(document, None),
    }
}

/// The standard output, of which it is known in the end whether all of it was written.
struct Output {
    to: BufWriter<io::Stdout>,
    failed: Option<io::Error>,
}

impl Output {
    fn say(&mut self, text: &str) {
        if self.failed.is_none() {
            self.failed = self.to.write_all(text.as_bytes()).err();
        }
    }

    /// Lets it be seen before what goes to the standard error.
    fn say_what_was_said(&mut self) {
        if self.failed.is_none() {
            self.failed = self.to.flush().err();
        }
    }

    /// A reader that has seen enough, such as `head`, is no error.
    fn end(self) -> anyhow::Result<()> {
        // Dropped whole, it would try to write what is left once more.
        let (_, _) = self.to.into_parts();
        match self.failed {
            Some(error) if error.kind() != ErrorKind::BrokenPipe => {
                Err(error).context("cannot write to the standard output")
            }
            _ => Ok(()),
        }
    }
}

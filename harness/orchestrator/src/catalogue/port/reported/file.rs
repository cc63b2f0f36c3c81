//! reported.yaml as it is written.

use std::collections::BTreeMap;

use serde::Deserialize;
use serde_saphyr::Location;
use sixlo_judge::name::Topic;
use sixlo_judge::rows::Rows;

use super::{CodeSize, Reported, Said, Source, Whole};
use crate::catalogue::error::{CatalogueError, Place};
use crate::catalogue::figure2::{FIRST, Figure, Mark, Of};
use crate::catalogue::yaml::{self, At};

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct Raw {
    stack: String,
    lineage: String,
    reach: String,
    sources: BTreeMap<String, At<RawSource>>,
    column: At<RawColumn>,
    #[serde(default)]
    says: Vec<At<RawSaid>>,
    code_size: Option<RawCodeSize>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSource {
    cite: String,
    year: u16,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawColumn {
    heading: Option<At<String>>,
    figure2: Option<At<usize>>,
    same_as: Option<At<String>>,
    source: Option<At<String>>,
    why: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RawSaid {
    source: At<String>,
    row: Option<At<String>>,
    mark: Option<At<String>>,
    text: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
struct RawCodeSize {
    source: At<String>,
    all: At<String>,
    compression: Option<At<String>>,
    fragmentation: Option<At<String>>,
    mesh_and_broadcast: Option<At<String>>,
    notes: Option<String>,
}

/// The years in which somebody can have written of 6LoWPAN: from the working group's charter on.
const YEARS: std::ops::RangeInclusive<u16> = 2005..=2100;

/// Where the column's marks come from.
#[derive(Debug)]
pub(super) enum Column {
    /// A column of Figure 2, counted from 0.
    Printed { at: usize, source: Source },
    /// That of another port's file.
    Same {
        folder: String,
        place: Place,
        source: Source,
        why: Option<String>,
    },
    /// What is said of single rows.
    Said,
}

impl Column {
    /// The draft's own columns first, as it has them.
    pub(super) fn order(&self) -> (u8, usize) {
        match self {
            Column::Printed { at, .. } => (0, *at),
            Column::Same { .. } => (1, 0),
            Column::Said => (2, 0),
        }
    }
}

/// One file, read by itself.
#[derive(Debug)]
pub(super) struct File {
    pub(super) folder: String,
    pub(super) place: Place,
    pub(super) heading: String,
    pub(super) column: Column,
    stack: String,
    lineage: String,
    reach: String,
    /// One a row.
    marks: Vec<Option<Mark>>,
    says: Vec<Said>,
    code_size: Option<CodeSize>,
}

/// What a file's values are read against.
struct Reader<'a> {
    file: &'a str,
    sources: &'a BTreeMap<String, At<RawSource>>,
    figure: Option<&'a Figure>,
    rows: &'a Rows,
}

impl File {
    pub(super) fn read(
        folder: &str,
        file: &str,
        text: &str,
        figure: Option<&Figure>,
        rows: &Rows,
        errors: &mut Vec<CatalogueError>,
    ) -> Option<File> {
        let raw: Raw = yaml::read(file, text)
            .map_err(|error| errors.push(error))
            .ok()?;
        let reader = Reader {
            file,
            sources: &raw.sources,
            figure,
            rows,
        };
        for source in raw.sources.values() {
            if !YEARS.contains(&source.value.year) {
                let text = format!(
                    "`year: {}` is no year of 6LoWPAN (allowed: {} to {})",
                    source.value.year,
                    YEARS.start(),
                    YEARS.end()
                );
                errors.push(CatalogueError::new(
                    yaml::place(file, source.referenced),
                    text,
                ));
            }
        }
        let mut take = |error| errors.push(error);
        let place = yaml::place(file, raw.column.referenced);
        let (heading, column) = reader.column(raw.column).map_err(&mut take).ok()?;
        let mut marks: Vec<Option<Mark>> = match column {
            Column::Printed { at, .. } => reader.printed(at),
            Column::Same { .. } | Column::Said => vec![None; rows.rows.len()],
        };
        let mut says = Vec::new();
        for said in raw.says {
            match reader.said(said, &column, &mut marks) {
                Ok(said) => says.push(said),
                Err(error) => take(error),
            }
        }
        let code_size = raw
            .code_size
            .and_then(|raw| reader.code_size(raw).map_err(&mut take).ok());
        Some(File {
            folder: folder.to_owned(),
            place,
            heading,
            column,
            stack: raw.stack,
            lineage: raw.lineage,
            reach: raw.reach,
            marks,
            says,
            code_size,
        })
    }

    /// With its own marks.
    pub(super) fn alone(&self) -> Reported {
        let whole = match &self.column {
            Column::Printed { source, .. } => Some(Whole {
                source: source.clone(),
                same_as: None,
                why: None,
            }),
            Column::Same { .. } | Column::Said => None,
        };
        self.with(whole, self.marks.clone())
    }

    /// With the marks of another one.
    pub(super) fn same_as(&self, model: &File) -> Reported {
        let whole = match &self.column {
            Column::Same { source, why, .. } => Some(Whole {
                source: source.clone(),
                same_as: Some(model.heading.clone()),
                why: why.clone(),
            }),
            Column::Printed { .. } | Column::Said => None,
        };
        self.with(whole, model.marks.clone())
    }

    fn with(&self, whole: Option<Whole>, marks: Vec<Option<Mark>>) -> Reported {
        Reported {
            folder: self.folder.clone(),
            heading: self.heading.clone(),
            stack: self.stack.clone(),
            lineage: self.lineage.clone(),
            reach: self.reach.clone(),
            whole,
            marks,
            says: self.says.clone(),
            code_size: self.code_size.clone(),
            duts: Vec::new(),
        }
    }
}

impl Reader<'_> {
    fn wrong<T>(&self, location: Location, text: impl Into<String>) -> Result<T, CatalogueError> {
        Err(CatalogueError::new(yaml::place(self.file, location), text))
    }

    fn source(&self, id: &At<String>) -> Result<Source, CatalogueError> {
        match self.sources.get(&id.value) {
            Some(source) => Ok(Source {
                cite: source.value.cite.clone(),
                year: source.value.year,
            }),
            None => {
                let known: Vec<&str> = self.sources.keys().map(String::as_str).collect();
                let text = format!(
                    "`source: {}` is none of `sources` (known: {})",
                    id.value,
                    known.join(", ")
                );
                self.wrong(id.referenced, text)
            }
        }
    }

    /// The heading, and where the marks come from.
    fn column(&self, raw: At<RawColumn>) -> Result<(String, Column), CatalogueError> {
        let here = raw.referenced;
        let RawColumn {
            heading,
            figure2,
            same_as,
            source,
            why,
        } = raw.value;
        match (figure2, same_as, heading, source) {
            (Some(number), None, None, Some(source)) if why.is_none() => {
                let Some(figure) = self.figure else {
                    let text = "there is no testcases/figure2.yaml to take the column from";
                    return self.wrong(number.referenced, text);
                };
                let at = number.value.checked_sub(FIRST);
                let Some(at) = at.filter(|at| *at < figure.columns.len()) else {
                    let text = format!(
                        "`figure2: {}` is no column of Figure 2 (allowed: {FIRST} to {})",
                        number.value,
                        figure.columns.len()
                    );
                    return self.wrong(number.referenced, text);
                };
                let source = self.source(&source)?;
                Ok((
                    figure.name(Of::Column(at)),
                    Column::Printed { at, source },
                ))
            }
            (None, Some(folder), Some(heading), Some(source)) => Ok((
                self.heading(heading)?,
                Column::Same {
                    place: yaml::place(self.file, folder.referenced),
                    folder: folder.value,
                    source: self.source(&source)?,
                    why,
                },
            )),
            (None, None, Some(heading), None) if why.is_none() => {
                Ok((self.heading(heading)?, Column::Said))
            }
            _ => self.wrong(
                here,
                "is no column (allowed: `figure2` and `source`, whose heading is the draft's; or `heading`, \
                 `same-as`, `source` and `why`; or `heading` alone)",
            ),
        }
    }

    fn heading(&self, heading: At<String>) -> Result<String, CatalogueError> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-.".contains(c);
        match matches!(heading.value.len(), 1..=16) && heading.value.chars().all(plain) {
            true => Ok(heading.value),
            false => self.wrong(
                heading.referenced,
                format!(
                    "`heading: {}` is too long, or has other characters than a column's title may \
                     (1 to 16 of A-Z, a-z, 0-9, `-`, `.`)",
                    heading.value
                ),
            ),
        }
    }

    /// The marks of a column of Figure 2; a row of ours that it does not have is not said.
    fn printed(&self, at: usize) -> Vec<Option<Mark>> {
        let mark = |topic| self.figure?.mark(Of::Column(at), topic);
        let rows = self.rows.rows.iter();
        rows.map(|row| mark(&row.topic)).collect()
    }

    fn said(
        &self,
        raw: At<RawSaid>,
        column: &Column,
        marks: &mut [Option<Mark>],
    ) -> Result<Said, CatalogueError> {
        let raw = raw.value;
        let source = self.source(&raw.source)?;
        let row = match &raw.row {
            None => None,
            Some(row) => {
                let topic = Topic(row.value.clone());
                let at = self.rows.rows.iter().position(|row| row.topic == topic);
                let Some(at) = at else {
                    return self.wrong(
                        row.referenced,
                        format!("`row: {topic}` is no row of testcases/rows.yaml"),
                    );
                };
                Some((at, topic))
            }
        };
        let mark = match (&raw.mark, &row) {
            (None, _) => None,
            (Some(mark), None) => {
                let text = "a `mark` is for a row: name the `row`, or take the mark out";
                return self.wrong(mark.referenced, text);
            }
            (Some(written), Some((at, _))) => {
                let Some(mark) = Mark::read(&written.value) else {
                    return self.wrong(
                        written.referenced,
                        format!(
                            "`mark: {}` is no mark (allowed: o, '~', '' for what is not there)",
                            written.value
                        ),
                    );
                };
                if !matches!(column, Column::Said) {
                    let text = "the column has its marks from elsewhere: one source for a mark, so take this one out";
                    return self.wrong(written.referenced, text);
                }
                if marks[*at].replace(mark).is_some_and(|other| other != mark) {
                    let text = "another entry has another mark for this row";
                    return self.wrong(written.referenced, text);
                }
                Some(mark)
            }
        };
        Ok(Said {
            source,
            row: row.map(|(_, topic)| topic),
            mark,
            text: raw.text,
        })
    }

    fn code_size(&self, raw: RawCodeSize) -> Result<CodeSize, CatalogueError> {
        let size = |size: At<String>| {
            let number = size.value.trim_start_matches('>');
            let is_size = size.value.len() - number.len() <= 1
                && number.parse::<f32>().is_ok()
                && number.chars().all(|c| c.is_ascii_digit() || c == '.');
            match is_size {
                true => Ok(size.value),
                false => self.wrong(
                    size.referenced,
                    format!(
                        "`{}` is no size (allowed: a number of kB such as \"1.9\", or \">1.9\")",
                        size.value
                    ),
                ),
            }
        };
        Ok(CodeSize {
            source: self.source(&raw.source)?,
            all: size(raw.all)?,
            compression: raw.compression.map(size).transpose()?,
            fragmentation: raw.fragmentation.map(size).transpose()?,
            mesh_and_broadcast: raw.mesh_and_broadcast.map(size).transpose()?,
            notes: raw.notes,
        })
    }
}

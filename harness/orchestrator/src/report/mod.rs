//! What a run came to, for people: the matrix of Figure 2, what stands behind its
//! cells, and what went wrong. Nothing here judges, and nothing here prints.

mod below;
mod document;
mod finding;
mod known_entries;
mod last_word;
mod matrix;
mod played;
mod reported;
mod results;
mod status_line;
mod summary;

pub mod badge;
pub mod comment;
pub mod crash;
pub mod csv;
pub mod html;
pub mod json;
pub mod junit;
pub mod markdown;
pub mod model;
pub mod shrunk;
pub mod terminal;

pub use document::{Block, Document, Row, Table};
pub use finding::{Finding, likewise};
pub use last_word::LastWord;
pub use matrix::{cell_text, row_title};
pub use played::{Concluded, Played};
pub use results::Results;
pub use status_line::{status_line, word};
pub use summary::Counts;

/// All of a run on one page: matrix, what stands below it, everything unexpected.
pub fn full(results: &Results) -> Document {
    let mut blocks = vec![Block::Heading("6LoWPAN interoperability matrix".to_owned())];
    blocks.extend(matrix::blocks(results));
    blocks.extend(reported::all(results));
    blocks.extend(below::all(results));
    blocks.extend(finding::unexpected(results, usize::MAX));
    blocks.push(Block::Text(results.counts().to_string()));
    Document(blocks)
}

/// What a terminal shows at the end of a run: no more than `most` findings in full.
pub fn overview(results: &Results, most: usize) -> Document {
    let mut blocks = matrix::blocks(results);
    blocks.extend(reported::brief(results));
    blocks.extend(below::notable(results));
    blocks.extend(finding::unexpected(results, most));
    blocks.push(Block::Text(results.counts().to_string()));
    Document(blocks)
}

#[cfg(test)]
mod agreement;
#[cfg(test)]
pub(crate) mod fixture;
#[cfg(test)]
mod tests;

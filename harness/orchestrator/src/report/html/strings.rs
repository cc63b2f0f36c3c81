//! Words that come again and again, each kept once and named by its number.

use std::collections::HashMap;

use serde::Serialize;

/// Words by number, in the order in which they first came.
#[derive(Debug, Default, Serialize)]
#[serde(transparent)]
pub struct Strings {
    all: Vec<String>,
    #[serde(skip)]
    numbers: HashMap<String, usize>,
}

impl Strings {
    /// The number of these words.
    pub fn number(&mut self, words: &str) -> usize {
        if let Some(&number) = self.numbers.get(words) {
            return number;
        }
        let number = self.all.len();
        self.all.push(words.to_owned());
        self.numbers.insert(words.to_owned(), number);
        number
    }
}

//! Names that a misspelt one may stand for.

/// Names that are shown.
const SHOWN: usize = 3;
/// How alike they are at least, of 1.
const ALIKE: f64 = 0.85;

/// `; did you mean …?` with the names most like this one; nothing if none is.
pub fn near<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> String {
    let name = name.to_lowercase();
    let mut known: Vec<(f64, &str)> = known
        .map(|other| (strsim::jaro_winkler(&name, &other.to_lowercase()), other))
        .filter(|(alike, _)| *alike >= ALIKE)
        .collect();
    known.sort_by(|a, b| b.0.total_cmp(&a.0).then(a.1.cmp(b.1)));
    let names: Vec<String> = known
        .iter()
        .take(SHOWN)
        .map(|(_, other)| format!("`{other}`"))
        .collect();
    match names.is_empty() {
        true => String::new(),
        false => format!("; did you mean {}?", names.join(", ")),
    }
}

//! Another program, measured on the same frames.

/// Another program, measured on the same frames or not there.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Peer {
    /// It was measured.
    Measured(Measured),
    /// It is not here, or it failed: why, and how to get it.
    Missing(String),
}

/// What a program did with the frames.
#[derive(Debug, Clone, PartialEq, serde::Serialize)]
pub struct Measured {
    /// What it says of its version.
    pub version: String,
    /// Different frames that it and this program did alike.
    pub frames: usize,
    /// Frames it crafts a second; none if it crafts none.
    pub craft: Option<f64>,
    /// Frames it dissects a second.
    pub dissect: f64,
    /// Frames of these that we craft a second, packet included.
    pub our_craft: f64,
    /// Frames of these that we dissect a second.
    pub our_dissect: f64,
}

impl Measured {
    /// How many times faster we craft.
    pub fn craft_ratio(&self) -> Option<f64> {
        self.craft.map(|theirs| self.our_craft / theirs)
    }

    /// How many times faster we dissect.
    pub fn dissect_ratio(&self) -> f64 {
        self.our_dissect / self.dissect
    }
}

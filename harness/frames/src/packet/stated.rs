//! A field that follows from the rest of the packet, or a lie about it.

/// Right, or a lie.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Stated<T> {
    /// What the rest of the packet makes of it.
    #[default]
    Right,
    /// This value, whatever the rest says.
    Lie(T),
}

impl<T: Copy> Stated<T> {
    /// The value on the wire, where `right` would be true.
    pub fn or(self, right: T) -> T {
        match self {
            Stated::Right => right,
            Stated::Lie(lie) => lie,
        }
    }
}

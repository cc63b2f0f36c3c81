//! P6LoWPAN reference node, levels 0 to 5, no_std and without allocation.

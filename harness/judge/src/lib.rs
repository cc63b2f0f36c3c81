//! Test cases, profiles, observations and the pure judge that turns evidence into verdicts.

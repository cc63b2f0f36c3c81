//! Devices under test that run in a child process of the sixlo binary.

//! Messages between the harness and the agent inside a device under test.

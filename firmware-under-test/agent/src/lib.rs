//! The agent inside a device under test: obeys the harness's messages.

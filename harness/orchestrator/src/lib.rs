//! Loads the catalogue, drives devices under test, records, and reports.

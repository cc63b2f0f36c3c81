//! Loads the catalogue, drives devices under test, records, and reports.

pub mod agent_link;
pub mod bench;
pub mod bundle;
pub mod campaign;
pub mod capture;
pub mod catalogue;
pub mod clock;
pub mod compare;
pub mod dut;
pub mod embargo;
pub mod explain;
pub mod medium;
pub mod overheard;
pub mod playings;
pub mod rejudge;
pub mod report;
pub mod rig;
pub mod run;
pub mod selftest;
pub mod stack_new;
pub mod stack_probe;
pub mod tester;

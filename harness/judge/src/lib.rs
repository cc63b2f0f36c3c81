//! Test cases, profiles, observations and the pure judge that turns evidence
//! into verdicts.
//!
//! Everything here is a pure function of its arguments: no file, no clock, no
//! device. Stored evidence can therefore be judged again by a newer judge.
#![forbid(unsafe_code)]

mod answer;
pub mod calibration;
pub mod conclude;
pub mod day;
pub mod evidence;
pub mod family;
#[cfg(test)]
mod fixture;
pub mod interactions;
pub mod judge;
pub mod known;
pub mod link;
pub mod matching;
pub mod matrix;
pub mod meta;
pub mod name;
pub mod passive;
pub mod profile;
mod reading;
pub mod rows;
pub mod status;
pub mod testcase;
pub mod trial;
pub mod verdict;
mod words;

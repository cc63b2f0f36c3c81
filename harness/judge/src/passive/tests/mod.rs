//! Small scenes on an imagined air, and what the observer makes of them.

mod air;
mod counting;
mod echo;
mod hostile;
mod lowpan;
mod mutation;
mod neighbor;
mod silence;
mod udp;

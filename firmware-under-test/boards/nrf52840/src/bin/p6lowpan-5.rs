//! The reference node, level 5.
#![no_std]
#![no_main]

sixlo_board::reference_image!(sixlo_nrf52840::run, 5);

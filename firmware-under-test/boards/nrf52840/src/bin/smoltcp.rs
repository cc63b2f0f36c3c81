//! smoltcp.
#![no_std]
#![no_main]

sixlo_board::smoltcp_image!(sixlo_nrf52840::run, 112 * 1024);

//! smoltcp.
#![no_std]
#![no_main]

sixlo_board::smoltcp_image!(sixlo_mps2_an386::run, 1024 * 1024);

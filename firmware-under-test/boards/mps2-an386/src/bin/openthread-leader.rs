//! OpenThread, which the tester attaches to.
#![no_std]
#![no_main]

sixlo_board::openthread_image!(sixlo_mps2_an386::run, Leader, 256 * 1024);

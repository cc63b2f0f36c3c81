//! OpenThread, which attaches to the tester.
#![no_std]
#![no_main]

sixlo_board::openthread_image!(sixlo_mps2_an386::run, Child, 256 * 1024);

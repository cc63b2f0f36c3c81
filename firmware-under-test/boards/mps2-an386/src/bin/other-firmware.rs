//! The same, but not the firmware it should be.
#![no_std]
#![no_main]

use sixlo_agent::protocol::PROTOCOL_VERSION;

sixlo_mps2_an386::faulty_image!("level 5; another firmware", PROTOCOL_VERSION);

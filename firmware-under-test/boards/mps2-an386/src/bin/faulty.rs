//! The reference node of level 5 on a board that breaks at certain frames.
#![no_std]
#![no_main]

use sixlo_agent::protocol::PROTOCOL_VERSION;

sixlo_mps2_an386::faulty_image!("level 5; faulty", PROTOCOL_VERSION);

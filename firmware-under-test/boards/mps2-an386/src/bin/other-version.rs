//! The same with an agent that speaks the next version of the protocol.
#![no_std]
#![no_main]

use sixlo_agent::protocol::PROTOCOL_VERSION;

sixlo_mps2_an386::faulty_image!("level 5; faulty", PROTOCOL_VERSION + 1);

//! What probe-rs has to know of the chip: memories, and how its "flash" is written.

use std::collections::HashMap;

use probe_rs::config::{
    ChipFamily, CoreType, MemoryRegion, NvmRegion, RamRegion, RawFlashAlgorithm,
};
use probe_rs_target::{
    ApAddress, ArmCoreAccessOptions, Chip, Core, CoreAccessOptions, FlashProperties, MemoryAccess,
    SectorDescription, TargetDescriptionSource,
};

use crate::board::CHIP;

/// The core's name.
const CORE: &str = "main";
/// The algorithm's name.
const ALGORITHM: &str = "code-ssram";
/// The SSRAM that code runs from. The emulated board writes it like any memory; it is
/// described as flash, so that what writes it is what writes flash elsewhere: code on the core.
const CODE: std::ops::Range<u64> = 0..0x40_0000;
/// The PSRAM.
const DATA: std::ops::Range<u64> = 0x2100_0000..0x2200_0000;

/// Thumb code for any place. Each function returns 0 in r0.
#[rustfmt::skip]
const INSTRUCTIONS: [u16; 22] = [
    // Init and UnInit, at 0
    0x2000, //       movs r0, #0
    0x4770, //       bx   lr
    // EraseSector(r0 address), at 4
    0x2100, //       movs r1, #0
    0x43c9, //       mvns r1, r1
    0x2201, //       movs r2, #1
    0x0312, //       lsls r2, r2, #12      ; octets of a sector
    0x3a04, // 1:    subs r2, #4
    0x5081, //       str  r1, [r0, r2]
    0xd1fc, //       bne  1b
    0x2000, //       movs r0, #0
    0x4770, //       bx   lr
    // ProgramPage(r0 address, r1 octets, r2 data), at 22
    0x2900, // 2:    cmp  r1, #0
    0xd005, //       beq  3f
    0x6813, //       ldr  r3, [r2]
    0x6003, //       str  r3, [r0]
    0x3204, //       adds r2, #4
    0x3004, //       adds r0, #4
    0x3904, //       subs r1, #4
    0xe7f7, //       b    2b
    0x2000, // 3:    movs r0, #0
    0x4770, //       bx   lr
    0xbf00, //       nop                   ; fills the word
];
/// Where its functions are, with the bit that says Thumb.
const INIT: u64 = 1;
const ERASE_SECTOR: u64 = 4 | 1;
const PROGRAM_PAGE: u64 = 22 | 1;

/// The chip.
pub fn family() -> ChipFamily {
    let cores = || vec![CORE.to_owned()];
    let boots = MemoryAccess {
        boot: true,
        ..MemoryAccess::default()
    };
    let chip = Chip {
        name: CHIP.to_owned(),
        part: None,
        svd: None,
        documentation: HashMap::new(),
        package_variants: Vec::new(),
        cores: vec![Core {
            name: CORE.to_owned(),
            core_type: CoreType::Armv7em,
            core_access_options: CoreAccessOptions::Arm(ArmCoreAccessOptions {
                ap: ApAddress::V1(0),
                targetsel: None,
                debug_base: None,
                cti_base: None,
                jtag_tap: None,
            }),
        }],
        memory_map: vec![
            MemoryRegion::Nvm(NvmRegion {
                name: None,
                range: CODE,
                cores: cores(),
                is_alias: false,
                access: Some(boots),
            }),
            MemoryRegion::Ram(RamRegion {
                name: None,
                range: DATA,
                cores: cores(),
                is_alias: false,
                access: None,
            }),
        ],
        flash_algorithms: vec![ALGORITHM.to_owned()],
        // 16 MiB are too many to look through: an image's symbol says where the block is.
        rtt_scan_ranges: Some(Vec::new()),
        jtag: None,
        default_binary_format: None,
    };
    ChipFamily {
        name: CHIP.to_owned(),
        manufacturer: None,
        chip_detection: Vec::new(),
        generated_from_pack: false,
        pack_file_release: None,
        variants: vec![chip],
        flash_algorithms: vec![algorithm()],
        source: TargetDescriptionSource::External,
    }
}

fn algorithm() -> RawFlashAlgorithm {
    RawFlashAlgorithm {
        name: ALGORITHM.to_owned(),
        description: "the code memory of the emulated board".to_owned(),
        default: true,
        instructions: INSTRUCTIONS
            .iter()
            .flat_map(|half| half.to_le_bytes())
            .collect(),
        pc_init: Some(INIT),
        pc_uninit: Some(INIT),
        pc_program_page: PROGRAM_PAGE,
        pc_erase_sector: ERASE_SECTOR,
        data_section_offset: 2 * INSTRUCTIONS.len() as u64,
        flash_properties: FlashProperties {
            address_range: CODE,
            page_size: 0x1000,
            erased_byte_value: 0xff,
            program_page_timeout: 1000,
            erase_sector_timeout: 1000,
            sectors: vec![SectorDescription {
                size: 0x1000,
                address: 0,
            }],
        },
        cores: vec![CORE.to_owned()],
        ..RawFlashAlgorithm::default()
    }
}

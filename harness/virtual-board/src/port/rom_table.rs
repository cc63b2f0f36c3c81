//! The ROM table and the identification registers behind it, which QEMU leaves out.

/// Where the Cortex-M4 has its table (ARMv7-M C1.2).
pub const BASE: u32 = 0xe00f_f000;

/// Offsets to SCS, DWT and FPB from the table, with the bit "present" (ARMv7-M table C1-3).
const ENTRIES: [u32; 4] = [0xfff0_f003, 0xfff0_2003, 0xfff0_3003, 0];
/// Where those are.
const COMPONENTS: [u32; 3] = [0xe000_e000, 0xe000_1000, 0xe000_2000];
/// Where a component's identification registers begin, in its 4 KiB.
const IDENTIFICATION: u32 = 0xfd0;
/// CIDR0 to CIDR3 with the class in CIDR1 (ADIv5.2 D1.2.1): a ROM table, and a generic component.
const PREAMBLE: [u32; 4] = [0x0d, 0x00, 0x05, 0xb1];
const CLASS_ROM_TABLE: u32 = 0x10;
const CLASS_GENERIC: u32 = 0xe0;
/// Arm, in JEP 106: bank 4, 0x3b.
const ARM: [u32; 3] = [0xb0, 0x0b, 0x04];
/// Part numbers of the Cortex-M4's own components (Arm DDI 0439, table 3-1 and 3-2).
const PART_TABLE: u32 = 0xc4;
const PART_SCS: u32 = 0x0c;
const PART_DWT: u32 = 0x02;
const PART_FPB: u32 = 0x03;

/// The word at this address, if it is one of the table's or an identification register.
pub fn word(address: u32) -> Option<u32> {
    let page = address & !0xfff;
    let offset = address & 0xffc;
    if page == BASE {
        let entry = ENTRIES.get((offset / 4) as usize).copied();
        return match entry {
            Some(entry) => Some(entry),
            None => Some(identification(offset, PART_TABLE, CLASS_ROM_TABLE)),
        };
    }
    let component = COMPONENTS.iter().position(|base| *base == page)?;
    let part = [PART_SCS, PART_DWT, PART_FPB][component];
    (offset >= IDENTIFICATION).then(|| identification(offset, part, CLASS_GENERIC))
}

/// PIDR4 to PIDR7, PIDR0 to PIDR3, CIDR0 to CIDR3, in this order (ADIv5.2 D1.2.2).
fn identification(offset: u32, part: u32, class: u32) -> u32 {
    match offset {
        0xfd0 => ARM[2],
        0xfe0 => part,
        0xfe4 => ARM[0],
        0xfe8 => ARM[1],
        0xff0..=0xffc => {
            let number = ((offset - 0xff0) / 4) as usize;
            PREAMBLE[number] | if number == 1 { class } else { 0 }
        }
        _ => 0,
    }
}

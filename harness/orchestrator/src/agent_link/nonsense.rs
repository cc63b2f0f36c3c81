//! A command that no version of the protocol knows.

use minicbor::encode::{Encode, Encoder, Error, Write};

/// `[seq, [index, []]]` with an index that no version assigns.
pub(super) struct Nonsense {
    pub seq: u32,
}

/// Far beyond every index that `agent.cddl` will ever assign.
const UNASSIGNED: u32 = 0xbad;

impl Encode<()> for Nonsense {
    fn encode<W: Write>(
        &self,
        encoder: &mut Encoder<W>,
        _: &mut (),
    ) -> Result<(), Error<W::Error>> {
        encoder.array(2)?.u32(self.seq)?;
        encoder.array(2)?.u32(UNASSIGNED)?.array(0)?;
        Ok(())
    }
}

// Writes a trial's packets as the run's own capture has them, octet by octet
// (harness/orchestrator/src/capture/): section, two interfaces, one block a packet.

const MOST_COMMENT_OCTETS = 1000;

class Blocks {
  constructor() {
    this.parts = [];
  }

  /** A block: type, body, and its length on both sides. */
  block(type, body) {
    const padded = Math.ceil(body.length / 4) * 4;
    const octets = new Uint8Array(12 + padded);
    const view = new DataView(octets.buffer);
    view.setUint32(0, type, true);
    view.setUint32(4, octets.length, true);
    octets.set(body, 8);
    view.setUint32(8 + padded, octets.length, true);
    this.parts.push(octets);
  }
}

function option(code, value) {
  const octets = new Uint8Array(4 + Math.ceil(value.length / 4) * 4);
  const view = new DataView(octets.buffer);
  view.setUint16(0, code, true);
  view.setUint16(2, value.length, true);
  octets.set(value, 4);
  return octets;
}

function joined(...parts) {
  const octets = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    octets.set(part, at);
    at += part.length;
  }
  return octets;
}

const utf8 = (text) => new TextEncoder().encode(text);
const END = new Uint8Array(4);

function section(blocks) {
  const body = new Uint8Array(16);
  const view = new DataView(body.buffer);
  view.setUint32(0, 0x1a2b3c4d, true);
  view.setUint16(4, 1, true);
  view.setBigInt64(8, -1n, true);
  blocks.block(0x0a0d0d0a, body);
  // LINKTYPE_IEEE802_15_4_WITHFCS and LINKTYPE_IPV6; times in nanoseconds.
  for (const [linkType, name] of [[195, 'air'], [229, 'delivered']]) {
    const head = new Uint8Array(8);
    new DataView(head.buffer).setUint16(0, linkType, true);
    blocks.block(1, joined(head, option(2, utf8(name)), option(9, Uint8Array.of(9)), END));
  }
}

/** Cut between characters. */
function comment(text) {
  const octets = utf8(text);
  let end = Math.min(octets.length, MOST_COMMENT_OCTETS);
  while (end < octets.length && (octets[end] & 0xc0) === 0x80) end -= 1;
  return octets.subarray(0, end);
}

function packet(blocks, event, title, epoch) {
  const { octets } = event.frame;
  const padded = Math.ceil(octets.length / 4) * 4;
  const body = new Uint8Array(20 + padded);
  const view = new DataView(body.buffer);
  const nanoseconds = BigInt(epoch) * 1_000_000_000n + BigInt(event.at) * 1000n;
  view.setUint32(0, event.delivered ? 1 : 0, true);
  view.setUint32(4, Number(nanoseconds >> 32n), true);
  view.setUint32(8, Number(nanoseconds & 0xffffffffn), true);
  view.setUint32(12, octets.length, true);
  view.setUint32(16, octets.length, true);
  body.set(octets, 20);
  const flags = Uint8Array.of(event.toDut ? 2 : 1, 0, 0, 0);
  const words = `${title}, ${event.phase}${event.automatic ? ', automatic' : ''}`;
  blocks.block(6, joined(body, option(2, flags), option(1, comment(words)), END));
}

/** The capture of these attempts. */
function capture(attempts, title, epoch) {
  const blocks = new Blocks();
  section(blocks);
  for (const attempt of attempts) {
    for (const event of attempt.events.filter((event) => event.frame)) packet(blocks, event, title, epoch);
  }
  return joined(...blocks.parts);
}

// What the page holds packed: the words of every trial at once, the evidence of a device
// when somebody asks for it.

async function unpack(element) {
  const binary = atob(element.textContent.trim());
  const packed = Uint8Array.from(binary, (character) => character.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate'));
  return new Uint8Array(await new Response(stream).arrayBuffer());
}

function parsed(octets) {
  return JSON.parse(new TextDecoder().decode(octets));
}

/** Every trial as an object, from one column a property. */
class Data {
  constructor(index) {
    Object.assign(this, index);
    const columns = index.trials;
    const words = index.strings;
    const places = new Map();
    this.trials = columns.dut.map((dut, at) => {
      const place = places.get(dut) ?? 0;
      places.set(dut, place + 1);
      return {
        at,
        /** Its place among the trials of its device. */
        place,
        dut: index.duts[dut],
        case: index.cases[columns.case[at]],
        label: words[columns.label[at]],
        verdict: index.verdicts[columns.verdict[at]][0],
        status: index.statuses[columns.status[at]][0],
        outcome: words[columns.outcome[at]],
        rung: columns.rung[at],
        seen: words[columns.seen[at]],
        expected: words[columns.expected[at]],
        observed: words[columns.observed[at]],
        cause: words[columns.cause[at]],
        reason: words[columns.reason[at]],
        function: words[columns.function[at]],
        deviation: words[columns.deviation[at]],
        features: columns.features[at].map((feature) => words[feature]),
        note: words[columns.note[at]],
        attempts: columns.attempts[at],
        flaky: columns.flaky[at] === 1,
        first: columns.first[at],
        packets: columns.packets[at],
      };
    });
    this.cells = new Map();
    for (const trial of this.trials) {
      for (const way of [trial.case.direction, 'both']) {
        const key = `${trial.dut}/${trial.case.topic}/${way}`;
        if (!this.cells.has(key)) this.cells.set(key, []);
        this.cells.get(key).push(trial);
      }
    }
    this.evidence = new Map();
  }

  /** The trials behind a cell. */
  behind(dut, topic, way) {
    return this.cells.get(`${dut}/${topic}/${way}`) ?? [];
  }

  rowTitle(topic) {
    const row = this.rows.find(([name]) => name === topic);
    return row ? row[1] : topic;
  }

  statusMeaning(status) {
    return this.statuses.find(([name]) => name === status)[1];
  }

  /** The attempts at a trial; the first call unpacks the device's evidence. */
  async attempts(trial) {
    if (!this.evidence.has(trial.dut)) this.evidence.set(trial.dut, unpackEvidence(trial.dut));
    const evidence = await this.evidence.get(trial.dut);
    return (evidence.trials[trial.place] ?? []).map((attempt) => new Attempt(attempt, evidence));
  }
}

async function unpackEvidence(dut) {
  const element = [...document.querySelectorAll('[data-evidence]')].find((one) => one.dataset.evidence === dut);
  if (!element) return { trials: [] };
  const octets = await unpack(element);
  const length = new DataView(octets.buffer).getUint32(0);
  const evidence = parsed(octets.subarray(4, 4 + length));
  let at = 4 + length;
  evidence.octets = evidence.frames.map(([count]) => {
    at += count;
    return octets.subarray(at - count, at);
  });
  return evidence;
}

// The kinds of events, as report/html/evidence.rs numbers them.
const HEARD = 4;
const DELIVERED = 5;
const TROUBLE = 7;

/** One attempt: its words, and what happened. */
class Attempt {
  constructor(packed, evidence) {
    const words = evidence.strings;
    this.verdict = words[packed.verdict];
    this.expected = words[packed.expected];
    this.observed = words[packed.observed];
    this.cause = words[packed.cause];
    this.how = words[packed.how];
    this.start = packed.start;
    this.events = [];
    let now = packed.start;
    for (let at = 0; at < packed.events.length; at += 4) {
      const [since, phase, kind, number] = packed.events.slice(at, at + 4);
      now += since;
      const isFrame = kind <= DELIVERED;
      this.events.push({
        at: now,
        phase: phase < 3 ? ['given', 'control', 'sentinel'][phase] : `step ${phase - 2}`,
        toDut: kind < HEARD,
        automatic: kind === 1 || kind === 3,
        taken: kind === 2 || kind === 3,
        delivered: kind === DELIVERED,
        trouble: kind === TROUBLE,
        words: isFrame ? words[evidence.frames[number][2]] : words[number],
        frame: isFrame ? frameOf(evidence, number) : null,
      });
    }
  }
}

function frameOf(evidence, number) {
  const restored = evidence.frames[number][3];
  return { evidence, number, octets: evidence.octets[number], restored: restored > 0 ? restored - 1 : null };
}

/** The fields of a frame: names, octets, and values in words. */
function fieldsOf({ evidence, number, octets }, data) {
  const [, form, , , ...own] = evidence.frames[number];
  const packed = evidence.forms[form];
  const fields = [];
  for (let at = 0; at < packed.length; at += 5) {
    const [id, start, end, reading, words] = packed.slice(at, at + 5);
    const [name, clause] = data.fields[id];
    const value = [
      () => numberWords(octets.subarray(start, end)),
      () => numberWords(octets.slice(start, end).reverse()),
      () => octetWords(octets.subarray(start, end)),
      () => evidence.strings[own.shift()],
      () => evidence.strings[words],
    ][reading]();
    fields.push({ name, clause, start, end, value });
  }
  const problems = [];
  const wrong = evidence.problems[form];
  for (let at = 0; at < wrong.length; at += 3) {
    problems.push({ start: wrong[at], end: wrong[at + 1], words: evidence.strings[wrong[at + 2]] });
  }
  return { fields, problems };
}

// Numbers and octets are worded as the judge words them (harness/judge/src/matching/wording.rs).

function numberWords(octets) {
  const value = octets.reduce((sum, octet) => sum * 256 + octet, 0);
  return value <= 9 ? `${value}` : `${value} (0x${value.toString(16).padStart(2, '0')})`;
}

function octetWords(octets) {
  const most = 16;
  if (octets.length === 0) return 'no octets';
  const shown = [...octets.subarray(0, most)].map(hexadecimal).join(' ');
  return octets.length > most ? `${shown} and ${octets.length - most} octets more` : shown;
}

// One trial: its words, how far its stimulus got, and what happened in each attempt.

const SIGNS = { pass: 'o', fail: 'x', inconc: '?', error: '!', none: '-' };

function sign(verdict) {
  return el('span', { class: `sign ${verdict}`, title: verdict }, SIGNS[verdict]);
}

function titleOf(trial) {
  return trial.label ? `${trial.case.id} [${trial.label}]` : trial.case.id;
}

function meaning(data, verdict) {
  return data.verdicts.find(([word]) => word === verdict)[1];
}

function trialView(trial, data) {
  const place = el('div', { class: 'attempts' }, el('p', { class: 'quiet' }, 'Unpacking the evidence…'));
  data.attempts(trial).then(
    (attempts) => place.replaceChildren(...attemptsView(attempts, trial, data)),
    (error) => place.replaceChildren(el('p', { class: 'note' }, `The evidence cannot be unpacked: ${error.message}`)));
  const again = trial.attempts > 1 ? counted(trial.attempts, 'attempt') : '';
  return el('div', { class: 'trial', 'data-verdict': trial.verdict },
    facts([
      ['verdict', `${trial.verdict}: ${meaning(data, trial.verdict)}`],
      ['status', data.statusMeaning(trial.status)],
      ['reason', trial.reason],
      ['function', trial.function],
      ['expected', trial.expected],
      ['observed', trial.observed],
      ['cause', trial.cause],
      ['deviation', trial.deviation],
      ...trial.features.map((feature) => ['feature', feature]),
      ['note', trial.note],
      ['outcome', trial.outcome],
      ['seen by', trial.seen],
      ['attempts', trial.flaky ? `${again}, which came to different verdicts: flaky` : again],
      ['evidence', evidenceWords(trial, data)],
    ], 'facts words'),
    rungs(trial, data),
    place);
}

function evidenceWords(trial, data) {
  const file = `${data.folder}/${trial.dut}.pcapng`;
  if (trial.packets === 0) return 'no packet';
  if (trial.packets === 1) return `${file}, packet ${trial.first}`;
  return `${file}, packets ${trial.first} to ${trial.first + trial.packets - 1}`;
}

/** The ladder of delivery, up to the rung that is known to have been reached. */
function rungs(trial, data) {
  const steps = data.rungs.map((rung, at) =>
    el('li', { class: at <= trial.rung ? 'reached' : '', 'aria-current': at === trial.rung ? 'step' : null }, rung));
  return el('ol', { class: 'rungs', 'aria-label': `The stimulus got as far as: ${data.rungs[trial.rung]}` }, steps);
}

function attemptsView(attempts, trial, data) {
  if (attempts.length === 0) return [el('p', { class: 'quiet' }, 'This page holds no evidence of it.')];
  const place = el('div', {});
  const buttons = attempts.map((attempt, at) => el('button', {
    type: 'button',
    class: 'tab',
    'aria-pressed': 'false',
    click: () => choose(at),
  }, sign(attempt.verdict), ` attempt ${at + 1}`));
  const choose = (at) => {
    const attempt = attempts[at];
    buttons.forEach((button, one) => button.setAttribute('aria-pressed', one === at));
    const own = attempts.length === 1 ? [] : [
      ['verdict', attempt.verdict],
      ['expected', attempt.expected],
      ['observed', attempt.observed],
      ['cause', attempt.cause],
    ];
    place.replaceChildren(
      facts([...own, ['played', attempt.how]], 'facts words'),
      sequence(attempt, data, trial.dut));
  };
  choose(attempts.length - 1);
  const packets = attempts.flatMap((attempt) => attempt.events).filter((event) => event.frame).length;
  const download = el('button', {
    type: 'button',
    class: 'download',
    'data-packets': packets,
    click: () => save(capture(attempts, titleOf(trial), data.started), fileName(trial.dut, trial.case.id, trial.label)),
  }, `Download pcapng (${counted(packets, 'packet')})`);
  const tabs = attempts.length > 1 ? el('div', { class: 'tabs' }, buttons) : null;
  return [tabs, packets > 0 ? download : null, place].filter((part) => part);
}

/** The packets of all trials of a case on one device. */
async function saveCase(trials, data) {
  const parts = [];
  for (const trial of trials) {
    const octets = capture(await data.attempts(trial), titleOf(trial), data.started);
    // Behind the first one without the section's beginning.
    parts.push(parts.length === 0 ? octets : octets.subarray(capture([], '', data.started).length));
  }
  save(joined(...parts), fileName(trials[0].dut, trials[0].case.id, ''));
}

function fileName(...parts) {
  const words = parts.filter((part) => part).join('-').replace(/[^A-Za-z0-9.+_-]+/g, '-');
  return `${words.slice(0, 120)}.pcapng`;
}

function save(octets, name) {
  const address = URL.createObjectURL(new Blob([octets], { type: 'application/octet-stream' }));
  const anchor = el('a', { href: address, download: name });
  document.body.append(anchor);
  anchor.click();
  anchor.remove();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

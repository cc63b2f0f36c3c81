// The panel: the cases behind a cell, each with its trials.

/** Trials of one case listed at first. */
const LISTED = 60;

const WAYS = { receive: 'receiving', send: 'sending', both: 'both ways' };

class Panel {
  constructor(data, filter) {
    this.data = data;
    this.filter = filter;
    this.element = document.getElementById('panel');
    this.place = null;
  }

  /** Shows a cell, and of it a case and a trial if they are named. */
  open(place, opener) {
    this.place = place;
    this.opener = opener ?? this.opener;
    const behind = this.data.behind(place.dut, place.topic, place.way);
    const shown = behind.filter((trial) => this.filter.takes(trial));
    const cases = [...Map.groupBy(shown, (trial) => trial.case)].map(([one, trials]) => this.caseView(one, trials, place));
    const lacks = this.lacks(place);
    const none = behind.length === 0 && !lacks ? el('p', { class: 'quiet' }, 'No trial was played here.') : null;
    this.element.replaceChildren(this.head(place, shown, behind.length - shown.length), ...cases, ...[none, lacks].filter((part) => part));
    this.element.hidden = false;
    document.getElementById('desk').classList.add('open');
    mark(place);
    const wanted = cases.find((view) => view.dataset.case === place.case) ?? (cases.length === 1 ? cases[0] : null);
    if (wanted) wanted.open = true;
    this.aim = place.case ? wanted : null;
    this.scrollTo(this.aim);
    this.say();
  }

  /** Within the panel alone: the page stays where it is. */
  scrollTo(element) {
    const above = element ? element.getBoundingClientRect().top - this.element.getBoundingClientRect().top : -this.element.scrollTop;
    this.element.scrollTop += above;
  }

  head(place, shown, hidden) {
    const cell = cellOf(place);
    const copy = cell && el('span', { class: cell.className.replace('chosen', 'copy') }, [...cell.childNodes].map((node) => node.cloneNode(true)));
    return el('header', {},
      el('button', { type: 'button', class: 'close', 'aria-label': 'Close', click: () => this.close() }, '×'),
      el('p', { class: 'where' }, `${place.dut}, ${WAYS[place.way]}`),
      el('h2', {}, copy, this.data.rowTitle(place.topic)),
      el('p', { class: 'what' }, cell?.title),
      el('p', { class: 'tally', id: 'panel-tally' }, tallyWords(shown)),
      hidden > 0 ? el('p', { class: 'note' }, `${counted(hidden, 'trial')} hidden by the filter`) : null);
  }

  /** The cases of this cell that do not apply to the device. */
  lacks({ dut, topic, way }) {
    const here = this.data.cases.filter((one) => one.topic === topic && (way === 'both' || one.direction === way));
    const ids = new Set(here.map((one) => one.id));
    const lacks = this.data.not_applicable.filter(([own, id]) => own === dut && ids.has(id));
    if (lacks.length === 0) return null;
    return el('section', { class: 'lacks' }, el('h3', {}, 'Not applicable'), el('ul', {}, lacks.map(([, id, why]) => el('li', {}, `${id}: ${why}`))));
  }

  caseView(one, trials, place) {
    const body = el('div', { class: 'case-body' });
    const view = el('details', { class: 'case', 'data-case': one.id },
      el('summary', {},
        el('span', { class: 'signs' }, signs(trials)),
        el('span', { class: 'id' }, one.id),
        el('span', { class: 'clause' }, `${one.clause} (${one.strength_word})`),
        el('span', { class: 'title' }, one.title),
        chips(trials, this.data)),
      body);
    let filled = false;
    view.addEventListener('toggle', () => {
      if (!view.open) return;
      if (!filled) this.fillCase(body, one, trials, place);
      filled = true;
      // What is below it has its height only now.
      if (this.aim === view) this.scrollTo(view);
      this.aim = null;
      if (this.place && this.place.case !== one.id) {
        this.place = { ...this.place, case: one.id, label: null };
        this.say();
      }
    });
    return view;
  }

  fillCase(body, one, trials, place) {
    const { data } = this;
    body.append(facts([
      ['kind', one.kind],
      ['why', one.why],
      ['disputed', one.disputed],
      ['covers', one.covers.join(', ')],
      ['builds on', one.builds_on],
      ['twin', one.twin],
      ['origin', one.origin.join(', ')],
      ['file', `testcases/${one.path}.yaml`],
    ]));
    if (trials.length === 1) {
      body.append(trialView(trials[0], data));
      return;
    }
    const list = el('div', { class: 'trials' });
    body.append(
      el('button', { type: 'button', class: 'download', click: () => saveCase(trials, data) }, `Download pcapng of all ${trials.length} trials`),
      list);
    const add = (some) => list.append(...some.map((trial) => this.trialRow(trial)));
    const named = place.case === one.id && place.label !== null;
    const wanted = named ? trials.findIndex((trial) => trial.label === place.label) : -1;
    const first = Math.max(LISTED, wanted + 1);
    add(trials.slice(0, first));
    if (trials.length > first) {
      const more = el('button', { type: 'button', class: 'more', click: () => {
        more.remove();
        add(trials.slice(first));
      } }, `List ${counted(trials.length - first, 'more trial')}`);
      body.append(more);
    }
    if (wanted >= 0) {
      list.children[wanted].open = true;
      requestAnimationFrame(() => this.scrollTo(list.children[wanted]));
    }
  }

  trialRow(trial) {
    const row = el('details', { class: 'trial-row', 'data-verdict': trial.verdict },
      el('summary', {}, sign(trial.verdict),
        el('span', { class: 'label' }, trial.label || 'the case itself'),
        el('span', { class: 'status' }, this.data.statusMeaning(trial.status), trial.flaky ? ', flaky' : '')));
    row.addEventListener('toggle', () => {
      if (!row.open) return;
      if (row.children.length === 1) row.append(trialView(trial, this.data));
      if (!this.place) return;
      this.place = { ...this.place, case: trial.case.id, label: trial.label };
      this.say();
    });
    return row;
  }

  /** The same cell again, under another filter. */
  refresh() {
    if (this.place) this.open(this.place);
  }

  close() {
    if (!this.place) return;
    this.place = null;
    this.element.hidden = true;
    this.element.replaceChildren();
    document.getElementById('desk').classList.remove('open');
    mark(null);
    history.replaceState(null, '', location.pathname + location.search);
    this.opener?.focus();
  }

  /** The address says what is open. */
  say() {
    const address = addressOf(this.place);
    if (location.hash !== address) history.replaceState(null, '', address);
  }
}

/** How many trials came to each verdict. */
function tally(trials) {
  const counts = new Map();
  for (const { verdict } of trials) counts.set(verdict, (counts.get(verdict) ?? 0) + 1);
  return Object.keys(SIGNS).filter((verdict) => counts.has(verdict)).map((verdict) => [verdict, counts.get(verdict)]);
}

/** Trials without a verdict are counted apart, as in the summary. */
function tallyWords(trials) {
  if (trials.length === 0) return 'no trial';
  const counts = tally(trials);
  const judged = counts.filter(([verdict]) => verdict !== 'none');
  const without = trials.length - judged.reduce((sum, [, count]) => sum + count, 0);
  const parts = judged.map(([verdict, count]) => `${count.toLocaleString('en')} ${verdict}`);
  const words = [judged.length > 0 ? `${counted(trials.length - without, 'trial')}: ${parts.join(', ')}` : ''];
  if (without > 0) words.push(`${without.toLocaleString('en')} only written down`);
  return words.filter((one) => one).join('; ');
}

function signs(trials) {
  return tally(trials).map(([verdict, count]) =>
    el('span', { class: 'count', 'data-verdict': verdict, 'data-count': count }, sign(verdict), count > 1 ? el('span', {}, count) : null));
}

/** What is to be known of a case before it is opened. */
function chips(trials, data) {
  const words = new Set(trials.filter((trial) => trial.status !== 'pass').map((trial) => data.statusMeaning(trial.status)));
  if (trials[0].case.kind === 'guard') words.add('guard');
  if (trials.some((trial) => trial.flaky)) words.add('flaky');
  return el('span', { class: 'chips' }, [...words].map((word) => el('span', { class: 'chip' }, word)));
}

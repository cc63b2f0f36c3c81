// Which trials are shown.

const UNEXPECTED = ['unexpected-fail', 'unexpected-pass', 'trouble'];

class Filter {
  constructor(data) {
    this.form = document.getElementById('filters');
    const names = ['text', 'dut', 'verdict', 'status', 'level', 'way'];
    this.inputs = Object.fromEntries(names.map((name) => [name, document.getElementById(`filter-${name}`)]));
    this.listeners = [];
    this.words = data.trials.map(({ case: one, label }) =>
      [one.id, one.clause, one.title, one.path, one.topic, label, ...one.covers].join('\n').toLowerCase());
    this.levels = new Map(data.rows.map(([topic, , level]) => [topic, level]));
    this.read();
    this.form.addEventListener('input', () => this.changed());
    // A form is reset after its listeners were told.
    this.form.addEventListener('reset', () => setTimeout(() => this.changed()));
    this.form.addEventListener('submit', (event) => event.preventDefault());
  }

  read() {
    this.wanted = Object.fromEntries(Object.entries(this.inputs).map(([name, input]) => [name, input.value]));
    this.terms = this.wanted.text.toLowerCase().split(/\s+/).filter((term) => term);
    this.active = Object.values(this.wanted).some((value) => value.trim() !== '');
  }

  changed() {
    this.read();
    this.listeners.forEach((listener) => listener());
  }

  takes(trial) {
    const { dut, verdict, status, level, way } = this.wanted;
    return (!dut || trial.dut === dut)
      && (!verdict || trial.verdict === verdict)
      && (!status || trial.status === status || (status === 'unexpected' && UNEXPECTED.includes(trial.status)))
      && (!way || trial.case.direction === way)
      && (!level || `${this.levels.get(trial.case.topic) ?? 'none'}` === level)
      && this.terms.every((term) => this.words[trial.at].includes(term));
  }
}

/** How many the filter lets through, and which. */
function showFound(data, filter, panel) {
  const section = document.getElementById('found');
  const output = document.getElementById('filter-count');
  const found = data.trials.filter((trial) => filter.takes(trial));
  output.textContent = tallyWords(found) + (filter.active ? `, of ${data.trials.length.toLocaleString('en')}` : '');
  output.dataset.found = found.length;
  section.hidden = !filter.active;
  if (!filter.active) return;
  const groups = [...Map.groupBy(found, (trial) => `${trial.dut}/${trial.case.id}`).values()];
  const list = document.getElementById('found-list');
  const most = 100;
  const lines = (some) => some.map((trials) => foundLine(trials, data, panel));
  list.replaceChildren(...lines(groups.slice(0, most)));
  if (groups.length === 0) list.append(el('p', { class: 'quiet' }, 'No trial is like this.'));
  if (groups.length > most) {
    const more = el('button', { type: 'button', class: 'more', click: () => {
      more.remove();
      list.append(...lines(groups.slice(most)));
    } }, `List ${counted(groups.length - most, 'more case')}`);
    list.append(more);
  }
}

function foundLine(trials, data, panel) {
  const [{ dut, case: one }] = trials;
  const place = { dut, topic: one.topic, way: wayOf(data, one), case: one.id, label: null };
  const open = (event) => {
    event.preventDefault();
    panel.open(place, event.currentTarget);
  };
  return el('a', { class: 'line', href: addressOf(place), click: open },
    el('span', { class: 'signs' }, signs(trials)),
    el('span', { class: 'where' }, dut),
    el('span', { class: 'id' }, one.id),
    el('span', { class: 'title' }, one.title),
    el('span', { class: 'clause' }, one.clause));
}

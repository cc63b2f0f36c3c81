// The matrix: which cell is chosen, which stand back under a filter, and the keys.

/** `#P6LoWPAN-3/hop-limit`, `…:send`, `…/case`, `…/case/label`. */
function addressOf({ dut, topic, way, case: one, label }) {
  const parts = [encodeURIComponent(dut), encodeURIComponent(topic) + (way === 'send' ? ':send' : '')];
  if (one) parts.push(encodeURIComponent(one));
  if (one && label) parts.push(encodeURIComponent(label));
  return `#${parts.join('/')}`;
}

/** The place that an address names; in the topic's stead a case may stand. */
function placeOf(address, data) {
  let parts;
  try {
    parts = address.replace(/^#/, '').split('/').map(decodeURIComponent);
  } catch {
    return null;
  }
  const [dut, name, ...rest] = parts;
  if (!data.duts.includes(dut) || !name) return null;
  const topic = name.replace(/:send$/, '');
  const place = { dut, topic, case: rest[0] ?? null, label: rest[1] ?? null };
  if (data.rows.some(([row]) => row === topic)) return { ...place, way: name.endsWith(':send') ? 'send' : 'receive' };
  if (data.rowless.includes(topic)) return { ...place, way: 'both' };
  const one = data.cases.find(({ id }) => id === name);
  return one ? { dut, topic: one.topic, way: wayOf(data, one), case: one.id, label: rest[0] ?? null } : null;
}

function wayOf(data, one) {
  return data.rowless.includes(one.topic) ? 'both' : one.direction;
}

function rowsOfMatrix() {
  return [...document.querySelectorAll('#matrix tr[data-topic]')];
}

function cellsOf(row) {
  return [...(row?.querySelectorAll('.cell') ?? [])];
}

function cellOf({ dut, topic, way }) {
  const row = rowsOfMatrix().find((one) => one.dataset.topic === topic);
  return cellsOf(row).find((cell) => cell.dataset.dut === dut && cell.dataset.way === way);
}

/** Shows which cell is open. */
function mark(place) {
  document.querySelectorAll('#matrix .chosen').forEach((cell) => {
    cell.classList.remove('chosen');
    cell.removeAttribute('aria-selected');
  });
  const cell = place && cellOf(place);
  if (!cell) return;
  cell.classList.add('chosen');
  cell.setAttribute('aria-selected', 'true');
  settle(cell);
  reveal(cell);
}

/** Scrolls the matrix sideways until the cell is seen beside the names of the rows. */
function reveal(cell) {
  const scroller = cell.closest('.matrix');
  const names = cell.parentElement.querySelector('.feature').getBoundingClientRect();
  const { left, right } = cell.getBoundingClientRect();
  const edge = scroller.getBoundingClientRect().right;
  if (right > edge) scroller.scrollLeft += right - edge + 8;
  else if (left < names.right) scroller.scrollLeft -= names.right - left + 8;
}

/** One cell alone is in the order of the Tab key; arrows reach the others. */
function settle(cell) {
  document.querySelectorAll('#matrix .cell[tabindex="0"]').forEach((one) => { one.tabIndex = -1; });
  cell.tabIndex = 0;
}

const isSeen = (element) => element.offsetParent !== null;

class Matrix {
  constructor(data, filter, panel) {
    Object.assign(this, { data, filter, panel });
    this.table = document.getElementById('matrix');
    this.cells = [...this.table.querySelectorAll('.cell')];
    if (this.cells.length > 0) settle(this.cells[0]);
    this.table.addEventListener('click', (event) => {
      const cell = event.target.closest('.cell');
      if (cell) this.choose(cell);
    });
    this.table.addEventListener('focusin', (event) => {
      if (!event.target.matches('.cell')) return;
      settle(event.target);
      reveal(event.target);
    });
    this.table.addEventListener('keydown', (press) => this.key(press));
  }

  choose(cell) {
    const { dut, way } = cell.dataset;
    this.panel.open({ dut, topic: cell.parentElement.dataset.topic, way, case: null, label: null }, cell);
    if (matchMedia('(max-width: 60rem)').matches) this.panel.element.focus();
  }

  key(press) {
    const cell = press.target.closest('.cell');
    if (!cell || press.ctrlKey || press.metaKey || press.altKey) return;
    const row = cellsOf(cell.parentElement).filter(isSeen);
    const at = row.indexOf(cell);
    const next = {
      ArrowLeft: () => row[at - 1],
      ArrowRight: () => row[at + 1],
      ArrowUp: () => this.beside(cell, -1),
      ArrowDown: () => this.beside(cell, 1),
      Home: () => row[0],
      End: () => row.at(-1),
    }[press.key];
    if (next) {
      press.preventDefault();
      next()?.focus();
    } else if (press.key === 'Enter' || press.key === ' ') {
      press.preventDefault();
      this.choose(cell);
    }
  }

  /** The cell of the same device in the next row that is seen. */
  beside(cell, step) {
    const rows = rowsOfMatrix().filter(isSeen);
    const row = rows[rows.indexOf(cell.parentElement) + step];
    const own = cellsOf(row).filter((one) => one.dataset.dut === cell.dataset.dut && isSeen(one));
    return own.find((one) => one.dataset.way === cell.dataset.way) ?? own[0];
  }

  /** Columns of other devices go; cells of which the filter lets no trial through stand back. */
  refresh() {
    const { dut, way } = this.filter.wanted;
    const found = new Set();
    for (const trial of this.data.trials) {
      if (!this.filter.takes(trial)) continue;
      found.add(`${trial.dut}/${trial.case.topic}/${trial.case.direction}`).add(`${trial.dut}/${trial.case.topic}/both`);
    }
    for (const cell of this.table.querySelectorAll('[data-dut]')) cell.hidden = dut !== '' && cell.dataset.dut !== dut;
    this.table.dataset.only = way;
    for (const row of rowsOfMatrix()) {
      const cells = cellsOf(row);
      for (const cell of cells) {
        const key = `${cell.dataset.dut}/${row.dataset.topic}/${cell.dataset.way}`;
        cell.classList.toggle('back', this.filter.active && !found.has(key));
      }
      row.classList.toggle('back', cells.every((cell) => cell.classList.contains('back')));
    }
  }
}

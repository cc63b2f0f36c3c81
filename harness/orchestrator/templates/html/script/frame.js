// A frame: its octets, and its fields beside them. Pointing at one shows the other.

function frameView(event, data) {
  const { frame } = event;
  const title = el('p', { class: 'frame-title' }, el('b', {}, event.words), `, ${counted(frame.octets.length, 'octet')} ${way(event)}`);
  const parts = [title, takenApart(frame, data)];
  if (frame.restored !== null) {
    const packet = frameOf(frame.evidence, frame.restored);
    const whole = event.words.startsWith('FRAG1') ? 'The beginning of the packet in it' : 'The packet in it';
    parts.push(el('p', { class: 'frame-title' }, el('b', {}, whole), `, restored: ${counted(packet.octets.length, 'octet')}`), takenApart(packet, data));
  }
  return el('div', { class: 'frame' }, parts);
}

function takenApart(frame, data) {
  const { octets } = frame;
  const { fields, problems } = fieldsOf(frame, data);
  const cells = [...octets].map((octet, at) => el('span', { class: 'octet', 'data-at': at }, hexadecimal(octet)));
  const lines = [];
  for (let at = 0; at < cells.length; at += 16) {
    lines.push(el('div', {}, el('span', { class: 'offset' }, at.toString()), cells.slice(at, at + 16)));
  }
  const row = (name, words, place, attributes) =>
    el('tr', { tabindex: -1, 'data-start': place.start, 'data-end': place.end, ...attributes },
      el('td', { class: 'name' }, name), el('td', { class: 'value' }, words), el('td', { class: 'range' }, rangeWords(place)));
  const rows = [
    ...fields.map((field) => row(field.name, field.value, field, { title: field.clause })),
    ...problems.map((problem) => row('problem', problem.words, problem, { class: 'problem' })),
  ];
  if (rows.length > 0) rows[0].tabIndex = 0;
  const view = el('div', { class: 'taken-apart' },
    el('div', { class: 'hex', 'aria-label': 'octets' }, lines),
    el('table', { class: 'fields', 'aria-label': 'fields' }, el('tbody', {}, rows)));
  link(view, cells, rows);
  return view;
}

function way(event) {
  if (event.delivered) return 'handed back by the device';
  return event.toDut ? 'to the device' : 'from the device';
}

function rangeWords({ start, end }) {
  if (end <= start) return 'elided';
  return end === start + 1 ? `${start}` : `${start}–${end - 1}`;
}

function link(view, cells, rows) {
  const covers = (row, at) => Number(row.dataset.start) <= at && at < Number(row.dataset.end);
  const show = (start, end, row) => {
    cells.forEach((cell, at) => cell.classList.toggle('lit', at >= start && at < end));
    rows.forEach((one) => one.classList.toggle('lit', row ? one === row : covers(one, start)));
  };
  const clear = () => show(-1, -1);
  for (const row of rows) {
    const lit = () => show(Number(row.dataset.start), Number(row.dataset.end), row);
    row.addEventListener('mouseenter', lit);
    row.addEventListener('focus', () => {
      rows.forEach((one) => { one.tabIndex = one === row ? 0 : -1; });
      lit();
    });
    row.addEventListener('blur', clear);
  }
  cells.forEach((cell, at) => {
    cell.addEventListener('mouseenter', () => show(at, at + 1));
    cell.addEventListener('click', () => rows.find((row) => covers(row, at))?.scrollIntoView({ block: 'nearest' }));
  });
  view.addEventListener('mouseleave', clear);
  view.querySelector('tbody').addEventListener('keydown', (press) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
    const at = rows.indexOf(document.activeElement);
    if (!step || at < 0) return;
    press.preventDefault();
    press.stopPropagation();
    rows[at + step]?.focus();
  });
}

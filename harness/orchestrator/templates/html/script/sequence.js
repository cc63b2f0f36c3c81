// The frames of an attempt as a ladder: tester on the left, device on the right, time downwards.

/** Events drawn at first; a flood has many more. */
const DRAWN = 300;

function sequence(attempt, data, dut) {
  const shown = el('div', { class: 'shown-frame' });
  const list = el('ol', { class: 'sequence' });
  const buttons = [];
  const choose = (button, event) => {
    buttons.forEach((one) => {
      one.setAttribute('aria-pressed', one === button);
      one.tabIndex = one === button ? 0 : -1;
    });
    shown.replaceChildren(frameView(event, data));
  };
  let phase = null;
  const draw = (events) => {
    for (const event of events) {
      if (event.phase !== phase) {
        phase = event.phase;
        list.append(el('li', { class: 'phase' }, el('span', {}, phase)));
      }
      list.append(eventRow(event, attempt, buttons, choose));
    }
  };
  draw(attempt.events.slice(0, DRAWN));
  const rest = attempt.events.slice(DRAWN);
  if (rest.length > 0) {
    const more = el('button', { type: 'button', class: 'more', click: () => {
      more.parentElement.remove();
      draw(rest);
    } }, `Show ${counted(rest.length, 'more event')}`);
    list.append(el('li', {}, more));
  }
  list.addEventListener('keydown', (press) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[press.key];
    const next = buttons[buttons.indexOf(document.activeElement) + step];
    if (!step || !next) return;
    press.preventDefault();
    next.focus();
    next.click();
  });
  const first = attempt.events.find((event) => event.frame && event.toDut && event.phase.startsWith('step'))
    ?? attempt.events.find((event) => event.frame);
  if (first?.button) choose(first.button, first);
  const head = el('div', { class: 'lanes', 'aria-hidden': 'true' }, el('span', {}, 'tester'), el('span', {}, dut));
  return el('div', { class: 'played' }, head, list, shown);
}

function eventRow(event, attempt, buttons, choose) {
  const time = el('span', { class: 'time' }, timeWords(event.at - attempt.start));
  if (!event.frame) {
    return el('li', { class: event.trouble ? 'said trouble' : 'said' }, time, el('span', { class: 'words' }, event.words));
  }
  const kind = event.delivered ? 'delivered' : event.toDut ? 'to' : 'from';
  const lost = event.toDut && !event.taken;
  const note = [event.automatic ? 'automatic' : '', lost ? 'not known to have arrived' : ''].filter((words) => words).join(', ');
  const button = el('button', {
    type: 'button',
    class: 'arrow',
    tabindex: -1,
    'aria-pressed': 'false',
    'aria-label': `${event.words}, ${way(event)}, ${counted(event.frame.octets.length, 'octet')}${note ? `, ${note}` : ''}`,
    click: () => choose(button, event),
  }, el('span', { class: 'words' }, event.words, note ? el('small', {}, ` ${note}`) : null), el('span', { class: 'shaft' }));
  event.button = button;
  buttons.push(button);
  return el('li', { class: lost ? `${kind} lost` : kind }, time, button);
}

/** Since the attempt's first event. */
function timeWords(microseconds) {
  if (microseconds === 0) return '0';
  const sign = microseconds < 0 ? '−' : '+';
  const size = Math.abs(microseconds);
  if (size < 1000) return `${sign}${size} µs`;
  if (size < 1e6) return `${sign}${(size / 1000).toFixed(1)} ms`;
  return `${sign}${(size / 1e6).toFixed(3)} s`;
}

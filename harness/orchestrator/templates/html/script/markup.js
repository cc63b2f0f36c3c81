// Elements are made here alone, and their text is always text: what devices say is no markup.

function el(name, attributes, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes ?? {})) {
    if (value === false || value === null || value === undefined) continue;
    if (typeof value === 'function') made.addEventListener(key, value);
    else made.setAttribute(key, value === true ? '' : value);
  }
  made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

/** A description list of those facts that have words. */
function facts(pairs, name) {
  const kept = pairs.filter(([, words]) => words !== '' && words !== null && words !== undefined);
  return el('dl', { class: name ?? 'facts' }, kept.map(([key, words]) => el('div', {}, el('dt', {}, key), el('dd', {}, words))));
}

function counted(count, one, many) {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many ?? `${one}s`}`;
}

function hexadecimal(octet) {
  return octet.toString(16).padStart(2, '0');
}

// Puts it all together once the words are unpacked.

async function start() {
  if (typeof DecompressionStream === 'undefined' || typeof Map.groupBy === 'undefined') {
    say('This browser is too old to unpack the trials: it lacks DecompressionStream or Map.groupBy '
      + '(Chromium 117, Firefox 119, Safari 17.4 and newer have both). The matrix and the words below it are all here.');
    return;
  }
  const data = new Data(parsed(await unpack(document.getElementById('index'))));
  const filter = new Filter(data);
  const panel = new Panel(data, filter);
  const matrix = new Matrix(data, filter, panel);
  const refresh = () => {
    matrix.refresh();
    showFound(data, filter, panel);
    panel.refresh();
  };
  filter.listeners.push(refresh);
  filter.form.hidden = false;
  refresh();
  const follow = () => {
    const place = placeOf(location.hash, data);
    if (place) panel.open(place);
  };
  window.addEventListener('hashchange', follow);
  follow();
  document.addEventListener('keydown', (press) => {
    const typing = press.target.closest?.('input, select');
    if (press.key === 'Escape') {
      typing?.blur();
      panel.close();
    } else if (press.key === '/' && !typing && !press.ctrlKey && !press.metaKey) {
      press.preventDefault();
      filter.inputs.text.focus();
      filter.inputs.text.select();
    }
  });
  // Milliseconds until everything could be used; ci/browser-test reads them.
  document.documentElement.dataset.ready = Math.round(performance.now());
}

function say(words) {
  const trouble = document.getElementById('trouble');
  trouble.textContent = words;
  trouble.hidden = false;
}

start().catch((error) => {
  say(`The trials cannot be shown: ${error.message}`);
  throw error;
});

(() => {
  'use strict';
  const $ = (id) => document.getElementById(id);
  const make = (parent, tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  };
  const percent = (p) => (100 * p).toFixed(1) + '%';
  const best = (p) => p.indexOf(Math.max(...p));

  // Grey or colour values in [0, 1]; with a scale, signed ones from blue over white to red.
  const paint = (canvas, values, { height, width, channels }, scale) => {
    canvas.width = width;
    canvas.height = height;
    const context = canvas.getContext('2d');
    const image = context.createImageData(width, height);
    for (let i = 0; i < width * height; i++) {
      let rgb;
      if (scale) {
        let t = 0;
        for (let c = 0; c < channels; c++) t += values[i * channels + c] / channels;
        t = Math.max(-1, Math.min(1, t / scale));
        rgb = (t < 0 ? [33, 102, 172] : [178, 24, 43]).map((end) => 255 + (end - 255) * Math.abs(t));
      } else {
        rgb = [0, 1, 2].map((c) => 255 * values[i * channels + Math.min(c, channels - 1)]);
      }
      image.data.set([...rgb, 255], 4 * i);
    }
    context.putImageData(image, 0, 0);
  };

  let menu;
  let source = null;

  // What cannot be answered is said where the answer would stand.
  const notice = (text) => {
    $('notice').hidden = !text;
    $('notice').textContent = text || '';
  };

  // One request at a time; what changed meanwhile goes with the next.
  let busy = false;
  let again = false;
  const update = async () => {
    const network = document.querySelector('input[name=network]:checked');
    if (!source || !network) return;
    if (busy) { again = true; return; }
    busy = true;
    const asked = source;
    try {
      const response = await fetch('/api/attack', {
        method: 'POST',
        headers: { 'Content-Type': 'application/json' },
        body: JSON.stringify({ network: network.value, attack: $('attack').value, epsilon: Number($('epsilon').value), ...asked }),
      });
      const answer = await response.json();
      if (!response.ok) notice(answer.detail || answer.title);
      else if (source) { notice(''); show(answer, asked, network.parentElement.textContent.trim()); }
    } catch {
      notice('The server does not answer: is advnb view still running?');
    }
    busy = false;
    if (again) { again = false; update(); }
  };

  const show = (answer, asked, network) => {
    const { digit, adversary, clean, attacked, label } = answer;
    const [before, after] = [best(clean), best(attacked)];
    const change = adversary.map((value, i) => value - digit[i]);
    const largest = change.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
    const fooled = after !== label;
    paint($('digit'), digit, menu);
    paint($('perturbation'), change, menu, largest || 1);
    paint($('adversary'), adversary, menu);
    $('adversary').classList.toggle('fooled', fooled);
    $('digit').setAttribute('aria-label', 'the digit, read as ' + before);
    $('adversary').setAttribute('aria-label', 'the adversary, read as ' + after);
    $('clean-says').textContent = before + ' \u2013 ' + percent(clean[before]);
    $('attacked-says').textContent = after + ' \u2013 ' + percent(attacked[after]);
    $('scale').textContent = largest ? '\u2212' + largest.toFixed(3) + ' blue, +' + largest.toFixed(3) + ' red' : 'none';
    const what = asked.drawing ? 'reads your drawing as ' + before : 'reads this ' + label + ' as ' + before;
    $('verdict').textContent = 'The ' + network + ' network ' + what + (before === after
      ? fooled ? ', attacked or not.' : ', and still does under attack.'
      : fooled ? '. Attacked, it reads ' + after + '.' : '. Attacked, it reads ' + after + ', rightly.');
    $('verdict').classList.toggle('fooled', fooled);
    [...$('bars').rows].forEach((row, c) => {
      row.classList.toggle('label', c === label);
      row.querySelector('.clean').style.width = 100 * clean[c] + '%';
      row.querySelector('.attacked').style.width = 100 * attacked[c] + '%';
      row.cells[2].textContent = percent(clean[c]);
      row.cells[3].textContent = percent(attacked[c]);
    });
    const outside = adversary.some((value) => value < 0 || value > 1);
    $('timing').textContent = answer.attack + ': computed in ' + answer.milliseconds.toFixed(1) + ' ms.' + (outside ? ' Pixels outside [0, 1] are shown as black or white.' : '');
  };

  const forget = () => {
    ['digit', 'perturbation', 'adversary'].forEach((id) => { const canvas = $(id); canvas.getContext('2d').clearRect(0, 0, canvas.width, canvas.height); canvas.classList.remove('fooled'); });
    ['clean-says', 'attacked-says', 'scale', 'timing'].forEach((id) => { $(id).textContent = ''; });
    [...$('bars').rows].forEach((row) => {
      row.classList.remove('label');
      row.querySelectorAll('i').forEach((bar) => { bar.style.width = '0'; });
      row.cells[2].textContent = row.cells[3].textContent = '';
    });
    $('verdict').textContent = 'Nothing yet: draw a digit.';
    $('verdict').classList.remove('fooled');
  };

  // The drawing pad.
  const pad = $('pad');
  const ink = pad.getContext('2d', { willReadFrequently: true });
  const side = pad.width;
  const small = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  ink.lineWidth = side / 12;
  ink.lineCap = 'round';
  ink.strokeStyle = ink.fillStyle = '#ffffff';

  const wipe = () => {
    ink.clearRect(0, 0, side, side);
    source = null;
    document.querySelectorAll('input[name=sample]').forEach((radio) => { radio.checked = false; });
  };
  const line = (from, to) => {
    if (!source || source.sample !== undefined) wipe();
    $('pad-hint').hidden = true;
    ink.beginPath();
    ink.arc(to.x, to.y, ink.lineWidth / 2, 0, 2 * Math.PI);
    ink.fill();
    ink.beginPath();
    ink.moveTo(from.x, from.y);
    ink.lineTo(to.x, to.y);
    ink.stroke();
    small.clearRect(0, 0, small.canvas.width, small.canvas.height);
    small.imageSmoothingQuality = 'high';
    small.drawImage(pad, 0, 0, small.canvas.width, small.canvas.height);
    const data = small.getImageData(0, 0, small.canvas.width, small.canvas.height).data;
    const drawing = [];
    for (let i = 3; i < data.length; i += 4) drawing.push(Math.round(data[i] / 0.255) / 1000);
    source = { drawing };
    update();
  };

  let last = null;
  const at = (event) => {
    const box = pad.getBoundingClientRect();
    return { x: ((event.clientX - box.left) / box.width) * side, y: ((event.clientY - box.top) / box.height) * side };
  };
  pad.addEventListener('pointerdown', (event) => {
    if (event.button !== 0) return;
    pad.setPointerCapture(event.pointerId);
    last = at(event);
    line(last, last);
  });
  pad.addEventListener('pointermove', (event) => {
    if (!last) return;
    (event.getCoalescedEvents?.() || []).concat(event).forEach((one) => { const next = at(one); line(last, next); last = next; });
  });
  ['pointerup', 'pointercancel'].forEach((name) => pad.addEventListener(name, () => { last = null; }));

  // The same by keyboard.
  const pen = { x: side / 2, y: side / 4, down: false };
  const showPen = () => {
    $('pen').hidden = document.activeElement !== pad || !pad.matches(':focus-visible');
    $('pen').classList.toggle('down', pen.down);
    $('pen').style.left = (100 * pen.x) / side + '%';
    $('pen').style.top = (100 * pen.y) / side + '%';
  };
  const setPen = (down) => {
    pen.down = down;
    $('pen-state').textContent = down ? 'pen down' : 'pen up';
    if (down) line(pen, pen);
  };
  const clear = () => { wipe(); pen.down = false; $('pen-state').textContent = ''; $('pad-hint').hidden = false; forget(); showPen(); };
  const moves = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
  pad.addEventListener('keydown', (event) => {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const move = moves[event.key];
    if (move) {
      const step = side / (event.shiftKey ? 84 : 24);
      const margin = side / 14;
      const next = { x: Math.min(side - margin, Math.max(margin, pen.x + step * move[0])), y: Math.min(side - margin, Math.max(margin, pen.y + step * move[1])) };
      if (pen.down) line(pen, next);
      Object.assign(pen, next);
    } else if (event.key === ' ' || event.key === 'Enter') {
      setPen(!pen.down);
    } else if (event.key === 'Escape' && pen.down) {
      setPen(false);
    } else if (event.key === 'Delete' || event.key === 'Backspace') {
      clear();
    } else {
      return;
    }
    event.preventDefault();
    showPen();
  });
  pad.addEventListener('focus', showPen);
  pad.addEventListener('blur', () => { pen.down = false; $('pen-state').textContent = ''; showPen(); });
  $('clear').addEventListener('click', clear);

  const choose = (index) => {
    source = { sample: index };
    $('pad-hint').hidden = true;
    const picture = document.createElement('canvas');
    paint(picture, menu.samples[index].pixels, menu);
    ink.clearRect(0, 0, side, side);
    ink.imageSmoothingEnabled = false;
    ink.drawImage(picture, 0, 0, side, side);
    update();
  };

  const build = () => {
    small.canvas.width = small.canvas.height = menu.drawingSide;
    menu.networks.forEach((network) => {
      const label = make($('networks'), 'label', network.ready ? '' : 'missing');
      const radio = make(label, 'input');
      radio.type = 'radio';
      radio.name = 'network';
      radio.value = network.key;
      radio.disabled = !network.ready;
      make(label, 'span', '', network.name);
      radio.addEventListener('change', update);
      if (!network.ready) make($('networks'), 'p', 'help', network.about);
    });
    const first = document.querySelector('input[name=network]:not(:disabled)');
    if (first) first.checked = true;
    else notice('There is no network to attack yet. ' + menu.networks[0].about);
    menu.attacks.forEach((attack) => { make($('attack'), 'option', '', attack.name).value = attack.key; });
    menu.samples.forEach((sample, i) => {
      const label = make($('samples'), 'label', 'sample');
      paint(make(label, 'canvas'), sample.pixels, menu);
      const radio = make(label, 'input');
      radio.type = 'radio';
      radio.name = 'sample';
      radio.setAttribute('aria-label', 'sample ' + (i + 1) + ', a ' + sample.label);
      radio.addEventListener('change', () => choose(i));
    });
    for (let c = 0; c < menu.classes; c++) {
      const row = make($('bars'), 'tr');
      make(row, 'th', '', String(c)).scope = 'row';
      const bars = make(row, 'td');
      ['clean', 'attacked'].forEach((name) => make(make(bars, 'span', 'track'), 'i', name));
      make(row, 'td');
      make(row, 'td');
    }
    const about = () => { $('attack-about').textContent = menu.attacks.find((attack) => attack.key === $('attack').value).about; };
    const strength = () => { $('epsilon-value').textContent = Number($('epsilon').value).toFixed(3); };
    $('epsilon').max = menu.mostEpsilon;
    $('attack').addEventListener('change', () => { about(); update(); });
    $('epsilon').addEventListener('input', () => { strength(); update(); });
    about();
    strength();
    const sample = document.querySelector('input[name=sample]');
    if (sample && first) { sample.checked = true; choose(0); }
    document.body.dataset.ready = '';
  };

  fetch('/api/playground')
    .then((response) => response.json().then((answer) => (response.ok ? answer : Promise.reject(new Error(answer.detail || answer.title)))))
    .then((answer) => { menu = answer; build(); })
    .catch((failure) => notice(failure.message));
})();

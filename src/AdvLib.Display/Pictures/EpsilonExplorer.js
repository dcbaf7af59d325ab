
(() => {
  const make = (parent, tag, name, text) => {
    const element = document.createElement(tag);
    if (name) element.className = name;
    if (text) element.textContent = text;
    parent.append(element);
    return element;
  };
  const percent = (p) => (100 * p).toFixed(1) + '%';
  const explore = (root, data) => {
    const table = root.querySelector('.advx-static');
    // In the table's order: digit, model, epsilon, and a perturbation at the end of each row.
    const pictures = [...table.querySelectorAll('tbody tr')].map((row) => [...row.querySelectorAll('img')].map((img) => img.src));
    const first = table.querySelector('tbody img');
    const card = make(root, 'div', 'advx-card');
    card.style.setProperty('--advx-ratio', first.width + ' / ' + first.height);
    make(card, 'p', 'advx-title', data.title);
    make(card, 'p', 'advx-note', 'Each model is attacked through its own gradient, by ' + data.attack + ', at the right end.');

    let digit = 0;
    const group = 'advx-' + Math.random().toString(36).slice(2);
    const digits = make(card, 'fieldset', 'advx-digits');
    make(digits, 'legend', '', 'Digit');
    data.digits.forEach((one, i) => {
      const label = make(digits, 'label', 'advx-digit');
      const radio = make(label, 'input');
      radio.type = 'radio';
      radio.name = group;
      radio.checked = i === 0;
      radio.setAttribute('aria-label', 'digit ' + (i + 1) + ', a ' + one.label);
      radio.addEventListener('change', () => { digit = i; draw(); });
      const picture = make(label, 'img');
      picture.src = one.image;
      picture.alt = '';
    });

    const line = make(card, 'label', 'advx-slider');
    make(line, 'span', '', 'epsilon');
    const slider = make(line, 'input');
    slider.type = 'range';
    slider.min = 0;
    slider.max = data.epsilons.length - 1;
    slider.step = 1;
    slider.value = data.start;
    const value = make(line, 'output');
    slider.addEventListener('input', () => draw());

    const models = make(card, 'div', 'advx-models');
    const panels = data.models.map((name) => {
      const panel = make(models, 'section', 'advx-model');
      panel.setAttribute('aria-label', name);
      make(panel, 'p', 'advx-name', name);
      const pair = make(panel, 'div', 'advx-pair');
      const [adversary, perturbation] = ['adversary', 'perturbation'].map((caption) => {
        const figure = make(pair, 'figure');
        const picture = make(figure, 'img');
        make(figure, 'figcaption', '', caption);
        return picture;
      });
      const verdict = make(panel, 'p', 'advx-verdict');
      const bars = make(panel, 'ol', 'advx-bars');
      bars.setAttribute('aria-label', 'probability of each class');
      const rows = data.digits[0].probabilities[0][0].map((_, c) => {
        const row = make(bars, 'li');
        make(row, 'span', '', String(c));
        const fill = make(make(row, 'span', 'advx-track'), 'span', 'advx-fill');
        return { row, fill, number: make(row, 'span') };
      });
      return { panel, adversary, perturbation, verdict, rows };
    });

    const key = make(card, 'p', 'advx-key');
    [['#0072b2', 'the true class'], ['#d55e00', 'the others']].forEach(([colour, text]) => {
      const entry = make(key, 'span');
      make(entry, 'i').style.background = `color-mix(in srgb, ${colour} 65%, currentColor)`;
      entry.append(text);
    });
    const ramp = make(key, 'span');
    ramp.append('perturbation -' + data.scale);
    make(ramp, 'i', 'advx-ramp').style.background = data.grey ? 'linear-gradient(90deg, #000, #fff)' : 'linear-gradient(90deg, #2166ac, #fff, #b2182b)';
    ramp.append('+' + data.scale);

    const draw = () => {
      const e = Number(slider.value);
      const one = data.digits[digit];
      const says = panels.map((panel, m) => {
        const p = one.probabilities[m][e];
        const best = p.indexOf(Math.max(...p));
        const right = best === one.label;
        panel.panel.classList.toggle('advx-wrong', !right);
        panel.adversary.src = pictures[digit * panels.length + m][e];
        panel.adversary.alt = 'a ' + one.label + ' attacked at epsilon ' + data.epsilons[e];
        panel.perturbation.src = one.perturbations[m][e];
        panel.perturbation.alt = 'what the attack added';
        panel.verdict.textContent = (right ? 'right: ' : 'wrong: ') + best + ' – ' + percent(p[best]);
        panel.rows.forEach(({ row, fill, number }, c) => {
          row.classList.toggle('advx-true', c === one.label);
          fill.style.width = 100 * p[c] + '%';
          number.textContent = percent(p[c]);
        });
        return data.models[m] + ' ' + panel.verdict.textContent;
      });
      value.textContent = data.epsilons[e];
      slider.setAttribute('aria-valuetext', 'epsilon ' + data.epsilons[e] + '; ' + says.join('; '));
    };
    draw();
    table.hidden = true;
  };
  document.querySelectorAll('.advlib-explorer:not([data-live])').forEach((root) => {
    const data = root.querySelector('script[type="application/json"]');
    if (!data) return;
    root.dataset.live = '';
    explore(root, JSON.parse(data.textContent));
  });
})();

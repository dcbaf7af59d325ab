(() => {
  'use strict';
  // On a dark page the colours of the card and its series become the page's, as those of the static pictures do; any others stay.
  const pageColours = (box) => {
    const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgba = (colour) => {
      canvas.clearRect(0, 0, 1, 1);
      canvas.fillStyle = colour;
      canvas.fillRect(0, 0, 1, 1);
      return [...canvas.getImageData(0, 0, 1, 1).data];
    };
    const mix = (one, share, other) => `rgb(${[0, 1, 2].map((i) => Math.round(one[i] * share + other[i] * (1 - share))).join(',')})`;
    const ink = rgba(getComputedStyle(box).color);
    if (0.3 * ink[0] + 0.59 * ink[1] + 0.11 * ink[2] < 128) return null;
    let page = box;
    while (page && rgba(getComputedStyle(page).backgroundColor)[3] === 0) page = page.parentElement;
    const ground = rgba(page ? getComputedStyle(page).backgroundColor : '#1f1f1f');
    const card = {
      '#1f2328': mix(ink, 1, ink), '#57606a': mix(ink, 0.82, ground), '#e1e4e8': mix(ink, 0.18, ground), '#d0d7de': mix(ink, 0.3, ground),
      '#b03a00': mix(rgba('#b03a00'), 0.5, ink),
    };
    const grounds = { '#ffffff': mix(ground, 1, ground), 'rgba(255,255,255,0.85)': mix(ground, 1, ground) };
    const series = { ...card, ...grounds, '#000000': card['#1f2328'] };
    [{{palette}}].forEach((own) => { series[own] = mix(rgba(own), 0.65, ink); });
    const walk = (value, name, known) => {
      if (Array.isArray(value)) return name === 'colorscale' ? value : value.map((one) => walk(one, name, known));
      if (value && typeof value === 'object')
        return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, walk(one, key, known)]));
      if (typeof value !== 'string') return value;
      if (/color$/.test(name)) return (/bgcolor$/.test(name) ? grounds : known)[value] ?? value;
      return name === 'text' ? value.replaceAll('color:#b03a00', 'color:' + card['#b03a00']) : value;
    };
    return { data: (value) => walk(value, '', series), layout: (value) => walk(value, '', card) };
  };

  // The picture stays until the chart is drawn, and where it cannot be.
  const begin = (box) => {
    const picture = box.querySelector('.advlib-static');
    const plot = document.createElement('div');
    const { data, layout, config } = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
    const draw = async () => {
      plot.style.minWidth = box.dataset.least + 'px';
      plot.setAttribute('role', 'group');
      plot.setAttribute('aria-label', box.dataset.title);
      picture.style.display = 'none';
      picture.after(plot);
      const colours = pageColours(box);
      try {
        await window.Plotly.newPlot(
          plot, colours ? colours.data(data) : data, colours ? colours.layout(layout) : layout, { ...config, responsive: false });
        box.dataset.drawn = 'yes';
      } catch {
        plot.remove();
        picture.style.display = '';
      }
    };
    const resize = () => (plot.isConnected && plot.offsetParent ? window.Plotly.Plots.resize(plot) : undefined);

    // What is hidden has no width to be drawn for; what is being drawn is resized when it is done.
    let width = 0;
    let done;
    const fit = () => {
      if (box.clientWidth === 0 || box.clientWidth === width) return;
      width = box.clientWidth;
      done = done ? done.then(resize) : draw();
    };
    new ResizeObserver(() => requestAnimationFrame(fit)).observe(box);
  };

  // Found by class: hosts run a script away from its place, or before that is in the page.
  const start = () => document.querySelectorAll('.advlib-chart:not([data-begun])').forEach((box) => {
    box.dataset.begun = 'yes';
    begin(box);
  });
  const soon = () => {
    // A chart that the page is still being read of is not whole.
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', start);
    else setTimeout(start, 0);
  };
  if (window.Plotly) soon();
  else (window.advlibCharts = window.advlibCharts || []).push(soon);
})();

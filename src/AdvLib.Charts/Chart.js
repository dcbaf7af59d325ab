(() => {
  'use strict';
  // The picture stays until the chart is drawn, and where it cannot be.
  const begin = (box) => {
    const picture = box.querySelector('.advlib-static');
    const plot = document.createElement('div');
    const { data, layout, config } = JSON.parse(box.querySelector('script[type="application/json"]').textContent);
    const fail = () => {
      plot.remove();
      picture.style.display = '';
    };
    const draw = () => {
      plot.style.minWidth = box.dataset.least + 'px';
      plot.setAttribute('role', 'group');
      plot.setAttribute('aria-label', box.dataset.title);
      picture.style.display = 'none';
      picture.after(plot);
      window.Plotly.newPlot(plot, data, layout, { ...config, responsive: false }).then(() => { box.dataset.drawn = 'yes'; }, fail);
    };

    // What is hidden has no width to be drawn for.
    let width = 0;
    new ResizeObserver(() => {
      if (box.clientWidth === 0 || box.clientWidth === width) return;
      const first = width === 0;
      width = box.clientWidth;
      if (first) draw();
      else if (plot.isConnected) window.Plotly.Plots.resize(plot);
    }).observe(box);
  };

  // Found by class: hosts run a script away from its place, or before that is in the page.
  const start = () => document.querySelectorAll('.advlib-chart:not([data-begun])').forEach((box) => {
    box.dataset.begun = 'yes';
    begin(box);
  });
  const soon = () => {
    start();
    setTimeout(start, 0);
  };
  if (window.Plotly) soon();
  else (window.advlibCharts = window.advlibCharts || []).push(soon);
})();

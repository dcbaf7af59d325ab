(() => {
  'use strict';
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
      try {
        await window.Plotly.newPlot(plot, data, layout, { ...config, responsive: false });
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

(() => {
  'use strict';
  const notebooks = [...document.querySelectorAll('details.notebook')];

  // A frame holds no script: it cannot say how tall it is, but it may be measured.
  const fit = (frame) => {
    const root = frame.contentDocument && frame.contentDocument.documentElement;
    if (!root || !frame.offsetParent) return;
    frame.style.height = '0';
    frame.style.height = root.scrollHeight + 'px';
  };
  const fitAll = () => document.querySelectorAll('iframe.output').forEach(fit);
  document.querySelectorAll('iframe.output').forEach((frame) => frame.addEventListener('load', () => fit(frame)));
  notebooks.forEach((notebook) => notebook.addEventListener('toggle', () => notebook.querySelectorAll('iframe.output').forEach(fit)));
  let width = window.innerWidth;
  window.addEventListener('resize', () => { if (window.innerWidth !== width) { width = window.innerWidth; fitAll(); } });

  // A link to a notebook opens it.
  const reveal = () => {
    const target = location.hash.length > 1 && document.getElementById(decodeURIComponent(location.hash.slice(1)));
    if (target && target.matches('details')) target.open = true;
    if (target) target.scrollIntoView();
  };
  window.addEventListener('hashchange', reveal);
  document.querySelectorAll('a[href^="#"]').forEach((link) => link.addEventListener('click', () => { if (link.hash === location.hash) reveal(); }));
  reveal();

  const all = document.querySelector('#open-all');
  if (all) {
    all.hidden = false;
    all.addEventListener('click', () => {
      const open = notebooks.some((notebook) => !notebook.open);
      notebooks.forEach((notebook) => { notebook.open = open; });
      all.textContent = open ? 'Close all' : 'Open all';
    });
  }
  window.addEventListener('beforeprint', () => notebooks.forEach((notebook) => { notebook.open = true; }));
})();

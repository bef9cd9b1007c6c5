'use strict';

const INTERVAL = 500;
const WINDOW = 60_000;
// as the server counts
const BLOCKED_AFTER = 250;
const byId = (id) => document.getElementById(id);
const writes = [];
const reads = [];
const meanwhile = { ordinary: { from: null, to: null }, heavy: { from: null, to: null } };
let seen = { write: 0, read: 0 };
let last = {};
let queried = '';
let opened;
let ended = [];

function millis(value) {
  if (value === null || value === undefined) {
    return '';
  }
  return value < 10 ? value.toFixed(1) + ' ms' : value < 10_000 ? Math.round(value) + ' ms' : (value / 1000).toFixed(1) + ' s';
}

function text(id, value) {
  const element = byId(id);
  const shown = value === null || value === undefined ? '' : String(value);
  if (element.textContent !== shown) {
    element.textContent = shown;
  }
}

function tell(message, bad) {
  text('message', message);
  byId('message').classList.toggle('bad', Boolean(bad));
}

function log(message) {
  const item = document.createElement('li');
  item.textContent = new Date().toLocaleTimeString() + '  ' + message;
  byId('events').prepend(item);
  while (byId('events').children.length > 30) {
    byId('events').lastChild.remove();
  }
}

async function post(path) {
  try {
    const response = await fetch('demo/' + path, { method: 'POST', headers: { 'X-Demo': 'page' } });
    const body = await response.json();
    const bad = !response.ok;
    if (bad || body.message) {
      tell(body.message || body.error || response.statusText, bad);
    }
    if (path.startsWith('troubles/')) {
      log(body.message || body.error);
    }
    return bad ? null : body;
  }
  catch (error) {
    tell('The application does not answer: ' + error.message, true);
    return null;
  }
}

async function runQuery() {
  const button = byId('run-query');
  button.disabled = true;
  const plan = await post('query');
  button.disabled = false;
  if (plan) {
    const row = plan.scan.includes('Index') ? 'with' : 'without';
    text('sql', plan.sql);
    text(row + '-plan', plan.scan);
    text(row + '-time', millis(plan.millis));
  }
}

function keep(samples, news, kind) {
  for (const sample of news) {
    samples.push(sample);
    seen[kind] = Math.max(seen[kind], sample.number);
  }
}

function forget(samples, now) {
  while (samples.length > 0 && samples[0].at < now - WINDOW) {
    samples.shift();
  }
}

function across(at, now) {
  return 600 - (now - at) / WINDOW * 600;
}

// a request that still waits is the end of its curve, which so climbs while nothing gets through
function points(samples, open, now, top) {
  const all = open >= BLOCKED_AFTER ? [...samples, { at: now, millis: open }] : samples;
  return all.map((sample) => {
    const y = 195 - Math.min(sample.millis / top, 1) * 180;
    return across(sample.at, now).toFixed(1) + ',' + y.toFixed(1);
  }).join(' ');
}

function draw(shape, attributes, content) {
  const element = document.createElementNS('http://www.w3.org/2000/svg', shape);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.textContent = content || '';
  return element;
}

function grid(top) {
  const parts = [0, 0.5, 1].map((share) => {
    const y = 195 - share * 180;
    return [draw('line', { x1: 0, x2: 600, y1: y, y2: y }),
      draw('text', { x: 2, y: y - 3 }, share === 0 ? '0' : millis(share * top))];
  });
  byId('grid').replaceChildren(...parts.flat());
}

// when each build ran
function bands(now) {
  const shown = Object.entries(meanwhile).filter(([, { from, to }]) => from !== null && (to || now) > now - WINDOW);
  byId('bands').replaceChildren(...shown.flatMap(([name, { from, to }]) => {
    const x = Math.max(0, across(from, now));
    const width = Math.max(2, across(to || now, now) - x);
    // at the right edge there is no room after it
    const place = x < 480 ? { x: x + 3 } : { x: x + width - 3, 'text-anchor': 'end' };
    const [y, label] = name === 'ordinary' ? [28, 'CREATE INDEX'] : [48, 'Heavy Index'];
    return [draw('rect', { class: name, x, width, y: 15, height: 180 }), draw('text', { class: name, ...place, y }, label)];
  }));
}

function chart(now, load) {
  forget(writes, now);
  forget(reads, now);
  const highest = Math.max(20, load.longestOpenWrite, load.longestOpenRead, ...writes.map((sample) => sample.millis),
    ...reads.map((sample) => sample.millis));
  const step = 10 ** Math.floor(Math.log10(highest));
  const top = Math.ceil(highest / step) * step;
  grid(top);
  byId('write-line').setAttribute('points', points(writes, load.longestOpenWrite, now, top));
  byId('read-line').setAttribute('points', points(reads, load.longestOpenRead, now, top));
}

// told by when things happened, not by what a look happened to see: a build may begin and end between two looks
function watch(name, build, now, load) {
  const figures = meanwhile[name];
  if (build.from === null) {
    // killed, or rolled back
    figures.to = figures.to || now;
    return;
  }
  if (build.from !== figures.from) {
    Object.assign(figures, { from: build.from, longest: 0, blocked: 0 });
  }
  figures.to = build.to;
  text(name + '-took', millis((build.to || now) - build.from));
  // of a build that was over before the page was opened too little is known
  if (build.to !== null && build.to < opened) {
    return;
  }
  const overlapping = writes.filter((write) => write.at >= build.from && (build.to === null || begin(write) <= build.to));
  const blocked = overlapping.filter((write) => write.millis >= BLOCKED_AFTER);
  figures.longest = Math.max(figures.longest, build.to === null ? load.longestOpenWrite : 0,
    ...overlapping.map((write) => write.millis));
  figures.blocked = Math.max(figures.blocked, build.to === null ? load.blockedWrites : 0, ...blocked.map((write) =>
    blocked.filter((other) => other.at >= write.at && begin(other) <= write.at - BLOCKED_AFTER).length));
  text(name + '-longest', figures.longest > 0 ? millis(figures.longest) : '');
  text(name + '-blocked', figures.blocked);
}

function begin(write) {
  return write.at - write.millis;
}

function bar(id, value, running) {
  const element = byId(id);
  if (value === null && running) {
    element.removeAttribute('value');
  }
  else {
    element.value = value || 0;
  }
}

function detail(operation) {
  const progress = operation.progress;
  const parts = [];
  if (progress) {
    parts.push(progress.phase);
    for (const session of progress.blockedBy) {
      parts.push('blocked by pid ' + session.pid + ' (' + [session.user, session.application, session.state]
        .filter(Boolean).join(', ') + ')');
    }
  }
  if (operation.waitingFor) {
    parts.push('waits for ' + operation.waitingFor);
  }
  if (operation.drift) {
    parts.push('drift: ' + operation.drift);
  }
  if (operation.lastError && operation.state !== 'COMPLETED') {
    parts.push(operation.lastError);
  }
  return parts.join(' · ');
}

function events(operation) {
  const blockers = operation.progress ? operation.progress.blockedBy.map((session) => session.pid).join(', ') : '';
  const summary = [operation.state, operation.drift, operation.state === 'FAILED' || operation.state === 'PENDING'
    ? operation.lastError : null, blockers ? 'blocked by pid ' + blockers : null].filter(Boolean).join(' · ');
  // the same end twice is two events
  const event = summary + ' ' + operation.finishedAt;
  if (last[operation.name] !== undefined && last[operation.name] !== event) {
    log(operation.name + ': ' + summary);
  }
  last[operation.name] = event;
}

function allow(name, allowed) {
  document.querySelector('[data-post="' + name + '"]').disabled = !allowed;
}

// what would be refused, or would spoil the comparison, is not offered
function buttons(ordinary, heavy, transactionOpen) {
  const running = ordinary.state === 'RUNNING' || heavy.state === 'RUNNING';
  const there = heavy.state === 'COMPLETED' && !heavy.drift;
  allow('rollback', !running && (there || ordinary.state === 'DONE'));
  allow('ordinary', !running);
  allow('heavy', !running && !there);
  allow('troubles/kill-backend', Boolean(heavy.progress));
  allow('troubles/old-transaction', !transactionOpen);
  allow('troubles/drop-index', there);
}

function show(state) {
  opened = opened || state.now;
  keep(writes, state.load.writes, 'write');
  keep(reads, state.load.reads, 'read');
  chart(state.now, state.load);
  text('blocked-writes', state.load.blockedWrites);
  text('blocked-reads', state.load.blockedReads);
  const ordinary = state.ordinary;
  const heavy = state.heavy;
  watch('ordinary', { from: ordinary.startedAt, to: ordinary.finishedAt }, state.now, state.load);
  // of an index that was found there the times are those of what was done to it before
  const built = heavy.state !== 'CANCELLED' && !heavy.rollingBack && !(heavy.state === 'COMPLETED' && heavy.adopted);
  const begun = built && heavy.state !== 'PENDING' && heavy.startedAt;
  watch('heavy', { from: begun ? Date.parse(begun) : null, to: heavy.finishedAt ? Date.parse(heavy.finishedAt) : null },
    state.now, state.load);
  bands(state.now);
  forgetTheMessage(ordinary, heavy);
  text('ordinary-state', ordinary.state + (ordinary.error ? ': ' + ordinary.error : ''));
  bar('ordinary-progress', ordinary.percent, ordinary.state === 'RUNNING');
  text('heavy-state', heavy.state + (heavy.drift ? ', drift ' + heavy.drift : ''));
  bar('heavy-progress', heavy.state === 'COMPLETED' && !heavy.drift ? 100 : heavy.progress ? heavy.progress.percent : 0, false);
  text('heavy-detail', detail(heavy));
  events(heavy);
  events(state.unique);
  text('unique-detail', 'The unique index on message_id: ' + [state.unique.state, detail(state.unique)].filter(Boolean)
    .join(' · '));
  buttons(ordinary, heavy, state.oldTransaction);
  queryAfterwards(ordinary, heavy);
}

// what was told when a build began no longer holds once it has ended
function forgetTheMessage(ordinary, heavy) {
  const ends = [ordinary.finishedAt, heavy.finishedAt];
  if (ended.length > 0 && ends.some((end, which) => end && end !== ended[which])) {
    tell('');
  }
  ended = ends;
}

// while something is under way the plan may still be the old one
function queryAfterwards(ordinary, heavy) {
  const settled = ordinary.state !== 'RUNNING' && heavy.state !== 'RUNNING' && heavy.state !== 'PENDING';
  const outcome = [ordinary.state, heavy.state, heavy.drift].join();
  if (settled && outcome !== queried) {
    queried = outcome;
    runQuery();
  }
}

async function refresh() {
  try {
    const response = await fetch('demo?lastWrite=' + seen.write + '&lastRead=' + seen.read, { cache: 'no-store' });
    if (!response.ok) {
      throw new Error('HTTP ' + response.status);
    }
    show(await response.json());
    text('connection', '');
  }
  catch (error) {
    text('connection', 'The application does not answer (' + error.message + '). What is shown is old.');
    // a restarted application counts from one again
    seen = { write: 0, read: 0 };
    writes.length = 0;
    reads.length = 0;
  }
  setTimeout(refresh, INTERVAL);
}

document.querySelectorAll('button[data-post]').forEach((button) =>
  button.addEventListener('click', () => post(button.dataset.post)));
byId('run-query').addEventListener('click', runQuery);
runQuery();
refresh();

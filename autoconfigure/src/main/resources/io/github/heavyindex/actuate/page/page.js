// Puts the parts together: polls, draws, and listens.

import { ask, overallButtons } from './actions.js';
import { patch } from './dom.js';
import { problems, span } from './format.js';
import { changes, headline, notices, others } from './headline.js';
import { anchor, filters, grouped, groups } from './operations.js';
import { Poller, readOne } from './poll.js';

const byId = (id) => document.getElementById(id);

const view = {
    orders: document.documentElement.dataset.orders === 'true',
    filter: 'all', search: '', open: new Set(), limits: new Map(), details: new Map(), paused: new Set(), focus: null,
    known: new Set(), dependents: new Map(), now: 0, centered: null,
};

let status = null;
let lost = false;
const poller = new Poller(arrived);

// what is below the fold comes after the first data
async function loadBelow() {
    try {
        Object.assign(view, ...await Promise.all([import('./timeline.js'), import('./graph.js')]));
        view.incomplete = false;
    }
    catch {
        // a browser may remember the failure until the page is loaded again
        view.incomplete = true;
    }
    draw();
}

function announce(text) {
    if (text) {
        byId('announcer').textContent = text;
    }
}

function arrived(body) {
    const began = performance.now();
    // a browser keeps them for ever
    performance.clearMeasures();
    if (lost !== Boolean(poller.lost)) {
        lost = Boolean(poller.lost);
        announce(lost ? 'connection lost' : 'connected again');
    }
    if (body) {
        announce(changes(status, body));
        const before = new Map(status?.operations.map((operation) => [operation.name, JSON.stringify(operation)]));
        status = body;
        for (const operation of status.operations) {
            if (view.open.has(operation.name) && before.get(operation.name) !== JSON.stringify(operation)) {
                loadDetails(operation.name);
            }
        }
    }
    draw(began);
    if (body && !view.graph) {
        loadBelow();
    }
}

function relations() {
    view.known = new Set(status.operations.map(({ name }) => name));
    view.dependents = new Map();
    for (const { name, dependsOn } of status.operations) {
        for (const other of dependsOn) {
            (view.dependents.get(other) ?? view.dependents.set(other, []).get(other)).push(name);
        }
    }
}

function section(id, body) {
    byId(id).hidden = !body;
    patch(byId(`${id}-body`), body);
}

function draw(began = performance.now()) {
    const keepFocus = focusOfCard();
    patch(byId('notices'), notices(status, poller.lost, view.incomplete));
    if (status) {
        view.now = Date.now() + poller.skew;
        view.paused = new Set(status.dataSources.filter(({ paused }) => paused).map(({ name }) => name));
        relations();
        const all = grouped(status.operations);
        patch(byId('headline'), headline(status));
        byId('operations').closest('section').hidden = !status.summary.total;
        patch(byId('orders'), view.orders && overallButtons(status));
        patch(byId('filters'), filters(all, view));
        patch(byId('groups'), groups(all, view));
        section('others', others(status.undeclaredInvalidIndexes));
        section('timeline', view.timeline?.(status.operations, view.now));
        section('graph', view.graph?.(status.operations, view.focus));
        requestAnimationFrame(() => center(byId('graph').querySelector('.focus')));
        byId('instance').textContent = `as ${status.instance} sees it`;
        document.title = title();
    }
    keepFocus();
    age();
    performance.measure('heavy-index-draw', { start: began });
}

// an operation that moves to another group gets a new card: the focus goes there
function focusOfCard() {
    const focused = document.activeElement;
    const card = focused.closest('.operation')?.id;
    return () => {
        if (card && !focused.isConnected) {
            const { order } = focused.dataset;
            const made = byId(card);
            (made?.querySelector(order ? `[data-order="${order}"]` : '.name') ?? made?.querySelector('.name'))
                ?.focus({ preventScroll: true });
        }
    };
}

// once for each node, so that a person may scroll away
function center(node) {
    if (node && node.dataset.key !== view.centered) {
        const canvas = node.closest('.canvas');
        const [inner, outer] = [node, canvas].map((each) => each.getBoundingClientRect());
        canvas.scrollBy(inner.left - outer.left - outer.width / 3, inner.top - outer.top - outer.height / 3);
    }
    view.centered = node?.dataset.key;
}

function title() {
    const { summary, operations } = status;
    const running = operations.find(({ progress }) => progress);
    const first = problems(status).length ? 'Problem' : summary.failed ? `${summary.failed} failed` : running
        ? `${Math.floor(running.progress.percent)} % ${running.name}` : summary.pending ? `${summary.pending} waiting` : '';
    return `${first ? `${first} · ` : ''}Heavy Index`;
}

// not announced: it changes each second
function age() {
    const old = poller.arrived === null ? null : (performance.now() - poller.arrived) / 1000;
    const retry = Math.max(0, Math.ceil((poller.next - performance.now()) / 1000));
    byId('connection').className = poller.lost ? 'lost' : 'live';
    byId('age').textContent = poller.lost ? `Connection lost, next try in ${retry} s`
        : old === null ? 'Loading' : old < 2 ? 'Live' : `Live, ${span(old)} ago`;
    if (status?.lastObserved) {
        const past = (Date.now() + poller.skew - Date.parse(status.lastObserved)) / 1000;
        byId('observed').textContent = `: it shows what the application saw in it ${span(past)} ago`;
    }
    const lost = byId('lost-age');
    if (lost) {
        lost.textContent = old === null ? 'never' : `${span(old)} ago`;
    }
}

async function loadDetails(name) {
    try {
        view.details.set(name, await readOne(name));
        draw();
    }
    catch {
        // the next refresh tells what is wrong
    }
}

function toggle(name, open) {
    if (open) {
        view.open.add(name);
        loadDetails(name);
    }
    else {
        view.open.delete(name);
    }
    draw();
}

function goTo(name) {
    if (!byId(anchor(name))) {
        view.filter = 'all';
        view.search = '';
        byId('search').value = '';
    }
    toggle(name, true);
    byId(anchor(name))?.querySelector('.name').focus();
    byId(anchor(name))?.scrollIntoView({ block: 'nearest' });
}

function give(action, name) {
    ask(action, status.operations.find((operation) => operation.name === name), (answer) => {
        if (name && document.activeElement === document.body) {
            // its button went while the dialog was open
            byId(anchor(name))?.querySelector('.name').focus({ preventScroll: true });
        }
        byId('answer').textContent = answer;
        setTimeout(() => byId('answer').textContent = '', 8000);
        poller.now();
    });
}

document.addEventListener('click', (event) => {
    const target = event.target.closest('[data-toggle],[data-open],[data-filter],[data-more],[data-order],[data-focus]');
    if (!target) {
        return;
    }
    const { toggle: toggled, open, filter, more, limit, order, name, focus } = target.dataset;
    if (toggled !== undefined) {
        toggle(toggled, !view.open.has(toggled));
    }
    else if (open !== undefined) {
        event.preventDefault();
        goTo(open);
    }
    else if (order !== undefined) {
        give(order, name);
    }
    else {
        if (filter !== undefined) {
            view.filter = filter;
        }
        else if (more !== undefined) {
            view.limits.set(more, Number(limit));
        }
        else {
            view.focus = focus || null;
        }
        draw();
        if (focus) {
            byId('graph').scrollIntoView();
        }
    }
});

byId('search').addEventListener('input', (event) => {
    view.search = event.target.value;
    draw();
});

setInterval(age, 1000);
poller.now();

// Puts the parts together: polls, draws, and listens.

import { ask, overallButtons } from './actions.js';
import { patch } from './dom.js';
import { span } from './format.js';
import { graph } from './graph.js';
import { changes, headline, notices, others } from './headline.js';
import { anchor, filters, grouped, groups } from './operations.js';
import { Poller, readOne } from './poll.js';
import { timeline } from './timeline.js';

const byId = (id) => document.getElementById(id);

const view = {
    orders: document.documentElement.dataset.orders === 'true',
    filter: 'all', search: '', open: new Set(), limits: new Map(), details: new Map(), paused: false, focus: null,
    known: new Set(), dependents: new Map(), now: 0, centered: null,
};

let status = null;
const poller = new Poller(arrived);

function arrived(body) {
    if (body) {
        const told = changes(status, body);
        if (told) {
            byId('announcer').textContent = told;
        }
        const before = new Map(status?.operations.map((operation) => [operation.name, JSON.stringify(operation)]));
        status = body;
        for (const operation of status.operations) {
            if (view.open.has(operation.name) && before.get(operation.name) !== JSON.stringify(operation)) {
                loadDetails(operation.name);
            }
        }
    }
    draw();
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

function draw() {
    const began = performance.now();
    patch(byId('notices'), notices(status, poller.lost));
    if (status) {
        view.now = Date.now() + poller.skew;
        view.paused = status.paused;
        relations();
        const all = grouped(status.operations);
        patch(byId('headline'), headline(status));
        byId('operations').closest('section').hidden = !status.summary.total;
        patch(byId('orders'), view.orders && overallButtons(status));
        patch(byId('filters'), filters(all, view));
        patch(byId('groups'), groups(all, view));
        section('others', others(status.undeclaredInvalidIndexes));
        section('timeline', timeline(status.operations, view.now));
        section('graph', graph(status.operations, view.focus));
        requestAnimationFrame(() => center(byId('graph').querySelector('.focus')));
        byId('instance').textContent = `as ${status.instance} sees it`;
        document.title = title();
    }
    age();
    performance.measure('heavy-index-draw', { start: began });
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
    const { summary, operations, problem } = status;
    const running = operations.find(({ progress }) => progress);
    const first = problem ? 'Problem' : summary.failed ? `${summary.failed} failed` : running
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

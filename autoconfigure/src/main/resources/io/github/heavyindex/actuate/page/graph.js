// The declared operations and what they come after, from left to right. Those that depend
// on nothing and that nothing depends on are not drawn; of a large graph only what is near
// one operation.

import { h, svg } from './dom.js';
import { KINDS, kind, plural, stateWord } from './format.js';

const MOST = 60;
const BOX = { width: 256, height: 32, across: 300, down: 42 };
const CHARACTERS = 34;

function edgesOf(operations) {
    const before = new Map();
    const after = new Map();
    for (const { name, dependsOn } of operations) {
        for (const other of dependsOn) {
            (before.get(name) ?? before.set(name, []).get(name)).push(other);
            (after.get(other) ?? after.set(other, []).get(other)).push(name);
        }
    }
    return { before, after };
}

function near(start, { before, after }) {
    const found = new Set([start]);
    for (const name of found) {
        for (const other of [...before.get(name) ?? [], ...after.get(name) ?? []]) {
            if (found.size < MOST) {
                found.add(other);
            }
        }
    }
    return found;
}

// the graph has no cycles: the application does not start with one
function layersOf(names, before) {
    const layers = new Map();
    const visit = (name) => {
        if (!layers.has(name)) {
            layers.set(name, 0);
            const others = (before.get(name) ?? []).filter((other) => names.has(other));
            layers.set(name, others.length ? 1 + Math.max(...others.map(visit)) : 0);
        }
        return layers.get(name);
    };
    names.forEach(visit);
    return layers;
}

function components(names, { before, after }) {
    const seen = new Set();
    return [...names].flatMap((start) => {
        if (seen.has(start)) {
            return [];
        }
        const component = new Set([start]);
        for (const name of component) {
            seen.add(name);
            [...before.get(name) ?? [], ...after.get(name) ?? []].filter((other) => names.has(other))
                .forEach((other) => component.add(other));
        }
        return [component];
    });
}

// each layer is sorted by the mean row of its neighbours, a few times to and fro
function rowsOf(component, layers, { before, after }) {
    const columns = [];
    component.forEach((name) => (columns[layers.get(name)] ??= []).push(name));
    const filled = columns.map((column) => column ?? []);
    const row = new Map();
    const number = (column) => column.forEach((name, index) => row.set(name, index));
    filled.forEach(number);
    for (let turn = 0; turn < 4; turn++) {
        const [order, neighbours] = turn % 2 ? [[...filled].reverse(), after] : [filled, before];
        for (const column of order) {
            const mean = new Map(column.map((name) => {
                const rows = (neighbours.get(name) ?? []).filter((other) => row.has(other)).map((other) => row.get(other));
                return [name, rows.length ? rows.reduce((sum, each) => sum + each, 0) / rows.length : row.get(name)];
            }));
            column.sort((one, other) => mean.get(one) - mean.get(other));
            number(column);
        }
    }
    const height = Math.max(...filled.map(({ length }) => length));
    filled.forEach((column) => column.forEach((name, index) => row.set(name, index + (height - column.length) / 2)));
    return { row, height };
}

function place(names, edges) {
    const layers = layersOf(names, edges.before);
    const places = new Map();
    let top = 0;
    let columns = 0;
    for (const component of components(names, edges)) {
        const { row, height } = rowsOf(component, layers, edges);
        for (const name of component) {
            places.set(name, { x: layers.get(name) * BOX.across, y: (top + row.get(name)) * BOX.down });
            columns = Math.max(columns, layers.get(name) + 1);
        }
        top += height;
    }
    return { places, width: columns * BOX.across - BOX.across + BOX.width + 2, height: top * BOX.down - BOX.down + BOX.height + 2 };
}

function short(name) {
    return name.length > CHARACTERS ? `${name.slice(0, 16)}…${name.slice(17 - CHARACTERS)}` : name;
}

function node(name, { x, y }, operation, focus) {
    const group = operation ? kind(operation) : 'prerequisite';
    const box = [
        svg('title', {}, operation ? `${name}: ${stateWord(operation)}` : `${name}: a prerequisite that is no index operation`),
        svg('rect', { width: BOX.width, height: BOX.height, rx: 6 }),
        svg('text', { x: 10, y: 21 }, `${operation ? KINDS[group].sign : '○'} ${short(name)}`),
    ];
    return svg('g', { class: `node ${group}${name === focus ? ' focus' : ''}`, transform: `translate(${x + 1} ${y + 1})`,
        'data-key': name }, operation ? svg('a', { href: `#op-${name}`, 'data-open': name }, box) : box);
}

function edge(from, to) {
    const [x1, y1, x2, y2] = [from.x + BOX.width + 1, from.y + BOX.height / 2 + 1, to.x + 1, to.y + BOX.height / 2 + 1];
    const middle = (BOX.across - BOX.width) / 2;
    return svg('path', { d: `M${x1} ${y1}C${x1 + middle} ${y1} ${x2 - middle} ${y2} ${x2 - 5} ${y2}`, 'marker-end': 'url(#arrow)' });
}

// Draws the graph, or what is near one operation where it is too large; null if nothing depends on anything.
export function graph(operations, wanted) {
    const edges = edgesOf(operations);
    const byName = new Map(operations.map((operation) => [operation.name, operation]));
    let names = new Set([...edges.before.keys(), ...edges.after.keys()]);
    if (!names.size) {
        return null;
    }
    const total = names.size;
    const large = total > MOST;
    let focus = names.has(wanted) ? wanted : null;
    if (large || focus) {
        focus ??= ['attention', 'running', 'pending'].flatMap((group) => operations.filter((each) => kind(each) === group))
            .find(({ name }) => names.has(name))?.name ?? [...names][0];
        names = near(focus, edges);
    }
    const { places, width, height } = place(names, edges);
    const lines = [...names].flatMap((name) => (edges.before.get(name) ?? []).filter((other) => names.has(other))
        .map((other) => edge(places.get(other), places.get(name))));
    const alone = operations.filter(({ name }) => !edges.before.has(name) && !edges.after.has(name)).length;
    return [
        h('div', { class: 'canvas', role: 'region', tabindex: 0, 'aria-label': 'Graph of what comes after what; each operation lists the same' },
            svg('svg', { width, height, viewBox: `0 0 ${width} ${height}` },
                svg('defs', {}, svg('marker', { id: 'arrow', viewBox: '0 0 8 8', refX: 4, refY: 4, markerWidth: 7, markerHeight: 7,
                    orient: 'auto' }, svg('path', { d: 'M0 0L8 4L0 8z' }))),
                svg('g', { class: 'edges' }, lines),
                [...names].map((name) => node(name, places.get(name), byName.get(name), focus)))),
        h('p', { class: 'nothing' },
            names.size < total && `Around ${focus}: ${names.size} of ${total}. To see another one here, open it and choose “Show in the graph”. `,
            alone > 0 && `${plural(alone, 'operation')} without dependencies ${alone === 1 ? 'is' : 'are'} not drawn. `,
            names.size < total && !large && h('button', { type: 'button', 'data-focus': '' }, 'Show all')),
    ];
}

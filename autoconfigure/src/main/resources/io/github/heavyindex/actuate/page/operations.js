// The operations, the most urgent first; of a thousand only as many as a person reads.

import { orderButtons, rareButtons } from './actions.js';
import { h } from './dom.js';
import { bytes, duration, KINDS, kind, moment, stateWord } from './format.js';
import { progress } from './progress.js';

const AT_ONCE = 25;

const DRIFTS = {
    MISSING: 'What was done is undone: the index is not as it was left (it is gone or, after a drop, is there again).',
    INVALID: 'The index is there, but invalid: no query uses it.',
    DEFINITION_CHANGED: 'The index has another definition than the one declared.',
};

export const anchor = (name) => `op-${name}`;

export function link(name, known) {
    return known.has(name) ? h('a', { href: `#${anchor(name)}`, 'data-open': name }, name) : h('span', {}, name);
}

function badges(operation) {
    return [operation.critical && h('span', { class: 'badge' }, 'critical'),
        operation.adopted && h('span', { class: 'badge', title: 'The work was found done or under way' }, 'adopted')];
}

function facts(operation) {
    const { state, startedAt, finishedAt } = operation;
    const took = duration(operation.duration);
    const texts = [
        operation.indexSize ? `index ${bytes(operation.indexSize)}` : null,
        operation.tableSize ? `table ${bytes(operation.tableSize)}` : null,
        state !== 'RUNNING' && startedAt && took ? `took ${took}` : null,
        state !== 'RUNNING' && finishedAt ? `ended ${moment(finishedAt)}` : null,
    ];
    return texts.filter(Boolean).map((text) => h('span', {}, text));
}

function reason(text, known) {
    const dependency = /^dependency (\S+?)([,;]?)(\s.*)?$/s.exec(text);
    return dependency && known.has(dependency[1])
        ? ['dependency ', link(dependency[1], known), dependency[2], dependency[3] ?? ''] : text;
}

function row(term, ...description) {
    return h('div', {}, h('dt', {}, term), h('dd', {}, ...description));
}

function names(list, known) {
    const first = list.slice(0, 20).map((name, index) => [index ? ', ' : '', link(name, known)]);
    return list.length > 20 ? [first, ` and ${list.length - 20} more`] : first;
}

function details(operation, view) {
    const dependents = view.dependents.get(operation.name) ?? [];
    return h('div', { class: 'details', id: `details-${operation.name}` },
        h('pre', {}, operation.sql),
        h('dl', {},
            operation.dependsOn.length > 0 && row('After', names(operation.dependsOn, view.known)),
            dependents.length > 0 && row('Before', names(dependents, view.known)),
            operation.startedAt && row('Started', moment(operation.startedAt)),
            operation.instance && row('Instance', operation.instance)),
        h('h5', {}, operation.startedAt ? 'Attempts' : 'No attempt yet'),
        view.attempts?.(view.details.get(operation.name)?.history, view.now),
        given(view.details.get(operation.name)?.actions),
        h('div', { class: 'buttons' },
            operation.dependsOn.length + dependents.length > 0
                && h('button', { type: 'button', 'data-focus': operation.name }, 'Show in the graph'),
            view.orders && rareButtons(operation)));
}

function given(actions) {
    return actions?.length > 0 && [h('h5', {}, 'Orders'), h('ol', {}, actions.map(({ action, actor, at }) =>
        h('li', {}, h('strong', {}, action), actor ? ` by ${actor}` : '', `, ${moment(at)}`)))];
}

function card(operation, view) {
    const group = kind(operation);
    const open = view.open.has(operation.name);
    return h('li', { class: `operation ${group}`, id: anchor(operation.name), 'data-key': operation.name },
        h('div', { class: 'head' },
            h('span', { class: 'state' }, h('span', { class: 'sign', 'aria-hidden': 'true' }, KINDS[group].sign), stateWord(operation)),
            h('h4', {}, h('button', { type: 'button', class: 'name', 'data-toggle': operation.name, 'aria-expanded': String(open),
                'aria-controls': open ? `details-${operation.name}` : null }, operation.name)),
            badges(operation),
            h('div', { class: 'buttons' }, view.orders && orderButtons(operation, view.paused.has(operation.dataSource)))),
        h('p', { class: 'what' },
            h('span', {}, `${operation.type} ${operation.index}${operation.table ? ` on ${operation.table}` : ''}${
                operation.dataSource ? ` in ${operation.dataSource}` : ''}`), facts(operation)),
        operation.description && h('p', { class: 'description' }, operation.description),
        operation.state === 'RUNNING' && progress(operation),
        operation.waitingFor && h('p', { class: 'reason' }, h('strong', {}, 'Waits for: '), reason(operation.waitingFor, view.known)),
        operation.drift && h('p', { class: 'error' }, h('strong', {}, `${operation.drift}. `), DRIFTS[operation.drift],
            ' A retry repairs it.'),
        operation.lastError && h('p', { class: 'error' }, h('strong', {}, operation.state === 'FAILED' ? 'Failed: ' : 'Last error: '),
            operation.lastError),
        open && details(operation, view));
}

function matches(operation, text) {
    return [operation.name, operation.table, operation.index, operation.description, operation.sql, operation.waitingFor,
        operation.lastError, operation.dataSource].some((each) => each?.toLowerCase().includes(text));
}

export function filters(groups, view) {
    const all = [...groups.values()].reduce((sum, { length }) => sum + length, 0);
    const button = (value, text, number) => h('button', { type: 'button', 'data-key': value, class: `filter ${value}`,
        'data-filter': value, 'aria-pressed': String(view.filter === value) }, text, ' ', h('b', {}, String(number)));
    return all > 0 && [button('all', 'All', all), ...[...groups].filter(([group, { length }]) => length || group === view.filter)
        .map(([group, { length }]) => button(group,
            [h('span', { class: 'sign', 'aria-hidden': 'true' }, KINDS[group].sign), ` ${KINDS[group].word}`], length))];
}

export function grouped(operations) {
    const groups = new Map(Object.keys(KINDS).map((group) => [group, []]));
    operations.forEach((operation) => groups.get(kind(operation)).push(operation));
    return groups;
}

export function groups(all, view) {
    const text = view.search.trim().toLowerCase();
    const shown = [...all].filter(([group]) => view.filter === 'all' || view.filter === group)
        .map(([group, operations]) => [group, text ? operations.filter((operation) => matches(operation, text)) : operations])
        .filter(([, operations]) => operations.length);
    if (!shown.length && (text || view.filter !== 'all')) {
        return h('p', { class: 'nothing' }, 'No operation is like that.');
    }
    return shown.map(([group, operations]) => {
        const limit = view.limits.get(group) ?? AT_ONCE;
        // an operation that somebody opened stays in sight
        const visible = operations.filter((operation, index) => index < limit || view.open.has(operation.name));
        return h('section', { 'data-key': group, class: `group ${group}`, 'aria-labelledby': `group-${group}` },
            h('h3', { id: `group-${group}` }, `${KINDS[group].word} `, h('small', {}, String(operations.length))),
            h('ul', {}, visible.map((operation) => card(operation, view))),
            visible.length < operations.length && h('p', {}, h('button', { type: 'button', 'data-more': group,
                'data-limit': String(limit + 100) }, `Show more (${operations.length - visible.length} are not shown)`)));
    });
}

// How far a running operation is, what holds it up, and whom it holds up.

import { h, svg } from './dom.js';
import { count, duration } from './format.js';

const MOST = 20;

// as the server names them (manual, "CREATE INDEX Phases"), with where each begins on the
// bar for a btree index and a shorter name
const BUILD = [
    ['waiting for writers before build', 0, 'wait for writers'],
    ['building index: scanning table', 1, 'read the table'],
    ['building index: sorting live tuples', 45, 'sort'],
    ['building index: loading tuples in tree', 50, 'write the index'],
    ['waiting for writers before validation', 70, 'wait for writers'],
    ['index validation: scanning index', 71, 'read the index'],
    ['index validation: sorting tuples', 80, 'sort'],
    ['index validation: scanning table', 82, 'check the table'],
    ['waiting for old snapshots', 97, 'wait for old transactions'],
];
const REBUILD = [...BUILD,
    ['waiting for readers before marking dead', 98, 'wait for readers'],
    ['waiting for readers before dropping', 99, 'drop the old one'],
];

function phases({ type, rollingBack }) {
    return type === 'REBUILD' ? REBUILD : type === (rollingBack ? 'DROP' : 'CREATE') ? BUILD : [];
}

// A server session in words.
export function session({ pid, user, application, state }) {
    const what = [user, application, state].filter(Boolean).join(', ');
    return pid === 0 ? `the prepared transaction ${application ?? ''}` : `pid ${pid}${what ? ` (${what})` : ''}`;
}

function quoted(text) {
    return `'${(text ?? '').replaceAll("'", "''")}'`;
}

function blocker(each) {
    const mend = each.pid === 0 ? `ROLLBACK PREPARED ${quoted(each.application)};` : `SELECT pg_terminate_backend(${each.pid});`;
    return h('li', {},
        h('strong', {}, session(each)), duration(each.since) ? `, in its transaction for ${duration(each.since)}` : '',
        each.query && h('pre', {}, each.query),
        h('span', { class: 'mend' }, 'If it may be ended: ', h('code', {}, mend)));
}

// behind a lock in demand there may be thousands
function first(sessions, line) {
    const more = sessions.length - MOST;
    return h('ul', {}, sessions.slice(0, MOST).map(line), more > 0 && h('li', {}, `and ${count(more)} more`));
}

function waiter(each) {
    return h('li', {}, h('strong', {}, session(each)), duration(each.since) ? ` has waited for ${duration(each.since)}` : '',
        each.query && h('pre', {}, each.query));
}

function counters({ phase, blocksDone, blocksTotal, tuplesDone, tuplesTotal }) {
    if (!phase || phase.startsWith('waiting')) {
        return null;
    }
    if (tuplesTotal) {
        return `${count(tuplesDone)} of ${count(tuplesTotal)} rows`;
    }
    return blocksTotal ? `${count(blocksDone)} of ${count(blocksTotal)} blocks` : null;
}

function bar(operation, progress, steps, at) {
    const known = progress.phase !== null;
    return h('div', { class: 'track' },
        h('progress', { max: 100, value: known ? progress.percent : null, 'aria-label': `Progress of ${operation.name}` }),
        steps.length > 0 && svg('svg', { viewBox: '0 0 1000 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
            steps.slice(1).map(([, begin], index) => svg('rect',
                { x: begin * 10 - 1, width: 2, height: 10, class: index + 1 <= at ? 'over' : 'ahead' }))));
}

// The part of a running operation's card that moves.
export function progress(operation) {
    const now = operation.progress;
    if (!now) {
        return [h('div', { class: 'track' }, h('progress', { 'aria-label': `Progress of ${operation.name}` })),
            h('p', { class: 'figures' }, 'Started; nothing is known of its progress yet.')];
    }
    const steps = phases(operation);
    const at = steps.findIndex(([phase]) => phase === now.phase);
    const remaining = duration(now.remaining);
    const taken = duration(operation.duration);
    return [
        h('p', { class: 'figures' },
            h('strong', { class: 'percent' }, `${now.percent.toFixed(1)} %`),
            remaining && h('span', {}, `about ${remaining} left`),
            taken && h('span', {}, `running for ${taken}`),
            h('span', {}, `server session ${now.pid}`)),
        bar(operation, now, steps, at),
        h('p', { class: 'phase' }, h('strong', {}, at >= 0 ? `Phase ${at + 1} of ${steps.length}: ` : 'Phase: '),
            now.phase ?? 'none is reported by the server', counters(now) && ` (${counters(now)})`),
        at >= 0 && h('ol', { class: 'steps', 'aria-label': 'Phases' }, steps.map(([, , name], index) => h('li',
            { class: index < at ? 'over' : index === at ? 'now' : '', 'aria-current': index === at ? 'step' : null }, name))),
        now.blockedBy.length > 0 && h('div', { class: 'blocked' },
            h('p', {}, h('span', { 'aria-hidden': 'true' }, '■ '), 'It is blocked by'), first(now.blockedBy, blocker)),
        now.blocking.length > 0 && h('div', { class: 'blocking' },
            h('p', {}, h('span', { 'aria-hidden': 'true' }, '▲ '), 'It holds up'), first(now.blocking, waiter)),
    ];
}

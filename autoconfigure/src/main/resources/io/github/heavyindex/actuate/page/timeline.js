// When what ran: a row and a bar each. The bar is drawn, the text says the same.

import { h, svg } from './dom.js';
import { bytes, duration, kind, moment, seconds, span, stateWord } from './format.js';

const ROWS = 20;
const WIDTH = 1000;

function rows(list, now) {
    const from = Math.min(...list.map(({ start }) => start));
    const to = Math.max(...list.map(({ end }) => end ?? now));
    const scale = WIDTH / Math.max(1000, to - from);
    return [h('ol', { class: 'rows' }, list.map(({ key, label, kind: group, start, end, text }) => h('li', { 'data-key': key },
        h('span', { class: 'label' }, label),
        svg('svg', { viewBox: `0 0 ${WIDTH} 10`, preserveAspectRatio: 'none', 'aria-hidden': 'true', class: `span ${group}` },
            svg('rect', { class: 'axis', y: 4, height: 2, width: WIDTH }),
            svg('rect', { class: 'done', x: ((start - from) * scale).toFixed(1), height: 10,
                width: Math.max(6, ((end ?? now) - start) * scale).toFixed(1) })),
        h('span', { class: 'outcome' }, text)))),
    h('p', { class: 'scale' }, h('span', {}, moment(from)), h('span', {}, moment(to)))];
}

const OUTCOMES = {
    RUNNING: ['running', 'runs'],
    COMPLETED: ['completed', 'completed'],
    RETRY: ['attention', 'failed, was tried again'],
    FAILED: ['attention', 'failed'],
    CANCELLED: ['cancelled', 'was cancelled'],
    ROLLED_BACK: ['cancelled', 'was rolled back'],
    LOST: ['skipped', 'was lost: nobody saw its end'],
};

// The attempts of one operation, as of its history.
export function attempts(history, now) {
    if (!history) {
        return h('p', { class: 'nothing' }, 'Loading the attempts.');
    }
    if (!history.length) {
        return null;
    }
    const ordered = [...history].sort((one, other) => Date.parse(one.startedAt) - Date.parse(other.startedAt));
    const list = ordered.map((attempt) => {
        const [group, word] = OUTCOMES[attempt.outcome] ?? ['skipped', attempt.outcome.toLowerCase()];
        const start = Date.parse(attempt.startedAt);
        const taken = seconds(attempt.duration);
        const running = attempt.outcome === 'RUNNING';
        const end = attempt.finishedAt ? Date.parse(attempt.finishedAt) : taken !== null ? start + taken * 1000 : running ? null : start;
        return {
            key: `${attempt.attempt} ${attempt.startedAt}`, label: `#${attempt.attempt} ${moment(start)}`, kind: group, start, end,
            text: [h('strong', {}, word), duration(attempt.duration) && ` after ${duration(attempt.duration)}`,
                ` on ${attempt.instance}, session ${attempt.pid}`,
                attempt.sizeBefore && attempt.sizeAfter ? `, from ${bytes(attempt.sizeBefore)} to ${bytes(attempt.sizeAfter)}` : '',
                attempt.error && `: ${attempt.sqlState && !attempt.error.includes(attempt.sqlState)
                    ? `[${attempt.sqlState}] ` : ''}${attempt.error}`],
        };
    });
    return rows(list, now);
}

// The last attempt of each operation that had one, latest last.
export function timeline(operations, now) {
    const ran = operations.filter(({ startedAt }) => startedAt)
        .map((operation) => {
            const start = Date.parse(operation.startedAt);
            const taken = seconds(operation.duration);
            const running = operation.state === 'RUNNING';
            const end = running ? null : taken !== null ? start + taken * 1000 : Date.parse(operation.finishedAt ?? operation.startedAt);
            return { operation, start, end };
        })
        .sort((one, other) => one.start - other.start);
    if (!ran.length) {
        return null;
    }
    const list = ran.slice(-ROWS).map(({ operation, start, end }) => ({
        key: operation.name, label: h('a', { href: `#op-${operation.name}`, 'data-open': operation.name }, operation.name),
        kind: kind(operation), start, end, text: [stateWord(operation), ' ', duration(operation.duration)],
    }));
    return [rows(list, now), ran.length > ROWS && h('p', { class: 'nothing' },
        `The ${ROWS} operations that started last, of ${ran.length} that ran.`)];
}

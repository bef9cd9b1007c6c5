// The one sentence to read first, and the most urgent things below it.

import { h } from './dom.js';
import { bytes, duration, kind, limits, moment, place, plural, problems } from './format.js';
import { session } from './progress.js';

function sentence(status) {
    const { summary, operations, paused, dataSources } = status;
    const [problem] = problems(status);
    const failed = operations.filter((operation) => operation.state === 'FAILED');
    const critical = failed.filter((operation) => operation.critical);
    const blocked = operations.filter((operation) => operation.progress?.blockedBy.length);
    if (problem) {
        const { lastObserved } = problem;
        const several = dataSources[1];
        return ['bad', 'There is a problem', `${several ? `${place(problem)}: ` : ''}${problem.problem} ${lastObserved
            ? `What is below${several ? ' of it' : ''} was seen at ${moment(lastObserved)}.`
            : 'The database has not been looked at yet.'}`];
    }
    if (critical.length) {
        return ['bad', `${plural(critical.length, 'critical operation')} failed`, names(critical)];
    }
    if (blocked.length) {
        const [first] = blocked;
        const [blocker] = first.progress.blockedBy;
        return ['warn', `Blocked: ${first.name}`, `by ${session(blocker)}${
            duration(blocker.since) ? `, in its transaction for ${duration(blocker.since)}` : ''}`];
    }
    if (failed.length) {
        return ['bad', `${plural(failed.length, 'operation')} failed`, names(failed)];
    }
    if (summary.drifted) {
        return ['warn', `${plural(summary.drifted, 'completed operation')} no longer agree${
            summary.drifted === 1 ? 's' : ''} with the database`, names(operations.filter(({ drift }) => drift))];
    }
    if (summary.running) {
        return ['busy', `${plural(summary.running, 'operation')} running`,
            names(operations.filter(({ state }) => state === 'RUNNING'))];
    }
    if (paused) {
        return ['warn', dataSources.some((each) => !each.paused) ? 'Paused in part' : 'Paused', null];
    }
    if (summary.pending) {
        return ['busy', `${plural(summary.pending, 'operation')} waiting`, null];
    }
    if (!summary.total) {
        return ['idle', 'No operations are declared', null];
    }
    return ['ok', summary.completed === summary.total
        ? `All ${plural(summary.total, 'operation')} are complete` : 'Nothing is left to do', null];
}

function names(operations) {
    const first = operations.slice(0, 3).map(({ name }) => name).join(', ');
    return operations.length > 3 ? `${first} and ${operations.length - 3} more` : first;
}

export function headline(status) {
    const [tone, title, text] = sentence(status);
    const { summary } = status;
    const done = summary.completed + summary.skipped - summary.drifted;
    const size = sizeOfAll(status.operations);
    return [
        h('div', { class: `headline ${tone}` },
            h('p', { class: 'title' }, title),
            text && h('p', { class: 'text' }, text),
            summary.total > 0 && h('p', { class: 'overall' },
                h('progress', { max: summary.total, value: done, 'aria-label': 'Operations done' }),
                h('span', {}, `${done} of ${summary.total} done`),
                size > 0 && h('span', {}, `indexes ${bytes(size)}`))),
    ];
}

// several operations may concern one index
function sizeOfAll(operations) {
    const sizes = new Map(operations.filter(({ indexSize }) => indexSize)
        .map(({ dataSource, table, index, indexSize }) => [`${dataSource} ${table} ${index}`, indexSize]));
    return [...sizes.values()].reduce((sum, size) => sum + size, 0);
}

function paused({ actions, dataSources }) {
    const where = dataSources.every((each) => each.paused) ? ''
        : ` on ${dataSources.filter((each) => each.paused).map(place).join(', ')} only`;
    const order = actions?.find(({ action }) => action === 'pause');
    return where + (order ? `${order.actor ? ` by ${order.actor}` : ''}, ${moment(order.at)}` : '');
}

export function notices(status, lost, incomplete) {
    return [
        lost && h('div', { class: 'notice bad', 'data-key': 'lost' },
            h('strong', {}, 'Connection lost. '), `${lost} What you see is from `, h('span', { id: 'lost-age' }), '.'),
        incomplete && h('div', { class: 'notice bad', 'data-key': 'incomplete' },
            'A part of this page could not be loaded. Reload it to see the time line, attempts and dependencies.'),
        status && problems(status).slice(1).map((each) => h('div', { class: 'notice bad', 'data-key': `source-${each.name}` },
            h('strong', {}, `${place(each)}: `), each.problem)),
        status?.paused && h('div', { class: 'notice warn', 'data-key': 'paused' },
            h('strong', {}, 'Paused', paused(status), '. '), 'No operation starts, on any instance, until somebody resumes; ',
            `a rollback that was ordered does.${status.summary.running ? ' What runs goes on.' : ''}`),
        status && limits(status).map((each) => h('div', { class: 'notice', 'data-key': `limit-${each.name}` },
            status.dataSources[1] && h('strong', {}, `${place(each)}: `), each.problem)),
        status && !status.summary.total && h('div', { class: 'notice', 'data-key': 'empty' },
            h('p', {}, 'Declare one on a bean of the application, and start it again:'),
            h('pre', {}, '@HeavyIndexOperation("CREATE INDEX logs_address_idx ON logs (address)")\nclass CreateLogsAddressIndex { }')),
    ];
}

// The invalid indexes of the database that no operation declares.
export function others(undeclared) {
    return undeclared?.total > 0 && [
        h('p', { class: 'nothing' }, `No query uses them. ${plural(undeclared.total, 'index', 'indexes')}${
            undeclared.total > undeclared.largest.length ? `, the largest ${undeclared.largest.length} are` : ''}:`),
        h('ul', {}, undeclared.largest.map((each) => h('li', { class: 'notice', 'data-key': `${each.index} ${each.dataSource}` },
            h('strong', {}, each.index), ` on ${each.table}${each.dataSource ? ` in ${each.dataSource}` : ''}, ${bytes(each.size)}`,
            each.maintained ? each.unique ? '; it slows every write, and may reject it' : '; it slows every write' : '',
            each.workedOn ? '; somebody works on it' : '',
            each.note ? `. ${each.note}` : '.', each.statement && h('pre', {}, each.statement)))),
    ];
}

// What a screen reader is told of a refresh: changes of state only, a few at a time.
export function changes(before, after) {
    if (!before) {
        return '';
    }
    const earlier = new Map(before.operations.map((operation) => [operation.name, operation]));
    const told = [];
    for (const operation of after.operations) {
        const old = earlier.get(operation.name);
        if (old && kind(old) !== kind(operation)) {
            told.push(`${operation.name}: ${operation.drift ? 'drifted' : operation.state.toLowerCase()}`);
        }
        else if (old && operation.progress?.blockedBy.length && !old.progress?.blockedBy.length) {
            told.push(`${operation.name}: blocked`);
        }
        else if (old && old.progress?.blockedBy.length && !operation.progress?.blockedBy.length) {
            told.push(`${operation.name}: no longer blocked`);
        }
    }
    if (before.paused !== after.paused) {
        told.push(after.paused ? 'paused' : 'resumed');
    }
    const [had, has] = [problems(before).length, problems(after).length];
    if (Boolean(had) !== Boolean(has)) {
        told.push(has ? 'there is a problem' : 'there is no problem any more');
    }
    return told.length > 5 ? `${told.length} operations changed` : told.join('. ');
}

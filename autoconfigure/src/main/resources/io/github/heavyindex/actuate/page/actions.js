// Orders to the endpoint: which fit, what they do, asking before they are given, and what
// the server answers.

import { h } from './dom.js';
import { HERE } from './format.js';

// longer than the server waits for its database
const PATIENCE = 60000;

const pending = ({ state }) => state === 'PENDING';
// the way back of a drop is a build, that of a build is a drop
const started = ({ state, type, rollingBack }) => state === 'RUNNING'
    && (type === 'REBUILD' || type === (rollingBack ? 'DROP' : 'CREATE'));
const ended = ({ state }) => state === 'FAILED' || state === 'CANCELLED';
const held = (operation) => pending(operation) && operation.waitingFor === 'approval';

const ORDERS = {
    approve: {
        word: 'Approve', fits: held,
        text: 'It may start from now on. Your name is recorded.',
    },
    'run-now': {
        word: 'Run now', fits: (operation, paused) => pending(operation) && !paused && !held(operation)
            && !operation.waitingFor?.startsWith('dependency'),
        text: 'It starts past window, guards and the delay of a retry, but never past locks, slots or dependencies.',
    },
    retry: {
        word: 'Retry', fits: (operation) => ended(operation) || operation.state === 'SKIPPED' || operation.drift
            || (pending(operation) && operation.lastError),
        text: ({ rollingBack, drift }) => rollingBack ? 'Its rollback is given up: it is to be done, and not undone.'
            : drift ? 'It is carried out again, so that the database is as declared.' : 'It starts again with its attempts reset.',
    },
    cancel: {
        word: 'Cancel', fits: (operation) => pending(operation) || started(operation),
        text: (operation) => pending(operation) ? 'It does not start until somebody retries it.'
            : 'Its server session is cancelled, and what it leaves behind is removed: what it has done is lost. It does not start '
                + 'again until somebody retries it.',
    },
    skip: {
        word: 'Skip', fits: (operation) => pending(operation) && !operation.rollingBack || ended(operation) || operation.drift,
        text: 'It is marked as executed, and is not: what depends on it may start, the application still hears that it is not '
            + 'complete. Your name is recorded.',
    },
    rollback: {
        word: 'Roll back', rare: ({ state }) => state === 'COMPLETED',
        fits: ({ state, drift, type, rollingBack }) => (state === 'COMPLETED' ? !drift : state === 'FAILED' && rollingBack)
            && type !== 'REBUILD' && type !== 'CONSTRAINT',
        text: ({ type }) => `${{
            CREATE: 'Its index is dropped, concurrently; that of a partitioned table at once, under lock-timeout.',
            DROP: 'The index that it dropped is built again, concurrently.',
            RENAME: 'The index gets its old name back.',
        }[type]} Then it is cancelled until somebody retries it.`,
    },
    pause: {
        word: 'Pause',
        text: 'No operation starts any more, on any instance, also after restarts; rollbacks do. What runs goes on.',
    },
    resume: { word: 'Resume', text: 'Operations start again, on every instance.' },
    'retry-failed': {
        word: 'Retry all failed', text: 'All failed operations start again with their attempts reset; failed rollbacks do not.',
    },
};

function button(action, name) {
    return h('button', { type: 'button', class: `order ${action}`, 'data-order': action, 'data-name': name, 'data-key': action,
        'aria-label': name ? `${ORDERS[action].word} ${name}` : null }, ORDERS[action].word);
}

function fitting(operation, paused, rarely) {
    return Object.keys(ORDERS)
        .filter((action) => ORDERS[action].fits?.(operation, paused) && Boolean(ORDERS[action].rare?.(operation)) === rarely)
        .map((action) => button(action, operation.name));
}

// The buttons of the orders that fit an operation's state.
export const orderButtons = (operation, paused) => fitting(operation, paused, false);

// Those that are shown only to who looks closer.
export const rareButtons = (operation) => fitting(operation, false, true);

// The buttons of the orders that concern all operations.
export function overallButtons({ paused, dataSources, summary, operations }) {
    return summary.total > 0 && [dataSources.some((each) => !each.paused) && button('pause'), paused && button('resume'),
        operations.some(({ state, rollingBack }) => state === 'FAILED' && !rollingBack) && button('retry-failed')];
}

// A fresh copy of the page has the token of the session as it is now; a cookie for
// scripts, where the application sets one, wants to be sent as it is.
async function tokens() {
    const page = await new Promise((resolve) => {
        const request = new XMLHttpRequest();
        request.open('GET', HERE);
        request.responseType = 'document';
        request.setRequestHeader('Accept', 'text/html');
        request.timeout = PATIENCE;
        request.onloadend = () => resolve(request.response);
        request.send();
    });
    const meta = page?.querySelector('meta[name=csrf]');
    const cookie = /(?:^|; )XSRF-TOKEN=([^;]+)/.exec(document.cookie);
    const all = [];
    if (meta?.content) {
        all.push({ [meta.dataset.header]: meta.content });
    }
    if (cookie) {
        all.push({ 'X-XSRF-TOKEN': decodeURIComponent(cookie[1]) });
    }
    return all.length ? all : [{}];
}

async function send(action, name) {
    const path = name ? `${HERE}/${encodeURIComponent(name)}` : HERE;
    let response;
    for (const token of await tokens()) {
        response = await fetch(path, {
            method: 'POST',
            headers: { 'Content-Type': 'application/json', Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest', ...token },
            body: JSON.stringify({ action }),
            signal: AbortSignal.timeout(PATIENCE),
        });
        if (response.status !== 401 && response.status !== 403) {
            break;
        }
    }
    if (response.ok && !response.redirected && response.headers.get('Content-Type')?.includes('json')) {
        return null;
    }
    const body = await response.json().catch(() => ({}));
    const reasons = { 401: 'You are signed out. Reload the page to sign in.', 403: 'You may not do this.',
        405: 'The endpoint takes no orders: management.endpoint.heavyindexes.access is not unrestricted.' };
    return `${typeof body.error === 'string' && response.status === 400 ? body.error : reasons[response.status] ?? body.error
        ?? 'The order was not taken.'} (${response.status})`;
}

let asked = 0;

// Asks, sends, and shows a refusal in the dialog; calls back with the answer once the order
// is taken, or where the dialog is another one's by then.
export function ask(action, operation, answered) {
    const turn = ++asked;
    const { word, text } = ORDERS[action];
    const [dialog, title, what, answer, yes, no] = ['', '-title', '-text', '-answer', '-yes', '-no']
        .map((part) => document.getElementById(`dialog${part}`));
    const order = operation ? `${word} ${operation.name}` : word;
    title.textContent = `${order}?`;
    what.textContent = typeof text === 'function' ? text(operation) : text;
    answer.textContent = '';
    yes.textContent = word;
    yes.hidden = false;
    yes.disabled = false;
    yes.className = `order ${action}`;
    no.textContent = 'Not now';
    no.onclick = () => dialog.close();
    yes.onclick = async () => {
        yes.disabled = true;
        answer.textContent = 'Sending the order.';
        const refusal = await send(action, operation?.name).catch(() => 'The application does not answer; whether it took the order is '
            + 'not known.');
        const gone = turn !== asked || !dialog.open;
        if (refusal && !gone) {
            answer.textContent = refusal;
            yes.hidden = true;
            no.textContent = 'Close';
            no.focus();
        }
        else {
            if (!gone) {
                dialog.close();
            }
            answered(`${order}: ${refusal ?? 'the order is taken.'}`);
        }
    };
    dialog.showModal();
    no.focus();
}

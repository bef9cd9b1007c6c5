// Reads the JSON again and again: never while the page is hidden, less often when nothing
// runs or an answer is expensive, and ever less often while there is no answer.

import { HERE, problems, seconds } from './format.js';

const LONGEST = 30000;

async function read(url) {
    let response;
    try {
        response = await fetch(url, {
            headers: { Accept: 'application/json', 'X-Requested-With': 'XMLHttpRequest' },
            cache: 'no-store',
            signal: AbortSignal.timeout(15000),
        });
    }
    catch {
        throw new Error('The application does not answer.');
    }
    if (response.status === 401 || response.status === 403) {
        throw new Error(`You are signed out, or may not see this (${response.status}). Reload the page to sign in.`);
    }
    if (!response.ok) {
        throw new Error(`The application answers with status ${response.status}.`);
    }
    if (!response.headers.get('Content-Type')?.includes('json')) {
        throw new Error('Something else answers, a sign-in page perhaps. Reload the page.');
    }
    return { body: await response.json(), date: response.headers.get('Date') };
}

// One operation with its history.
export async function readOne(name) {
    return (await read(`${HERE}/${encodeURIComponent(name)}`)).body;
}

export class Poller {

    #show;
    #timer;
    #busy = false;
    #failures = 0;

    // When the shown data arrived, by performance.now().
    arrived = null;

    // Why there is no newer data, or null.
    lost = null;

    // When the next try is, by performance.now().
    next = 0;

    // What to add to this computer's clock to have the server's, in ms.
    skew = 0;

    constructor(show) {
        this.#show = show;
        document.addEventListener('visibilitychange', () => this.#visibility());
        addEventListener('online', () => this.now());
    }

    now() {
        clearTimeout(this.#timer);
        if (!this.#busy && !document.hidden) {
            this.#turn();
        }
    }

    #visibility() {
        if (document.hidden) {
            clearTimeout(this.#timer);
        }
        else {
            this.now();
        }
    }

    async #turn() {
        const began = performance.now();
        let body = null;
        this.#busy = true;
        try {
            const answer = await read(HERE);
            body = answer.body;
            this.arrived = performance.now();
            this.skew = answer.date ? Math.round((Date.parse(answer.date) - Date.now()) / 1000) * 1000 : 0;
            this.lost = null;
            this.#failures = 0;
        }
        catch (error) {
            this.lost = error.message;
            this.#failures++;
        }
        this.#busy = false;
        try {
            this.#show(body);
        }
        finally {
            const pause = Math.min(LONGEST, body ? Math.max(this.#interval(body), 20 * (performance.now() - began))
                : 1000 * 2 ** this.#failures);
            this.next = performance.now() + pause;
            if (!document.hidden) {
                this.#timer = setTimeout(() => this.now(), pause);
            }
        }
    }

    #interval(status) {
        const { summary, operations } = status;
        if (summary.running || problems(status).length) {
            const short = operations.some(({ state, duration }) => state === 'RUNNING' && (seconds(duration) ?? 60) < 60);
            return short ? 1000 : 2000;
        }
        return summary.pending ? 3000 : 10000;
    }

}

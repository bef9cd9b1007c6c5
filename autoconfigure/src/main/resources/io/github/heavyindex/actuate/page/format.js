// Figures for people.

// where the page and its data are, without what a person may have typed before the host
export const HERE = location.origin + location.pathname;

// Seconds of a duration as java.time.Duration prints it, or null.
export function seconds(duration) {
    const parts = /^PT(?:(-?\d+)H)?(?:(-?\d+)M)?(?:(-?[\d.]+)S)?$/.exec(duration ?? '');
    return parts ? Number(parts[1] ?? 0) * 3600 + Number(parts[2] ?? 0) * 60 + Number(parts[3] ?? 0) : null;
}

// A time span in its two largest units.
export function span(value) {
    const total = Math.max(0, Math.floor(value));
    const units = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
    const first = units.findIndex(([size]) => total >= size);
    if (first < 0) {
        return '< 1 s';
    }
    const [size, unit] = units[first];
    const next = units[first + 1];
    const rest = next ? Math.floor((total % size) / next[0]) : 0;
    return `${Math.floor(total / size)} ${unit}${rest ? ` ${rest} ${next[1]}` : ''}`;
}

// A duration of the JSON, or null.
export function duration(text) {
    const value = seconds(text);
    return value === null ? null : span(value);
}

// Bytes as pg_size_pretty counts them.
export function bytes(value) {
    const units = ['bytes', 'kB', 'MB', 'GB', 'TB'];
    let size = value;
    let unit = 0;
    while (size >= 1024 && unit < units.length - 1) {
        size /= 1024;
        unit++;
    }
    return `${unit && size < 10 ? size.toFixed(1) : Math.round(size)} ${units[unit]}`;
}

// made once: they are dear
const numbers = new Intl.NumberFormat('en-US');
const times = new Intl.DateTimeFormat([], { hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' });
const dates = new Intl.DateTimeFormat();

export const count = (value) => numbers.format(value);

// A local time, with its date unless it is today's.
export function moment(instant) {
    const date = new Date(instant);
    const time = times.format(date);
    return date.toDateString() === new Date().toDateString() ? time : `${dates.format(date)} ${time}`;
}

export function plural(number, one, many = `${one}s`) {
    return `${count(number)} ${number === 1 ? one : many}`;
}

// What keeps something from running, where; what a role may not see keeps nothing from it.
export const problems = ({ dataSources }) => dataSources.filter(({ problem }) => problem && !isLimit(problem));
export const limits = ({ dataSources }) => dataSources.filter(({ problem }) => problem && isLimit(problem));

const isLimit = (problem) => problem.startsWith('Limited: ');

// A database, for an application that has several.
export const place = ({ name }) => name ?? 'the application’s own';

// each state has a sign and a word besides its colour
export const KINDS = {
    attention: { sign: '!', word: 'Needs attention' },
    running: { sign: '▸', word: 'Running' },
    pending: { sign: '…', word: 'Waiting' },
    cancelled: { sign: '⊘', word: 'Cancelled' },
    skipped: { sign: '»', word: 'Skipped' },
    completed: { sign: '✓', word: 'Completed' },
};

// The group an operation is shown in.
export function kind(operation) {
    return operation.state === 'FAILED' || operation.drift ? 'attention' : operation.state.toLowerCase();
}

// The word for an operation's state.
export function stateWord(operation) {
    if (operation.drift) {
        return 'Drifted';
    }
    if (operation.rollingBack) {
        return operation.state === 'FAILED' ? 'Rollback failed' : 'Rolling back';
    }
    return operation.state === 'FAILED' ? 'Failed' : KINDS[kind(operation)].word;
}

// Elements from data. Text becomes text nodes only: nothing that is declared, or that a
// server session calls itself, is ever read as markup.

const SVG = 'http://www.w3.org/2000/svg';

function element(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes ?? {})) {
        if (value === true) {
            node.setAttribute(name, '');
        }
        else if (value !== undefined && value !== null && value !== false) {
            node.setAttribute(name, value);
        }
    }
    node.append(...children.flat(3).filter((child) => child !== null && child !== undefined && child !== false && child !== ''));
    return node;
}

export function h(tag, attributes, ...children) {
    return element(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes, ...children) {
    return element(document.createElementNS(SVG, tag), attributes, children);
}

const key = (node) => node.dataset?.key;

// Makes the children of an element as wanted and keeps what is the same, so that focus,
// selection and scroll position outlive a refresh.
export function patch(parent, ...wanted) {
    const focused = document.activeElement;
    children(parent, wanted.flat(3).filter(Boolean).map((each) => typeof each === 'string' ? new Text(each) : each));
    if (focused !== document.activeElement && focused?.isConnected) {
        focused.focus({ preventScroll: true });
    }
}

function children(parent, wanted) {
    const keyed = new Map();
    for (const child of parent.children) {
        if (key(child)) {
            keyed.set(key(child), child);
        }
    }
    let cursor = parent.firstChild;
    for (const next of wanted) {
        const match = key(next) ? keyed.get(key(next)) : cursor && !key(cursor) && cursor;
        if (!match || match.nodeName !== next.nodeName) {
            parent.insertBefore(next, cursor);
            continue;
        }
        if (match === cursor) {
            cursor = cursor.nextSibling;
        }
        else {
            parent.insertBefore(match, cursor);
        }
        update(match, next);
    }
    while (cursor) {
        const rest = cursor;
        cursor = cursor.nextSibling;
        rest.remove();
    }
}

function update(node, next) {
    if (node.nodeType !== Node.ELEMENT_NODE) {
        if (node.data !== next.data) {
            node.data = next.data;
        }
        return;
    }
    for (const { name } of [...node.attributes]) {
        if (!next.hasAttribute(name)) {
            node.removeAttribute(name);
        }
    }
    for (const { name, value } of next.attributes) {
        if (node.getAttribute(name) !== value) {
            node.setAttribute(name, value);
        }
    }
    children(node, [...next.childNodes]);
}

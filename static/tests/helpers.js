import { animationFrame, on, queryOne } from "@odoo/hoot";
import { patchWithCleanup } from "@web/../tests/web_test_helpers";

/** What marks an element as made by our own templates. */
export const OWN = `data-cp-key="key"`;

/**
 * @param {any} data
 * @param {number} [status]
 */
export function makeAnswer(data, status = 200) {
    return new Response(JSON.stringify(data), { status });
}

/** What a proxy or the login page answers: no JSON. */
export function makeForeignAnswer(status = 200) {
    return new Response("<p>Log in</p>", { status });
}

/**
 * Drop files on an element, as a browser does.
 *
 * @param {string} target
 * @param {File[]} files
 */
export async function dropFiles(target, ...files) {
    const dataTransfer = new DataTransfer();
    files.forEach((file) => dataTransfer.items.add(file));
    const init = { bubbles: true, cancelable: true, dataTransfer };
    queryOne(target).dispatchEvent(new DragEvent("drop", init));
    await animationFrame();
}

/**
 * Keep the browser from leaving the page with a form, and remember that it would.
 *
 * @param {string} target
 * @returns {Event[]} of the submissions
 */
export function catchSubmits(target) {
    const events = [];
    on(target, "submit", (ev) => {
        ev.preventDefault();
        events.push(ev);
    });
    return events;
}

/**
 * @param {string} path
 * @returns {XMLHttpRequest[]} those to a path from now on, the newest last
 */
export function watchRequests(path) {
    const requests = [];
    patchWithCleanup(XMLHttpRequest.prototype, {
        open(_method, url) {
            if (url.endsWith(path)) {
                requests.push(this);
            }
            return super.open(...arguments);
        },
        abort() {
            this.isAborted = true;
            return super.abort(...arguments);
        },
    });
    return requests;
}

/**
 * @param {XMLHttpRequest} request
 * @param {ProgressEventInit} init
 */
export async function reportProgress(request, init) {
    request.upload.dispatchEvent(new ProgressEvent("progress", init));
    await animationFrame();
}

/** Come back to the page by the browser's button, as it was left. */
export async function comeBack(persisted = true) {
    window.dispatchEvent(new PageTransitionEvent("pageshow", { persisted }));
    await animationFrame();
}

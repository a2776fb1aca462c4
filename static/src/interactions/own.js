import { browser } from "@web/core/browser/browser";
import { session } from "@web/session";

const KEY = session.customer_portal_key;
const PORTAL_PATH = /^(\/[a-z]{2,3}([_-]\w+)*)?\/my(\/|$)/;

/**
 * Select what our own templates have made. They write into it a key that nobody knows who
 * writes a text: so no script starts in one, whatever classes, ids and data it has.
 *
 * @param {string} selector
 * @returns {string}
 */
export function own(selector) {
    return KEY ? `${selector}[data-cp-key="${KEY}"]` : ":not(*)";
}

/**
 * Let an address of the portal pass, of this site and below /my/.
 *
 * A website can give the portal's pages other addresses: then that of this page has none.
 *
 * @param {string} address
 * @returns {string}
 * @throws {Error} for any other address
 */
export function getPortalUrl(address) {
    const { origin, pathname } = browser.location;
    const url = new URL(address, origin);
    const isBelow = PORTAL_PATH.test(url.pathname) || !PORTAL_PATH.test(pathname);
    if (url.origin !== origin || !isBelow) {
        throw new Error(`This is no address of the portal: ${address}`);
    }
    return url.href;
}

/**
 * Tell the portal that a page is read: not where an agent sees it as a customer.
 *
 * By a beacon: whoever follows a link at once has read it, too.
 *
 * @param {string} address
 * @param {FormData} data
 */
export function noteSeen(address, data) {
    if (!session.customer_portal_viewing) {
        navigator.sendBeacon(address, data);
    }
}

/**
 * Let a number or a code pass, of which an address is made.
 *
 * @param {string} text
 * @returns {string}
 * @throws {Error} for any other text
 */
export function getCode(text) {
    if (!/^[\w-]+$/.test(text)) {
        throw new Error(`This is no code: ${text}`);
    }
    return text;
}

import { getPortalUrl } from "./own";

/**
 * Send data and tell how far it is, which `fetch` does not.
 *
 * @param {import("@web/public/interaction").Interaction} interaction whose end aborts it
 * @param {string} address
 * @param {FormData} data
 * @param {(percent: number) => void} onProgress
 * @returns {Promise<{ status: number, answer: Object }>} a status of 0 without a
 *  connection; no answer where it is not JSON, but a proxy's or a login page
 */
export function post(interaction, address, data, onProgress) {
    const request = new XMLHttpRequest();
    request.open("POST", getPortalUrl(address));
    request.setRequestHeader("Accept", "application/json");
    interaction.addListener(request.upload, "progress", (ev) => {
        if (ev.lengthComputable) {
            onProgress(Math.round((100 * ev.loaded) / ev.total));
        }
    });
    interaction.registerCleanup(() => request.abort());
    const answered = new Promise((resolve) => {
        const onEnd = () => resolve({ status: request.status, answer: readAnswer(request) });
        interaction.addListener(request, "load", onEnd);
        interaction.addListener(request, "error", onEnd);
    });
    request.send(data);
    return interaction.waitFor(answered);
}

function readAnswer(request) {
    try {
        return JSON.parse(request.responseText) || {};
    } catch {
        return {};
    }
}

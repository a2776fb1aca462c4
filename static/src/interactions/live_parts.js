import { own } from "./own";

const PARTS = own("[data-cp-live]");
const INPUTS = "input:not([type=hidden]), select, textarea";

/**
 * Show the parts of a page as they are on another reading of it. A part in which somebody
 * works stays as it is.
 *
 * @param {Interaction} interaction that does it
 * @param {Document} page
 */
export function replaceParts(interaction, page) {
    const service = interaction.services["public.interactions"];
    const found = new Map([...page.querySelectorAll(PARTS)].map((el) => [el.dataset.cpLive, el]));
    for (const part of document.querySelectorAll(PARTS)) {
        const fresh = found.get(part.dataset.cpLive);
        if (fresh && !isInUse(part)) {
            service.stopInteractions(part);
            interaction.insert(fresh, part, "afterend", false);
            part.remove();
        }
    }
}

function isInUse(part) {
    return (
        part.contains(document.activeElement) || [...part.querySelectorAll(INPUTS)].some(isFilled)
    );
}

function isFilled({ type, value, checked, defaultValue, defaultChecked, selectedOptions }) {
    if (selectedOptions) {
        return [...selectedOptions].some((option) => !option.defaultSelected && option.index);
    }
    return ["checkbox", "radio"].includes(type)
        ? checked !== defaultChecked
        : value !== defaultValue;
}

import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("customer_portal_support_end_alert", {
    url: "/my",
    steps: () => [
        {
            content: "Dismiss the alert",
            trigger: ".o_customer_portal_support_end .btn-close",
            run: "click",
        },
        {
            content: "It is gone; come again",
            trigger: ".o_portal_wrap:not(:has(.o_customer_portal_support_end))",
            run: () => window.location.reload(),
            expectUnloadPage: true,
        },
        {
            content: "It stays away",
            trigger: ".o_portal_wrap:not(:has(.o_customer_portal_support_end)) .o_portal_my_home",
        },
    ],
});

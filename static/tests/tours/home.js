import { registry } from "@web/core/registry";

registry.category("web_tour.tours").add("customer_portal_home", {
    url: "/my",
    steps: () => [
        {
            content: "The widgets are loaded",
            trigger:
                "#wrap:not(:has(.o_cp_slow)) section[aria-label='Recent Cases'] a:contains(case 2)",
        },
        {
            content: "The chart is drawn",
            trigger: ".o_cp_chart canvas[aria-label*='Cases by Status']",
        },
        {
            content: "Dismiss the announcement",
            trigger: ".o_cp_announcement .btn-close",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "It is gone; open the list behind the chart",
            trigger: "#wrap:not(:has(.o_cp_announcement)) .card-body:has(canvas) summary",
            run: "click",
        },
        {
            trigger: ".o_cp_chart_table[open] tbody a:first",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "The list says what it shows",
            trigger: ".o_cp_chips:contains(Cases by Status)",
        },
        {
            content: "Home by the menu",
            trigger: ".o_cp_menu a:contains(Home)",
            run: "click",
            expectUnloadPage: true,
        },
        {
            content: "Home again",
            trigger: ".o_cp_home",
        },
    ],
});

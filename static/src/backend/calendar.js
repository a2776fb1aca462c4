import { registry } from "@web/core/registry";
import { CalendarController } from "@web/views/calendar/calendar_controller";
import { calendarView } from "@web/views/calendar/calendar_view";

/** A calendar that says so when it has nothing to show, as lists do. */
export class TalkingCalendarController extends CalendarController {
    static template = "customer_portal.CalendarController";

    get isEmpty() {
        return !Object.keys(this.model.records).length;
    }

    get emptyText() {
        return this.props.info.noContentHelp || "";
    }
}

registry.category("views").add("customer_portal_calendar", {
    ...calendarView,
    Controller: TalkingCalendarController,
});

import { Component, useEffect } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { standardWidgetProps } from "@web/views/widgets/standard_widget_props";

/** Leads from a case to the next one that waits; an open case counts as read. */
export class NextCase extends Component {
    static template = "customer_portal.NextCase";
    static props = standardWidgetProps;

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        useEffect(
            (id) => {
                if (id) {
                    const { resModel } = this.props.record;
                    this.orm.silent.call(resModel, "mark_portal_read", [[id]]);
                }
            },
            () => [this.props.record.resId]
        );
    }

    async open() {
        const { record } = this.props;
        if (!(await record.save())) {
            return;
        }
        const next = await this.orm.call(record.resModel, "action_portal_next", [
            [record.resId],
        ]);
        if (next.res_id) {
            const resIds = [...new Set([...record.resIds, next.res_id])];
            await record.model.load({ resId: next.res_id, resIds });
        } else {
            await this.action.doAction(next);
        }
    }
}

registry.category("view_widgets").add("customer_portal_next_case", { component: NextCase });

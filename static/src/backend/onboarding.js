import { Component, onWillStart, useState } from "@odoo/owl";
import { registry } from "@web/core/registry";
import { useService } from "@web/core/utils/hooks";
import { kanbanView } from "@web/views/kanban/kanban_view";
import { listView } from "@web/views/list/list_view";
import { projectTaskKanbanView } from "@project/views/project_task_kanban/project_task_kanban_view";

/** Getting Started, and what keeps customers from what the list below holds. */
export class Onboarding extends Component {
    static template = "customer_portal.Onboarding";
    static props = { resModel: String };

    setup() {
        this.orm = useService("orm");
        this.action = useService("action");
        this.state = useState({ steps: [], notices: [], isBusy: false });
        onWillStart(() => this.load());
    }

    get doneCount() {
        return this.state.steps.filter((step) => step.done).length;
    }

    async load() {
        Object.assign(this.state, await this.call("get_panel", [this.props.resModel]));
    }

    call(method, args = []) {
        return this.orm.silent.call("customer.portal.onboarding", method, args);
    }

    /** Lead to where a step is done. What is done at once is ticked off at once. */
    async open(code) {
        if (this.state.isBusy) {
            return;
        }
        this.state.isBusy = true;
        try {
            const action = await this.call("open_step", [code]);
            await this.action.doAction(action);
            if (action.type !== "ir.actions.act_window") {
                await this.load();
            }
        } finally {
            this.state.isBusy = false;
        }
    }

    async hide() {
        await this.call("hide_panel");
        this.state.steps = [];
    }
}

/** Any renderer, below what the portal has to say. */
class RendererBelow extends Component {
    static template = "customer_portal.RendererBelow";
    static components = { Onboarding };
    static props = ["*"];
}

/**
 * @param {Object} view
 * @returns {Object} the same view, below Getting Started
 */
function below(view) {
    class Renderer extends RendererBelow {
        setup() {
            this.Renderer = view.Renderer;
        }
    }
    return { ...view, Renderer };
}

const views = registry.category("views");
views.add("customer_portal_list", below(listView));
views.add("customer_portal_kanban", below(kanbanView));
views.add("customer_portal_task_kanban", below(projectTaskKanbanView));

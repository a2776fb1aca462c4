import { Activity } from "@mail/core/web/activity";
import { patch } from "@web/core/utils/patch";

/** What customers change about colleagues is approved or refused where it is seen. */
patch(Activity.prototype, {
    /** @param {string} name - of the method that decides */
    async decidePortalChanges(name) {
        const { thread } = this;
        const { action, orm } = this.env.services;
        const shown = await orm.call("mail.activity", name, [[this.props.activity.id]]);
        await action.doAction(shown);
        this.props.onActivityChanged(thread);
    },
});

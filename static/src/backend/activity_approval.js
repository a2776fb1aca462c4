import { Activity } from "@mail/core/web/activity";
import { patch } from "@web/core/utils/patch";

/** What customers ask for is decided where it is seen. */
patch(Activity.prototype, {
    /** @param {string} name - of the method that decides, or opens a dialog for it */
    async decidePortalChanges(name) {
        const { thread } = this;
        const { action, orm } = this.env.services;
        const shown = await orm.call("mail.activity", name, [[this.props.activity.id]]);
        const onClose = () => {
            this.props.onActivityChanged(thread);
            this.props.reloadParentView();
        };
        await action.doAction(shown, { onClose });
        if (shown.target !== "new") {
            onClose();
        }
    },
});

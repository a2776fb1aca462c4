import { Activity } from "@mail/core/web/activity";
import { patch } from "@web/core/utils/patch";

/** What customers ask for is decided where it is seen. */
patch(Activity.prototype, {
    /**
     * What is decided at once loads the whole view again, and a dialog what it changes.
     *
     * @param {string} name - of the method that decides, or opens a dialog for it
     */
    async decidePortalChanges(name) {
        const { thread } = this;
        const { onActivityChanged, reloadParentView } = this.props;
        const { action, orm } = this.env.services;
        const shown = await orm.call("mail.activity", name, [[this.props.activity.id]]);
        const onClose = () => {
            onActivityChanged(thread);
            reloadParentView();
        };
        await action.doAction(shown, shown.target === "new" ? { onClose } : {});
    },
});

import { Interaction } from "@web/public/interaction";
import { registry } from "@web/core/registry";
import { noteSeen, own } from "./own";

/** Tells that the customer sees the list of their documents: none is new any more. */
export class DocumentsSeen extends Interaction {
    static selector = own(".o_cp_documents_seen");

    start() {
        const data = new FormData();
        data.append("csrf_token", odoo.csrf_token);
        data.append("is_there", "1");
        noteSeen("/my/documents/seen", data);
    }
}

registry.category("public.interactions").add("customer_portal.documents_seen", DocumentsSeen);

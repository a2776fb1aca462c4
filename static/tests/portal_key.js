import { session } from "@web/session";

/** What a page of customers tells its scripts: the key of what our templates have made. */
session.customer_portal_key = "key";

import csv
import io

from markupsafe import Markup
from werkzeug.exceptions import NotFound

from odoo.exceptions import AccessError, UserError
from odoo.http import content_disposition, request, route
from odoo.tools import format_date

from ..models.confirmation.answer import MOST_ANSWERS, Answer
from ..models.confirmation.waiting import REVIEW_URL as URL
from ..models.record.ir_http import SESSION_HINT
from ..utils import read_number
from .company import CustomerPortalCompany
from .page_export import _defuse

# How the fields of the form begin; the id of a contact follows.
DECISION, PROFILE = "answer_", "profile_"
COLUMNS = (
    *("organization", "date", "name", "email", "profile"),
    *("decision", "new_profile", "by", "on", "note"),
)


class CustomerPortalReview(CustomerPortalCompany):
    """Access reviews, for customers who manage their colleagues' access.

    Anybody else finds nothing here; see ``customer.portal.confirmation``.
    """

    @route(
        [URL, f"{URL}/<int:review_id>"],
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_review(self, review_id=None, page="1", **_query):
        """Show a review, or the list of them where there are several."""
        reviews = self._get_reviews()
        if review_id is None:
            found = reviews._find_for_customer()
            if len(found) != 1:
                return self._render_reviews(found)
        else:
            found = reviews._find_one(review_id)
        if not found:
            return self._render_reviews(reviews._find_for_customer(), is_over=True)
        return self._render_review(found, page)

    @route(
        f"{URL}/<int:review_id>",
        type="http",
        auth="user",
        website=True,
        methods=["POST"],
    )
    def portal_review_answer(self, review_id, page="1", **post):
        """Take the answers that were given, and show those who are left."""
        review = self._get_reviews()._find_one(review_id)
        if not review:
            return request.redirect(URL, code=303)
        answers = self._read_answers(post)
        try:
            with request.env.cr.savepoint():
                refusals = review._answer(answers)
        except AccessError as error:
            raise NotFound from error
        except UserError as error:
            return self._render_review(review, page, post=post, problem=str(error))
        if refusals:
            return self._render_review(review, page, post=post, refusals=refusals)
        request.session[SESSION_HINT] = self._get_saved_text(answers)
        return request.redirect(f"{URL}/{review_id}", code=303)

    @route(
        f"{URL}/export",
        type="http",
        auth="user",
        website=True,
        readonly=True,
        methods=["GET"],
    )
    def portal_review_export(self, **_query):
        """Answer with all that was confirmed, as a file."""
        return self._answer_with_file(self._get_reviews()._get_file_rows())

    # === INTERNALS === #

    def _answer_with_file(self, rows):
        labels = self._get_column_labels()
        text = io.StringIO(newline="")
        writer = csv.writer(text)
        writer.writerow([_defuse(labels[name]) for name in COLUMNS])
        writer.writerows(
            [_defuse(str(row[name] or "")) for name in COLUMNS] for row in rows
        )
        name = request.env._("Access reviews")
        return request.make_response(
            text.getvalue().encode("utf-8-sig"),
            [
                ("Content-Type", "text/csv;charset=utf-8"),
                ("Content-Disposition", content_disposition(f"{name}.csv")),
                ("X-Content-Type-Options", "nosniff"),
            ],
        )

    def _get_own_counters(self):
        counters = super()._get_own_counters()
        return {**counters, "portal_review_count": self._count_reviews}

    def _count_reviews(self):
        """Count the reviews that wait for the visitor."""
        return len(request.env["customer.portal.confirmation"]._find_for_customer())

    def _get_reviews(self):
        """:raise NotFound: for all who manage nobody"""
        if not request.env["customer.portal.colleague"]._may_manage():
            raise NotFound()
        return request.env["customer.portal.confirmation"]

    def _read_answers(self, post):
        """Return what was chosen, by the id of the contact.

        Whoever chooses another profile means it, also without the mark beside it. A
        button can confirm all others on the page.
        """
        sent = dict(list(post.items())[: 3 * MOST_ANSWERS])
        profiles = self._read_choices(sent, PROFILE)
        decisions = {
            **dict.fromkeys(profiles, "profile"),
            **self._read_choices(sent, DECISION),
        }
        answers = {
            partner_id: Answer(value, read_number(profiles.get(partner_id, "")))
            for partner_id, value in decisions.items()
        }
        if post.get("others") == "keep":
            shown = request.httprequest.form.getlist("shown")[:MOST_ANSWERS]
            for partner_id in filter(None, map(read_number, shown)):
                answers.setdefault(partner_id, Answer("keep"))
        return answers

    def _read_choices(self, sent, prefix):
        """Return what was chosen in the fields of a name, by the id of the contact."""
        return {
            partner_id: value
            for name, value in sent.items()
            if name.startswith(prefix)
            and value
            and (partner_id := read_number(name.removeprefix(prefix)))
        }

    def _get_saved_text(self, answers):
        if not answers:
            return request.env._("Please choose an answer first.")
        return request.env._("Answers saved: %s.", len(answers))

    def _get_column_labels(self):
        return {
            "organization": request.env._("Organization"),
            "date": request.env._("Review Started On"),
            "name": request.env._("Name"),
            "email": request.env._("Email"),
            "profile": request.env._("Profile"),
            "decision": request.env._("Answer"),
            "new_profile": request.env._("New Profile"),
            "by": request.env._("Answered By"),
            "on": request.env._("Answered On"),
            "note": request.env._("Note"),
        }

    def _prepare_company_list(self, found):
        """Lead from My Company to the reviews that wait."""
        reviews = request.env["customer.portal.confirmation"]._find_for_customer()
        return {
            **super()._prepare_company_list(found),
            "reviews": self._prepare_reviews(reviews),
        }

    def _prepare_reviews(self, reviews):
        return [
            {
                "name": one.organization_name,
                "due_text": request.env._(
                    "Answer by %(date)s", date=format_date(request.env, one.date_due)
                ),
                "review_text": self._get_review_text(one),
                "url": f"{URL}/{one.id}",
            }
            for one in reviews
        ]

    def _render_review(self, review, page="1", post=None, refusals=None, problem=None):
        values = {
            **self._prepare_company_values(request.env._("Access Review")),
            "review": review._get_page(read_number(page) or 1),
            "review_text": self._get_review_text(review),
            "post": post or {},
            "refusals": refusals or {},
            "problem": problem,
            "url": URL,
        }
        return request.render("customer_portal.review", values)

    def _get_review_text(self, review):
        date = Markup("<strong>%s</strong>") % format_date(request.env, review.date_due)
        return request.env._(
            "Please confirm by %(date)s who still needs access to the customer portal. "
            "You can save some answers now and the others later.",
            date=date,
        )

    def _render_reviews(self, reviews, is_over=False):
        values = {
            **self._prepare_company_values(request.env._("Access Review")),
            "reviews": self._prepare_reviews(reviews),
            "is_over": is_over,
            "url": URL,
        }
        return request.render("customer_portal.reviews", values)

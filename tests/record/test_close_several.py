from unittest.mock import patch

from odoo.exceptions import AccessError, UserError
from odoo.tests import tagged

from ...models.record import closing as closing_file
from .test_page_list import PageCommon


@tagged("post_install", "-at_install")
class TestCloseSeveral(PageCommon):
    """Several records of a list are marked as closed at once."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.right.can_close = True
        cls.forms = cls.env["customer.portal.form"].with_user(cls.user)

    def _send(self, *ids, **data):
        data.update(ids=[str(one) for one in ids], csrf_token=self._csrf_token())
        return self.url_open("/my/p/wishes/close", data)

    def _is_closed(self, task):
        task.invalidate_recordset()
        return task.stage_id == self.stages[2]

    def test_what_is_chosen_is_closed_and_the_list_says_so(self):
        tasks = self._make_tasks("a", "b", "c")
        page = self._page()
        boxes = page.xpath("//input[@name='ids']")
        self.assertEqual([box.get("form") for box in boxes], ["o_cp_bulk"] * 3)
        response = self._send(tasks[0].id, tasks[1].id, query="sortby=name")
        self.assertIn("2 marked as closed: a, b.", response.text)
        self.assertTrue(response.url.endswith("?sortby=name"))
        self.assertEqual([*map(self._is_closed, tasks)], [True, True, False])

    def test_only_what_is_open_can_be_chosen_and_only_by_who_may_close(self):
        self._make_tasks("old", stage_id=self.stages[2].id)
        self.assertFalse(self._page().xpath("//input[@name='ids']"))
        self._make_tasks("new")
        self.assertEqual(len(self._page().xpath("//input[@name='ids']")), 1)
        self.right.can_close = False
        self.assertFalse(self._page().xpath("//input[@name='ids']"))

    def test_each_passes_the_gate(self):
        [mine] = self._make_tasks("mine")
        [theirs] = self._make_tasks("theirs", partner=self.stranger)
        elsewhere = self.env["project.task"].create(
            {"name": "elsewhere", "partner_id": self.emma.id}
        )
        text = self._send(mine.id, theirs.id, elsewhere.id, "x", "-1", 2**70).text
        self.assertIn("Marked as closed: mine.", text)
        self.assertIn("2 not closed, because you can&#39;t open or close them.", text)
        self.assertNotIn("theirs", text)
        self.assertTrue(self._is_closed(mine))
        self.assertFalse(self._is_closed(theirs) or self._is_closed(elsewhere))

    def test_who_may_not_close_closes_none(self):
        [task] = self._make_tasks("a")
        self.right.can_close = False
        self.assertEqual(self._send(task.id).status_code, 404)
        with self.assertRaises(AccessError):
            self.forms.close_records("wishes", [str(task.id)])
        self.assertFalse(self._is_closed(task))

    def test_what_is_closed_or_refused_is_told(self):
        [new] = self._make_tasks("new")
        [old] = self._make_tasks("old", stage_id=self.stages[2].id)
        [stuck] = self._make_tasks("stuck")
        close = type(self.forms).close_record

        def refuse(forms, module, res_id):
            close(forms, module, res_id)
            if res_id == stuck.id:
                raise UserError("It is being invoiced.")

        with patch.object(type(self.forms), "close_record", refuse):
            text = self._send(new.id, new.id, old.id, stuck.id).text
        self.assertIn("Marked as closed: new.", text)
        self.assertIn("Already closed: old.", text)
        self.assertIn("Not closed: stuck (It is being invoiced.)", text)
        self.assertFalse(self._is_closed(stuck), "Nothing of it stays.")

    def test_there_is_a_limit_and_it_is_told(self):
        tasks = self._make_tasks(*"abcdefg")
        with patch.object(closing_file, "CLOSE_LIMIT", 6):
            text = self._send(*tasks.ids).text
        self.assertIn("6 marked as closed: ", text)
        self.assertIn("and 1 more.", text)
        self.assertIn("1 not closed: you can close 6 at a time.", text)
        self.assertEqual(sum(map(self._is_closed, tasks)), 6)

    def test_nothing_chosen_is_told(self):
        self._make_tasks("a")
        self.assertIn("Select at least one first.", self._send().text)

    def test_nothing_is_closed_by_an_address_or_without_a_token(self):
        [task] = self._make_tasks("a")
        path = f"/my/p/wishes/close?ids={task.id}"
        answer = self.url_open(path, allow_redirects=False)
        self.assertEqual(answer.status_code, 303)
        answer = self.url_open("/my/p/wishes/close", {"ids": str(task.id)})
        self.assertEqual(answer.status_code, 400)
        self.assertFalse(self._is_closed(task))

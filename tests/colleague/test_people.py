import time
from contextlib import suppress

from hypothesis import given
from hypothesis import strategies as st

from odoo.tests import BaseCase, tagged

from ...utils_people import (
    LINE_LENGTH,
    MOST_PEOPLE,
    NAME_LENGTH,
    TEXT_LENGTH,
    TooMuch,
    read_people,
)
from ..examples import draws

# What lines are made of: what means something here, and what nobody expects.
PARTS = st.sampled_from(
    [
        *("<", ">", ",", ";", "\t", "\n", '"', "'", " ", "@", "\0", "\u202e", "\ufeff"),
        *("Emma", "emma@example.com", "email", "name", "profile", "=1+1", "ß", "日本"),
    ]
)


@tagged("post_install", "-at_install", "drawn")
class TestPeople(BaseCase):
    """People are read out of what somebody has pasted."""

    def _read(self, text):
        people = read_people(text).people
        return [(one.name, one.email) for one in people if not one.problem]

    def _problems(self, text):
        return [one.problem for one in read_people(text).people]

    # === LINES === #

    def test_lines_are_read_as_people_write_them(self):
        for line, wanted in {
            "Emma Baker <emma@example.com>": ("Emma Baker", "emma@example.com"),
            '"Baker, Emma" <Emma@Example.com>': ("Baker, Emma", "emma@example.com"),
            "Baker, Emma <emma@example.com>": ("Baker, Emma", "emma@example.com"),
            "emma@example.com": ("", "emma@example.com"),
            "<emma@example.com>": ("", "emma@example.com"),
            "Emma Baker, emma@example.com": ("Emma Baker", "emma@example.com"),
            "Emma;Baker;emma@example.com": ("Emma Baker", "emma@example.com"),
            "emma@example.com\tEmma Baker": ("Emma Baker", "emma@example.com"),
            "Emma Baker emma@example.com": ("Emma Baker", "emma@example.com"),
            "  Émilie  Ünal <e@exämple.com> ,": ("Émilie Ünal", "e@exämple.com"),
            "\ufeffEmma <emma@example.com>": ("Emma", "emma@example.com"),
            "Emma\u2028Baker <emma@example.com>": ("Emma Baker", "emma@example.com"),
            "\u200b <emma@example.com>": ("", "emma@example.com"),
        }.items():
            with self.subTest(line):
                self.assertEqual(self._read(line), [wanted])

    def test_several_may_stand_in_a_line_as_mail_programs_list_them(self):
        for line in (
            "Emma <e@example.com>; Ben <b@example.com>",
            "Emma <e@example.com>, Ben <b@example.com>,",
        ):
            with self.subTest(line):
                wanted = [("Emma", "e@example.com"), ("Ben", "b@example.com")]
                self.assertEqual(self._read(line), wanted)
        emails = ["e@example.com", "b@example.com"]
        self.assertEqual(
            [email for _name, email in self._read("; ".join(emails))], emails
        )

    def test_each_line_ending_counts_and_empty_lines_are_left_out(self):
        people = read_people("\r\na@example.com\r\n\n , ;\nb@example.com\rx").people
        self.assertEqual([one.line for one in people], [2, 5, 6])

    def test_what_is_unclear_is_not_guessed(self):
        for line, problem in {
            "Emma Baker": "no_email",
            "Emma <>": "no_email",
            "Emma <emma>": "bad_email",
            "Emma <emma@example.com": "unclear",
            "Emma > emma@example.com": "bad_email",
            "Emma <a@example.com> or <b@example.com>": "unclear",
            "Emma a@example.com b@example.com": "unclear",
            "b@example.com <a@example.com>": "unclear",
            "Emma <a@example.com\0>": "",
            "Emma <a@b@example.com>": "bad_email",
            "Emma <a@example.com,b@example.com>": "bad_email",
            f"{'x' * (NAME_LENGTH + 1)} <a@example.com>": "long_name",
            f"<{'x' * 300}@example.com>": "bad_email",
        }.items():
            with self.subTest(line):
                self.assertEqual(self._problems(line), [problem])

    def test_who_stands_there_twice_counts_once(self):
        text = "Emma <emma@example.com>\nx\nOther <EMMA@example.com\u200b>"
        self.assertEqual(self._problems(text), ["", "no_email", "twice"])

    # === TABLES === #

    def test_a_table_is_known_by_its_heading(self):
        for table in (
            "Name,Email\nEmma Baker,emma@example.com",
            "E\u002dmail;Full Name;Telephone\nemma@example.com;Emma Baker;1",
            "First Name\tLast Name\tEmail Address\nEmma\tBaker\temma@example.com",
            '\ufeff"Name","Email"\r\n"Emma Baker","emma@example.com"\r\n',
        ):
            with self.subTest(table):
                self.assertEqual(
                    self._read(table), [("Emma Baker", "emma@example.com")]
                )

    def test_headings_may_be_in_the_reader_s_language(self):
        headings = {"email": ("Courriel",), "profile": ("Profil",)}
        (person,) = read_people("courriel;PROFIL\ne@example.com;Lire", headings).people
        self.assertEqual((person.email, person.profile), ("e@example.com", "Lire"))

    def test_columns_of_a_table_hold_profile_and_organization(self):
        text = "email,profile,organization\na@example.com,Read only,Acme\nb@example.com"
        first, second = read_people(text).people
        self.assertEqual((first.profile, first.organization), ("Read only", "Acme"))
        self.assertEqual((second.profile, second.organization), ("", ""))

    def test_a_quote_that_nobody_closed_costs_one_line(self):
        text = 'name,email\n"Emma,emma@example.com\nBen,ben@example.com'
        self.assertEqual(self._problems(text), ["no_email", ""])

    def test_what_is_left_can_be_read_again(self):
        text = "email,profile\na@example.com,Read only\nb,Read only"
        reading = read_people(text)
        rest = reading.get_rest([one for one in reading.people if one.problem])
        self.assertEqual(rest, "email,profile\nb,Read only")
        (again,) = read_people(rest).people
        self.assertEqual(again.profile, "Read only")
        self.assertEqual(reading.get_rest([]), "")

    # === LIMITS === #

    def test_there_is_a_limit_of_people_and_of_characters(self):
        line = "{}@example.com\n".format
        most = "".join(map(line, range(MOST_PEOPLE)))
        self.assertEqual(len(self._read(most)), MOST_PEOPLE)
        with self.assertRaises(TooMuch):
            read_people(most + line("one more"))
        with self.assertRaises(TooMuch):
            read_people("x" * (TEXT_LENGTH + 1))

    def test_nothing_that_is_pasted_takes_long(self):
        size = TEXT_LENGTH
        for text in (
            "<" * size,
            ">," * (size // 2),
            '"' * size,
            "@" * size,
            "a@" * size,
        ):
            started = time.monotonic()
            with suppress(TooMuch):
                read_people(text[:size])
            self.assertLess(time.monotonic() - started, 2)

    @draws(100, short=33)
    @given(st.lists(PARTS, max_size=40).map("".join))
    def test_whatever_is_pasted_each_line_is_answered(self, text):
        people = read_people(text).people
        for person in people:
            self.assertLessEqual(len(person.text), LINE_LENGTH)
            self.assertLessEqual(len(person.name), NAME_LENGTH)
            if not person.problem:
                self.assertRegex(person.email, r"^[^@\s<>\0]+@[^@\s<>\0]+$")
                self.assertFalse({"\n", "\0", "\u202e", "<", ">"} & {*person.name})

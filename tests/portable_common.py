from .common import CustomerPortalCommon


class PortableCommon(CustomerPortalCommon):
    """What a manager exports, compares and applies."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.portable = cls.env["customer.portal.portable"].with_user(cls.manager)
        cls.profiles = cls.env["customer.portal.profile"].with_context(
            active_test=False
        )
        cls.modules = cls.env["customer.portal.module"].with_context(active_test=False)
        cls.gate = cls.env["customer.portal.gate"]

    def _get_everything(self):
        return self.portable._write_text(self.portable._export())

    def _read(self, text):
        return self.portable._read_text(text.encode())

    def _get_rights(self):
        """Return what each profile permits, by its name."""
        return {
            profile.name: self.gate._get_profile_rights(profile.id)
            for profile in self.profiles.search([])
        }

    def _get_texts(self, data):
        return [one["text"] for one in self.portable._compare(data)]

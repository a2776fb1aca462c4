from .common import CustomerPortalHttpCommon


class AccountCommon(CustomerPortalHttpCommon):
    """A contact of an organization and a single one, whose profile permits as stock."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.belgium = cls.env.ref("base.be")
        cls.address = {
            "street": "1 Main Street",
            "city": "Rome",
            "zip": "00100",
            "country_id": cls.belgium.id,
            "phone": "+32 2 111",
        }
        cls.profile = cls.env["customer.portal.profile"].create({"name": "Narrow"})
        native = cls.env["customer.portal.module"].search([("page", "=", "native")])
        cls._permit_as_stock(cls.profile, native)
        cls.organization = cls.env["res.partner"].create(
            {
                "name": "Baker Way",
                "is_company": True,
                "email": "office@baker.example.com",
                "vat": "BE0477472701",
                **cls.address,
            }
        )
        cls.partner = cls._make_portal_contact(
            name="Emma",
            parent_id=cls.organization.id,
            portal_profile_id=cls.profile.id,
            function="Baker",
            **cls.address,
        )
        cls.single = cls._make_portal_contact(
            "single@example.com",
            name="Single",
            portal_profile_id=cls.profile.id,
            vat="BE0477472701",
            company_name="Single Ltd",
            **cls.address,
        )

    # === HELPERS === #

    def _rows(self, code, profile=None):
        rows = (profile or self.profile).permission_ids
        return rows.filtered(lambda row: row.module_id.code == code)

    def _allow(self, code, **access):
        for line in self._rows(code).field_ids:
            if line.field_id.name in access:
                # The organization's preset has email and phone in no form.
                line.field_id.in_edit |= access[line.field_id.name] == "write"
                line.access = access[line.field_id.name]

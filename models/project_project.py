from odoo import models


class ProjectProject(models.Model):
    _inherit = "project.project"

    # Who sees a project may reply there, as on its tasks; of customers, the profile
    # says who.
    _mail_post_access = "read"

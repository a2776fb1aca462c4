"""Let the files that customers have sent before count for their quota."""


def migrate(cr, version):
    cr.execute(
        """
        UPDATE ir_attachment SET portal_uploader_id = res_users.partner_id
          FROM res_users
         WHERE res_users.id = ir_attachment.create_uid
           AND res_users.share
           AND ir_attachment.res_field IS NULL
           AND ir_attachment.type = 'binary'
           AND res_users.id NOT IN (
                   SELECT res_id FROM ir_model_data
                    WHERE module = 'base' AND name = 'public_user')
        """
    )

-- A copy mails no customer what production has queued; core switches off the servers.
UPDATE mail_mail
   SET state = 'cancel'
 WHERE state = 'outgoing';

-- Its pages and mails do not lead to production.
UPDATE res_company
   SET portal_url = NULL;
UPDATE ir_config_parameter
   SET value = 'http://localhost:8069'
 WHERE key = 'web.base.url';
DELETE FROM ir_config_parameter
 WHERE key = 'web.base.url.freeze';

-- Login links are signed: those made in a copy must not open production, nor the
-- other way round.
UPDATE ir_config_parameter
   SET value = gen_random_uuid()::text
 WHERE key = 'database.secret';

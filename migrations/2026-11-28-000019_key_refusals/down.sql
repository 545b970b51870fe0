DELETE FROM security_notices WHERE kind = 'key.refusals';
ALTER TABLE security_notices DROP CONSTRAINT security_notices_kind_check;
ALTER TABLE security_notices ADD CONSTRAINT security_notices_kind_check
    CHECK (kind IN ('device.new', 'sign_in.failures', 'refusals.spike', 'key.networks'));

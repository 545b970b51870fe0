-- When the password was last changed, or taken off: what was known of the
-- account's devices and networks before counts no more. None for never.
ALTER TABLE users ADD COLUMN password_changed_at timestamptz;

-- Some currencies have three decimals, such as the Kuwaiti dinar.
ALTER TABLE products ALTER COLUMN price TYPE numeric(13, 3);

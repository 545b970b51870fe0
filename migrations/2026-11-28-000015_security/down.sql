DROP TABLE security_notices;

CREATE DATABASE IF NOT EXISTS exchange;
CREATE USER IF NOT EXISTS exchange@'%' IDENTIFIED BY 'exchange-example';
GRANT ALL ON exchange.* TO exchange@'%';

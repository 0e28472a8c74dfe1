#!/bin/sh
# Run once by PostgreSQL's container, on an empty data folder: the owner of the schema, the app's own role
# (no ownership, no right to change the schema), and the database.
set -eu

psql --set=ON_ERROR_STOP=1 --username=postgres \
    --set=owner_password="$KINERJA_OWNER_PASSWORD" --set=app_password="$KINERJA_APP_PASSWORD" <<'SQL'
CREATE ROLE kinerja_owner LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'owner_password';
CREATE ROLE kinerja_app LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE NOBYPASSRLS PASSWORD :'app_password';
CREATE DATABASE kinerja OWNER kinerja_owner TEMPLATE template0;
REVOKE ALL ON DATABASE kinerja FROM PUBLIC;
GRANT CONNECT ON DATABASE kinerja TO kinerja_app;
SQL

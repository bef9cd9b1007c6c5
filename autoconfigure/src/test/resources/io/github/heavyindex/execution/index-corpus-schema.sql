-- The tables of index-corpus.sql, written by the same rules.

-- # Schemas, types and functions

create schema util;
create schema app;
create schema ext;
create schema "Sales Data";

create type util.mood as enum ('sad', 'ok', 'happy');
create type util.postal as (street text, city text);
create domain util.email as text check (value like '%@%');
create collation util.plain (provider = libc, locale = 'C');

create function util.norm(text) returns text language sql immutable strict
    as $$ select lower(btrim($1)) $$;
create function util.norm(text, integer) returns text language sql immutable strict
    as $$ select left(lower($1), $2) $$;
create function util."Mixed Case"(text) returns text language sql immutable strict
    as $$ select upper($1) $$;
create function util.is_large(bigint) returns boolean language plpgsql immutable
    as $$ begin return $1 > 1000; end $$;
create function public.near_norm(text) returns text language sql immutable strict
    as $$ select pg_catalog.lower($1) $$;
create operator util.=== (leftarg = text, rightarg = text, function = pg_catalog.texteq);

-- # Tables

create table account (
    id bigint generated always as identity primary key,
    email text not null,
    name varchar(120),
    country char(2) collate "C",
    nick text collate util.plain,
    login name,
    balance numeric(12, 2),
    created_at timestamptz not null default now(),
    updated_at timestamp,
    birthday date,
    active boolean not null default true,
    deleted boolean,
    tags text[],
    settings jsonb,
    status util.mood,
    mail util.email,
    score real,
    ratio double precision,
    visits integer,
    level smallint,
    token uuid,
    avatar bytea,
    flags bit(8),
    more_flags bit varying(16),
    last_ip inet,
    net cidr,
    mac macaddr,
    mac8 macaddr8,
    patience interval,
    opens time,
    closes timetz,
    price money,
    kind "char",
    object oid,
    position pg_lsn,
    seen_in xid8,
    home util.postal,
    parent_id bigint
);
insert into account (email, name, country, balance, settings, last_ip, tags)
    values (' Ada@Example.org', 'Ada', 'GB', 12.5, '{"theme": "dark", "age": 36}', '10.0.0.1', '{one,two}');

create table document (
    id bigint primary key,
    owner_id bigint not null,
    lang regconfig not null default 'english',
    title text,
    body text,
    code varchar(20),
    payload jsonb,
    meta json,
    words text[],
    numbers integer[],
    dates date[],
    query tsquery,
    search tsvector generated always as (to_tsvector('english', coalesce(title, '') || ' ' || coalesce(body, ''))) stored,
    pages integer,
    removed boolean not null default false
);
insert into document (id, owner_id, title, body, payload, words, numbers)
    values (1, 1, 'A title', 'Some text', '{"a": {"b": [1, 2]}, "n": 7}', '{a,b}', '{1,2}');

create table place (
    id integer primary key,
    pos point,
    area polygon,
    bounds box,
    reach circle,
    name text,
    address inet,
    kind integer
);
insert into place values (1, '(1,2)', '((0,0),(1,1),(1,0))', '((0,0),(1,1))', '<(0,0),1>', 'here', '10.0.0.1', 1);

create table booking (
    id integer primary key,
    room integer not null,
    guest text,
    during tstzrange,
    days daterange,
    amount numrange,
    shifts tstzmultirange,
    cancelled boolean
);
insert into booking values (1, 1, 'Ada', '[2024-01-01,2024-01-02)', '[2024-01-01,2024-01-02)', '[1,2)', '{[2024-01-01,2024-01-02)}', false);

create table event (
    id bigint,
    happened_at timestamptz not null,
    device integer not null,
    kind text,
    reading numeric,
    temperature double precision,
    address inet,
    token uuid,
    span tsrange,
    area box,
    payload jsonb
);
insert into event values (1, '2024-01-01', 7, 'start', 1.5, 20.25, '10.0.0.1', null, '[2024-01-01,2024-01-02)', '((0,0),(1,1))', '{}');

-- names that need quotes, in a schema that needs them
create table "Sales Data"."Order Line" (
    "Id" bigint primary key,
    "Order No" text,
    "SKU" varchar(40),
    "Größe" numeric,
    "select" integer,
    "a.b" integer,
    "quo""te" text,
    "it's" text,
    lower text,
    "Paid At" timestamptz
);
insert into "Sales Data"."Order Line" ("Id", "Order No", "SKU") values (1, 'A 1', 'x');
create table "user" (id integer primary key, "order" integer, "group" text, "user" text, "end" date);

-- tables named like types, and one whose name is as long as names can be
create table app.point (id integer, pos text, x double precision, y double precision);
insert into app.point values (1, '(1,2)', 1, 2);
create table app.date (id integer, text text, "date" date);
create table app.mood (id integer, feeling util.mood, word text);
insert into app.mood values (1, 'ok', 'happy');
create table app.a_table_whose_name_is_sixty_three_bytes_long_which_is_the_most_ (id integer, label text);

-- dropped and generated columns, and columns that came later
create table worn (gone_1 integer, id integer, gone_2 text, name text, first text, last text, gone_3 jsonb, amount numeric);
alter table worn drop column gone_1, drop column gone_2, drop column gone_3;
alter table worn add column full_name text generated always as (first || ' ' || last) stored;
alter table worn add column doubled numeric generated always as (amount * 2) stored;
alter table worn add column late timestamptz default '2024-01-01 00:00:00+00';
alter table worn rename column name to label;
insert into worn (id, label, first, last, amount) values (1, 'x', 'Ada', 'Lovelace', 2);

create materialized view account_totals as
    select country, count(*) as accounts, sum(balance) as total, max(email) as last_email from account group by country;
create materialized view "Sales Data"."By SKU" as
    select "SKU", count(*) as "Lines" from "Sales Data"."Order Line" group by "SKU";

create table parent (id integer, note text);
create table child (extra integer) inherits (parent);
create unlogged table scratch (id integer, note text);
create table reading (taken_at date not null, sensor integer, amount numeric) partition by range (taken_at);
create table reading_2024 partition of reading for values from ('2024-01-01') to ('2025-01-01');
create table guarded (id integer, owner name default current_user, secret text);
alter table guarded enable row level security;

-- # Tablespaces

set allow_in_place_tablespaces = on;
create tablespace corpus_one location '';
create tablespace "Corpus Two" location '';

-- # pg_trgm
-- when exists (select from pg_available_extensions where name = 'pg_trgm')

create extension pg_trgm schema ext;

-- # btree_gin
-- when exists (select from pg_available_extensions where name = 'btree_gin')

create extension btree_gin schema ext;

-- # btree_gist
-- when exists (select from pg_available_extensions where name = 'btree_gist')

create extension btree_gist schema ext;

-- # intarray
-- when exists (select from pg_available_extensions where name = 'intarray')

create extension intarray schema ext;

-- # ltree
-- when exists (select from pg_available_extensions where name = 'ltree')

create extension ltree schema ext;
create table app.tree (id integer, path ext.ltree, paths ext.ltree[]);
insert into app.tree values (1, 'top.science', '{top,top.science}');

-- # hstore
-- when exists (select from pg_available_extensions where name = 'hstore')

create extension hstore schema ext;
create table app.thing (id integer, attributes ext.hstore);
insert into app.thing values (1, 'colour=>red');

-- # citext
-- when exists (select from pg_available_extensions where name = 'citext')

create extension citext schema ext;
create table app.labelled (id integer, label ext.citext);

-- # cube and seg
-- when (select count(*) = 2 from pg_available_extensions where name in ('cube', 'seg'))

create extension cube schema ext;
create extension seg schema ext;
create table app.shape (id integer, extent ext.cube, reading ext.seg);

-- # isn
-- when exists (select from pg_available_extensions where name = 'isn')

create extension isn schema ext;
create table app.book (id integer, isbn ext.isbn, issn ext.issn);

-- # bloom
-- when exists (select from pg_available_extensions where name = 'bloom')

create extension bloom schema ext;

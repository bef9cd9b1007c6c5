-- The tables of Heavy Index. Replace @schema@ by the schema they live in. Run the script again after an upgrade:
-- it adds what is missing and leaves the rest alone.
create table if not exists @schema@.heavy_index_operation (
	application text not null,
	name text not null,
	sql text not null,
	state text not null,
	adopted boolean not null default false,
	attempts integer not null default 0,
	started_at timestamptz,
	finished_at timestamptz,
	next_attempt_at timestamptz,
	instance text,
	instance_key integer,
	pid integer,
	session_started_at timestamptz,
	run_now boolean not null default false,
	last_error text,
	last_sql_state text,
	definition text,
	definition_version integer,
	updated_at timestamptz not null default clock_timestamp(),
	primary key (application, name)
);

create table if not exists @schema@.heavy_index_attempt (
	id bigint generated always as identity primary key,
	application text not null,
	name text not null,
	attempt integer not null,
	started_at timestamptz not null,
	finished_at timestamptz,
	instance text not null,
	pid integer not null,
	outcome text not null,
	sql_state text,
	error text
);

create index if not exists heavy_index_attempt_name_idx on @schema@.heavy_index_attempt (application, name, id desc);

-- what people have ordered and what stands; the row named '*' is the application's own
create table if not exists @schema@.heavy_index_order (
	application text not null,
	name text not null,
	sql text not null,
	paused boolean not null default false,
	approved boolean not null default false,
	rollback boolean not null default false,
	index_oid bigint,
	dropped text,
	actor text,
	ordered_at timestamptz not null default clock_timestamp(),
	primary key (application, name)
);

-- who ordered what, and when
create table if not exists @schema@.heavy_index_action (
	id bigint generated always as identity primary key,
	application text not null,
	name text not null,
	action text not null,
	actor text,
	ordered_at timestamptz not null default clock_timestamp()
);

create index if not exists heavy_index_action_name_idx on @schema@.heavy_index_action (application, name, id desc);

-- what the instance that looks for all has seen, for those that do not look themselves; nothing is lost with it
create table if not exists @schema@.heavy_index_snapshot (
	application text not null,
	declarations text not null,
	name text not null,
	content bytea not null,
	version bigint not null,
	valid_until timestamptz,
	primary key (application, declarations, name)
);

-- what tables of an earlier version lack
alter table @schema@.heavy_index_operation add column if not exists index_oid bigint;

alter table @schema@.heavy_index_operation add column if not exists index_bloat double precision;

alter table @schema@.heavy_index_attempt add column if not exists size_before bigint;

alter table @schema@.heavy_index_attempt add column if not exists size_after bigint;

alter table @schema@.heavy_index_order add column if not exists properties_of bigint;

alter table @schema@.heavy_index_order add column if not exists properties text;

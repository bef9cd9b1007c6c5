-- Every kind of index that PostgreSQL can build, as people write it. Each statement ends with a semicolon at the end
-- of a line. "# title" begins a section; "when <condition>" gives the condition, as SQL, under which it applies.

-- # B-tree: columns

create index account_email_1 on account (email);
CREATE INDEX account_email_2 ON account USING btree (email);
CREATE INDEX CONCURRENTLY IF NOT EXISTS account_email_3 ON public.account (email);
create index account_name_1 on account (name);
create index account_name_email on account (name, email);
create index account_email_name on account (email, name);
create index account_many on account (country, status, active, deleted, level, visits, id);
create index account_country on account (country);
create index account_nick on account (nick);
create index account_login on account (login);
create index account_balance on account (balance);
create index account_created on account (created_at);
create index account_updated on account (updated_at);
create index account_birthday on account (birthday);
create index account_active on account (active);
create index account_tags_btree on account (tags);
create index account_settings_btree on account (settings);
create index account_status on account (status);
create index account_mail on account (mail);
create index account_score on account (score, ratio);
create index account_ints on account (visits, level);
create index account_token on account (token);
create index account_avatar on account (avatar);
create index account_flags on account (flags, more_flags);
create index account_ip on account (last_ip);
create index account_net on account (net);
create index account_mac on account (mac, mac8);
create index account_patience on account (patience);
create index account_times on account (opens, closes);
create index account_price on account (price);
create index account_kind on account (kind);
create index account_object on account (object, position, seen_in);
create index account_home on account (home);
create index account_parent on only account (parent_id);
create index
    account_over_lines
    on account -- the table
    (
        email, /* first */
        id     -- then
    )
;
CREATE INDEX "Account Quoted" ON "public"."account" ("email", "id");
create index "account;email'--" on account (email, parent_id);
create index Account_Folded on Account (EMAIL, Parent_Id, ID);
create index "index" on account (visits, id);
create index concurrently account_id_twice on account (id, id);

-- # B-tree: order

create index account_created_desc on account (created_at desc);
create index account_created_asc on account (created_at asc);
create index account_created_nf on account (updated_at nulls first);
create index account_created_nl on account (updated_at nulls last);
create index account_created_desc_nl on account (updated_at desc nulls last);
create index account_created_desc_nf on account (updated_at DESC NULLS FIRST);
create index account_created_asc_nf on account (updated_at ASC NULLS FIRST);
create index account_mixed on account (country, created_at desc, id);
create index account_mixed_nulls on account (country nulls first, birthday desc nulls last, id desc);
create index account_all_desc on account (country desc, birthday desc, id desc);
create index account_feed on account (parent_id, created_at desc, id desc);
create index account_lower_desc on account (lower(email) desc nulls last, id);
create index account_expression_nf on account ((balance / 100) nulls first);
create index document_owner_pages on document (owner_id, pages desc nulls last);
create index document_removed_first on document (removed desc, id);

-- # B-tree: uniqueness

create unique index account_email_unique on account (email);
create unique index account_login_unique on account (login, country);
CREATE UNIQUE INDEX CONCURRENTLY account_lower_unique ON account (lower(email));
create unique index account_partial_unique on account (email) where deleted is not true;
create unique index account_desc_unique on account (email desc);
create unique index account_token_unique on account (token) include (email);
create unique index account_pattern_unique on account (email text_pattern_ops);
create unique index account_c_unique on account (email collate "C", id);
create unique index document_one_live on document (owner_id, title) where not removed;
create unique index booking_room_day on booking (room, lower(days)) where cancelled is distinct from true;
create unique index place_name_kind on place (name, kind);
create unique index event_unique on event (device, happened_at, id);

-- # B-tree: operator classes

create index account_email_pattern on account (email text_pattern_ops);
create index account_name_pattern on account (name varchar_pattern_ops);
create index account_country_pattern on account (country bpchar_pattern_ops);
create index account_lower_pattern on account (lower(email) text_pattern_ops);
create index account_two_classes on account (email text_pattern_ops, name varchar_ops);
create index account_email_text_ops on account (email text_ops);
create index account_name_text_ops on account (name text_ops);
create index account_pattern_desc on account (email text_pattern_ops desc nulls last, id);
create index account_catalog_class on account (email pg_catalog.text_pattern_ops);
create index account_home_image on account (home record_image_ops);
create index account_visits_int4 on account (visits int4_ops, id int8_ops);
create index account_net_class on account (net inet_ops);
create index account_ip_class on account (last_ip inet_ops);
create index account_bpchar on account (country bpchar_ops);
create index document_search_btree on document (search);
create index document_query_btree on document (query);
create index booking_range_btree on booking (during, days, amount);
create index booking_multirange_btree on booking (shifts);

-- # B-tree: collations

create index account_email_c on account (email collate "C");
create index account_email_posix on account (email collate "POSIX");
create index account_email_catalog_c on account (email collate pg_catalog."C");
create index account_email_basic on account (email collate ucs_basic);
create index account_email_plain on account (email collate util.plain);
create index account_email_default on account (email collate "default");
create index account_country_default on account (country collate "default");
create index account_nick_c on account (nick collate "C");
create index account_nick_own on account (nick collate util.plain);
create index account_lower_c on account (lower(email) collate "C");
create index account_inner_collation on account (lower(email collate "C"));
create index account_outer_and_inner on account (lower(name collate "C") collate "POSIX");
create index account_c_pattern on account (email collate "C" text_pattern_ops);
create index account_c_desc on account (email collate "C" desc);
create index account_two_collations on account (email collate "C", name collate "POSIX", nick);
create index account_tags_c on account (tags collate "C");
create index account_login_c on account (login collate "C");
create index account_range_collation on account ((country || nick collate "C"));
create index document_title_c on document (title collate "C", id);
create index event_kind_c on event (kind collate "C" desc nulls last, happened_at);

-- # B-tree: INCLUDE

create index account_email_inc on account (email) include (name);
create index account_email_inc_two on account (email) include (name, active);
create index account_email_inc_order on account (email) include (active, name);
create index account_inc_desc on account (created_at desc) include (balance);
create index account_inc_where on account (email) include (balance) where active;
create index account_inc_with on account (email) include (balance) with (fillfactor = 80);
create index account_inc_json on account (email) include (settings, tags);
create index account_lower_inc on account (lower(email)) include (id, name);
create unique index account_unique_inc on account (login) include (email, name, country);
create unique index account_unique_inc_where on account (email) include (id) where birthday is not null;
create index document_inc on document (owner_id, pages) include (title, search);
create index event_inc on event (device, happened_at) include (reading, temperature);

-- # B-tree: storage parameters

create index account_fill on account (email) with (fillfactor = 70);
create index account_fill_100 on account (email) with (fillfactor = 100);
create index account_fill_quoted on account (email) with (fillfactor = '55');
create index account_no_dedup on account (email) with (deduplicate_items = off);
create index account_dedup on account (email) with (deduplicate_items = true);
create index account_two_parameters on account (email) with (fillfactor = 60, deduplicate_items = off);
create index account_fill_where on account (email) with (fillfactor = 75) where active;
create unique index account_fill_unique on account (email, id) with (fillfactor = 65);
CREATE INDEX account_fill_upper ON account (email) WITH (FILLFACTOR = 77);
create index account_dedup_bare on account (visits) with (deduplicate_items);

-- # B-tree: predicates

create index account_where_active on account (email) where active;
create index account_where_not on account (email) where not active;
create index account_where_is_true on account (email) where deleted is true;
create index account_where_not_true on account (email) where deleted is not true;
create index account_where_null on account (email) where deleted is null;
create index account_where_unknown on account (email) where deleted is not unknown;
create index account_where_equal on account (email) where status = 'happy';
create index account_where_cast on account (email) where status = 'sad'::util.mood;
create index account_where_and on account (email) where active and balance > 0;
create index account_where_or on account (email) where active or balance > 0 or visits is null;
create index account_where_nested on account (email) where (active or visits > 3) and not (deleted and level = 0);
create index account_where_in on account (email) where country in ('DE', 'FR', 'IT');
create index account_where_varchar_in on account (id) where name in ('a', 'b', 'c');
create index account_where_varchar_not_in on account (id) where name not in ('a', 'b');
create index account_where_varchar_one on account (id) where name = 'a';
create index account_where_varchar_any on account (id) where name = any (array['a', 'b']);
create index account_where_varchar_typed on account (id) where name = any (array['a', 'b']::varchar[]);
create index account_where_varchar_cast on account (id) where name::text = 'a'::text;
create index account_where_char_in on account (id) where country in ('DE', 'X');
create index account_where_int_in on account (email) where visits in (1, 2, 3);
create index account_where_bigint_in on account (email) where parent_id in (1, 2, 30000000000);
create index account_where_smallint on account (email) where level in (1, 2) or level between 5 and 9;
create index account_where_between on account (email) where visits between 10 and 20;
create index account_where_symmetric on account (email) where visits not between symmetric 20 and 10;
create index account_where_distinct on account (email) where country is distinct from 'DE';
create index account_where_not_distinct on account (email) where parent_id is not distinct from 7;
create index account_where_like on account (email) where email like '%@example.org';
create index account_where_not_like on account (email) where email not ilike 'A\_%' escape '\';
create index account_where_similar on account (email) where email similar to '%(a|b)%';
create index account_where_regexp on account (email) where email ~* '^[a-z]+\d' and email !~ '\s';
create index account_where_numeric on account (email) where balance >= 12.50;
create index account_where_negative on account (email) where balance < -1 and visits > - 3;
create index account_where_float on account (email) where ratio > 0.1 and score < 1e-3;
create index account_where_date on account (email) where birthday >= date '2000-02-29';
create index account_where_timestamp on account (email) where updated_at < '2024-01-01';
create index account_where_timestamptz on account (email) where created_at >= '2024-06-01 12:00:00+02';
create index account_where_no_zone on account (email) where created_at >= '2024-06-01 12:00:00';
create index account_where_interval on account (email) where patience > interval '1 day 2 hours';
create index account_where_interval_field on account (email) where patience > interval '90' minute;
create index account_where_uuid on account (email) where token <> '00000000-0000-0000-0000-000000000000';
create index account_where_bytea on account (email) where avatar <> '\x00ff'::bytea;
create index account_where_bit on account (email) where flags = b'10101010' or flags & x'0f'::bit(8) = '00001111';
create index account_where_inet on account (email) where last_ip << '10.0.0.0/8';
create index account_where_array on account (email) where tags @> '{vip}';
create index account_where_array_any on account (email) where 'vip' = any (tags);
create index account_where_array_literal on account (email) where tags <> array['a', 'b,c', 'd"e', null];
create index account_where_json on account (email) where settings ? 'theme' and settings ->> 'theme' = 'dark';
create index account_where_json_contains on account (email) where settings @> '{"a": {"b": [1, "x"]}}';
create index account_where_jsonpath on account (email) where settings @? '$.a[*] ? (@ > 2)';
create index account_where_composite on account (email) where (home).city = 'Paris';
create index account_where_row on account (email) where (visits, level) > (1, 2);
create index account_where_case on account (email) where case when active then visits > 1 else level > 1 end;
create index account_where_coalesce on account (email) where coalesce(deleted, false) = false;
create index account_where_nullif on account (email) where nullif(name, '') is not null;
create index account_where_function on account (email) where util.is_large(id);
create index account_where_qualified on account (email) where account.active and account.balance > 0;
create index account_where_quote on account (email) where name = 'it''s' or name = E'tab\there' or name = $$dollar$$;
create index account_where_words on account (email) where name <> ' WHERE TABLESPACE x ' and name <> ' INCLUDE (a)';
create index account_where_unicode on account (email) where name <> 'Größe ☃' and name <> U&'\00e9';
create index account_where_domain on account (email) where mail = 'a@b';
create index account_where_money on account (email) where price > '$100.00'::money;
create index account_where_oid on account (email) where object = 'pg_class'::regclass;
create index account_where_collate on account (email) where email > 'm' collate "C";
create index account_where_operator on account (email) where name operator(pg_catalog.=) 'x';
create index account_where_own_operator on account (id) where email operator(util.===) 'x';
create index account_where_true on account (email) where true;
create index account_where_long on account (email) where active and deleted is not true and visits > 0 and level > 0
    and balance > 0 and birthday is not null and updated_at is not null and parent_id is not null
    and (country = 'DE' or country = 'AT' or country = 'CH') and length(email) < 100;
create index document_where_qualified on document (pages) where public.document.pages > 10;

-- # B-tree: expressions

create index account_lower on account (lower(email));
create index account_upper_name on account (upper(name));
create index account_lower_name on account (lower(name), id);
create index account_concat on account ((name || ' ' || email));
create index account_arithmetic on account ((balance * 1.19 + visits));
create index account_modulo on account ((id % 16), ((id >> 4) & 255));
create index account_minus on account ((-visits));
create index account_cast on account ((balance::integer));
create index account_cast_function on account (cast(visits as text));
create index account_cast_varchar on account ((email::varchar(10)));
create index account_cast_numeric on account ((ratio::numeric(10, 3)));
create index account_date_part on account (date_part('year', updated_at));
create index account_extract on account (extract(year from birthday));
create index account_extract_utc on account (extract(epoch from updated_at), extract(epoch from (created_at at time zone 'UTC')));
create index account_trunc on account (date_trunc('day', updated_at));
create index account_zone on account ((created_at at time zone 'UTC'));
create index account_zone_date on account (((created_at at time zone 'Europe/Berlin')::date));
create index account_json_text on account ((settings ->> 'theme'));
create index account_json_path on account ((settings #>> '{a,b,0}'));
create index account_json_int on account (((settings ->> 'age')::integer) desc nulls last);
create index account_json_subscript on account ((settings['a']['b']));
create index account_array_element on account ((tags[1]), (tags[2:3]));
create index account_array_length on account (cardinality(tags), array_length(tags, 1));
create index account_composite on account (((home).city), ((home).street));
create index account_case on account ((case when active then 'a' when deleted then 'd' else 'x' end));
create index account_simple_case on account ((case status when 'sad' then 1 else 2 end));
create index account_coalesce on account (coalesce(name, email));
create index account_nullif on account (nullif(name, ''));
create index account_greatest on account (greatest(visits, level), least(score, ratio));
create index account_substring on account (substring(email from 1 for 3));
create index account_substring_plain on account (substring(email, 1, 3));
create index account_substring_regexp on account (substring(email from '@(.*)$'));
create index account_position on account (position('@' in email));
create index account_overlay on account (overlay(email placing '***' from 1 for 3));
create index account_trim on account (trim(both ' ' from email), trim(leading from name));
create index account_left on account (left(email, 3), right(email, 4));
create index account_md5 on account (md5(email));
create index account_hash_expression on account (hashtext(email));
create index account_bool on account ((deleted is null));
create index account_bools on account ((active and not deleted), (visits > 3));
create index account_in_expression on account ((country in ('DE', 'FR')));
create index account_row_compare on account (((visits, level) = (1, 2)));
create index account_array_expression on account ((array[name, email]));
create index account_norm on account (util.norm(email));
create index account_norm_two on account (util.norm(email, 3), util.norm(name));
create index account_mixed_function on account (util."Mixed Case"(email));
create index account_near on account (near_norm(email));
create index account_nested_functions on account (lower(util.norm(coalesce(name, email))));
create index account_expression_where on account (lower(email)) where util.norm(name) = 'ada';
create index account_qualified_expression on account ((account.visits + account.level));
create index account_enum_text on account ((status = 'ok'), (status > 'sad'::util.mood));
create index account_variadic on account (num_nonnulls(name, nick, mail));
create index document_left_body on document (left(body, 100), id);
create index document_json_cast on document (((payload -> 'a' ->> 'n')::numeric), ((payload ->> 'n')::int));
create index document_jsonpath on document (jsonb_path_query_first(payload, '$.a.b[0]'));
create index booking_bounds on booking (lower(during), upper(during));
create index booking_empty on booking (isempty(days), (days @> date '2024-02-29'));
create index event_bucket on event (date_bin('15 minutes', happened_at, timestamptz '2000-01-01 00:00:00+00'));
create index event_round on event (round(reading, 2), floor(temperature));

-- # Hash

create index account_email_hash on account using hash (email);
create index account_token_hash on account using hash (token);
create index account_id_hash on account using hash (id);
create index account_created_hash on account using hash (created_at);
create index account_settings_hash on account using hash (settings);
create index account_status_hash on account using hash (status);
create index account_ip_hash on account using hash (last_ip);
create index account_pattern_hash on account using hash (email text_pattern_ops);
create index account_c_hash on account using hash (email collate "C");
create index account_fill_hash on account using hash (email) with (fillfactor = 60);
create index account_where_hash on account using hash (email) where active;
create index account_lower_hash on account using hash (lower(email));
create index account_tags_hash on account using hash (tags);
create index account_home_hash on account using hash (country);

-- # GIN

create index account_tags_gin on account using gin (tags);
create index account_settings_gin on account using gin (settings);
create index account_settings_path_gin on account using gin (settings jsonb_path_ops);
create index account_settings_ops_gin on account using gin (settings jsonb_ops);
create index document_search_gin on document using gin (search);
create index document_words_gin on document using gin (words);
create index document_numbers_gin on document using gin (numbers array_ops);
create index document_two_gin on document using gin (words, numbers);
create index document_dates_gin on document using gin (dates);
create index document_payload_part_gin on document using gin ((payload -> 'a'));
create index document_payload_path_gin on document using gin ((payload -> 'a' -> 'b') jsonb_path_ops);
create index document_tsvector_gin on document using gin (to_tsvector('english', body));
create index document_tsvector_simple on document using gin (to_tsvector('simple'::regconfig, title));
create index document_tsvector_lang on document using gin (to_tsvector(lang, body));
create index document_weights_gin on document using gin
    ((setweight(to_tsvector('english', coalesce(title, '')), 'A') || setweight(to_tsvector('english', body), 'B')));
create index document_no_fastupdate on document using gin (words) with (fastupdate = off);
create index document_pending on document using gin (words) with (gin_pending_list_limit = 128);
create index document_gin_both on document using gin (words) with (fastupdate = true, gin_pending_list_limit = 256);
create index document_gin_where on document using gin (words) where not removed;
create index document_gin_strings on document using gin (string_to_array(title, ' '));
create index document_gin_regexp on document using gin (regexp_split_to_array(title, '\s+'));
create index document_json_tsvector on document using gin (jsonb_to_tsvector('english', payload, '["string", "numeric"]'));
create index event_payload_gin on event using gin (payload jsonb_path_ops) where kind = 'start';

-- # GiST

create index place_pos_gist on place using gist (pos);
create index place_area_gist on place using gist (area);
create index place_bounds_gist on place using gist (bounds);
create index place_reach_gist on place using gist (reach);
create index place_two_gist on place using gist (pos, area);
create index place_box_gist on place using gist (box(pos, pos));
create index place_inet_gist on place using gist (address inet_ops);
create index place_gist_include on place using gist (pos) include (name, kind);
create index place_gist_buffering on place using gist (pos) with (buffering = on);
create index place_gist_fill on place using gist (pos) with (fillfactor = 50, buffering = auto);
create index place_gist_where on place using gist (pos) where kind = 1;
create index place_gist_expression on place using gist (circle(pos, 10));
create index place_gist_point_ops on place using gist (pos point_ops);
create index booking_during_gist on booking using gist (during);
create index booking_days_gist on booking using gist (days range_ops);
create index booking_shifts_gist on booking using gist (shifts);
create index booking_two_gist on booking using gist (during, days);
create index booking_range_expression on booking using gist (tstzrange(lower(during), upper(during), '[]'));
create index booking_gist_where on booking using gist (during) where not cancelled;
create index document_search_gist on document using gist (search);
create index document_search_siglen on document using gist (search tsvector_ops (siglen = 100));
create index document_query_gist on document using gist (query);
create index event_span_gist on event using gist (span, area);

-- # SP-GiST

create index place_pos_spgist on place using spgist (pos);
create index place_pos_kd on place using spgist (pos kd_point_ops);
create index place_pos_quad on place using spgist (pos quad_point_ops);
create index place_bounds_spgist on place using spgist (bounds);
create index place_area_spgist on place using spgist (area);
create index place_name_spgist on place using spgist (name);
create index place_name_c_spgist on place using spgist (name collate "C");
create index place_inet_spgist on place using spgist (address);
create index place_spgist_fill on place using spgist (pos) with (fillfactor = 66);
create index place_spgist_include on place using spgist (pos) include (name);
create index place_spgist_where on place using spgist (name) where kind > 0;
create index place_spgist_lower on place using spgist (lower(name));
create index booking_days_spgist on booking using spgist (days);
create index booking_amount_spgist on booking using spgist (amount);
create index event_span_spgist on event using spgist (span) where device = 7;

-- # BRIN

create index event_brin on event using brin (happened_at);
create index event_brin_pages on event using brin (happened_at) with (pages_per_range = 32);
create index event_brin_auto on event using brin (happened_at) with (autosummarize = on);
create index event_brin_both on event using brin (happened_at) with (pages_per_range = 16, autosummarize = true);
create index event_brin_two on event using brin (happened_at, device);
create index event_brin_many on event using brin (id, happened_at, device, kind, reading, temperature);
create index event_brin_multi on event using brin (happened_at timestamptz_minmax_multi_ops);
create index event_brin_multi_values on event using brin (reading numeric_minmax_multi_ops (values_per_range = 32));
create index event_brin_bloom on event using brin (token uuid_bloom_ops);
create index event_brin_bloom_values on event using brin
    (device int4_bloom_ops (n_distinct_per_range = 100, false_positive_rate = 0.05));
create index event_brin_mixed on event using brin (happened_at timestamptz_minmax_ops, kind text_bloom_ops (n_distinct_per_range = 50), device);
create index event_brin_inclusion on event using brin (address inet_inclusion_ops, span, area);
create index event_brin_minmax_inet on event using brin (address inet_minmax_ops);
create index event_brin_where on event using brin (happened_at) where device > 3;
create index event_brin_expression on event using brin (date_trunc('hour', happened_at at time zone 'UTC'));
create index event_brin_c on event using brin (kind collate "C");
create index event_brin_float on event using brin (temperature float8_minmax_multi_ops (values_per_range = 64)) with (pages_per_range = 64);

-- # Quoted names

create index "Order No Idx" on "Sales Data"."Order Line" ("Order No");
create index "order line sku" on "Sales Data"."Order Line" ("SKU" varchar_pattern_ops, "Größe" desc);
create unique index "Überblick" on "Sales Data"."Order Line" ("Größe", "Id");
create index "Order""Quote" on "Sales Data"."Order Line" ("quo""te", "it's");
create index "Order.Dot" on "Sales Data"."Order Line" ("a.b", "select");
create index order_lower on "Sales Data"."Order Line" (lower(lower), lower);
create index "Order (paren)" on "Sales Data"."Order Line" ((("a.b" + "select")));
create index order_where on "Sales Data"."Order Line" ("Id") where "Paid At" is null and "it's" <> 'it''s';
create index order_qualified on "Sales Data"."Order Line" ("Id") where "Order Line"."select" > 0;
create index order_include on "Sales Data"."Order Line" ("Id") include ("Größe", "Order No");
create index order_c on "Sales Data"."Order Line" ("Order No" collate "C" desc nulls last);
create index order_gist on "Sales Data"."Order Line" using "hash" ("SKU");
create index order_function on "Sales Data"."Order Line" (util."Mixed Case"("Order No"), util.norm("it's"));
create index user_order on "user" ("order", "group", "user");
create index user_end on "user" ("end" desc) where "user" <> 'user' and "user"."group" is not null;
create index "USER" on public."user" (lower("user"));
create index "a name of an index that is as long as it may be, 63 bytes, yes-" on account (email);
create index "heute ist Größe über ☃" on account (name, birthday);

-- # Tables named like types

create index point_x on app.point (x, y desc);
create index point_pos on app.point using gist ((pos::point));
create index point_made on app.point using spgist (point(x, y)) where pos::point <@ box '((0,0),(9,9))';
create index date_text on app.date ((text::varchar(5)), date);
create index date_date on app.date (id) where date.date > date '2024-01-01' and text::text <> 'x';
create index mood_feeling on app.mood (feeling, word) where feeling <> 'sad'::util.mood;
create index long_table on app.a_table_whose_name_is_sixty_three_bytes_long_which_is_the_most_ (lower(label), id)
    where a_table_whose_name_is_sixty_three_bytes_long_which_is_the_most_.id > 0;

-- # Dropped, generated, renamed and late columns

create index worn_id on worn (id);
create index worn_label on worn (label, amount desc);
create index worn_full on worn (full_name);
create index worn_lower_full on worn (lower(full_name)) where doubled > 10;
create unique index worn_doubled on worn (doubled, id) include (first, last);
create index worn_late on worn using brin (late);
create index worn_expression on worn ((first || last), (amount + doubled));
create index worn_gin on worn using gin (to_tsvector('simple', full_name));

-- # Materialized views, and other kinds of tables

create unique index totals_country on account_totals (country);
create index totals_total on account_totals (total desc nulls last) include (accounts);
create index totals_lower on account_totals (lower(last_email)) where accounts > 1;
create unique index "By SKU Idx" on "Sales Data"."By SKU" ("SKU", "Lines" desc);
create index parent_note on parent (note);
create index parent_only on only parent (id, note);
create index child_extra on child (extra, note desc);
create index scratch_note on scratch (note text_pattern_ops);
create index reading_2024_sensor on reading_2024 (sensor, taken_at desc) where amount > 0;
create index guarded_owner on guarded (owner, secret);

-- # Tablespaces

create index account_space on account (email) tablespace corpus_one;
create index account_space_where on account (email) tablespace corpus_one where name in ('a', 'b');
create index account_space_words on account (email) tablespace "Corpus Two"
    where name in (' TABLESPACE corpus_one', ' WHERE ', 'x');
create unique index account_space_all on account (email desc) include (id) with (fillfactor = 80) tablespace "Corpus Two"
    where active;
create index account_space_default on account (visits) tablespace pg_default;
create index document_space_gin on document using gin (words) with (fastupdate = off) tablespace corpus_one;
create index event_space_brin on event using brin (happened_at) tablespace "Corpus Two";

-- # NULLS NOT DISTINCT
-- when current_setting('server_version_num')::int >= 150000

create unique index account_nulls on account (parent_id) nulls not distinct;
create unique index account_nulls_distinct on account (parent_id) nulls distinct;
create unique index account_nulls_two on account (parent_id, name) nulls not distinct where active;
create unique index account_nulls_include on account (parent_id) include (email) nulls not distinct with (fillfactor = 70);
create unique index account_nulls_space on account (lower(name)) nulls not distinct tablespace corpus_one where deleted is null;
create unique index worn_nulls on worn (full_name desc nulls first) nulls not distinct;
create unique index "Nulls SKU" on "Sales Data"."Order Line" ("SKU" collate "C") nulls not distinct;

-- # Newer expressions
-- when current_setting('server_version_num')::int >= 160000

create index document_is_json on document ((meta is json object)) where body is json with unique keys;
create index account_cast_pretty on account ((json_array(visits, level) is json array)) where active;
create index account_hex on account (email) where visits > 0x1F and parent_id < 1_000_000;

-- # SQL/JSON
-- when current_setting('server_version_num')::int >= 170000

create index document_json_value on document (json_value(payload, '$.n' returning integer));
create index document_json_query on document using gin ((json_query(payload, '$.a')));
create index document_json_exists on document (id) where json_exists(payload, '$.a.b');

-- # ICU collations
-- when exists (select from pg_collation where collname = 'und-x-icu')

create index account_icu on account (email collate "und-x-icu");
create index account_icu_de on account (name collate "de-x-icu" desc, id);
create index account_icu_expression on account (lower(email collate "tr-x-icu"));
create index place_icu_where on place (id) where name collate "de-x-icu" > 'm';

-- # pg_trgm
-- when exists (select from pg_extension where extname = 'pg_trgm')

create index account_trgm_gin on account using gin (email ext.gin_trgm_ops);
create index account_trgm_gin_two on account using gin (email ext.gin_trgm_ops, name ext.gin_trgm_ops) where active;
create index account_trgm_gist on account using gist (email ext.gist_trgm_ops);
create index account_trgm_siglen on account using gist (email ext.gist_trgm_ops (siglen = 32));
create index account_trgm_lower on account using gin (lower(name) ext.gin_trgm_ops) with (fastupdate = off);
create index account_trgm_c on account using gist (email collate "C" ext.gist_trgm_ops);

-- # btree_gin and btree_gist
-- when (select count(*) = 2 from pg_extension where extname in ('btree_gin', 'btree_gist'))

create index account_btree_gin on account using gin (visits, tags);
create index account_btree_gin_named on account using gin (email ext.text_ops, created_at ext.timestamptz_ops);
create index booking_btree_gist on booking using gist (room, during);
create index booking_btree_gist_two on booking using gist (guest, room, days) where cancelled is not true;
create index booking_btree_gist_params on booking using gist (guest ext.gist_text_ops, room ext.gist_int4_ops) with (fillfactor = 90);
create index place_btree_gist on place using gist (kind, pos) include (name);

-- # intarray
-- when exists (select from pg_extension where extname = 'intarray')

create index document_intarray_gin on document using gin (numbers ext.gin__int_ops);
create index document_intarray_gist on document using gist (numbers ext.gist__int_ops);
create index document_intarray_ranges on document using gist (numbers ext.gist__int_ops (numranges = 50));
create index document_intarray_big on document using gist (numbers ext.gist__intbig_ops (siglen = 128)) where not removed;

-- # ltree
-- when exists (select from pg_extension where extname = 'ltree')

create index tree_path on app.tree (path);
create index tree_path_gist on app.tree using gist (path);
create index tree_path_siglen on app.tree using gist (path ext.gist_ltree_ops (siglen = 100));
create index tree_paths on app.tree using gist (paths ext.gist__ltree_ops (siglen = 40));
create index tree_sub on app.tree (ext.subpath(path, 0, 1), (ext.nlevel(path)));
create index tree_where on app.tree (id) where path operator(ext.<@) 'top.science';

-- # hstore
-- when exists (select from pg_extension where extname = 'hstore')

create index thing_attributes_gin on app.thing using gin (attributes);
create index thing_attributes_gist on app.thing using gist (attributes ext.gist_hstore_ops (siglen = 32));
create index thing_attributes_btree on app.thing (attributes);
create index thing_colour on app.thing ((attributes operator(ext.->) 'colour')) where attributes operator(ext.?) 'colour';

-- # citext
-- when exists (select from pg_extension where extname = 'citext')

create unique index labelled_label on app.labelled (label);
create index labelled_pattern on app.labelled (label ext.citext_pattern_ops);
create index labelled_where on app.labelled (id) where label operator(ext.=) 'a' or label in ('b', 'c');
create index labelled_hash on app.labelled using hash (label);

-- # cube and seg
-- when (select count(*) = 2 from pg_extension where extname in ('cube', 'seg'))

create index shape_extent on app.shape using gist (extent);
create index shape_made on app.shape using gist (ext.cube(array[id, 1.5]::float8[], array[2, 3.0]::float8[]));
create index shape_reading on app.shape using gist (reading);
create index shape_btree on app.shape (extent, reading desc);

-- # isn
-- when exists (select from pg_extension where extname = 'isn')

create index book_isbn on app.book (isbn desc nulls last) include (id);
create unique index book_where on app.book (issn) where isbn is not null;

-- # bloom
-- when exists (select from pg_extension where extname = 'bloom')

create index event_bloom on event using bloom (device);
create index event_bloom_length on event using bloom (device, kind) with (length = 100, col1 = 4, col2 = 7);

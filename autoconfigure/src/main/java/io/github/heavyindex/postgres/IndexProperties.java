package io.github.heavyindex.postgres;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;

import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What belongs to an index and is no part of its definition, so that it goes with the
 * index: the comment, the statistics targets of its expressions, the CLUSTER mark, and
 * the extensions that it depends on (manual, "COMMENT", "ALTER INDEX", "CLUSTER").
 *
 * @param index the oid of the index that had them
 * @param json what it had, or {@code null} if it had none
 * @since 0.1.0
 */
public record IndexProperties(long index, @Nullable String json) {

	private static final String READ = """
			select i.indexrelid::bigint as oid, case when p.properties <> '{}' then
				(p.properties || jsonb_build_object('index', format('%I.%I', n.nspname, c.relname)))::text end as json
			from pg_index i
			join pg_class c on c.oid = i.indexrelid
			join pg_namespace n on n.oid = c.relnamespace
			cross join lateral (select jsonb_strip_nulls(jsonb_build_object(
				'comment', obj_description(i.indexrelid, 'pg_class'),
				'clustered', nullif(i.indisclustered, false),
				'statistics', (select jsonb_object_agg(a.attnum, a.attstattarget) from pg_attribute a
					where a.attrelid = i.indexrelid and a.attnum > 0 and a.attstattarget >= 0),
				'extensions', (select jsonb_agg(e.extname order by e.extname) from pg_depend d
					join pg_extension e on e.oid = d.refobjid where d.classid = 'pg_class'::regclass
						and d.objid = i.indexrelid and d.refclassid = 'pg_extension'::regclass
						and d.deptype = 'x'))) as properties) p
			where i.indexrelid = any(?::oid[])""";

	// only what is not there is put back; ACCESS EXCLUSIVE on the index comes last
	private static final String PUT_BACK = """
			declare
				v_schema constant text := %1$s;
				v_name constant text := %2$s;
				v_properties constant jsonb := %3$s;
				v_index constant oid := to_regclass(format('%%I.%%I', v_schema, v_name));
				v_table constant regclass := (select indrelid from pg_index where indexrelid = v_index);
				v_each record;
			begin
				perform set_config('lock_timeout', '%4$d', true);
				if v_table is null or v_properties ->> 'index' <> format('%%I.%%I', v_schema, v_name) then
					return;
				end if;
				if v_properties ->> 'comment' <> coalesce(obj_description(v_index, 'pg_class'), '') then
					execute format('comment on index %%I.%%I is %%L', v_schema, v_name, v_properties ->> 'comment');
				end if;
				for v_each in select a.attnum, s.value from jsonb_each_text(v_properties -> 'statistics') s
						join pg_attribute a on a.attrelid = v_index and a.attnum = s.key::int
						join pg_index i on i.indexrelid = v_index and i.indkey[a.attnum - 1] = 0
						where coalesce(a.attstattarget, -1) <> s.value::int loop
					execute format('alter index %%I.%%I alter column %%s set statistics %%s', v_schema, v_name,
						v_each.attnum, v_each.value);
				end loop;
				if v_properties ? 'clustered' and pg_index_has_property(v_index, 'clusterable')
						and not exists (select from pg_index where indrelid = v_table and indisclustered)
						and exists (select from pg_index where indexrelid = v_index and indpred is null) then
					execute format('alter table %%s cluster on %%I', v_table, v_name);
				end if;
				for v_each in select e.extname from jsonb_array_elements_text(v_properties -> 'extensions') x
						join pg_extension e on e.extname = x
						where not exists (select from pg_depend d where d.classid = 'pg_class'::regclass
							and d.objid = v_index and d.refclassid = 'pg_extension'::regclass and d.refobjid = e.oid
							and d.deptype = 'x') loop
					execute format('alter index %%I.%%I depends on extension %%I', v_schema, v_name, v_each.extname);
				end loop;
			end""";

	/**
	 * Reads the properties of indexes.
	 * @param jdbc a connection in autocommit
	 * @param indexes the oids of the indexes
	 * @return the properties by oid; indexes that are gone are missing
	 */
	public static Map<Long, IndexProperties> read(JdbcTemplate jdbc, Collection<Long> indexes) {
		Map<Long, IndexProperties> properties = new HashMap<>();
		if (!indexes.isEmpty()) {
			jdbc.query(READ, (row) -> {
				properties.put(row.getLong("oid"), new IndexProperties(row.getLong("oid"), row.getString("json")));
			}, (Object) indexes.toArray(Long[]::new));
		}
		return properties;
	}

	/**
	 * Gives an index of the same name what another one had, as far as it has not got it
	 * already, in one transaction. All but the dependence on an extension takes SHARE
	 * UPDATE EXCLUSIVE, which no read or write waits for; that takes ACCESS EXCLUSIVE on
	 * the index.
	 * @param jdbc a connection in autocommit of a role that owns the table
	 * @param name the index, with its schema
	 * @param lockTimeout how long a lock is waited for
	 */
	public void putBack(JdbcTemplate jdbc, RelationName name, Duration lockTimeout) {
		if (this.json != null) {
			jdbc.execute("do " + literal(PUT_BACK.formatted(literal(String.valueOf(name.schema())),
					literal(name.name()), literal(this.json), lockTimeout.toMillis())));
		}
	}

	private static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}

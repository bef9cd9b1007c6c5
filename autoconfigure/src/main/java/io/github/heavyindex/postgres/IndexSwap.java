package io.github.heavyindex.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.SideIndex;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Marks the index of the side name, and lets it take the place of the one it replaces, in
 * one transaction that runs within the server: no lock waits for the network, and an
 * application that dies meanwhile leaves the one state or the other.
 * <p>
 * Renaming takes SHARE UPDATE EXCLUSIVE on both indexes, which no read or write waits for
 * (manual, "ALTER INDEX"). The index of a constraint is exchanged through the constraint,
 * which takes ACCESS EXCLUSIVE on the table (manual, "ALTER TABLE", {@code ADD
 * table_constraint_using_index}); there the former index ends with the transaction.
 * Comments, statistics targets, the CLUSTER mark (where the new index can bear it) and
 * the dependence on extensions pass over; the last takes ACCESS EXCLUSIVE on the new
 * index, at the very end.
 *
 * @since 0.1.0
 */
public final class IndexSwap {

	private static final String VARIABLES = """
			declare
				v_schema constant text := %s;
				v_name constant text := %s;
				v_side constant text := %s;
				v_transit constant text := %s;
				v_mark constant text := %s;
				v_new constant oid := %d;
				v_old constant oid := %s;
				v_timeout constant integer := %d;
				v_began constant timestamptz := clock_timestamp();
				v_table constant regclass := (select indrelid from pg_index where indexrelid = v_new);
				v_clusters constant boolean := exists (select from pg_index where indexrelid = v_old and indisclustered)
					and exists (select from pg_index where indexrelid = v_new and indpred is null
						and pg_index_has_property(v_new, 'clusterable'));
				v_extensions constant text[] := array(select e.extname::text from pg_depend d
					join pg_extension e on e.oid = d.refobjid where d.classid = 'pg_class'::regclass and d.objid = v_old
						and d.refclassid = 'pg_extension'::regclass and d.deptype = 'x' order by 1);
				v_extension text;
				v_constraint record;
				v_target record;
			""";

	private static final String NAMES = """
			begin
				perform set_config('lock_timeout', v_timeout::text, true);
				if v_clusters then
					execute format('alter table %s cluster on %I', v_table, v_side);
				end if;
				if v_old is not null then
					execute format('alter index %I.%I rename to %I', v_schema, v_name, v_transit);
				end if;
				execute format('alter index %I.%I rename to %I', v_schema, v_side, v_name);
				execute format('comment on index %I.%I is %L', v_schema, v_name, obj_description(v_old, 'pg_class'));
				if v_old is not null then
					execute format('alter index %I.%I rename to %I', v_schema, v_transit, v_side);
					execute format('comment on index %I.%I is %L', v_schema, v_side, v_mark);
					if not exists (select from pg_class where oid = v_old and relname = v_side) then
						raise 'the index to replace is another one by now' using errcode = 'object_in_use';
					end if;
				end if;
				-- only expressions have them
				for v_target in select n.attnum, o.attstattarget from pg_attribute o join pg_attribute n
						on n.attrelid = v_new and pg_get_indexdef(v_new, n.attnum, false)
							= pg_get_indexdef(v_old, o.attnum, false)
						where o.attrelid = v_old and o.attnum > 0 and n.attnum > 0 and o.attstattarget >= 0 loop
					execute format('alter index %I.%I alter column %s set statistics %s', v_schema, v_name,
						v_target.attnum, v_target.attstattarget);
				end loop;
			""";

	private static final String CONSTRAINT = """
			begin
				perform set_config('lock_timeout', v_timeout::text, true);
				if v_table is null then
					raise 'the index of the side name is gone' using errcode = 'object_in_use';
				end if;
				execute format('lock table %s in access exclusive mode', v_table);
				-- the whole table waits for what is waited for from here on
				perform set_config('lock_timeout', greatest(1, v_timeout
					- (extract(epoch from clock_timestamp() - v_began) * 1000)::integer)::text, true);
				select k.conname, k.contype, k.condeferrable, k.condeferred, obj_description(k.oid, 'pg_constraint') as remark,
						obj_description(v_old, 'pg_class') as index_remark
					into v_constraint from pg_constraint k
					where k.conindid = v_old and k.conrelid = v_table and k.contype in ('p', 'u');
				if not found then
					raise 'the constraint to keep is gone' using errcode = 'object_in_use';
				end if;
				execute format('alter table %s drop constraint %I', v_table, v_constraint.conname);
				execute format('alter table %s add constraint %I %s using index %I%s%s', v_table, v_constraint.conname,
					case v_constraint.contype when 'p' then 'primary key' else 'unique' end, v_side,
					case when v_constraint.condeferrable then ' deferrable' end,
					case when v_constraint.condeferred then ' initially deferred' end);
				execute format('comment on constraint %I on %s is %L', v_constraint.conname, v_table, v_constraint.remark);
				execute format('comment on index %I.%I is %L', v_schema, v_name, v_constraint.index_remark);
				if v_clusters then
					execute format('alter table %s cluster on %I', v_table, v_name);
				end if;
			""";

	private static final String CHECK = """
				if not exists (select from pg_index i join pg_class c on c.oid = i.indexrelid
						where i.indexrelid = v_new and i.indisvalid and i.indisready and i.indislive
							and c.relnamespace::regnamespace::text = quote_ident(v_schema) and c.relname = v_name) then
					raise 'the index of the side name is another one by now, or not valid' using errcode = 'object_in_use';
				end if;
				foreach v_extension in array v_extensions loop
					execute format('alter index %I.%I depends on extension %I', v_schema, v_name, v_extension);
				end loop;
			end""";

	private IndexSwap() {
	}

	/**
	 * Marks an index as ours that a session of ours is building this moment.
	 * @param jdbc a connection in autocommit of a role that owns the table
	 * @param pid the session that builds
	 * @param side the index, as it was seen
	 * @param index the index that it is to replace
	 */
	public static void markBuild(JdbcTemplate jdbc, int pid, CatalogRelation side, RelationName index) {
		boolean builds = !jdbc
			.queryForList("select pid from pg_stat_progress_create_index where pid = ? and index_relid = ?::oid",
					Integer.class, pid, side.oid())
			.isEmpty();
		if (builds) {
			mark(jdbc, side, index);
		}
	}

	/**
	 * Marks an index as ours.
	 * @param jdbc a connection in autocommit of a role that owns the table
	 * @param side the index
	 * @param index the index that it is to replace
	 */
	public static void mark(JdbcTemplate jdbc, CatalogRelation side, RelationName index) {
		jdbc.execute("comment on index " + side.name().quoted() + " is "
				+ literal(SideIndex.MARK + "built to replace " + index + ", and dropped if it does not"));
	}

	/**
	 * Lets the index of the side name take the place of another one, or a place that is
	 * free.
	 * @param connection a connection in autocommit
	 * @param side the new index
	 * @param name the name that it gets
	 * @param old the index that bears the name, or {@code null} if none does
	 * @param lockTimeout how long locks are waited for
	 * @throws SQLException if anything is not as it was seen, or locked for too long;
	 * nothing has changed then
	 */
	public static void swap(Connection connection, CatalogRelation side, RelationName name,
			@Nullable CatalogRelation old, Duration lockTimeout) throws SQLException {
		RelationName place = side.name();
		String variables = VARIABLES.formatted(literal(String.valueOf(place.schema())), literal(name.name()),
				literal(place.name()), literal(SideIndex.nameOf(place).name()),
				literal(SideIndex.MARK + "replaced by the new " + name + ", and dropped once nobody uses it"),
				side.oid(), (old != null) ? String.valueOf(old.oid()) : "null", lockTimeout.toMillis());
		boolean constraint = old != null && old.index() != null && old.index().constraint() != null;
		try (Statement statement = connection.createStatement()) {
			// braces are PostgreSQL's here, not JDBC's
			statement.setEscapeProcessing(false);
			statement.execute("do " + literal(variables + (constraint ? CONSTRAINT : NAMES) + CHECK));
		}
	}

	static String literal(String text) {
		return "'" + text.replace("'", "''") + "'";
	}

}

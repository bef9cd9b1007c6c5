package io.github.heavyindex.postgres;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;

import io.github.heavyindex.decision.ConstraintFacts;
import io.github.heavyindex.decision.ConstraintFacts.Existing;
import org.jspecify.annotations.Nullable;

/**
 * The part of the {@link CatalogReader}'s statement that asks what stands around
 * constraints to be added. It takes no lock on tables and indexes either.
 */
final class ConstraintColumns {

	/**
	 * The columns.
	 */
	static final String COLUMNS = """
			a.position is not null as adds_constraint, f.existing_type, f.existing_index, f.existing_deferrable,
				f.existing_deferred, f.same_columns, f.primary_key, f.flaw, f.nulls_not_distinct, f.nullable, f.unproved""";

	/**
	 * Joins them to a row of the table that an operation adds a constraint to. The rules
	 * of what index serves are those of {@code transformIndexConstraint} in PostgreSQL.
	 */
	static final String JOIN = """
			left join renamed a on r.role = 'table' and a.position = r.position and a.constraint_name is not null
			left join lateral (
				select k.contype as existing_type, k.conindid::bigint as existing_index,
					k.condeferrable as existing_deferrable, k.condeferred as existing_deferred,
					coalesce(k.conkey = x.keys, true) as same_columns,
					(select p.conname from pg_constraint p where p.conrelid = a.table_oid and p.contype = 'p')
						as primary_key,
					x.flaw, x.nulls_not_distinct, x.nullable, x.unproved
				from (select) as one
				left join pg_constraint k on k.conrelid = a.table_oid and k.conname = a.constraint_name
				left join lateral (
					select g.keys, g.nullable, g.unproved,
						-- a column that PostgreSQL 14 has not
						coalesce((to_jsonb(i) ->> 'indnullsnotdistinct')::boolean, false) as nulls_not_distinct,
						case when not i.indisunique then 'is not unique'
							when i.indexprs is not null then 'has expressions'
							when i.indpred is not null then 'is partial'
							when m.amname <> 'btree' then 'is no btree'
							when not g.plain then 'has a column with another order, collation or operator class than its'
								|| ' default' end as flaw
					from pg_index i
					join pg_class c on c.oid = i.indexrelid
					join pg_am m on m.oid = c.relam
					cross join lateral (
						select array_agg(t.attnum order by n.number) as keys,
							bool_and(i.indoption[n.number - 1] = 0 and i.indcollation[n.number - 1] = t.attcollation
								and o.opcdefault and x.attoptions is null) as plain,
							array_agg(t.attname::text order by n.number) filter (where not t.attnotnull) as nullable,
							array_agg(v.conname::text order by n.number) filter (where v.oid is not null) as unproved
						from generate_series(1, i.indnkeyatts) as n(number)
						join pg_attribute x on x.attrelid = i.indexrelid and x.attnum = n.number
						join pg_attribute t on t.attrelid = i.indrelid and t.attnum = i.indkey[n.number - 1]
						join pg_opclass o on o.oid = i.indclass[n.number - 1]
						-- since PostgreSQL 18 NOT NULL is a constraint that may lack validation
						left join pg_constraint v on v.conrelid = i.indrelid and v.contype = 'n'
							and v.conkey[1] = t.attnum and (not v.convalidated or v.connoinherit)) g
					where i.indexrelid = a.index_oid) x on true
				) f on a.position is not null
			""";

	private ConstraintColumns() {
	}

	/**
	 * Reads the columns.
	 * @return what stands around the constraint, or {@code null} if the row is about none
	 */
	static @Nullable ConstraintFacts read(ResultSet row) throws SQLException {
		if (!row.getBoolean("adds_constraint")) {
			return null;
		}
		String type = row.getString("existing_type");
		Existing existing = (type == null) ? null : new Existing(type.charAt(0), row.getLong("existing_index"),
				row.getBoolean("existing_deferrable"), row.getBoolean("existing_deferred"));
		return new ConstraintFacts(existing, row.getBoolean("same_columns"), row.getString("primary_key"),
				row.getString("flaw"), row.getBoolean("nulls_not_distinct"), texts(row, "nullable"),
				texts(row, "unproved"));
	}

	private static List<String> texts(ResultSet row, String column) throws SQLException {
		Array array = row.getArray(column);
		return (array != null) ? List.of((String[]) array.getArray()) : List.of();
	}

}

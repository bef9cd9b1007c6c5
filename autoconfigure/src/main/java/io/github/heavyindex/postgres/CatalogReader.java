package io.github.heavyindex.postgres;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RebuildIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.RenameIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.CatalogRelation.IndexState;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.SideIndex;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * Reads what the catalog shows under the declared names: one statement, however many
 * operations there are. It takes no lock on any table or index, so that it does not hang
 * behind a queued {@code ALTER TABLE}; sizes therefore come from {@code relpages}.
 * <p>
 * Names without a schema are resolved as the application's search path would: a table and
 * an index to drop by the path, an index to create in the schema of its table (manual,
 * "CREATE INDEX": the name of the index), a new name in the schema of the old one.
 * <p>
 * Of a partitioned table that is to get an index, all partitions are read with their
 * indexes, by {@code pg_inherits}: {@code pg_partition_tree} would lock them.
 *
 * @since 0.1.0
 */
public final class CatalogReader {

	/**
	 * Whether the row {@code i} of {@code pg_index} is replaced by a transaction that has
	 * not aborted: one younger than the snapshot of {@code present}, or not known as
	 * aborted.
	 */
	static final String IN_MOTION = """
			case when i.xmax::text::bigint = 0 then false
				when (i.xmax::text::bigint - present.xid) & 4294967295 < 2147483648 then true
				else coalesce(pg_xact_status((present.xid - ((present.xid - i.xmax::text::bigint) & 4294967295))
					::text::xid8) <> 'aborted', false) end""";

	private static final String SQL = """
			with recursive wanted as (
				select * from unnest(?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[], ?::text[],
						?::text[])
					with ordinality as w(table_schema, table_name, index_schema, index_name, new_name, rebuilds,
						constraint_name, side_name, position)
			), path as (
				select n.oid, p.position from unnest(?::text[]) with ordinality as p(name, position)
				join pg_namespace n on n.nspname = p.name
			), tables as (
				select w.*, t.oid as table_oid, t.relnamespace as table_namespace from wanted w
				left join lateral (
					select c.oid, c.relnamespace from pg_class c
					left join path p on p.oid = c.relnamespace
					where c.relname = w.table_name and (w.table_schema is null and p.oid is not null
						or c.relnamespace = (select n.oid from pg_namespace n where n.nspname = w.table_schema))
					order by p.position limit 1) t on true
			), indexes as (
				select t.*, i.oid as index_oid, coalesce(i.relnamespace, t.table_namespace) as index_namespace,
					i.found as index_found from tables t
				left join lateral (
					select c.oid, c.relnamespace, count(*) over () as found from pg_class c
					left join path p on p.oid = c.relnamespace
					where c.relname = t.index_name and (c.relnamespace = t.table_namespace
						or t.table_name is null and (t.index_schema is null and p.oid is not null
							or c.relnamespace = (select n.oid from pg_namespace n where n.nspname = t.index_schema)))
					order by p.position limit 1) i on true
			), renamed as (
				select i.*, r.oid as renamed_oid from indexes i
				left join lateral (
					select c.oid from pg_class c
					left join path p on p.oid = c.relnamespace
					where c.relname = i.new_name and (c.relnamespace = i.index_namespace
						or i.index_namespace is null and (i.index_schema is null and p.oid is not null
							or c.relnamespace = (select n.oid from pg_namespace n where n.nspname = i.index_schema)))
					order by p.position limit 1) r on true
			), sides as (
				select t.position, c.oid from tables t
				join pg_class c on c.relname = t.side_name and c.relnamespace = t.table_namespace
			), tree as (
				-- the partitions of tables, and the indexes attached to partitioned ones
				select c.oid as root, c.oid, null::oid as parent from pg_class c
				where c.relkind in ('p', 'I') and c.oid in (
					select table_oid from renamed union select index_oid from renamed where table_oid is not null)
				union all
				select t.root, h.inhrelid, h.inhparent from tree t
				join pg_inherits h on h.inhparent = t.oid and not h.inhdetachpending
			), roles as (
				select position, 'table' as role, table_oid as oid, 1 as found, null::oid as root, null::oid as parent
					from renamed where table_oid is not null
				union all select position, 'index', index_oid, index_found, null, null from renamed
					where index_oid is not null
				union all select position, 'renamed', renamed_oid, 1, null, null from renamed
					where renamed_oid is not null
				union all select r.position, 'leftover', o.indexrelid, 1, null, null from renamed r
					join pg_index x on x.indexrelid = r.index_oid
					join pg_index o on o.indrelid = x.indrelid and not o.indisvalid and o.indexrelid <> x.indexrelid
					where r.rebuilds is not null
				union all select null, 'partition', oid, 1, root, parent from tree where parent is not null
				union all select null, 'invalid', i.indexrelid, 1, t.root, t.oid from tree t
					join pg_index i on i.indrelid = t.oid and not i.indisvalid
					where t.parent is not null
						and not exists (select from pg_inherits h where h.inhrelid = i.indexrelid)
				union all select position, 'side', oid, 1, null, null from sides
			), present as (
				select clock_timestamp() as now, pg_is_in_recovery() or current_setting('transaction_read_only')::boolean
						as read_only,
					pg_snapshot_xmax(pg_current_snapshot())::text::bigint as xid
			)
			select present.now, present.read_only, r.position, r.role, r.found, r.root, r.parent, c.oid, n.nspname, c.relname, c.relkind,
				(c.xmin::text::bigint << 32) | coalesce(i.xmin::text::bigint, 0) as version,
				greatest(c.relpages, 0)::bigint * current_setting('block_size')::bigint as bytes,
				i.indrelid, tn.nspname as table_schema, t.relname as table_name,
				greatest(t.relpages, 0)::bigint * current_setting('block_size')::bigint as table_bytes,
				i.indisvalid, i.indisready, i.indisunique, i.indisreplident, i.indisexclusion,
				%s as in_motion,
				case when r.root is null then (select conname from pg_constraint k
					where k.conindid = c.oid and k.contype in ('p', 'u', 'x') limit 1) end as constraint_name,
				pn.nspname as parent_schema, pc.relname as parent_name, %s,
				case when r.role = 'side' then starts_with(obj_description(c.oid, 'pg_class'), '%s') end as marked
			from present left join roles r on true
			left join pg_class c on c.oid = r.oid
			left join pg_namespace n on n.oid = c.relnamespace
			left join pg_index i on i.indexrelid = c.oid
			left join pg_class t on t.oid = i.indrelid
			left join pg_namespace tn on tn.oid = t.relnamespace
			left join pg_inherits h on h.inhrelid = i.indexrelid
			left join pg_class pc on pc.oid = h.inhparent
			left join pg_namespace pn on pn.oid = pc.relnamespace
			%s"""
		.formatted(IN_MOTION, ConstraintColumns.COLUMNS, SideIndex.MARK, ConstraintColumns.JOIN);

	private CatalogReader() {
	}

	/**
	 * Reads the catalog.
	 * @param jdbc a connection in autocommit
	 * @param operations the declared operations
	 * @param searchPath the schemas that unqualified names are looked up in
	 * @return what the catalog shows
	 */
	public static Catalog read(JdbcTemplate jdbc, Collection<? extends IndexOperation> operations,
			List<String> searchPath) {
		Wanted wanted = new Wanted(operations);
		Catalog catalog = jdbc.query(SQL, (rows) -> {
			return collect(rows, wanted);
		}, wanted.column(0), wanted.column(1), wanted.column(2), wanted.column(3), wanted.column(4), wanted.column(5),
				wanted.column(6), wanted.column(7), searchPath.toArray(String[]::new));
		return Objects.requireNonNull(catalog);
	}

	private static Catalog collect(ResultSet rows, Wanted wanted) throws SQLException {
		Instant now = Instant.EPOCH;
		boolean readOnly = false;
		Map<String, Seen> seen = new HashMap<>();
		PartitionRows partitions = new PartitionRows();
		while (rows.next()) {
			now = rows.getTimestamp("now").toInstant();
			readOnly = rows.getBoolean("read_only");
			String role = rows.getString("role");
			if (role != null && rows.getLong("root") != 0) {
				partitions.add(role, rows, relation(rows));
			}
			else if (role != null) {
				String name = wanted.names.get(rows.getInt("position") - 1);
				seen.put(name, with(seen.getOrDefault(name, Seen.NOTHING), role, relation(rows), rows));
			}
		}
		seen.replaceAll((name, all) -> partitions.addTo(onlyDerived(all)));
		return new Catalog(now, readOnly, seen);
	}

	private static Seen onlyDerived(Seen seen) {
		CatalogRelation index = seen.index();
		return seen.withLeftovers(seen.leftovers()
			.stream()
			.filter((leftover) -> index != null && ReindexNames.isDerived(leftover.name().name(), index.name().name()))
			.toList());
	}

	private static Seen with(Seen seen, String role, CatalogRelation relation, ResultSet row) throws SQLException {
		return switch (role) {
			case "table" -> new Seen(relation, seen.index(), seen.renamed(), seen.ambiguous(), seen.leftovers(),
					ConstraintColumns.read(row), seen.partitions(), seen.side());
			case "index" -> new Seen(seen.table(), relation, seen.renamed(), row.getInt("found") > 1, seen.leftovers(),
					seen.constraint(), seen.partitions(), seen.side());
			case "leftover" ->
				seen.withLeftovers(Stream.concat(seen.leftovers().stream(), Stream.of(relation)).toList());
			case "side" -> seen.withSide(new SideIndex(relation, row.getBoolean("marked")));
			default -> new Seen(seen.table(), seen.index(), relation, seen.ambiguous(), seen.leftovers(),
					seen.constraint(), seen.partitions(), seen.side());
		};
	}

	private static CatalogRelation relation(ResultSet row) throws SQLException {
		long table = row.getLong("indrelid");
		IndexState index = row.wasNull() ? null
				: new IndexState(table, new RelationName(row.getString("table_schema"), row.getString("table_name")),
						row.getLong("table_bytes"), row.getBoolean("indisvalid"), row.getBoolean("indisready"),
						row.getBoolean("indisunique"), row.getBoolean("indisreplident"), row.getBoolean("in_motion"),
						row.getString("constraint_name"), parent(row), row.getBoolean("indisexclusion"));
		return new CatalogRelation(row.getLong("oid"), row.getLong("version"),
				new RelationName(row.getString("nspname"), row.getString("relname")),
				row.getString("relkind").charAt(0), row.getLong("bytes"), index);
	}

	private static @Nullable RelationName parent(ResultSet row) throws SQLException {
		String parent = row.getString("parent_name");
		return (parent != null) ? new RelationName(row.getString("parent_schema"), parent) : null;
	}

	/**
	 * What the catalog shows.
	 *
	 * @param now the database's time
	 * @param readOnly whether the server takes no writes
	 * @param seen what stands under the names of each operation
	 */
	public record Catalog(Instant now, boolean readOnly, Map<String, Seen> seen) {

	}

	/**
	 * The declared names as the columns of the statement's first argument.
	 */
	private static final class Wanted {

		private final List<String> names = new ArrayList<>();

		private final List<@Nullable String[]> rows = new ArrayList<>();

		Wanted(Collection<? extends IndexOperation> operations) {
			for (IndexOperation operation : operations) {
				RelationName index = operation.index();
				RelationName table = operation.table();
				AddConstraint add = (operation instanceof AddConstraint constraint) ? constraint : null;
				this.names.add(operation.name());
				this.rows.add(new @Nullable String[] { (table != null) ? table.schema() : null,
						(table != null) ? table.name() : null, index.schema(), index.name(), newName(operation),
						(operation instanceof RebuildIndex) ? "yes" : null, (add != null) ? add.constraintName() : null,
						(operation instanceof CreateIndex) ? SideIndex.nameOf(index).name() : null });
			}
		}

		private static @Nullable String newName(IndexOperation operation) {
			if (operation instanceof RenameIndex rename) {
				return rename.newName();
			}
			return (operation instanceof AddConstraint add && add.renames()) ? add.constraintName() : null;
		}

		@Nullable String[] column(int column) {
			return this.rows.stream().map((row) -> row[column]).toArray(String[]::new);
		}

	}

}

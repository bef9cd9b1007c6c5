package io.github.heavyindex.history;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

import io.github.heavyindex.RelationName;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;

/**
 * What the instance that looks at the database for all has seen, for those that do not
 * look themselves. A copy to show and nothing more: no decision is made on it.
 * Thread-safe, as far as the connection is.
 *
 * @since 0.1.0
 */
public final class SharedSnapshots {

	private static final String HEAD = Records.APPLICATION;

	private static final Duration KEPT = Duration.ofDays(1);

	private final JdbcTemplate jdbc;

	private final String application;

	private final String table;

	/**
	 * Creates a new instance.
	 * @param jdbc a connection in autocommit
	 * @param schema the schema of the tables
	 * @param application whose snapshots; several applications may share the table
	 */
	public SharedSnapshots(JdbcTemplate jdbc, String schema, String application) {
		this.jdbc = jdbc;
		this.application = application;
		this.table = RelationName.quote(schema) + ".heavy_index_snapshot";
	}

	/**
	 * Asks for the lock of the instance that looks for all and reads what that one has
	 * published: one statement.
	 * @param declarations what tells instances apart that declare other operations
	 * @param lock the lock of that instance, or {@code null} not to ask for it
	 * @param known the version that is known already
	 * @return what has come since
	 */
	public SharedSnapshot read(String declarations, @Nullable LockKey lock, long known) {
		String ask = (lock != null) ? "pg_try_advisory_lock(" + lock.lockClass() + ", " + lock.object() + ")" : "false";
		Collector collector = new Collector(known);
		this.jdbc
			.query("""
					with asked as materialized (select %s as leads)
					select a.leads, s.name, s.content, s.version,
						extract(epoch from s.valid_until - clock_timestamp()) * 1000 as validity
					from asked a left join %s s on s.application = ? and s.declarations = ? and (s.version > ? or s.name = ?)
					"""
				.formatted(ask, this.table), (row) -> {
					collector.leads = row.getBoolean("leads");
					String name = row.getString("name");
					if (HEAD.equals(name)) {
						collector.head = row.getBytes("content");
						collector.validity = Duration.ofMillis((long) row.getDouble("validity"));
						collector.version = row.getLong("version");
					}
					else if (name != null) {
						collector.contents.put(name, row.getBytes("content"));
					}
				}, this.application, declarations, known, HEAD);
		return collector.snapshot();
	}

	/**
	 * Publishes what has changed: one statement, which waits for no standby.
	 * @param declarations what tells instances apart that declare other operations
	 * @param head what concerns all operations
	 * @param changed what has changed, by name
	 * @param observed when that was seen, by the database's clock
	 * @param validity how long after that others may rely on it
	 * @param news whether those that seldom read are told
	 * @return the version, one more than the one before
	 */
	public long publish(String declarations, byte[] head, Map<String, byte[]> changed, Instant observed,
			Duration validity, boolean news) {
		String[] names = changed.keySet().toArray(String[]::new);
		byte[][] contents = changed.values().toArray(byte[][]::new);
		// the row of the head is locked first: versions are published in their order
		Long version = this.jdbc.query("""
				with head as (
					insert into %1$s as s (application, declarations, name, content, version, valid_until)
					values (?, ?, ?, ?, 1, least(clock_timestamp(), ?) + ? * interval '1 ms')
					on conflict (application, declarations, name) do update set content = excluded.content,
						version = s.version + 1, valid_until = excluded.valid_until
					returning s.version
				), changed as (
					insert into %1$s as s (application, declarations, name, content, version)
					select ?, ?, c.name, c.content, head.version
					from head, unnest(?::text[], ?::bytea[]) as c(name, content)
					on conflict (application, declarations, name) do update set content = excluded.content,
						version = excluded.version
				)
				select version, set_config('synchronous_commit', 'off', true),
					case when ? then pg_notify(?, ?) end
				from head""".formatted(this.table), (rows) -> rows.next() ? rows.getLong("version") : 0L,
				this.application, declarations, HEAD, head, Timestamp.from(observed), validity.toMillis(),
				this.application, declarations, names, contents, news, OrderNews.CHANNEL, this.application);
		return (version != null) ? version : 0;
	}

	/**
	 * Removes what instances of other declarations published that are gone for a day.
	 * @param declarations what is kept in any case
	 * @return how many rows there were
	 */
	public int clean(String declarations) {
		return this.jdbc.update("""
				delete from %1$s s using %1$s head
				where s.application = ? and s.declarations <> ? and head.application = s.application
					and head.declarations = s.declarations and head.name = ?
					and head.valid_until < clock_timestamp() - ? * interval '1 ms'""".formatted(this.table),
				this.application, declarations, HEAD, KEPT.toMillis());
	}

	/**
	 * A session-level advisory lock.
	 *
	 * @param lockClass its first key
	 * @param object its second key
	 */
	public record LockKey(int lockClass, int object) {

	}

	private static final class Collector {

		private final Map<String, byte[]> contents = new HashMap<>();

		private long version;

		private boolean leads;

		private Duration validity = Duration.ZERO;

		private byte @Nullable [] head;

		Collector(long known) {
			this.version = known;
		}

		SharedSnapshot snapshot() {
			return new SharedSnapshot(this.leads, this.validity, this.version, this.head, this.contents);
		}

	}

}

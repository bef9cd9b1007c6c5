package io.github.heavyindex.postgres;

import java.util.List;
import java.util.Objects;
import java.util.Set;

import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.PartitionState.Index;
import io.github.heavyindex.testsupport.OtherSession;
import io.github.heavyindex.testsupport.TestDatabase;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * A partition is locked and read in one round trip, and read only once it is locked.
 */
class PartitionReaderTests {

	private static final String ODD = "it's {1} \\ of ?; \"two\"";

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	@BeforeEach
	void table() {
		this.database.execute("create table logs (day int, a int) partition by list (day)",
				"create table logs_1 partition of logs for values in (1)",
				"create table logs_2 partition of logs for values in (2)", "create index logs_a_idx on only logs (a)");
	}

	private JdbcTemplate session() {
		return new JdbcTemplate(new SingleConnectionDataSource(this.database.connection(), true));
	}

	private long oid(String relation) {
		return this.database.single("select ?::regclass::oid::bigint", Long.class, relation);
	}

	private Partition partition(String name) {
		return new Partition(oid(name), new RelationName("public", name), 'r', oid("logs"), 0, null, List.of());
	}

	private @Nullable PartitionState lock(PartitionReader reader, @Nullable String before, String partition) {
		return reader.lockAndRead((before != null) ? oid(before) : null, partition(partition), oid("logs_a_idx"),
				List.of("logs_1_logs_a_idx", ODD));
	}

	private List<String> locked() {
		return this.database.query(
				"select objid::regclass::text from pg_locks where locktype = 'advisory' and database"
						+ " = (select oid from pg_database where datname = current_database()) order by 1",
				String.class);
	}

	@Test
	void onlyOneSessionAtATimeAndTheNextOneSeesWhatThatHasDone() {
		PartitionReader one = new PartitionReader(session());
		PartitionReader other = new PartitionReader(session());
		assertThat(lock(one, null, "logs_1")).isEqualTo(new PartitionState(true, null, List.of(), Set.of()));
		assertThat(lock(other, null, "logs_1")).isNull();
		assertThat(lock(other, null, "logs_2")).isNotNull();
		this.database.execute("create index logs_1_logs_a_idx on logs_1 (a)");
		assertThat(lock(one, "logs_1", "logs_2")).isNull();
		assertThat(locked()).containsExactly("logs_2");
		PartitionState state = Objects.requireNonNull(lock(other, "logs_2", "logs_1"));
		assertThat(locked()).containsExactly("logs_1");
		assertThat(state.indexes())
			.containsExactly(new Index(new RelationName("public", "logs_1_logs_a_idx"), null, true, true, false));
		assertThat(state.taken()).containsExactly("logs_1_logs_a_idx");
	}

	@Test
	void whoWorksOnAnUnfinishedIndexIsKnown() throws Exception {
		PartitionReader reader = new PartitionReader(session());
		try (OtherSession worker = OtherSession.on(this.database)) {
			this.database.execute("insert into logs values (1, 1), (1, 1)");
			assertThatExceptionOfType(DataAccessException.class).isThrownBy(
					() -> session().execute("create unique index concurrently logs_1_logs_a_idx on logs_1 (a)"));
			assertThat(Objects.requireNonNull(lock(reader, null, "logs_1")).worker()).isNull();
			worker.execute("begin", "lock table logs_1 in share update exclusive mode");
			assertThat(Objects.requireNonNull(lock(reader, "logs_1", "logs_1")).worker()).isEqualTo(worker.pid());
			worker.execute("rollback");
			assertThat(Objects.requireNonNull(lock(reader, "logs_1", "logs_1")).worker()).isNull();
		}
	}

	@Test
	void whoHoldsOrAwaitsTheLockOfABuildIsKnown() throws Exception {
		JdbcTemplate session = session();
		PartitionReader reader = new PartitionReader(session);
		assertThat(worker(reader, "logs_1", "logs_1")).isNull();
		try (OtherSession holder = OtherSession.on(this.database);
				OtherSession waiting = OtherSession.on(this.database)) {
			holder.execute("begin", "lock table logs_1 in row exclusive mode");
			assertThat(worker(reader, "logs_1", "logs_1")).isNull();
			waiting.execute("begin");
			waiting.executeLater("lock table logs_1 in share mode");
			this.database.awaitTrue("select exists (select from pg_locks where pid = ? and not granted)",
					waiting.pid());
			assertThat(worker(reader, "logs_1", "logs_1")).isEqualTo(waiting.pid());
			assertThat(worker(reader, "logs_1", "logs_2")).isNull();
			assertThat(worker(reader, "logs_2", "logs_1")).isEqualTo(waiting.pid());
			assertThat(locked()).containsExactly("logs_1");
			assertThat(lock(new PartitionReader(session()), null, "logs_1")).isNull();
		}
		Awaitility.await().until(() -> worker(reader, "logs_1", "logs_1") == null);
		try (OtherSession vacuum = OtherSession.on(this.database)) {
			this.database.execute("insert into logs select 1, generate_series(1, 100000)",
					"delete from logs_1 where a % 2 = 0");
			vacuum.execute("set vacuum_cost_delay = 100", "set vacuum_cost_limit = 1");
			vacuum.executeLater("vacuum logs_1");
			this.database.awaitTrue("select exists (select from pg_stat_progress_vacuum where pid = ?)", vacuum.pid());
			assertThat(worker(reader, "logs_1", "logs_1")).isNull();
			assertThat(lock(reader, "logs_1", "logs_2")).isNotNull();
		}
		assertThat(locked()).containsExactly("logs_2");
		assertThat(session.queryForObject("select count(*) from pg_locks where pid = pg_backend_pid()"
				+ " and relation in ('logs_1'::regclass, 'logs_2'::regclass)", Integer.class))
			.isZero();
	}

	@Test
	void aPartitionMayBeRenamedOrGone() {
		PartitionReader reader = new PartitionReader(session());
		Partition renamed = partition("logs_1");
		Partition gone = partition("logs_2");
		this.database.execute("alter table logs_1 rename to logs_one", "drop table logs_2");
		PartitionState state = reader.lockAndRead(null, renamed, oid("logs_a_idx"), List.of("logs_one"));
		assertThat(state).isEqualTo(new PartitionState(true, null, List.of(), Set.of("logs_one")));
		state = reader.lockAndRead(renamed.oid(), gone, oid("logs_a_idx"), List.of("logs_2_idx"));
		assertThat(state).isEqualTo(new PartitionState(false, null, List.of(), Set.of()));
	}

	private @Nullable Integer worker(PartitionReader reader, String before, String partition) {
		return Objects.requireNonNull(lock(reader, before, partition)).worker();
	}

	@Test
	void itIsPlannedOnceThoughTheDriverForgetsItsStatementsAtEachIndex() {
		JdbcTemplate session = session();
		PartitionReader reader = new PartitionReader(session);
		for (int round = 1; round <= 12; round++) {
			assertThat(lock(reader, null, "logs_1")).isNotNull();
			session.execute("create index concurrently other_" + round + " on logs_1 (day)");
		}
		assertThat(session.queryForList("select custom_plans || ', ' || generic_plans from pg_prepared_statements"
				+ " where name like 'heavy_index_%'", String.class))
			.containsExactly("5, 7");
	}

	@Test
	void namesAreTakenAsTheyAre() {
		this.database.execute("alter table logs_2 rename to \"" + ODD.replace("\"", "\"\"") + '"');
		PartitionState state = Objects.requireNonNull(lock(new PartitionReader(session()), null, "logs_1"));
		assertThat(state.taken()).containsExactly(ODD);
	}

	@Test
	void theWholeIsValidOnceEachPartitionHasItsIndex() {
		PartitionReader reader = new PartitionReader(session());
		long index = oid("logs_a_idx");
		assertThat(reader.isValid(index)).isFalse();
		this.database.execute("create index on logs_1 (a)", "alter index logs_a_idx attach partition logs_1_a_idx",
				"create index on logs_2 (a)", "alter index logs_a_idx attach partition logs_2_a_idx");
		assertThat(reader.isValid(index)).isTrue();
		this.database.execute("drop index logs_a_idx");
		assertThat(reader.isValid(index)).isFalse();
	}

}

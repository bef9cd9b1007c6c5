package io.github.heavyindex.execution;

import java.util.List;
import java.util.Map;
import java.util.Objects;

import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.decision.Bloat;
import io.github.heavyindex.postgres.BloatReader;
import io.github.heavyindex.testsupport.Indexes;
import io.github.heavyindex.testsupport.TestApplication;
import io.github.heavyindex.testsupport.TestDatabase;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

import org.springframework.jdbc.core.JdbcTemplate;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

/**
 * Bloat is estimated well enough to tell a bloated index from a fresh one, and orders
 * rebuilds.
 */
class BloatTests {

	@RegisterExtension
	final TestDatabase database = new TestDatabase();

	private final Indexes indexes = new Indexes(this.database);

	@BeforeEach
	void table() {
		this.database.execute("create table logs (id bigint, a int, b text, c text)",
				"alter table logs set (autovacuum_enabled = off)", """
						insert into logs select i, case when i % 3 = 0 then i end, 'value ' || i,
							repeat('x', i % 40) || i from generate_series(1, 30000) i""");
	}

	@Test
	void theEstimateIsNearTheTruth() {
		List<String> all = List.of("create index i1 on logs (id)", "create index i2 on logs (a, b)",
				"create index i3 on logs (lower(b))", "create index i4 on logs (c) with (fillfactor = 60)",
				"create index i5 on logs (b) include (id) where id % 2 = 0");
		this.database.execute(all.toArray(String[]::new));
		this.database.execute("analyze logs");
		all.forEach((sql) -> assertThat(percent(sql.substring(13, 15))).as(sql).isLessThan(15));
		this.database.execute("delete from logs where id % 5 <> 0", "vacuum analyze logs");
		for (String sql : all) {
			String index = sql.substring(13, 15);
			double before = pages(index);
			double estimated = percent(index);
			this.database.execute("reindex index " + index);
			double actual = 100 * (before - pages(index)) / before;
			assertThat(actual).as(sql).isGreaterThan(50);
			assertThat(estimated).as(sql).isCloseTo(actual, within(10.0));
		}
	}

	@Test
	void whatCannotBeToldIsSaid() {
		this.database.execute("create index g on logs using gin (to_tsvector('english', b))",
				"create table empty (id int)", "create index e on empty (id)", "create index unread on logs (id)");
		assertThat(bloat("g").forGood()).isTrue();
		assertThat(bloat("g").unknown()).contains("gin");
		assertThat(bloat("e").unknown()).contains("ANALYZE");
		assertThat(bloat("unread").unknown()).contains("ANALYZE");
		assertThat(bloat("unread").forGood()).isFalse();
	}

	@Test
	void ordersARebuildWheneverItPassesTheLimit() {
		this.database.execute("create index logs_b_idx on logs (b)");
		long oid = this.indexes.oid("logs_b_idx");
		try (TestApplication application = TestApplication.on(this.database)
			.operation("rebuild", "reindex index logs_b_idx")
			.property("heavy-index.operations.rebuild.rebuild-when-bloat", "50")
			.start()) {
			assertThat(application.await("rebuild", (status) -> status.waitingFor() != null).waitingFor())
				.contains("ANALYZE");
			this.database.execute("analyze logs");
			OperationStatus operation = application.await("rebuild", OperationState.COMPLETED);
			assertThat(operation.attempts()).isZero();
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(oid);
			bloat();
			application.await("rebuild", (status) -> status.completed() && status.attempts() == 1);
			long fresh = this.indexes.oid("logs_b_idx");
			assertThat(fresh).isNotEqualTo(oid);
			this.database.awaitTrue("select index_bloat between 0 and 20 from heavy_index_operation");
			// the next one would come too soon
			bloat();
			application.awaitTurns();
			application.awaitTurns();
			assertThat(this.indexes.oid("logs_b_idx")).isEqualTo(fresh);
			this.database.execute("update heavy_index_operation set started_at = started_at - interval '7 days'");
			application.await("rebuild",
					(status) -> status.completed() && application.heavyIndexes().history("rebuild").size() == 2);
			assertThat(this.indexes.oid("logs_b_idx")).isNotEqualTo(fresh);
			assertThat(application.status("rebuild").attempts()).as("it is no second try").isEqualTo(1);
		}
	}

	private void bloat() {
		this.database.execute("""
				insert into logs (b) select 'value ' || i from generate_series(1, 30000) i""",
				"delete from logs where ctid not in (select ctid from logs order by b limit 2000)",
				"vacuum analyze logs");
	}

	private double percent(String index) {
		return Objects.requireNonNull(bloat(index).percent(), () -> String.valueOf(bloat(index)));
	}

	private Bloat bloat(String index) {
		long oid = this.indexes.oid(index);
		Map<Long, Bloat> read = BloatReader.read(new JdbcTemplate(this.database.dataSource()), List.of(oid));
		return Objects.requireNonNull(read.get(oid));
	}

	private double pages(String index) {
		return this.database.single("select pg_relation_size(?::regclass) / 8192.0", Double.class, index);
	}

}

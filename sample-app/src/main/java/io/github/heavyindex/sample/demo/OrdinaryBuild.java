package io.github.heavyindex.sample.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;

import javax.sql.DataSource;

import org.jspecify.annotations.Nullable;
import org.postgresql.PGConnection;

import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The index of {@link HeavyBuild} as a migration would build it: no write gets through
 * while it lasts.
 */
@Component
class OrdinaryBuild {

	static final String INDEX = "large_email_ordinary_idx";

	// the table is read, its rows are sorted, the index is written
	private static final String PROGRESS = """
			SELECT round(CASE phase
			               WHEN 'building index: scanning table' THEN 60.0 * blocks_done / nullif(blocks_total, 0)
			               WHEN 'building index: sorting live tuples' THEN 60
			               WHEN 'building index: loading tuples in tree' THEN 60 + 40.0 * tuples_done / nullif(tuples_total, 0)
			             END, 1)
			FROM pg_stat_progress_create_index WHERE pid = :pid
			""";

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	private volatile State state = State.IDLE;

	private volatile int pid;

	private volatile Instant started = Instant.EPOCH;

	private volatile Instant finished = Instant.EPOCH;

	private volatile @Nullable String error;

	OrdinaryBuild(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
	}

	synchronized void start() {
		if (this.state == State.RUNNING) {
			throw new IllegalStateException("The ordinary build is running already");
		}
		this.error = null;
		this.pid = 0;
		this.started = Instant.now();
		this.state = State.RUNNING;
		Thread thread = new Thread(this::build, "demo-ordinary-build");
		thread.setDaemon(true);
		thread.start();
	}

	private void build() {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			this.pid = connection.unwrap(PGConnection.class).getBackendPID();
			statement.execute("DROP INDEX IF EXISTS " + INDEX);
			this.started = Instant.now();
			statement.execute("CREATE INDEX " + INDEX + " ON large_email (lower(subject))");
			this.finished = Instant.now();
			this.state = State.DONE;
		}
		catch (SQLException ex) {
			this.finished = Instant.now();
			this.error = ex.getMessage();
			this.state = State.FAILED;
		}
	}

	/**
	 * Removes the index, if there is one.
	 */
	synchronized void remove() {
		if (this.state == State.RUNNING) {
			throw new IllegalStateException("The ordinary build is still running");
		}
		this.jdbc.sql("DROP INDEX IF EXISTS " + INDEX).update();
		this.state = State.IDLE;
	}

	Report report() {
		return switch (this.state) {
			case IDLE -> new Report(State.IDLE, null, null, null, null);
			case RUNNING -> report(State.RUNNING, percent(), null);
			case DONE -> report(State.DONE, 100.0, this.finished);
			case FAILED -> report(State.FAILED, null, this.finished);
		};
	}

	private Report report(State state, @Nullable Double percent, @Nullable Instant finished) {
		return new Report(state, percent, this.started.toEpochMilli(),
				(finished != null) ? finished.toEpochMilli() : null, this.error);
	}

	private @Nullable Double percent() {
		return this.jdbc.sql(PROGRESS).param("pid", this.pid).query(Double.class).optional().orElse(null);
	}

	enum State {

		IDLE, RUNNING, DONE, FAILED

	}

	/**
	 * How far the build is.
	 *
	 * @param percent of the whole build, or {@code null} if unknown
	 * @param startedAt when it began, in milliseconds since 1970
	 * @param finishedAt when it ended, in milliseconds since 1970
	 * @param error what went wrong
	 */
	record Report(State state, @Nullable Double percent, @Nullable Long startedAt, @Nullable Long finishedAt,
			@Nullable String error) {

	}

}

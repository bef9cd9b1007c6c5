package io.github.heavyindex.sample.demo;

import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;

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

	private static final String PROGRESS = """
			SELECT round(100.0 * greatest(blocks_done::numeric / nullif(blocks_total, 0),
			                              tuples_done::numeric / nullif(tuples_total, 0)), 1)
			FROM pg_stat_progress_create_index WHERE pid = :pid
			""";

	private final DataSource dataSource;

	private final JdbcClient jdbc;

	private volatile State state = State.IDLE;

	private volatile int pid;

	private volatile long started;

	private volatile @Nullable Duration took;

	private volatile @Nullable String error;

	OrdinaryBuild(DataSource dataSource) {
		this.dataSource = dataSource;
		this.jdbc = JdbcClient.create(dataSource);
	}

	synchronized void start() {
		if (this.state == State.RUNNING) {
			throw new IllegalStateException("The ordinary build is running already");
		}
		this.state = State.RUNNING;
		this.error = null;
		this.pid = 0;
		this.started = System.nanoTime();
		Thread thread = new Thread(this::build, "demo-ordinary-build");
		thread.setDaemon(true);
		thread.start();
	}

	private void build() {
		try (Connection connection = this.dataSource.getConnection();
				Statement statement = connection.createStatement()) {
			this.pid = connection.unwrap(PGConnection.class).getBackendPID();
			statement.execute("DROP INDEX IF EXISTS " + INDEX);
			this.started = System.nanoTime();
			statement.execute("CREATE INDEX " + INDEX + " ON large_email (lower(subject))");
			this.took = Duration.ofNanos(System.nanoTime() - this.started);
			this.state = State.DONE;
		}
		catch (SQLException ex) {
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
			case IDLE -> new Report(State.IDLE, null, null, null);
			case RUNNING ->
				new Report(State.RUNNING, percent(), millis(Duration.ofNanos(System.nanoTime() - this.started)), null);
			case DONE -> new Report(State.DONE, 100.0, millis(this.took), null);
			case FAILED -> new Report(State.FAILED, null, null, this.error);
		};
	}

	private @Nullable Double percent() {
		return this.jdbc.sql(PROGRESS).param("pid", this.pid).query(Double.class).optional().orElse(null);
	}

	private static @Nullable Long millis(@Nullable Duration duration) {
		return (duration != null) ? duration.toMillis() : null;
	}

	enum State {

		IDLE, RUNNING, DONE, FAILED

	}

	/**
	 * How far the build is.
	 *
	 * @param percent of the phase under way, or {@code null} if unknown
	 * @param millis how long it has taken, in milliseconds
	 */
	record Report(State state, @Nullable Double percent, @Nullable Long millis, @Nullable String error) {

	}

}

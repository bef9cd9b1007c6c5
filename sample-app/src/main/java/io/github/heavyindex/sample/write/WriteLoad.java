package io.github.heavyindex.sample.write;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

import io.github.heavyindex.sample.DemoProperties;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Inserts and updates mails at an even pace, on a thread of its own, and measures each
 * write: if an operation blocked the table, it would show here.
 */
@Component
class WriteLoad implements SmartLifecycle {

	private static final Logger logger = LoggerFactory.getLogger(WriteLoad.class);

	private static final int REPORT_SECONDS = 30;

	private final JdbcClient jdbc;

	private final DemoProperties properties;

	private final WriteStatistics statistics = new WriteStatistics();

	private volatile @Nullable ScheduledExecutorService executor;

	private boolean insertNext;

	WriteLoad(JdbcClient jdbc, DemoProperties properties) {
		this.jdbc = jdbc;
		this.properties = properties;
	}

	WriteReport report() {
		return this.statistics.report();
	}

	@Override
	public void start() {
		ScheduledExecutorService executor = Executors
			.newSingleThreadScheduledExecutor((task) -> new Thread(task, "demo-writes"));
		this.executor = executor;
		int perSecond = this.properties.writesPerSecond();
		if (perSecond > 0) {
			long period = TimeUnit.SECONDS.toNanos(1) / perSecond;
			executor.scheduleAtFixedRate(this::write, period, period, TimeUnit.NANOSECONDS);
			executor.scheduleAtFixedRate(this::log, REPORT_SECONDS, REPORT_SECONDS, TimeUnit.SECONDS);
		}
	}

	@Override
	public void stop() {
		ScheduledExecutorService executor = this.executor;
		this.executor = null;
		if (executor == null) {
			return;
		}
		executor.shutdown();
		try {
			if (!executor.awaitTermination(5, TimeUnit.SECONDS)) {
				logger.warn("A write still waits after 5 s");
			}
		}
		catch (InterruptedException ex) {
			Thread.currentThread().interrupt();
		}
	}

	@Override
	public boolean isRunning() {
		return this.executor != null;
	}

	private void write() {
		long start = System.nanoTime();
		String failure = null;
		try {
			this.insertNext = !this.insertNext;
			if (this.insertNext) {
				insert();
			}
			else {
				update();
			}
		}
		catch (DataAccessException ex) {
			failure = String.valueOf(ex.getMostSpecificCause().getMessage());
		}
		this.statistics.record(Duration.ofNanos(System.nanoTime() - start), failure);
	}

	private void insert() {
		this.jdbc
			.sql("""
					INSERT INTO large_email (email, domain, sender, subject, folder, sent_at, size_bytes, is_read, message_id,
					                         body)
					VALUES (:email, 'example.net', 'live@example.net', 'Live message', 'inbox', now(), 1000, false,
					        '<' || gen_random_uuid() || '@example.net>', repeat('live ', 20))
					""")
			.param("email", "user" + random() + "@example.net")
			.update();
	}

	private void update() {
		this.jdbc.sql("UPDATE large_email SET is_read = NOT is_read WHERE id = :id").param("id", random()).update();
	}

	private int random() {
		return ThreadLocalRandom.current().nextInt(1, this.properties.rows() + 1);
	}

	private void log() {
		WriteReport report = report();
		logger.info("{} writes, {} failed; slowest in the last minute {} ms", report.count(), report.failures(),
				Math.round(report.slowestLastMinuteMillis()));
	}

}

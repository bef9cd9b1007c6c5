package io.github.heavyindex.sample.demo;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationProgress;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

import org.springframework.beans.factory.DisposableBean;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What may happen to a build in a production database, at the press of a button.
 */
@Component
class Troubles implements DisposableBean {

	private static final Logger logger = LoggerFactory.getLogger(Troubles.class);

	static final String UNIQUE_OPERATION = "create_large_email_message_id_key";

	private static final int OLD_TRANSACTION_SECONDS = 20;

	private final HeavyBuild build;

	private final HeavyIndexes heavyIndexes;

	private final JdbcClient jdbc;

	private final TransactionTemplate snapshot;

	private final AtomicBoolean transactionOpen = new AtomicBoolean();

	private final ScheduledExecutorService executor = Executors.newSingleThreadScheduledExecutor((task) -> {
		Thread thread = new Thread(task, "demo-old-transaction");
		thread.setDaemon(true);
		return thread;
	});

	Troubles(HeavyBuild build, HeavyIndexes heavyIndexes, JdbcClient jdbc, DataSource dataSource) {
		this.build = build;
		this.heavyIndexes = heavyIndexes;
		this.jdbc = jdbc;
		this.snapshot = new TransactionTemplate(new JdbcTransactionManager(dataSource));
		this.snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
	}

	/**
	 * Ends the server session that builds, as a restart or a failover would.
	 */
	String killBackend() {
		OperationProgress progress = this.build.status().progress();
		if (progress == null) {
			throw new IllegalStateException("No build is running: start one with Heavy Index, then press again");
		}
		this.jdbc.sql("SELECT pg_terminate_backend(:pid)").param("pid", progress.pid()).query(Boolean.class).single();
		return "The session " + progress.pid() + " is gone. What it left is removed and the build starts again.";
	}

	/**
	 * Holds a snapshot, as a forgotten transaction or a long report does.
	 */
	String holdOldTransaction() {
		if (!this.transactionOpen.compareAndSet(false, true)) {
			throw new IllegalStateException("An old transaction is open already");
		}
		this.executor.execute(() -> {
			try {
				this.snapshot.executeWithoutResult((status) -> hold());
			}
			catch (DataAccessException | TransactionException ex) {
				logger.info("The old transaction has ended early: {}", ex.getMessage());
			}
			finally {
				this.transactionOpen.set(false);
			}
		});
		return "A transaction is open for " + OLD_TRANSACTION_SECONDS
				+ " s. A build that starts now waits for it at its end, and names it.";
	}

	boolean transactionOpen() {
		return this.transactionOpen.get();
	}

	private void hold() {
		this.jdbc.sql("SET LOCAL application_name = 'forgotten report'").update();
		this.jdbc.sql("SELECT pg_sleep(:seconds)").param("seconds", OLD_TRANSACTION_SECONDS).query((rows) -> {
		});
	}

	/**
	 * Inserts two mails of one message id and has the unique index tried again.
	 */
	String insertDuplicates() {
		this.jdbc
			.sql("""
					INSERT INTO large_email (email, domain, sender, subject, folder, sent_at, size_bytes, is_read, message_id,
					                         body)
					SELECT 'twice@example.net', 'example.net', 'twice@example.net', 'Imported twice', 'inbox', now(), 1000,
					       false, '<twice@example.net>', '' FROM generate_series(1, 2)
					""")
			.update();
		this.heavyIndexes.retry(UNIQUE_OPERATION);
		return "Two mails have one message id. The unique index is tried again; it fails, says why and leaves nothing.";
	}

	/**
	 * Drops the index as a person with psql would.
	 */
	String dropByHand() {
		this.jdbc.sql("DROP INDEX IF EXISTS " + HeavyBuild.INDEX).update();
		return "The index is gone. The operation shows drift, and isCompleted is false; press Heavy Index to repair it.";
	}

	@Override
	public void destroy() throws InterruptedException {
		this.executor.shutdownNow();
		this.executor.awaitTermination(1, TimeUnit.SECONDS);
	}

}

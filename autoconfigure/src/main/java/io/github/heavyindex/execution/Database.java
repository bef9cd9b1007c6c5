package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.Collection;

import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.history.History;
import io.github.heavyindex.postgres.AdvisoryLock;
import io.github.heavyindex.postgres.ConnectionSource;
import io.github.heavyindex.postgres.IndexSwap;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;

/**
 * The session that looks, and keeps our tables. It is opened when first needed and again
 * whenever it was lost. Thread-safe: one statement at a time, by whoever comes.
 */
final class Database implements AutoCloseable {

	private final ConnectionSource source;

	private final Settings settings;

	private final Instance instance;

	private final Collection<IndexOperation> operations;

	private final Observer observer;

	private @Nullable ObserverSession session;

	private volatile @Nullable String limits;

	private volatile int majorVersion;

	private boolean closed;

	Database(ConnectionSource source, Settings settings, Instance instance, Collection<IndexOperation> operations) {
		this.source = source;
		this.settings = settings;
		this.instance = instance;
		this.operations = operations;
		this.observer = new Observer(settings, operations);
	}

	Collection<IndexOperation> operations() {
		return this.operations;
	}

	DefinitionMemory definitions() {
		return this.observer.definitions();
	}

	/**
	 * Looks at the database, in at most six statements.
	 * @param anew whether all definitions are read anew
	 * @return what was seen
	 * @throws SQLException if there is no connection, or it was lost
	 */
	synchronized Look look(boolean anew) throws SQLException {
		return withSession((session) -> this.observer.look(session, anew));
	}

	/**
	 * Whether this instance looks at the database for all.
	 */
	synchronized boolean leads() {
		ObserverSession session = this.session;
		return session != null && session.leads();
	}

	/**
	 * Remembers whether new starts are paused, as another instance has seen it.
	 */
	synchronized void paused(boolean paused, @Nullable String actor) {
		this.observer.paused(paused, actor);
	}

	/**
	 * Looks at one operation's names only.
	 */
	synchronized Seen seen(IndexOperation operation) throws SQLException {
		return withSession((session) -> this.observer.seen(session, operation));
	}

	/**
	 * Looks at one operation in the order index, locks, index.
	 */
	synchronized Sighting sighting(IndexOperation operation) throws SQLException {
		return withSession((session) -> this.observer.sighting(session, operation));
	}

	/**
	 * Whether somebody has told of an order since the last time. Reads what has arrived,
	 * and sends nothing.
	 */
	synchronized boolean hasNews() {
		ObserverSession session = this.session;
		return session != null && session.hasNews();
	}

	/**
	 * Does something else with the connection that looks.
	 */
	synchronized <T> T with(Work<JdbcTemplate, T> work) throws SQLException {
		return withSession((session) -> work.apply(session.jdbc()));
	}

	synchronized <T> T withHistory(Work<History, T> work) throws SQLException {
		return withSession((session) -> {
			History history = session.history();
			if (history == null) {
				throw new SQLException("The tables of Heavy Index are missing", "42P01");
			}
			return work.apply(history);
		});
	}

	/**
	 * Does something with the session, which is opened if there is none.
	 */
	synchronized <T> T withSession(Work<ObserverSession, T> work) throws SQLException {
		if (this.closed) {
			// nothing may begin any more, and nobody would close a new session
			throw new SQLException("The application has closed", "08003");
		}
		ObserverSession session = this.session;
		if (session == null || session.isClosed()) {
			session = ObserverSession.open(this.source, this.settings, this.instance);
			this.session = session;
			this.limits = session.limits();
			this.majorVersion = session.majorVersion();
		}
		try {
			return work.apply(session);
		}
		catch (DataAccessException ex) {
			reopenNextTime(session, ex);
			throw sqlException(ex);
		}
		catch (SQLException ex) {
			reopenNextTime(session, ex);
			throw ex;
		}
	}

	synchronized boolean cancelBackend(int pid) throws SQLException {
		return withSession((session) -> AdvisoryLock.cancelHolder(session.jdbc(), pid));
	}

	synchronized void markBuild(int pid, CatalogRelation side, RelationName index) throws SQLException {
		withSession((session) -> {
			IndexSwap.markBuild(session.jdbc(), pid, side, index);
			return true;
		});
	}

	/**
	 * What the role does not see or cannot do, for people, or {@code null}.
	 */
	@Nullable String limits() {
		return this.limits;
	}

	/**
	 * The server's major version, 0 before there was a session.
	 */
	int majorVersion() {
		return this.majorVersion;
	}

	@Override
	public synchronized void close() {
		this.closed = true;
		if (this.session != null) {
			this.session.close();
			this.session = null;
		}
	}

	// below the driver's exception there may be one of the network
	private static SQLException sqlException(DataAccessException ex) {
		for (Throwable cause = ex; cause != null; cause = cause.getCause()) {
			if (cause instanceof SQLException exception) {
				return exception;
			}
		}
		return new SQLException(ex);
	}

	// a timeout leaves a sound connection; anything else is best begun anew, tables
	// included
	private void reopenNextTime(ObserverSession session, Exception ex) {
		String sqlState = SqlFailure.of(ex).sqlState();
		if (!sqlState.equals("57014") && !sqlState.equals("55P03")) {
			session.close();
			this.session = null;
		}
	}

	/**
	 * Something to do with a connection.
	 *
	 * @param <A> with what
	 * @param <T> what comes of it
	 */
	@FunctionalInterface
	interface Work<A, T> {

		T apply(A argument) throws SQLException;

	}

}

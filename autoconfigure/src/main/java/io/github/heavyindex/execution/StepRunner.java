package io.github.heavyindex.execution;

import java.sql.SQLException;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Decision.Step;
import io.github.heavyindex.decision.ErrorClass;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.postgres.DefinitionComparer;
import io.github.heavyindex.postgres.DefinitionComparer.Answer;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

/**
 * Carries out the steps of an attempt, each on what was seen under the table's lock.
 */
final class StepRunner {

	private final Direction direction;

	private final LeftoverRemoval leftover;

	private final Engine engine;

	private final PhysicalConnection connection;

	StepRunner(Direction direction, LeftoverRemoval leftover, Engine engine, PhysicalConnection connection) {
		this.direction = direction;
		this.leftover = leftover;
		this.engine = engine;
		this.connection = connection;
	}

	/**
	 * Carries out a step.
	 * @return what failed, or {@code null}
	 * @throws SQLException if the connection is lost
	 */
	@Nullable SqlFailure run(Step step, Seen seen) throws SQLException {
		try {
			return (this.direction.operation() instanceof CreateIndex create) ? create(create, step, seen)
					: change(step, seen);
		}
		// an error of our own, too, must count as an attempt, or it is made for ever
		catch (SQLException | RuntimeException ex) {
			SqlFailure failure = SqlFailure.of(ex);
			if (failure.classify(true) == ErrorClass.CONNECTION_LOST) {
				throw ex;
			}
			return failure;
		}
	}

	/**
	 * Whether the application closes, so that no build begins any more.
	 */
	boolean isTooLate(Step step) {
		return step.builds() && this.engine.cancelling();
	}

	private @Nullable SqlFailure create(CreateIndex create, Step step, Seen seen) throws SQLException {
		CatalogRelation table = seen.table();
		if (table != null && table.kind() == 'p') {
			return new PartitionedBuild(create, this.direction, this.engine, this.connection).run(seen);
		}
		SqlFailure refused = step.builds() ? validate(create, table) : null;
		if (refused != null) {
			return refused;
		}
		// a request to cancel that came between two statements has no effect
		if (isTooLate(step)) {
			return AttemptEnd.closed();
		}
		switch (step) {
			case BUILD_BESIDE -> {
				return new ReplacementSteps(create, this.connection, this.engine).buildBeside(seen);
			}
			case SWAP -> {
				return new ReplacementSteps(create, this.connection, this.engine).swap(seen);
			}
			case DROP_REPLACED -> this.leftover.dropReplaced(seen.side());
			default -> new IndexBuild(this.engine.settings(), this.connection).run(create, seen);
		}
		return null;
	}

	/**
	 * Builds the declared index on an empty clone before the heavy table is touched.
	 */
	private @Nullable SqlFailure validate(CreateIndex create, @Nullable CatalogRelation table) throws SQLException {
		Answer answer = new DefinitionComparer(this.connection.jdbc()).ask(create,
				(table != null) ? table.name() : create.table(), null);
		if (answer instanceof Answer.Refused refused) {
			return refused.failure();
		}
		if (answer instanceof Answer.Defined defined) {
			this.engine.definitions().declared(create, defined.definition());
		}
		return null;
	}

	private @Nullable SqlFailure change(Step step, Seen seen) throws SQLException {
		if (isTooLate(step)) {
			return AttemptEnd.closed();
		}
		String sql = ResolvedStatement.of(this.direction.operation(), seen);
		switch (step) {
			case ADD_CONSTRAINT -> BriefStatement.execute(this.connection, this.engine.settings().lockTimeout(), sql);
			case RENAME -> {
				this.connection.execute("set lock_timeout = " + this.engine.settings().lockTimeout().toMillis());
				this.connection.execute(sql);
			}
			case DROP -> {
				return drop(seen.index(), sql);
			}
			default -> this.connection.execute(sql);
		}
		return null;
	}

	private @Nullable SqlFailure drop(@Nullable CatalogRelation index, String sql) throws SQLException {
		if (index != null && !this.direction.isBack()) {
			this.engine.wayBack().drops(this.direction.declared(), index);
		}
		if (index != null && index.kind() == 'I') {
			return new PartitionedDrop(index, this.engine, this.connection).run();
		}
		this.connection.execute(sql);
		return null;
	}

}

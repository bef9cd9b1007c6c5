package io.github.heavyindex.execution;

import java.sql.SQLException;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Seen;
import io.github.heavyindex.decision.SideIndex;
import io.github.heavyindex.postgres.IndexSwap;
import io.github.heavyindex.postgres.PhysicalConnection;
import io.github.heavyindex.postgres.ReplacementCheck;
import io.github.heavyindex.postgres.SqlFailure;
import org.jspecify.annotations.Nullable;

import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/**
 * The steps of an online replacement, each on what was seen under the table's lock.
 */
final class ReplacementSteps {

	private final CreateIndex create;

	private final PhysicalConnection connection;

	private final Engine engine;

	ReplacementSteps(CreateIndex create, PhysicalConnection connection, Engine engine) {
		this.create = create;
		this.connection = connection;
		this.engine = engine;
	}

	/**
	 * Builds the declared index under the side name, and marks it. While it is being
	 * built, the loop marks it.
	 * @return why that cannot be, or {@code null}
	 */
	@Nullable SqlFailure buildBeside(Seen seen) throws SQLException {
		SqlFailure refused = refusal(seen);
		if (refused != null) {
			return refused;
		}
		CreateIndex beside = new CreateIndex(this.create.table(), SideIndex.nameOf(this.create.index()).name(),
				this.create.unique(), this.create.only(), this.create.definition(), this.create.options());
		new IndexBuild(this.engine.settings(), this.connection).run(beside, seen);
		SideIndex side = this.engine.sighting(this.create).after().side();
		if (side != null && !side.marked()) {
			IndexSwap.mark(new JdbcTemplate(new SingleConnectionDataSource(this.connection.jdbc(), true)),
					side.relation(), this.create.index());
		}
		return null;
	}

	/**
	 * Lets the index of the side name take its place.
	 * @return why that cannot be, or {@code null}
	 */
	@Nullable SqlFailure swap(Seen seen) throws SQLException {
		SqlFailure refused = refusal(seen);
		SideIndex side = seen.side();
		if (refused != null || side == null) {
			return refused;
		}
		IndexSwap.swap(this.connection.jdbc(), side.relation(), this.create.index(), seen.index(),
				this.engine.settings().lockTimeout());
		return null;
	}

	private @Nullable SqlFailure refusal(Seen seen) throws SQLException {
		CatalogRelation old = seen.index();
		return (old != null) ? new ReplacementCheck(this.connection.jdbc()).refusal(this.create, old) : null;
	}

}

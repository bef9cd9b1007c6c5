package io.github.heavyindex.execution;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.history.History;
import io.github.heavyindex.postgres.SqlFailure;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.jspecify.annotations.Nullable;

/**
 * Records an order in each database that it concerns. One that cannot take it does not
 * keep it from the others, and the refusal says which did.
 */
final class OrderRounds {

	private static final Log logger = LogFactory.getLog(OrderDesk.class);

	private final Settings settings;

	private final List<Reconciler> reconcilers;

	OrderRounds(Settings settings, List<Reconciler> reconcilers) {
		this.settings = settings;
		// those first that will most probably answer at once
		this.reconcilers = reconcilers.stream()
			.sorted(Comparator.comparing((Reconciler reconciler) -> reconciler.board().status().problem() != null))
			.toList();
	}

	void give(String what, @Nullable String actor, Database.Work<History, Boolean> order) {
		if (this.settings.idle() != null) {
			throw new ActionRefusedException(this.settings.idle());
		}
		List<String> taken = new ArrayList<>();
		List<String> refused = new ArrayList<>();
		boolean changed = false;
		for (Reconciler reconciler : this.reconcilers) {
			String where = DataSourceText.of(reconciler.board().dataSource());
			try {
				changed |= reconciler.engine().history(order);
				taken.add(where);
			}
			catch (SQLException ex) {
				refused.add((this.reconcilers.size() > 1) ? where + ": " + SqlFailure.of(ex).message()
						: SqlFailure.of(ex).message());
				continue;
			}
			reconciler.waiters().ordered();
			reconciler.changed();
		}
		if (changed) {
			logger.info("Ordered" + ((actor != null) ? " by " + actor : "") + ": " + what);
		}
		if (!refused.isEmpty()) {
			throw new ActionRefusedException(
					"The order to " + what + " could not be recorded"
							+ ((this.reconcilers.size() > 1)
									? " everywhere. Not on " + String.join("; nor on ", refused)
											+ (taken.isEmpty() ? ""
													: ". It was recorded on " + String.join(" and ", taken))
									: ": " + refused.get(0))
							+ ". Try again when the database can be reached.");
		}
	}

}

package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The operator, who does what only a person may decide: brings back what was cancelled,
 * and clears up what was done by hand.
 */
final class Person {

	private static final Duration PATIENCE = Duration.ofSeconds(1);

	private final FaultDatabase database;

	private final Round round;

	private final FaultKind fault;

	private final Map<String, Long> ordered = new HashMap<>();

	Person(FaultDatabase database, Round round, FaultKind fault) {
		this.database = database;
		this.round = round;
		this.fault = fault;
	}

	/**
	 * Looks at the applications, and orders what is needed.
	 * @return operations that ask for a person although nothing happened that one would
	 * be needed for
	 */
	List<Reported> help(Replicas replicas) {
		List<Reported> wrong = new ArrayList<>();
		for (ApplicationProcess replica : replicas.living()) {
			for (Reported reported : replica.status()) {
				if (this.round.operations().contains(reported.name()) && reported.needsPerson() && isTime(reported)) {
					if (!isRightly(reported)) {
						wrong.add(reported);
					}
					if (this.fault == FaultKind.CREATE_BY_HAND) {
						dropForeign();
					}
					replica.order("retry " + reported.name());
				}
			}
		}
		return wrong;
	}

	/**
	 * Whether there was anything to do.
	 */
	boolean helped() {
		return !this.ordered.isEmpty();
	}

	private boolean isTime(Reported reported) {
		long now = System.nanoTime();
		Long last = this.ordered.get(reported.name());
		if (last != null && now - last < PATIENCE.toNanos()) {
			return false;
		}
		this.ordered.put(reported.name(), now);
		return true;
	}

	private boolean isRightly(Reported reported) {
		return switch (this.fault) {
			// what was cancelled says so, and nothing else is said
			case CANCEL_BACKEND -> reported.state().equals("CANCELLED");
			default -> this.fault.needsPerson();
		};
	}

	private void dropForeign() {
		this.database.query(
				"select indexrelid::regclass::text from pg_index where pg_get_indexdef(indexrelid) like '%USING btree (b)'",
				String.class)
			.forEach((index) -> this.database.execute("drop index if exists " + index));
	}

}

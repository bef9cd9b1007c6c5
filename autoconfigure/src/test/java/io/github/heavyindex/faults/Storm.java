package io.github.heavyindex.faults;

import java.util.List;

/**
 * Many rounds, each with one fault at a random moment.
 */
final class Storm {

	/**
	 * Rounds that the same applications are declared for.
	 */
	private static final int GENERATION = 10;

	private final FaultDatabase database;

	private final List<PlannedFault> plan;

	private final Summary summary;

	private final ForeignLocks foreign;

	private final Witness witness;

	Storm(FaultDatabase database, List<PlannedFault> plan, Summary summary, ForeignLocks foreign, Witness witness) {
		this.database = database;
		this.plan = plan;
		this.summary = summary;
		this.foreign = foreign;
		this.witness = witness;
	}

	void run() {
		for (int first = 0; first < this.plan.size(); first += GENERATION) {
			int count = Math.min(GENERATION, this.plan.size() - first);
			try (Generation generation = new Generation(this.database, first, count, 1 + (first / GENERATION) % 2,
					this.summary, this.foreign, this.witness)) {
				generation.rounds().forEach((round) -> {
					PlannedFault fault = this.plan.get(round.number());
					generation.run(round, fault, (begun) -> Faults.pause(fault.delay()));
				});
			}
		}
	}

}

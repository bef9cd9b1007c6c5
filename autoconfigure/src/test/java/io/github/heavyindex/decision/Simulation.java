package io.github.heavyindex.decision;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Predicate;

import io.github.heavyindex.AddConstraint;
import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.IndexOperation;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.RenameIndex;
import org.jspecify.annotations.Nullable;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Carries decisions out on a {@link World}, one a turn, until nothing changes any more.
 * By chance, attempts fail, applications die with their builds going on without them or
 * not, indexes must be compared anew, and rows are lost.
 */
final class Simulation {

	private static final int MAX_TURNS = 200;

	private static final int ORPHAN = 4711;

	private final World world;

	private final Random random;

	private final Map<String, Predicate<World>> truths = new HashMap<>();

	private final List<Object> log = new ArrayList<>();

	private int mishaps;

	private boolean allAtOnce;

	private World.@Nullable Relation orphaned;

	private @Nullable String metLater;

	private Predicate<String> precious = (definition) -> false;

	Simulation(World world, long seed) {
		this.world = world;
		this.random = new Random(seed);
		this.mishaps = this.random.nextInt(8);
	}

	/**
	 * What must be so whenever the operation counts as completed.
	 */
	Simulation truth(String operation, Predicate<World> truth) {
		this.truths.put(operation, truth);
		return this;
	}

	/**
	 * Which definition may never be dropped, unless it stands twice.
	 */
	Simulation precious(Predicate<String> definition) {
		this.precious = definition;
		return this;
	}

	/**
	 * A prerequisite that is met sooner or later.
	 */
	Simulation metLater(String prerequisite) {
		this.metLater = prerequisite;
		this.world.unmet.put(prerequisite, "prerequisite " + prerequisite);
		return this;
	}

	/**
	 * Goes on until all is completed and nothing changes.
	 */
	void run() {
		for (int turn = 0; turn < MAX_TURNS; turn++) {
			Map<String, Decision> decisions = this.world.decide();
			this.log.add(decisions);
			decisions.forEach(this::check);
			boolean changed = record(decisions);
			changed |= mishap();
			changed |= act(this.world.decide());
			changed |= finishOrphan();
			changed |= meetPrerequisite();
			if (!changed) {
				assertThat(decisions.keySet()).as(this.log::toString)
					.allMatch((name) -> completed(name, decisions.get(name)));
				return;
			}
		}
		throw new AssertionError("It never ends: " + this.log);
	}

	private void check(String name, @Nullable Decision decision) {
		Predicate<World> truth = this.truths.get(name);
		if (truth != null && completed(name, decision)) {
			assertThat(truth.test(this.world)).as(() -> name + " counts as completed: " + this.log).isTrue();
		}
		if (decision instanceof Decision.Run run) {
			assertThat(this.orphaned).as(() -> name + " would disturb a build: " + this.log).isNull();
			World.Relation index = this.world.find(this.world.operation(name).index().toString());
			if (run.step() == Decision.Step.DROP && index != null && index.valid
					&& this.precious.test(index.definition)) {
				assertThat(this.world.count(index.definition)).as(() -> name + " drops a good index: " + this.log)
					.isGreaterThan(1);
			}
		}
	}

	private boolean completed(String name, @Nullable Decision decision) {
		Recorded recorded = this.world.recorded.get(name);
		return decision instanceof Decision.Complete || (decision instanceof Decision.Keep && recorded != null
				&& recorded.state() == OperationState.COMPLETED);
	}

	/**
	 * Rows are lost all together or not at all.
	 */
	Simulation losingAllRowsAtOnce() {
		this.allAtOnce = true;
		return this;
	}

	private boolean mishap() {
		if (this.mishaps == 0 || this.random.nextInt(3) > 0) {
			return false;
		}
		this.mishaps--;
		if (this.random.nextBoolean() || this.allAtOnce) {
			this.log.add("all rows lost");
			this.world.recorded.clear();
			return true;
		}
		List<IndexOperation> operations = this.world.operations();
		String name = operations.get(this.random.nextInt(operations.size())).name();
		this.log.add("row lost: " + name);
		this.world.recorded.remove(name);
		return true;
	}

	private boolean record(Map<String, Decision> decisions) {
		boolean changed = false;
		for (Map.Entry<String, Decision> entry : decisions.entrySet()) {
			Decision decision = entry.getValue();
			if (decision instanceof Decision.Complete) {
				this.world.record(entry.getKey(), OperationState.COMPLETED);
				changed = true;
			}
			else if (decision instanceof Decision.Fail) {
				this.world.record(entry.getKey(), OperationState.FAILED);
				changed = true;
			}
			else if (decision instanceof Decision.Compare compare) {
				this.world.compare(compare.index());
				changed = true;
			}
		}
		return changed;
	}

	private boolean act(Map<String, Decision> decisions) {
		for (IndexOperation operation : this.world.operations()) {
			if (decisions.get(operation.name()) instanceof Decision.Run run) {
				check(operation.name(), run);
				this.log.add(operation.name() + ": " + run.step());
				act(operation, run.step());
				return true;
			}
		}
		return false;
	}

	private void act(IndexOperation operation, Decision.Step step) {
		boolean succeeds = this.mishaps == 0 || this.random.nextInt(3) > 0;
		if (!succeeds) {
			this.mishaps--;
		}
		boolean died = this.random.nextBoolean();
		this.world.record(operation.name(), died ? OperationState.RUNNING : OperationState.PENDING, operation.sql(), 1,
				null, ORPHAN, died ? World.GONE : World.ALIVE);
		String name = operation.index().toString();
		switch (step) {
			case BUILD -> build((CreateIndex) operation, succeeds, died);
			case DROP -> {
				World.Relation index = this.world.find(name);
				if (succeeds) {
					this.world.remove(index);
				}
				else if (index != null && this.random.nextBoolean()) {
					index.unready();
				}
			}
			case DROP_LEFTOVER -> this.world.remove(this.world.find(name));
			case ADD_CONSTRAINT -> {
				World.Relation index = this.world.find(name);
				if (succeeds && index != null) {
					this.world.rename(index, ((AddConstraint) operation).constraintName());
					index.constraint(((AddConstraint) operation).constraintName());
					forgetComparison(index);
				}
			}
			case RENAME -> {
				World.Relation index = this.world.find(name);
				if (succeeds && index != null) {
					this.world.rename(index, ((RenameIndex) operation).newName());
					forgetComparison(index);
				}
			}
			default -> throw new IllegalStateException("No simulation declares what takes the step " + step);
		}
	}

	private void build(CreateIndex create, boolean succeeds, boolean died) {
		World.Relation index = this.world.index(create.index().toString(), create.table().toString(),
				create.definition());
		if (succeeds) {
			forgetComparison(index);
			return;
		}
		index.invalid();
		index.ready = this.random.nextBoolean();
		if (died && this.random.nextBoolean()) {
			this.log.add("the build goes on without its application");
			this.orphaned = index;
			this.world.lockedBy(create.table().toString(), ORPHAN, true).workedOnBy(create.table().toString(), ORPHAN);
		}
	}

	private boolean finishOrphan() {
		World.Relation index = this.orphaned;
		if (index == null) {
			return false;
		}
		if (this.random.nextInt(3) == 0) {
			this.orphaned = null;
			this.world.idle();
			index.valid = this.random.nextBoolean();
			this.log.add("the build ended, valid: " + index.valid);
			forgetComparison(index);
		}
		return true;
	}

	private boolean meetPrerequisite() {
		String prerequisite = this.metLater;
		if (prerequisite == null) {
			return false;
		}
		if (this.random.nextInt(5) == 0) {
			this.world.unmet.remove(prerequisite);
			this.metLater = null;
		}
		return true;
	}

	private void forgetComparison(World.Relation index) {
		if (this.random.nextBoolean()) {
			this.world.uncompared(index);
		}
	}

}

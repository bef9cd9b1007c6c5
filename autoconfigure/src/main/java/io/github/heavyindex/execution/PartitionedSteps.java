package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

import io.github.heavyindex.CreateIndex;
import io.github.heavyindex.RelationName;
import io.github.heavyindex.decision.CatalogRelation;
import io.github.heavyindex.decision.Partition;
import io.github.heavyindex.decision.PartitionState;
import io.github.heavyindex.decision.PartitionStep;
import io.github.heavyindex.decision.Seen;
import org.jspecify.annotations.Nullable;

/**
 * The steps by which the index of a partitioned table is built. What is done about each
 * partition is decided by the same function as when it is done.
 */
final class PartitionedSteps {

	private final CreateIndex create;

	private final Seen seen;

	private final Map<Long, PartitionState> states;

	private final StepWriter writer;

	private final Map<Long, CatalogRelation> indexes;

	private final Map<Long, RelationName> parents = new HashMap<>();

	private final Map<Work, List<List<PlannedStep>>> leaves = new EnumMap<>(Work.class);

	private final Map<Work, Long> bytes = new EnumMap<>(Work.class);

	private PartitionedSteps(CreateIndex create, Seen seen, Map<Long, PartitionState> states, StepWriter writer) {
		this.create = create;
		this.seen = seen;
		this.states = states;
		this.writer = writer;
		this.indexes = PartitionedBuild.indexes(seen);
		this.indexes.forEach((table, index) -> this.parents.put(table, index.name()));
	}

	static List<StepGroup> of(CreateIndex create, Seen seen, Map<Long, PartitionState> states, StepWriter writer,
			@Nullable IndexShape shape) {
		CatalogRelation table = seen.table();
		return (table != null) ? new PartitionedSteps(create, seen, states, writer).groups(table.name(), shape)
				: List.of();
	}

	private List<StepGroup> groups(RelationName table, @Nullable IndexShape shape) {
		List<PlannedStep> levels = new ArrayList<>();
		CatalogRelation root = this.seen.table();
		if (this.seen.index() == null && root != null) {
			levels.add(this.writer.buildOnly(this.create, table, this.create.indexName()));
			this.parents.put(root.oid(), new RelationName(table.schema(), this.create.indexName()));
		}
		this.seen.partitions()
			.stream()
			.filter(Partition::partitioned)
			.forEach((level) -> levels.addAll(plan(level).steps));
		this.seen.partitions()
			.stream()
			.filter((partition) -> !partition.partitioned())
			.sorted(Comparator.comparing((partition) -> -partition.bytes()))
			.forEach(this::leaf);
		List<StepGroup> groups = new ArrayList<>();
		if (!levels.isEmpty()) {
			groups.add(StepGroup.once(levels));
		}
		this.leaves.forEach((work, members) -> {
			if (work != Work.NONE) {
				groups.add(new StepGroup(work.words, members,
						(work != Work.ATTACH) ? this.bytes.getOrDefault(work, 0L) : 0));
			}
		});
		if (groups.isEmpty()) {
			groups.addAll(again());
		}
		List<PlannedStep> analyze = this.writer.analyze(table, shape);
		if (!analyze.isEmpty()) {
			groups.add(StepGroup.once(analyze));
		}
		return groups;
	}

	/**
	 * How many partitions are to be dealt with, and how.
	 */
	static String summary(List<StepGroup> groups, Seen seen) {
		long leaves = seen.partitions().stream().filter((partition) -> !partition.partitioned()).count();
		long levels = seen.partitions().size() - leaves;
		String open = groups.stream()
			.filter((group) -> !group.like().isEmpty())
			.map((group) -> group.members().size() + " " + group.like())
			.collect(Collectors.joining(", "));
		long done = leaves - groups.stream()
			.filter((group) -> !group.like().isEmpty())
			.mapToLong((group) -> group.members().size())
			.sum();
		return leaves + " partitions" + ((levels > 0) ? ", and " + levels + " partitioned ones between" : "") + ": "
				+ (open.isEmpty() ? "" : open + ", ") + done + " with their index attached";
	}

	/**
	 * Which part of the table's data is read: nothing of partitions whose indexes are
	 * only attached.
	 */
	static double share(List<StepGroup> groups, Seen seen) {
		double all = seen.partitions().stream().mapToLong(Partition::bytes).sum();
		return (all > 0) ? groups.stream().mapToLong(StepGroup::bytes).sum() / all : 1;
	}

	private void leaf(Partition partition) {
		Planned planned = plan(partition);
		this.leaves.computeIfAbsent(planned.work, (work) -> new ArrayList<>()).add(planned.steps);
		this.bytes.merge(planned.work, partition.bytes(), Long::sum);
	}

	private Planned plan(Partition partition) {
		RelationName parent = this.parents.get(partition.parent());
		CatalogRelation parentIndex = this.indexes.get(partition.parent());
		long oid = (parentIndex != null) ? parentIndex.oid() : 0;
		PartitionState state = this.states.getOrDefault(partition.oid(),
				new PartitionState(true, null, List.of(), Set.of()));
		List<PlannedStep> steps = new ArrayList<>();
		PartitionStep step = PartitionStep.of(this.create, partition, state, oid);
		Work work = Work.of(step);
		while (step instanceof PartitionStep.Clean clean) {
			steps.add(this.writer.dropConcurrently(clean.index(), partition.name(), "an invalid one of ours"));
			state = without(state, clean.index());
			step = PartitionStep.of(this.create, partition, state, oid);
		}
		if (parent != null) {
			add(step, partition, parent, steps);
		}
		return new Planned(work, steps);
	}

	private static PartitionState without(PartitionState state, RelationName removed) {
		return new PartitionState(true, null,
				state.indexes().stream().filter((index) -> !index.name().equals(removed)).toList(),
				state.taken()
					.stream()
					.filter((name) -> !name.equals(removed.name()))
					.collect(Collectors.toUnmodifiableSet()));
	}

	private void add(PartitionStep step, Partition partition, RelationName parent, List<PlannedStep> steps) {
		if (step instanceof PartitionStep.Attach attach) {
			this.parents.putIfAbsent(partition.oid(), attach.index());
			steps.add(this.writer.attach(parent, attach.index(), "equal to the declared one, and not built again"));
		}
		else if (step instanceof PartitionStep.Repair repair) {
			steps.add(this.writer.reindex(repair.index(), partition.name(), "attached, but invalid"));
			steps.add(this.writer.attach(parent, repair.index(), "once more, so that PostgreSQL looks again"));
		}
		else if (step instanceof PartitionStep.Build build) {
			RelationName index = new RelationName(partition.name().schema(), build.name());
			this.parents.putIfAbsent(partition.oid(), index);
			steps.add(partition.partitioned() ? this.writer.buildOnly(this.create, partition.name(), build.name())
					: this.writer.build(
							new CreateIndex(partition.name(), build.name(), this.create.unique(), false,
									this.create.definition(), this.create.options()),
							partition.name(), partition.bytes(), null));
			steps.add(this.writer.attach(parent, index, null));
		}
	}

	/**
	 * Where each partition has its index and the whole is not valid, an attached one is
	 * attached again.
	 */
	private List<StepGroup> again() {
		for (Partition partition : this.seen.partitions()) {
			RelationName parent = this.parents.get(partition.parent());
			CatalogRelation index = partition.index();
			if (parent != null && index != null) {
				return List.of(StepGroup.once(List.of(this.writer.attach(parent, index.name(),
						"once more, so that PostgreSQL looks again whether the whole is valid"))));
			}
		}
		return List.of();
	}

	/**
	 * What is done about a partition, in the order of doing it.
	 */
	private enum Work {

		REPAIR("with an invalid one to repair"),

		CLEAN("with an invalid one to build anew"),

		BUILD("to build"),

		ATTACH("with an equal one to attach"),

		NONE("done");

		private final String words;

		Work(String words) {
			this.words = words;
		}

		static Work of(PartitionStep step) {
			if (step instanceof PartitionStep.Repair) {
				return REPAIR;
			}
			if (step instanceof PartitionStep.Clean) {
				return CLEAN;
			}
			if (step instanceof PartitionStep.Build) {
				return BUILD;
			}
			return (step instanceof PartitionStep.Attach) ? ATTACH : NONE;
		}

	}

	private record Planned(Work work, List<PlannedStep> steps) {

	}

}

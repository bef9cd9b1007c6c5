package io.github.heavyindex.execution;

import java.util.List;

/**
 * Steps that are taken in the same way for several partitions, or once.
 *
 * @param like what they are taken for, in the plural, for people; empty if they are taken
 * once
 * @param members the steps for each of them
 * @param bytes how much of the partitions' data is read for them
 */
record StepGroup(String like, List<List<PlannedStep>> members, long bytes) {

	StepGroup {
		members = List.copyOf(members);
	}

	static StepGroup once(List<PlannedStep> steps) {
		return new StepGroup("", List.of(List.copyOf(steps)), 0);
	}

}

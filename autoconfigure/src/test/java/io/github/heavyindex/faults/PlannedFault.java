package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;

/**
 * What strikes when. All that is left to chance is drawn beforehand, so that the same
 * seed gives the same storm, as far as processes and clocks do.
 *
 * @param kind what happens
 * @param delay the time from the round's beginning
 * @param lasting how long what lasts for a while lasts
 * @param variant one of two ways to do it
 * @param choice chooses one of several
 */
record PlannedFault(FaultKind kind, Duration delay, Duration lasting, boolean variant, int choice) {

	static List<PlannedFault> draw(long seed, int count) {
		Random random = new Random(seed);
		List<PlannedFault> faults = new ArrayList<>();
		while (faults.size() < count) {
			// each kind as often as any other, in any order
			List<FaultKind> kinds = new ArrayList<>(List.of(FaultKind.values()));
			Collections.shuffle(kinds, random);
			for (FaultKind kind : kinds) {
				faults.add(new PlannedFault(kind, Duration.ofMillis(random.nextInt(3200)),
						Duration.ofMillis(500 + random.nextInt(1500)), random.nextBoolean(), random.nextInt(1000)));
			}
		}
		return faults.subList(0, count);
	}

}

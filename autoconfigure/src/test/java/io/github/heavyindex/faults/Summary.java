package io.github.heavyindex.faults;

import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What came of a storm.
 */
final class Summary {

	private final long seed;

	private final long start = System.nanoTime();

	private final Map<FaultKind, Integer> faults = new EnumMap<>(FaultKind.class);

	private final Map<FaultKind, Integer> survived = new EnumMap<>(FaultKind.class);

	private final Map<FaultKind, Integer> helped = new EnumMap<>(FaultKind.class);

	private final List<String> lost = new ArrayList<>();

	private final List<String> doubled = new ArrayList<>();

	private final List<String> invalid = new ArrayList<>();

	private final List<String> wronglyReported = new ArrayList<>();

	private final List<String> lostBuilds = new ArrayList<>();

	private final List<String> leftOver = new ArrayList<>();

	private final List<String> unsettled = new ArrayList<>();

	private Duration longestSettling = Duration.ZERO;

	Summary(long seed) {
		this.seed = seed;
	}

	void struck(FaultKind kind) {
		this.faults.merge(kind, 1, Integer::sum);
	}

	/**
	 * A build that was under way when the fault struck is the index that stands now.
	 */
	void buildSurvived(FaultKind kind) {
		this.survived.merge(kind, 1, Integer::sum);
	}

	int survived(FaultKind kind) {
		return this.survived.getOrDefault(kind, 0);
	}

	/**
	 * A person had to help, as was to be expected.
	 */
	void personHelped(FaultKind kind) {
		this.helped.merge(kind, 1, Integer::sum);
	}

	int helped(FaultKind kind) {
		return this.helped.getOrDefault(kind, 0);
	}

	void lost(String what) {
		this.lost.add(what);
	}

	void doubled(String what) {
		this.doubled.add(what);
	}

	void invalid(String what) {
		this.invalid.add(what);
	}

	void wronglyReported(String what) {
		this.wronglyReported.add(what);
	}

	void lostBuild(String what) {
		this.lostBuilds.add(what);
	}

	void leftOver(String what) {
		this.leftOver.add(what);
	}

	void unsettled(String what) {
		this.unsettled.add(what);
	}

	void settledAfter(Duration time) {
		if (time.compareTo(this.longestSettling) > 0) {
			this.longestSettling = time;
		}
	}

	/**
	 * Everything that must not be.
	 */
	List<String> complaints(WriteLoad load, Duration longestWaitAllowed, Set<String> lies) {
		List<String> complaints = new ArrayList<>();
		for (List<String> all : List.of(this.lost, this.doubled, this.invalid, this.wronglyReported, this.lostBuilds,
				this.leftOver, this.unsettled, load.failures())) {
			complaints.addAll(all);
		}
		lies.forEach((lie) -> complaints.add("recorded as completed while it was not: " + lie));
		if (load.longest().compareTo(longestWaitAllowed) > 0) {
			complaints.add("a statement of the load took " + load.longest());
		}
		return complaints;
	}

	String print(WriteLoad load, Witness witness) {
		StringBuilder text = new StringBuilder();
		text.append("\nFault storm, seed ").append(this.seed).append('\n');
		line(text, "time", Duration.ofSeconds(Duration.ofNanos(System.nanoTime() - this.start).toSeconds()));
		line(text, "faults", this.faults.values().stream().mapToInt(Integer::intValue).sum());
		this.faults.forEach((kind, count) -> {
			Integer builds = this.survived.get(kind);
			line(text, "  " + kind.name().toLowerCase().replace('_', ' '),
					count + ((builds != null) ? "   (builds under way that went on to the end: " + builds + ")" : ""));
		});
		line(text, "indexes lost", this.lost.size());
		line(text, "indexes doubled", this.doubled.size());
		line(text, "indexes left invalid", this.invalid.size());
		line(text, "wrongly reported", this.wronglyReported.size() + witness.lies().size() + "   (in " + witness.looks()
				+ " comparisons of our table with the catalog)");
		line(text, "builds lost that should live", this.lostBuilds.size());
		line(text, "attempts, locks left over", this.leftOver.size());
		line(text, "rounds that did not settle", this.unsettled.size());
		line(text, "longest settling", millis(this.longestSettling));
		line(text, "statements of the load", load.statements());
		line(text, "  failed", load.failures().size());
		line(text, "  longest", millis(load.longest()));
		line(text, "  longest behind the suite's own locks and restarts", millis(load.longestBehindForeign()));
		line(text, "  broken by the suite's restarts", load.brokenByFault());
		return text.toString();
	}

	private static String millis(Duration duration) {
		return duration.toMillis() + " ms";
	}

	private static void line(StringBuilder text, String name, Object value) {
		text.append("  ").append(name).append(" ".repeat(Math.max(1, 52 - name.length()))).append(value).append('\n');
	}

}

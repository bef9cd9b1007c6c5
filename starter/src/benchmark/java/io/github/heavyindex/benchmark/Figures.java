package io.github.heavyindex.benchmark;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * The figures of several contestants, each measured several times. One that was given up
 * is infinite.
 */
final class Figures {

	private final Map<String, List<Double>> figures = new LinkedHashMap<>();

	void add(String contestant, double figure) {
		this.figures.computeIfAbsent(contestant, (name) -> new ArrayList<>()).add(figure);
	}

	/**
	 * The median; of an even number the lower one, so that it was really measured.
	 */
	double median(String contestant) {
		List<Double> sorted = this.figures.getOrDefault(contestant, List.of()).stream().sorted().toList();
		return sorted.isEmpty() ? Double.NaN : sorted.get((sorted.size() - 1) / 2);
	}

	/**
	 * The median of the ratios of each round: what disturbed a round disturbed both.
	 */
	double ratio(String contestant, String base) {
		List<Double> above = this.figures.getOrDefault(contestant, List.of());
		List<Double> below = this.figures.getOrDefault(base, List.of());
		Figures ratios = new Figures();
		for (int round = 0; round < Math.min(above.size(), below.size()); round++) {
			ratios.add("ratio", above.get(round) / below.get(round));
		}
		return ratios.median("ratio");
	}

	/**
	 * From the smallest to the largest, in words.
	 */
	String range(String contestant) {
		List<Double> sorted = this.figures.getOrDefault(contestant, List.of()).stream().sorted().toList();
		return sorted.isEmpty() ? "" : text(sorted.get(0)) + "–" + text(sorted.get(sorted.size() - 1));
	}

	static String text(double figure) {
		if (Double.isNaN(figure) || Double.isInfinite(figure)) {
			return "–";
		}
		int digits = (Math.abs(figure) >= 100) ? 0 : (Math.abs(figure) >= 10) ? 1 : 2;
		return String.format(Locale.ROOT, "%." + digits + "f", figure);
	}

}

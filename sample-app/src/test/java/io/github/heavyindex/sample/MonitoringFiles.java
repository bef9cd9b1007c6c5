package io.github.heavyindex.sample;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The dashboard and the alert rules in {@code monitoring}, held against a scrape.
 */
final class MonitoringFiles {

	private static final List<String> FILES = List.of("grafana-dashboard.json", "prometheus-alerts.yaml");

	private static final Pattern METER = Pattern.compile("\\bheavy_index_\\w+");

	/**
	 * As in {@code max by (job, name) (changes(heavy_index_progress[30m]))}.
	 */
	private static final Pattern AGGREGATION = Pattern.compile("by \\(([\\w, ]+)\\) \\((?:\\w+\\()?(heavy_index_\\w+)");

	private MonitoringFiles() {
	}

	static void assertThatTheyReadWhatIsExposed(String scrape) throws IOException {
		for (String file : FILES) {
			String text = Files.readString(Path.of("monitoring", file));
			assertThat(METER.matcher(text).results().map((use) -> use.group() + "{").distinct().toList()).as(file)
				.hasSizeGreaterThan(3)
				.allSatisfy((meter) -> assertThat(scrape).contains(meter));
			assertThat(AGGREGATION.matcher(text).results().toList()).as(file)
				.isNotEmpty()
				.allSatisfy((use) -> assertThat(labels(scrape, use.group(2))).contains(use.group(1).split(", ")));
		}
	}

	/**
	 * The labels of a meter; Prometheus itself adds the job.
	 */
	private static List<String> labels(String scrape, String meter) {
		String sample = scrape.lines().filter((line) -> line.startsWith(meter + "{")).findFirst().orElseThrow();
		return Pattern.compile("(\\w+)=\"")
			.matcher(sample + " job=\"")
			.results()
			.map((label) -> label.group(1))
			.toList();
	}

}

package io.github.heavyindex.benchmark;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A table for the README.
 */
final class MarkdownTable {

	private final List<String> lines = new ArrayList<>();

	MarkdownTable(String... titles) {
		row((Object[]) titles);
		this.lines.add(Stream.of(titles).map((title) -> "---").collect(Collectors.joining(" | ", "| ", " |")));
	}

	MarkdownTable row(Object... cells) {
		this.lines.add(Stream.of(cells)
			.map((cell) -> (cell instanceof Double figure) ? Figures.text(figure) : cell.toString())
			.collect(Collectors.joining(" | ", "| ", " |")));
		return this;
	}

	@Override
	public String toString() {
		return String.join("\n", this.lines);
	}

}

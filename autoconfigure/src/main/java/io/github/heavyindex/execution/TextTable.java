package io.github.heavyindex.execution;

import java.util.ArrayList;
import java.util.List;

import org.springframework.util.StringUtils;

/**
 * A table of plain text that fits {@value Terminal#COLUMNS} columns, with lines of text
 * between its rows. Not thread-safe.
 */
final class TextTable {

	private static final String GAP = "  ";

	private static final String INDENT = "    ";

	private final int widestFirst;

	private final List<Object> lines = new ArrayList<>();

	/**
	 * Creates a table.
	 * @param widestFirst how wide the first column may be; a longer text there takes a
	 * line of its own
	 */
	TextTable(int widestFirst) {
		this.widestFirst = widestFirst;
	}

	/**
	 * Adds a row.
	 */
	TextTable row(String... cells) {
		this.lines.add(cells);
		return this;
	}

	/**
	 * Adds an indented text that may need several lines.
	 * @param label a word before the text, may be empty
	 */
	TextTable text(String label, String text) {
		String first = INDENT + (label.isEmpty() ? "" : label + " ".repeat(Math.max(1, 8 - label.length())));
		String indent = " ".repeat(first.length());
		String before = first;
		for (String line : wrap(text, Terminal.COLUMNS - indent.length())) {
			this.lines.add(before + line);
			before = indent;
		}
		return this;
	}

	@Override
	public String toString() {
		int[] widths = widths();
		StringBuilder text = new StringBuilder();
		for (Object line : this.lines) {
			if (line instanceof String[] cells) {
				append(text, cells, widths);
			}
			else {
				text.append(line).append('\n');
			}
		}
		return text.toString();
	}

	private int[] widths() {
		int[] widths = new int[this.lines.stream()
			.mapToInt((line) -> (line instanceof String[] cells) ? cells.length : 0)
			.max()
			.orElse(0)];
		for (Object line : this.lines) {
			if (line instanceof String[] cells) {
				for (int i = 0; i < cells.length; i++) {
					if (i > 0 || cells[i].length() <= this.widestFirst) {
						widths[i] = Math.max(widths[i], cells[i].length());
					}
				}
			}
		}
		return widths;
	}

	private static void append(StringBuilder text, String[] cells, int[] widths) {
		StringBuilder row = new StringBuilder();
		for (int i = 0; i < cells.length; i++) {
			row.append(cells[i]);
			if (cells[i].length() > widths[i]) {
				row.append('\n').append(" ".repeat(widths[i]));
			}
			else {
				row.append(" ".repeat(widths[i] - cells[i].length()));
			}
			row.append(GAP);
		}
		text.append(row.toString().stripTrailing()).append('\n');
	}

	/**
	 * Breaks a text at its spaces; a word that is too long is broken where the line ends.
	 */
	static List<String> wrap(String text, int width) {
		List<String> lines = new ArrayList<>();
		StringBuilder line = new StringBuilder();
		for (String word : StringUtils.tokenizeToStringArray(text, " \t\r\n")) {
			String rest = word;
			if (line.length() > 0 && line.length() + 1 + rest.length() > width) {
				lines.add(line.toString());
				line.setLength(0);
			}
			while (rest.length() > width) {
				lines.add(rest.substring(0, width));
				rest = rest.substring(width);
			}
			line.append((line.length() > 0) ? " " : "").append(rest);
		}
		lines.add(line.toString());
		return lines;
	}

}

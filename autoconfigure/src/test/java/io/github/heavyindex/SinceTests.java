package io.github.heavyindex;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

import org.junit.jupiter.api.Test;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Every public type says since when it is there, and only a public one.
 */
class SinceTests {

	private static final Pattern PUBLIC_TYPE = Pattern
		.compile("^public .*?\\b(class|interface|record|enum|@interface) ", Pattern.MULTILINE);

	private static final Pattern SINCE = Pattern.compile("^ \\* @since \\d+\\.\\d+\\.\\d+$", Pattern.MULTILINE);

	@Test
	void everyPublicTypeSaysSinceWhenItIsThere() throws IOException {
		try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
			List<Path> types = files.filter((file) -> file.toString().endsWith(".java"))
				.filter((file) -> !file.endsWith("package-info.java"))
				.toList();
			assertThat(types).hasSizeGreaterThan(100)
				.allSatisfy((file) -> assertThat(says(Files.readString(file)))
					.as("%s has '@since 0.1.0' (the version that it comes with) in its Javadoc, if it is public, and else none",
							file)
					.isTrue());
		}
	}

	private static boolean says(String source) {
		Matcher type = PUBLIC_TYPE.matcher(source);
		return type.find() ? SINCE.matcher(source.substring(0, type.start())).find() : !SINCE.matcher(source).find();
	}

}

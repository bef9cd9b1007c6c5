package io.github.heavyindex.benchmark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

import org.jspecify.annotations.Nullable;

/**
 * What the application uses to get its indexes, and how they are declared there.
 */
enum Tool {

	NONE("no migration tool", null),

	HEAVY_INDEX("Heavy Index", null),

	FLYWAY("Flyway", "flyway_schema_history where success and version = '1'"),

	FLYWAY_WITHOUT_LOCK("Flyway, transactional-lock=false", "flyway_schema_history where success and version = '1'"),

	LIQUIBASE("Liquibase, raw SQL", "databasechangelog where exectype = 'EXECUTED'");

	private static final Pattern HEAVY_INDEX_JAR = Pattern
		.compile(".*[/\\\\](heavy-index-spring-boot-autoconfigure|autoconfigure[/\\\\]target).*");

	private static final Pattern FLYWAY_JAR = Pattern.compile(".*[/\\\\][^/\\\\]*flyway[^/\\\\]*\\.jar");

	private static final Pattern LIQUIBASE_JAR = Pattern.compile(".*[/\\\\][^/\\\\]*liquibase[^/\\\\]*\\.jar");

	private final String label;

	private final @Nullable String successes;

	Tool(String label, @Nullable String successes) {
		this.label = label;
		this.successes = successes;
	}

	/**
	 * Whether the tool's own records say that its first change was carried out.
	 */
	boolean saysDone(Database database) throws Exception {
		String from = (this.successes != null) ? this.successes : "heavy_index_operation where state = 'COMPLETED'";
		return database.exists(from.substring(0, from.indexOf(' ')))
				&& database.is("select exists (select from " + from + ")");
	}

	/**
	 * The class path of this process without the other tools.
	 */
	String classPath() {
		return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
			.filter((entry) -> !HEAVY_INDEX_JAR.matcher(entry).matches() || this == HEAVY_INDEX)
			.filter((entry) -> !FLYWAY_JAR.matcher(entry).matches() || this == FLYWAY || this == FLYWAY_WITHOUT_LOCK)
			.filter((entry) -> !LIQUIBASE_JAR.matcher(entry).matches() || this == LIQUIBASE)
			.collect(Collectors.joining(File.pathSeparator));
	}

	/**
	 * Writes what goes onto the class path of the application.
	 * @param directory where
	 * @param statements one for each change, outside a transaction
	 * @return the application's properties
	 */
	List<String> declare(Path directory, List<String> statements) throws IOException {
		List<String> properties = new ArrayList<>();
		switch (this) {
			case NONE -> {
			}
			case HEAVY_INDEX -> {
				for (int change = 0; change < statements.size(); change++) {
					properties.add("heavy-index.operations.op_" + change + ".sql=" + statements.get(change));
				}
			}
			case FLYWAY, FLYWAY_WITHOUT_LOCK -> {
				Path scripts = Files.createDirectories(directory.resolve("db/migration"));
				for (int change = 0; change < statements.size(); change++) {
					Path script = scripts.resolve("V" + (change + 1) + "__index.sql");
					Files.writeString(script, statements.get(change) + ";\n");
					Files.writeString(scripts.resolve(script.getFileName() + ".conf"), "executeInTransaction=false\n");
				}
				// the tables are there before
				properties.add("spring.flyway.baseline-on-migrate=true");
				properties.add("spring.flyway.baseline-version=0");
				if (this == FLYWAY_WITHOUT_LOCK) {
					properties.add("spring.flyway.postgresql.transactional-lock=false");
				}
			}
			case LIQUIBASE -> {
				StringBuilder changelog = new StringBuilder("--liquibase formatted sql\n");
				for (int change = 0; change < statements.size(); change++) {
					changelog.append("\n--changeset benchmark:" + (change + 1) + " runInTransaction:false\n"
							+ statements.get(change) + ";\n");
				}
				Files.writeString(Files.createDirectories(directory.resolve("db/changelog")).resolve("changelog.sql"),
						changelog);
				properties.add("spring.liquibase.change-log=classpath:db/changelog/changelog.sql");
			}
		}
		return properties;
	}

	@Override
	public String toString() {
		return this.label;
	}

}

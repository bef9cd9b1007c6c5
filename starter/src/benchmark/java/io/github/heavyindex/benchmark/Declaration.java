package io.github.heavyindex.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

import org.springframework.util.FileSystemUtils;

/**
 * An application as it is deployed: a tool, what it is to carry out, and its properties.
 */
record Declaration(Tool tool, Path directory) {

	/**
	 * Writes it down.
	 * @param tool the tool
	 * @param database the application's database
	 * @param statements what the tool is to carry out
	 * @param properties more properties, as {@code name=value}
	 */
	static Declaration of(Tool tool, Database database, List<String> statements, String... properties)
			throws IOException {
		Path directory = Settings.DIRECTORY.resolve("applications").resolve(database.name() + "-" + tool.name());
		FileSystemUtils.deleteRecursively(directory);
		Files.createDirectories(directory);
		List<String> all = new ArrayList<>(tool.declare(directory, statements));
		all.add("spring.application.name=benchmark");
		all.add("spring.datasource.url=" + database.server().url(database.name()));
		all.add("spring.datasource.username=" + Server.OWNER);
		all.add("spring.datasource.password=" + Server.OWNER);
		all.addAll(List.of(properties));
		Files.write(directory.resolve("application.properties"), all);
		return new Declaration(tool, directory);
	}

	ApplicationProcess start(String... jvmArguments) throws IOException {
		return ApplicationProcess.start(this, jvmArguments);
	}

}

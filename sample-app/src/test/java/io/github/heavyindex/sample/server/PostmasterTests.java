package io.github.heavyindex.sample.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Postmaster}: files that name no living server.
 */
class PostmasterTests {

	@TempDir
	Path directory;

	@Test
	void noFileNoServer() {
		assertThat(Postmaster.of(this.directory)).isEmpty();
		assertThat(Postmaster.of(this.directory.resolve("not-there"))).isEmpty();
	}

	@Test
	void aFileThatIsBeingWrittenTellsNothingYet() throws IOException {
		write("4711\n/data\n");
		assertThat(Postmaster.of(this.directory)).isEmpty();
	}

	@Test
	void aFileThatOutlivedItsServerNamesNobody() throws Exception {
		Process ended = new ProcessBuilder(Path.of(System.getProperty("java.home"), "bin", "java").toString(),
				"-version")
			.redirectErrorStream(true)
			.start();
		ended.waitFor();
		write(ended.pid() + "\n/data\n1767225600\n15432\n/tmp\nlocalhost\n");
		assertThat(Postmaster.of(this.directory)).isEmpty();
	}

	@Test
	void aProcessIdThatWentToAnotherProgramIsNotTheServer() throws IOException {
		write(ProcessHandle.current().pid() + "\n/data\n1767225600\n15432\n/tmp\nlocalhost\n");
		assertThat(Postmaster.of(this.directory)).isEmpty();
	}

	private void write(String text) throws IOException {
		Files.writeString(this.directory.resolve("postmaster.pid"), text);
	}

}

package io.github.heavyindex.sample.browser;

import java.util.List;

import javax.sql.DataSource;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.sample.TestDatabase;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

/**
 * The page of an application whose operations are on several databases, two of which are
 * down.
 */
@ExtendWith(Chromium.class)
class SeveralDataSourcesPageTests {

	@Test
	void saysWhereAnOperationIsAndWhichDatabaseHasAProblem() throws Exception {
		DriverManagerDataSource database = (DriverManagerDataSource) TestDatabase.create();
		JdbcClient.create(database).sql("CREATE TABLE logs (id bigint)").update();
		String there = "--heavy-index.operations.create_";
		try (Browser browser = new Browser();
				ConfigurableApplicationContext application = SecuredApplication.start(Several.class, database,
						List.of(there + "here.sql=CREATE INDEX logs_idx ON logs (id)",
								there + "there.sql=CREATE INDEX logs_idx ON logs (id)",
								there + "there.data-source=reporting", there + "there.depends-on[0]=create_here",
								there + "old.sql=CREATE INDEX logs_idx ON logs (id)",
								there + "old.data-source=archive"))) {
			SecuredApplication.open(browser, application);
			browser.await("[id='op-create_here'] .state", "Completed");
			assertThat(browser.await("#headline", "There is a problem")).contains("archive: ",
					"has not been looked at yet");
			assertThat(browser.await("#notices", "reporting: ")).contains("refused").doesNotContain("archive");
			assertThat(browser.texts("[id='op-create_there'] .what")).singleElement()
				.asString()
				.contains("CREATE logs_idx on logs in reporting");
			assertThat(browser.texts("[id='op-create_here'] .what")).singleElement().asString().doesNotContain(" in ");
			assertThatExceptionOfType(ActionRefusedException.class)
				.isThrownBy(application.getBean(HeavyIndexes.class)::pause);
			browser.await("#notices", "Paused on the application’s own only");
			assertThat(browser.texts("#orders button")).containsExactly("Pause", "Resume");
			browser.type("#search", "archive");
			browser.awaitNone("[id='op-create_there']");
			assertThat(browser.texts(".operation .name")).singleElement().asString().contains("create_old");
			assertThat(browser.errors()).isEmpty();
		}
	}

	@EnableAutoConfiguration
	static class Several extends SecuredApplication {

		@Bean(defaultCandidate = false)
		DataSource reporting() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost:1/reporting");
		}

		@Bean(defaultCandidate = false)
		DataSource archive() {
			return new DriverManagerDataSource("jdbc:postgresql://localhost:2/archive");
		}

	}

}

package io.github.heavyindex.sample.browser;

import java.sql.Connection;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.UUID;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.sample.TestDatabase;
import org.apache.commons.logging.Log;
import org.apache.commons.logging.LogFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * The page where everything is as strict as it can be, and as bad or as large.
 */
@ExtendWith(Chromium.class)
class SecuredPageTests {

	private static final Log logger = LogFactory.getLog(SecuredPageTests.class);

	private DriverManagerDataSource database;

	private Browser browser;

	@BeforeEach
	void start() throws Exception {
		this.database = (DriverManagerDataSource) TestDatabase.create();
		this.browser = new Browser();
	}

	@AfterEach
	void stop() {
		this.browser.close();
	}

	@Test
	void declaredTextIsTextAndOrdersCarryTheToken() throws Exception {
		String table = "\"<img src=x onerror=alert(1)>\"";
		execute("CREATE TABLE " + table + " (id bigint)");
		List<String> properties = List.of(
				sql("create_evil", "CREATE INDEX \"<svg onload=alert(2)>\" ON " + table + " (id)"),
				"--heavy-index.operations.create_evil.description=<script>alert(3)</script> & </li>",
				sql("create_wrong", "CREATE INDEX wrong ON " + table + " (\"<img src=x onerror=alert(4)>\")"),
				sql("create_waiting", "CREATE INDEX waiting ON " + table + " (id)"),
				"--heavy-index.operations.create_waiting.depends-on[0]=" + SecuredApplication.PREREQUISITE,
				"--heavy-index.show-queries=true");
		HeldTransaction held = new HeldTransaction(this.database, "<img src=x onerror=alert(5)>",
				"LOCK TABLE " + table + " IN ROW EXCLUSIVE MODE");
		try (held; ConfigurableApplicationContext application = SecuredApplication.start(this.database, properties)) {
			SecuredApplication.open(this.browser, application);
			this.browser.await("[id=op-create_evil] .blocked", "<img src=x onerror=alert(5)>");
			this.browser.await("[id=op-create_evil] .blocked pre", "LOCK TABLE " + table);
			this.browser.await("[id=op-create_evil] .description", "<script>alert(3)</script> & </li>");
			held.close();
			this.browser.await("[id=op-create_evil] .state", "Completed");
			this.browser.await("[id=op-create_waiting] .reason", SecuredApplication.PREREQUISITE);
			this.browser.await("[id=op-create_wrong] .error", "<img src=x onerror=alert(4)>");
			this.browser.click("[id=op-create_wrong] .name");
			assertThat(this.browser.await("[id=op-create_wrong] .details", "#1"))
				.contains("(\"<img src=x onerror=alert(4)>\")");
			this.browser.click("[id=op-create_wrong] [data-order=retry]");
			this.browser.click("#dialog-yes");
			this.browser.await("#answer", "the order is taken");
			assertThat(
					this.browser.script("return document.querySelectorAll('main img, main script, [onload]').length"))
				.isEqualTo(0L);
			assertThat(this.browser.errors()).isEmpty();
			refusesWithAnAnswer(application);
			losesTheDatabaseAndTheApplication(application);
		}
	}

	/**
	 * Somebody else was faster than the person who has the dialog open.
	 */
	private void refusesWithAnAnswer(ConfigurableApplicationContext application) {
		this.browser.click("[id=op-create_waiting] [data-order=run-now]");
		application.getBean(HeavyIndexes.class).cancel("create_waiting");
		this.browser.await("[id=op-create_waiting] .state", "Cancelled");
		this.browser.click("#dialog-yes");
		assertThat(this.browser.await("#dialog-answer", "(400)"))
			.contains("create_waiting is " + OperationState.CANCELLED);
		this.browser.click("#dialog-no");
		this.browser.errors().forEach((error) -> assertThat(error).contains("status of 400"));
	}

	private void losesTheDatabaseAndTheApplication(ConfigurableApplicationContext application) throws Exception {
		String url = Objects.requireNonNull(this.database.getUrl());
		String name = url.replaceFirst(".*/([^?/]+)(\\?.*)?$", "$1");
		DriverManagerDataSource other = new DriverManagerDataSource(url.replace("/" + name, "/postgres"));
		try (Connection connection = other.getConnection(); Statement statement = connection.createStatement()) {
			statement.execute("DROP DATABASE " + name + " WITH (FORCE)");
		}
		assertThat(this.browser.await(".headline", "There is a problem")).contains("was seen at");
		assertThat(announced()).contains("there is a problem");
		application.close();
		assertThat(this.browser.await("#notices", "Connection lost")).contains("does not answer", " ago");
		assertThat(announced()).isEqualTo("connection lost");
		assertThat(this.browser.texts("[id=op-create_evil]")).as("what was known stays in sight").hasSize(1);
	}

	/**
	 * What a screen reader was told last.
	 */
	private String announced() {
		return (String) this.browser.script("return document.getElementById('announcer').textContent");
	}

	@Test
	void aThousandOperations() throws Exception {
		execute("CREATE TABLE t (a int)");
		List<String> properties = new ArrayList<>();
		for (int i = 0; i < 1000; i++) {
			properties.add(sql("create_" + i, "CREATE INDEX i" + i + " ON t (a)"));
			properties.add("--heavy-index.operations.create_" + i + ".depends-on[0]="
					+ ((i > 0) ? "create_" + (i - 1) / 3 : SecuredApplication.PREREQUISITE));
		}
		try (ConfigurableApplicationContext application = SecuredApplication.start(this.database, properties)) {
			SecuredApplication.open(this.browser, application);
			this.browser.await(".headline", "1,000 operations waiting");
			this.browser.await("#graph", "60 of 1001");
			Object drawn = this.browser.script("""
					return performance.getEntriesByName('heavy-index-draw').map((each) => Math.round(each.duration))
						.join(', ')""");
			logger.info("A thousand operations are drawn in ms: " + drawn);
			assertThat((Long) this.browser.script("return document.querySelectorAll('*').length")).isLessThan(3000);
			assertThat(this.browser.texts(".operation")).hasSize(25);
			this.browser.click("[data-more=pending]");
			assertThat(this.browser.texts(".operation")).hasSize(125);
			this.browser.type("#search", "create_777");
			this.browser.await(".operation .reason", "dependency create_258");
			assertThat(this.browser.texts(".operation")).hasSize(1);
			this.browser.click("[id=op-create_777] .reason a");
			assertThat(this.browser.await("[id=op-create_258] .details", "Before")).contains("create_775", "create_776",
					"create_777");
			this.browser.click("[id=op-create_258] [data-focus]");
			this.browser.await("#graph", "Around create_258: 60 of 1001");
			assertThat(this.browser.errors()).isEmpty();
		}
	}

	@Test
	void whatARoleMayNotSeeIsANoteAndHidesNothing() throws Exception {
		String role = "owner_" + UUID.randomUUID().toString().replace("-", "");
		execute("CREATE ROLE " + role + " LOGIN");
		execute("GRANT CREATE ON SCHEMA public TO " + role);
		execute("CREATE TABLE t (a int)");
		execute("ALTER TABLE t OWNER TO " + role);
		String url = Objects.requireNonNull(this.database.getUrl()).replace("user=postgres", "user=" + role);
		List<String> properties = List.of(sql("create_a", "CREATE INDEX a ON t (a)"),
				sql("create_b", "CREATE INDEX b ON t (b)"), "--heavy-index.operations.create_b.critical=true");
		try (ConfigurableApplicationContext application = SecuredApplication.start(new DriverManagerDataSource(url),
				properties)) {
			SecuredApplication.open(this.browser, application);
			this.browser.await(".headline", "1 critical operation failed");
			assertThat(this.browser.await(".notice:not(.bad)", "Limited: ")).contains("pg_read_all_stats");
			this.browser.await("[id=op-create_a] .state", "Completed");
			assertThat(this.browser.script("return document.title")).asString().startsWith("1 failed");
		}
	}

	@Test
	void nothingIsDeclared() {
		try (ConfigurableApplicationContext application = SecuredApplication.start(this.database, List.of())) {
			SecuredApplication.open(this.browser, application);
			this.browser.await(".headline", "No operations are declared");
			this.browser.await(".notice", "@HeavyIndexOperation");
			assertThat(this.browser.errors()).isEmpty();
		}
	}

	private static String sql(String name, String sql) {
		return "--heavy-index.operations." + name + ".sql=" + sql;
	}

	private void execute(String sql) throws Exception {
		try (Connection connection = this.database.getConnection();
				Statement statement = connection.createStatement()) {
			statement.execute(sql);
		}
	}

}

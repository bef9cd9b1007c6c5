package io.github.heavyindex.sample.browser;

import java.nio.file.Path;
import java.util.Objects;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.sample.SampleApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * What an operator sees and does at {@code /actuator/heavyindexes} while the sample
 * carries its operations out.
 */
@ExtendWith(Chromium.class)
class OperatorPageTests {

	private static final String RUNNING = ".operation.running";

	@TempDir
	static Path temp;

	private static ConfigurableApplicationContext application;

	private static Browser browser;

	@BeforeAll
	static void start() {
		application = new SpringApplicationBuilder(SampleApplication.class).run("--server.port=0", "--demo.port=0",
				"--demo.rows=100000", "--demo.data-directory=" + temp.resolve("postgres"),
				"--heavy-index.poll-interval=300ms");
		// no build begins before there is somebody to block it
		application.getBean(HeavyIndexes.class).pause();
		browser = new Browser();
	}

	@AfterAll
	static void stop() {
		browser.close();
		application.close();
	}

	@Test
	void aBuildFromItsBlockersToItsEnd() throws Exception {
		String name;
		try (HeldTransaction report = new HeldTransaction(database(), "nightly-report",
				"SELECT count(*) FROM pg_class")) {
			double atFirst;
			try (HeldTransaction importer = new HeldTransaction(database(), "mail-import",
					"LOCK TABLE large_email IN ROW EXCLUSIVE MODE")) {
				browser.open(url());
				isSmallTogetherWithItsFirstData();
				application.getBean(HeavyIndexes.class).resume();
				assertThat(browser.await(RUNNING + " .blocked", "mail-import"))
					.contains("pg_terminate_backend(" + importer.pid() + ")");
				name = browser.texts(RUNNING + " .name").get(0).replaceFirst("\\s.*", "");
				atFirst = percent();
			}
			assertThat(browser.await(RUNNING + " .blocked", "nightly-report")).contains("pid " + report.pid());
			assertThat(percent()).as("the bar has moved").isGreaterThan(atFirst + 50);
			assertThat(browser.texts(".headline")).singleElement().asString().contains("Blocked: ", "nightly-report");
			pictures();
			name = browser.texts(RUNNING + " .name").get(0).replaceFirst("\\s.*", "");
			order("cancel", name, "what it leaves behind is removed");
			browser.await(card(name) + " .state", "Cancelled");
			String indexName = name.replaceFirst("create_", "");
			Awaitility.await("the leftover is gone").until(() -> indexes(indexName) == 0);
			Awaitility.await("the focus stays with the operation")
				.until(() -> browser.script("return document.activeElement.closest('.operation')?.id ?? 'nowhere'"),
						("op-" + name)::equals);
			order("retry", name, "starts again");
			browser.await(card(name) + " .state", (state) -> !state.contains("Cancelled"));
		}
		browser.await(card(name) + " .state", "Completed");
		browser.awaitNone(".filter.running, .filter.pending");
		assertThat(indexes(name.replaceFirst("create_", ""))).isOne();
		assertThat(browser.texts(".blocked")).isEmpty();
		seesWhatFailedAndTheMend();
		assertThat(browser.errors()).isEmpty();
	}

	@Test
	void offersTheOrdersThatTheServerTakes() {
		browser.open(url());
		assertThat(offered("{ state: 'RUNNING', type: 'CREATE' }")).isEqualTo("cancel");
		assertThat(offered("{ state: 'RUNNING', type: 'REBUILD' }")).isEqualTo("cancel");
		assertThat(offered("{ state: 'RUNNING', type: 'DROP' }")).isEmpty();
		assertThat(offered("{ state: 'RUNNING', type: 'CREATE', rollingBack: true }")).isEmpty();
		assertThat(offered("{ state: 'RUNNING', type: 'DROP', rollingBack: true }")).isEqualTo("cancel");
		assertThat(offered("{ state: 'FAILED', type: 'DROP' }")).isEqualTo("retry skip");
		assertThat(offered("{ state: 'FAILED', type: 'DROP', rollingBack: true }")).isEqualTo("retry skip rollback");
		assertThat(offered("{ state: 'COMPLETED', type: 'RENAME' }")).isEqualTo("rollback");
		assertThat(offered("{ state: 'COMPLETED', type: 'REBUILD' }")).isEmpty();
		assertThat(offered("{ state: 'COMPLETED', type: 'CONSTRAINT' }")).isEmpty();
		assertThat(offered("{ state: 'COMPLETED', type: 'CREATE', drift: 'MISSING' }")).isEqualTo("retry skip");
	}

	private String offered(String operation) {
		return (String) browser.promised(
				"""
						import(new URL('heavyindexes/page/actions.js', location.href)).then(({ orderButtons, rareButtons }) =>
							[orderButtons, rareButtons].flatMap((each) => each(%s)).map(({ dataset }) => dataset.order).join(' '))"""
					.formatted(operation));
	}

	/**
	 * Everything until the operations are in sight.
	 */
	private void isSmallTogetherWithItsFirstData() {
		browser.await("#age", "Live");
		assertThat((Long) browser
			.script("""
					const files = [...performance.getEntriesByType('navigation'), ...performance.getEntriesByType('resource')];
					const first = files.find(({ name, initiatorType }) => name === location.href && initiatorType === 'fetch');
					return files.filter(({ startTime }) => startTime <= first.startTime)
						.reduce((sum, { decodedBodySize }) => sum + decodedBodySize, 0)"""))
			.as("bytes")
			.isBetween(40_000L, 60_000L);
	}

	private void seesWhatFailedAndTheMend() {
		String failed = "create_large_email_message_id_key";
		assertThat(browser.await(".headline", "1 operation failed")).contains(failed);
		assertThat(browser.await(card(failed) + " .error", "23505"))
			.contains("Remove the duplicate rows of public.large_email, then retry.");
		browser.click(card(failed) + " .name");
		assertThat(browser.await(card(failed) + " .details", "#1")).contains("failed after", "CREATE UNIQUE INDEX");
		assertThat(browser.script("return document.title")).asString().startsWith("1 failed");
		assertThat(browser.texts("#timeline .rows li")).hasSizeGreaterThan(9);
		assertThat(browser.texts(".node")).hasSizeGreaterThan(9);
		assertThat(browser.barriers()).isEmpty();
		browser.picture("ended");
	}

	private void pictures() {
		browser.script("scrollTo(0, 0); return true");
		browser.size(1000, 900);
		browser.picture("blocked");
		assertThat(browser.barriers()).isEmpty();
		browser.dark(true);
		assertThat(browser.barriers()).isEmpty();
		browser.picture("blocked-dark");
		browser.size(390, 844);
		browser.picture("blocked-phone");
		assertThat((Boolean) browser.script("return document.documentElement.scrollWidth <= innerWidth"))
			.as("a phone shows it without scrolling sideways")
			.isTrue();
		browser.dark(false);
		browser.size(1000, 900);
	}

	private void order(String action, String name, String explanation) {
		browser.click(card(name) + " [data-order=" + action + "]");
		browser.await("#dialog", explanation);
		assertThat(browser.barriers()).isEmpty();
		browser.click("#dialog-yes");
		browser.await("#answer", "the order is taken");
	}

	private double percent() {
		return ((Number) browser.script("return document.querySelector('" + RUNNING + " progress').value"))
			.doubleValue();
	}

	private static String url() {
		return "http://localhost:" + application.getEnvironment().getProperty("local.server.port")
				+ "/actuator/heavyindexes";
	}

	private static String card(String name) {
		return "[id='op-" + name + "']";
	}

	private int indexes(String name) {
		return application.getBean(JdbcClient.class)
			.sql("SELECT count(*) FROM pg_class WHERE relname = :name")
			.param("name", name)
			.query(Integer.class)
			.single();
	}

	private static DataSource database() {
		JdbcConnectionDetails details = application.getBean(JdbcConnectionDetails.class);
		return new DriverManagerDataSource(details.getJdbcUrl(), Objects.requireNonNull(details.getUsername()),
				Objects.requireNonNull(details.getPassword()));
	}

}

package io.github.heavyindex.sample.browser;

import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Objects;

import javax.sql.DataSource;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationState;
import io.github.heavyindex.OperationStatus;
import io.github.heavyindex.sample.SampleApplication;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
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
 * What a person sees and does on the sample's page at {@code /}. Transactions of others
 * hold the builds where the test wants to look, however fast the machine is.
 */
@ExtendWith(Chromium.class)
class DemonstrationTests {

	private static final String OPERATION = "create_large_email_subject_lower_idx";

	private static final String WRITER = "LOCK TABLE large_email IN ROW EXCLUSIVE MODE";

	@TempDir
	static Path temp;

	private static ConfigurableApplicationContext application;

	private static Browser browser;

	@BeforeAll
	static void start() {
		application = new SpringApplicationBuilder(SampleApplication.class).run("--server.port=0", "--demo.port=0",
				"--demo.rows=200000", "--demo.data-directory=" + temp.resolve("postgres"),
				"--heavy-index.poll-interval=300ms", "--heavy-index.drift.check-interval=1s",
				"--heavy-index.retry.initial-delay=4s");
		browser = new Browser();
		HeavyIndexes heavyIndexes = application.getBean(HeavyIndexes.class);
		Awaitility.await()
			.atMost(Duration.ofMinutes(3))
			.until(() -> heavyIndexes.list()
				.stream()
				.map(OperationStatus::state)
				.allMatch(EnumSet.of(OperationState.COMPLETED, OperationState.FAILED)::contains));
	}

	@AfterAll
	static void stop() {
		browser.close();
		application.close();
	}

	@BeforeEach
	void openWithTheIndexBuilt() {
		HeavyIndexes heavyIndexes = application.getBean(HeavyIndexes.class);
		if (!heavyIndexes.isCompleted(OPERATION)) {
			heavyIndexes.retry(OPERATION);
		}
		browser.size(1000, 900);
		browser.open("http://localhost:" + application.getEnvironment().getProperty("local.server.port") + "/");
		browser.await("#heavy-state", "COMPLETED"::equals);
		browser.await("#with-plan", "Index Scan");
	}

	@AfterEach
	void noErrorInTheConsole() {
		assertThat(browser.errors()).isEmpty();
		assertThat(browser.texts("#connection")).allMatch(String::isEmpty);
	}

	@Test
	void anOrdinaryBuildHoldsUpTheWritesAndHeavyIndexDoesNot() throws Exception {
		rollBack();
		try (HeldTransaction importer = new HeldTransaction(database(), "mail-import", WRITER)) {
			press("ordinary");
			browser.await("#message", "CREATE INDEX has begun");
			browser.await("#ordinary-state", "RUNNING");
			browser.await("#blocked-writes", (writes) -> Integer.parseInt(writes) > 30);
			assertThat(browser.texts("#blocked-reads")).containsExactly("0");
			Awaitility.await("the curve climbs while no write gets through")
				.atMost(Duration.ofSeconds(30))
				.until(() -> highest("write") > 3 * highest("read"));
			assertThat(importer.pid()).isPositive();
		}
		browser.await("#ordinary-state", "DONE");
		browser.await("#with-plan", "large_email_ordinary_idx");
		browser.await("#blocked-writes", "0"::equals);
		assertThat(highest("write")).as("the curve of the writes").isGreaterThan(3 * highest("read"));
		browser.await("#bands text", "CREATE INDEX");
		String took = browser.await("#ordinary-took", (shown) -> !shown.isEmpty());

		rollBack();
		assertThat(browser.texts("#without-time")).singleElement().asString().endsWith(" ms");
		lookRarely();
		press("heavy");
		browser.await("#heavy-state", "COMPLETED"::equals);
		browser.await("#with-plan", "large_email_subject_lower_idx");
		browser.await("#message", String::isEmpty);
		assertThat(browser.texts("#ordinary-took")).as("stays for comparison").containsExactly(took);
		assertThat(browser.texts("#bands text")).contains("Heavy Index");
		assertThat(number("#heavy-took")).isPositive();
		assertThat(number("#heavy-blocked")).isLessThan(number("#ordinary-blocked"));
		assertThat(number("#heavy-longest")).isLessThan(number("#ordinary-longest"));
		pictures();
	}

	@Test
	void theBuildMovesStopsBeforeOldTransactionsAndEnds() throws Exception {
		rollBack();
		double atFirst;
		try (HeldTransaction writer = new HeldTransaction(database(), "<img src=x onerror=alert(1)>", WRITER)) {
			press("heavy");
			browser.await("#message", "Heavy Index has been told");
			browser.await("#heavy-detail",
					(detail) -> detail.contains("blocked by pid " + writer.pid() + " (postgres, <img src=x onerror"));
			assertThat(browser.texts("#message")).containsExactly("Heavy Index has been told: watch the writes.");
			atFirst = progress();
			press("troubles/old-transaction");
			browser.await("#message", "A transaction is open");
			browser.await("[data-post='troubles/old-transaction']:disabled", "Hold an old transaction");
		}
		browser.await("#heavy-detail", "forgotten report");
		browser.await("#events li", "blocked by pid");
		assertThat(progress()).as("the bar has moved").isBetween(atFirst + 50, 99.9);
		browser.script("scrollTo(0, 0); return true");
		browser.picture("demo-blocked");
		endTheOldTransaction();
		browser.await("#heavy-state", "COMPLETED"::equals);
		browser.await("#heavy-detail", String::isEmpty);
		browser.await("[data-post='troubles/old-transaction']:enabled", "Hold an old transaction");
		assertThat(progress()).isEqualTo(100);
		assertThat(browser.script("return document.querySelectorAll('main img').length")).isEqualTo(0L);
	}

	@Test
	void aBuildWhoseSessionIsKilledStartsAgain() throws Exception {
		rollBack();
		HeldTransaction writer = new HeldTransaction(database(), "mail-import", WRITER);
		try (writer) {
			press("heavy");
			browser.await("#heavy-detail", "mail-import");
			press("troubles/kill-backend");
			browser.await("#message", "is gone");
			browser.await("#events li", "PENDING · [57P01]");
		}
		browser.await("#heavy-state", "COMPLETED"::equals);
		assertThat(browser.texts("#events li").get(0)).contains(OPERATION + ": COMPLETED");
		browser.await("#with-plan", "large_email_subject_lower_idx");
	}

	@Test
	void duplicatesFailTheUniqueIndexAndTheMendIsShown() {
		press("troubles/duplicates");
		browser.await("#message", "Two mails have one message id");
		assertThat(browser.await("#events li", "23505")).contains("create_large_email_message_id_key: FAILED");
		assertThat(browser.await("#unique-detail", "FAILED"))
			.contains("Remove the duplicate rows of public.large_email, then retry.");
	}

	@Test
	void anIndexDroppedByHandIsDriftUntilItIsRepaired() {
		press("troubles/drop-index");
		browser.await("#message", "press Heavy Index to repair it");
		browser.await("#heavy-state", "COMPLETED, drift MISSING"::equals);
		browser.await("#events li", OPERATION + ": COMPLETED · MISSING");
		browser.await("#without-plan", "Seq Scan");
		press("heavy");
		browser.await("#heavy-state", "COMPLETED"::equals);
		browser.await("#with-plan", "large_email_subject_lower_idx");
	}

	private void rollBack() {
		press("rollback");
		browser.await("#heavy-state", "CANCELLED");
		browser.await("#without-plan", "Seq Scan on large_email");
	}

	private void press(String button) {
		browser.click("[data-post='" + button + "']:enabled");
	}

	/**
	 * Makes the page so slow that a build may begin and end between two of its looks.
	 */
	private void lookRarely() {
		browser.script("const quick = fetch; window.fetch = (url, options) => url.startsWith('demo?')"
				+ " ? new Promise((later) => setTimeout(later, 3000)).then(() => quick(url, options))"
				+ " : quick(url, options); return true");
	}

	/**
	 * As the operator's page proposes.
	 */
	private void endTheOldTransaction() {
		application.getBean(JdbcClient.class)
			.sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'forgotten report'")
			.query(Boolean.class)
			.single();
	}

	private double progress() {
		return ((Number) browser.script("return document.getElementById('heavy-progress').value")).doubleValue();
	}

	/**
	 * How high a curve rises above the ground, in units of the chart.
	 */
	private double highest(String line) {
		return ((Number) browser.script("return 195 - Math.min(...document.getElementById('" + line + "-line')"
				+ ".getAttribute('points').split(' ').map((point) => Number(point.split(',')[1])))"))
			.doubleValue();
	}

	/**
	 * A figure, in milliseconds if it is a time.
	 */
	private double number(String selector) {
		String text = browser.await(selector, (shown) -> !shown.isEmpty());
		double number = Double.parseDouble(text.replaceAll("[^0-9.]", ""));
		return text.matches(".* s") ? number * 1000 : number;
	}

	private void pictures() {
		browser.script("scrollTo(0, 0); return true");
		browser.size(1000, 1240);
		browser.picture("demo");
		assertThat(browser.barriers()).isEmpty();
		browser.dark(true);
		assertThat(browser.barriers()).isEmpty();
		browser.picture("demo-dark");
		browser.size(390, 844);
		browser.picture("demo-phone");
		assertThat((Boolean) browser.script("return document.documentElement.scrollWidth <= innerWidth"))
			.as("a phone shows it without scrolling sideways")
			.isTrue();
		browser.dark(false);
		browser.size(1000, 900);
	}

	private static DataSource database() {
		JdbcConnectionDetails details = application.getBean(JdbcConnectionDetails.class);
		return new DriverManagerDataSource(details.getJdbcUrl(), Objects.requireNonNull(details.getUsername()),
				Objects.requireNonNull(details.getPassword()));
	}

}

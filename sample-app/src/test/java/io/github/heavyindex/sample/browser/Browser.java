package io.github.heavyindex.sample.browser;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Predicate;
import java.util.logging.Level;

import org.awaitility.Awaitility;
import org.openqa.selenium.By;
import org.openqa.selenium.OutputType;
import org.openqa.selenium.StaleElementReferenceException;
import org.openqa.selenium.WebElement;
import org.openqa.selenium.chrome.ChromeDriver;
import org.openqa.selenium.chrome.ChromeOptions;
import org.openqa.selenium.logging.LogEntry;
import org.openqa.selenium.logging.LogType;
import org.openqa.selenium.logging.LoggingPreferences;

import org.springframework.core.io.ClassPathResource;

/**
 * A headless browser. Whatever waits does so patiently, and by what a person sees: text
 * is that of visible elements. Annotate the test with
 * {@code @ExtendWith(Chromium.class)}, so that it is skipped where there is no browser.
 */
final class Browser implements AutoCloseable {

	private static final Duration PATIENCE = Duration.ofSeconds(60);

	private static final String AXE;

	static {
		try {
			AXE = new ClassPathResource("axe.min.js").getContentAsString(StandardCharsets.UTF_8);
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	private final ChromeDriver driver;

	Browser() {
		LoggingPreferences logs = new LoggingPreferences();
		logs.enable(LogType.BROWSER, Level.ALL);
		ChromeOptions options = Chromium.options();
		options.setCapability("goog:loggingPrefs", logs);
		this.driver = new ChromeDriver(Chromium.driver(), options);
	}

	void open(String url) {
		this.driver.get(url);
	}

	/**
	 * Waits until an element is there whose text is as expected.
	 * @return the text
	 */
	String await(String selector, Predicate<String> expected) {
		try {
			return Awaitility.await()
				.atMost(PATIENCE)
				.pollInterval(Duration.ofMillis(100))
				.ignoreException(StaleElementReferenceException.class)
				.until(() -> texts(selector).stream().filter(expected).findFirst().orElse(null), Objects::nonNull);
		}
		catch (RuntimeException ex) {
			throw new AssertionError(selector + " is not as expected: " + texts(selector) + " on the page: "
					+ this.driver.findElement(By.tagName("body")).getText() + errors(), ex);
		}
	}

	String await(String selector, String text) {
		return await(selector, (each) -> each.contains(text));
	}

	/**
	 * Waits until no element matches.
	 */
	void awaitNone(String selector) {
		Awaitility.await(selector)
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.until(() -> this.driver.findElements(By.cssSelector(selector)).isEmpty());
	}

	/**
	 * The texts of all visible elements that match.
	 */
	List<String> texts(String selector) {
		return this.driver.findElements(By.cssSelector(selector))
			.stream()
			.filter(WebElement::isDisplayed)
			.map(WebElement::getText)
			.toList();
	}

	void click(String selector) {
		Awaitility.await(selector)
			.atMost(PATIENCE)
			.pollInterval(Duration.ofMillis(100))
			.ignoreExceptions()
			.until(() -> {
				this.driver.findElement(By.cssSelector(selector)).click();
				return true;
			});
	}

	void type(String selector, String text) {
		this.driver.findElement(By.cssSelector(selector)).sendKeys(text);
	}

	/**
	 * The result of a script, as in {@code return document.title}.
	 */
	Object script(String script) {
		return Objects.requireNonNull(this.driver.executeScript(script), script);
	}

	void dark(boolean dark) {
		this.driver.executeCdpCommand("Emulation.setEmulatedMedia",
				Map.of("features", List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
	}

	void size(int width, int height) {
		this.driver.executeCdpCommand("Emulation.setDeviceMetricsOverride",
				Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
	}

	/**
	 * Takes a picture of what is in sight, in the folder that {@code -Dscreenshots} names
	 * or else in the module's target folder.
	 */
	void picture(String name) {
		try {
			Path folder = Path.of(System.getProperty("screenshots", "target/screenshots"));
			Files.createDirectories(folder);
			Files.write(folder.resolve(name + ".png"), this.driver.getScreenshotAs(OutputType.BYTES));
		}
		catch (IOException ex) {
			throw new UncheckedIOException(ex);
		}
	}

	/**
	 * The errors and warnings in the console since the last call: exceptions, violations
	 * of the Content-Security-Policy, files that could not be loaded.
	 */
	List<String> errors() {
		return this.driver.manage()
			.logs()
			.get(LogType.BROWSER)
			.getAll()
			.stream()
			.filter((entry) -> entry.getLevel().intValue() >= Level.WARNING.intValue())
			.map(LogEntry::toString)
			.toList();
	}

	/**
	 * What keeps people from using the page as it is now: with a keyboard, a screen
	 * reader, or eyes that need contrast.
	 */
	List<?> barriers() {
		this.driver.executeScript(AXE);
		return (List<?>) promised("""
				axe.run().then(({ violations }) => violations.map(({ help, nodes }) =>
					help + ': ' + nodes.map(({ html }) => html).join(' ')))""");
	}

	/**
	 * What a promise is fulfilled with, or why it is not.
	 */
	Object promised(String promise) {
		return Objects.requireNonNull(
				this.driver.executeAsyncScript(promise + ".then(arguments[0], (error) => arguments[0]('' + error))"),
				promise);
	}

	@Override
	public void close() {
		this.driver.quit();
	}

}

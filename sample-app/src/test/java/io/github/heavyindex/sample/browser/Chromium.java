package io.github.heavyindex.sample.browser;

import java.io.File;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;

import org.junit.jupiter.api.extension.ConditionEvaluationResult;
import org.junit.jupiter.api.extension.ExecutionCondition;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.openqa.selenium.chrome.ChromeDriverService;
import org.openqa.selenium.chrome.ChromeOptions;

/**
 * The Chromium (or Chrome) of this machine and its driver. Tests that need it are skipped
 * where there is none; nothing is ever downloaded.
 */
final class Chromium implements ExecutionCondition {

	private static final String MISSING = "Browser tests are skipped: no Chromium or Chrome with its chromedriver is"
			+ " on the PATH (Debian: apt-get install chromium chromium-driver)";

	private static final Optional<File> BROWSER = find("CHROME_BIN",
			List.of("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome"),
			List.of("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
					"C:/Program Files/Google/Chrome/Application/chrome.exe"));

	private static final Optional<File> DRIVER = find("CHROMEDRIVER_BIN", List.of("chromedriver"),
			List.of("/usr/lib/chromium-browser/chromedriver",
					Objects.requireNonNullElse(System.getenv("CHROMEWEBDRIVER"), "") + "/chromedriver"));

	private static boolean told;

	@Override
	public ConditionEvaluationResult evaluateExecutionCondition(ExtensionContext context) {
		if (BROWSER.isPresent() && DRIVER.isPresent()) {
			return ConditionEvaluationResult.enabled(BROWSER.get() + " with " + DRIVER.get());
		}
		tell();
		return ConditionEvaluationResult.disabled(MISSING);
	}

	private static synchronized void tell() {
		if (!told) {
			System.out.println(MISSING);
			told = true;
		}
	}

	static ChromeOptions options() {
		return new ChromeOptions().setBinary(BROWSER.orElseThrow())
			.addArguments("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage",
					"--disable-background-networking", "--disable-component-update", "--hide-scrollbars",
					"--force-color-profile=srgb", "--lang=en-GB", "--no-first-run", "--window-size=1100,900");
	}

	static ChromeDriverService driver() {
		return new ChromeDriverService.Builder().usingDriverExecutable(DRIVER.orElseThrow()).usingAnyFreePort().build();
	}

	private static Optional<File> find(String variable, List<String> names, List<String> places) {
		String path = Objects.requireNonNullElse(System.getenv("PATH"), "");
		Stream<File> onPath = Arrays.stream(path.split(File.pathSeparator))
			.flatMap((folder) -> names.stream()
				.flatMap((name) -> Stream.of(new File(folder, name), new File(folder, name + ".exe"))));
		Stream<File> named = Stream.ofNullable(System.getenv(variable)).map(File::new);
		return Stream.of(named, onPath, places.stream().map(File::new))
			.flatMap((files) -> files)
			.filter((file) -> file.isFile() && file.canExecute())
			.findFirst();
	}

}

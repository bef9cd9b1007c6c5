package io.github.heavyindex.sample.demo;

import java.util.Map;

import io.github.heavyindex.ActionRefusedException;
import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.OperationStatus;

import org.springframework.http.HttpStatus;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * What the page at {@code /} reads and does. Whatever changes something wants a header
 * that pages of other sites cannot send.
 */
@RestController
@RequestMapping("/demo")
class DemoController {

	private static final String OWN_PAGE = "X-Demo";

	private final RequestLoad load;

	private final OrdinaryBuild ordinary;

	private final HeavyBuild heavy;

	private final HeavyIndexes heavyIndexes;

	private final SubjectQuery query;

	private final Troubles troubles;

	DemoController(RequestLoad load, OrdinaryBuild ordinary, HeavyBuild heavy, HeavyIndexes heavyIndexes,
			SubjectQuery query, Troubles troubles) {
		this.load = load;
		this.ordinary = ordinary;
		this.heavy = heavy;
		this.heavyIndexes = heavyIndexes;
		this.query = query;
		this.troubles = troubles;
	}

	@GetMapping
	State state(@RequestParam(defaultValue = "0") long lastWrite, @RequestParam(defaultValue = "0") long lastRead) {
		return new State(System.currentTimeMillis(), this.load.watch(lastWrite, lastRead), this.ordinary.report(),
				this.heavy.status(), this.heavyIndexes.find(Troubles.UNIQUE_OPERATION).orElseThrow(),
				this.troubles.transactionOpen());
	}

	@PostMapping(path = "/ordinary", headers = OWN_PAGE)
	Map<String, String> buildOrdinary() {
		this.ordinary.start();
		return told("CREATE INDEX has begun: watch the writes.");
	}

	@PostMapping(path = "/heavy", headers = OWN_PAGE)
	Map<String, String> buildHeavy() {
		this.heavy.start();
		return told("Heavy Index has been told: watch the writes.");
	}

	@PostMapping(path = "/rollback", headers = OWN_PAGE)
	Map<String, String> rollback() {
		this.ordinary.remove();
		if (this.heavy.status().completed()) {
			this.heavy.rollback();
		}
		return told("Both indexes go: the query scans the table again.");
	}

	@PostMapping(path = "/query", headers = OWN_PAGE)
	SubjectQuery.Plan query() {
		return this.query.run();
	}

	@PostMapping(path = "/troubles/{trouble}", headers = OWN_PAGE)
	Map<String, String> trouble(@PathVariable String trouble) {
		return told(switch (trouble) {
			case "kill-backend" -> this.troubles.killBackend();
			case "old-transaction" -> this.troubles.holdOldTransaction();
			case "duplicates" -> this.troubles.insertDuplicates();
			case "drop-index" -> this.troubles.dropByHand();
			default -> throw new ResponseStatusException(HttpStatus.NOT_FOUND, "There is no such trouble");
		});
	}

	@ExceptionHandler({ ActionRefusedException.class, IllegalStateException.class })
	ResponseEntity<Map<String, String>> refused(RuntimeException ex) {
		return ResponseEntity.status(HttpStatus.CONFLICT).body(told(String.valueOf(ex.getMessage())));
	}

	private static Map<String, String> told(String message) {
		return Map.of("message", message);
	}

	/**
	 * What the page draws.
	 *
	 * @param now the server's time in milliseconds since 1970
	 * @param load how the requests fare
	 * @param ordinary the ordinary build
	 * @param heavy the operation that the page carries out
	 * @param unique the operation that must fail
	 * @param oldTransaction whether the old transaction is open
	 */
	record State(long now, RequestLoad.Report load, OrdinaryBuild.Report ordinary, OperationStatus heavy,
			OperationStatus unique, boolean oldTransaction) {

	}

}

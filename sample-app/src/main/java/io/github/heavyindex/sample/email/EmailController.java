package io.github.heavyindex.sample.email;

import java.util.List;

import io.github.heavyindex.HeavyIndexes;
import io.github.heavyindex.sample.operation.CreateEmailIndex;

import org.springframework.http.HttpStatus;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/**
 * Serves mails all the while.
 */
@RestController
class EmailController {

	private static final int PAGE_SIZE = 20;

	private final JdbcClient jdbc;

	private final HeavyIndexes heavyIndexes;

	EmailController(JdbcClient jdbc, HeavyIndexes heavyIndexes) {
		this.jdbc = jdbc;
		this.heavyIndexes = heavyIndexes;
	}

	@GetMapping("/list_large")
	List<Email> listLarge(@RequestParam(defaultValue = "0") int page) {
		return page("large_email", page);
	}

	@GetMapping("/list_small")
	List<Email> listSmall(@RequestParam(defaultValue = "0") int page) {
		return page("small_email", page);
	}

	/**
	 * Asks in memory whether the index may be counted on, and queries accordingly.
	 */
	@GetMapping("/emails/{email}")
	EmailsOfAddress emails(@PathVariable String email) {
		boolean indexCompleted = this.heavyIndexes.isCompleted(CreateEmailIndex.class);
		EmailQuery query = indexCompleted ? EmailQuery.LATEST : EmailQuery.BOUNDED;
		long start = System.nanoTime();
		List<Email> rows = query.run(this.jdbc, email);
		double tookMillis = (System.nanoTime() - start) / 10_000 / 100.0;
		return new EmailsOfAddress(email, indexCompleted, query.scan(this.jdbc, email), tookMillis, rows);
	}

	private List<Email> page(String table, int page) {
		if (page < 0) {
			throw new ResponseStatusException(HttpStatus.BAD_REQUEST, "page must not be negative");
		}
		return this.jdbc
			.sql("SELECT " + Email.COLUMNS + " FROM " + table + " ORDER BY id LIMIT :size OFFSET :size * :page::bigint")
			.param("size", PAGE_SIZE)
			.param("page", page)
			.query(Email.class)
			.list();
	}

}

package io.github.heavyindex.postgres;

import java.sql.SQLException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

import static org.assertj.core.api.Assertions.assertThat;

/**
 * Tests for {@link Secrets}.
 */
class SecretsTests {

	@ParameterizedTest
	@CsvSource(delimiter = '|', textBlock = """
			jdbc:postgresql://h/db?user=u&password=p%26q  | jdbc:postgresql://h/db?user=u&password=***
			jdbc:postgresql://h/db?PASSWORD=x&ssl=true    | jdbc:postgresql://h/db?PASSWORD=***&ssl=true
			jdbc:postgresql://h/db?sslpassword=x          | jdbc:postgresql://h/db?sslpassword=***
			jdbc:postgresql://u:x@h:5432/db               | jdbc:postgresql://***@h:5432/db
			jdbc:sqlserver://h;user=u;password=x;a=b      | jdbc:sqlserver://h;user=u;password=***;a=b
			No driver for jdbc:x://h?accessToken=abc here | No driver for jdbc:x://h?accessToken=*** here
			jdbc:postgresql://h1,h2:5433/db?ssl=true      | jdbc:postgresql://h1,h2:5433/db?ssl=true
			password authentication failed for user "u"   | password authentication failed for user "u"
			""")
	void redact(String text, String redacted) {
		assertThat(Secrets.redact(text)).isEqualTo(redacted);
	}

	@Test
	void anExceptionKeepsItsCauseUnlessASecretIsInIt() {
		SQLException harmless = new SQLException("a", "08001", new IllegalStateException("b"));
		assertThat((Throwable) Secrets.redact(harmless)).isSameAs(harmless);
		SQLException harmful = new SQLException("a", "08001", new IllegalStateException("jdbc:x:?password=b"));
		assertThat((Throwable) Secrets.redact(harmful)).hasMessage("a").hasNoCause().satisfies((ex) -> {
			assertThat(((SQLException) ex).getSQLState()).isEqualTo("08001");
			assertThat(ex.getStackTrace()).isEqualTo(harmful.getStackTrace());
		});
		assertThat((Throwable) Secrets.redact(new ConnectionUnavailableException("?token=b")))
			.isInstanceOf(ConnectionUnavailableException.class)
			.hasMessage("?token=***");
	}

}
